import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.errors import SettingError
from core.group_portrait import MOST, Member, compose

Image = NDArray[np.uint8]
SIZE = 160


def bust(shade: int) -> Image:
    """A head of one shade above shoulders of black."""
    picture = np.zeros((SIZE, SIZE, 4), np.uint8)
    picture[30:120, 55:105] = (shade, shade, shade, 255)
    picture[120:, 40:120] = (0, 0, 0, 255)
    return picture


def heads(picture: Image, shades: list[int]) -> list[tuple[int, float, float]]:
    """How many pixels of each shade there are, and where their middle is: x, y."""
    found = []
    for shade in shades:
        rows, columns = np.nonzero((np.abs(picture[..., :3].astype(int) - shade) <= 4).all(axis=2) & (picture[..., 3] == 255))
        found.append((len(rows), float(columns.mean()) if len(columns) else -1, float(rows.mean()) if len(rows) else -1))
    return found


def test_one_row_stands_from_left_to_right_on_one_line() -> None:
    members = [Member(bust(100), 300, 50, 80), Member(bust(200), 100, 60, 80), Member(bust(150), 200, 40, 80)]
    picture = compose(members, SIZE, None)
    (_, right, y1), (_, left, y2), (_, middle, y3) = heads(picture, [100, 200, 150])

    assert left < middle < right
    assert y1 == pytest.approx(y2, abs=1)
    assert y1 == pytest.approx(y3, abs=1)
    assert (picture[-1, :, 3] == 255).any()  # shoulders reach the lower edge
    assert (picture[0, :, 3] == 0).all()


def test_sizes_are_as_in_the_photo_but_nobody_is_a_dwarf() -> None:
    members = [Member(bust(100), 0, 0, 100), Member(bust(150), 100, 0, 80), Member(bust(200), 200, 0, 5)]
    (large, *_), (middle, *_), (small, *_) = heads(compose(members, SIZE, None), [100, 150, 200])

    assert middle / large == pytest.approx(0.8**2, rel=0.15)
    assert small / large == pytest.approx(0.6**2, rel=0.2)


@given(st.lists(st.tuples(st.floats(0, 900), st.floats(0, 600), st.floats(30, 120)), min_size=1, max_size=MOST))
def test_no_head_is_covered_or_cut_wherever_people_stand(places: list[tuple[float, float, float]]) -> None:
    shades = [40 + 9 * number for number in range(len(places))]
    members = [Member(bust(shade), *place) for shade, place in zip(shades, places, strict=True)]
    alone = [
        heads(compose([Member(one.picture, 0, 0, 1)], SIZE, None), [shade])[0][0]
        for one, shade in zip(members, shades, strict=True)
    ]
    largest = max(span for *_, span in places)
    for (count, *_), (*_, span), whole in zip(heads(compose(members, SIZE, None), shades), places, alone, strict=True):
        assert count > 0.7 * whole * max(0.6, span / largest) ** 2  # edges are blended where it shrinks


def test_more_than_a_row_stand_behind_where_the_photo_has_them_higher() -> None:
    places = [(100.0 * number, 400.0) for number in range(4)] + [(100.0 * number, 100.0) for number in range(4)]
    shades = [40 + 20 * number for number in range(8)]
    members = [Member(bust(shade), x, y, 60) for shade, (x, y) in zip(shades, places, strict=True)]
    found = heads(compose(members, SIZE, None), shades)

    assert max(y for *_, y in found[4:]) < min(y for *_, y in found[:4])


@pytest.mark.parametrize("count", [1, 3, 9])
def test_they_stand_in_the_middle(count: int) -> None:
    picture = compose([Member(bust(100), 100.0 * number, 0, 60) for number in range(count)], SIZE, None)
    (columns,) = np.nonzero(picture[..., 3].any(axis=0))

    assert columns.min() == pytest.approx(picture.shape[1] - 1 - columns.max(), abs=2)


@pytest.mark.parametrize("ground", ["studio", (10, 20, 30)])
def test_ground_is_behind_everybody(ground: str | tuple[int, int, int]) -> None:
    picture = compose([Member(bust(100), 0, 0, 1)], SIZE, ground)  # type: ignore[arg-type]

    assert picture.shape[2] == 3
    if ground != "studio":
        assert tuple(picture[0, 0]) == ground


def test_a_wide_group_is_made_smaller() -> None:
    members = [Member(bust(40 + 9 * number), 400.0 * number, 0, 60) for number in range(7)]

    assert max(compose(members, 2000, None).shape[:2]) <= 8192


@pytest.mark.parametrize("count", [0, MOST + 1])
def test_nobody_and_a_crowd_are_refused(count: int) -> None:
    with pytest.raises(SettingError, match="1 to"):
        compose([Member(bust(100), 0, 0, 1)] * count, SIZE)


def test_pictures_without_anybody_break_nothing() -> None:
    nobody = np.zeros((SIZE, SIZE, 4), np.uint8)

    assert compose([Member(nobody, 0, 0, 1), Member(nobody, 5, 5, 1)], SIZE, None).ndim == 3
