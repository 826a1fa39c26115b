import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.face_figures import change, correlation, figures, ratio, table

FILES = [f"{index:02d}.jpg" for index in range(60)]
RECORDS = [{"file": file, "key": f"{file} {copy}"} for file in FILES for copy in range(3)]
GROUPS = {
    "Monk 2–4": frozenset(FILES[:20]), "Monk 5–6": frozenset(FILES[20:40]), "Monk 7–10": frozenset(FILES[40:]),
    "women": frozenset(FILES[::2]), "men": frozenset(FILES[1::2]),
}  # fmt: skip


def values() -> NDArray[np.float64]:
    """Three pictures of a portrait are nearly alike; ten portraits come again in every group."""
    rng = np.random.default_rng(0)
    portraits = np.tile(np.repeat(rng.normal(10, 1, 10), 2), 3)
    return np.asarray(np.repeat(portraits, 3) + rng.normal(0, 0.1, 180))


def test_interval_is_that_of_portraits_not_of_pictures() -> None:
    found = figures(ratio("error", RECORDS, values().tolist()), {})["all"]
    by_portrait = 1.96 * values().reshape(60, 3).mean(axis=1).std() / np.sqrt(60)

    assert found.value == pytest.approx(values().mean())
    assert (found.high - found.low) / 2 == pytest.approx(by_portrait, rel=0.15)


@pytest.mark.parametrize(("is_better_high", "shift"), [(False, 3.0), (True, -3.0)])
def test_group_that_is_worse_off_is_marked_and_no_other(is_better_high: bool, shift: float) -> None:
    planted = values()
    planted[:60] += shift

    found = figures(ratio("error", RECORDS, planted.tolist(), is_better_high=is_better_high), GROUPS)

    assert [name for name, figure in found.items() if figure.is_below] == ["Monk 2–4"]


def test_groups_alike_are_not_marked() -> None:
    assert not any(figure.is_below for figure in figures(ratio("error", RECORDS, values().tolist()), GROUPS).values())


def test_small_groups_are_left_out() -> None:
    assert list(figures(ratio("error", RECORDS, values().tolist()), {"women": frozenset(FILES[:7])})) == ["all"]


def test_paired_change_sees_what_intervals_of_both_would_hide() -> None:
    now, before = (ratio("error", RECORDS, (values() - less).tolist()) for less in (0.2, 0.0))

    found = change(now, before)

    assert found.value == pytest.approx(-0.2)
    assert found.high < 0
    assert figures(now, {})["all"].high > figures(before, {})["all"].low


def test_ratio_of_sums_and_correlation_are_numpys() -> None:
    rng = np.random.default_rng(1)
    top, bottom = rng.uniform(0, 1, 180), rng.uniform(1, 2, 180)

    share = figures(ratio("share", RECORDS, top.tolist(), bottom.tolist()), {})["all"]
    alike = figures(correlation("r", RECORDS, top.tolist(), bottom.tolist()), {})["all"]

    assert share.value == pytest.approx(top.sum() / bottom.sum())
    assert alike.value == pytest.approx(np.corrcoef(top, bottom)[0, 1])


def test_table_shows_value_interval_target_and_mark() -> None:
    planted = values()
    planted[:60] += 3
    measure = ratio("error", RECORDS, planted.tolist(), is_better_high=False, target=1.5, digits=1)

    rows = table([(measure, figures(measure, GROUPS))]).splitlines()

    assert rows[2].startswith("| error | 180 | 11.")
    assert "| 1.5 |" in rows[2]
    assert rows[2].count("▼") == 1
