"""The colours of a face in linear light, freed of the light's colour, and how far they can be trusted."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.colour import light_colour, region_colour, region_pixels, to_lab, to_linear
from core.engines import CLASSES
from core.shapes import expect_shape

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

# Quantiles of brightness between which a region shows its colour, free of shadow and shine.
SKIN_RANGE = (0.25, 0.9)
HAIR_RANGE = (0.2, 0.8)

_MUCH = 0.004  # share of the masks' square: with this much of a region seen, more would not tell more
_SPREAD = 12.0  # CIELAB, of the pixels that were kept
_CAST = 0.15  # distance of the light's gains from white


@dataclass(frozen=True, eq=False)
class ColourReading:
    """A measured colour.

    Attributes:
        linear: (3,) float32, amounts of red, green and blue light, freed of the light's colour.
        confidence: How far it can be trusted, in [0, 1]: little of it seen, pixels far apart, clipped ones and coloured
            light all lower it.
    """

    linear: Float
    confidence: float

    def __post_init__(self) -> None:
        expect_shape(self.linear, "3")

    @property
    def lab(self) -> Float:
        """(3,) CIELAB."""
        return to_lab(self.linear)


@dataclass(frozen=True, eq=False)
class Colours:
    """What `read_colours` gives.

    Attributes:
        light: (3,) float32, gains with mean 1; all 1 for white light.
        skin: None where too little of it is seen, as for the others.
        hair: Of the head.
        brows: They show the hair's colour where there is no hair.
    """

    light: Float
    skin: ColourReading | None
    hair: ColourReading | None
    brows: ColourReading | None


def read_colours(wide: Image, masks: Float, inside: NDArray[np.bool_] | None = None) -> Colours:
    """The colours of a face.

    Args:
        wide: (S, S, 3) uint8 sRGB, the frame `bust`.
        masks: (13, M, M) in [0, 1], soft classes of the same frame.
        inside: (S, S), where it shows the photo, whose light is then corrected; None for a render, whose light is white.
    """
    from PIL import Image as Pillow  # here and not above: the window starts without it

    size = expect_shape(masks, f"{len(CLASSES)} M M")["M"]
    small = np.asarray(Pillow.fromarray(wide).resize((size, size), Pillow.Resampling.BOX))
    linear = to_linear(small)
    seen, light = np.ones((size, size), bool), np.ones(3, np.float32)
    if inside is not None:
        seen = np.asarray(Pillow.fromarray(inside).resize((size, size), Pillow.Resampling.NEAREST))
        light = light_colour(linear, seen)
        linear = linear / light
    clipped = ((small == 255) | (small == 0)).any(axis=-1)

    def read(names: Sequence[str], bounds: tuple[float, float]) -> ColourReading | None:
        region = np.asarray(masks[[CLASSES.index(name) for name in names]].sum(axis=0) * seen, np.float32)
        colour = region_colour(linear, region, *bounds)
        return None if colour is None else ColourReading(colour, _confidence(linear, region, clipped, colour, bounds, light))

    return Colours(light, read(("skin", "nose"), SKIN_RANGE), read(("hair",), HAIR_RANGE), read(("brows",), HAIR_RANGE))


def _confidence(
    linear: Float, region: Float, clipped: NDArray[np.bool_], colour: Float, bounds: tuple[float, float], light: Float
) -> float:
    kept = region_pixels(linear, region, *bounds)
    if kept is None:
        return 0.0
    distance = np.linalg.norm(to_lab(linear[kept]) - to_lab(colour), axis=-1)
    enough = min(1.0, float(kept.sum()) / (_MUCH * region.size))
    even = 1 / (1 + (float(np.median(distance)) / _SPREAD) ** 2)
    cast = float(np.abs(light - 1).max()) / _CAST
    return enough * even * (1 - float(clipped[kept].mean())) / (1 + cast**2)
