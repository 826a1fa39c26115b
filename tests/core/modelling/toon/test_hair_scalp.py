"""Places on and above the scalp."""

import numpy as np
import pytest

from core.modelling.fields import vector
from core.modelling.toon.hair_fields import Hairline, direction
from core.modelling.toon.hair_scalp import above, around, at, mirrored_points, over, skin


@pytest.mark.parametrize(("azimuth", "elevation"), [(0, 60), (90, 30), (-120, 45), (180, -20), (180, 80)])
@pytest.mark.parametrize("lift", [0.0, 0.1])
def test_lift_is_the_height_above_the_skin(azimuth: float, elevation: float, lift: float) -> None:
    place = vector([at(azimuth, elevation, lift)])

    assert skin(place)[0] == pytest.approx(lift, abs=0.025)


def test_over_and_at_name_the_same_places() -> None:
    np.testing.assert_allclose(over(50, 0, 0.1), at(0, 50, 0.1), atol=1e-5)
    np.testing.assert_allclose(over(130, 0, 0.1), at(180, 50, 0.1), atol=1e-5)
    np.testing.assert_allclose(over(90, 40, 0.1), at(90, 50, 0.1), atol=1e-5)


def test_above_follows_the_direction() -> None:
    units = vector(direction([10.0, 100.0], [20.0, 50.0]))

    low, high = above(units, 0.0), above(units, 0.2)

    np.testing.assert_allclose(high - low, 0.2 * units, atol=1e-5)


def test_around_is_an_oval() -> None:
    np.testing.assert_allclose(around(90, -0.5, 1.0, 0.8), (1.0, -0.5, -0.06), atol=1e-6)
    np.testing.assert_allclose(around(0, -0.5, 1.0, 0.8), (0.0, -0.5, 0.74), atol=1e-6)


def test_mirrored_points_lie_on_the_other_side() -> None:
    assert mirrored_points([(1.0, 2.0, 3.0)]) == ((-1.0, 2.0, 3.0),)


def test_hairline_is_the_same_on_both_sides() -> None:
    line = Hairline(((0.0, 40.0), (90.0, 0.0), (180.0, -40.0)))

    np.testing.assert_allclose(line.elevation([-45.0, 45.0, 135.0]), [20, 20, -20])
