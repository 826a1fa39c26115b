"""The face finder: where faces are in a picture, as centres on a grid.

Source: Zhou et al. 2019, Objects as Points (arXiv 1904.07850), sections 3 and 4: heat map, focal loss, regression at the centre.
Differs: a small feature pyramid instead of an hourglass; sizes are logarithms of the face unit (core.faces.align.face_unit), and
five points are regressed in that unit.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from core.networks.layers import Residual, convolution, doubled
from core.shapes import expect_shape


class Finder(nn.Module):
    """(N, 3, 160, 160) in [-1, 1] -> (N, 14, 40, 40).

    Channels: logit of a centre; offset to the centre (x, y) and five points (x, y) in face units from the cell's middle, in
    between the logarithm of the face unit over `UNIT`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(convolution(3, 16, 2), convolution(16, 32, 2))
        self.eighth = nn.Sequential(convolution(32, 64, 2), Residual(64))
        self.sixteenth = nn.Sequential(convolution(64, 96, 2), Residual(96))
        self.deepest = nn.Sequential(convolution(96, 128, 2), Residual(128), Residual(128))
        self.lift_deepest, self.lift_sixteenth, self.lift_eighth = (
            convolution(128, 96, 1, 1), convolution(96, 64, 1, 1), convolution(64, 32, 1, 1),
        )  # fmt: skip
        self.join_sixteenth, self.join_eighth, self.join_fourth = convolution(96, 96), convolution(64, 64), convolution(32, 48)
        last = nn.Conv2d(48, 14, 1)
        bias = torch.zeros(14)
        bias[0] = -4.0  # faces are rare
        last.bias = nn.Parameter(bias)
        self.head = nn.Sequential(convolution(48, 48), last)

    @override
    def forward(self, images: Tensor) -> Tensor:
        expect_shape(images, "N 3 H W")
        fourth = self.stem(images)
        eighth = self.eighth(fourth)
        sixteenth = self.sixteenth(eighth)
        sixteenth = self.join_sixteenth(sixteenth + doubled(self.lift_deepest(self.deepest(sixteenth))))
        eighth = self.join_eighth(eighth + doubled(self.lift_sixteenth(sixteenth)))
        return self.head(self.join_fourth(fourth + doubled(self.lift_eighth(eighth))))


def finding_loss(outputs: Tensor, heat: Tensor, regression: Tensor, weight: Tensor) -> Tensor:
    """Focal loss of the centres plus smooth L1 of the rest near them.

    Args:
        outputs: (N, 14, H, W) of `Finder`.
        heat: (N, H, W) in [0, 1], 1 at centres.
        regression: (N, 13, H, W) wanted values of the channels after the first.
        weight: (N, H, W), 0 where no face is near.

    Source: arXiv 1904.07850, equation 1 (alpha 2, beta 4).
    """
    outputs = outputs.float()
    chance = outputs[:, 0].sigmoid().clamp(1e-4, 1 - 1e-4)
    centre = (heat > 0.99).float()
    count = centre.sum().clamp(min=1)
    hits = centre * (1 - chance) ** 2 * chance.log()
    misses = (1 - centre) * (1 - heat) ** 4 * chance**2 * (1 - chance).log()
    apart = functional.smooth_l1_loss(outputs[:, 1:], regression, reduction="none", beta=0.05)
    return -(hits + misses).sum() / count + 8 * (apart * weight[:, None]).sum() / (weight.sum() + 1) / 13
