from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from core.modelling import fields
from core.modelling.toon import eyes, head

Float = NDArray[np.float32]

SHAPES = {"neutral": eyes.NEUTRAL, **eyes.EYE_TYPES}


def from_center(points: Float) -> Float:
    return np.asarray(np.linalg.norm(points - fields.vector(head.EYE_CENTER), axis=1), np.float32)


@pytest.mark.parametrize("name", SHAPES)
def test_opening_lies_within_the_lids_patch(name: str) -> None:
    curve, rim = eyes.opening(SHAPES[name], 64), eyes.rim(64)

    assert (np.linalg.norm(curve, axis=1) < 0.95 * np.linalg.norm(rim, axis=1)).all()
    assert np.linalg.norm(curve, axis=1).max() < head.EYE_RADIUS


@pytest.mark.parametrize("name", SHAPES)
def test_no_lid_sinks_into_the_eyeball_beyond_its_edge(name: str) -> None:
    surface = eyes.lids(SHAPES[name], eyes.FULL)
    distance = from_center(surface.positions).reshape(-1, eyes.FULL.columns)

    assert (distance[0] < head.EYE_RADIUS).all(), "the edge must begin inside, or a gap shows"
    assert (distance[2:] > head.EYE_RADIUS + 0.01).all()


def test_patch_ends_on_the_face() -> None:
    surface = eyes.lids(eyes.NEUTRAL, eyes.FULL)

    np.testing.assert_allclose(head.head(surface.positions[-eyes.FULL.columns :]), 0, atol=0.005)


def test_eye_types_are_morphs_of_one_topology() -> None:
    base = eyes.lids(eyes.NEUTRAL, eyes.LIGHT)
    others = [eyes.lids(shape, eyes.LIGHT) for shape in eyes.EYE_TYPES.values()]

    assert all((other.triangles == base.triangles).all() for other in others)
    assert all(np.abs(other.positions - base.positions).max() > 0.02 for other in others)
    differences = [np.abs(a.positions - b.positions).max() for i, a in enumerate(others) for b in others[:i]]
    assert min(differences) > 0.03


def test_rim_is_where_outside_rim_is_zero() -> None:
    flat = eyes.rim(40) + fields.vector(head.EYE_CENTER[:2])
    points = fields.vector(np.concatenate([flat, np.full((40, 1), 0.8)], 1))
    mirrored = points * fields.vector([-1, 1, 1])
    on_own_side = points[:, 0] > 0

    np.testing.assert_allclose(eyes.outside_rim(points, 1.0)[on_own_side], 0, atol=1e-5)
    np.testing.assert_allclose(eyes.outside_rim(mirrored, 1.0)[on_own_side], 0, atol=1e-5)


def test_iris_has_radius_one() -> None:
    surface, uv = eyes.eyeball(40, 40)
    axis = surface.normals[0]
    angle = np.arccos(np.clip(surface.normals @ axis, -1, 1))

    np.testing.assert_allclose(np.linalg.norm(uv, axis=1), angle / eyes.IRIS_ANGLE, atol=2e-3)
    np.testing.assert_allclose(from_center(surface.positions), head.EYE_RADIUS, atol=1e-5)


def test_long_lashes_point_up_and_lie_down_when_the_eye_is_shut() -> None:
    style = eyes.LASH_STYLES["long"]
    line = replace(style, tips=())
    closed = replace(eyes.NEUTRAL, dropped=1.0, raised=1.0)
    (up, up_line), (down, down_line) = (
        [eyes.lashes(shape, each).positions for each in (style, line)] for shape in (eyes.NEUTRAL, closed)
    )

    assert up[:, 1].max() > up_line[:, 1].max() + 0.01
    assert down[:, 1].min() < down_line[:, 1].min() - 0.01
    assert down[:, 1].max() < down_line[:, 1].max() + 0.01
