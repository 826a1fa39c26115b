"""From one avatar to another, bit by bit."""

from collections.abc import Sequence

import numpy as np

from core.avatar.schema import DiscreteParameter
from core.avatar.vector import AvatarVector
from core.colour import to_lab, to_linear
from core.errors import ValueRefusedError
from core.words import tr


def blend(first: AvatarVector, second: AvatarVector, share: float) -> AvatarVector:
    """An avatar between two.

    Numbers move in a straight line, so the weights of a blend stay weights: two sums of at most 1 give one of at most 1. Colours
    go through the options that lie between them. The other choices that differ change one after the other, in the order of the
    schema, at equal distances: of three, at a quarter, a half and three quarters.

    Args:
        first: What `share` 0 gives, exactly.
        second: What `share` 1 gives, exactly.
        share: How far on the way, in [0, 1].

    Raises:
        ValueRefusedError: The avatars have different schemas, or the share is outside [0, 1].
    """
    schema = first.schema
    if second.schema != schema:
        raise ValueRefusedError(
            tr(
                "An avatar of {engine} cannot be blended with one of {engine2}.",
                engine=schema.engine,
                engine2=second.schema.engine,
            )
        )
    if not 0.0 <= share <= 1.0:
        raise ValueRefusedError(tr("The share of a blend is {share}; it must be between 0 and 1.", share=share))
    if share in (0.0, 1.0):
        return second if share else first
    ours, theirs = first.continuous.astype(np.float64), second.continuous.astype(np.float64)
    continuous = np.where(ours == theirs, ours, ours + share * (theirs - ours))
    discrete = first.discrete.copy()
    switching: list[int] = []
    for place, parameter in enumerate(schema.discrete):
        ends = int(first.discrete[place]), int(second.discrete[place])
        if ends[0] == ends[1]:
            continue
        if all(option.srgb is not None for option in parameter.options):
            discrete[place] = _colour_between(parameter, ends, share)
        else:
            switching.append(place)
    for order, place in enumerate(switching, start=1):
        if share >= order / (len(switching) + 1):
            discrete[place] = second.discrete[place]
    return AvatarVector(schema, np.clip(continuous, 0.0, 1.0).astype(np.float32), discrete)


def _colour_between(parameter: DiscreteParameter, ends: Sequence[int], share: float) -> int:
    """The option that looks most like the colour on the straight line between two, in CIELAB.

    A line meets the region of what is nearest to an option at most once, so no colour comes back that was left.
    """
    colours = np.array([option.srgb for option in parameter.options], np.uint8)
    lab = to_lab(to_linear(colours)).astype(np.float64)
    wanted = lab[ends[0]] + share * (lab[ends[1]] - lab[ends[0]])
    distances = ((lab - wanted) ** 2).sum(axis=1)
    # Of options with one colour, the ends come first: they are what a person chose.
    best = min(range(len(lab)), key=lambda place: (distances[place], place not in ends, place))
    return int(best)
