"""Hands before faces: what is in the way is background, of whatever colour it is.

All in the regions' frame (core.datasets.portraits): pictures (S, S, 3) uint8, regions (S, S) uint8 classes, landmarks (478, 2).
Other drawings than those of core.datasets.photo_covers, with which networks are measured.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter

from core.datasets.augmentation import Rng
from core.engines import CLASSES
from core.faces.mesh import OVAL

Image = NDArray[np.uint8]
Float = NDArray[np.float32]
Sample = tuple[Image, Image]

_BACKGROUND, _SKIN = CLASSES.index("background"), CLASSES.index("skin")
_FINER = 2  # hands are drawn this much larger and averaged
_OWN = 0.75  # of hands have the colour of the face
_FINGERS = ((-0.36, 0.78), (-0.12, 0.95), (0.12, 0.9), (0.34, 0.7))  # where each begins across the palm, and its length


def add_hand(rng: Rng, picture: Image, regions: Image, landmarks: Float) -> Sample:
    """Hold a hand, with its arm, before the lower face, a cheek, the brow or the neck."""
    oval = landmarks[OVAL]
    unit = float(np.ptp(oval[:, 1])) * rng.uniform(0.42, 0.62)  # from the wrist to where the fingers begin
    side = float(rng.choice([-1, 1]))
    place = oval.mean(axis=0) + np.ptp(oval, axis=0) * (side * rng.uniform(0.0, 0.6), rng.uniform(-0.35, 0.65))
    turn = np.radians(side * -rng.uniform(-10, 85) if rng.random() < 0.8 else rng.uniform(-180, 180))
    basis = unit * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    if rng.random() < 0.5:
        basis = basis * (-1, 1)
    depth, sleeve = _drawn(rng, basis, place, len(picture))
    whole = depth > 0
    light = _relief(rng, depth, unit)
    colour = _skin_colour(rng, picture, regions)
    skin = colour * light[..., None] * (1 + rng.normal(0, 0.03, (*whole.shape, 1)))
    if sleeve.any():
        skin[sleeve] = (rng.integers(0, 256, 3) * light[..., None])[sleeve]
    shadow = np.roll(_soft(whole, 0.12 * unit), round(rng.uniform(0, 0.12) * unit), axis=0) * rng.uniform(0.1, 0.6)
    cover = _soft(whole, 0.6)[..., None]
    shown = picture * (1 - shadow[..., None]) * (1 - cover) + np.clip(skin, 0, 255) * cover
    return np.clip(shown, 0, 255).astype(np.uint8), np.where(whole, _BACKGROUND, regions).astype(np.uint8)


def _drawn(rng: Rng, basis: NDArray[np.floating], place: Float, size: int) -> tuple[Float, NDArray[np.bool_]]:
    """(S, S) how near each part of the hand is, 0 where there is none; and where its sleeve is.

    In the hand's own coordinates the fingers begin at y = -0.5 and point to negative y, the wrist is at y = 0.5.
    """
    layer = Pillow.new("L", (size * _FINER, size * _FINER))
    pen = ImageDraw.Draw(layer)

    def pixels(points: NDArray[np.floating]) -> list[tuple[float, float]]:
        return [(float(x), float(y)) for x, y in (points @ basis.T + place) * _FINER]

    def limb(points: NDArray[np.floating], thick: float, shade: int) -> None:
        line, half = pixels(points), thick * np.hypot(*basis[:, 0]) * _FINER / 2
        pen.line(line, shade, max(1, round(2 * half)), joint="curve")
        for x, y in line:
            pen.ellipse((x - half, y - half, x + half, y + half), fill=shade)

    wrist = rng.uniform(0.26, 0.34)
    arm = np.array([(-wrist, 0.4), (wrist, 0.4), (wrist * 1.6, 4.0), (-wrist * 1.4, 4.0)])
    pen.polygon(pixels(arm + np.array([rng.normal(0, 0.05), 0])), fill=70)
    palm = np.array([(-0.44, -0.5), (0.42, -0.46), (0.46, 0.1), (0.3, 0.55), (-0.3, 0.55), (-0.44, 0.1)])
    pen.polygon(pixels(palm + rng.normal(0, 0.03, palm.shape)), fill=90)
    bend, spread = float(rng.uniform(0, 1)) ** 2, rng.uniform(0.0, 0.3)
    for index, (across, length) in enumerate(_FINGERS):
        start = np.array([across, -0.45])
        lean = spread * across * 2 + rng.normal(0, 0.05)
        long = length * (1 - 0.55 * bend * rng.uniform(0.7, 1.0))
        middle = start + 0.55 * long * np.array([lean, -1])
        end = middle + 0.45 * long * np.array([lean + rng.normal(0, 0.15) * bend, -1])
        limb(np.stack([start, middle, end]), (0.21, 0.22, 0.21, 0.18)[index] * rng.uniform(0.9, 1.1), 120 + 20 * index)
    out = rng.uniform(0.05, 0.6)
    limb(np.array([(-0.3, 0.25), (-0.5 - 0.25 * out, -0.15), (-0.45 - 0.6 * out, -0.5)]), 0.24, 220)
    depth = np.asarray(layer.reduce(_FINER), np.float32)
    sleeve = np.zeros((size, size), bool)
    if rng.random() < 0.6:
        cuff = Pillow.new("1", (size, size))
        hem = float(rng.uniform(0.6, 1.6))
        broad = np.array([(-0.6, hem), (0.6, hem), (0.9, 4.2), (-0.9, 4.2)])
        ImageDraw.Draw(cuff).polygon([(float(x), float(y)) for x, y in broad @ basis.T + place], fill=1)
        sleeve = np.asarray(cuff)
    return np.where(sleeve, 60, depth).astype(np.float32), sleeve


def _relief(rng: Rng, depth: Float, unit: float) -> Float:
    """(S, S) light on a hand: rounded parts, and darker where one part lies behind another."""
    whole = (depth > 0).astype(np.float32)
    rounded = 0.62 + rng.uniform(0.25, 0.5) * np.clip(2 * _soft(whole > 0, 0.14 * unit) - 1, 0, 1) ** 0.5
    near = Pillow.fromarray(depth.astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.035 * unit))
    behind = np.clip((np.asarray(near, np.float32) - depth) / 60, 0, 1)
    rows, columns = np.mgrid[-1 : 1 : len(depth) * 1j, -1 : 1 : len(depth) * 1j].astype(np.float32)
    fall = 1 + rng.normal(0, 0.15) * rows + rng.normal(0, 0.2) * columns
    return np.asarray(rounded * fall * (1 - rng.uniform(0.3, 1.0) * behind), np.float32)


def _skin_colour(rng: Rng, picture: Image, regions: Image) -> Float:
    skin = picture[regions == _SKIN]
    if len(skin) > 100 and rng.random() < _OWN:
        return np.asarray(np.median(skin, axis=0) * rng.uniform(0.75, 1.2) * np.exp(rng.normal(0, 0.03, 3)) * 1.1, np.float32)
    light = rng.uniform(0.15, 1)
    return np.asarray(np.array([70, 42, 30]) * (1 - light) + np.array([240, 200, 175]) * light + rng.normal(0, 8, 3), np.float32)


def _soft(mask: NDArray[np.bool_] | NDArray[np.floating], radius: float) -> Float:
    layer = Pillow.fromarray((np.asarray(mask) > 0).astype(np.uint8) * 255).filter(ImageFilter.GaussianBlur(radius))
    return np.asarray(np.asarray(layer, np.float32) / 255, np.float32)
