import csv
import errno
import io
import json
import os
import threading
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.avatar.schema import AvatarSchema
from core.engines.toy import SCHEMA
from core.errors import FileNotWrittenError, LabelError, SettingError
from core.labels import exchange, travelling
from core.labels.evaluation_set import EvaluationSet
from core.labels.exchange import COLUMNS, Imported, export_labels, guarded, import_labels, unguarded
from core.labels.locking import lock
from core.labels.travelling import CarriedLabel, Placed
from core.reporting import SilentReporter
from tests.core.labels.carried import NASTY, PHOTOS, StopsAt, held, keyed, quick_set, said, several, texts
from tests.core.labels.sets import make_set

SILENT = SilentReporter()
A_FEW = settings().max_examples // 3
SCHEMAS = {"toy": SCHEMA}


def written(labels: list[CarriedLabel], path: Path) -> Path:
    with quick_set(labels) as source:
        assert export_labels(source, path, SILENT) == len(labels)
    return path


def taken(path: Path, here: list[CarriedLabel] | None = None) -> tuple[Imported, dict[Any, CarriedLabel]]:
    with quick_set(here or []) as target:
        found = import_labels(target, path, SCHEMAS, SILENT)
        assert found is not None
        return found, held(target)


def without_history(labels: dict[Any, CarriedLabel]) -> dict[Any, CarriedLabel]:
    return {key: replace(label, edits=()) for key, label in labels.items()}


@given(labels=several())
@settings(max_examples=A_FEW, suppress_health_check=[HealthCheck.too_slow])
def test_everything_comes_back_from_json_lines(labels: list[CarriedLabel], tmp_path_factory: pytest.TempPathFactory) -> None:
    found, back = taken(written(labels, tmp_path_factory.getbasetemp() / "labels.jsonl"))

    assert found == Imported(Placed(len(labels)), ())
    assert back == keyed(labels)


@given(labels=several())
@settings(max_examples=A_FEW, suppress_health_check=[HealthCheck.too_slow])
def test_every_label_comes_back_from_csv_and_how_long_its_fields_took(
    labels: list[CarriedLabel], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = written(labels, tmp_path_factory.getbasetemp() / "labels.csv")
    found, back = taken(path)

    assert found == Imported(Placed(len(labels)), ())
    assert without_history(back) == without_history(keyed(labels))
    for key, label in keyed(labels).items():
        for name in label.label.values:
            took = sum(edit.seconds for edit in label.edits if edit.field == name)
            assert sum(edit.seconds for edit in back[key].edits if edit.field == name) == pytest.approx(took, abs=0.001)


@given(labels=several())
@settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_that_is_here_changes_and_twice_is_once(
    labels: list[CarriedLabel], tmp_path_factory: pytest.TempPathFactory
) -> None:
    begun = [replace(one, label=replace(one.label, state="done", note="mine")) for one in labels[:3]]
    path = written(labels, tmp_path_factory.getbasetemp() / "labels.csv")
    with quick_set(begun) as target:
        first = import_labels(target, path, SCHEMAS, SILENT)
        once = held(target)
        second = import_labels(target, path, SCHEMAS, SILENT)

        assert held(target) == once
    assert first is not None
    assert second is not None
    assert {key: once[key] for key in keyed(begun)} == keyed(begun)
    assert second.labels.added == 0
    assert len(second.labels.conflicts) == len(first.labels.conflicts)


@given(texts | st.text("'=+-@\t\r\n x\uff1d", max_size=6))
def test_no_cell_begins_as_a_formula_and_every_text_comes_back(text: str) -> None:
    cell = guarded(text)

    assert unguarded(cell) == text
    assert cell.lstrip()[:1] not in [*"=+-@\uff1d\uff0b\uff0d\uff20"]
    assert cell[:1] not in [*"\t\r\n"]


def test_text_that_is_no_formula_is_written_as_it_is() -> None:
    assert [guarded(text) for text in ("Ada", "'tis", "a=b", "0.5", "")] == ["Ada", "'tis", "a=b", "0.5", ""]
    assert unguarded("'tis") == "'tis"


def test_no_cell_of_a_file_is_a_formula(tmp_path: Path) -> None:
    label = said("=1+1", 0, 0.25)
    label = replace(label, label=replace(label.label, note="@SUM(A1)", flags=("+x",), started_from="-2"))
    with written([label], tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))

    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 1 + len(label.label.values)
    assert {"'=1+1", "'@SUM(A1)", '["+x"]', "'-2"} < set(rows[1])
    assert not [cell for row in rows for cell in row if cell[:1] in [*"=+-@\t\r"]]


