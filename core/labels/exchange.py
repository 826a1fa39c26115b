"""Labels as text, both ways: CSV with a row for each photo and field, JSON Lines with a line for each label.

CSV is for tables and statistics; it says how long each field took, but has no history of edits. JSON Lines has everything. No
photo is in either: photos are named by their pixels' sha256, and must be in a set before their labels can be.
"""

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.avatar.schema import AvatarSchema
from core.errors import LabelError, SettingError
from core.files import writing_atomically
from core.labels.evaluation_set import EvaluationSet
from core.labels.overview import designers as known_designers
from core.labels.reading_in import OF_LABEL, ReadingIn, RefusedError
from core.labels.travelling import CarriedLabel, Key, Placed, carried_labels, count_labels, place_labels
from core.reporting import Reporter
from core.words import tr

COLUMNS = (*OF_LABEL, "field", "value", "by", "field_seconds")
"""Of a CSV file. Those of the label are the same in each of its rows; a label without values has one row without a field."""

NEEDED = ("photo", "designer", "engine", "field", "value")
"""Columns that no CSV file can do without; the others have defaults, for tables that were made elsewhere."""

_FORMULA = re.compile("'*\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20]|'*[\t\r\n]")
_DECIMALS = {"value", "seconds", "field_seconds"}
_EACH = 500  # labels or lines between two looks at the reporter


class _StoppedError(Exception):
    """Somebody wants no more of it."""


@dataclass(frozen=True)
class Problem:
    """Something in a file that could not be taken.

    Attributes:
        line: Where, counted from 1.
        text: What, in a sentence.
    """

    line: int
    text: str


@dataclass(frozen=True)
class Imported:
    """What came of a file.

    Attributes:
        labels: What became of the labels that could be read.
        problems: What could not be taken, in the order of lines; a label with a problem was left out whole.
    """

    labels: Placed
    problems: tuple[Problem, ...]


def export_labels(
    evaluation_set: EvaluationSet,
    path: Path,
    reporter: Reporter,
    engine: str | None = None,
    designers: Collection[str] | None = None,
) -> int | None:
    """Write labels to a file that ends in `.csv` or `.jsonl`, whole or not at all.

    Args:
        evaluation_set: Whose.
        path: The file; one that is there is replaced.
        reporter: Hears how many labels are done, and can stop it.
        engine: Only of this avatar.
        designers: Only of these people.

    Returns:
        How many; None where it was stopped and nothing was written.

    Raises:
        LabelError: The name has another ending, or the set cannot be read.
        SettingError: The set is not for this avatar, or one of these people has no label in it; nothing was written.
        FileNotWrittenError: The disk is full or the folder cannot be written.
    """
    _expect_known(evaluation_set, engine, designers)
    ending = _ending(path)
    write, encoding = {".csv": (_write_csv, "utf-8-sig"), ".jsonl": (_write_jsonl, "utf-8")}[ending]
    try:
        with evaluation_set.reading() as session, writing_atomically(path) as file:
            total = count_labels(session, engine, designers)
            text = io.TextIOWrapper(file, encoding, newline="")
            write(text, _heard(carried_labels(session, engine, designers), total, reporter))
            text.detach()  # flushed, and the file stays open
    except _StoppedError:
        return None
    return total


