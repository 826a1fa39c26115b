import numpy as np

from core.rendering.gpu_mesh import FIXED_STRIDE, _fixed, morphed
from core.rendering.mesh import PARTS
from tests.core.rendering.shapes import sphere


def test_morphing_equals_the_slow_obvious_sum() -> None:
    rng = np.random.default_rng(4)
    rest = rng.normal(size=(50, 6)).astype(np.float32)
    offsets = rng.normal(size=(5, 300)).astype(np.float32)
    weights = np.array([0.0, 0.5, -1.0, 0.0, 2.0], np.float32)

    expected = rest.astype(np.float64)
    for weight, offset in zip(weights, offsets, strict=True):
        expected = expected + weight * offset.reshape(50, 6)
    expected[:, 3:] /= np.linalg.norm(expected[:, 3:], axis=1, keepdims=True)

    assert np.abs(morphed(rest, offsets, weights) - expected).max() < 1e-5


def test_no_weight_leaves_the_mesh_at_rest_with_unit_normals() -> None:
    rest = np.array([[1, 2, 3, 0, 0, 2], [4, 5, 6, 0, 0, 0]], np.float32)

    moved = morphed(rest, np.zeros((0, 12), np.float32), np.zeros(0, np.float32))

    assert moved.tolist() == [[1, 2, 3, 0, 0, 1], [4, 5, 6, 0, 0, 0]]


def test_fixed_attributes_lie_where_the_shader_reads_them() -> None:
    ball = sphere(part="brows")
    ball.paint[7] = [0.0, 0.2, 0.6, 1.0]

    rows = np.frombuffer(_fixed(ball), np.uint8).reshape(-1, FIXED_STRIDE)

    assert np.array_equal(rows[:, :8].copy().view(np.float32), ball.uv)
    assert rows[7, 8:12].tolist() == [0, 51, 153, 255]
    assert (rows[:, 12] == PARTS.index("brows")).all()
