"""The landmark network: 478 points as a similarity transform of a mean shape plus whitened principal components.

Source: Cootes et al. 1995, Active Shape Models (Computer Vision and Image Understanding 61), section 3: the linear shape model.
Differs: coefficients come from a network, with a loss of their own. Plain regression of the points collapsed to the mean face:
small mean error, yet mouth opening correlated .16 with the teacher, against .81 this way (measured in a trial on 139 photos).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from core.networks.layers import Residual, convolution
from core.shapes import expect_shape

NUM_COMPONENTS = 60


class Landmarks(nn.Module):
    """(N, 3, 128, 128) in [-1, 1] -> (N, 478, 2) in sides of the crop, x right, y down.

    Args of the constructor: `mean` (478, 2), a shape about the crop's middle, in sides of the crop; `basis` (60, 478, 2),
    principal components times their standard deviations.
    """

    def __init__(self, mean: Tensor, basis: Tensor) -> None:
        super().__init__()
        self.fourth = nn.Sequential(convolution(3, 24, 2), convolution(24, 48, 2), Residual(48))
        self.eighth = nn.Sequential(convolution(48, 96, 2), Residual(96))
        self.sixteenth = nn.Sequential(convolution(96, 160, 2), Residual(160))
        self.narrow = convolution(160, 64, 1, 1)
        last = nn.Linear(64, 4)
        with torch.no_grad():
            last.weight *= 0.1
            last.bias.copy_(torch.tensor([0.0, 0.0, 1.0, 0.0]))
        self.pose = nn.Sequential(nn.Flatten(), nn.Linear(64 * 8 * 8, 64), nn.ReLU(), last)
        self.detail = nn.Sequential(convolution(96, 48, 2), convolution(48, 48, 1, 1))
        self.shape = nn.Sequential(nn.Flatten(), nn.Dropout(0.1), nn.Linear((64 + 48) * 8 * 8, NUM_COMPONENTS))
        self.mean: Tensor
        self.basis: Tensor
        self.register_buffer("mean", mean)
        self.register_buffer("basis", basis)

    @override
    def forward(self, images: Tensor) -> Tensor:
        return self.points(*self.coefficients(images))

    def coefficients(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Pose (N, 4): shift x, y, scaled cosine and sine of the turn; and shape (N, 60), whitened."""
        expect_shape(images, "N 3 128 128")
        eighth = self.eighth(self.fourth(images))
        deep = self.narrow(self.sixteenth(eighth))
        return self.pose(deep), self.shape(torch.cat([deep, self.detail(eighth)], dim=1))

    def points(self, pose: Tensor, shape: Tensor) -> Tensor:
        """(N, 478, 2) of pose (N, 4) and shape (N, 60)."""
        face = self.mean + torch.einsum("nk,kij->nij", shape, self.basis)
        x, y = face[..., 0], face[..., 1]
        cosine, sine = pose[:, 2, None], pose[:, 3, None]
        turned = torch.stack([cosine * x - sine * y, sine * x + cosine * y], dim=-1)
        return turned + pose[:, None, :2] + 0.5

    def decompose(self, points: Tensor) -> tuple[Tensor, Tensor]:
        """The inverse of `points`: turn (N, 2), scaled cosine and sine, and shape (N, 60) that explain points (N, 478, 2)."""
        centred = points - points.mean(dim=1, keepdim=True)
        mean = self.mean - self.mean.mean(dim=0)
        x, y = centred[..., 0], centred[..., 1]
        norm = (mean**2).sum()
        cosine = (x * mean[:, 0] + y * mean[:, 1]).sum(dim=1) / norm
        sine = (y * mean[:, 0] - x * mean[:, 1]).sum(dim=1) / norm
        upright = torch.stack([x * cosine[:, None] + y * sine[:, None], y * cosine[:, None] - x * sine[:, None]], dim=-1)
        offset = upright / (cosine**2 + sine**2)[:, None, None] - mean
        shape = torch.einsum("nij,kij->nk", offset, self.basis) / (self.basis**2).sum(dim=(1, 2)).clamp(min=1e-12)
        return torch.stack([cosine, sine], dim=1), shape


def landmark_loss(network: Landmarks, images: Tensor, wanted: Tensor, point_weight: Tensor, shape_weight: Tensor) -> Tensor:
    """Distance of the points in percent of the crop, plus the distance of pose and of the whitened shape.

    Args:
        network: The network.
        images: (N, 3, 128, 128) in [-1, 1].
        wanted: (N, 478, 2) in sides of the crop.
        point_weight: (478,).
        shape_weight: (60,).
    """
    pose, shape = network.coefficients(images)
    turn, wanted_shape = network.decompose(wanted)
    apart = (network.points(pose, shape) - wanted).abs().mean(dim=-1) * 100
    shape_apart = (functional.smooth_l1_loss(shape, wanted_shape, reduction="none") * shape_weight).mean()
    return (apart * point_weight).mean() + 2 * shape_apart + 20 * (pose[:, 2:] - turn).abs().mean()
