from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.modelling import fields, meshing
from core.modelling.meshing import Surface

Float = NDArray[np.float32]

LOW, HIGH = (-1.3, -1.2, -1.25), (1.3, 1.2, 1.25)


def ball(points: Float) -> Float:
    return fields.sphere(points, (0.05, 0, 0), 0.9)


def ball_mesh(**options: Any) -> Any:
    return meshing.mesh_field(ball, LOW, HIGH, 0.06, **options)


def edge_counts(surface: Any) -> Any:
    edges = np.sort(surface.triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    return np.unique(edges, axis=0, return_counts=True)[1]


def facing(surface: Any) -> Any:
    a, b, c = (surface.positions[surface.triangles[:, k]] for k in range(3))
    return np.einsum("fi,fi->f", np.cross(b - a, c - a), surface.normals[surface.triangles[:, 0]])


def test_sampling_is_exact_near_the_surface_and_right_in_sign_elsewhere() -> None:
    def box_of_balls(points: Float) -> Float:
        return np.minimum(ball(points), fields.sphere(points, (-0.9, 0.9, 0.9), 0.2))

    grid = meshing.sample(box_of_balls, LOW, HIGH, 0.05)
    axes = [low + 0.05 * np.arange(n) for low, n in zip(LOW, grid.shape, strict=True)]
    slow = box_of_balls(fields.vector(np.stack(np.meshgrid(*axes, indexing="ij"), -1)))
    near = np.abs(slow) < 0.05

    np.testing.assert_allclose(grid[near], slow[near], atol=1e-5)
    decided = np.abs(slow) > 1e-5
    np.testing.assert_array_equal((grid < 0)[decided], (slow < 0)[decided])


def test_mesh_is_closed_lies_on_the_surface_and_faces_outward() -> None:
    surface = ball_mesh()

    assert (edge_counts(surface) == 2).all()
    np.testing.assert_allclose(ball(surface.positions), 0, atol=1e-4)
    np.testing.assert_allclose(surface.normals, (surface.positions - [0.05, 0, 0]) / 0.9, atol=1e-2)
    assert (facing(surface) > 0).all()


def test_simplified_mesh_is_smaller_and_still_on_the_surface() -> None:
    surface = ball_mesh(triangles=600)

    assert 500 <= len(surface.triangles) <= 620
    np.testing.assert_allclose(ball(surface.positions), 0, atol=1e-4)
    assert (facing(surface) > 0).all()


def test_same_field_gives_the_same_bytes() -> None:
    first, second = ball_mesh(triangles=600), ball_mesh(triangles=600)

    assert first.positions.tobytes() == second.positions.tobytes()
    assert first.triangles.tobytes() == second.triangles.tobytes()


def test_clipping_cuts_exactly_along_the_zero_line_and_keeps_the_winding() -> None:
    surface = ball_mesh()
    cut = meshing.clipped(surface, fields.vector(surface.positions[:, 1] - 0.2))
    first, second = (cut.positions[cut.triangles[:, k]] - cut.positions[cut.triangles[:, 0]] for k in (1, 2))
    area = np.linalg.norm(np.cross(first, second), axis=1)

    assert cut.positions[:, 1].min() >= 0.2 - 1e-5
    np.testing.assert_allclose(area.sum() / 2, 2 * np.pi * 0.9 * (0.9 - 0.2), rtol=0.01)
    assert (facing(cut) > -1e-9).all()
    assert set(edge_counts(cut)) == {1, 2}


def test_clipping_everything_or_nothing() -> None:
    surface = ball_mesh(triangles=300)

    assert len(meshing.clipped(surface, np.full(len(surface.positions), 1.0, np.float32)).triangles) == len(surface.triangles)
    assert len(meshing.clipped(surface, np.full(len(surface.positions), -1.0, np.float32)).triangles) == 0


def test_reflected_surface_faces_outward_and_joins() -> None:
    surface = ball_mesh(triangles=300)
    pair = meshing.joined([surface, meshing.reflected(surface)])

    assert (facing(pair) > 0).all()
    assert len(pair.triangles) == 2 * len(surface.triangles)
    np.testing.assert_allclose(pair.positions.mean(0)[0], 0, atol=1e-5)


def test_wrongly_wound_triangles_are_turned() -> None:
    surface = ball_mesh(triangles=300)
    inside_out = Surface(surface.positions, surface.normals, np.ascontiguousarray(surface.triangles[:, ::-1]))

    assert (facing(meshing.oriented(inside_out)) > 0).all()


def test_occlusion_is_open_on_a_ball_and_dark_in_a_corner() -> None:
    def floor_and_wall(points: Float) -> Float:
        return np.minimum(points[..., 1], points[..., 0])

    up = fields.vector([[0, 1, 0], [0, 1, 0]])
    alone = meshing.OcclusionVolume.of(ball, (-2, -2, -2), (2, 2, 2), 0.08)
    corner = meshing.OcclusionVolume.of(floor_and_wall, (-1, -1, -1), (2, 2, 2), 0.08)

    on_top = meshing.bake_occlusion(alone, fields.vector([[0.05, 0.9, 0]]), up[:1])
    near, far = meshing.bake_occlusion(corner, fields.vector([[0.03, 0, 0.5], [1.5, 0, 0.5]]), up)

    assert on_top[0] > 0.95
    assert near < 0.75 < 0.9 < far
