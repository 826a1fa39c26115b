"""From what a network thinks to what an avatar gets: probabilities, the option to choose, values spread over a population."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.avatar.schema import AvatarSchema, DiscreteParameter, Option
from core.avatar.vector import Value
from core.errors import ModelError
from core.faces.selfie import ALIGNMENT_VERSION
from core.models import Model, open_model
from core.readings import terms
from core.shapes import expect_shape
from core.words import tr

Float = NDArray[np.float32]

NUM_BEST = 3


@dataclass(frozen=True)
class Guess:
    """What is thought of one parameter.

    Attributes:
        value: A number in [0, 1] or an option's id.
        confidence: Calibrated probability that it is right, in [0, 1].
        best: Up to three options with their probabilities, best first; empty for a number.
    """

    value: Value
    confidence: float
    best: tuple[tuple[str, float], ...] = ()


class EstimatorModel:
    """A shipped estimator of an engine: pictures in, probabilities and numbers by parameter id out.

    Its card lists the parameters and options it knows, so it runs on every later version of the schema.

    Attributes:
        card: The model's card.
        sha256: Digest of its weights.
    """

    def __init__(self, schema: AvatarSchema, network: str) -> None:
        """Open it.

        Args:
            schema: The engine's.
            network: `baseline`, `shape` or `details`.

        Raises:
            ModelError: The engine has none, or it is of another schema or alignment.
        """
        self._schema = schema
        self._model: Model = open_model(f"{schema.engine}_{network}", threads=1)  # a busy machine stalls more
        self.card, self.sha256 = self._model.card, self._model.sha256
        _check_card(self._model.name, self.card, schema)

    def __call__(self, picture: NDArray[np.uint8]) -> tuple[dict[str, Float], dict[str, Guess]]:
        """Look at one picture.

        Args:
            picture: (S, S, channels) uint8, as the network was trained on.

        Returns:
            Probabilities (n_d,) by discrete parameter, and a guess by continuous one.
        """
        outputs = self._model(pictures=picture[None])
        probabilities = {name: self._probabilities(name, outputs[name][0]) for name in self.card["discrete"]}
        guesses = {}
        if self.card["continuous"]:
            for name, raw in zip(self.card["continuous"], outputs["continuous"][0], strict=True):
                facts = self.card["numbers"][name]
                guesses[name] = Guess(spread(float(raw), facts), facts["confidence"])
        return probabilities, guesses

    def _probabilities(self, name: str, logits: NDArray[np.floating]) -> Float:
        parameter = self._schema[name]
        assert isinstance(parameter, DiscreteParameter)
        known = softmax(logits, self.card["temperatures"][name])
        probabilities = np.zeros(len(parameter.options), np.float32)
        for option_id, probability in zip(self.card["discrete"][name], known, strict=True):
            probabilities[parameter.index_of[option_id]] = probability
        return probabilities


def read_from(readings: Float, facts: Mapping[str, Any], schema: AvatarSchema) -> tuple[dict[str, Float], dict[str, Guess]]:
    """What follows from what is read of a face: probabilities by discrete parameter, and guesses by continuous one.

    Args:
        readings: (R,) numbers (core.readings).
        facts: `mean` and `deviation` of the readings over people, R each; `numbers` by parameter: `weights` of the readings'
            terms, `raw` and `value` as `spread` takes them, `confidence`; `choices` by parameter: `options`, `weights` of each.
        schema: The engine's.
    """
    expect_shape(readings, str(len(facts["mean"])))
    values = terms(readings[None], np.array(facts["mean"]), np.array(facts["deviation"]))[0]
    numbers = {
        name: Guess(spread(float(values @ np.array(number["weights"])), number), number["confidence"])
        for name, number in facts["numbers"].items()
    }
    probabilities = {}
    for name, choice in facts["choices"].items():
        parameter = schema[name]
        assert isinstance(parameter, DiscreteParameter)
        chances = np.zeros(len(parameter.options), np.float32)
        chances[[parameter.index_of[option] for option in choice["options"]]] = np.clip(
            np.array(choice["weights"]) @ values, 0.01, 1
        )
        probabilities[name] = chances / chances.sum()
    return probabilities, numbers


def decided(parameter: DiscreteParameter, probabilities: Float, alike: Float) -> Guess:
    """The guess that probabilities (n_d,) lead to; `alike` is the parameter's `likeness`."""
    chosen = choose(probabilities, alike)
    best = best_options(parameter, probabilities, chosen)
    return Guess(parameter.options[chosen].id, float(probabilities[chosen]), best)


