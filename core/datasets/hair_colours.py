"""Portraits with hair of another colour: what hair looks like generalises worst from some nine hundred heads.

All in the regions' frame (core.datasets.portraits): pictures (S, S, 3) uint8, regions (S, S) uint8 classes.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageFilter

from core.datasets.augmentation import Rng
from core.engines import CLASSES

Image = NDArray[np.uint8]

_HAIR, _BROWS = CLASSES.index("hair"), CLASSES.index("brows")
_COLOURS = np.array(
    [
        (28, 24, 24), (48, 36, 30), (74, 52, 38), (104, 74, 50), (142, 104, 68), (182, 146, 98), (214, 186, 140), (118, 58, 34),
        (160, 82, 46), (96, 94, 94), (150, 148, 146), (206, 204, 200), (150, 60, 110), (70, 90, 150),
    ],
    np.float32,
)  # fmt: skip
"""Medians that hair is given, sRGB: black to blond, red, grey to white, and two that are dyed."""
_LEAST = 150  # pixels of hair


def recolour_hair(rng: Rng, picture: Image, regions: Image) -> Image:
    """Give a head hair of another colour, its strands and shine kept; brows follow half the way."""
    hair = regions == _HAIR
    if hair.sum() < _LEAST:
        return picture
    values = picture.astype(np.float32)
    light = values @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    middle = max(float(np.median(light[hair])), 6.0)
    first, second = _COLOURS[rng.choice(len(_COLOURS), 2)]
    goal = first + (second - first) * np.float32(rng.uniform(0, 0.3)) + rng.normal(0, 6, 3).astype(np.float32)
    # Contrast is of ratios in light hair and smaller in dark hair, whose strands would turn to noise in a light one.
    depth = np.float32(np.clip(middle / max(float(goal.mean()), 1.0), 0.35, 1.0) ** 0.5 * rng.uniform(0.7, 1.1))
    ratio = np.clip(light / np.float32(middle), 0.2, 4) ** depth
    dyed = np.clip(goal[None, None] * ratio[..., None], 0, 255)
    cover = hair.astype(np.uint8) * 255
    cover[regions == _BROWS] = 128
    soft = np.asarray(Pillow.fromarray(cover).filter(ImageFilter.GaussianBlur(1.2)), np.float32)[..., None] / 255
    return np.asarray(np.clip(values * (1 - soft) + dyed * soft, 0, 255), np.uint8)
