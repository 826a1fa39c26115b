import numpy as np
import torch

from core.datasets.shape_model import levelled, shape_model
from core.networks.landmarks import DEPTH_WEIGHT, NUM_COMPONENTS, Landmarks
from tests.core.datasets.meshes import whole_mesh


def _faces(count: int = 120) -> np.ndarray:
    return (whole_mesh() + np.random.default_rng(0).normal(0, 2, (count, 478, 3))).astype(np.float32)


def _network(faces: np.ndarray) -> Landmarks:
    weights = np.full(len(faces), 1 / len(faces))
    mean, basis, _ = shape_model(faces, weights, NUM_COMPONENTS, DEPTH_WEIGHT)
    return Landmarks(torch.from_numpy(mean), torch.from_numpy(basis))


def test_levelled_shapes_forget_place_scale_and_turn() -> None:
    face = whole_mesh()
    angle = np.radians(25)
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    moved = (face @ turn.T * 2 + (30, 60, 9)).astype(np.float32)

    np.testing.assert_allclose(levelled(moved[None]), levelled(face[None]), atol=1e-4)


def test_decomposing_is_the_inverse_of_composing() -> None:
    network = _network(_faces())
    shape = torch.randn(5, NUM_COMPONENTS, generator=torch.Generator().manual_seed(1)) * 0.3
    turn = torch.tensor([[1.0, 0.0], [0.9, 0.3], [1.2, -0.4], [0.6, 0.6], [-1.0, 0.1]])
    pose = torch.cat([torch.full((5, 2), 0.2), turn], dim=1)
    found_pose, found_shape = network.decompose(network.points(pose, shape))

    # The basis is orthogonal to shift and nearly so to turn and scale, so shape comes back but for second-order terms.
    torch.testing.assert_close(found_pose, pose, atol=0.02, rtol=0.02)
    assert torch.corrcoef(torch.stack([found_shape.ravel(), shape.ravel()]))[0, 1] > 0.95


def test_shape_components_are_white() -> None:
    faces = _faces()
    network = _network(faces)
    _, shape = network.decompose(torch.from_numpy(levelled(faces)))
    spread = np.sort(shape.detach().std(dim=0).numpy()[:20])

    # How this face differs from its mirror is the same for all, and takes one component, or two where they share it.
    assert spread[2] > 0.5
    assert spread[-1] < 2


def test_fewer_faces_than_components_leave_the_rest_zero() -> None:
    faces = _faces(4)
    _, basis, weights = shape_model(faces, np.full(4, 0.25), NUM_COMPONENTS, DEPTH_WEIGHT)

    assert np.isfinite(basis).all()
    assert (basis[3:] == 0).all()
    assert (weights[3:] == 0).all()
