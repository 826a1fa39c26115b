"""Avatars as people might look: what training pictures are rendered of, and what values are spread over."""

from collections.abc import Mapping, Sequence

import numpy as np

from core.avatar.schema import AvatarSchema, DiscreteParameter, Option, Tag
from core.avatar.vector import AvatarVector

Rng = np.random.Generator

_UNIFORM_SHARE = 0.3  # so that nothing an engine can do is missing
_SPREAD = 0.19  # deviation of continuous values about their defaults
_BLEND_CONCENTRATION = 0.6  # below 1: most heads are near one pure shape

# How common options of these tags are in comparison, where it is not 1. Rare looks are still common enough to be learnt.
_WEIGHTS: Mapping[tuple[str, Tag], float] = {
    ("kind", "none"): 8.0,
    ("kind", "sun"): 0.4,
    ("length", "bald"): 3.0,
    ("length", "buzz"): 1.5,
    ("length", "covered"): 0.3,
    ("colour", "dyed"): 0.3,
    ("colour", "red"): 0.6,
}
_DARK_SKIN = 6  # monk
_RARE_WITH_DARK_SKIN = 0.15  # weight of fair hair


def sample_plausible(schema: AvatarSchema, rng: Rng) -> AvatarVector:
    """A random avatar, three in ten of them uniform, the others with common looks more often.

    Source: SwiftAvatar (arXiv 2301.08153), section 5, names uniform sampling as its limitation.
    """
    if rng.random() < _UNIFORM_SHARE:
        return AvatarVector.sample(schema, rng)
    vector = AvatarVector.default(schema)
    continuous, discrete = vector.continuous.copy(), vector.discrete.copy()
    for index, parameter in enumerate(schema.continuous):
        if parameter.group == "core" and parameter.blend is None:
            continuous[index] = rng.normal(parameter.default, _SPREAD)
    for members in schema.blends.values():
        weights = rng.dirichlet(np.full(len(members), _BLEND_CONCENTRATION))
        for parameter, weight in zip(members, weights, strict=True):
            if parameter.group == "core":
                continuous[schema.continuous_index[parameter.id]] = weight
    tone: Option | None = None
    for choice in _skin_first(schema):
        index = int(rng.choice(len(choice.options), p=_chances(choice, tone)))
        discrete[schema.discrete_index[choice.id]] = index
        if "monk" in choice.options[index].tags:
            tone = choice.options[index]
    return AvatarVector(schema, np.clip(continuous, 0, 1), discrete)


def _skin_first(schema: AvatarSchema) -> Sequence[DiscreteParameter]:
    core = [choice for choice in schema.discrete if choice.group == "core"]
    return sorted(core, key=lambda choice: "monk" not in choice.options[0].tags)


def _chances(choice: DiscreteParameter, tone: Option | None) -> Sequence[float]:
    is_dark = tone is not None and int(tone.tags["monk"]) >= _DARK_SKIN
    weights = [_weight(option, is_dark) for option in choice.options]
    return [weight / sum(weights) for weight in weights]


def _weight(option: Option, is_dark: bool) -> float:
    weight = 1.0
    for name, tag in option.tags.items():
        weight *= _WEIGHTS.get((name, tag), 1.0)
        if is_dark and name == "colour" and tag in ("blond", "red", "light_brown"):
            weight *= _RARE_WITH_DARK_SKIN
    return weight
