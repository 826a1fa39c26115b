"""Figures of hair and skin: the teachers at their word, and marks by hand in their place."""

from typing import Any

import numpy as np
import pytest

from benchmarks.face_faults import CLEAN
from benchmarks.face_figures import Record
from benchmarks.face_regions import by_hand, measures, overlaps
from benchmarks.hand_marks import BARE, UNMARKED, Mark, hair_counts, hair_score
from core.datasets.portraits import IGNORED
from core.engines import CLASSES

SKIN, HAIR, HAT, BACKGROUND = (CLASSES.index(name) for name in ("skin", "hair", "hat", "background"))


def mark_of(*complete: int) -> Mark:
    return Mark("a.jpg", "dev", (40, 40), (0, 0, 40, 40), complete, (), ())


def bald_head() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """1000 pixels of skin on background."""
    marked = np.full((40, 40), BACKGROUND, np.uint8)
    marked[:25] = SKIN
    return marked


@pytest.mark.parametrize(("painted", "score"), [(0, 1.0), (5, 1.0), (10, 1.0), (20, 0.5), (100, 0.1), (1000, 0.01)])
def test_a_bald_head_scores_less_the_more_hair_it_is_given(painted: int, score: float) -> None:
    marked = bald_head()
    found = marked.copy()
    found.ravel()[:painted] = HAIR

    assert hair_score(hair_counts(found, mark_of(HAIR, SKIN), marked)) == pytest.approx(score)


def test_hair_painted_beside_a_bald_head_counts_too() -> None:
    marked = bald_head()
    found = marked.copy()
    found[25:27] = HAIR  # the background behind it

    assert hair_score(hair_counts(found, mark_of(HAIR), marked)) == pytest.approx(BARE * 1000 / 80)


def test_a_head_with_a_fringe_scores_its_intersection_over_union_and_nothing_when_it_is_shaven() -> None:
    marked = bald_head()
    marked[:1] = HAIR  # 4 percent of the head
    found = marked.copy()
    found[0, 20:], found[1, :10] = SKIN, HAIR

    assert hair_score(hair_counts(found, mark_of(HAIR), marked)) == pytest.approx(20 / 50)
    assert hair_score(hair_counts(bald_head(), mark_of(HAIR), marked)) == 0


def test_the_line_between_bare_and_not_is_a_hundredth_of_the_head_without_its_hat() -> None:
    marked = np.full((40, 40), HAT, np.uint8)
    marked[:25] = SKIN
    found = bald_head()
    for hair, score in ((10, 1.0), (11, 0.0)):
        marked[0, :hair] = HAIR
        assert hair_counts(found, mark_of(HAIR), marked)["head"] == 1000
        assert hair_score(hair_counts(found, mark_of(HAIR), marked)) == score


def test_where_hair_was_not_drawn_completely_only_what_is_surely_none_counts() -> None:
    marked = bald_head()
    found = np.full_like(marked, HAIR)

    assert hair_counts(found, mark_of(SKIN), marked)["found"] == 1000
    assert hair_counts(found, mark_of(SKIN, HAIR), marked)["found"] == 1600
    marked[:, :20] = UNMARKED
    assert hair_counts(found, mark_of(SKIN, HAIR), marked)["found"] == 800


def record_of(file: str, ours: np.ndarray, theirs: np.ndarray, marked: np.ndarray | None = None, **changed: object) -> Record:
    mark = None if marked is None else mark_of(SKIN, HAIR)
    plain = overlaps(ours, theirs)
    return {
        "file": file, "fault": CLEAN, "length": "bald" if mark else "short", **plain, **by_hand(ours, mark, marked),
        "beside_glasses": plain["overlaps"].get("skin", [0, 0]),
    } | changed  # fmt: skip


def values(records: list[Record]) -> dict[str, float]:
    whole = np.ones((1, len(records)))
    return {
        measure.name: float(measure.statistic(whole[:, : len(measure.files)])[0]) for measure in measures(records)
    }  # fmt: skip


def test_where_a_head_is_marked_the_teacher_does_not_count_and_elsewhere_it_does() -> None:
    right, wrong = bald_head(), bald_head()
    wrong[:10] = HAIR  # as the teacher has it
    other = bald_head()
    other[:5] = HAIR
    found = values([record_of("bald", right, wrong, right), record_of("other", other, other)])

    assert found["IoU with the teachers: hair"] == pytest.approx(200 / 600)
    assert found["IoU with the teachers, by hand where marked: hair"] == 1
    assert found["IoU with the teachers, by hand where marked: skin"] == 1
    assert found["hair on bald or covered heads, by hand: mean of photos"] == 1
    assert found["IoU with the teachers: hair on bald, shaven or covered heads"] == 0


def test_to_say_what_the_teacher_says_of_a_bald_head_is_wrong_by_hand() -> None:
    right, wrong = bald_head(), bald_head()
    wrong[:10] = HAIR
    found = values([record_of("bald", wrong, wrong, right)])

    assert found["IoU with the teachers: hair"] == 1
    assert found["IoU with the teachers, by hand where marked: hair"] == 0
    assert found["hair on bald or covered heads, by hand: mean of photos"] == pytest.approx(10 / 400)
    assert found["hair on bald or covered heads, by hand: painted where none is, of the head"] == pytest.approx(0.4)


def test_lenses_of_real_glasses_count_in_the_plain_figure_of_skin_and_not_in_the_one_beside_it() -> None:
    theirs, ours = bald_head(), bald_head()
    ours[5:10] = CLASSES.index("glasses")
    beside = overlaps(ours, np.where(ours == CLASSES.index("glasses"), IGNORED, theirs))["overlaps"]["skin"]
    found = values([record_of("wears", ours, theirs, beside_glasses=beside)])

    assert found["IoU with the teachers: skin"] == pytest.approx(0.8)
    assert found["IoU with the teachers, by hand where marked: skin"] == pytest.approx(0.8)
    assert found["IoU with the teachers, by hand where marked: skin, not counted about the eyes behind real glasses"] == 1


def test_records_of_older_code_give_the_plain_figures_alone() -> None:
    old = {name: value for name, value in record_of("a", bald_head(), bald_head()).items() if name != "beside_glasses"}

    assert not [name for name in values([old]) if "by hand" in name]
