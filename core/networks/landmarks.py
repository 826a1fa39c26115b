"""The landmark network: 478 points as a similarity transform of a mean shape plus whitened principal components.

Sources: Cootes et al. 1995, Active Shape Models (Computer Vision and Image Understanding 61), section 3: the linear shape model.
Sun et al. 2018, Integral Human Pose Regression (arXiv 1711.08229), equation 3: a key point is the mean place of its heat map;
Nibali et al. 2018 (arXiv 1801.07372), section 3.4: the heat is held to a normal distribution about the truth.
Differs: key points place the shape through a linear map, and regressions correct it: from the features about every key point,
weighed by its heat, because lengths by which faces differ are often shorter than half a cell; and from coarse features for what
is hidden or has no key point. Plain regression of the points collapsed to the mean face: small mean error, yet mouth opening
correlated .16 with the teacher, against .81 with regressed components (measured in a trial on 139 photos).
Shapes have depth; similarity transforms stay in the picture's plane.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from core.faces.mesh import LEFT_EYE, MIRRORED, OVAL, RIGHT_EYE
from core.networks.layers import Residual, convolution, doubled
from core.shapes import expect_shape

NUM_COMPONENTS = 80
NUM_EXPRESSIONS = 52
DEPTH_WEIGHT = 0.5  # of depth against x and y when shapes are compared: teachers are less sure of it
_LENGTHS = (
    (13, 14), (159, 145), (386, 374), (61, 291), (234, 454), (10, 152), (172, 397), (49, 279), (105, 159), (334, 386), (133, 362),
    (55, 133), (285, 362), (0, 17), (4, 152), (168, 4), (33, 133), (362, 263), (0, 13), (14, 17), (61, 152), (291, 152),
)  # fmt: skip
"""Lengths by which faces differ, over the distance of the outer corners of the eyes, have a loss of their own."""
_LEFT = [468, 46, 52, 55, 105, 63, 107, 98, 49, 61, 37, 40, 91, 84, 78, 82, 87]
KEY_POINTS = [*LEFT_EYE, *RIGHT_EYE, *_LEFT, *(MIRRORED[point] for point in _LEFT), 168, 6, 4, 2, 0, 17, 13, 14, *OVAL[::2]]
"""Landmarks that have a heat map: lids, pupils, brows, nose, lips and every other point of the outline."""
_CELLS = 32  # of a side of a heat map
_OUTLINE = 0.25  # weight of the outline in where a face is: it is seldom seen well, and often beyond the crop
_NOISE = 0.01  # sides of the crop; what key points are expected to be off by, when the linear map from them is made
_HEAT_SPREAD = 1.0 / _CELLS
_FINE, _NEAR = 64, 24  # channels of features about a key point: those that its heat is made of, and those learnt for the shape
_LENGTHS_WEIGHT = 12.0  # they are what avatars differ by


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
        self.lift_sixteenth, self.lift_eighth = convolution(160, 96, 1, 1), convolution(96, 48, 1, 1)
        self.heat = nn.Sequential(convolution(48, _FINE), nn.Conv2d(_FINE, len(KEY_POINTS), 1))
        self.fitted = nn.Linear(2 * len(KEY_POINTS), 4 + NUM_COMPONENTS)
        self.near = convolution(48, _NEAR, 1, 1)
        self.refined = nn.Linear(_NEAR * len(KEY_POINTS), 4 + NUM_COMPONENTS)
        inputs = (2 + _FINE) * len(KEY_POINTS)
        self.settled = nn.Linear(inputs, 4 + NUM_COMPONENTS).requires_grad_(False)
        self.narrow = convolution(160, 64, 1, 1)
        corrected = nn.Linear(64 * 8 * 8, 4 + NUM_COMPONENTS)
        self.corrected = nn.Sequential(nn.Flatten(), nn.Dropout(0.05), corrected)
        self.expression = nn.Sequential(nn.Linear(NUM_COMPONENTS + 160, 96), nn.ReLU(), nn.Linear(96, NUM_EXPRESSIONS))
        self.face = nn.Sequential(nn.Linear(160, 32), nn.ReLU(), nn.Linear(32, 1))
        with torch.no_grad():
            for layer in (self.fitted, self.refined, corrected):
                layer.weight *= 0.1
                layer.bias.zero_()
            self.settled.weight.zero_()
            self.settled.bias.zero_()
        self.mean: Tensor
        self.basis: Tensor
        self.grid: Tensor
        self.input_mean: Tensor
        self.input_spread: Tensor
        self.register_buffer("mean", mean)
        self.register_buffer("basis", basis)
        # `settled` sees values about zero, of variance one: its weights, stored in bytes, would else move every face alike.
        self.register_buffer("input_mean", torch.zeros(inputs))
        self.register_buffer("input_spread", torch.ones(inputs))
        cells = (torch.arange(_CELLS) + 0.5) / _CELLS
        self.register_buffer("grid", torch.stack(torch.meshgrid(cells, cells, indexing="xy"), dim=-1).reshape(-1, 2), False)

    @override
    def forward(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        pose, shape, expression, face, _ = self.heads(images)
        return self.points(pose, shape), expression.sigmoid(), face.sigmoid()

    def heads(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """What is learnt.

        Returns:
            Pose (N, 4): shift x, y, scaled cosine and sine of the turn; whitened shape (N, 80); logits (N, 52) of the expression
            and (N,) of a face; heat (N, K, 1024), logarithms of where key points are.
        """
        sixteenth, heat, pose, near, inputs = self._seen(images)
        trained, settled = self._rest(sixteenth, near, inputs)
        overall = sixteenth.mean(dim=(2, 3))
        # Of the shape that it learnt from: what settles the points later would make every expression louder or softer.
        expression = self.expression(torch.cat([trained[:, 4:], overall], dim=1))
        rest = trained + settled
        return moved(pose, rest[:, :4]), rest[:, 4:], expression, self.face(overall)[:, 0], heat

    def _seen(self, images: Tensor) -> tuple[Tensor, ...]:
        """Coarse features, heat, pose as of `upright`, features about the key points, and the inputs of `settled`."""
        expect_shape(images, "N 3 128 128")
        fourth = self.fourth(images)
        eighth = self.eighth(fourth)
        sixteenth = self.sixteenth(eighth)
        eighth = eighth + doubled(self.lift_sixteenth(sixteenth))
        finest = fourth + doubled(self.lift_eighth(eighth))
        fine = self.heat[0](finest)
        heat = self.heat[1](fine).flatten(2).log_softmax(dim=-1)
        # Key points learn from their own loss alone: what small changes of them do to the shape would drown it.
        place = heat.exp().detach()
        near, about = ((place @ features.flatten(2).transpose(1, 2)).flatten(1) for features in (self.near(finest), fine))
        pose, upright = self.upright(place @ self.grid)
        return sixteenth, heat, pose, near, torch.cat([upright, about], dim=1)

    def _rest(self, sixteenth: Tensor, near: Tensor, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """(N, 84) each: change of the key points' pose, and shape, as trained by gradients, and what was settled beside."""
        corrected: Tensor = self.corrected(self.narrow(sixteenth))
        trained = corrected + self.fitted(inputs[:, : 2 * len(KEY_POINTS)]) + self.refined(near)
        return trained, self.settled((inputs - self.input_mean) / self.input_spread)

    def linear_inputs(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What the linear layer that is solved in the end sees.

        Returns:
            Pose (N, 4) as of `upright`; inputs (N, 66 K) of `settled`; change and shape by now (N, 84).
        """
        sixteenth, _, pose, near, inputs = self._seen(images)
        trained, settled = self._rest(sixteenth, near, inputs)
        return pose, inputs, trained + settled

    def add_linear(self, weight: Tensor, bias: Tensor, mean: Tensor, spread: Tensor) -> None:
        """Add to change and shape from now on what a linear map makes of `linear_inputs`.

        Args:
            weight: (66 K, 84), of the inputs as they are.
            bias: (84,).
            mean: (66 K,) of the inputs.
            spread: (66 K,), standard deviations of the inputs; with the mean it only says how the map is written down.
        """
        with torch.no_grad():
            before = self.settled.weight / self.input_spread
            now = before + weight.T
            self.settled.bias.add_(bias + now @ mean - before @ self.input_mean)
            self.settled.weight.copy_(now * spread)
            self.input_mean.copy_(mean)
            self.input_spread.copy_(spread)

    def rest(self, points: Tensor, pose: Tensor) -> Tensor:
        """(N, 84): change of a pose (N, 4), and shape, by which points (N, 478, 3) as of `forward` come out."""
        wanted_pose, shape = self.decompose(points)
        turn, wanted_turn = (
            torch.view_as_complex(pose[:, 2:].contiguous()),
            torch.view_as_complex(wanted_pose[:, 2:].contiguous()),
        )
        shift = torch.view_as_complex((wanted_pose[:, :2] - pose[:, :2]).contiguous()) / turn
        return torch.cat([torch.view_as_real(shift), torch.view_as_real(wanted_turn / turn - 1), shape], dim=1)

    def upright(self, key_points: Tensor) -> tuple[Tensor, Tensor]:
        """Pose (N, 4) that brings the mean's key points nearest to these (N, K, 2), and how they differ then, (N, 2 K)."""
        weight = _place_weight().to(self.mean.device)[:, None]
        wanted = self.mean[KEY_POINTS, :2]
        middle = (wanted * weight).sum(dim=0)
        wanted = wanted - middle
        centre = (key_points * weight).sum(dim=1)
        x, y = (key_points - centre[:, None]).unbind(dim=-1)
        weighted = wanted * weight
        norm = (weighted * wanted).sum()
        cosine = (x * weighted[:, 0] + y * weighted[:, 1]).sum(dim=1) / norm
        sine = (y * weighted[:, 0] - x * weighted[:, 1]).sum(dim=1) / norm
        square = (cosine**2 + sine**2).clamp(min=0.1)[:, None]  # at first all key points are in the middle
        straight_x, straight_y = x * cosine[:, None] + y * sine[:, None], y * cosine[:, None] - x * sine[:, None]
        apart = torch.stack([straight_x / square - wanted[:, 0], straight_y / square - wanted[:, 1]], dim=-1)
        right = centre[:, 0] - 0.5 - cosine * middle[0] + sine * middle[1]
        down = centre[:, 1] - 0.5 - sine * middle[0] - cosine * middle[1]
        return torch.stack([right, down, cosine, sine], dim=1), apart.flatten(1)

    def fit(self, points: Tensor, weights: Tensor) -> None:
        """Start the map from key points at the ridge regression over faces, points (N, 478, 3) as of `forward`, weights (N,)."""
        pose, upright = self.upright(points[:, KEY_POINTS, :2])
        rest = self.rest(points, pose)
        inputs = torch.cat([upright, torch.ones(len(upright), 1)], dim=1).double()
        weighted = inputs * (weights / weights.sum())[:, None]
        ridge = _NOISE**2 * torch.eye(inputs.shape[1], dtype=torch.float64)
        ridge[-1, -1] = 0
        solved = torch.linalg.solve(weighted.T @ inputs + ridge, weighted.T @ rest.double()).float()
        with torch.no_grad():
            self.fitted.weight.copy_(solved[:-1].T)
            self.fitted.bias.copy_(solved[-1])

    def points(self, pose: Tensor, shape: Tensor) -> Tensor:
        """(N, 478, 3) of pose (N, 4) and shape (N, 80)."""
        face = self.mean + torch.einsum("nk,kij->nij", shape, self.basis)
        x, y, z = face[..., 0], face[..., 1], face[..., 2]
        cosine, sine = pose[:, 2, None], pose[:, 3, None]
        scale = (cosine**2 + sine**2 + 1e-8).sqrt()
        turned = [cosine * x - sine * y + pose[:, :1] + 0.5, sine * x + cosine * y + pose[:, 1:2] + 0.5, scale * z]
        return torch.stack(turned, dim=-1)

    def decompose(self, points: Tensor) -> tuple[Tensor, Tensor]:
        """The inverse of `points`: pose (N, 4) and shape (N, 80) that explain points (N, 478, 3)."""
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
        turned = torch.cat([points.new_zeros(len(points), 2), cosine, sine], dim=1)
        shift = (points - self.points(turned, shape)).mean(dim=1)[:, :2]
        return torch.cat([shift, cosine, sine], dim=1), shape


def _place_weight() -> Tensor:
    outline = torch.isin(torch.tensor(KEY_POINTS), torch.tensor(OVAL))
    weight = torch.where(outline, _OUTLINE, 1.0)
    return weight / weight.sum()


def moved(pose: Tensor, change: Tensor) -> Tensor:
    """Pose (N, 4) after a change (N, 4) in the pose's own frame: shift x, y, and what is added to scale and turn."""
    right, down, cosine, sine = pose.unbind(dim=1)
    along, across, grown, turned = change.unbind(dim=1)
    return torch.stack(
        [
            right + cosine * along - sine * across,
            down + sine * along + cosine * across,
            cosine * (1 + grown) - sine * turned,
            sine * (1 + grown) + cosine * turned,
        ],
        dim=1,
    )


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


def landmark_loss(network: Landmarks, heads: tuple[Tensor, ...], wanted: Wanted, weights: Weights) -> Tensor:
    """Distance of the points in percent of the crop, and of key points, pose, shape, lengths, expression and chance of a face.

    Args:
        network: The network.
        heads: What `Landmarks.heads` gave for N pictures.
        wanted: For the first M of them; the others have no face.
        weights: Of the parts.
    """
    count = len(wanted.points)
    pose, shape, expression = (head[:count] for head in heads[:3])
    wanted_pose, wanted_shape = network.decompose(wanted.points)
    found = network.points(pose, shape)
    apart = (found - wanted.points).abs() @ found.new_tensor([50.0, 50.0, 25.0])
    shape_apart = (functional.smooth_l1_loss(shape, wanted_shape, reduction="none") * weights.shape).mean()
    lengths_apart = functional.smooth_l1_loss(lengths(found) / weights.spread, lengths(wanted.points) / weights.spread)
    express = functional.binary_cross_entropy_with_logits(expression, wanted.expression)
    express = express + (expression.sigmoid() - wanted.expression).abs().mean()
    is_face = (torch.arange(len(heads[3]), device=found.device) < count).to(found.dtype)
    face = functional.binary_cross_entropy_with_logits(heads[3], is_face)
    whole = (apart * weights.point).mean() + 2 * shape_apart + 20 * (pose[:, 2:] - wanted_pose[:, 2:]).abs().mean()
    heat = _heat_loss(heads[4][:count], wanted.points[:, KEY_POINTS, :2], weights.point[KEY_POINTS], network.grid)
    return whole + heat + _LENGTHS_WEIGHT * lengths_apart + 2 * express + 0.5 * face


def _heat_loss(heat: Tensor, wanted: Tensor, weight: Tensor, grid: Tensor) -> Tensor:
    """Distance of key points (M, K, 2) that lie in the crop, in percent of it, and cross entropy with a normal distribution."""
    seen = ((wanted > 0) & (wanted < 1)).all(dim=-1).to(heat.dtype) * weight
    apart = 50 * (heat.exp() @ grid - wanted).abs().sum(dim=-1)
    cells = grid[:_CELLS, 0]
    across, down = ((-((cells - wanted[..., axis, None]) ** 2) / (2 * _HEAT_SPREAD**2)).softmax(dim=-1) for axis in (0, 1))
    maps = heat.reshape(*heat.shape[:2], _CELLS, _CELLS)
    entropy = -torch.einsum("nkyx,nky,nkx->nk", maps, down, across)
    return ((2 * apart + 1.2 * entropy) * seen).sum() / seen.sum()
