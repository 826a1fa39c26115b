import pytest

from core.engines.toy import SCHEMA
from core.labels.again import drawn_again
from core.labels.evaluation_set import EvaluationSet
from core.labels.labelling import Labelling
from core.labels.overview import View, entries
from core.labels.records import Item
from tests.core.labels.sets import ids, put_photos

VIEW = View("Ada", "toy")


@pytest.fixture
def photos(faces: EvaluationSet) -> list[Item]:
    put_photos(faces, 17)
    return [entry.item for entry in entries(faces, VIEW)]


def finish(labelling: Labelling, items: list[Item]) -> None:
    for item in items:
        labelling.begin(item.id, "blind")
        labelling.set_state(item.id, "done")


def test_photos_are_drawn_among_the_finished_by_chance_and_always_the_same(faces: EvaluationSet, photos: list[Item]) -> None:
    finish(Labelling(faces, SCHEMA, "Ada"), photos[:15])
    finish(Labelling(faces, SCHEMA, "Bo"), photos)

    drawn = drawn_again(faces, VIEW, 10)

    assert len(set(drawn)) == 10
    assert set(drawn) <= set(ids(photos[:15]))
    assert drawn != sorted(drawn)  # neither the first ten nor in their order
    assert drawn_again(faces, VIEW, 10) == drawn
    assert set(drawn_again(faces, VIEW, 5)) < set(drawn)
    assert len(drawn_again(faces, VIEW, 99)) == 15
    assert drawn_again(faces, View("Cleo", "toy"), 10) == []


def test_what_is_begun_a_second_time_stays_drawn(faces: EvaluationSet, photos: list[Item]) -> None:
    finish(Labelling(faces, SCHEMA, "Ada"), photos[:4])
    last = drawn_again(faces, VIEW, 4)[-1]
    Labelling(faces, SCHEMA, "Ada", take=2).begin(last, "blind")
    finish(Labelling(faces, SCHEMA, "Ada"), photos[4:])

    assert last in drawn_again(faces, VIEW, 1)
    assert len(drawn_again(faces, VIEW, 6)) == 6


def test_a_second_time_takes_nothing_of_the_first_back(faces: EvaluationSet, photos: list[Item]) -> None:
    first, second = Labelling(faces, SCHEMA, "Ada"), Labelling(faces, SCHEMA, "Ada", take=2)
    finish(first, photos[:1])
    second.begin(photos[0].id, "blind")

    assert (moved := second.undo()) is not None
    assert (moved.label.take, moved.label.state) == (2, "todo")
    assert second.undo() is None
    assert (label := first.label(photos[0].id)) is not None
    assert label.state == "done"
    assert second.redo() is not None
    assert (moved := first.undo()) is not None
    assert (moved.label.take, moved.label.state) == (1, "draft")