def import_labels(
    evaluation_set: EvaluationSet, path: Path, schemas: Mapping[str, AvatarSchema], reporter: Reporter
) -> Imported | None:
    """Take labels from a file that `export_labels` wrote, or that has at least the columns `NEEDED`.

    A label that is there already stays as it is; one that has a problem is left out, and the others are taken.

    Args:
        evaluation_set: Gets them, all in one change.
        path: `.csv` or `.jsonl`.
        schemas: Engine -> its parameters as they are today, for every engine of the set.
        reporter: Hears how many labels are done, and can stop it.

    Returns:
        What came of it; None where it was stopped, and nothing was changed.

    Raises:
        LabelError: The file cannot be read or is no such table, or the set is frozen or cannot be written.
        FileNotWrittenError: The disk is full; nothing was changed.
    """
    read = {".csv": _read_csv, ".jsonl": _read_jsonl}[_ending(path)]
    reading_in = ReadingIn(evaluation_set.facts.engines, schemas)
    problems: list[Problem] = []
    lines: dict[Key, int] = {}
    came = _each_once(read(_text(path), path.name, reading_in, problems), lines, problems)
    placed = Placed()
    with evaluation_set.writing(alone=True) as session:
        for part in place_labels(session, iter(list(came))):
            placed += part
            reporter.progress(placed.added + placed.same + len(placed.conflicts) + len(placed.homeless), len(lines))
            if reporter.should_stop():
                session.rollback()
                return None
    problems += (
        Problem(lines[label.key], tr("Photo {photo}… is not in the set. Add it, then import again.", photo=label.photo[:12]))
        for label in placed.homeless
    )
    return Imported(placed, tuple(sorted(problems, key=lambda problem: problem.line)))


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula: `'` goes before it where one would."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """What was given to `guarded`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def _ending(path: Path) -> str:
    ending = path.suffix.lower()
    if ending not in (".csv", ".jsonl"):
        raise LabelError(
            tr("{name}: labels are kept as .csv (for tables) or .jsonl (with the history). Name one of these.", name=path.name)
        )
    return ending


def _expect_known(evaluation_set: EvaluationSet, engine: str | None, designers: Collection[str] | None) -> None:
    """Check names before a file that is there is replaced by an empty one."""
    engines, people = evaluation_set.facts.engines, known_designers(evaluation_set)
    if engine is not None and engine not in engines:
        raise SettingError(
            tr(
                "{location} is for {names}, not for {engine}.",
                location=evaluation_set.location,
                names=", ".join(engines),
                engine=engine,
            )
        )
    unknown = [name for name in designers or () if name not in people]
    if unknown:
        there = tr("there are {names}", names=", ".join(people)) if people else tr("nobody has labelled yet")
        raise SettingError(
            tr(
                "There is no designer “{unknown}” in {location}; {there}.",
                unknown=unknown[0],
                location=evaluation_set.location,
                there=there,
            )
        )


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise LabelError(tr("{path} cannot be read: {strerror}.", path=path, strerror=error.strerror or error)) from error
    except UnicodeDecodeError as error:
        raise LabelError(tr("{path} is not text in UTF-8. In a spreadsheet, save it as “CSV UTF-8”.", path=path)) from error


def _heard(labels: Iterable[CarriedLabel], total: int, reporter: Reporter) -> Iterator[CarriedLabel]:
    done = 0
    for done, label in enumerate(labels, 1):
        yield label
        if done % _EACH == 0:
            _tell(reporter, done, total)
    _tell(reporter, done, total)


def _tell(reporter: Reporter, done: int, total: int) -> None:
    reporter.progress(done, total)
    if reporter.should_stop():
        raise _StoppedError


def _described(carried: CarriedLabel) -> dict[str, Any]:
    label = carried.label
    return {
        "photo": carried.photo, "name": carried.name, "designer": label.designer, "engine": label.engine,
        "fingerprint": label.fingerprint, "take": label.take, "state": label.state, "start": label.start,
        "started_from": label.started_from, "seconds": label.seconds, "made_at": label.made_at.isoformat(),
        "changed_at": label.changed_at.isoformat(), "note": label.note, "flags": list(label.flags),
    }  # fmt: skip


def _write_csv(file: io.TextIOWrapper, labels: Iterable[CarriedLabel]) -> None:
    table = csv.writer(file)
    table.writerow(COLUMNS)
    for carried in labels:
        described = _described(carried) | {"flags": json.dumps(carried.label.flags) if carried.label.flags else ""}
        of_label = [guarded("" if value is None else str(value)) for value in described.values()]
        took: dict[str, float] = defaultdict(float)
        for edit in carried.edits:
            took[edit.field] += edit.seconds
        for name, value in carried.label.values.items():
            by = carried.label.provenance.get(name, "default")
            table.writerow([*of_label, guarded(name), guarded(str(value)), by, round(took[name], 3)])
        if not carried.label.values:
            table.writerow([*of_label, "", "", "", ""])


