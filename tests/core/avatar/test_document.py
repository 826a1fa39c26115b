import contextlib
import copy
import dataclasses
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.avatar import document as documents
from core.avatar.document import (
    KEYWORD,
    AvatarDocument,
    Provenance,
    carried_document,
    json_schema,
    parse_document,
    read_document,
    write_document,
)
from core.avatar.schema import ContinuousParameter
from core.avatar.vector import AvatarVector
from core.errors import (
    AvatarError,
    FileNotWrittenError,
    NewerVersionError,
    ValueRefusedError,
    WrongDocumentError,
    WrongEngineError,
)
from core.images import write_png
from tests.core.avatar.strategies import TOON, json_values, vectors

ROOT = Path(__file__).resolve().parents[3]


def plain() -> dict[str, Any]:
    """A document's JSON."""
    vector = AvatarVector.default(TOON).with_value("head_width", 0.1)
    provenance = {"head_width": Provenance(by="predicted", confidence=0.5, method="regions", model="ab12")}
    document = AvatarDocument.of(vector, provenance=provenance, locks=["smile", "glasses"])
    parsed: dict[str, Any] = json.loads(document.to_json())
    return parsed


def parse(data: Any) -> AvatarDocument:
    return parse_document(json.dumps(data))


provenances = st.builds(
    Provenance,
    by=st.sampled_from(["predicted", "edited", "copied", "random", "default"]),
    confidence=st.none() | st.floats(0, 1),
    method=st.none() | st.text(),
    model=st.none() | st.text(),
)


@given(vectors(), st.data())
def test_document_gives_the_same_avatar_back(vector: AvatarVector, data: st.DataObject) -> None:
    names = st.sampled_from([parameter.id for parameter in vector.schema])
    provenance = data.draw(st.dictionaries(names, provenances))
    locks = data.draw(st.sets(names))
    document = AvatarDocument.of(vector, provenance=provenance, locks=locks)
    again = parse_document(document.to_json())

    assert again == document
    assert again.vector(vector.schema) == vector
    assert again.provenance == provenance
    assert set(again.locks) == locks
    assert again.to_json() == document.to_json()


def test_file_reads_well() -> None:
    assert plain() == {
        "format": "likeness.avatar",
        "format_version": 1,
        "engine": {"id": "toon", "version": 2, "core": TOON.fingerprint("core"), "extra": TOON.fingerprint("extra")},
        "values": {"head_width": 0.1, "head_type_1": 1.0, "head_type_2": 0.0, "smile": 0.25, "glasses": "none", "shirt": "tee"},
        "provenance": {"head_width": {"by": "predicted", "confidence": 0.5, "method": "regions", "model": "ab12"}},
        "locks": ["glasses", "smile"],
    }


@given(st.data())
def test_unknown_keys_at_every_level_survive(data: st.DataObject) -> None:
    unknown = st.dictionaries(st.text(max_size=5).map(lambda key: f"x_{key}"), json_values, max_size=3)
    written = plain() | data.draw(unknown)
    written["engine"] |= data.draw(unknown)
    written["provenance"]["head_width"] |= data.draw(unknown)

    assert json.loads(parse(written).to_json()) == written


def test_unknown_keys_name_and_date_survive_an_edit() -> None:
    written = plain() | {"name": "Ada", "created": "2026-11-21T05:00:00Z", "x_tags": [1, None, {"a": None}]}
    written["engine"]["x_pack"] = None
    opened = parse(written)
    vector = opened.vector(TOON).with_value("glasses", "round")
    saved = json.loads(AvatarDocument.of(vector, provenance=opened.provenance, locks=opened.locks, based_on=opened).to_json())

    assert saved == written | {"values": vector.values()}


def test_date_survives_with_its_time_zone() -> None:
    made = datetime(2026, 11, 21, 5, 10, tzinfo=UTC)
    document = parse(plain() | {"created": made.isoformat()})

    assert document.created == made
    assert parse_document(document.to_json()).created == made


def test_older_document_opens_with_new_parameters_at_their_defaults() -> None:
    newer = dataclasses.replace(
        TOON, version=3, continuous=(*TOON.continuous, ContinuousParameter("ear_size", "Size", "ears", 0.75))
    )
    opened = parse(plain()).vector(newer)

    assert opened.values() == parse(plain()).vector(TOON).values() | {"ear_size": 0.75}


