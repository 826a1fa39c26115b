"""Who can be compared in a set, how far each pair agrees, and on which photos it differs.

Works on vectors alone, like `core.labels.agreement`, and knows no file.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from core.avatar.schema import AvatarSchema
from core.avatar.vector import Value
from core.labels.agreement import (
    FieldAgreement,
    FieldContrast,
    Opinion,
    Pair,
    apart,
    between_designers,
    between_starts,
    between_takes,
    contrast,
    field_agreement,
)
from core.words import tr

Kind = Literal["designers", "takes", "starts"]
"""Two designers, a designer with herself, or labels from nothing with those begun from something."""

Measured = FieldAgreement | FieldContrast


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two sides whose labels can be compared.

    Attributes:
        kind: What the sides are.
        first: The one side, in words: a designer, or a take, or a start.
        second: The other.
        pairs: What both say, photo by photo; of `starts` what two designers say who both began blind.
        prefilled: Of `starts` alone, what two designers say who both began from something.
        whose: Of `takes` alone, whose labels they are.
    """

    kind: Kind
    first: str
    second: str
    pairs: Sequence[Pair]
    prefilled: Sequence[Pair] = ()
    whose: str = ""

    @property
    def photos(self) -> int:
        """How many photos it is about."""
        return len({pair.item for pair in (*self.pairs, *self.prefilled)})

    @property
    def name(self) -> str:
        """What people call it; no two comparisons of a set have the same."""
        if self.kind == "takes":
            return tr("{name}, first and second time", name=self.whose)
        if self.kind == "designers":
            return tr("{first} and {second}", first=self.first, second=self.second)
        return tr("Blind against prefilled")


@dataclass(frozen=True)
class Difference:
    """A photo of which two sides do not say the same.

    Attributes:
        item: What names the photo.
        first: What the one side says.
        second: What the other says.
        apart: 1 for options, the difference in (0, 1] for numbers.
    """

    item: str
    first: Value
    second: Value
    apart: float


def comparisons(opinions: Iterable[Opinion]) -> list[Comparison]:
    """Everything that can be compared: designers, then takes, then starts."""
    opinions = list(opinions)
    found = [Comparison("designers", *names, pairs) for names, pairs in between_designers(opinions).items()]
    found += [
        Comparison("takes", tr("First time"), tr("Second time"), pairs, (), whose)
        for whose, pairs in between_takes(opinions).items()
    ]
    blind, prefilled = (between_starts(opinions, is_blind=is_blind) for is_blind in (True, False))
    if blind and prefilled:
        found.append(Comparison("starts", tr("Blind"), tr("Prefilled"), blind, prefilled))
    return found


def measured(comparison: Comparison, schema: AvatarSchema, seed: int = 0) -> Iterator[Measured | None]:
    """How far each parameter of a schema agrees, one after another; None for one that is never shown on both sides.

    Args:
        comparison: Who with whom.
        schema: Which parameters; the vectors may have more.
        seed: Of the bootstrap; the same gives the same intervals.
    """
    for parameter in schema:
        if comparison.kind == "starts":
            yield contrast(parameter, comparison.pairs, comparison.prefilled, seed)
        else:
            found = field_agreement(parameter, comparison.pairs, seed)
            yield found if found.pairs else None


def differences(comparison: Comparison, parameter_id: str) -> list[Difference]:
    """The photos on which the two sides differ in a parameter, the most different first, else in the order of the pairs.

    Of `starts` there is nothing to list, since each of its sides is two people.
    """
    if comparison.kind == "starts":
        return []
    found = []
    for pair in comparison.pairs:
        if pair.first.shows(parameter_id) and pair.second.shows(parameter_id):
            by = apart(pair.first.schema[parameter_id], pair)
            if by > 0:
                found.append(Difference(pair.item, pair.first[parameter_id], pair.second[parameter_id], by))
    return sorted(found, key=lambda one: -one.apart)
