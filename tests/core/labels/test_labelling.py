import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.avatar.vector import AvatarVector, Value
from core.engines import engine_schema
from core.engines.toy import SCHEMA
from core.errors import LabelError, ValueRefusedError
from core.labels.evaluation_set import EvaluationSet
from core.labels.labelling import Labelling
from core.labels.overview import View, entries
from core.labels.records import Item, Label
from tests.core.labels import toy_designer
from tests.core.labels.sets import check_history, make_set, put_photos, replayed

VIEW = View("Ada", "toy")


@pytest.fixture
def ada(faces: EvaluationSet) -> Labelling:
    return Labelling(faces, SCHEMA, "Ada")


@pytest.fixture
def photos(faces: EvaluationSet) -> list[Item]:
    return [entry.item for entry in entries(faces, VIEW)]


def test_a_label_begins_as_what_it_was_begun_from(ada: Labelling, photos: list[Item]) -> None:
    vector = AvatarVector.from_values(SCHEMA, {"head_width": 0.123, "hair_type": "long"})

    begun = ada.begin(photos[0].id, "prediction", vector, "regions", seconds=2.0)

    assert (begun.designer, begun.engine, begun.take, begun.state) == ("Ada", "toy", 1, "draft")
    assert begun.values == vector.values()
    assert (begun.start, begun.started_from, begun.seconds) == ("prediction", "regions", 2.0)
    assert set(begun.provenance.values()) == {"predicted"}
    assert begun.fingerprint == SCHEMA.fingerprint()
    assert ada.label(photos[0].id) == begun
    assert ada.label(photos[1].id) is None


def test_beginning_twice_changes_nothing(ada: Labelling, photos: list[Item]) -> None:
    begun = ada.begin(photos[0].id, "blind")

    assert ada.begin(photos[0].id, "prediction", AvatarVector.from_values(SCHEMA, {"smile": 1.0})) == begun


def test_an_edit_keeps_where_each_value_came_from(ada: Labelling, photos: list[Item]) -> None:
    ada.begin(photos[0].id, "blind")

    label = ada.edit(photos[0].id, {"hair_type": "bald", "smile": 0.3}, seconds=3.0)

    assert (label.values["hair_type"], label.values["smile"]) == ("bald", 0.3)
    assert {field for field, by in label.provenance.items() if by == "edited"} == {"hair_type", "smile"}
    assert label.seconds == 3.0
    edits = [(edit.kind, edit.field, edit.old, edit.new, edit.by, edit.seconds) for edit in ada.history(photos[0].id)[-2:]]
    assert edits == [("do", "hair_type", "short", "bald", "edited", 1.5), ("do", "smile", 0.5, 0.3, "edited", 1.5)]


def test_what_changes_nothing_is_no_action(ada: Labelling, photos: list[Item]) -> None:
    ada.begin(photos[0].id, "blind")
    before = ada.edit(photos[0].id, {"hair_type": "bald"})

    assert ada.edit(photos[0].id, {"hair_type": "bald"}, seconds=5.0) == before
    moved = ada.undo()
    assert moved is not None
    assert moved.fields == ("hair_type",)


def test_choosing_what_was_predicted_is_an_edit_of_its_own(ada: Labelling, photos: list[Item]) -> None:
    ada.begin(photos[0].id, "prediction")

    label = ada.edit(photos[0].id, {"hair_type": "short"})

    assert (label.values["hair_type"], label.provenance["hair_type"]) == ("short", "edited")


def test_a_value_that_the_engine_does_not_have_changes_nothing(ada: Labelling, photos: list[Item]) -> None:
    begun = ada.begin(photos[0].id, "blind")

    refused: list[dict[str, Value]] = [{"hair_type": "bald", "smile": 1.5}, {"hair_type": "nonsense"}, {"nose": 0.5}]
    for values in refused:
        with pytest.raises(ValueRefusedError):
            ada.edit(photos[0].id, values)

    assert ada.label(photos[0].id) == begun


def test_a_photo_that_was_not_begun_cannot_be_edited(ada: Labelling, photos: list[Item]) -> None:
    for act in (
        lambda: ada.edit(photos[0].id, {"smile": 0.1}),
        lambda: ada.set_state(photos[0].id, "done"),
        lambda: ada.begin(999_999, "blind"),
    ):
        with pytest.raises(LabelError, match="photo"):
            act()

    assert ada.undo() is None


def test_a_photo_can_be_skipped_without_beginning(ada: Labelling, photos: list[Item]) -> None:
    assert ada.set_state(photos[0].id, "skipped").state == "skipped"
    assert ada.begin(photos[0].id, "blind").state == "skipped"