def test_one_row_for_each_photo_and_field(tmp_path: Path) -> None:
    with written([said("Ada", 1, 0.25)], tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["field"]: row for row in csv.DictReader(file)}

    assert list(rows) == [parameter.id for parameter in SCHEMA]
    assert rows["head_width"] == {
        "photo": PHOTOS[1], "name": "photo-00001.jpg", "designer": "Ada", "engine": "toy", "fingerprint": SCHEMA.fingerprint(),
        "take": "1", "state": "done", "start": "blind", "started_from": "", "seconds": "1.0",
        "made_at": "2026-05-01T00:00:00+00:00", "changed_at": "2026-05-01T00:00:00+00:00", "note": "", "flags": "",
        "field": "head_width", "value": "0.25", "by": "edited", "field_seconds": "0.0",
    }  # fmt: skip


def test_table_that_was_made_elsewhere_needs_five_columns_in_any_order(tmp_path: Path) -> None:
    label = said("Ada", 0, 0.25)
    rows = [f"{value},{PHOTOS[0]},{name},Ada,toy" for name, value in label.label.values.items()]
    (tmp_path / "a.csv").write_text("\n".join(["value,photo,field,designer,engine", *reversed(rows)]))
    found, back = taken(tmp_path / "a.csv")

    assert found.problems == ()
    here = back[label.key].label
    assert dict(here.values) == dict(label.label.values)
    assert (here.state, here.start, here.take, here.note, here.seconds) == ("done", "blind", 1, "", 0.0)
    assert set(here.provenance.values()) == {"edited"}


def edited_csv(tmp_path: Path, change: Callable[[list[dict[str, str]]], None]) -> Path:
    """The file of two labels, changed by hand; the first one's rows are 2 to 10, the second one's begin at 11."""
    path = written([said("Ada", 0, 0.25), said("Bo", 1, 0.5)], tmp_path / "a.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    change(rows)
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, COLUMNS)
    table.writeheader()
    table.writerows(rows)
    path.write_text(text.getvalue(), newline="")
    return path


COUNT = len(list(SCHEMA))


@pytest.mark.parametrize(
    ("row", "column", "cell", "message"),
    [
        (2, "field", "hat", "Engine toy 1 has no parameter “hat”"),
        (2, "value", "1.5", "head_width is 1.5; it must be between 0 and 1"),
        (2, "value", "wide", "head_width is “wide”; it must be a number"),
        (2, "value", "nan", "head_width is nan; it must be between 0 and 1"),
        (COUNT - 1, "value", "mullet", "has no option “mullet”"),
        (1, "field", "head_round", "head_round is there twice"),
        (3, "state", "draft", "state is not the same as in the label's first row"),
        (2, "by", "magic", "by is “magic”; there are predicted, copied"),
        (2, "field_seconds", "-1", "field_seconds is -1.0; it must be a number of seconds"),
    ],
)
def test_row_that_is_wrong_is_told_by_its_line_and_its_label_alone_left_out(
    row: int, column: str, cell: str, message: str, tmp_path: Path
) -> None:
    def change(rows: list[dict[str, str]]) -> None:
        rows[row][column] = cell

    found, back = taken(edited_csv(tmp_path, change))

    (problem,) = found.problems
    assert (problem.line, message in problem.text) == (row + 2, True), problem
    assert [key[1] for key in back] == ["Bo"]


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("photo", "0a", "photo is “0a”; it must be the 64 hex digits"),
        ("designer", " ", "designer is missing"),
        ("engine", "toon", "made for engine toon; the set is for toy"),
        ("fingerprint", "abcdefabcdef", "made for toy with other parameters (abcdefabcdef)"),
        ("take", "0", "take is 0.0; it must be 1"),
        ("take", "1.5", "take is 1.5; it must be 1"),
        ("take", "inf", "take is inf; it must be 1"),
        ("take", "first", "take is “first”; it must be a number"),
        ("state", "finished", "state is “finished”; there are todo, draft"),
        ("start", "guess", "start is “guess”; there are prediction"),
        ("seconds", "nan", "seconds is nan"),
        ("made_at", "22/11/2026", "moments look like 2026"),
        ("changed_at", "2026-11-22T10:00:00", "without a time zone"),
        ("flags", "ears, hair", 'flags look like ["one", "two"]'),
        ("flags", "3", "flags must be a list"),
        ("flags", "[3]", "flags must be a text"),
    ],
)
def test_label_that_is_wrong_is_told_by_its_first_line(column: str, cell: str, message: str, tmp_path: Path) -> None:
    def change(rows: list[dict[str, str]]) -> None:
        for row in rows[COUNT:]:
            row[column] = cell

    found, back = taken(edited_csv(tmp_path, change))

    (problem,) = found.problems
    assert (problem.line, message in problem.text) == (COUNT + 2, True), problem
    assert [key[1] for key in back] == ["Ada"]


