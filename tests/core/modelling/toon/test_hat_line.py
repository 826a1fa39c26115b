"""The line under which hair shows while a hat is worn."""

import numpy as np
import pytest

from core.modelling.fields import vector
from core.modelling.toon.hat_line import covered, height


def test_the_crown_is_covered_and_what_hangs_is_not() -> None:
    inside, outside = [(0, 1.1, 0), (0.6, 0.8, 0.2), (0, 0.8, 0.7)], [(0.9, -0.3, 0), (0, -0.3, -0.9), (0, 0.45, 0.82)]
    assert (covered(vector(inside)) == 1).all()
    assert (covered(vector(outside)) < 0.5).all()


def test_the_line_runs_above_the_ears_and_the_brows() -> None:
    ear, brow = (0.86, 0.22, -0.06), (0.3, 0.44, 0.75)
    assert (height(vector([ear, brow])) < 0).all()


def test_a_half_is_on_the_line_so_that_a_threshold_cuts_it_cleanly() -> None:
    column = np.stack([np.zeros(201), np.linspace(0.4, 0.8, 201), np.full(201, 0.78)], 1)
    at = np.interp(0.5, covered(vector(column)), column[:, 1])
    assert at == pytest.approx(0.60, abs=1e-3)


def test_hair_far_out_is_pressed_down() -> None:
    near, far = height(vector([(0.9, 0.4, 0), (1.5, 0.4, 0)]))
    assert far > near


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        covered(vector([[0, 1]]))