def test_notes_and_flags_are_kept(ada: Labelling, photos: list[Item]) -> None:
    ada.begin(photos[0].id, "blind")

    ada.annotate(photos[0].id, note="Is that a hat? 🧢", flags=["look again", " hat ", "hat", ""])
    label = ada.annotate(photos[0].id)

    assert (label.note, label.flags) == ("Is that a hat? 🧢", ("hat", "look again"))
    assert ada.annotate(photos[0].id, flags=[]).note == label.note


def test_a_note_or_a_flag_begins_nothing(ada: Labelling, photos: list[Item]) -> None:
    flagged = ada.annotate(photos[0].id, note="whose hat?", flags=["look again"], seconds=2.0)

    assert (flagged.state, flagged.note, flagged.flags, flagged.seconds) == ("todo", "whose hat?", ("look again",), 2.0)
    for act in (lambda: ada.edit(photos[0].id, {"smile": 1.0}), lambda: ada.set_state(photos[0].id, "done")):
        with pytest.raises(LabelError, match="was not begun"):
            act()

    begun = ada.begin(photos[0].id, "prediction", AvatarVector.from_values(SCHEMA, {"smile": 0.25}), "regions")

    assert (begun.state, begun.start, begun.started_from) == ("draft", "prediction", "regions")
    assert (begun.values["smile"], set(begun.provenance.values())) == (0.25, {"predicted"})
    assert (begun.note, begun.flags) == ("whose hat?", ("look again",))
    assert [moved.label.state for moved in (ada.undo(), ada.undo()) if moved] == ["todo", "todo"]
    gone = ada.label(photos[0].id)
    assert gone is not None
    assert (gone.note, gone.flags) == ("", ())
    with pytest.raises(LabelError, match="not in the set any more"):
        ada.annotate(10_000, note="who?")


def test_undo_goes_back_across_photos_and_redo_forth(ada: Labelling, photos: list[Item]) -> None:
    seen = [ada.begin(photos[0].id, "blind"), ada.begin(photos[1].id, "prediction", started_from="regions")]
    seen.append(ada.edit(photos[0].id, {"hair_type": "long", "smile": 0.9}))
    seen.append(ada.set_state(photos[0].id, "done"))
    seen.append(ada.edit(photos[1].id, {"skin_tone": "tone_3"}))
    seen.append(ada.annotate(photos[1].id, "dark", ["x"]))

    back = [ada.undo() for _ in range(6)]

    assert [(moved.label.item_id, moved.fields) for moved in back if moved] == [
        (photos[1].id, (":note", ":flags")),
        (photos[1].id, ("skin_tone",)),
        (photos[0].id, (":state",)),
        (photos[0].id, ("hair_type", "smile")),
        (photos[1].id, (":start", ":state")),
        (photos[0].id, (":state",)),
    ]
    assert ada.undo() is None
    assert {entry.state for entry in entries(ada.evaluation_set, VIEW)} == {"todo"}

    forth = [ada.redo() for _ in range(6)]

    assert [without_time(moved.label) for moved in forth if moved] == [without_time(label) for label in seen]
    assert ada.redo() is None


def without_time(label: Label) -> dict[str, Any]:
    return {name: value for name, value in vars(label).items() if name not in ("changed_at", "seconds")}


def test_undo_survives_a_restart(file: Path) -> None:
    with make_set(file) as faces:
        ada = Labelling(faces, SCHEMA, "Ada")
        before = ada.begin(1, "blind")
        ada.edit(1, {"smile": 0.9})

    with EvaluationSet.open(file) as faces:
        moved = Labelling(faces, SCHEMA, " Ada ").undo()

    assert moved is not None
    assert without_time(moved.label) == without_time(before)


def test_after_something_else_there_is_nothing_to_redo(ada: Labelling, photos: list[Item]) -> None:
    ada.begin(photos[0].id, "blind")
    ada.edit(photos[0].id, {"smile": 0.9})
    ada.undo()
    ada.edit(photos[0].id, {"smile": 0.1})

    assert ada.redo() is None
    moved = ada.undo()
    assert moved is not None
    assert moved.label.values["smile"] == 0.5


def test_whatever_is_done_undone_and_done_again_history_tells_it_exactly(ada: Labelling, photos: list[Item]) -> None:
    rng = random.Random(3)
    for photo in photos:
        ada.begin(photo.id, "prediction")
    for _ in range(40):
        item, action = rng.choice(photos).id, rng.randrange(4)
        if action == 0:
            ada.edit(item, {"smile": rng.choice([0.1, 0.2]), "hair_type": rng.choice(["bald", "long"])})
        elif action == 1:
            ada.begin(item, "previous", AvatarVector.from_values(SCHEMA, {"smile": 0.7}))
        else:
            _ = ada.undo() if action == 2 else ada.redo()

    for photo in photos:
        label = ada.label(photo.id)
        assert label is not None
        assert replayed(label, ada.history(photo.id)) == label.values


