"""Photos whose face is partly covered: sunglasses, a mask over mouth and nose, a scarf. A finder must find them all the same.

Pictures are (H, W, 3) uint8 sRGB, landmarks (478, 2) pixels.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter

from core.datasets.augmentation import Rng
from core.faces.mesh import LEFT_EYE, RIGHT_EYE

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

_FINER = 3
# Down one side of the jaw, under the chin and up the other side, then over the nose.
_BELOW_NOSE = (234, 132, 172, 136, 149, 152, 378, 365, 397, 361, 454, 6)


def add_sunglasses(rng: Rng, picture: Image, landmarks: Float) -> Image:
    """Dark lenses over both eyes, with a bridge and temples."""
    eyes = np.stack([landmarks[LEFT_EYE].mean(axis=0), landmarks[RIGHT_EYE].mean(axis=0)])
    across = eyes[1] - eyes[0]
    down = across[::-1] * (-1, 1)
    width, height, power = rng.uniform(0.36, 0.5), rng.uniform(0.26, 0.46), 2 / rng.choice([2.0, 2.5, 4.0])
    turn = np.linspace(0, 2 * np.pi, 40)
    x, y = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** power, np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** power
    mask = Pillow.new("L", (picture.shape[1] * _FINER, picture.shape[0] * _FINER))
    draw = ImageDraw.Draw(mask)
    line = max(1, int(rng.uniform(0.04, 0.12) * np.hypot(*across) * _FINER))
    for eye, side in zip(eyes, (-1, 1), strict=True):
        lens = eye + 0.05 * down + side * 0.03 * across + np.outer(x * width, across) + np.outer(y * height, down)
        draw.polygon(_finer(lens), fill=255)
        hinge = eye + side * (width + 0.03) * across
        draw.line(_finer(np.stack([hinge, landmarks[127 if side < 0 else 356]])), 255, line)
    draw.line(_finer(eyes), 255, line)
    colour = tuple(rng.integers(0, 70, 3).tolist()) if rng.random() < 0.8 else tuple(rng.integers(0, 200, 3).tolist())
    alpha = rng.uniform(0.8, 1.0)
    photo = Pillow.fromarray(picture)
    photo.paste(colour, mask=mask.reduce(_FINER).point([round(alpha * value) for value in range(256)]))
    return np.asarray(photo)


def add_mask(rng: Rng, picture: Image, landmarks: Float) -> Image:
    """A medical mask or a scarf drawn up over mouth and nose."""
    outline = landmarks[list(_BELOW_NOSE)].copy()
    # Its upper edge lies between the bridge of the nose and its tip.
    share = rng.uniform(0.1, 0.8)
    outline[-1] = (1 - share) * landmarks[6] + share * landmarks[4]
    for end, side in ((0, 132), (-2, 361)):
        outline[end] += rng.uniform(0, 0.6) * (landmarks[side] - outline[end])
    centre = outline.mean(axis=0)
    outline = centre + (outline - centre) * rng.uniform(1.0, 1.12)
    mask = Pillow.new("L", (picture.shape[1] * _FINER, picture.shape[0] * _FINER))
    ImageDraw.Draw(mask).polygon(_finer(outline), fill=255)
    plain = ((200, 225, 235), (235, 235, 235), (20, 20, 22), (120, 170, 200))
    colour = np.array(plain[int(rng.integers(4))] if rng.random() < 0.7 else rng.integers(0, 256, 3), np.float32)
    rows = np.arange(picture.shape[0], dtype=np.float32)[:, None]
    columns = np.arange(picture.shape[1], dtype=np.float32)[None, :]
    wide = float(np.ptp(outline[:, 0]))
    shade = 1.05 - rng.uniform(0.1, 0.5) * ((columns - centre[0]) / wide * 2) ** 2
    shade = shade + rng.uniform(0, 0.12) * np.sin(rows / wide * rng.uniform(15, 60))
    cloth = Pillow.fromarray(np.clip(colour * shade[..., None], 0, 255).astype(np.uint8))
    soft = mask.reduce(_FINER).filter(ImageFilter.GaussianBlur(0.5))
    return np.asarray(Pillow.composite(cloth, Pillow.fromarray(picture), soft))


def _finer(points: NDArray[np.floating]) -> list[tuple[float, float]]:
    return [(float(x) * _FINER, float(y) * _FINER) for x, y in points]
