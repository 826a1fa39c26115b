"""The face parser: the class of every pixel of a head.

Source: Ronneberger et al. 2015, U-Net (arXiv 1505.04597): contracting path, expanding path, skips.
Differs: sums instead of concatenations at the deep levels, and sub-pixel convolution at the end (Shi et al. 2016, arXiv
1609.05158).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from core.networks.layers import Residual, convolution, doubled
from core.shapes import expect_shape

NUM_CLASSES = 13


class Parser(nn.Module):
    """(N, 3, 160, 160) in [-1, 1] -> (N, 13, 160, 160): probabilities of core.engines.CLASSES."""

    def __init__(self) -> None:
        super().__init__()
        self.second = convolution(3, 16, 2)
        self.fourth = nn.Sequential(convolution(16, 32, 2), Residual(32))
        self.eighth = nn.Sequential(convolution(32, 64, 2), Residual(64))
        self.deepest = nn.Sequential(convolution(64, 128, 2), Residual(128), Residual(128))
        self.lift_deepest, self.lift_eighth, self.lift_fourth = (
            convolution(128, 64, 1, 1), convolution(64, 32, 1, 1), convolution(32, 16, 1, 1),
        )  # fmt: skip
        self.join_eighth, self.join_fourth, self.join_second = convolution(64, 64), convolution(32, 32), convolution(32, 24)
        self.last = nn.Conv2d(24, NUM_CLASSES * 4, 1)

    def logits(self, images: Tensor) -> Tensor:
        """(N, 13, H, W) before the softmax."""
        expect_shape(images, "N 3 H W")
        second = self.second(images)
        fourth = self.fourth(second)
        eighth = self.eighth(fourth)
        eighth = self.join_eighth(eighth + doubled(self.lift_deepest(self.deepest(eighth))))
        fourth = self.join_fourth(fourth + doubled(self.lift_eighth(eighth)))
        second = self.join_second(torch.cat([second, doubled(self.lift_fourth(fourth))], dim=1))
        return functional.pixel_shuffle(self.last(second), 2)

    @override
    def forward(self, images: Tensor) -> Tensor:
        return self.logits(images).softmax(dim=1)
