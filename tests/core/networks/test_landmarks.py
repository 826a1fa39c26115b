import copy
import functools

import numpy as np
import torch

from core.datasets.shape_model import levelled, shape_model
from core.networks.landmarks import (
    DEPTH_WEIGHT,
    KEY_POINTS,
    NUM_COMPONENTS,
    Landmarks,
    Wanted,
    Weights,
    landmark_loss,
    lengths,
    moved,
)
from core.stages.exporting import _LARGE
from tests.core.datasets.meshes import whole_mesh


@functools.cache
def small_network() -> tuple[Landmarks, torch.Tensor]:
    torch.manual_seed(0)
    faces = (whole_mesh() + np.random.default_rng(0).normal(0, 2, (40, 478, 3))).astype(np.float32)
    mean, basis, _ = shape_model(faces, np.full(40, 1 / 40), NUM_COMPONENTS, DEPTH_WEIGHT)
    placed = levelled(faces) + np.array([0.5, 0.5, 0], np.float32)
    return Landmarks(torch.from_numpy(mean), torch.from_numpy(basis)).eval(), torch.from_numpy(placed)


def test_what_comes_out_is_what_is_promised() -> None:
    network, _ = small_network()
    with torch.no_grad():
        points, expression, face = network(torch.zeros(2, 3, 128, 128))

    assert points.shape == (2, 478, 3)
    assert expression.shape == (2, 52)
    assert face.shape == (2,)
    for chances in (expression, face):
        assert bool(((chances >= 0) & (chances <= 1)).all())


def test_it_is_small_enough_to_ship() -> None:
    network, _ = small_network()
    parts = [part.numel() for part in network.state_dict().values()]

    assert sum(values * (1 if values >= _LARGE else 2) for values in parts) < 4.6e6  # bytes, as `export_network` stores them


def test_scale_and_turn_leave_depth_in_the_unit_of_the_picture() -> None:
    network, _ = small_network()
    shape = torch.zeros(1, NUM_COMPONENTS)
    plain = network.points(torch.tensor([[0.0, 0.0, 1.0, 0.0]]), shape)
    turned = network.points(torch.tensor([[0.1, 0.0, 1.2, 1.6]]), shape)  # twice as large

    torch.testing.assert_close(turned[..., 2], 2 * plain[..., 2])
    torch.testing.assert_close(lengths(turned), lengths(plain))


def _heat(points: torch.Tensor) -> torch.Tensor:
    """(N, K, 1024): sharp heat about these points, (N, 478, 3)."""
    cells = (torch.arange(32) + 0.5) / 32
    across, down = (-((cells - points[:, KEY_POINTS, axis, None]) ** 2) * 32**2 / 2 for axis in (0, 1))
    return (down[..., :, None] + across[..., None, :]).flatten(2).log_softmax(dim=-1)


def test_the_loss_prefers_the_truth_and_does_not_ask_for_points_where_no_face_is() -> None:
    network, wanted = small_network()
    pose, shape = network.decompose(wanted[:3])
    expression = torch.full((3, 52), -9.0)
    weights = Weights(torch.ones(478), torch.ones(NUM_COMPONENTS), torch.ones(22))
    truth = Wanted(wanted[:3], torch.zeros(3, 52))
    heat = _heat(wanted[:3])

    def loss(pose: torch.Tensor, shape: torch.Tensor, face: tuple[float, ...], heat: torch.Tensor = heat) -> float:
        extra = [torch.cat([head, torch.full((1, *head.shape[1:]), 5.0)]) for head in (pose, shape, expression)]
        heads = (*extra, torch.tensor(face, dtype=torch.float32), torch.cat([heat, torch.zeros(1, *heat.shape[1:])]))
        return float(landmark_loss(network, heads, truth, weights))

    right = loss(pose, shape, (9, 9, 9, -9))
    assert right + 1 < loss(pose + torch.tensor([0.05, 0, 0, 0]), shape, (9, 9, 9, -9))
    assert right + 1 < loss(pose, shape.roll(1, dims=0), (9, 9, 9, -9))
    assert right + 0.4 < loss(pose, shape, (9, 9, 9, 9))
    assert right + 1 < loss(pose, shape, (9, 9, 9, -9), _heat(wanted[:3] + 0.1))


def test_key_points_alone_give_pose_and_shape() -> None:
    network = copy.deepcopy(small_network()[0]).requires_grad_(False)
    rng = torch.Generator().manual_seed(2)
    shape = torch.randn(200, NUM_COMPONENTS, generator=rng) * (network.basis.flatten(1).norm(dim=1) > 0)
    turn = torch.tensor([0.0, 0.0, 1.0, 0.0]) + 0.2 * torch.randn(200, 4, generator=rng)
    points = network.points(turn, shape)
    network.fit(points, torch.ones(200))
    pose, upright = network.upright(points[:, KEY_POINTS, :2])
    rest = network.fitted(upright)
    refined = moved(pose, rest[:, :4])
    found = network.points(refined, rest[:, 4:])
    unshaped = network.points(pose, torch.zeros_like(shape))

    assert (found - points).abs().mean() < 0.5 * (unshaped - points).abs().mean()
    assert (refined - turn).abs().mean() < 0.5 * (pose - turn).abs().mean()


def test_key_points_of_a_moved_mean_give_the_movement() -> None:
    network, _ = small_network()
    wanted = torch.tensor([[0.1, -0.05, 0.8, 0.3], [0.0, 0.0, 1.0, 0.0]])
    pose, upright = network.upright(network.points(wanted, torch.zeros(2, NUM_COMPONENTS))[:, KEY_POINTS, :2])

    torch.testing.assert_close(pose, wanted, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(upright, torch.zeros_like(upright), atol=1e-4, rtol=0)