def _write_jsonl(file: io.TextIOWrapper, labels: Iterable[CarriedLabel]) -> None:
    for carried in labels:
        whole = _described(carried) | {
            "values": dict(carried.label.values),
            "provenance": dict(carried.label.provenance),
            "edits": [asdict(edit) | {"at": edit.at.isoformat()} for edit in carried.edits],
        }
        file.write(json.dumps(whole, ensure_ascii=False, allow_nan=False) + "\n")


def _read_jsonl(text: str, _name: str, reading_in: ReadingIn, problems: list[Problem]) -> Iterator[tuple[int, CarriedLabel]]:
    for number, line in enumerate(text.split("\n"), 1):  # not splitlines: a note may have other ends of lines in it
        if not line.strip():
            continue
        try:
            yield number, reading_in.whole(json.loads(line))
        except (json.JSONDecodeError, RecursionError) as error:
            problems.append(Problem(number, tr("This is no JSON: {error}.", error=error)))
        except RefusedError as error:
            problems.append(Problem(number, str(error)))


def _read_csv(text: str, name: str, reading_in: ReadingIn, problems: list[Problem]) -> Iterator[tuple[int, CarriedLabel]]:
    for rows in _gathered(_rows(text, name, problems)):
        try:
            yield rows[0][0], reading_in.from_rows([row for _, row in rows])
        except RefusedError as error:
            problems.append(Problem(rows[error.row][0], str(error)))


def _rows(text: str, name: str, problems: list[Problem]) -> Iterator[tuple[int, dict[str, str]]]:
    first = text.partition("\n")[0]
    is_continental = ";" in first and "," not in first  # what spreadsheets write where a decimal has a comma
    csv.field_size_limit(2**31 - 1)  # a note may be longer than the 128 kB that it is otherwise
    table = csv.reader(io.StringIO(text, newline=""), delimiter=";" if is_continental else ",")
    try:
        head = next(table, [])
        missing = [column for column in NEEDED if column not in head]
        if missing or len(set(head)) < len(head):
            what = tr("it has no column {names}", names=", ".join(missing)) if missing else tr("it has a column twice")
            raise LabelError(
                tr(
                    "{name} is no table of labels: {what}. Its columns, separated by commas, are {names}.",
                    name=name,
                    what=what,
                    names=", ".join(COLUMNS),
                )
            )
        strange = [column for column in head if column not in COLUMNS]
        if strange:
            problems.append(Problem(1, tr("{names} is no column of labels, and was passed over.", names=", ".join(strange))))
        for row in table:
            if not any(row):  # spreadsheets leave empty rows
                continue
            if len(row) == len(head):
                cells = {column: unguarded(cell) for column, cell in zip(head, row, strict=True)}
                decimals = {name: cells[name].replace(",", ".") for name in _DECIMALS & cells.keys()} if is_continental else {}
                yield table.line_num, cells | decimals
            else:
                why = tr("This row has {count} columns, and the first one {first}.", count=len(row), first=len(head))
                problems.append(Problem(table.line_num, why))
    except csv.Error as error:
        raise LabelError(
            tr("{name}, line {line_num}, is no row of a table: {error}.", name=name, line_num=table.line_num, error=error)
        ) from error


def _gathered(rows: Iterable[tuple[int, dict[str, str]]]) -> Iterator[list[tuple[int, dict[str, str]]]]:
    """The rows of each label, wherever in the table somebody has sorted them to."""
    found: dict[tuple[str, ...], list[tuple[int, tuple[str, ...]]]] = defaultdict(list)
    head: Iterable[str] = ()
    once: dict[str, str] = {}  # most cells say what others say: a large table takes a tenth of the memory
    for number, row in rows:
        head = row
        key = tuple(row.get(column, "") for column in ("photo", "designer", "engine", "take"))
        found[key].append((number, tuple(once.setdefault(cell, cell) for cell in row.values())))
    for label in found.values():
        yield [(number, dict(zip(head, cells, strict=True))) for number, cells in label]


def _each_once(
    labels: Iterable[tuple[int, CarriedLabel]], lines: dict[Key, int], problems: list[Problem]
) -> Iterator[CarriedLabel]:
    for number, label in labels:
        if label.key in lines:
            problems.append(Problem(number, f"This label is there already, in line {lines[label.key]}."))
        else:
            lines[label.key] = number
            yield label
