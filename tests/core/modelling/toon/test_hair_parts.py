"""Parted sections."""

import numpy as np

from core.modelling.fields import unit, vector
from core.modelling.toon.hair_caps import NATURAL
from core.modelling.toon.hair_falls import angles, roots
from core.modelling.toon.hair_fields import SCALP_CENTER
from core.modelling.toon.hair_parts import parted
from core.modelling.toon.hair_scalp import skin

PLACES = roots(NATURAL, 0.35, seed=2)


def owners(points: np.ndarray) -> np.ndarray:
    """Share of the way from the nearest to the second nearest root that separates their sections: (V,), 0 on the line."""
    distance = np.sort(np.linalg.norm(unit(vector(points - SCALP_CENTER))[:, None] - PLACES[None], axis=2), 1)
    return np.asarray(distance[:, 1] - distance[:, 0])


def test_cushions_stay_inside_the_hairline_and_sink_into_the_skin() -> None:
    cushions = parted(PLACES, NATURAL, 0.012)
    azimuth, elevation = angles(unit(vector(cushions.surface.positions - SCALP_CENTER)))

    assert (elevation - NATURAL.elevation(azimuth)).min() > -0.5
    assert skin(cushions.surface.positions).min() < -0.005
    assert skin(cushions.surface.positions).max() < 0.09


def test_gap_leaves_lines_of_skin_between_cushions() -> None:
    apart, overlapping = (parted(PLACES, NATURAL, gap).surface.positions for gap in (0.015, -0.02))

    assert owners(apart).min() > 0.004
    assert owners(overlapping).min() < 0.004


def test_hair_is_combed_to_its_root() -> None:
    cushions = parted(PLACES[:8], NATURAL, 0.01)
    top = cushions.surface.positions[-1]
    last = slice(-9, -1)

    towards = unit(vector(top - cushions.surface.positions[last]))
    np.testing.assert_allclose((towards * cushions.tangents[last]).sum(1), 1, atol=1e-4)
