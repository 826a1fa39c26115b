"""How different the options of a choice look from each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from core.avatar.schema import DiscreteParameter
from core.avatar.vector import AvatarVector, Value
from core.colour import difference, to_lab, to_linear
from core.engines import CAMERAS, AvatarEngine

Float = NDArray[np.float32]

SIZE = 128
VIEWS = (replace(CAMERAS["front"], frame="face"), CAMERAS["front"], CAMERAS["side"])
BACKDROP = 0.45  # amount of light behind the avatar: neither black nor white hair vanishes
SHARE = 0.01
LEAST = 2.0
"""Mean ΔE2000 in the most different hundredth of a picture, below which two options are too alike: one can just be seen.

The most different hundredth, 13 pixels square, because people look at what differs: an earring counts as much as a hat. This is a
colour distance pixel by pixel, not LPIPS: it knows nothing of texture or of what people attend to.
"""


@dataclass(frozen=True)
class Likeness:
    """How different two options look.

    Attributes:
        choice: Id of the parameter.
        options: Ids of the two.
        distance: See `LEAST`.
        shown_with: What else the avatar wears so that they can be seen, as parameter -> option.
    """

    choice: str
    options: tuple[str, str]
    distance: float
    shown_with: Mapping[str, Value]


def distance(first: Sequence[Float], second: Sequence[Float], share: float = SHARE) -> float:
    """Mean ΔE2000 of two avatars in the view in which they differ most.

    Args:
        first: The one from each of `VIEWS`, (S, S, 3) CIELAB.
        second: The other.
        share: Of the picture, its most different pixels, that is averaged; 1 is all of it.
    """
    return max(_difference(a, b, share) for a, b in zip(first, second, strict=True))


def compare(engine: AvatarEngine, choice: DiscreteParameter) -> list[Likeness]:
    """Every pair of a choice's options, most alike first."""
    default = AvatarVector.default(engine.schema)
    base = default.showing(choice.id)
    shown_with = {other: value for other, value in base.values().items() if value != default[other]}
    pictures = {option.id: seen(engine, base.with_value(choice.id, option.id)) for option in choice.options}
    pairs = [
        Likeness(choice.id, (first, second), distance(pictures[first], pictures[second]), shown_with)
        for first, second in combinations(pictures, 2)
    ]
    return sorted(pairs, key=lambda pair: pair.distance)


def seen(engine: AvatarEngine, vector: AvatarVector) -> list[Float]:
    """The avatar from each of `VIEWS`: (S, S, 3) CIELAB on a grey backdrop."""
    found = []
    for view in VIEWS:
        picture = engine.render(vector, view, SIZE)
        alpha = picture[..., 3:].astype(np.float32) / 255
        found.append(to_lab(to_linear(picture[..., :3]) * alpha + BACKDROP * (1 - alpha)))
    return found


def _difference(first: Float, second: Float, share: float) -> float:
    differs = (first != second).any(axis=-1)
    if not differs.any():
        return 0.0
    found = difference(first[differs], second[differs])
    count = max(1, round(share * differs.size))
    if len(found) > count:
        found = np.partition(found, -count)[-count:]
    return float(found.sum() / count)