def test_document_without_some_values_opens_with_their_defaults() -> None:
    written = plain() | {"values": {"glasses": "round"}}

    assert parse(written).vector(TOON) == AvatarVector.default(TOON).with_value("glasses", "round")


def test_other_engines_document_is_refused_with_both_named() -> None:
    mini = dataclasses.replace(TOON, engine="mini", version=5)

    with pytest.raises(WrongEngineError) as caught:
        parse(plain()).vector(mini)
    assert f"engine toon 2 ({TOON.fingerprint()}), not for mini 5 ({mini.fingerprint()})" in str(caught.value)


def test_newer_engines_document_is_refused_with_both_named() -> None:
    older = dataclasses.replace(TOON, version=1)

    with pytest.raises(NewerVersionError) as caught:
        parse(plain()).vector(older)
    assert "engine toon 2 (" in str(caught.value)
    assert "newer than toon 1 (" in str(caught.value)


def test_newer_format_is_refused_with_both_named_whatever_else_it_holds() -> None:
    with pytest.raises(NewerVersionError, match=r"has format version 7; this Likeness reads up to 1\."):
        parse({"format": "likeness.avatar", "format_version": 7, "values": "quite different"})


def test_option_that_is_gone_is_refused() -> None:
    written = plain()
    written["values"]["glasses"] = "monocle"

    with pytest.raises(ValueRefusedError, match="monocle"):
        parse(written).vector(TOON)


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "null", "[]", "3", '"likeness.avatar"', "{}", '{"format": "other"}', '{"format": null}', "\x00", "nonsense",
        "[" * 100_000, '{"a":' * 100_000, "9" * 5000,
    ],
)  # fmt: skip
def test_text_that_is_no_document_is_refused(text: str) -> None:
    with pytest.raises(WrongDocumentError, match=r"^photo\.json is not "):
        parse_document(text, "photo.json")


DAMAGE: dict[str, tuple[tuple[str, ...], Any]] = {
    "values missing": (("values",), None),
    "values a list": (("values",), []),
    "value a truth": (("values", "head_width"), True),
    "value a list": (("values", "head_width"), [0.5]),
    "value nothing": (("values", "head_width"), None),
    "value of hundreds of digits": (("values", "head_width"), 10**400),
    "engine missing": (("engine",), None),
    "engine a text": (("engine",), "toon"),
    "engine version a text": (("engine", "version"), "2"),
    "engine version a truth": (("engine", "version"), True),
    "engine version zero": (("engine", "version"), 0),
    "engine version a fraction": (("engine", "version"), 1.5),
    "format version a text": (("format_version",), "1"),
    "format version a truth": (("format_version",), True),
    "format version zero": (("format_version",), 0),
    "provenance unheard of": (("provenance", "head_width", "by"), "guessed"),
    "confidence above one": (("provenance", "head_width", "confidence"), 1.5),
    "confidence a truth": (("provenance", "head_width", "confidence"), True),
    "locks a text": (("locks",), "smile"),
    "locks of numbers": (("locks",), [1]),
    "name a number": (("name",), 5),
    "date without zone": (("created",), "2026-11-21T05:00:00"),
    "date nonsense": (("created",), "yesterday"),
}


