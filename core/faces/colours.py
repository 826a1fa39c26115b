"""The colours of a face in linear light, freed of the light's colour, and how far they can be trusted."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.colour import difference, luminance, region_colour, region_pixels, to_lab, to_linear
from core.engines import CLASSES
from core.faces.light import exposure_of, eye_whites, is_colourless, light_cues, light_of, ratios
from core.shapes import expect_shape

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

# Quantiles of brightness between which a region shows its colour, free of shadow and shine.
SKIN_RANGE = (0.25, 0.9)
HAIR_RANGE = (0.2, 0.8)
_REGIONS = {"skin": ("skin", "nose"), "hair": ("hair",), "brows": ("brows",)}

# What is expected of a colour to be off, ΔE2000, for each unit of what went wrong; chosen on faults of 12 dev photos.
_ERRORS = {
    "cast": 4.0, "exposure": 1.0, "shade": 14.0, "glare": 20.0, "few": 0.05, "clipped": 15.0, "sides": 0.2,
    "colourless": 15.0,
}  # fmt: skip
_ERROR_ALWAYS, _BAD, _STEP = 1.5, 6.0, 1.5

_SURE = 0.9  # of a mask
_CLIPPED = 254  # of a channel
_HIGHLIGHT = 0.3  # amount of light
_RANGES = {"skin": SKIN_RANGE, "hair": HAIR_RANGE, "brows": HAIR_RANGE}


@dataclass(frozen=True, eq=False)
class ColourReading:
    """A measured colour.

    Attributes:
        linear: (3,) float32, amounts of red, green and blue light, freed of the light's colour, and brightened where the whole
            photo is much too dark.
        confidence: About the chance, in [0, 1], that it is within 6 ΔE2000 of the same face's in good light: strongly coloured
            light, a dark or overexposed face, two sides unlike each other, little to be seen and black and white lower it.
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


def read_colours(wide: Image, masks: Float, inside: NDArray[np.bool_] | None = None, landmarks: Float | None = None) -> Colours:
    """The colours of a face.

    Args:
        wide: (S, S, 3) uint8 sRGB, the frame `bust`.
        masks: (13, M, M) in [0, 1], soft classes of the same frame.
        inside: (S, S), where it shows the photo, whose light is then corrected; None for a render, whose light is white.
        landmarks: (478, 2), pixels of `wide`; the whites of the eyes tell something about the light.
    """
    size = expect_shape(masks, f"{len(CLASSES)} M M")["M"]
    from PIL import Image as Pillow  # not before: the window starts without it

    small = np.asarray(Pillow.fromarray(wide).resize((size, size), Pillow.Resampling.BOX))
    linear = to_linear(small)
    seen, light, exposure = np.ones((size, size), bool), np.ones(3, np.float32), 1.0
    regions = {name: np.asarray(masks[[CLASSES.index(one) for one in classes]].sum(axis=0)) for name, classes in _REGIONS.items()}
    if inside is not None:
        seen = np.asarray(Pillow.fromarray(inside).resize((size, size), Pillow.Resampling.NEAREST))
        regions = {name: region * seen for name, region in regions.items()}
        eyes = None if landmarks is None else eye_whites(to_linear(wide), inside, landmarks)
        cues = light_cues(linear, seen, region_colour(linear, regions["skin"], *SKIN_RANGE), eyes)
        light, exposure = light_of(cues), exposure_of(cues)
        linear = linear / (light * np.float32(exposure))
    is_skin, clipped = regions["skin"] > _SURE, np.asarray((small >= _CLIPPED).any(axis=-1))
    errors = {
        "colourless": float(is_colourless(linear[seen])) if inside is not None else 0.0,
        "cast": float(np.abs(ratios(light)).max()),
        "exposure": abs(math.log(exposure)),
        "shade": _shade(luminance(linear[is_skin])),
        "glare": float(clipped[is_skin].mean()) if is_skin.any() else 0.0,
    }
    skin, hair, brows = (_read(linear, regions[name], clipped, _RANGES[name], errors) for name in ("skin", "hair", "brows"))
    return Colours(light, skin, hair, brows)


def _read(
    linear: Float, region: Float, clipped: NDArray[np.bool_], bounds: tuple[float, float], errors: Mapping[str, float]
) -> ColourReading | None:
    kept = region_pixels(linear, region, *bounds)
    if kept is None:
        return None
    pixels = linear[kept]
    colour = np.asarray(np.median(pixels, axis=0), np.float32)
    own = {
        "few": float(np.sqrt(region.size / kept.sum())),
        "clipped": float(clipped[kept].mean()),
        "sides": _sides_apart(linear, kept),
    }
    return ColourReading(colour, _confidence({**errors, **own}))


def _shade(bright: Float) -> float:
    """By what power of e the highlights of the skin are too dark for skin of any tone in good light."""
    if not bright.size:
        return 0.0
    return max(0.0, math.log(_HIGHLIGHT / max(float(np.quantile(bright, 0.98)), 1e-3)))


def _sides_apart(linear: Float, kept: NDArray[np.bool_]) -> float:
    """How different the left and the right half of a region look, ΔE2000."""
    middle = int(np.median(np.nonzero(kept)[1]))
    left, right = kept.copy(), kept.copy()
    left[:, middle:], right[:, :middle] = False, False
    if not left.any() or not right.any():
        return 0.0
    first, second = (to_lab(np.median(linear[side], axis=0)) for side in (left, right))
    return float(difference(first, second))


def _confidence(errors: Mapping[str, float]) -> float:
    total = _ERROR_ALWAYS + sum(_ERRORS[name] * error for name, error in errors.items())
    return 1 / (1 + math.exp((total - _BAD) / _STEP))
