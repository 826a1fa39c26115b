from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.modelling import fields, meshing
from core.modelling.patches import derived_normals
from core.modelling.toon import eyes, head, warps

Float = NDArray[np.float32]

EXTREMES = [(name, sign) for name in warps.WARPS for sign in ((1,) if "type" in name else (-1, 1))]


@pytest.fixture(scope="module")
def face() -> Any:
    return meshing.mesh_field(head.head, *head.HEAD_BOX, 0.045)


def flipped(points: Float) -> Float:
    return points * fields.vector([-1, 1, 1])


@pytest.mark.parametrize("name", warps.WARPS)
def test_warp_moves_the_head_visibly_and_symmetrically(face: Any, name: str) -> None:
    moved = warps.WARPS[name](face.positions)

    assert 0.012 < np.abs(moved).max() < 0.3
    np.testing.assert_allclose(warps.WARPS[name](flipped(face.positions)), flipped(moved), atol=1e-5)


def smallest_volume(warp: Any, sign: float, points: Float, step: float = 1e-3) -> float:
    """The smallest determinant of the motion's Jacobian: a negative one is space turned inside out."""

    def moved(places: Float) -> Float:
        return fields.vector(places + sign * warp(places))

    columns = [
        (moved(fields.vector(points + step * axis)) - moved(fields.vector(points - step * axis))) / (2 * step)
        for axis in np.eye(3)
    ]
    return float(np.linalg.det(np.stack(columns, -1).astype(np.float64)).min())


@pytest.mark.parametrize(("name", "sign"), EXTREMES)
def test_space_never_folds(face: Any, name: str, sign: float) -> None:
    assert smallest_volume(warps.WARPS[name], sign, face.positions) > 0.15


@pytest.mark.parametrize(("name", "least"), [("eye_rotation", 0.09), ("mouth_volume", 0.08), ("nose_position", 0.14)])
def test_ends_of_a_slider_are_clearly_different(face: Any, name: str, least: float) -> None:
    moved = 2 * warps.WARPS[name](face.positions)

    assert np.linalg.norm(moved, axis=1).max() > least


def test_long_low_nose_stays_above_the_lip() -> None:
    below_tip_and_lip = fields.vector([[0, -0.235, 0.92], [0, -0.395, 0.80]])
    moved = below_tip_and_lip + warps.WARPS["nose_height"](below_tip_and_lip) - warps.WARPS["nose_position"](below_tip_and_lip)
    assert moved[0, 1] - moved[1, 1] > 0.07


def test_short_high_nose_does_not_crease_the_bridge() -> None:
    bridge = fields.vector(np.stack([np.zeros(60), np.linspace(-0.15, 0.25, 60), np.full(60, 0.85)], 1))
    heights = (bridge - warps.WARPS["nose_height"](bridge) + warps.WARPS["nose_position"](bridge))[:, 1]
    assert np.diff(heights).min() > 0.4 * (bridge[1, 1] - bridge[0, 1])


def test_turning_eyes_leaves_nose_and_mouth() -> None:
    tip_and_corners = fields.vector([[0, -0.15, 0.98], [0.12, -0.17, 0.86], [-0.27, -0.40, 0.72], [0.27, -0.40, 0.72]])

    assert np.abs(warps.WARPS["eye_rotation"](tip_and_corners)).max() < 0.012


def test_a_folding_motion_is_caught(face: Any) -> None:
    def folding(points: Float) -> Float:
        return fields.vector(-1.2 * points * fields.smoothstep(0.2, 0.0, points[:, 1:2]))

    assert smallest_volume(folding, 1, face.positions) < 0.15


@pytest.mark.parametrize("name", warps.HEAD_WARPS)
def test_whole_head_motions_carry_each_eye_rigidly(name: str) -> None:
    ball, _ = eyes.eyeball()
    moved = warps.WARPS[name](ball.positions)

    np.testing.assert_allclose(moved, np.broadcast_to(moved[:1], moved.shape), atol=0.012)


def test_eye_size_keeps_eyeballs_round() -> None:
    ball, _ = eyes.eyeball()
    grown = ball.positions + warps.WARPS["eye_size"](ball.positions)
    center = fields.vector([head.EYE_CENTER])
    radii = np.linalg.norm(grown - center - warps.WARPS["eye_size"](center), axis=1)

    assert radii.std() < 0.004
    assert radii.mean() > 1.1 * head.EYE_RADIUS


@pytest.mark.parametrize("name", warps.WARPS)
def test_warped_normals_agree_with_the_moved_triangles(face: Any, name: str) -> None:
    positions = face.positions + warps.WARPS[name](face.positions)
    before = (face.normals * derived_normals(face.positions, face.triangles)).sum(1)
    after = (warps.warped_normals(name, face.positions, face.normals) * derived_normals(positions, face.triangles)).sum(1)

    assert np.percentile(after, 3) > min(np.percentile(before, 3), 0.97) - 0.06


def test_morphs_that_move_nothing_are_left_out() -> None:
    bust = fields.vector([[0.0, -2.2, 0.3], [1.0, -2.0, 0.0]])

    assert warps.warps(bust) == {}
    assert set(warps.morphs(bust, fields.vector([[0, 0, 1], [0, 1, 0]]))) == set()


def test_positions_must_be_points() -> None:
    with pytest.raises(ValueError, match="shape"):
        warps.warps(np.zeros((3, 2), np.float32))
