"""How far labels agree: two designers, a designer with herself, labels from nothing and labels from a prediction.

Everything here works on vectors alone, and knows no file. Photos are drawn again for the intervals, not pairs: a photo that is
hard is hard for everybody.

Source: Cohen 1960, A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20, 37-46 (kappa).
    Efron and Tibshirani 1993, An Introduction to the Bootstrap, chapters 13 (percentile interval) and 16.
Differs: kappa is not weighted, since options have no order; a continuous value has no kappa but a mean absolute difference.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from core.avatar.schema import DiscreteParameter, Parameter
from core.avatar.vector import AvatarVector

RESAMPLES = 2000
_AT_ONCE = 100  # resamples: bounds the memory for sets of 10,000 photos
_PERCENT = (2.5, 97.5)

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Opinion:
    """What one designer says a photo's avatar is.

    Attributes:
        item: What names the photo; labels of the same one are compared.
        designer: Who says it.
        take: 1, or 2 for a second time later.
        is_blind: Whether it was begun from nothing, with no prediction seen.
        vector: The avatar.
    """

    item: str
    designer: str
    take: int
    is_blind: bool
    vector: AvatarVector


@dataclass(frozen=True)
class Pair:
    """Two vectors that would be the same if people agreed.

    Attributes:
        item: What names the photo.
        first: The one.
        second: The other, of the same schema.
    """

    item: str
    first: AvatarVector
    second: AvatarVector


@dataclass(frozen=True)
class Figure:
    """A number that was measured, with its 95 % bootstrap interval over photos.

    Attributes:
        value: The number.
        low: The interval's lower end; None where nothing can be drawn again, as of one photo.
        high: Its upper end.
    """

    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class FieldAgreement:
    """How far one parameter agrees.

    Attributes:
        parameter: Its id.
        pairs: How many pairs show it in both vectors; the colour of a hat says nothing where there is no hat.
        photos: How many photos they are of.
        exact: Share of pairs with the same option, in [0, 1]; None for a continuous parameter.
        kappa: Cohen's, in [-1, 1]; None for a continuous parameter, and where both only ever say the same one option.
        difference: Mean absolute difference, in [0, 1]; None for a discrete parameter.
    """

    parameter: str
    pairs: int
    photos: int
    exact: Figure | None = None
    kappa: Figure | None = None
    difference: Figure | None = None


@dataclass(frozen=True)
class FieldContrast:
    """How much more labels begun from a prediction agree than blind ones, at one parameter.

    Attributes:
        parameter: Its id.
        blind: The agreement of blind labels.
        prefilled: Of the others.
        change: Prefilled less blind: of the exact share, or of the mean difference. An interval that holds 0 shows nothing; a
            share above 0, or a difference below it, is what anchoring looks like.
    """

    parameter: str
    blind: FieldAgreement
    prefilled: FieldAgreement
    change: Figure


def between_designers(opinions: Iterable[Opinion]) -> dict[tuple[str, str], list[Pair]]:
    """Every two designers -> the photos that both labelled, by their first takes."""
    found: dict[tuple[str, str], list[Pair]] = defaultdict(list)
    for of_item in _by_item(one for one in opinions if one.take == 1):
        for first, second in combinations(sorted(of_item, key=lambda one: one.designer), 2):
            found[first.designer, second.designer].append(Pair(first.item, first.vector, second.vector))
    return dict(sorted(found.items()))


def between_takes(opinions: Iterable[Opinion]) -> dict[str, list[Pair]]:
    """Every designer who labelled photos a second time -> her first and second takes."""
    found: dict[str, list[Pair]] = defaultdict(list)
    for of_item in _by_item(opinions):
        takes = {(one.designer, one.take): one for one in of_item}
        for (designer, take), second in takes.items():
            first = takes.get((designer, 1))
            if take == 2 and first is not None:
                found[designer].append(Pair(second.item, first.vector, second.vector))
    return dict(sorted(found.items()))


def between_starts(opinions: Iterable[Opinion], *, is_blind: bool) -> list[Pair]:
    """Every two designers who both began a photo from nothing, or both from something."""
    of_two = between_designers(one for one in opinions if one.is_blind == is_blind)
    return [pair for pairs in of_two.values() for pair in pairs]


def with_references(opinions: Iterable[Opinion], references: Mapping[str, AvatarVector]) -> list[Pair]:
    """Each first take beside its photo's reference, e.g. the prediction; photos without one are left out."""
    return [Pair(one.item, references[one.item], one.vector) for one in opinions if one.take == 1 and one.item in references]


