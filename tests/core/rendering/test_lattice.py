from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from core.errors import EngineError
from core.rendering.lattice import Lattice
from core.rendering.mesh import Mesh, Morph
from tests.core.rendering.shapes import sphere

Float = NDArray[np.float32]

AXES = (
    np.array([0, 0.1, 0.3, 0.6, 1.0, 1.5]),
    np.array([-1.4, -1, -0.7, -0.5, -0.2, 0, 0.4, 0.9, 1.4]),
    np.linspace(-1.5, 1.5, 9),
)


def shear(points: Float) -> Float:
    """A motion that the cubic between the planes gives exactly: linear along each axis."""
    x, y, z = points.T
    return np.stack([0.2 * x * y, 0.1 * z + 0.05, 0.3 * y * z], 1).astype(np.float32)


def swirl(points: Float) -> Float:
    x, y, z = points.T
    return np.stack([0.2 * np.sin(2 * x) * np.cos(y), 0.1 * np.cos(2 * z), 0.1 * np.sin(x**2 + y)], 1).astype(np.float32)


def grid(axes: tuple[NDArray[np.float64], ...], name: str = "grid", **motions: Callable[[Float], Float]) -> Mesh:
    points = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3).astype(np.float32)
    nothing = np.zeros_like(points)
    morphs = {key: Morph(motion(points), nothing) for key, motion in motions.items()}
    triangles = np.array([[0, 1, 2]], np.uint32)
    return Mesh(name, "skin", points, nothing, triangles, nothing[:, :2], np.zeros((len(points), 4), np.float32),
                np.zeros(len(points), np.uint8), morphs)  # fmt: skip


def test_a_motion_that_is_linear_along_the_axes_is_exact_on_both_sides_and_turns_normals() -> None:
    ball = sphere()
    found = Lattice([grid(AXES, shear=shear)]).morphs(ball.positions, ball.normals, ["shear"])["shear"]

    np.testing.assert_allclose(found.positions, shear(ball.positions), atol=1e-5)
    x, y, z = ball.positions.T.astype(np.float64)
    one, none = np.ones_like(x), np.zeros_like(x)
    jacobian = np.stack([
        np.stack([one + 0.2 * y, 0.2 * x, none], -1),
        np.stack([none, one, 0.1 * one], -1),
        np.stack([none, 0.3 * z, one + 0.3 * y], -1),
    ], 1)  # fmt: skip
    expected = np.einsum("vji,vj->vi", np.linalg.inv(jacobian), ball.normals.astype(np.float64))
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(found.normals + ball.normals, expected, atol=1e-4)


def test_between_planes_a_smooth_motion_is_close_and_closer_with_more_planes() -> None:
    ball = sphere()

    def error(count: int) -> float:
        axes = (np.linspace(0, 1.5, count), np.linspace(-1.5, 1.5, 2 * count), np.linspace(-1.5, 1.5, 2 * count))
        found = Lattice([grid(axes, swirl=swirl)]).morphs(ball.positions, ball.normals, ["swirl"])["swirl"]
        right = ball.positions[:, 0] >= 0
        return float(np.abs(found.positions - swirl(ball.positions))[right].max())

    assert error(6) < 0.02
    assert error(12) < error(6) / 4


def test_outside_its_box_a_lattice_moves_as_on_the_box() -> None:
    lattice = Lattice([grid(AXES, shear=shear)])
    outside, border = np.array([[2.0, 3.0, 0.1]], np.float32), np.array([[1.5, 1.4, 0.1]], np.float32)
    up = np.array([[0, 1, 0]], np.float32)

    np.testing.assert_allclose(
        lattice.morphs(outside, up, ["shear"])["shear"].positions, lattice.morphs(border, up, ["shear"])["shear"].positions
    )


def test_finer_grids_add_to_the_first_inside_their_own_box_only() -> None:
    small = tuple(np.linspace(low, 0.6, 9) for low in (0.0, -0.6, -0.6))

    def bump(points: Float) -> Float:
        rise = np.clip(0.5 - np.linalg.norm(points, axis=1), 0, None)
        return np.stack([0 * rise, rise, 0 * rise], 1).astype(np.float32)

    both = Lattice([grid(AXES, shear=shear), grid(small, "fine", shear=bump, bump=bump)])
    points = np.array([[0.15, 0.075, -0.15], [-0.15, 0.075, -0.15], [1.2, 0.3, 0.3]], np.float32)
    found = both.morphs(points, np.zeros_like(points), ["bump", "shear"])

    assert both.names == ("shear", "bump")
    np.testing.assert_allclose(found["bump"].positions, bump(points), atol=0.01)
    np.testing.assert_allclose(found["shear"].positions, shear(points) + found["bump"].positions, atol=1e-5)


def test_own_morphs_win_and_still_ones_are_left_out() -> None:
    def still(points: Float) -> Float:
        return np.full_like(points, 1e-4)

    ball = replace(sphere(), follows=("wide", "shear", "still"))
    carried = Lattice([grid(AXES, wide=shear, shear=shear, still=still)]).carry(ball)

    assert set(carried.morphs) == {"wide", "bump", "shear"}
    assert carried.morphs["wide"] is ball.morphs["wide"]


def test_what_is_no_grid_or_not_there_is_refused() -> None:
    whole = grid(AXES, shear=shear)
    with pytest.raises(EngineError, match="not a grid"):
        Lattice([sphere()])
    twice = grid(AXES, shear=shear)
    twice.positions[1] = twice.positions[0]
    with pytest.raises(EngineError, match="not a grid"):
        Lattice([twice])
    with pytest.raises(EngineError, match="no morphs"):
        Lattice([replace(whole, morphs={})])
    with pytest.raises(EngineError, match="“ball” follows “tall”"):
        Lattice([whole]).carry(replace(sphere(), follows=("tall",)))
