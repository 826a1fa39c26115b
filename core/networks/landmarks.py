"""The landmark network: 478 points as a similarity transform of a mean shape plus whitened principal components.

Source: Cootes et al. 1995, Active Shape Models (Computer Vision and Image Understanding 61), section 3: the linear shape model.
Differs: coefficients come from a network, with a loss of their own. Plain regression of the points collapsed to the mean face:
small mean error, yet mouth opening correlated .16 with the teacher, against .81 this way (measured in a trial on 139 photos).
Shapes have depth; similarity transforms stay in the picture's plane.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from core.networks.layers import Residual, convolution
from core.shapes import expect_shape

NUM_COMPONENTS = 80
NUM_EXPRESSIONS = 52
DEPTH_WEIGHT = 0.5  # of depth against x and y when shapes are compared: teachers are less sure of it
_LENGTHS = (
    (13, 14), (159, 145), (386, 374), (61, 291), (234, 454), (10, 152), (172, 397), (49, 279), (105, 159), (334, 386), (133, 362),
    (55, 133), (285, 362), (0, 17), (4, 152), (168, 4), (33, 133), (362, 263), (0, 13), (14, 17), (61, 152), (291, 152),
)  # fmt: skip
"""Lengths by which faces differ, over the distance of the outer corners of the eyes, have a loss of their own."""


class Landmarks(nn.Module):
    """(N, 3, 128, 128) in [-1, 1] -> points (N, 478, 3), expression (N, 52) and chance of a face (N,), both in [0, 1].

    Points are in sides of the crop: x right, y down, depth negative towards the camera and about the face's mean.

    Args of the constructor: `mean` (478, 3), a shape about the crop's middle, in sides of the crop; `basis` (80, 478, 3),
    principal components times their standard deviations.
    """

    def __init__(self, mean: Tensor, basis: Tensor) -> None:
        super().__init__()
        self.fourth = nn.Sequential(convolution(3, 24, 2), convolution(24, 48, 2), Residual(48))
        self.eighth = nn.Sequential(convolution(48, 96, 2), Residual(96))
        self.sixteenth = nn.Sequential(convolution(96, 160, 2), Residual(160), Residual(160))
        self.narrow = convolution(160, 64, 1, 1)
        last = nn.Linear(40, 4)
        with torch.no_grad():
            last.weight *= 0.1
            last.bias.copy_(torch.tensor([0.0, 0.0, 1.0, 0.0]))
        self.pose = nn.Sequential(nn.Flatten(), nn.Linear(64 * 8 * 8, 40), nn.ReLU(), last)
        self.detail = nn.Sequential(convolution(96, 48, 2), convolution(48, 48, 1, 1))
        self.shape = nn.Sequential(nn.Flatten(), nn.Dropout(0.05), nn.Linear((64 + 48) * 8 * 8, NUM_COMPONENTS))
        self.expression = nn.Sequential(nn.Linear(NUM_COMPONENTS + 160, 96), nn.ReLU(), nn.Linear(96, NUM_EXPRESSIONS))
        self.face = nn.Sequential(nn.Linear(160, 32), nn.ReLU(), nn.Linear(32, 1))
        self.mean: Tensor
        self.basis: Tensor
        self.register_buffer("mean", mean)
        self.register_buffer("basis", basis)

    @override
    def forward(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        pose, shape, expression, face = self.heads(images)
        return self.points(pose, shape), expression.sigmoid(), face.sigmoid()

    def heads(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Pose (N, 4): shift x, y, scaled cosine and sine of the turn; whitened shape (N, 80); logits (N, 52) and (N,)."""
        expect_shape(images, "N 3 128 128")
        eighth = self.eighth(self.fourth(images))
        sixteenth = self.sixteenth(eighth)
        deep = self.narrow(sixteenth)
        shape = self.shape(torch.cat([deep, self.detail(eighth)], dim=1))
        overall = sixteenth.mean(dim=(2, 3))
        expression = self.expression(torch.cat([shape, overall], dim=1))
        return self.pose(deep), shape, expression, self.face(overall)[:, 0]

    def points(self, pose: Tensor, shape: Tensor) -> Tensor:
        """(N, 478, 3) of pose (N, 4) and shape (N, 80)."""
        face = self.mean + torch.einsum("nk,kij->nij", shape, self.basis)
        x, y, z = face[..., 0], face[..., 1], face[..., 2]
        cosine, sine = pose[:, 2, None], pose[:, 3, None]
        scale = (cosine**2 + sine**2 + 1e-8).sqrt()
        turned = [cosine * x - sine * y + pose[:, :1] + 0.5, sine * x + cosine * y + pose[:, 1:2] + 0.5, scale * z]
        return torch.stack(turned, dim=-1)

    def decompose(self, points: Tensor) -> tuple[Tensor, Tensor]:
        """The inverse of `points`: turn (N, 2), scaled cosine and sine, and shape (N, 80) that explain points (N, 478, 3)."""
        centred = points - points.mean(dim=1, keepdim=True)
        mean = self.mean - self.mean.mean(dim=0)
        x, y, z = centred[..., 0], centred[..., 1], centred[..., 2]
        norm = (mean[:, :2] ** 2).sum()
        cosine = (x * mean[:, 0] + y * mean[:, 1]).sum(dim=1, keepdim=True) / norm
        sine = (y * mean[:, 0] - x * mean[:, 1]).sum(dim=1, keepdim=True) / norm
        square = cosine**2 + sine**2
        upright = [(x * cosine + y * sine) / square, (y * cosine - x * sine) / square, z / square.sqrt()]
        offset = torch.stack(upright, dim=-1) - mean
        dual = self.basis * self.basis.new_tensor([1.0, 1.0, DEPTH_WEIGHT**2])
        shape = torch.einsum("nij,kij->nk", offset, dual) / (self.basis * dual).sum(dim=(1, 2)).clamp(min=1e-12)
        return torch.cat([cosine, sine], dim=1), shape