def field_agreements(pairs: Sequence[Pair], seed: int = 0) -> list[FieldAgreement]:
    """How far each parameter of the group `core` agrees, in the schema's order; nothing where there is no pair.

    Args:
        pairs: Of one schema.
        seed: Of the bootstrap; the same gives the same intervals.
    """
    return [field_agreement(parameter, pairs, seed) for parameter in _parameters(pairs)]


def field_agreement(parameter: Parameter, pairs: Sequence[Pair], seed: int = 0) -> FieldAgreement:
    """How far one parameter agrees; arguments as of `field_agreements`."""
    shown = _shown(parameter, pairs)
    photos = len({pair.item for pair in shown})
    if not shown:
        return FieldAgreement(parameter.id, 0, 0)
    found = np.array([apart(parameter, pair) for pair in shown])
    if not isinstance(parameter, DiscreteParameter):
        difference = _figure(float(found.mean()), _means(found, shown, seed))
        return FieldAgreement(parameter.id, len(shown), photos, difference=difference)
    exact = _figure(float(1 - found.mean()), _means(1 - found, shown, seed))
    column = shown[0].first.schema.discrete_index[parameter.id]
    first = np.array([pair.first.discrete[column] for pair in shown])
    second = np.array([pair.second.discrete[column] for pair in shown])
    value = cohens_kappa(first, second)
    kappa = None
    if value is not None:
        drawn = _drawn(lambda weights: _kappas(weights, first, second), shown, seed)
        kappa = _figure(value, drawn[np.isfinite(drawn)])
    return FieldAgreement(parameter.id, len(shown), photos, exact, kappa)


def contrasts(blind: Sequence[Pair], prefilled: Sequence[Pair], seed: int = 0) -> list[FieldContrast]:
    """How each parameter's agreement changes where labels were begun from a prediction.

    The two are of different photos, so they are drawn again apart. With predictions as the pairs' first vectors, it is how far
    labels move towards what was shown; with two designers, how far a prediction makes them agree.

    Args:
        blind: Pairs of photos that were labelled from nothing.
        prefilled: Pairs of photos whose label began as a prediction.
        seed: Of the bootstrap.

    Returns:
        Parameters that are shown in pairs of both, in the schema's order.
    """
    found = [contrast(parameter, blind, prefilled, seed) for parameter in _parameters(blind)] if prefilled else []
    return [one for one in found if one is not None]


def contrast(parameter: Parameter, blind: Sequence[Pair], prefilled: Sequence[Pair], seed: int = 0) -> FieldContrast | None:
    """What `contrasts` says of one parameter; None where it is not shown in pairs of both."""
    of_blind, of_prefilled = _shown(parameter, blind), _shown(parameter, prefilled)
    if not of_blind or not of_prefilled:
        return None
    before, after = (np.array([apart(parameter, pair) for pair in pairs]) for pairs in (of_blind, of_prefilled))
    if isinstance(parameter, DiscreteParameter):
        before, after = 1 - before, 1 - after
    drawn = (_means(after, of_prefilled, seed + 1), _means(before, of_blind, seed))
    change = _figure(float(after.mean() - before.mean()), drawn[0] - drawn[1] if all(map(len, drawn)) else np.zeros(0))
    fields = field_agreement(parameter, blind, seed), field_agreement(parameter, prefilled, seed)
    return FieldContrast(parameter.id, *fields, change)


def distance_agreement(
    pairs: Sequence[Pair], distance: Callable[[AvatarVector, AvatarVector], float], seed: int = 0
) -> Figure | None:
    """Mean distance between what the pairs' vectors look like: people's noise floor, below which methods are not told apart.

    Args:
        pairs: Two vectors each.
        distance: How different two avatars look, e.g. between their renders.
        seed: Of the bootstrap.

    Returns:
        In the unit of `distance`; None where there is no pair.
    """
    if not pairs:
        return None
    distances = np.array([distance(pair.first, pair.second) for pair in pairs], np.float64)
    return _figure(float(distances.mean()), _means(distances, pairs, seed))