def test_undo_touches_nobody_elses_work(faces: EvaluationSet, ada: Labelling, photos: list[Item]) -> None:
    bea = Labelling(faces, SCHEMA, "Bea")
    ada.begin(photos[0].id, "blind")
    hers = bea.begin(photos[0].id, "blind")
    hers = bea.edit(photos[0].id, {"smile": 0.9})

    assert ada.undo() is not None
    assert ada.undo() is None
    assert bea.label(photos[0].id) == hers


def test_takes_and_engines_are_labels_of_their_own(tmp_path: Path) -> None:
    toon = engine_schema("toon")
    with EvaluationSet.create(tmp_path / "a.avatarset", "Two", [SCHEMA, toon]) as both:
        item = put_photos(both, 1)[0].id
        first, second, other = Labelling(both, SCHEMA, "Ada"), Labelling(both, SCHEMA, "Ada", 2), Labelling(both, toon, "Ada")
        labels = [each.begin(item, "blind") for each in (first, second, other)]
        second.edit(item, {"smile": 1.0})

        assert len({label.id for label in labels}) == 3
        assert first.label(item) == labels[0]
        assert other.label(item) == labels[2]
        assert labels[2].values == AvatarVector.default(toon).values()


def test_an_engine_that_the_set_is_not_for_is_refused(faces: EvaluationSet) -> None:
    with pytest.raises(LabelError, match="is for toy, not for toon"):
        Labelling(faces, engine_schema("toon"), "Ada")
    with pytest.raises(LabelError, match="who labels"):
        Labelling(faces, SCHEMA, "  ")


def test_blind_photos_show_no_prediction(file: Path) -> None:
    with make_set(file, blind_share=1.0) as faces:
        ada = Labelling(faces, SCHEMA, "Ada")
        for start in ("prediction", "previous", "similar"):
            with pytest.raises(LabelError, match="from nothing"):
                ada.begin(1, start)
        ada.begin(1, "blind", AvatarVector.from_values(SCHEMA, {"smile": 1.0}))
        for by in ("predicted", "copied"):
            with pytest.raises(LabelError, match="from nothing"):
                ada.edit(1, {"smile": 0.1}, by=by)

        label = ada.label(1)

    assert label is not None
    assert label.values == AvatarVector.default(SCHEMA).values()


def test_a_label_is_blind_no_more_once_a_prediction_was_taken(ada: Labelling, photos: list[Item]) -> None:
    ada.begin(photos[0].id, "blind")

    assert ada.edit(photos[0].id, {"smile": 0.1}, by="predicted").start == "prediction"
    moved = ada.undo()
    assert moved is not None
    assert moved.label.start == "blind"


def test_a_label_of_an_older_engine_gets_the_defaults_of_what_is_new(ada: Labelling, photos: list[Item]) -> None:
    grown = replace(SCHEMA, version=2, continuous=(*SCHEMA.continuous, replace(SCHEMA.continuous[2], id="ear_size")))
    ada.begin(photos[0].id, "blind")
    before = ada.label(photos[0].id)
    later = Labelling(ada.evaluation_set, grown, "Ada")

    label = later.edit(photos[0].id, {"smile": 0.2})

    assert label.values == {**AvatarVector.default(grown).values(), "smile": 0.2}
    assert label.fingerprint == grown.fingerprint() != SCHEMA.fingerprint()
    moved = later.undo()
    assert moved is not None
    assert before is not None
    assert moved.label.values == before.values


def test_processes_that_write_at_once_lose_nothing(location: Path | str) -> None:
    """Two designers, one of them in two windows; both begin the same labels."""
    make_set(location).close()
    done = [
        subprocess.Popen([sys.executable, toy_designer.__file__, "work", location, name, str(turn), "25"], stdout=subprocess.PIPE)
        for turn, name in enumerate(["Ada", "Bea", "Bea"])
    ]
    for process in done:
        process.communicate(timeout=120)

    assert [process.returncode for process in done] == [0, 0, 0]
    with EvaluationSet.open(location) as faces:
        for name, turns in (("Ada", [0]), ("Bea", [1, 2])):
            labelling = Labelling(faces, SCHEMA, name)
            written = check_history(labelling)

            assert sorted(written) == [toy_designer.value(turn, number) for turn in turns for number in range(25)]
