"""That what training computes stays on the device of the network, shown without a GPU: torch's device `meta` computes nothing,
but refuses tensors of other devices as a GPU does."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from core.avatar.schema import AvatarSchema
from core.configs import TrainEstimatorConfig
from core.engines.toy import SCHEMA
from core.networks.estimator import AvatarLogits, Estimator
from core.networks.finder import Finder, finding_loss
from core.networks.landmarks import Landmarks, Wanted, Weights, landmark_loss
from core.networks.parser import Parser
from core.stages.estimator_batches import Example
from core.stages.train_estimator import _loss, _targets
from core.stages.train_parser import parsing_loss

META = torch.device("meta")


def there(*shape: int) -> Tensor:
    return torch.zeros(*shape, device=META)


def finder() -> Tensor:
    outputs = Finder().to(META)(there(2, 3, 160, 160))
    return finding_loss(outputs, there(2, 40, 40), there(2, 13, 40, 40), there(2, 40, 40))


def landmarks() -> Tensor:
    network = Landmarks(torch.rand(478, 3), torch.rand(80, 478, 3)).to(META)
    wanted, weights = Wanted(there(3, 478, 3), there(3, 52)), Weights(there(478), there(80), there(22))
    return landmark_loss(network, network.heads(there(4, 3, 128, 128)), wanted, weights)


def parser() -> Tensor:
    classes = np.random.default_rng(0).integers(0, 13, (2, 32, 32)).astype(np.uint8)
    return parsing_loss(Parser().to(META).logits(there(2, 3, 32, 32)), classes, np.random.default_rng(0))


def estimator() -> Tensor:
    schema: AvatarSchema = SCHEMA
    targets = _targets("baseline", schema)
    options = [len(choice.options) for choice in targets.discrete]
    allowed = {choice.id: np.eye(len(choice.options), dtype=bool)[0] for choice in targets.discrete}
    values = np.zeros(len(targets.continuous), np.float32)
    example = Example(np.zeros((64, 64, 3), np.uint8), allowed, values, is_plain=True)
    logits: AvatarLogits = Estimator(len(values), options, width=8).to(META)(there(8, 3, 64, 64))
    return _loss(TrainEstimatorConfig(), targets, logits, [example] * 8)


@pytest.mark.parametrize("loss", [finder, landmarks, parser, estimator])
def test_losses_are_computed_where_the_network_is(loss: Callable[[], Tensor]) -> None:
    found = loss()
    found.backward()

    assert found.device == META


def test_a_tensor_on_another_device_is_seen() -> None:
    with pytest.raises(RuntimeError, match="device"):
        finding_loss(there(2, 14, 40, 40), there(2, 40, 40), torch.zeros(2, 13, 40, 40), there(2, 40, 40))