@pytest.mark.parametrize(("path", "value"), DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_is_named_with_its_place(path: tuple[str, ...], value: Any) -> None:
    written = plain()
    target = written
    for part in path[:-1]:
        target = target[part]
    target[path[-1]] = value

    with pytest.raises(WrongDocumentError, match=rf"is damaged at {'.'.join(path)}"):
        parse(written)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize("place", ["values", "x_unknown"])
def test_number_that_json_does_not_have_is_refused(number: str, place: str) -> None:
    text = json.dumps(plain() | {place: {"head_width": 0.125}}).replace("0.125", number)

    with pytest.raises(WrongDocumentError, match="not a number of JSON"):
        parse_document(text)


def test_what_cannot_be_written_again_is_not_opened() -> None:
    deep: Any = 1
    for _ in range(documents.MAX_DEPTH + 1):
        deep = [deep]

    with pytest.raises(WrongDocumentError, match="nested deeper than 64 levels"):
        parse(plain() | {"x": deep})
    with pytest.raises(WrongDocumentError, match="is not JSON that we can read"):
        parse(plain() | {"x": "\ud800"})
    with pytest.raises(WrongDocumentError, match="is not JSON that we can read"):
        parse(plain() | {"\ud800": 1})


def test_deepest_document_that_opens_is_written_again() -> None:
    deep: Any = 1
    for level in range(documents.MAX_DEPTH - 1):
        deep = [deep] if level % 2 else {"a": deep}
    written = plain() | {"x": deep}

    assert json.loads(parse(written).to_json()) == written


@given(st.data())
def test_any_damage_gives_an_error_that_a_user_can_act_on_or_an_avatar(data: st.DataObject) -> None:
    written = copy.deepcopy(plain())
    target: Any = written
    while isinstance(target, dict) and target:
        key = data.draw(st.sampled_from(sorted(target)))
        if not isinstance(target[key], dict) or data.draw(st.booleans()):
            target[key] = data.draw(json_values)
            break
        target = target[key]

    with contextlib.suppress(AvatarError):
        document = parse(written)
        document.to_json()
        document.vector(TOON)


@given(st.binary(max_size=200))
def test_any_bytes_give_an_error_that_a_user_can_act_on(content: bytes) -> None:
    path = Path(os.environ["LIKENESS_HOME"]) / "any.avatar.json"
    path.write_bytes(content)

    with pytest.raises(WrongDocumentError):
        read_document(path)


def test_written_file_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "ada.avatar.json"
    document = parse(plain())
    write_document(document, path)

    assert read_document(path) == document
    assert [file.name for file in tmp_path.iterdir()] == ["ada.avatar.json"]


def test_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "notepad.avatar.json"
    path.write_text(json.dumps(plain()), encoding="utf-8-sig")

    assert read_document(path) == parse(plain())


def test_unreadable_file_is_told(tmp_path: Path) -> None:
    huge = tmp_path / "huge"
    huge.write_bytes(b" " * (documents.MAX_BYTES + 1))

    for path, sentence in ((tmp_path / "none", "No such file"), (tmp_path, "is not a file"), (huge, "is larger than 4 MiB")):
        with pytest.raises(WrongDocumentError, match=sentence):
            read_document(path)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no devices")
def test_device_is_not_read_for_ever() -> None:
    with pytest.raises(WrongDocumentError, match="is not a file"):
        read_document(Path("/dev/zero"))


def test_folder_that_is_not_there_is_told_on_writing(tmp_path: Path) -> None:
    with pytest.raises(FileNotWrittenError, match="was not written"):
        write_document(parse(plain()), tmp_path / "nowhere" / "a.avatar.json")


def test_json_schema_in_docs_is_current() -> None:
    command = "from core.avatar.document import json_schema; print(json_schema(), end='')"
    written = (ROOT / "docs" / "avatar_document.schema.json").read_text(encoding="utf-8")

    assert written == json_schema(), f'run: .venv/bin/python -c "{command}" > docs/avatar_document.schema.json'


def picture(path: Path, text: str | None) -> Path:
    write_png(path, np.zeros((8, 8, 4), np.uint8), None if text is None else {KEYWORD: text})
    return path


def test_picture_gives_back_the_document_that_it_carries(tmp_path: Path) -> None:
    document = parse(plain() | {"name": "Zoë"})
    path = picture(tmp_path / "a.PNG", document.to_json())

    assert carried_document(path) == document
    assert read_document(path) == document


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff\xe0 a photo", b"{}"])
def test_picture_without_a_document_is_just_a_picture(content: bytes, tmp_path: Path) -> None:
    other = tmp_path / "b"
    other.write_bytes(content)
    path = picture(tmp_path / "a.png", None)

    assert carried_document(path) is None
    assert carried_document(other) is None
    with pytest.raises(WrongDocumentError, match="carries no avatar"):
        read_document(path)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": "likeness.avatar"}', "x" * (4 * 2**20 + 1), "[" * 100_000])
def test_damaged_document_in_a_picture_is_refused_by_its_name(text: str, tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", text)
    for read in (carried_document, read_document):
        with pytest.raises(WrongDocumentError, match=r"The avatar in .*a\.png is"):
            read(path)


def test_picture_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(WrongDocumentError, match="cannot be read"):
        carried_document(tmp_path / "a.png")
    with pytest.raises(WrongDocumentError, match="not a file"):
        carried_document(tmp_path)


def test_nothing_unknown_is_given_away() -> None:
    known = plain() | {"name": "Zoë"}
    planted = copy.deepcopy(known)
    for part in (planted, planted["engine"], planted["provenance"]["head_width"]):
        part["photo"] = "/home/zoe/secret.jpg"

    assert json.loads(parse(planted).without_unknown().to_json()) == known
    assert "secret" in parse(planted).to_json()
