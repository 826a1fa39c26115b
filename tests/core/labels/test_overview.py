import pytest
from sqlalchemy import update

from core.engines.toy import SCHEMA
from core.errors import LabelError
from core.labels.adding import tag_photos
from core.labels.evaluation_set import EvaluationSet
from core.labels.labelling import Labelling
from core.labels.overview import (
    Filter,
    View,
    counts,
    crop,
    designers,
    entries,
    labels_of,
    last_item,
    median_seconds,
    next_unlabelled,
)
from core.labels.tables import ItemRow
from tests.core.labels.sets import QUAD, ids, put_photos

VIEW = View("Ada", "toy")


@pytest.fixture
def photos(faces: EvaluationSet) -> list[int]:
    """Six photos: Ada has finished the first, doubts the second, skipped the third, begun the fourth; the last has a problem."""
    made = ids([entry.item for entry in entries(faces, VIEW)]) + ids(put_photos(faces, 3, subject="Eve"))
    ada, bea = Labelling(faces, SCHEMA, "Ada"), Labelling(faces, SCHEMA, "Bea")
    for item in (made[0], made[1], made[3]):
        ada.begin(item, "blind", seconds=1.0)
    ada.annotate(made[3], "hat?", ["hat"], seconds=30.0)
    ada.set_state(made[0], "done", seconds=9.0)
    ada.set_state(made[1], "unsure", seconds=19.0)
    ada.set_state(made[2], "skipped", seconds=50.0)
    bea.begin(made[4], "blind", seconds=70.0)
    bea.set_state(made[4], "done")
    with faces.writing() as session:
        session.execute(update(ItemRow).where(ItemRow.id == made[5]).values(problem="No face was found."))
    return made


def test_a_list_shows_how_far_one_designer_is(faces: EvaluationSet, photos: list[int]) -> None:
    listed = entries(faces, VIEW)

    assert [entry.item.id for entry in listed] == photos
    assert [entry.state for entry in listed] == ["done", "unsure", "skipped", "draft", "todo", "todo"]
    assert [entry.seconds for entry in listed] == [10.0, 20.0, 50.0, 31.0, 0.0, 0.0]
    assert [(entry.flags, entry.has_note) for entry in listed[2:4]] == [((), False), (("hat",), True)]
    assert {entry.state for entry in entries(faces, View("Ada", "toy", take=2))} == {"todo"}
    assert {entry.state for entry in entries(faces, View("nobody", "toy"))} == {"todo"}


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        (Filter(), [0, 1, 2, 3, 4, 5]),
        (Filter(states=["todo", "draft"]), [3, 4, 5]),
        (Filter(states=[]), []),
        (Filter(text="PHOTO-00002"), [2]),
        (Filter(text="photo_0"), []),
        (Filter(flag="hat"), [3]),
        (Filter(subject="Eve"), [3, 4, 5]),
        (Filter(is_blind=True), []),
        (Filter(has_problem=True), [5]),
        (Filter(has_problem=False, states=["todo"]), [4]),
        (Filter(has_note=True), [3]),
        (Filter(has_note=False, subject="Eve"), [4, 5]),
    ],
)
def test_a_list_shows_what_is_wanted(faces: EvaluationSet, photos: list[int], wanted: Filter, shown: list[int]) -> None:
    assert [entry.item.id for entry in entries(faces, VIEW, wanted)] == [photos[index] for index in shown]


def test_counts_and_times_are_of_one_designer(faces: EvaluationSet, photos: list[int]) -> None:
    assert counts(faces, VIEW) == {"todo": 1, "draft": 1, "done": 1, "unsure": 1, "skipped": 1}
    assert counts(faces, View("Bea", "toy")) == {"todo": 4, "draft": 0, "done": 1, "unsure": 0, "skipped": 0}
    assert (median_seconds(faces, VIEW), median_seconds(faces, View("Bea", "toy"))) == (15.0, 70.0)
    assert median_seconds(faces, View("nobody", "toy")) is None
    assert designers(faces) == ["Ada", "Bea"]
    assert len(photos) == 6


@pytest.mark.parametrize(
    ("after", "backwards", "expected"),
    [(None, False, 3), (0, False, 3), (3, False, 4), (4, False, 3), (5, False, 3), (3, True, 4), (5, True, 4)],
)
def test_the_next_photo_is_one_that_is_not_finished(
    faces: EvaluationSet, photos: list[int], after: int | None, backwards: bool, expected: int
) -> None:
    found = next_unlabelled(faces, VIEW, None if after is None else photos[after], backwards=backwards)

    assert found is not None
    assert found.id == photos[expected]


def test_there_is_no_next_photo_but_this_one(faces: EvaluationSet, photos: list[int]) -> None:
    ada = Labelling(faces, SCHEMA, "Ada")
    ada.set_state(photos[4], "skipped")

    assert next_unlabelled(faces, VIEW, photos[3]) is None
    found = next_unlabelled(faces, VIEW)
    assert found is not None
    assert found.id == photos[3]


def test_work_goes_on_where_it_stopped(faces: EvaluationSet, photos: list[int]) -> None:
    last, of_bea = last_item(faces, VIEW), last_item(faces, View("Bea", "toy"))

    assert last is not None
    assert of_bea is not None
    assert (last.id, of_bea.id) == (photos[2], photos[4])
    assert last_item(faces, View("nobody", "toy")) is None


def test_labels_are_given_by_their_photos(faces: EvaluationSet, photos: list[int]) -> None:
    found = labels_of(faces, VIEW, [photos[5], photos[2], photos[0], 999])

    assert {one: label.state for one, label in found.items()} == {
        entry.item.id: entry.state
        for entry in entries(faces, VIEW, Filter(states=["draft", "done", "unsure", "skipped"]))
        if entry.item.id in (photos[5], photos[2], photos[0])
    }
    assert found == {one: Labelling(faces, SCHEMA, "Ada").label(one) for one in found}
    assert labels_of(faces, View("nobody", "toy"), photos) == {}


def test_a_crop_is_given_as_it_was_put_in(faces: EvaluationSet, photos: list[int]) -> None:
    shown = crop(faces, photos[0])

    assert (shown.jpeg, [list(corner) for corner in shown.quad], shown.alignment) == (b"crop of photo-00000.jpg", QUAD, 1)
    with pytest.raises(LabelError, match="not in the set"):
        crop(faces, 999)


def test_tags_are_set_and_taken_away(faces: EvaluationSet, photos: list[int]) -> None:
    tag_photos(faces, photos[:2], " Mia ")
    tag_photos(faces, photos[3:4], " ")

    assert [entry.item.subject for entry in entries(faces, VIEW)] == ["Mia", "Mia", None, None, "Eve", "Eve"]


def test_letters_that_mean_something_to_a_database_are_letters(faces: EvaluationSet) -> None:
    name = "'; DROP TABLE labels; -- %_"
    odd = Labelling(faces, SCHEMA, name)
    label = odd.begin(1, "blind")

    assert label.designer == name
    assert designers(faces) == [name]
    assert entries(faces, View(name, "toy"), Filter(text="%")) == []
    assert len(entries(faces, View(name, "toy"), Filter(states=["draft"]))) == 1