def test_label_that_says_nothing_of_a_parameter_is_told(tmp_path: Path) -> None:
    def change(rows: list[dict[str, str]]) -> None:
        del rows[2]

    found, back = taken(edited_csv(tmp_path, change))

    assert [(problem.line, problem.text) for problem in found.problems] == [(2, "The label says nothing of head_width.")]
    assert [key[1] for key in back] == ["Bo"]


def test_photo_that_is_not_here_is_told(tmp_path: Path) -> None:
    def change(rows: list[dict[str, str]]) -> None:
        for row in rows[:COUNT]:
            row["photo"] = "f" * 64

    found, back = taken(edited_csv(tmp_path, change))

    assert [(problem.line, problem.text) for problem in found.problems] == [
        (2, "Photo ffffffffffff… is not in the set. Add it, then import again.")
    ]
    assert [key[1] for key in back] == ["Bo"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no column photo, designer"),
        ("photo\tdesigner\tengine\tfield\tvalue\n", "has no column photo"),
        ("photo,designer,engine,field,value,value\n", "has a column twice"),
    ],
)
def test_file_that_is_no_table_of_labels_is_refused(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(LabelError, match=message):
        taken(tmp_path / "a.csv")


def test_row_of_another_length_and_a_column_of_somebody_elses_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('photo,designer,engine,field,value,mine\na,b\n\n,,,,,\n""\n')
    found, _ = taken(tmp_path / "a.csv")

    assert [(problem.line, problem.text) for problem in found.problems] == [
        (1, "mine is no column of labels, and was passed over."),
        (2, "This row has 2 columns, and the first one 6."),
    ]


def test_file_that_is_absent_no_text_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_bytes("photo,ü".encode("latin-1"))
    for name, message in {
        "a.csv": "cannot be read: No such file",
        "b.csv": "not text in UTF-8",
        "c.xlsx": "Name one of these",
    }.items():
        with pytest.raises(LabelError, match=message):
            taken(tmp_path / name)
    with pytest.raises(LabelError, match="Name one of these"):
        written([], tmp_path / "labels.txt")


LINE: dict[str, Any] = {"photo": PHOTOS[0], "designer": "Ada", "engine": "toy", "state": "skipped"}
EDIT = {
    "kind": "do", "field": "head_width", "old": None, "new": 0.5, "old_by": None, "by": "edited", "seconds": 1,
    "at": "2026-05-01T00:00:00Z",
}  # fmt: skip


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "This is no JSON"),
        ("[" * 100_000, "This is no JSON"),
        ("[]", "This is no label"),
        (LINE | {"mood": 1}, "“mood” is nothing that labels have"),
        (LINE | {"values": []}, "values must be an object"),
        (LINE | {"values": {"head_width": True}}, "head_width is True; it must be between 0 and 1"),
        (LINE | {"values": {"hair_type": 3}}, "hair_type is 3; it must be the id of an option"),
        (LINE | {"provenance": {"hair_type": ["x"]}}, "by is “['x']”; there are"),
        (LINE | {"state": {}}, "state is “{}”; there are"),
        (LINE | {"engine": 3}, "engine must be a text"),
        (LINE | {"note": "\ud800"}, "note has signs in it that are no text"),
        (LINE | {"take": True}, "take is True"),
        (LINE | {"fingerprint": 12}, "with other parameters (12)"),
        (LINE | {"state": "done"}, "The label says nothing of head_round, head_long, head_width and others."),
        (LINE | {"edits": {}}, "edits must be a list"),
        (LINE | {"edits": [{}]}, "An edit has at, by"),
        (LINE | {"edits": [EDIT | {"field": "hat"}]}, "no parameter “hat”"),
        (LINE | {"edits": [EDIT | {"new": 2}]}, "head_width is 2"),
        (LINE | {"edits": [EDIT | {"kind": "forget"}]}, "kind is “forget”"),
        (LINE | {"edits": [EDIT | {"field": ":flags", "new": {"a": 1}}]}, ":flags was changed to"),
        (LINE | {"edits": [EDIT | {"seconds": -1}]}, "seconds is -1"),
    ],
)
def test_line_that_is_wrong_is_told_and_the_others_are_taken(line: str | dict[str, Any], message: str, tmp_path: Path) -> None:
    path = written([said("Bo", 1, 0.5)], tmp_path / "a.jsonl")
    path.write_text("\n" + (line if isinstance(line, str) else json.dumps(line)) + "\n" + path.read_text())
    found, back = taken(path)

    (problem,) = found.problems
    assert (problem.line, message in problem.text) == (2, True), problem
    assert [key[1] for key in back] == ["Bo"]


