"""Curls, ropes and twists."""

import numpy as np
import pytest

from core.modelling.fields import unit, vector
from core.modelling.toon.hair_curls import Curl, curly_top
from core.modelling.toon.hair_ropes import two_strands, wrapped
from core.modelling.toon.hair_tress import joined_tresses

HANGING = vector(np.linspace([0, 0, 0], [0, -1.5, 0], 5))


def test_curl_winds_around_its_path() -> None:
    tress = Curl((0.1,), (0.08, 0.08, 0.02), 3.0).along(HANGING)
    x, _, z = tress.surface.positions.T
    middle = np.abs(tress.surface.positions[:, 1] + 0.75) < 0.5

    assert np.hypot(x, z)[middle].max() == pytest.approx(0.1 + 0.08 * 0.68, abs=0.012)
    turned = np.unwrap(np.arctan2(tress.tangents[middle][::6, 0], tress.tangents[middle][::6, 2]))
    assert abs(turned[-1] - turned[0]) > 1.5 * np.pi


def test_curl_is_the_same_every_time() -> None:
    first, second = (Curl((0.1,), (0.08,), 2.0, 0.3).along(HANGING) for _ in range(2))

    np.testing.assert_array_equal(first.surface.positions, second.surface.positions)
    np.testing.assert_array_equal(first.surface.normals, second.surface.normals)


def test_curl_has_a_dark_groove_between_two_ridges() -> None:
    tress = Curl((0.1,), (0.08,), 2.0).along(HANGING)

    assert tress.open.min() < 0.65
    assert (tress.open > 0.95).mean() > 0.5


def test_sections_stay_near_their_radius() -> None:
    along, angle = vector(np.linspace(0, 1, 500)), vector(np.linspace(0, 40, 500))

    for section, lowest in ((two_strands(0.42), 0.57), (wrapped(4.0, 0.13, 0.2), 0.8)):
        values = section(along, angle)
        assert values.min() >= lowest
        assert values.max() <= 1.06
        assert values.min() < values.max() - 0.1


@pytest.mark.slow
def test_curls_of_the_curly_top_stand_on_the_crown_over_clipped_sides() -> None:
    hair = joined_tresses(curly_top())
    positions = hair.surface.positions

    assert positions[:, 1].max() > 1.3
    high = positions[np.abs(unit(positions)[:, 1]) < 0.2]
    assert np.abs(high[:, 0]).max() < 1.0
