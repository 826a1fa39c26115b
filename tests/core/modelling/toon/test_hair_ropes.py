"""Locs and twists."""

import numpy as np

from core.modelling.toon.hair_ropes import twists
from core.modelling.toon.hair_scalp import skin
from core.modelling.toon.hair_tress import joined_tresses


def test_twists_stay_by_the_head_and_off_the_face() -> None:
    points = joined_tresses(twists()).surface.positions
    x, y, z = points.T

    assert np.percentile(skin(points), 99) < 0.35
    assert not ((np.abs(x) < 0.45) & (y < 0.55) & (z > 0.4)).any()