@dataclass(frozen=True)
class Wanted:
    """What a batch should give; the last pictures of a batch, beyond the M here, have no face.

    Attributes:
        points: (M, 478, 3) in sides of the crop, depth about its mean.
        expression: (M, 52) in [0, 1].
    """

    points: Tensor
    expression: Tensor


@dataclass(frozen=True)
class Weights:
    """How much the parts of the loss count: points (478,), shape (80,), and the spread of the lengths between faces (22,)."""

    point: Tensor
    shape: Tensor
    spread: Tensor


def lengths(points: Tensor) -> Tensor:
    """(N, 478, 2 or 3) -> (N, 22): lengths in the picture by which faces differ."""
    pairs = torch.tensor(_LENGTHS)
    across = (points[:, pairs[:, 0], :2] - points[:, pairs[:, 1], :2]).square().sum(dim=-1).add(1e-8).sqrt()
    eyes = (points[:, 33, :2] - points[:, 263, :2]).square().sum(dim=-1, keepdim=True).add(1e-8).sqrt()
    return across / eyes


def landmark_loss(network: Landmarks, heads: tuple[Tensor, Tensor, Tensor, Tensor], wanted: Wanted, weights: Weights) -> Tensor:
    """Distance of the points in percent of the crop, and of pose, shape, lengths, expression and the chance of a face.

    Args:
        network: The network.
        heads: What `Landmarks.heads` gave for N pictures.
        wanted: For the first M of them; the others have no face.
        weights: Of the parts.
    """
    count = len(wanted.points)
    pose, shape, expression = (head[:count] for head in heads[:3])
    turn, wanted_shape = network.decompose(wanted.points)
    found = network.points(pose, shape)
    apart = (found - wanted.points).abs() @ found.new_tensor([50.0, 50.0, 25.0])
    shape_apart = (functional.smooth_l1_loss(shape, wanted_shape, reduction="none") * weights.shape).mean()
    lengths_apart = functional.smooth_l1_loss(lengths(found) / weights.spread, lengths(wanted.points) / weights.spread)
    express = functional.binary_cross_entropy_with_logits(expression, wanted.expression)
    express = express + (expression.sigmoid() - wanted.expression).abs().mean()
    is_face = (torch.arange(len(heads[3])) < count).to(found.dtype)
    face = functional.binary_cross_entropy_with_logits(heads[3], is_face)
    whole = (apart * weights.point).mean() + 2 * shape_apart + 20 * (pose[:, 2:] - turn).abs().mean()
    return whole + lengths_apart + 2 * express + 0.5 * face
