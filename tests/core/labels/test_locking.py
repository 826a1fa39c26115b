from pathlib import Path

import pytest
from sqlalchemy import text

from core.engines.toy import SCHEMA
from core.errors import LabelError
from core.labels.adding import tag_photos
from core.labels.evaluation_set import EvaluationSet
from core.labels.labelling import Labelling
from core.labels.locking import content_digest, lock, new_version, save_copy, verify
from core.labels.overview import View, crop, entries
from tests.core.labels.sets import check_history, make_set, put_photos


@pytest.fixture
def labelled(faces: EvaluationSet) -> EvaluationSet:
    for name in ("Ada", "Åsa", "bea"):
        labelling = Labelling(faces, SCHEMA, name)
        labelling.begin(1, "prediction", started_from="regions", seconds=0.1)
        labelling.edit(1, {"smile": 0.0, "head_width": 0.1}, seconds=1 / 3)
    return faces


def digest(evaluation_set: EvaluationSet) -> str:
    with evaluation_set.reading() as session:
        return content_digest(session)


def test_a_frozen_set_cannot_be_changed(labelled: EvaluationSet) -> None:
    before = digest(labelled)
    facts = lock(labelled)
    ada = Labelling(labelled, SCHEMA, "Ada")
    label = ada.label(1)

    assert facts == labelled.facts == verify(labelled)
    assert (facts.is_locked, facts.digest, facts.version) == (True, before, 1)
    for act in (
        lambda: ada.begin(2, "blind"),
        lambda: ada.edit(1, {"smile": 0.9}),
        lambda: ada.set_state(1, "done"),
        lambda: ada.annotate(1, "note"),
        lambda: ada.undo(),
        lambda: put_photos(labelled, 1),
        lambda: lock(labelled),
    ):
        with pytest.raises(LabelError, match="frozen"):
            act()
    assert ada.label(1) == label


def test_a_change_behind_our_back_is_noticed(labelled: EvaluationSet) -> None:
    lock(labelled)
    with labelled.writing(though_locked=True) as session:
        session.execute(text("UPDATE labels SET note = 'x' WHERE id = 1"))

    with pytest.raises(LabelError, match="is not what was frozen"):
        verify(labelled)
    with pytest.raises(LabelError, match="is not what was frozen"):
        new_version(labelled)


def test_a_set_that_is_not_frozen_has_nothing_to_go_on_from(labelled: EvaluationSet) -> None:
    with pytest.raises(LabelError, match="is not frozen"):
        new_version(labelled)


def test_the_next_version_names_the_frozen_one_which_stays(labelled: EvaluationSet, tmp_path: Path) -> None:
    frozen = lock(labelled)
    keep = tmp_path / "kept.avatarset"
    if labelled.path is None:
        with pytest.raises(LabelError, match="Say in which file"):
            new_version(labelled)

    facts = new_version(labelled, keep)

    assert (facts.version, facts.parent_digest, facts.digest, facts.is_locked) == (2, frozen.digest, None, False)
    Labelling(labelled, SCHEMA, "Ada").edit(1, {"smile": 0.9})
    assert lock(labelled).digest not in (None, frozen.digest)
    with EvaluationSet.open(keep) as kept:
        assert verify(kept) == frozen


def test_the_frozen_version_of_a_file_is_kept_beside_it(file: Path) -> None:
    with make_set(file) as faces:
        frozen = lock(faces)
        new_version(faces)
    kept = file.with_name("50% of us, ünîcode.v1.avatarset")

    with EvaluationSet.open(kept) as faces:
        assert verify(faces) == frozen
    with EvaluationSet.open(file) as faces:
        lock(faces)
        kept.rename(kept.with_name("50% of us, ünîcode.v2.avatarset"))
        with pytest.raises(LabelError, match="is there already"):
            new_version(faces)
        assert faces.facts.version == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE labels SET vector = replace(vector, '0.0', '0.5') WHERE id = 1",
        "UPDATE labels SET state = 'done' WHERE id = 1",
        "UPDATE labels SET seconds = seconds + 1 WHERE id = 1",
        "UPDATE labels SET start = 'blind' WHERE id = 1",
        "UPDATE labels SET flags = '[\"x\"]' WHERE id = 1",
        "UPDATE people SET name = 'Eve' WHERE name = 'Ada'",
        "UPDATE items SET is_blind = NOT is_blind WHERE id = 1",
        "UPDATE items SET problem = 'none' WHERE id = 3",
        "UPDATE crops SET quad = '[]' WHERE item_id = 3",
        "DELETE FROM items WHERE id = 3",
        "UPDATE sets SET version = 7",
    ],
)
def test_the_digest_sees_every_change_of_content(statement: str, file: Path) -> None:
    with make_set(file) as faces:
        ada = Labelling(faces, SCHEMA, "Ada")
        ada.begin(1, "prediction")
        ada.edit(1, {"smile": 0.0})
        before = digest(faces)
        with faces.writing() as session:
            session.execute(text(statement))

        assert digest(faces) != before


def test_the_digest_does_not_see_what_is_no_content(labelled: EvaluationSet) -> None:
    before = digest(labelled)
    tag_photos(labelled, [1], "Mia")
    ada = Labelling(labelled, SCHEMA, "Ada")
    ada.edit(1, {"smile": 0.7})
    ada.undo()
    with labelled.writing() as session:
        session.execute(text("UPDATE items SET path = '/elsewhere', name = 'other', position = 99 - position"))

    assert digest(labelled) == before


def test_a_copy_in_a_file_says_the_same(labelled: EvaluationSet, tmp_path: Path) -> None:
    copy = tmp_path / "copy.avatarset"
    lock(labelled)
    save_copy(labelled, copy)

    with EvaluationSet.open(copy) as copied:
        assert verify(copied) == labelled.facts
        assert entries(copied, View("Ada", "toy")) == entries(labelled, View("Ada", "toy"))
        assert crop(copied, 2) == crop(labelled, 2)
        new_version(copied, tmp_path / "kept.avatarset")
        ada = Labelling(copied, SCHEMA, "Ada")
        assert len(ada.history(1)) == 4
        moved = ada.undo()
        assert moved is not None
        assert moved.fields == ("smile", "head_width")
        assert check_history(ada) == [0.1]
    with pytest.raises(LabelError, match="is there already"):
        save_copy(labelled, copy)
