"""Glasses and beards drawn on portraits, so that a network sees on real skin what it shall find there.

Nobody labelled the portraits, and an engine's thick frames alone do not teach thin ones. What is drawn here is no work of art: it
is as varied as it can be, and where it lies is exact, because the landmarks say so. All pictures are (S, S, 3) uint8 sRGB.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter

from core.faces.mesh import LEFT_EYE, NUM_LANDMARKS, OUTER_LIPS, RIGHT_EYE
from core.shapes import expect_shape

Image = NDArray[np.uint8]
Float = NDArray[np.float32]
Points = NDArray[np.floating]
Rng = np.random.Generator

GlassesKind = Literal["clear", "sun"]
BeardKind = Literal["moustache", "goatee", "full_beard"]

_OVERSAMPLING = 2
_LEFT_JAW = [234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152]
_RIGHT_JAW = [454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152]
_CHIN = [149, 176, 148, 152, 377, 400, 378]
_UNDER_LIP = [335, 17, 106]
_UPPER_LIP = [409, 270, 269, 267, 0, 37, 39, 40, 185]
_UNDER_NOSE = [61, 57, 98, 97, 2, 326, 327, 287, 291]
_LEFT_TEMPLE, _RIGHT_TEMPLE = 127, 356

_FRAME_COLOURS = (
    (20, 20, 22), (45, 30, 22), (90, 60, 35), (150, 120, 70), (120, 120, 125), (190, 190, 195), (110, 30, 35), (30, 40, 70),
)  # fmt: skip
_BEARD_COLOURS = (
    (25, 20, 18), (45, 32, 25), (80, 55, 38), (120, 90, 60), (140, 135, 130), (200, 195, 190), (130, 70, 40),
)  # fmt: skip


def draw_glasses(rng: Rng, picture: Image, landmarks: Points) -> tuple[Image, GlassesKind]:
    """The face with glasses on.

    Args:
        rng: Everything about them is random.
        picture: (S, S, 3), the face.
        landmarks: (478, 2), pixels of the picture.
    """
    sizes = expect_shape(picture, "S S 3")
    expect_shape(landmarks, f"{NUM_LANDMARKS} 2")
    spectacles = _Spectacles.sample(rng, landmarks, sizes["S"])
    frame, lens = spectacles.draw(rng, landmarks)
    is_sun = rng.random() < 0.12
    values = _over(picture.astype(np.float32), lens * (rng.uniform(0.6, 0.95) if is_sun else rng.uniform(0, 0.12)), (30, 30, 35))
    if rng.random() < 0.5:
        shadow = _blur(np.roll(frame, int(rng.integers(1, 3)), axis=0), rng.uniform(0.5, 1.5))
        values *= 1 - rng.uniform(0.1, 0.4) * shadow[..., None]
    if rng.random() < 0.6:
        glare = np.clip(_noise(rng, sizes["S"], rng.uniform(0.03, 0.09)) - rng.uniform(0.3, 1.2), 0, 1) * lens
        values = _over(values, glare * rng.uniform(0.1, 0.6), (255, 255, 255))
    shine = 1 + rng.uniform(0, 0.3) * _noise(rng, sizes["S"], 0.02)[..., None]
    colour = np.array(_FRAME_COLOURS[rng.integers(len(_FRAME_COLOURS))]) * rng.uniform(0.6, 1.3)
    values = _over(values, frame * rng.uniform(0.65, 1), np.clip(colour * shine, 0, 255))
    return np.clip(values, 0, 255).astype(np.uint8), "sun" if is_sun else "clear"


def draw_beard(rng: Rng, picture: Image, landmarks: Points) -> tuple[Image, BeardKind]:
    """The face with a beard.

    Args:
        rng: Everything about it is random.
        picture: (S, S, 3), the face.
        landmarks: (478, 2), pixels of the picture.
    """
    size = expect_shape(picture, "S S 3")["S"]
    expect_shape(landmarks, f"{NUM_LANDMARKS} 2")
    kind: BeardKind = ("full_beard", "full_beard", "full_beard", "goatee", "moustache")[rng.integers(5)]
    unit = _eye_distance(landmarks)
    where = _blur(_beard_region(rng, kind, landmarks, size), rng.uniform(0.015, 0.06) * unit)
    ragged = 0.4 * _noise(rng, size, 0.02) * where * (1 - where)
    lips = _blur(_polygons([landmarks[OUTER_LIPS]], size), 0.6)
    where = np.clip(1.3 * where + ragged - 0.1, 0, 1) * (1 - np.clip(1.1 * lips, 0, 1))
    strands = _strands(rng, size)
    cover = np.clip(where * rng.uniform(0.45, 1) * np.clip(1 + 0.35 * strands, 0.2, 1.4), 0, 1)
    light = _blur(picture.astype(np.float32).mean(axis=-1), 2)
    inside = where > 0.5
    light = np.clip(light / (np.median(light[inside]) + 1e-3 if inside.any() else 128), 0.5, 1.5)
    colour = np.array(_BEARD_COLOURS[rng.integers(len(_BEARD_COLOURS))]) * rng.uniform(0.7, 1.2)
    values = _over(picture.astype(np.float32), cover, colour * light[..., None] * (1 + 0.3 * strands[..., None]))
    return np.clip(values, 0, 255).astype(np.uint8), kind


@dataclass(frozen=True, eq=False)
class _Spectacles:
    """A shape of glasses on a face; lengths in pixels of the picture."""

    eyes: tuple[Points, Points]
    across: Points  # unit vector from the left eye to the right
    half_width: float
    half_height: float
    roundness: float  # exponent of the superellipse: 2 is round, 6 nearly square
    outward: float  # of a lens' centre from the eye
    down: float
    thickness: float
    rim: Literal["full", "half", "none"]
    size: int

    @staticmethod
    def sample(rng: Rng, landmarks: Points, size: int) -> "_Spectacles":
        left, right = landmarks[LEFT_EYE].mean(axis=0), landmarks[RIGHT_EYE].mean(axis=0)
        unit = _eye_distance(landmarks)
        width = rng.uniform(0.30, 0.50) * unit
        height = min(rng.uniform(0.17, 0.42) * unit, 1.05 * width)
        rims: tuple[Literal["full", "half", "none"], ...] = ("full", "full", "full", "half", "none")
        return _Spectacles(
            eyes=(left, right),
            across=(right - left) / unit,
            half_width=width,
            half_height=height,
            roundness=float(rng.choice([2, 2.5, 3, 4, 6])),
            outward=max(0.0, width - 0.45 * unit) + rng.uniform(-0.02, 0.04) * unit,
            down=rng.uniform(0, 0.14) * unit + 0.35 * (height - 0.2 * unit),
            thickness=float(np.exp(rng.uniform(np.log(0.014), np.log(0.10)))) * unit,
            rim=rims[rng.integers(5)],
            size=size,
        )

    def draw(self, rng: Rng, landmarks: Points) -> tuple[Float, Float]:
        """(S, S) in [0, 1] each: how much of a pixel is frame, and how much is lens."""
        side = self.size * _OVERSAMPLING
        frame, lens = Pillow.new("L", (side, side)), Pillow.new("L", (side, side))
        pen, lens_pen = ImageDraw.Draw(frame), ImageDraw.Draw(lens)
        down = self.across[::-1] * (-1, 1)
        outline = self._outline(rng)
        bar, rise = rng.uniform(0.5, 1.2), rng.uniform(0.2, 0.7)
        for eye, temple, way in zip(self.eyes, (_LEFT_TEMPLE, _RIGHT_TEMPLE), (-1, 1), strict=True):
            centre = eye + self.across * way * self.outward + down * self.down
            rim = centre + outline * (way, 1) @ np.stack([self.across, down])
            lens_pen.polygon(_path(rim), fill=255)
            self._draw_rim(rng, pen, rim)
            end = centre + self.across * way * self.half_width - down * self.half_height * rise
            ear = 0.9 * landmarks[temple] + 0.1 * end
            pen.line(_path(np.stack([end, ear])), fill=255, width=self._pixels(self.thickness * bar))
        self._draw_bridge(rng, pen, down)
        return _shrunk(frame), _shrunk(lens)

    def _outline(self, rng: Rng) -> Points:
        turn = np.linspace(0, 2 * np.pi, 60)
        x, y = (np.sign(wave) * np.abs(wave) ** (2 / self.roundness) for wave in (np.cos(turn), np.sin(turn)))
        y = np.where(y < 0, y, y * rng.uniform(0.85, 1.1))
        return np.stack([self.half_width * x * (1 - rng.uniform(-0.15, 0.15) * y), self.half_height * y], axis=1)

    def _draw_rim(self, rng: Rng, pen: ImageDraw.ImageDraw, rim: Points) -> None:
        width = self._pixels(self.thickness)
        if self.rim == "full":
            pen.line(_path(np.concatenate([rim, rim[:2]])), fill=255, width=width, joint="curve")
        elif self.rim == "half":
            pen.line(_path(rim[30:]), fill=255, width=width, joint="curve")
            pen.line(_path(rim[:31]), fill=int(rng.integers(40, 140)), width=max(1, width // 3))
        else:
            thin = self._pixels(0.012 * np.hypot(*(self.eyes[1] - self.eyes[0])))
            pen.line(_path(np.concatenate([rim, rim[:2]])), fill=int(rng.integers(50, 140)), width=thin)

    def _draw_bridge(self, rng: Rng, pen: ImageDraw.ImageDraw, down: Points) -> None:
        unit = float(np.hypot(*(self.eyes[1] - self.eyes[0])))
        middle = (self.eyes[0] + self.eyes[1]) / 2 + down * (self.down - self.half_height * rng.uniform(0.1, 0.6))
        half = max(0.04 * unit, unit / 2 + self.outward - self.half_width)
        along, bow = np.linspace(-1.1, 1.1, 9), rng.uniform(0, 0.12) * unit
        bridge = middle + np.outer(along * half, self.across) + np.outer(bow * (along**2 - 0.5), down)
        pen.line(_path(bridge), fill=255, width=self._pixels(max(self.thickness, 0.02 * unit) * rng.uniform(0.6, 1.3)))

    @staticmethod
    def _pixels(length: float) -> int:
        return max(1, round(length * _OVERSAMPLING))


def _beard_region(rng: Rng, kind: BeardKind, landmarks: Points, size: int) -> Float:
    unit = _eye_distance(landmarks)
    up = landmarks[10] - landmarks[152]
    drop = -up / np.hypot(*up) * rng.uniform(0, 0.25) * unit  # how far it hangs below the chin
    parts = []
    if kind == "full_beard":
        start = int(rng.integers(0, 3))
        jaw = np.concatenate([landmarks[_LEFT_JAW[start:]], landmarks[_RIGHT_JAW[start:]][::-1]])
        mouth = landmarks[[61, 291]].mean(axis=0)
        jaw = jaw + (jaw - mouth) * rng.uniform(-0.02, 0.08) + _hanging(len(jaw), drop)
        rise = 0.05 * unit * rng.uniform() * up / np.hypot(*up)
        right, left = (landmarks[361] + landmarks[291]) / 2 + rise, (landmarks[132] + landmarks[61]) / 2 + rise
        parts.append(np.concatenate([jaw, [right], landmarks[[291, 61]], [left]]))
    if kind == "goatee":
        chin = landmarks[_CHIN] + _hanging(len(_CHIN), drop)
        chin = chin.mean(axis=0) + (chin - chin.mean(axis=0)) * rng.uniform(0.5, 1.0)
        parts.append(np.concatenate([chin, landmarks[[291, 17, 61] if rng.random() < 0.5 else _UNDER_LIP]]))
    if kind == "moustache" or rng.random() < 0.75:
        top = landmarks[_UNDER_NOSE]
        lower = np.array([0, 0, 1, 1, 1, 1, 1, 0, 0])[:, None] * 0.35 * rng.uniform(0.3, 1.5)
        parts.append(np.concatenate([top + (landmarks[0] - top) * lower, landmarks[_UPPER_LIP]]))
    return _polygons(parts, size)


def _hanging(count: int, drop: Points) -> Points:
    along = np.linspace(-1, 1, count)
    return np.outer(1 - along**2, drop)


def _eye_distance(landmarks: Points) -> float:
    return float(np.hypot(*(landmarks[RIGHT_EYE].mean(axis=0) - landmarks[LEFT_EYE].mean(axis=0))))


def _polygons(parts: list[Points], size: int) -> Float:
    mask = Pillow.new("L", (size * _OVERSAMPLING, size * _OVERSAMPLING))
    for part in parts:
        ImageDraw.Draw(mask).polygon(_path(part), fill=255)
    return _shrunk(mask)


def _path(points: Points) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in points * _OVERSAMPLING]


def _shrunk(mask: Pillow.Image) -> Float:
    return np.asarray(np.asarray(mask.reduce(_OVERSAMPLING)) / 255, np.float32)


def _blur(values: Float, radius: float) -> Float:
    """(S, S) -> blurred; in 8 bits, which is what Pillow's filter takes."""
    top = max(float(values.max()), 1e-6)
    picture = Pillow.fromarray((np.clip(values / top, 0, 1) * 255).astype(np.uint8))
    return np.asarray(np.asarray(picture.filter(ImageFilter.GaussianBlur(radius))) * (top / 255), np.float32)


