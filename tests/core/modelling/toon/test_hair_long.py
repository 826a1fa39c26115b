"""Hair that hangs from a parting."""

from dataclasses import replace

import numpy as np

from core.modelling.toon.hair_long import Fall, Level
from core.modelling.toon.hair_sheets import Cut


def test_waves_of_both_sides_go_the_same_way_so_that_locks_do_not_cross_on_the_back() -> None:
    fall = Fall(0, (Level(-0.35), Level(-0.80), Level(-1.28)), filled=False)
    plain = Cut(count=1, crown=0.05, under=0.05, stagger=0.0, sweep=0.0, sway=0.0, rows=24, seed=8)
    straight, waved = fall.tresses(plain), fall.tresses(replace(plain, wave=0.9, waves=3.0))
    right, left = ((one.surface.positions - other.surface.positions)[:, 0] for one, other in zip(waved, straight, strict=True))

    assert np.abs(right).max() > 0.05
    assert np.corrcoef(right, left)[0, 1] > 0.5
