import copy

import numpy as np
import pytest
import torch

from core.networks.landmarks import KEY_POINTS, Landmarks
from core.stages import landmark_settling
from core.stages.landmark_settling import Moments, settle, solve
from tests.core.networks.test_landmarks import small_network
from tests.reporters import Listens, StopsAfter


def _network() -> Landmarks:
    return copy.deepcopy(small_network()[0])


def _moments(inputs: np.ndarray, wanted: np.ndarray) -> Moments:
    moments = Moments.none(inputs.shape[1], wanted.shape[1])
    for part in np.array_split(np.arange(len(inputs)), 3):
        moments.add(inputs[part], wanted[part])
    return moments


def _batches(network: Landmarks) -> list[tuple[torch.Tensor, torch.Tensor, np.ndarray]]:
    batches = []
    for whose in range(10):
        pose = torch.tensor([[0.02, -0.01, 0.9, 0.1]]).repeat(5, 1) + 0.02 * torch.randn(5, 4)
        batches.append((torch.randn(5, 3, 128, 128), network.points(pose, torch.randn(5, 80)), np.full(5, whose)))
    return batches


def test_a_linear_map_is_found_whatever_the_scale_of_its_inputs() -> None:
    rng = np.random.default_rng(1)
    inputs = (rng.normal(size=(4000, 6)) * (0.02, 0.1, 1, 3, 5, 10) + 2).astype(np.float32)
    weight = rng.normal(size=(6, 3)).astype(np.float32) / np.array([0.02, 0.1, 1, 3, 5, 10], np.float32)[:, None]
    wanted = inputs.astype(np.float32) @ weight + np.array([1, 2, 3], np.float32)
    found = solve(_moments(inputs[400:], wanted[400:]), _moments(inputs[:400], wanted[:400]))

    apart = inputs @ found.weight + found.bias - wanted
    assert found.strength == 0.02
    assert (apart.std(axis=0) < 0.03 * wanted.std(axis=0)).all()
    assert (np.abs(apart.mean(axis=0)) < 0.01 * wanted.std(axis=0)).all()


def test_what_only_those_taught_have_in_common_is_not_learnt() -> None:
    rng = np.random.default_rng(2)
    inputs, wanted = rng.normal(size=(300, 250)).astype(np.float32), rng.normal(size=(300, 2)).astype(np.float32)
    held_out = _moments(inputs[:40], wanted[:40])
    found = solve(_moments(inputs[40:], wanted[40:]), held_out)
    loose = np.linalg.lstsq(inputs[40:], wanted[40:], rcond=None)[0]
    error = ((inputs[:40] @ found.weight + found.bias - wanted[:40]) ** 2).mean(axis=0)

    assert found.strength == 1.6
    np.testing.assert_allclose(held_out.errors(found.weight, found.bias), error, rtol=1e-4)
    assert error.mean() < 2
    assert ((inputs[:40] @ loose - wanted[:40]) ** 2).mean() > 4


def test_settling_brings_the_points_nearer_and_touches_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landmark_settling, "_STRENGTHS", (0.1,))
    monkeypatch.setattr(landmark_settling, "_TOGETHER", 20)
    network = _network()
    batches = _batches(network)
    before = {name: value.clone() for name, value in network.state_dict().items()}

    def error() -> float:
        with torch.no_grad():
            return float(np.mean([(network(pictures)[0] - points).abs().mean() for pictures, points, _ in batches]))

    at_first, drawn = error(), iter(batches)
    reporter = Listens()
    assert settle(network, lambda: next(drawn), 48, reporter) is True
    assert reporter.steps == [(20, 48), (40, 48), (48, 48)]
    assert error() < 0.9 * at_first
    changed = {name for name, value in network.state_dict().items() if not torch.equal(value, before[name])}
    assert changed == {"settled.weight", "settled.bias", "input_mean", "input_spread"}


def test_what_is_asked_to_stop_changes_nothing() -> None:
    network = _network()
    before = {name: value.clone() for name, value in network.state_dict().items()}

    assert settle(network, lambda: pytest.fail("drawn"), 120, StopsAfter(0)) is False
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_linear_layers_answer_what_they_are_given() -> None:
    network = _network()
    pictures = torch.randn(2, 3, 128, 128)
    torch.manual_seed(4)
    weights, bias = 0.01 * torch.randn(2, 66 * len(KEY_POINTS), 84), torch.randn(84)
    with torch.no_grad():
        pose, inputs, before = network.linear_inputs(pictures)
        expressed = network.heads(pictures)[2]
        for weight in weights:  # a second map comes on top, however the first was written down
            network.add_linear(weight, bias, torch.randn(len(weight)), torch.rand(len(weight)) + 0.5)
        shape, expression = network.heads(pictures)[1:3]

    assert pose.shape == (2, 4)
    torch.testing.assert_close(shape, (inputs @ weights.sum(dim=0) + 2 * bias + before)[:, 4:], atol=1e-3, rtol=1e-3)
    torch.testing.assert_close(expression, expressed, msg="what is expressed was learnt from the shape as trained")


def test_the_rest_makes_the_points_of_the_pose() -> None:
    from core.networks.landmarks import moved

    network = _network()
    shape, pose = torch.randn(3, 80), torch.tensor([[0.1, 0.0, 0.8, 0.2]]).repeat(3, 1)
    points = network.points(pose, shape)
    rough = pose + torch.tensor([[0.03, -0.02, 0.05, -0.04]])
    rest = network.rest(points, rough)

    torch.testing.assert_close(
        network.points(moved(rough, rest[:, :4]), rest[:, 4:])[..., :2], points[..., :2], atol=0.02, rtol=0
    )
