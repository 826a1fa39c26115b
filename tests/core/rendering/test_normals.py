import numpy as np

from core.rendering.normals import NormalDeriver
from tests.core.rendering.shapes import sphere


def test_normals_of_a_sphere_point_outward() -> None:
    ball = sphere(rings=24)

    normals = NormalDeriver(ball.positions, ball.triangles).normals(ball.positions)

    assert (normals * ball.normals).sum(1).min() > 0.99


def test_no_offset_turns_nothing() -> None:
    ball = sphere()

    assert not NormalDeriver(ball.positions, ball.triangles)(np.zeros_like(ball.positions)).any()


def test_turning_the_mesh_turns_its_normals() -> None:
    ball = sphere(rings=24)
    turn = np.array([[0, 0, 1], [0, 1, 0], [-1, 0, 0]], np.float32)
    derive = NormalDeriver(ball.positions, ball.triangles)

    turned = derive.normals(ball.positions) + derive(ball.positions @ turn.T - ball.positions)

    assert np.abs(turned - derive.normals(ball.positions) @ turn.T).max() < 1e-5


def test_a_seam_of_the_uv_stays_closed() -> None:
    """The grid's first and last column are the same places; their normals must turn alike."""
    ball = sphere(rings=16)
    rng = np.random.default_rng(2)
    offsets = rng.normal(0, 0.1, ball.positions.shape).astype(np.float32).reshape(17, 33, 3)
    offsets[:, -1] = offsets[:, 0]

    turns = NormalDeriver(ball.positions, ball.triangles)(offsets.reshape(-1, 3)).reshape(17, 33, 3)

    assert np.array_equal(turns[:, 0], turns[:, -1])


def test_flat_triangles_do_no_harm() -> None:
    places = np.zeros((3, 3), np.float32)

    assert np.isfinite(NormalDeriver(places, np.array([[0, 1, 2]]))(places)).all()
