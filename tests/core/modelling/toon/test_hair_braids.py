"""Plaits: strands that cross, rows on the scalp."""

from itertools import pairwise

import numpy as np

from core.modelling.fields import unit, vector
from core.modelling.toon.hair_braids import ROWS, box_braids, plait, plait_ways, plaited, row, tied_off
from core.modelling.toon.hair_caps import NATURAL
from core.modelling.toon.hair_falls import angles
from core.modelling.toon.hair_fields import SCALP_CENTER
from core.modelling.toon.hair_scalp import skin

PATH = vector(np.linspace([0, 0, 0], [0, -2, 0], 6))
FACING = np.repeat(vector([[0, 0, 1]]), 6, 0)


def test_strands_of_a_plait_take_turns_on_each_side() -> None:
    lines, across, _ = plait_ways(PATH, FACING, (0.2,), 4.0)
    aside = np.stack([(line * across).sum(1) for line in lines])
    leftmost = aside.argmax(0)
    order = leftmost[np.flatnonzero(np.diff(leftmost)) + 1].tolist()

    assert len(order) >= 10
    assert all(order[k] != order[k + 1] and order[k] != order[k + 2] for k in range(len(order) - 2))


def test_where_strands_cross_one_lies_over_the_other_and_they_touch() -> None:
    lines, across, facing = plait_ways(PATH, FACING, (0.2,), 4.0)
    for one, other in ((0, 1), (1, 2), (2, 0)):
        aside = ((lines[one] - lines[other]) * across).sum(1)
        over = ((lines[one] - lines[other]) * facing).sum(1)
        crossing = np.flatnonzero(np.diff(np.sign(aside)) != 0)
        assert len(crossing) >= 7
        assert (np.abs(over[crossing]) > 0.05).all()
        assert (np.abs(over[crossing]) < 0.16).all()
        signs = np.sign(over[crossing])
        assert (signs[1:] != signs[:-1]).mean() in (0.0, 1.0)


def test_plait_is_three_strands_as_long_as_its_path() -> None:
    strands = plait(PATH, FACING, (0.2, 0.1), 4.0)

    assert len(strands) == 3
    assert {round(float(s.surface.positions[:, 1].min()), 1) for s in strands} == {-2.0}
    assert max(float(np.abs(s.surface.positions[:, 0]).max()) for s in strands) < 0.25


def test_relief_of_a_plait_alternates_between_its_sides() -> None:
    relief = plaited(6, 0.4)
    along = vector(np.linspace(0, 1, 400))
    left, right = (relief(along, np.full(400, angle, np.float32)) for angle in (np.radians(140), np.radians(40)))

    assert np.corrcoef(left, right)[0, 1] < -0.5
    assert left.min() >= 0.6 - 1e-5
    assert left.max() <= 1


def test_cornrows_lie_on_the_skin_with_lines_between_them() -> None:
    rows = [row(float(aside))[0] for aside in np.linspace(-75, 75, ROWS)]
    for path in rows:
        np.testing.assert_allclose(skin(path[:-3]), 0.012, atol=0.01)
    gaps = [np.linalg.norm(a[8:16, None] - b[None, 8:16], axis=2).min() for a, b in pairwise(rows)]

    assert min(gaps) > 0.13
    assert max(gaps) < 0.20


def test_plait_ends_in_a_tuft_below_its_band() -> None:
    band, *tuft = tied_off(vector([0, -1, 0]), vector([0, -1, 0]), vector([0, 0, 1]), 0.1)

    assert np.abs(band.surface.positions[:, 1] + 1).max() < 0.05
    assert len(tuft) == 3
    assert min(float(lock.surface.positions[:, 1].min()) for lock in tuft) < -1.2


def test_between_box_braids_lies_hair_along_the_forehead_and_skin_farther_back() -> None:
    ground = box_braids()[0].surface.positions
    azimuth, elevation = angles(unit(vector(ground - SCALP_CENTER)))
    inside, front = elevation - NATURAL.elevation(azimuth), np.abs(azimuth) < 55

    assert skin(ground[front & (inside > 5) & (inside < 11)]).min() > 0.015
    assert skin(ground[(inside > 26) | (np.abs(azimuth) > 85)]).max() < 0
