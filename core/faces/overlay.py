"""What was read from a photo, drawn onto it."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw

from core.engines import CLASSES
from core.faces.align import Frame
from core.faces.mesh import (
    INNER_LIPS,
    JAW,
    LEFT_BROW,
    LEFT_EYE,
    LEFT_IRIS,
    OUTER_LIPS,
    RIGHT_BROW,
    RIGHT_EYE,
    RIGHT_IRIS,
)
from core.faces.pose import HeadPose
from core.faces.selfie import Selfie

Image = NDArray[np.uint8]
Float = NDArray[np.float32]
Colour = tuple[int, int, int]

_TINTS: dict[str, Colour] = {
    "skin": (255, 186, 140), "eyes": (80, 220, 255), "brows": (120, 72, 40), "mouth": (240, 60, 110), "nose": (255, 214, 90),
    "ears": (255, 150, 190), "hair": (110, 90, 240), "neck": (240, 140, 110), "clothes": (70, 180, 130),
    "glasses": (255, 255, 255), "hat": (190, 90, 220), "earrings": (60, 230, 120),
}  # fmt: skip
_STRENGTH = 0.4  # of a tint
_FADE = 0.15  # share of the masks over which tints fade out at the border of what was parsed
_SMOOTH = 3  # lines are drawn this much larger and averaged
_THICK = 1 / 330  # of the quad's side

_WHITE, _EYES, _LIPS, _FRAME = (255, 255, 255), (150, 235, 255), (255, 150, 180), (90, 170, 255)
_NOSE_RIDGE, _NOSE_BASE = [168, 6, 197, 195, 5, 4], [129, 98, 97, 2, 326, 327, 358]
_OUTLINES = (
    (LEFT_BROW, True, _WHITE), (RIGHT_BROW, True, _WHITE), (OUTER_LIPS, True, _LIPS), (INNER_LIPS, True, _LIPS),
    (JAW, False, _WHITE), (_NOSE_RIDGE, False, _WHITE), (_NOSE_BASE, False, _WHITE),
    (LEFT_EYE, True, _EYES), (RIGHT_EYE, True, _EYES),
)  # fmt: skip
"""Landmarks, whether the line is closed, its colour."""
_AXES = ((240, 90, 90), (110, 220, 120), (90, 170, 255))
"""Of the head: to the picture's right, up, and to where it looks."""
_AXIS = 0.09  # of the quad's side
_CORNER = 0.08  # of the quad's side: what is drawn of it at each corner


def draw_overlay(image: Image, selfie: Selfie) -> Image:
    """Tinted regions, lines of the face, axes of the head, corners of the alignment's quad on the photo (H, W, 3) of `selfie`."""
    photo = Pillow.fromarray(image)
    wide, landmarks = selfie.frame, selfie.face.landmarks[:, :2]
    tints, strength = _tints(selfie, wide, photo.size)
    photo.paste(tints, mask=strength)
    low = np.floor(np.clip(np.minimum(wide.quad.min(axis=0), landmarks.min(axis=0)), 0, None)).astype(int)
    high = np.ceil(np.minimum(np.maximum(wide.quad.max(axis=0), landmarks.max(axis=0)), photo.size)).astype(int)
    if (high > low).all():
        part = photo.crop((*low, *high))
        lines, strength = _lines(selfie, low, part.size)
        part.paste(lines, mask=strength)
        photo.paste(part, tuple(low))
    return np.asarray(photo)


def _tints(selfie: Selfie, wide: Frame, size: tuple[int, int]) -> tuple[Pillow.Image, Pillow.Image]:
    """Colour and strength of the regions at every pixel of the photo."""
    colours = np.array([_TINTS.get(name, (0, 0, 0)) for name in CLASSES], np.float32)
    shown = np.array([name in _TINTS for name in CLASSES], np.float32)
    total = np.einsum("chw,c->hw", selfie.masks, shown)
    colour = np.einsum("chw,cd->hwd", selfie.masks, colours) / np.maximum(total, 1e-3)[..., None]
    steps = np.arange(len(colour)) / (_FADE * len(colour))
    edge = np.clip(np.minimum(steps, steps[::-1]), 0, 1)
    strength = total * np.minimum.outer(edge, edge) * (255 * _STRENGTH)
    tints = np.concatenate([np.clip(colour, 0, 255), strength[..., None]], axis=-1).astype(np.uint8)
    matrix = np.linalg.inv(np.vstack([Frame(wide.quad, len(tints)).matrix, [0, 0, 1]]))[:2]
    spread = Pillow.fromarray(tints).transform(size, Pillow.Transform.AFFINE, tuple(matrix.ravel()), Pillow.Resampling.BILINEAR)
    return spread.convert("RGB"), spread.getchannel("A")


def _axes(pose: HeadPose) -> Float:
    """(3, 3): the head's axes to the right, up and forward, in the picture's x (right), y (down) and depth."""
    yaw, pitch, roll = np.radians([pose.yaw, pose.pitch, pose.roll])
    aside = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
    up = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    plane = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return np.asarray((plane @ up @ aside @ np.diag([1.0, -1.0, -1.0])).T, np.float32)


def _lines(selfie: Selfie, low: NDArray[np.int_], size: tuple[int, int]) -> tuple[Pillow.Image, Pillow.Image]:
    """The lines of the face and the corners of the quad, with their strength."""
    layer = Pillow.new("RGBA", (size[0] * _SMOOTH, size[1] * _SMOOTH), (*_WHITE, 0))
    draw = ImageDraw.Draw(layer)
    side = float(np.hypot(*(selfie.quad[3] - selfie.quad[0])))
    width = max(2, round(side * _THICK * _SMOOTH))

    def path(points: Float, closed: bool, colour: Colour, strength: int = 225, times: int = 1) -> None:
        corners = [(float(x), float(y)) for x, y in (points - low) * _SMOOTH]
        draw.line([*corners, *(corners[:2] if closed else ())], (*colour, strength), width * times, joint="curve")

    landmarks = selfie.face.landmarks[:, :2]
    for iris in (LEFT_IRIS, RIGHT_IRIS):
        centre, radius = landmarks[iris[0]], float(np.hypot(*(landmarks[iris[1:]] - landmarks[iris[0]]).T).mean())
        (x, y), far = (centre - low) * _SMOOTH, radius * _SMOOTH
        draw.ellipse((x - far, y - far, x + far, y + far), outline=(*_EYES, 225), width=max(1, width * 2 // 3))
    for indices, closed, colour in _OUTLINES:
        path(landmarks[indices], closed, colour)
    for corner in range(4):
        place = selfie.quad[corner]
        ends = [place + _CORNER * (selfie.quad[(corner + step) % 4] - place) for step in (-1, 1)]
        path(np.stack([ends[0], place, ends[1]]), False, _FRAME, 255)
    foot = selfie.quad[1] + 0.16 * (selfie.quad[[0, 2]] - selfie.quad[1]).sum(axis=0)
    for axis, colour in zip(_axes(selfie.face.pose), _AXES, strict=True):
        path(np.stack([foot, foot + _AXIS * side * axis[:2]]), False, colour, 255, times=2)
    layer = layer.reduce(_SMOOTH)
    return layer.convert("RGB"), layer.getchannel("A")
