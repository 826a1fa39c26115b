"""What was read from a photo, drawn onto it."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw

from core.engines import CLASSES
from core.faces.align import Frame
from core.faces.mesh import INNER_LIPS, LEFT_BROW, LEFT_EYE, OUTER_LIPS, OVAL, RIGHT_BROW, RIGHT_EYE
from core.faces.selfie import Selfie

Image = NDArray[np.uint8]

_TINTS = {
    "skin": (255, 186, 140), "eyes": (80, 220, 255), "brows": (120, 72, 40), "mouth": (240, 60, 110), "nose": (255, 214, 90),
    "ears": (255, 150, 190), "hair": (110, 90, 240), "neck": (240, 140, 110), "clothes": (70, 180, 130),
    "glasses": (255, 255, 255), "hat": (190, 90, 220), "earrings": (60, 230, 120),
}  # fmt: skip
_STRENGTH = 0.42  # of a tint
_FADE = 24.0  # pixels of the masks over which tints fade out at the border of what was parsed
_LINE = (255, 255, 255)
_FRAME = (90, 170, 255)
_SMOOTH = 3  # lines are drawn this much larger and averaged


def draw_overlay(image: Image, selfie: Selfie) -> Image:
    """Tinted regions, landmarks, and the alignment's quad on the photo (H, W, 3) that `selfie` was read from."""
    photo = Pillow.fromarray(image)
    wide = selfie.frame
    tints, strength = _tints(selfie, wide, photo.size)
    photo.paste(tints, mask=strength)
    landmarks = selfie.face.landmarks[:, :2]
    low = np.floor(np.clip(np.minimum(wide.quad.min(axis=0), landmarks.min(axis=0)), 0, None)).astype(int)
    high = np.ceil(np.minimum(np.maximum(wide.quad.max(axis=0), landmarks.max(axis=0)), photo.size)).astype(int)
    part = photo.crop((*low, *high))
    lines, strength = _lines(selfie, landmarks, low, part.size)
    part.paste(lines, mask=strength)
    photo.paste(part, tuple(low))
    return np.asarray(photo)


def _tints(selfie: Selfie, wide: Frame, size: tuple[int, int]) -> tuple[Pillow.Image, Pillow.Image]:
    """Colour and strength of the regions at every pixel of the photo."""
    colours = np.array([_TINTS.get(name, (0, 0, 0)) for name in CLASSES], np.float32)
    shown = np.array([name in _TINTS for name in CLASSES], np.float32)
    colour = (
        np.einsum("chw,cd->hwd", selfie.masks, colours) / np.maximum(np.einsum("chw,c->hw", selfie.masks, shown), 1e-3)[..., None]
    )
    edge = np.clip(np.minimum(np.arange(len(colour)), np.arange(len(colour))[::-1]) / _FADE, 0, 1)
    strength = np.einsum("chw,c->hw", selfie.masks, shown) * np.minimum.outer(edge, edge) * (255 * _STRENGTH)
    tints = np.concatenate([np.clip(colour, 0, 255), strength[..., None]], axis=-1).astype(np.uint8)
    matrix = np.linalg.inv(np.vstack([Frame(wide.quad, len(tints)).matrix, [0, 0, 1]]))[:2]
    spread = Pillow.fromarray(tints).transform(size, Pillow.Transform.AFFINE, tuple(matrix.ravel()), Pillow.Resampling.BILINEAR)
    return spread.convert("RGB"), spread.getchannel("A")


def _lines(
    selfie: Selfie, landmarks: NDArray[np.float32], low: NDArray[np.int_], size: tuple[int, int]
) -> tuple[Pillow.Image, Pillow.Image]:
    """Contours, points and the quad, with their strength."""
    layer = Pillow.new("RGBA", (size[0] * _SMOOTH, size[1] * _SMOOTH), (*_LINE, 0))
    draw = ImageDraw.Draw(layer)
    width = max(2, round(float(np.hypot(*(selfie.quad[3] - selfie.quad[0]))) / 260 * _SMOOTH))

    def path(points: NDArray[np.float32], colour: tuple[int, int, int, int]) -> None:
        corners = [tuple(point) for point in (points - low) * _SMOOTH]
        draw.line([*corners, corners[0], corners[1]], colour, width, joint="curve")

    path(selfie.quad, (*_FRAME, 255))
    for part in (LEFT_EYE, RIGHT_EYE, LEFT_BROW, RIGHT_BROW, OUTER_LIPS, INNER_LIPS, OVAL):
        path(landmarks[part], (*_LINE, 190))
    for x, y in (landmarks - low) * _SMOOTH:
        draw.ellipse((x - width * 0.7, y - width * 0.7, x + width * 0.7, y + width * 0.7), (*_LINE, 220))
    layer = layer.reduce(_SMOOTH)
    return layer.convert("RGB"), layer.getchannel("A")