def _noise(rng: Rng, size: int, grain: float) -> Float:
    """(S, S) smooth noise, mean 0 and deviation 1; `grain` is the size of its blobs as a share of the picture."""
    cells = max(4, round(1 / grain))
    coarse = Pillow.fromarray(rng.normal(size=(cells, cells)).astype(np.float32))
    values = np.asarray(coarse.resize((size, size), Pillow.Resampling.BICUBIC))
    return np.asarray((values - values.mean()) / (values.std() + 1e-6), np.float32)


def _strands(rng: Rng, size: int) -> Float:
    """(S, S) noise drawn out downwards, as hair is; mean 0, deviation 1."""
    rows = max(8, int(size * rng.uniform(0.25, 0.6)))
    coarse = Pillow.fromarray(rng.normal(size=(rows, size)).astype(np.float32))
    values = np.asarray(coarse.resize((size, size), Pillow.Resampling.BICUBIC))
    return np.asarray((values - values.mean()) / (values.std() + 1e-6), np.float32)


def _over(values: Float, cover: Float, colour: NDArray[np.floating] | tuple[int, int, int]) -> Float:
    """A colour over a picture, `cover` (S, S) of it."""
    share = cover[..., None]
    return np.asarray(values * (1 - share) + np.asarray(colour, np.float32) * share, np.float32)
