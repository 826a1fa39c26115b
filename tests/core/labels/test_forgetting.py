import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.engines.toy import SCHEMA
from core.errors import LabelError
from core.labels import storing
from core.labels.evaluation_set import EvaluationSet
from core.labels.forgetting import forget_person, forget_photos, tables_of_an_item
from core.labels.labelling import Labelling
from core.labels.locking import lock, new_version
from core.labels.overview import View, entries
from core.labels.records import Item
from core.labels.tables import Base, StepRow
from tests.core.labels.sets import ids, make_set, put_photos

NOTE = "this must go away: "


def traces(item: Item) -> list[bytes]:
    """What of a photo is somewhere in a set."""
    return [f"crop of {item.name}".encode(), item.name.encode(), item.sha256.encode(), f"{NOTE}{item.name}".encode(), b"Mia"]


def fill(faces: EvaluationSet) -> tuple[list[Item], list[Item]]:
    """Three photos of nobody we know, and then two of Mia that two designers have labelled."""
    others, hers = [entry.item for entry in entries(faces, View("Ada", "toy"))], put_photos(faces, 2, subject="Mia")
    for name in ("Ada", "Bea"):
        labelling = Labelling(faces, SCHEMA, name)
        for item in hers:
            labelling.begin(item.id, "prediction")
            labelling.annotate(item.id, NOTE + item.name)
        labelling.begin(others[0].id, "similar", started_from=hers[0].sha256)
        labelling.edit(hers[0].id, {"smile": 0.2})
    return others, hers


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_nothing_of_a_person_stays_in_the_file(file: Path) -> None:
    with make_set(file) as faces:
        others, hers = fill(faces)
        before = bytes_of(file.parent)
        assert all(trace in before for item in hers for trace in traces(item))

        gone = forget_person(faces, "Mia")

        while_open = bytes_of(file.parent)
    after = bytes_of(file.parent)
    for content in (while_open, after):
        assert [trace for item in hers for trace in traces(item) if trace in content] == []
        assert all(trace in content for item in others for trace in traces(item)[:3])
    assert gone.rows == {"items": 2, "crops": 2, "labels": 4, "edits": 14}
    assert gone.photos == tuple(item.path for item in hers)
    assert gone.copies == ()


def test_what_is_left_is_whole(faces: EvaluationSet) -> None:
    others, hers = fill(faces)
    forget_photos(faces, ids(hers))

    assert [entry.item for entry in entries(faces, View("Ada", "toy"))] == others
    ada = Labelling(faces, SCHEMA, "Ada")
    label = ada.label(others[0].id)
    assert label is not None
    assert (label.start, label.started_from) == ("similar", None)
    with faces.reading() as session:
        for table in tables_of_an_item():
            left = session.execute(select(table)).all()
            assert not any(trace.decode() in repr(row) for row in left for item in hers for trace in traces(item))
        assert session.scalar(select(func.count(StepRow.id))) == 2
    moved = ada.undo()
    assert moved is not None
    assert moved.label.item_id == others[0].id
    assert ada.undo() is None


def test_every_table_that_hangs_on_a_photo_is_emptied_with_it() -> None:
    """So that votes, when they come, cannot be left behind."""
    emptied = {table.name for table in tables_of_an_item()}
    hanging = {
        table.name
        for table in Base.metadata.tables.values()
        if any(key.column.table.name in emptied for key in table.foreign_keys)
    }

    assert hanging <= emptied == {"items", "crops", "labels", "edits"}


def test_forgetting_goes_on_from_a_frozen_set(faces: EvaluationSet) -> None:
    fill(faces)
    frozen = lock(faces)
    forget_person(faces, "Mia")

    facts = faces.facts
    assert (facts.version, facts.parent_digest, facts.is_locked) == (2, frozen.digest, False)


def test_copies_that_may_hold_the_person_are_named(file: Path) -> None:
    with make_set(file) as faces:
        fill(faces)
        lock(faces)
        new_version(faces)
        backup = file.with_name(f"{file.name}.before-0001")
        backup.touch()
        file.with_name("another.avatarset").touch()

        gone = forget_person(faces, "Mia")

    assert gone.copies == (backup, file.with_name("50% of us, ünîcode.v1.avatarset"))


def test_somebody_whom_nobody_knows_is_told(faces: EvaluationSet) -> None:
    with pytest.raises(LabelError, match="nobody is tagged"):
        forget_person(faces, "Mia")
    fill(faces)
    with pytest.raises(LabelError, match="there are Mia"):
        forget_person(faces, "mia")


def test_bytes_that_another_program_holds_are_told_and_can_be_wiped_later(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "WAIT_S", 0.2)
    with make_set(file) as faces:
        _, hers = fill(faces)
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN")
            other.execute("SELECT count(*) FROM items").fetchone()
            with pytest.raises(LabelError, match="forget once more"):
                forget_person(faces, "Mia")
            other.execute("ROLLBACK")

        forget_photos(faces, ids(hers))

        assert traces(hers[0])[0] not in bytes_of(file.parent)
