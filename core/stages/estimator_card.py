"""What ships of an estimator: its ONNX file, and on its card temperatures, how numbers spread, colours of swatches, figures."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from typing_extensions import override

from core.avatar.schema import AvatarSchema, DiscreteParameter
from core.avatar.vector import AvatarVector
from core.engines import CLASSES, AvatarEngine
from core.faces.colours import read_colours
from core.files import write_atomically
from core.networks.estimator import Estimator
from core.readings import NAMES, terms
from core.shapes import expect_shape
from core.stages.estimator_batches import Example, Targets
from core.stages.exporting import store_bytes
from core.stages.render_avatars import render_pair

Float = NDArray[np.float32]

_OPSET = 17
_NEAR = 0.1  # a number this close to the right one counts as right
_RANKS = np.linspace(0, 1, 33)
_TEMPERATURES = np.geomspace(0.5, 5, 24)
_SWATCH_SIZE = 160
_RIDGE = 20.0


@dataclass(frozen=True, eq=False)
class Outputs:
    """What a network says of N pictures.

    Attributes:
        continuous: (N, C) in [0, 1].
        discrete: D arrays (N, n_d), logits.
    """

    continuous: Float
    discrete: tuple[Float, ...]


@dataclass(frozen=True, eq=False)
class Avatars:
    """What is read of N avatars, and what they are.

    Attributes:
        readings: (N, R), see core.readings.
        numbers: Continuous parameter -> (N,).
        choices: Discrete parameters, each with (N,) indices of options.
    """

    readings: Float
    numbers: Mapping[str, Float]
    choices: Sequence[tuple[DiscreteParameter, NDArray[np.int64]]]


def outputs_of(network: Estimator, pictures: Sequence[NDArray[np.uint8]], batch: int = 64) -> Outputs:
    """Run the network on pictures (S, S, channels) uint8."""
    exported = FromBytes(network).eval()
    batches = [torch.from_numpy(np.stack(pictures[start : start + batch])) for start in range(0, len(pictures), batch)]
    with torch.no_grad():
        parts = [exported(one) for one in batches]
    joined = [torch.cat(column).numpy() for column in zip(*parts, strict=True)]
    return Outputs(joined[0], tuple(joined[1:]))


def figures(targets: Targets, outputs: Outputs, examples: Sequence[Example]) -> dict[str, float]:
    """Shares of held-out examples that are right, by discrete parameter, and the mean error of each number.

    An example of which several options may be right counts as right with any of them; one that says nothing is left out.
    """
    result = {}
    for choice, scores in zip(targets.discrete, outputs.discrete, strict=True):
        allowed = np.stack([example.allowed[choice.id] for example in examples])
        told = ~allowed.all(axis=1)
        if told.any():
            result[choice.id] = float(allowed[told, scores[told].argmax(axis=1)].mean())
    right = np.stack([example.continuous for example in examples])
    for column, name in enumerate(targets.continuous):
        result[name] = float(np.abs(outputs.continuous[:, column] - right[:, column]).mean())
    return result


def temperatures(targets: Targets, outputs: Outputs, examples: Sequence[Example]) -> dict[str, float]:
    """The temperature of each discrete parameter at which held-out examples are most probable.

    Source: Guo et al. 2017, On Calibration of Modern Neural Networks (arXiv 1706.04599).
    """
    result = {}
    for choice, scores in zip(targets.discrete, outputs.discrete, strict=True):
        allowed = np.stack([example.allowed[choice.id] for example in examples])
        losses = [_surprise(scores / temperature, allowed) for temperature in _TEMPERATURES]
        result[choice.id] = float(_TEMPERATURES[int(np.argmin(losses))])
    return result


def unspread(targets: Targets, outputs: Outputs, examples: Sequence[Example]) -> dict[str, dict[str, Any]]:
    """A network's own numbers as they are, and how often each is right."""
    right = np.stack([example.continuous for example in examples])
    near = (np.abs(outputs.continuous - right) < _NEAR).mean(axis=0)
    return {
        name: {"raw": [0.0, 1.0], "value": [0.0, 1.0], "confidence": float(near[column])}
        for column, name in enumerate(targets.continuous)
    }


def read_features(avatars: Avatars, population: Float) -> dict[str, Any]:
    """How features follow from what is read of a face: ridge regressions on avatars, applied to people in deviations.

    Args:
        avatars: What is read of avatars, and what they are.
        population: (P, R) of people, whose averages and ranks count.

    Returns:
        What `core.deciding.read_from` takes. A number that cannot be read well stays near its median.
    """
    count = expect_shape(avatars.readings, "N R")["N"]
    known = terms(avatars.readings, *_average(avatars.readings))
    mean, deviation = _average(population)
    people = terms(population, mean, deviation)
    fitted = slice(0, max(1, int(0.8 * count)))
    measured = slice(fitted.stop, count) if count > fitted.stop else slice(0, count)
    gram = known[fitted].T @ known[fitted] + _RIDGE * np.eye(known.shape[1])

    def regression(values: NDArray[np.floating]) -> NDArray[np.float64]:
        return np.asarray(np.linalg.solve(gram, known[fitted].T @ values[fitted]), np.float64)

    numbers = {}
    for name, values in avatars.numbers.items():
        weights = regression(values)
        held_out = known[measured] @ weights
        reliability = _correlation(held_out, values[measured])
        middle = np.median(values)
        numbers[name] = {
            "weights": _rounded(weights),
            # Increasing, also where the same is read of everybody.
            "raw": _rounded(np.quantile(people @ weights, _RANKS) + 1e-4 * _RANKS),
            "value": _rounded(middle + np.sqrt(reliability) * (np.quantile(values, _RANKS) - middle)),
            "confidence": round(float((np.abs(held_out - values[measured]) < _NEAR).mean()), 3),
            "correlation": round(reliability, 3),
        }
    choices = {}
    for choice, options in avatars.choices:
        weights = regression(np.eye(len(choice.options))[options])
        right = (known[measured] @ weights).argmax(axis=1) == options[measured]
        choices[choice.id] = {
            "options": list(choice.index_of),
            "weights": [_rounded(column) for column in weights.T],
            "accuracy": round(float(right.mean()), 3),
        }
    return {
        "readings": list(NAMES), "mean": _rounded(mean), "deviation": _rounded(deviation), "numbers": numbers, "choices": choices,
    }  # fmt: skip


