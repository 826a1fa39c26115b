"""The last step of training the landmark network: a linear layer solved at once for what all others have learnt.

Gradients of small batches leave the many correlated features about the key points far from their best linear use. Ridge
regression (Hoerl and Kennard 1970, Technometrics 12) of what is still wrong over fresh crops finds it: docs/models/faces.md has
what it gains.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.networks.landmarks import Landmarks
from core.reporting import Reporter

Float = NDArray[np.float32]
Batch = tuple[Tensor, Tensor, NDArray[np.int64]]

_STRENGTHS = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Of the ridge, with features of variance one: what is added to the mean of their squares."""
_HELD_OUT = 10  # one person in so many, by whom the strength is chosen
_TOGETHER = 2000  # crops, or more time would go into adding than into multiplying


def settle(network: Landmarks, draw: Callable[[], Batch], count: int, reporter: Reporter) -> bool:
    """Solve `settled` of a trained network, in place.

    Args:
        network: Everything else of it stays.
        draw: Pictures (N, 3, 128, 128), points (N, 478, 3) as of `Landmarks.forward`, and which person each is of (N,).
        count: Crops to solve for, at 80 a second on one core; memory is the same for any number.
        reporter: Told how far it is and which strength was chosen, and asked whether to stop.

    Returns:
        Whether it was done; nothing is changed where the reporter said stop.
    """
    sizes = network.settled.in_features, network.settled.out_features
    taught, held_out = Moments.none(*sizes), Moments.none(*sizes)
    gathered: list[tuple[Float, Float, NDArray[np.bool_]]] = []
    seen = 0
    while seen < count:
        if reporter.should_stop():
            return False
        pictures, points, people = draw()
        with torch.no_grad():
            pose, seen_by_layers, now = network.linear_inputs(pictures)
            gathered.append((seen_by_layers.numpy(), (network.rest(points, pose) - now).numpy(), people % _HELD_OUT == 0))
        seen += len(people)
        if len(gathered) * len(people) >= _TOGETHER or seen >= count:
            inputs, wanted, is_held_out = (np.concatenate(values) for values in zip(*gathered, strict=True))
            taught.add(inputs[~is_held_out], wanted[~is_held_out])
            held_out.add(inputs[is_held_out], wanted[is_held_out])
            gathered.clear()
            reporter.progress(min(seen, count), count)
    found = solve(taught, held_out)
    network.add_linear(*(torch.from_numpy(values) for values in (found.weight, found.bias, found.mean, found.spread)))
    reporter.measure("ridge_strength", found.strength, 0)
    return True


@dataclass(frozen=True, eq=False)
class Moments:
    """Sums over samples of the products of any two of F inputs, D wanted values and a 1: all that linear regression needs.

    Attributes:
        sums: (F + D + 1, F + D + 1) float64.
        inputs: F.
    """

    sums: NDArray[np.float64]
    inputs: int

    @classmethod
    def none(cls, inputs: int, wanted: int) -> Self:
        """Of no samples yet."""
        return cls(np.zeros((inputs + wanted + 1,) * 2), inputs)

    def add(self, inputs: Float, wanted: Float) -> None:
        """Add samples (N, F) and (N, D)."""
        samples = np.concatenate([inputs, wanted, np.ones((len(inputs), 1), np.float32)], axis=1)
        np.add(self.sums, samples.T @ samples, out=self.sums)

    def means(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(F + D,) of inputs and wanted, and the covariance (F + D, F + D)."""
        count = self.sums[-1, -1]
        mean = self.sums[-1, :-1] / count
        return mean, self.sums[:-1, :-1] / count - np.outer(mean, mean)

    def errors(self, weight: NDArray[np.floating], bias: NDArray[np.floating]) -> NDArray[np.float64]:
        """(D,) mean squares of what a map `inputs @ weight + bias` errs by."""
        residual = np.concatenate([weight, -np.eye(len(bias)), bias[None]])
        return np.asarray((residual * (self.sums @ residual)).sum(axis=0) / self.sums[-1, -1])


@dataclass(frozen=True, eq=False)
class Solved:
    """A linear map of F inputs to D outputs, in float32.

    Attributes:
        weight: (F, D).
        bias: (D,).
        mean: (F,) of the inputs that it was solved for.
        spread: (F,), their standard deviations.
        strength: Of the ridge.
    """

    weight: Float
    bias: Float
    mean: Float
    spread: Float
    strength: float


def solve(taught: Moments, held_out: Moments) -> Solved:
    """Ridge regression over `taught` with the strength that errs least on `held_out`; outputs count by how much they vary."""
    count = taught.inputs
    mean, covariance = taught.means()
    deviations = np.sqrt(np.maximum(covariance.diagonal(), 0))
    spread = deviations[:count] + 1e-3
    squares = covariance[:count, :count] / np.outer(spread, spread)
    products = covariance[:count, count:] / spread[:, None]
    found = []
    for strength in _STRENGTHS:
        weight = np.linalg.solve(squares + strength * np.eye(count), products) / spread[:, None]
        bias = mean[count:] - mean[:count] @ weight
        error = float((held_out.errors(weight, bias) / (deviations[count:] + 1e-6) ** 2).mean())
        found.append((error, strength, weight, bias))
    _, strength, weight, bias = min(found, key=lambda one: one[0])
    narrow = [values.astype(np.float32) for values in (weight, bias, mean[:count], spread)]
    return Solved(narrow[0], narrow[1], narrow[2], narrow[3], strength)