def apart(parameter: Parameter, pair: Pair) -> float:
    """How different a parameter is in a pair: 0 or 1 for options, the difference in [0, 1] for numbers."""
    first, second = pair.first[parameter.id], pair.second[parameter.id]
    return float(first != second) if isinstance(parameter, DiscreteParameter) else abs(float(first) - float(second))


def cohens_kappa(first: NDArray[np.int64], second: NDArray[np.int64]) -> float | None:
    """Agreement beyond what the two would reach by chance, each with their own habits.

    Args:
        first: (N,) categories.
        second: (N,) categories.

    Returns:
        1 is perfect, 0 chance; None where chance alone would be perfect, or of nothing.

    Source: Cohen 1960, equation 1.
    """
    if len(first) == 0:
        return None
    value = float(_kappas(np.ones((1, len(first))), first, second)[0])
    return value if np.isfinite(value) else None


def _by_item(opinions: Iterable[Opinion]) -> Iterator[list[Opinion]]:
    found: dict[str, list[Opinion]] = defaultdict(list)
    for opinion in opinions:
        found[opinion.item].append(opinion)
    yield from found.values()


def _parameters(pairs: Sequence[Pair]) -> Sequence[Parameter]:
    """What designers choose and methods predict; nobody is asked for the others, and all would agree on their defaults."""
    schemas = {id(vector.schema): vector.schema for pair in pairs for vector in (pair.first, pair.second)}
    found = list(schemas.values())
    if any(schema != found[0] for schema in found[1:]):
        raise ValueError("labels of different schemas are compared")
    return [parameter for schema in found[:1] for parameter in schema if parameter.group == "core"]


def _shown(parameter: Parameter, pairs: Sequence[Pair]) -> list[Pair]:
    return [pair for pair in pairs if pair.first.shows(parameter.id) and pair.second.shows(parameter.id)]


def _kappas(weights: Float, first: NDArray[np.int64], second: NDArray[np.int64]) -> Float:
    """(B, N) weights of the pairs -> (B,) kappas, NaN where chance alone is perfect."""
    categories = np.union1d(first, second)
    total = weights.sum(axis=1)
    observed = weights @ (first == second) / total
    habits = (weights @ (one[:, None] == categories) / total[:, None] for one in (first, second))
    expected = np.prod(np.stack(list(habits)), axis=0).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(expected < 1 - 1e-12, (observed - expected) / (1 - expected), np.nan)


def _drawn(measure: Callable[[Float], Float], pairs: Sequence[Pair], seed: int) -> Float:
    """What is measured of photos drawn again, given (B, N) how often each pair comes up; empty where all are of one photo."""
    places = {item: place for place, item in enumerate(dict.fromkeys(pair.item for pair in pairs))}
    if len(places) < 2:  # one photo drawn again is the same photo
        return np.zeros(0)
    of_pair = np.array([places[pair.item] for pair in pairs])
    counts = _counts(len(places), seed, RESAMPLES)
    parts = (counts[first : first + _AT_ONCE, of_pair] for first in range(0, RESAMPLES, _AT_ONCE))
    return np.concatenate([measure(part.astype(np.float64)) for part in parts])


@lru_cache(maxsize=2)  # every parameter draws from the same photos, and drawing takes longest
def _counts(photos: int, seed: int, resamples: int) -> NDArray[np.uint16]:
    """(B, photos) how often each photo comes up when as many are drawn again; 40 MB of 10,000 photos."""
    rng = np.random.default_rng(seed)
    rows = np.arange(_AT_ONCE)[:, None] * photos
    found = []
    for _ in range(resamples // _AT_ONCE):
        drawn = rng.integers(photos, size=(_AT_ONCE, photos))
        found.append(np.bincount((rows + drawn).ravel(), minlength=_AT_ONCE * photos).reshape(_AT_ONCE, -1).astype(np.uint16))
    return np.concatenate(found)


def _means(values: Float, pairs: Sequence[Pair], seed: int) -> Float:
    return _drawn(lambda weights: weights @ values / weights.sum(axis=1), pairs, seed)


def _figure(value: float, drawn: Float) -> Figure:
    if not len(drawn):
        return Figure(value, None, None)
    low, high = np.percentile(drawn, _PERCENT)
    return Figure(value, float(low), float(high))