def swatches(engine: AvatarEngine) -> dict[str, dict[str, list[float]]]:
    """The colour that each skin and hair swatch has on the rendered avatar: CIELAB by option, by parameter."""
    result = {}
    for choice in engine.schema.discrete:
        about = {"monk", "colour"} & set(choice.options[0].tags)
        if choice.group == "core" and about:
            region = "skin" if "monk" in about else "hair"
            result[choice.id] = {option.id: _rendered_colour(engine, choice.id, option.id, region) for option in choice.options}
    return result


def export_estimator(network: Estimator, targets: Targets, size: int, path: Path) -> None:
    """Write a network that takes `pictures` (N, size, size, channels) uint8 and returns `continuous` and logits by parameter id.

    Weights are stored in 8 bits with one scale for each output channel, and computed with in float32: as small as a quantised
    network, nearly exact, and no slower where a processor has no instructions for bytes.
    """
    names = (["continuous"] if targets.continuous else []) + [choice.id for choice in targets.discrete]
    model = FromBytes(network, with_continuous=bool(targets.continuous)).eval()
    example = torch.zeros(1, size, size, network.channels, dtype=torch.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    with torch.no_grad(), warnings.catch_warnings():
        # The exporter says that it is the old one, and of every `expect_shape` that it looked at a shape once.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model, (example,), str(path), input_names=["pictures"], output_names=names, opset_version=_OPSET,
            dynamic_axes={name: {0: "N"} for name in ("pictures", *names)}, dynamo=False,
        )  # fmt: skip
    graph = onnx.load(str(path))
    store_bytes(graph.graph)
    write_atomically(path, graph.SerializeToString())


class FromBytes(nn.Module):
    """An estimator that takes pictures as they are, (N, S, S, channels) uint8, and returns a tuple: what is exported."""

    def __init__(self, network: Estimator, with_continuous: bool = True) -> None:
        super().__init__()
        self.network = network
        self.with_continuous = with_continuous

    @override
    def forward(self, pictures: Tensor) -> tuple[Tensor, ...]:
        expect_shape(pictures, f"N S S {self.network.channels}")
        logits = self.network(pictures.permute(0, 3, 1, 2).to(torch.float32) / 127.5 - 1)
        return (logits.continuous, *logits.discrete) if self.with_continuous else tuple(logits.discrete)


def identity(schema: AvatarSchema, targets: Targets) -> Mapping[str, Any]:
    """What a network was made for: the part of the card that it is checked by."""
    return {
        "engine": schema.engine,
        "schema": schema.fingerprint(),
        "continuous": list(targets.continuous),
        "discrete": {choice.id: list(choice.index_of) for choice in targets.discrete},
    }


def _average(population: Float) -> tuple[Float, Float]:
    """Mean and deviation; what is the same of everybody deviates a little, so that it can be divided by."""
    return population.mean(axis=0), np.maximum(population.std(axis=0), 1e-3)


def _correlation(first: NDArray[np.floating], second: NDArray[np.floating]) -> float:
    """In [0, 1]; 0 where one of them does not vary, or they run against each other."""
    if first.std() < 1e-9 or second.std() < 1e-9:
        return 0.0
    return max(0.0, float(np.corrcoef(first, second)[0, 1]))


def _rounded(values: NDArray[np.floating]) -> list[float]:
    return [round(float(value), 5) for value in values]


def _surprise(scores: Float, allowed: NDArray[np.bool_]) -> float:
    """Mean nats of what may be right."""
    total = np.logaddexp.reduce(scores, axis=1)
    right = np.logaddexp.reduce(np.where(allowed, scores, -np.inf), axis=1)
    return float((total - right).mean())


def _rendered_colour(engine: AvatarEngine, parameter: str, option: str, region: str) -> list[float]:
    vector = _with_hair(AvatarVector.default(engine.schema)).with_value(parameter, option)
    picture, classes = render_pair(engine, vector, _SWATCH_SIZE)
    masks = np.stack([(classes == index).astype(np.float32) for index in range(len(CLASSES))])
    colours = read_colours(picture[..., :3], masks)
    colour = {"skin": colours.skin, "hair": colours.hair, "brows": colours.brows}[region]
    return [] if colour is None else [round(float(value), 2) for value in colour.lab]


def _with_hair(vector: AvatarVector) -> AvatarVector:
    """The avatar with the first hair that is neither bald nor a cover, if it has none."""
    for choice in vector.schema.discrete:
        lengths = {option.id: option.tags.get("length") for option in choice.options}
        if lengths[str(vector[choice.id])] in ("bald", "buzz", "covered"):
            full = [option for option, length in lengths.items() if length in ("short", "medium", "long")]
            return vector.with_value(choice.id, full[0]) if full else vector
    return vector