def test_label_twice_is_told(tmp_path: Path) -> None:
    path = written([said("Bo", 1, 0.5)], tmp_path / "a.jsonl")
    path.write_text(path.read_text() * 2)
    found, _ = taken(path)

    assert found.labels == Placed(1)
    assert [(problem.line, problem.text) for problem in found.problems] == [(2, "This label is there already, in line 1.")]


def test_edits_come_whole(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(LINE | {"edits": [EDIT]}))
    found, back = taken(tmp_path / "a.jsonl")

    assert found.problems == ()
    (label,) = back.values()
    assert [(edit.field, edit.old, edit.new, edit.by, edit.seconds) for edit in label.edits] == [
        ("head_width", None, 0.5, "edited", 1.0)
    ]


def test_label_of_an_older_version_of_the_engine_is_taken_as_it_is(tmp_path: Path) -> None:
    older = AvatarSchema("toy", 1, SCHEMA.continuous[:3], SCHEMA.discrete[:1])
    values = {one.id: 0.5 for one in older.continuous} | {"skin_tone": "tone_1"}
    (tmp_path / "a.jsonl").write_text(json.dumps(LINE | {"state": "done", "fingerprint": older.fingerprint(), "values": values}))
    with EvaluationSet.create(tmp_path / "a.avatarset", "A", [older]) as target:
        found = import_labels(target, tmp_path / "a.jsonl", SCHEMAS, SILENT)

    assert found is not None
    assert [problem.text[:20] for problem in found.problems] == [f"Photo {PHOTOS[0][:12]}… "]


def test_engine_that_is_not_installed_is_told(tmp_path: Path) -> None:
    path = written([said("Bo", 1, 0.5)], tmp_path / "a.jsonl")
    with quick_set() as target:
        found = import_labels(target, path, {}, SILENT)

    assert found is not None
    assert "which is not installed here" in found.problems[0].text


def test_some_of_the_labels_are_written(tmp_path: Path) -> None:
    everything = [said(name, 0, 0.5) for name in ("Ada", "Bo", "Cy")]
    with quick_set(everything) as source:
        export_labels(source, tmp_path / "a.jsonl", SILENT, designers=["Ada", "Cy"])
        (tmp_path / "b.jsonl").write_text("of yesterday")
        with pytest.raises(SettingError, match="is for toy, not for toon"):
            export_labels(source, tmp_path / "b.jsonl", SILENT, engine="toon")
        with pytest.raises(SettingError, match=r"no designer “ada” in .*; there are Ada, Bo, Cy"):
            export_labels(source, tmp_path / "b.jsonl", SILENT, designers=["Cy", "ada"])
    assert (tmp_path / "b.jsonl").read_text() == "of yesterday"

    assert sorted(key[1] for key in taken(tmp_path / "a.jsonl")[1]) == ["Ada", "Cy"]


def test_frozen_set_takes_nothing_and_stop_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(travelling, "AT_ONCE", 1)
    path = written([said("Ada", 0, 0.5), said("Bo", 0, 0.5)], tmp_path / "a.csv")
    with quick_set() as target:
        assert import_labels(target, path, SCHEMAS, StopsAt(1)) is None
        assert held(target) == {}
        assert export_labels(target, path, StopsAt(0)) is None
        lock(target)
        with pytest.raises(LabelError, match="is frozen"):
            import_labels(target, path, SCHEMAS, SILENT)


