import numpy as np
import pytest

from core.modelling import fields, patches


def test_rings_around_an_opening_face_the_viewer() -> None:
    angle = np.arange(24) * 2 * np.pi / 24
    circle = np.stack([np.cos(angle), np.sin(angle), 0 * angle], 1)

    surface = patches.grid_surface(fields.vector(np.stack([0.5 * circle, circle, 2 * circle])))

    np.testing.assert_allclose(surface.normals, np.tile([0, 0, 1], (72, 1)), atol=1e-6)
    assert len(surface.triangles) == 2 * 2 * 24


def test_open_grid_does_not_join_its_last_column() -> None:
    assert len(patches.ring_triangles(3, 5, closed=False)) == 2 * 4 * 2
    assert len(patches.ring_triangles(3, 5)) == 2 * 5 * 2


def test_resampled_points_are_evenly_spaced() -> None:
    curve = fields.vector([[0, 0], [1, 0], [1, 3]])

    steps = np.linalg.norm(np.diff(patches.resampled(curve, 9), axis=0), axis=1)

    np.testing.assert_allclose(steps, 0.5, atol=1e-6)


def test_swept_tube_is_closed_and_faces_outward() -> None:
    centers = fields.vector(np.stack([np.linspace(-1, 1, 12), np.zeros(12), np.zeros(12)], 1))
    outward = fields.vector(np.tile([0, 0, 1], (12, 1)))
    tube = patches.swept(centers, outward, np.full(12, 0.2, np.float32), np.full(12, 0.1, np.float32), 16)
    middle = np.abs(tube.positions[:, 0]) < 0.8

    expected = tube.positions[middle] * [0, 1 / 0.2**2, 1 / 0.1**2]
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)

    assert ((tube.normals[middle] * expected).sum(1) > 0.95).all()
    np.testing.assert_allclose((tube.positions[middle, 1] / 0.2) ** 2 + (tube.positions[middle, 2] / 0.1) ** 2, 1, atol=1e-5)


def test_outward_must_match_the_curve() -> None:
    with pytest.raises(ValueError, match="shape"):
        patches.swept(np.zeros((4, 3), np.float32), np.zeros((3, 3), np.float32), np.ones(4, np.float32), np.ones(4, np.float32))
