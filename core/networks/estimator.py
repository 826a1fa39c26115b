"""ResNet-18 with one head for all continuous parameters and one per discrete parameter.

Source: SwiftAvatar (arXiv 2301.08153), section 3.3; He et al. 2015 (arXiv 1512.03385) for the backbone.
Differs: random initialisation, because ImageNet weights cannot be had offline; any number of input channels and a width, because
the method `regions` looks at regions and wants a lighter network; sizes of the heads are ours, the paper names none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from core.shapes import expect_shape


@dataclass(frozen=True, eq=False)
class AvatarLogits:
    """What an estimator thinks of N faces, before anything is decided.

    Attributes:
        continuous: (N, C) in [0, 1].
        discrete: D tensors (N, n_d), logits.
    """

    continuous: Tensor
    discrete: tuple[Tensor, ...]


class Block(nn.Module):
    """Two 3x3 convolutions beside a shortcut."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(outputs)
        self.second = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.second_norm = nn.BatchNorm2d(outputs)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
        nn.init.zeros_(self.second_norm.weight)  # starts as the identity, which trains faster

    @override
    def forward(self, features: Tensor) -> Tensor:
        inner = functional.relu(self.first_norm(self.first(features)))
        inner = self.second_norm(self.second(inner))
        return functional.relu(inner + self.shortcut(features))


class Estimator(nn.Module):
    """Faces in, avatar logits out.

    Attributes:
        widths: Channels of the four stages.
    """

    def __init__(
        self, num_continuous: int, num_options: Sequence[int], *, channels: int = 3, width: int = 64, hidden: int = 128
    ) -> None:
        super().__init__()
        self.channels = channels
        self.widths = tuple(width * factor for factor in (1, 2, 4, 8))
        self.stem = nn.Sequential(
            nn.Conv2d(channels, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(3, 2, 1)
        )
        blocks: list[nn.Module] = []
        inputs = width
        for index, outputs in enumerate(self.widths):
            blocks += [Block(inputs, outputs, 1 if index == 0 else 2), Block(outputs, outputs, 1)]
            inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        self.continuous = _head(inputs, hidden, num_continuous) if num_continuous else None
        self.discrete = nn.ModuleList(_head(inputs, hidden, options) for options in num_options)

    @override
    def forward(self, faces: Tensor) -> AvatarLogits:
        """Estimate.

        Args:
            faces: (N, channels, H, W) in [-1, 1].
        """
        expect_shape(faces, f"N {self.channels} H W")
        features = self.blocks(self.stem(faces)).mean((2, 3))  # N, 8 width
        numbers = features[:, :0] if self.continuous is None else torch.sigmoid(self.continuous(features))
        return AvatarLogits(numbers, tuple(head(features) for head in self.discrete))


def _head(inputs: int, hidden: int, outputs: int) -> nn.Module:
    return nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Dropout(0.1), nn.Linear(hidden, outputs))
