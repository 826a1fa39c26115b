"""Portraits with darker skin, and with dark sockets: there are few of either, and their ears, necks and eyes are read worst.

All in the regions' frame (core.datasets.portraits): pictures (S, S, 3) uint8, regions (S, S) uint8 classes, landmarks (478, 2).
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageFilter

from core.datasets.augmentation import Rng
from core.engines import CLASSES
from core.faces.mesh import LEFT_EYE, RIGHT_EYE

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

_BARE = [CLASSES.index(name) for name in ("skin", "nose", "ears", "neck", "mouth")]
_SKIN, _HAIR, _EYES, _BROWS = (CLASSES.index(name) for name in ("skin", "hair", "eyes", "brows"))
_DARKER = (0.33, 0.8)  # of the skin's sRGB values
_DARKEST = 45  # sRGB; skin of that median is not made darker


def darken_skin(rng: Rng, picture: Image, regions: Image) -> Image:
    """Give a head darker skin, its highlights kept; hair becomes darker too."""
    skin = picture[regions == _SKIN]
    if len(skin) < 100:
        return picture
    middle = np.maximum(np.median(skin, axis=0), 1)
    share = max(rng.uniform(*_DARKER), min(1.0, _DARKEST / float(middle.mean())))
    # Dark skin is redder: blue and green fall more than red.
    goal = middle * share * np.array([1.08, 0.97, 0.92]) ** (1.5 * (1 - share))
    values = picture.astype(np.float32)
    power = np.log(goal / 255) / np.log(np.clip(middle, 1, 250) / 255)  # keeps highlights and makes shadows black
    gloss = np.float32(rng.uniform(0.1, 0.45))
    dark = gloss * 255 * (values / 255) ** power.astype(np.float32) + (1 - gloss) * values * (goal / middle).astype(np.float32)
    bare = np.isin(regions, _BARE).astype(np.uint8) * 255
    bare[np.isin(regions, (_EYES, _BROWS))] = 170  # their white stays lighter than skin
    cover = np.asarray(Pillow.fromarray(bare).filter(ImageFilter.GaussianBlur(1.0)), np.float32)[..., None] / 255
    hair = (regions == _HAIR)[..., None] * np.float32(rng.uniform(0.3, 1))
    lit = values * (1 - hair * (1 - share))
    return np.asarray(np.clip(lit * (1 - cover) + dark * cover, 0, 255), np.uint8)


def shade_sockets(rng: Rng, picture: Image, landmarks: Float) -> Image:
    """Dark rings, bags or painted lids about both eyes, which are no glasses."""
    rows, columns = np.mgrid[0 : len(picture), 0 : len(picture)].astype(np.float32) + 0.5
    eyes = [landmarks[one].mean(axis=0) for one in (LEFT_EYE, RIGHT_EYE)]
    across = (eyes[1] - eyes[0]) / max(float(np.hypot(*(eyes[1] - eyes[0]))), 1.0)
    unit = float(np.hypot(*(eyes[1] - eyes[0])))
    wide, high, low = rng.uniform(0.28, 0.55), rng.uniform(0.14, 0.42), rng.uniform(-0.1, 0.22)
    ring = rng.uniform(0, 0.7) if rng.random() < 0.5 else 0.0  # how much of the middle stays light
    shade = np.zeros(rows.shape, np.float32)
    for eye in eyes:
        right = ((columns - eye[0]) * across[0] + (rows - eye[1]) * across[1]) / unit
        down = ((rows - eye[1]) * across[0] - (columns - eye[0]) * across[1]) / unit - low
        distance = np.hypot(right / wide, down / high)
        blob = 1 / (1 + np.exp(np.clip((distance - 1) * rng.uniform(2.5, 6), -30, 30)))
        shade = np.maximum(shade, blob * (1 - ring * np.exp(-((distance / 0.6) ** 2))))
    colour = np.clip(1 - rng.uniform(0.15, 0.55) * (1 + rng.normal(0, 0.12, 3)), 0.1, 1)
    return np.clip(picture * (1 - shade[..., None] * (1 - colour)), 0, 255).astype(np.uint8)
