from collections.abc import Iterator
from pathlib import Path

import pytest

from core import words
from core.words import PSEUDO, tr, trn, use_language

PO_HEADER = b"Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=n != 1;\n"


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    yield
    use_language("")


def catalogue(folder: Path, language: str, messages: dict[str, str]) -> None:
    """A catalogue as `msgfmt` writes it."""
    import struct

    entries = sorted({b"": PO_HEADER, **{key.encode(): value.encode() for key, value in messages.items()}}.items())
    ids, strings = b"\0".join(key for key, _ in entries) + b"\0", b"\0".join(value for _, value in entries) + b"\0"
    start = 28 + 16 * len(entries)
    tables: list[bytes] = []
    for texts, offset in (([key for key, _ in entries], start), ([value for _, value in entries], start + len(ids))):
        for text in texts:
            tables.append(struct.pack("<II", len(text), offset))
            offset += len(text) + 1
    header = struct.pack("<7I", 0x950412DE, 0, len(entries), 28, 28 + 8 * len(entries), 0, 0)
    path = folder / language / "LC_MESSAGES" / "likeness.mo"
    path.parent.mkdir(parents=True)
    path.write_bytes(header + b"".join(tables) + ids + strings)


def test_english_is_what_is_written() -> None:
    assert tr("Save") == "Save"
    assert tr("Saved as {name}.", name="a.avatar.json") == "Saved as a.avatar.json."
    assert tr("") == ""
    assert [trn("{count} face", "{count} faces", count) for count in (0, 1, 2)] == ["0 faces", "1 face", "2 faces"]


def test_braces_in_a_value_stay_as_they_are() -> None:
    assert tr("Saved as {name}.", name="{odd}.json") == "Saved as {odd}.json."


def test_catalogue_is_spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "LOCALES", tmp_path)
    catalogue(tmp_path, "de", {"Save": "Sichern", "{count} face\0{count} faces": "{count} Gesicht\0{count} Gesichter"})
    use_language("de")
    assert tr("Save") == "Sichern"
    assert trn("{count} face", "{count} faces", 3) == "3 Gesichter"
    assert tr("Open") == "Open"  # what nobody translated stays English


def test_unknown_language_is_english() -> None:
    use_language("xx")
    assert tr("Save") == "Save"


def test_pseudo_language_is_longer_and_keeps_values() -> None:
    use_language(PSEUDO)
    said = tr("Saved as {name}.", name="me.png")
    assert "me.png" in said
    assert "Saved" not in said
    assert said.startswith("[")
    assert len(said) > 1.25 * len("Saved as me.png.")
    assert trn("{count} face", "{count} faces", 3).startswith("[3 ƒåçéš")
