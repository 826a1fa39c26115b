"""The layers that more than one network uses."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override


def convolution(inputs: int, outputs: int, stride: int = 1, kernel: int = 3) -> nn.Sequential:
    """Convolution, batch normalisation, ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


class Residual(nn.Module):
    """Two 3 × 3 convolutions beside an identity."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = convolution(channels, channels)
        self.second = nn.Sequential(nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels))

    @override
    def forward(self, features: Tensor) -> Tensor:
        return functional.relu(features + self.second(self.first(features)))


def doubled(features: Tensor) -> Tensor:
    """Twice the height and width, by repetition."""
    return functional.interpolate(features, scale_factor=2.0)


class FromBytes(nn.Module):
    """A network that takes pictures as they are: (N, H, W, 3) uint8 sRGB instead of float in [-1, 1]. What is exported."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    @override
    def forward(self, pictures: Tensor) -> Any:
        return self.network(pictures.permute(0, 3, 1, 2).to(torch.float32) / 127.5 - 1)