def softmax(logits: NDArray[np.floating], temperature: float = 1.0) -> Float:
    """(n,) logits -> probabilities; a temperature above 1 makes them less sure."""
    expect_shape(logits, "n")
    powers = np.exp((logits - logits.max()) / temperature)
    return np.asarray(powers / powers.sum(), np.float32)


def likeness(parameter: DiscreteParameter) -> Float:
    """How well one option stands in for another: (n_d, n_d) in [0, 1], 1 on the diagonal.

    Half of it is being the very option, the other half the share of tags that agree: to give a bob in place of long hair is
    better than to give a crew cut.
    """
    return np.array([[_alike(chosen, right) for right in parameter.options] for chosen in parameter.options], np.float32)


def choose(probabilities: Float, alike: Float) -> int:
    """The option that is most like what is probable, not simply the most probable one.

    With 36 hair styles the most probable one may have the only ponytail among many loose styles that share the rest.

    Args:
        probabilities: (n_d,).
        alike: (n_d, n_d), the parameter's `likeness`.
    """
    count = expect_shape(probabilities, "n")["n"]
    expect_shape(alike, f"{count} {count}")
    return int((alike @ probabilities).argmax())


def best_options(parameter: DiscreteParameter, probabilities: Float, chosen: int) -> tuple[tuple[str, float], ...]:
    """Up to three options with their probabilities: the chosen one, then the most probable others."""
    others = [index for index in np.argsort(-probabilities, kind="stable") if index != chosen]
    order = [chosen, *others][:NUM_BEST]
    return tuple((parameter.options[index].id, float(probabilities[index])) for index in order)


def spread(value: float, table: Mapping[str, Sequence[float]]) -> float:
    """A raw value -> the engine's value at the same rank: people differ as much as avatars do, and the average stays average.

    Args:
        value: What the network says.
        table: `raw`, increasing, is what it says of a population at evenly spaced ranks; `value` the engine's values there.
    """
    return float(np.clip(np.interp(value, table["raw"], table["value"]), 0.0, 1.0))


def _alike(chosen: Option, right: Option) -> float:
    if chosen.id == right.id:
        return 1.0
    names = set(chosen.tags) | set(right.tags)
    agreeing = sum(chosen.tags.get(name) == right.tags.get(name) for name in names)
    return 0.5 * agreeing / len(names) if names else 0.0


def _check_card(name: str, card: Mapping[str, Any], schema: AvatarSchema) -> None:
    if card.get("alignment") != ALIGNMENT_VERSION:
        raise ModelError(
            tr(
                "{name} was trained for alignment {theirs}, not {ours}. Train it again.",
                name=name,
                theirs=card.get("alignment"),
                ours=ALIGNMENT_VERSION,
            )
        )
    options = {choice.id: choice.index_of for choice in schema.discrete}
    unknown = [one for one in card["continuous"] if one not in schema.continuous_index]
    unknown += [
        f"{one} {option}" for one, ids in card["discrete"].items() for option in ids if option not in options.get(one, ())
    ]
    if unknown:
        made_for = f"{card.get('engine')} ({card.get('schema')})"
        raise ModelError(
            tr(
                "{name} was trained for {made_for}, which has {unknown}; {engine} ({fingerprint}) has not. Train it again: "
                "main.py train ship --run DIR --set engine={engine}",
                name=name,
                made_for=made_for,
                unknown=unknown[0],
                engine=schema.engine,
                fingerprint=schema.fingerprint(),
            )
        )