def test_writing_holds_a_few_labels_at_a_time_tells_how_far_it_is_and_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(travelling, "AT_ONCE", 2)
    monkeypatch.setattr(exchange, "_EACH", 2)
    labels = [said(name, photo, 0.5) for photo in range(4) for name in ("Ada", "Bo")][:5]
    seen: list[weakref.ref[CarriedLabel]] = []
    most, real = 0, exchange._described

    def described(carried: CarriedLabel) -> dict[str, Any]:
        nonlocal most
        seen.append(weakref.ref(carried))
        most = max(most, sum(one() is not None for one in seen))
        return real(carried)

    monkeypatch.setattr(exchange, "_described", described)
    whole, half = StopsAt(99), StopsAt(2)
    with quick_set(labels) as source:
        for ending in (".csv", ".jsonl"):
            assert export_labels(source, tmp_path / f"whole{ending}", whole) == 5
            assert export_labels(source, tmp_path / f"half{ending}", half) is None

    assert whole.heard == [(2, 5), (4, 5), (5, 5)] * 2
    assert most <= 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["whole.csv", "whole.jsonl"]


def test_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written([said("Ada", 0, 0.5)], tmp_path / "a.csv")
    before = path.read_bytes()

    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with quick_set() as empty, pytest.raises(FileNotWrittenError, match="No space left"):
        export_labels(empty, path, SILENT)

    assert path.read_bytes() == before


def test_the_same_on_a_server(location: Path | str, tmp_path: Path) -> None:
    labels = [replace(said("Ada", photo, 0.1), label=replace(said("Ada", photo, 0.1).label, note=note)) for photo, note in
              zip(range(3), NASTY[1:], strict=False)]  # fmt: skip
    path = written(labels, tmp_path / "a.csv")
    with make_set(location, photos=3) as target:
        found = import_labels(target, path, SCHEMAS, SILENT)

        assert found == Imported(Placed(3), ())
        assert held(target) == keyed(labels)
        export_labels(target, tmp_path / "b.csv", SILENT)
    assert (tmp_path / "b.csv").read_bytes() == path.read_bytes()


def test_table_of_a_spreadsheet_whose_decimals_have_commas_is_taken(tmp_path: Path) -> None:
    label = said("Ada", 0, 0.5)
    label = replace(label, label=replace(label.label, note="wide, or not; 1,5", seconds=2.5))
    rows = list(csv.reader(io.StringIO(written([label], tmp_path / "a.csv").read_text("utf-8-sig"), newline="")))
    numbers = [rows[0].index(name) for name in ("value", "seconds", "field_seconds")]
    with (tmp_path / "b.csv").open("w", encoding="utf-8-sig", newline="") as file:
        for row in rows:
            csv.writer(file, delimiter=";").writerow(
                cell.replace(".", ",") if place in numbers else cell for place, cell in enumerate(row)
            )
    found, back = taken(tmp_path / "b.csv")

    assert (found.labels.added, found.problems) == (1, ())
    assert without_history(back) == without_history(keyed([label]))


def test_thousands_in_a_table_with_commas_are_no_decimals(tmp_path: Path) -> None:
    text = written([said("Ada", 0, 0.5)], tmp_path / "a.csv").read_text("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    for row in rows[1:]:
        row[rows[0].index("seconds")] = "1,000"
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    found, _ = taken(tmp_path / "a.csv")

    assert [problem.text for problem in found.problems] == ["seconds is “1,000”; it must be a number."]


def test_very_long_note_comes_back(tmp_path: Path) -> None:
    label = said("Ada", 0, 0.5)
    label = replace(label, label=replace(label.label, note="ü" * 200_000))

    assert without_history(taken(written([label], tmp_path / "a.csv"))[1]) == without_history(keyed([label]))


def test_same_file_is_imported_twice_at_once(location: Path | str, tmp_path: Path) -> None:
    path = written([said(name, photo, 0.5) for photo in range(3) for name in ("Ada", "Bo")], tmp_path / "a.jsonl")
    found: list[Imported | None] = []
    make_set(location, photos=3).close()

    def take() -> None:
        with EvaluationSet.open(location) as target:
            both.wait()
            found.append(import_labels(target, path, SCHEMAS, SILENT))

    both = threading.Barrier(3, timeout=60)
    threads = [threading.Thread(target=take) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(one.labels.added for one in found if one) == [0, 0, 6]
