"""The line under which hair shows while a hat is worn."""

import numpy as np
import pytest

from core.modelling.fields import vector
from core.modelling.toon.hat_line import covered, height, pressed
from core.modelling.toon.hat_shapes import placed


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


def around(radius: float, up: float, count: int = 72) -> np.ndarray:
    """A level ring in the hats' frame."""
    turn = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return placed(vector(np.stack([radius * np.sin(turn), np.full(count, up), radius * 1.03 * np.cos(turn)], -1)))


def distances(points: np.ndarray) -> np.ndarray:
    """Of points from the hats' axis, in their frame."""
    right, _, forward = framed(points)
    return np.asarray(np.hypot(right, forward / 1.03))


def framed(points: np.ndarray) -> np.ndarray:
    """The inverse of `placed`: right, up and forward."""
    origin = placed(vector([0, 0, 0]))
    axes = np.stack([placed(axis) - origin for axis in np.eye(3, dtype=np.float32)])
    return np.asarray(axes @ (points - origin).T)


@pytest.mark.parametrize("radius", [1.0, 1.2, 1.6])
def test_hair_on_the_line_is_pressed_into_the_hats_wall(radius: float) -> None:
    ring = around(radius, 0.0)
    moved = ring + pressed(ring)

    assert distances(moved).max() < 0.93
    np.testing.assert_allclose(framed(moved)[1], 0, atol=1e-5)


def test_hair_wells_out_below_the_line_and_keeps_its_order() -> None:
    heights = np.linspace(-0.03, -0.62, 20)
    rings = [[distances(ring + pressed(ring)).mean() for ring in (around(r, up) for r in (1.0, 1.2, 1.4))] for up in heights]

    assert (np.diff(rings, axis=0) > 0).all()
    assert (np.diff(rings, axis=1) > 0).all()
    np.testing.assert_allclose(rings[-1], [1.0, 1.2, 1.4], atol=1e-5)


def test_hair_close_to_the_skin_and_far_below_stays() -> None:
    close, low = around(0.86, -0.1), around(1.5, -0.7)
    assert np.abs(pressed(close)).max() == 0
    assert np.abs(pressed(low)).max() == 0


def test_other_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        covered(vector([[0, 1]]))
    with pytest.raises(ValueError, match="shape"):
        pressed(vector([[0, 1]]))
