import numpy as np

from core.datasets.faceless import _OFF, _SCALES, _beside
from core.faces.align import five_points, landmark_quad
from tests.core.datasets.meshes import whole_mesh

PHOTO = np.zeros((400, 300, 3), np.uint8)


def test_pieces_beside_a_face_are_off_it_or_of_another_scale() -> None:
    right = landmark_quad(five_points(whole_mesh()[:, :2]))
    side, rng = np.hypot(*(right[3] - right[0])), np.random.default_rng(0)
    quads = [quad for quad in (_beside(rng, PHOTO, right) for _ in range(300)) if quad is not None]
    scales = np.array([np.hypot(*(quad[3] - quad[0])) for quad in quads]) / side
    off = np.array([np.hypot(*(quad.mean(axis=0) - right.mean(axis=0))) for quad in quads]) / side

    assert len(quads) > 290
    assert ((off > _OFF) | (scales < _SCALES[0]) | (scales > _SCALES[1])).all()
    assert (scales < _SCALES[0]).mean() > 0.2
    assert (scales > _SCALES[1]).mean() > 0.1
    assert ((off > _OFF) & (scales > _SCALES[0]) & (scales < _SCALES[1])).mean() > 0.1
