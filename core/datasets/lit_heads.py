"""Rendered heads under light whose colour is known, to measure how well a photo's light and a face's colours are told."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageFilter

from core.colour import luminance, to_linear, to_srgb
from core.datasets.augmentation import Rng, texture
from core.datasets.head_views import HeadView
from core.datasets.heads import HEAD_KINDS, SPLIT, head_before
from core.datasets.portraits import REGIONS_SIZE
from core.engines import CLASSES
from core.errors import DataError
from core.files import write_atomically
from core.rendering.scene import Item
from core.shapes import expect_shape

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

_FEWEST = 150  # pixels of a colour that is told
_INNER = (0.25, 0.9)  # quantiles of brightness: what lies between them is neither in shadow nor shining
# Red and blue over green in linear sRGB of black bodies of these temperatures: Planck's law and the observer of CIE 1931, as
# Wyman, Sloan and Shirley (2013) approximate it.
_KELVIN = np.array([2500.0, 3000.0, 3500.0, 4000.0, 5000.0, 6500.0, 8000.0, 10000.0])
_RED = np.array([2.623, 2.061, 1.730, 1.514, 1.254, 1.056, 0.953, 0.876])
_BLUE = np.array([0.178, 0.319, 0.451, 0.574, 0.791, 1.049, 1.245, 1.436])


@dataclass(frozen=True, eq=False)
class LitHeads:
    """N heads under known light.

    Attributes:
        pictures: (N, 320, 320, 3) uint8 sRGB, in the light.
        white: (N, 320, 320, 3) uint8 sRGB, the same under white light.
        classes: (N, 320, 320) uint8.
        gains: (N, 3) how much stronger than white each channel of the light is, in linear light, intensity included.
        skin: (N, 3) colour of the skin under white light, linear: the median of what is neither in shadow nor shining.
        hair: (N, 3) of the hair; NaN where there is none to speak of.
        points: (N, 5, 2) as of `RenderedHeads`.
        kinds: (N,) index into `HEAD_KINDS`.
    """

    pictures: Image
    white: Image
    classes: Image
    gains: Float
    skin: Float
    hair: Float
    points: Float
    kinds: NDArray[np.int64]

    def __post_init__(self) -> None:
        count = expect_shape(self.pictures, f"N {REGIONS_SIZE} {REGIONS_SIZE} 3")["N"]
        expect_shape(self.white, f"{count} {REGIONS_SIZE} {REGIONS_SIZE} 3")
        expect_shape(self.classes, f"{count} {REGIONS_SIZE} {REGIONS_SIZE}")
        for values in (self.gains, self.skin, self.hair):
            expect_shape(values, f"{count} 3")
        expect_shape(self.points, f"{count} 5 2")
        expect_shape(self.kinds, f"{count}")

    def __len__(self) -> int:
        return len(self.pictures)

    def save(self, folder: Path) -> None:
        """Write one .npy file for each field and a manifest."""
        folder.mkdir(parents=True, exist_ok=True)
        for field in fields(self):
            np.save(folder / f"{field.name}.npy", getattr(self, field.name), allow_pickle=False)
        kinds = {name: int((self.kinds == index).sum()) for index, name in enumerate(HEAD_KINDS)}
        manifest = {"split": SPLIT, "count": len(self), "kinds": kinds, "gains": self.gains.round(4).tolist()}
        write_atomically(folder / "manifest.json", (json.dumps(manifest) + "\n").encode())

    @staticmethod
    def load(folder: Path) -> "LitHeads":
        """Those that the stage render_heads wrote into `lit` of its folder.

        Raises:
            DataError: They are missing or damaged.
        """
        try:
            return LitHeads(*(np.load(folder / f"{field.name}.npy", allow_pickle=False) for field in fields(LitHeads)))
        except (OSError, ValueError, EOFError) as error:
            raise DataError(
                f"{folder} does not hold heads under known light ({error}). Make them with: main.py train render_heads --run "
                f"{folder.parent}"
            ) from error


def lit_head(rng: Rng, items: Sequence[Item], view: HeadView) -> tuple[Image, Image, Image, Float, Float, Float]:
    """A head before something muted: the fields of `LitHeads` from `pictures` to `hair`, for one head."""
    size = REGIONS_SIZE
    back = Pillow.fromarray(texture(rng, size, size)).filter(ImageFilter.GaussianBlur(rng.uniform(0, 8)))
    grey = np.asarray(back.convert("L"), np.float32)[..., None]
    muted = grey + (np.asarray(back) - grey) * rng.uniform(0.1, 0.5)
    shown, classes = head_before(rng, items, view, muted.astype(np.uint8))
    white = np.clip(np.rint(shown), 0, 255).astype(np.uint8)
    linear, gains = to_linear(white), known_light(rng)
    colours = [
        _colour(linear, np.isin(classes, [CLASSES.index(name) for name in names])) for names in (("skin", "nose"), ("hair",))
    ]
    return to_srgb(linear * gains), white, classes, gains, *colours  # type: ignore[return-value]


def known_light(rng: Rng) -> Float:
    """(3,) linear gains of a light: a black body's colour from lamp to sky, a little green or purple, weaker or stronger."""
    kelvin = np.exp(rng.uniform(np.log(_KELVIN[0]), np.log(_KELVIN[-1])))
    colour = np.array([np.interp(kelvin, _KELVIN, _RED), np.exp(rng.normal(0, 0.06)), np.interp(kelvin, _KELVIN, _BLUE)])
    return np.asarray(colour / colour.mean() * np.exp(rng.uniform(np.log(0.35), np.log(1.15))), np.float32)


def _colour(linear: Float, region: NDArray[np.bool_]) -> Float:
    if region.sum() < _FEWEST:
        return np.full(3, np.nan, np.float32)
    light = luminance(linear)
    low, high = np.quantile(light[region], _INNER)
    return np.asarray(np.median(linear[region & (light >= low) & (light <= high)], axis=0), np.float32)
