"""Glasses drawn onto training portraits with exact masks: no teacher knows them.

All in the regions' frame (core.datasets.portraits): pictures (320, 320, 3) uint8, regions (320, 320) uint8 classes, landmarks
(478, 2). Hats, scarves and bald heads: core.datasets.headwear.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageChops, ImageDraw, ImageFilter

from core.datasets.augmentation import Rng
from core.engines import CLASSES
from core.faces.mesh import LEFT_EYE, RIGHT_EYE

Image = NDArray[np.uint8]
Float = NDArray[np.float32]
Mask = NDArray[np.bool_]
Sample = tuple[Image, Image]

_SKIN, _EYES, _BROWS, _GLASSES = (CLASSES.index(name) for name in ("skin", "eyes", "brows", "glasses"))
_FINER = 2  # frames are drawn this much larger and averaged
_FRAME_COLOURS = (
    (18, 18, 20), (18, 18, 20), (18, 18, 20), (40, 26, 18), (84, 50, 26), (110, 72, 40), (150, 120, 70), (188, 160, 100),
    (150, 150, 156), (90, 92, 98), (200, 202, 206), (110, 20, 26), (26, 40, 92), (30, 70, 50), (220, 210, 200), (120, 90, 110),
)  # fmt: skip


@dataclass(frozen=True)
class _Spectacles:
    """One pair; lengths in distances between the eyes."""

    width: float  # of a lens
    height: float
    squareness: float  # exponent of the superellipse: 2 is an ellipse
    drop: float  # how much narrower below than above
    lift: float  # how much the outer corner is raised
    thickness: float
    rim: str  # full, half, none
    colour: tuple[int, int, int]
    rim_alpha: float
    tint: tuple[int, int, int]
    tint_alpha: float

    @staticmethod
    def draw(rng: Rng) -> "_Spectacles":
        is_dark = rng.random() < 0.22
        rim = str(rng.choice(["full", "half", "none"], p=[0.74, 0.16, 0.1]))
        thin = rng.random() < 0.45 or rim != "full"
        colour = _FRAME_COLOURS[int(rng.integers(len(_FRAME_COLOURS)))] if rng.random() < 0.8 else _colour(rng)
        width = rng.uniform(0.72, 1.0)
        return _Spectacles(
            width=width,
            height=float(np.clip(width * rng.uniform(0.45, 1.0), 0.34, 0.95)),
            squareness=float(rng.choice([2.0, 2.4, 3.0, 4.0, 6.0])),
            drop=rng.uniform(-0.05, 0.3) if rng.random() < 0.6 else 0.0,
            lift=rng.uniform(0, 0.16) if rng.random() < 0.3 else 0.0,
            thickness=rng.uniform(0.014, 0.035) if thin else rng.uniform(0.035, 0.1),
            rim=rim,
            colour=colour,
            rim_alpha=rng.uniform(0.35, 0.8) if rng.random() < 0.12 else rng.uniform(0.8, 1.0),
            tint=tuple(int(value) for value in rng.integers(0, 60, 3)) if rng.random() < 0.8 else _colour(rng),  # type: ignore[arg-type]
            tint_alpha=rng.uniform(0.45, 0.98) if is_dark else rng.choice([0.0, 0.0, rng.uniform(0, 0.18)]),
        )


def add_glasses(rng: Rng, picture: Image, regions: Image, landmarks: Float) -> Sample:
    """Put a random pair of glasses on a face. Frame and lenses are the class; eyes and brows seen through stay themselves."""
    glasses = _Spectacles.draw(rng)
    lenses = _lens_outlines(rng, glasses, landmarks)
    unit = float(np.hypot(*_across(landmarks)))
    lens, rim = _layer(lenses, None, fill=True), _rim_layer(glasses, lenses, landmarks, unit)
    photo = Pillow.fromarray(picture)
    shadow = ImageChops.offset(rim, 0, max(1, round(0.06 * unit))).filter(ImageFilter.GaussianBlur(0.05 * unit))
    photo.paste((30, 18, 14), mask=_faded(shadow, rng.uniform(0, 0.45)))
    tint = _faded(lens, glasses.tint_alpha)
    if glasses.tint_alpha > 0.4 and rng.random() < 0.4:  # darker above than below
        fall = np.linspace(1, rng.uniform(0.3, 0.9), picture.shape[0], dtype=np.float32)[:, None]
        tint = Pillow.fromarray((np.asarray(tint) * fall).astype(np.uint8))
    photo.paste(glasses.tint, mask=tint)
    if rng.random() < 0.5:
        photo.paste(_light(rng), mask=_reflection(rng, lens, landmarks, unit))
    if glasses.rim != "full":  # the edge of a lens without a rim catches light or is dark: else nobody could see it
        edge = _layer(lenses, max(1.0, 0.018 * unit))
        photo.paste(_light(rng) if rng.random() < 0.5 else glasses.tint, mask=_faded(edge, rng.uniform(0.25, 0.7)))
    sheen = np.clip(np.array(glasses.colour) + rng.integers(-10, 50), 0, 255).tolist()
    photo.paste(glasses.colour, mask=_faded(rim, glasses.rim_alpha))
    lit = ImageChops.subtract(rim, ImageChops.offset(rim, 1, 1))
    photo.paste(tuple(sheen), mask=_faded(lit, rng.uniform(0, 0.8)))
    on_rim, in_lens = np.asarray(rim) > 110, np.asarray(lens) > 127
    seen = regions if glasses.tint_alpha < 0.75 else np.full_like(regions, _SKIN)
    changed = regions.copy()
    changed[in_lens & ~np.isin(seen, (_EYES, _BROWS))] = _GLASSES
    changed[on_rim] = _GLASSES
    return np.asarray(photo), changed


def eye_zone(landmarks: Float, size: int) -> Mask:
    """(size, size): where glasses would be."""
    middle, across = _eyes_middle(landmarks), _across(landmarks)
    down = across[::-1] * (-1, 1)
    corners = [middle + a * across + b * down for a, b in ((-1.15, -0.45), (1.15, -0.45), (1.15, 0.6), (-1.15, 0.6))]
    picture = Pillow.new("1", (size, size))
    ImageDraw.Draw(picture).polygon([(float(x), float(y)) for x, y in corners], fill=1)
    return np.asarray(picture)


def _across(landmarks: Float) -> Float:
    return np.asarray(landmarks[RIGHT_EYE].mean(axis=0) - landmarks[LEFT_EYE].mean(axis=0))


def _eyes_middle(landmarks: Float) -> Float:
    return np.asarray((landmarks[RIGHT_EYE].mean(axis=0) + landmarks[LEFT_EYE].mean(axis=0)) / 2)


def _lens_outlines(rng: Rng, glasses: _Spectacles, landmarks: Float) -> list[Float]:
    """Two closed outlines (64, 2); the one farther away is narrower, as the head is turned."""
    across, middle = _across(landmarks), _eyes_middle(landmarks)
    down = across[::-1] * (-1, 1)
    left = np.hypot(*(landmarks[168] - landmarks[33]))
    share = 2 * left / (left + np.hypot(*(landmarks[168] - landmarks[263])))
    turn = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    power = 2 / glasses.squareness
    x = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** power
    y = np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** power
    x = x * (1 - glasses.drop * (y + 1) / 2)
    raised = y - 2 * glasses.lift * np.clip(x, 0, 1) ** 2  # x points outward here
    bridge, low = rng.uniform(0.04, 0.1), rng.uniform(-0.02, 0.12)
    if rng.random() < 0.15:  # slid down the nose
        low = rng.uniform(0.12, 0.4)
    outlines = []
    for side, stretch in ((-1, share), (1, 2 - share)):
        centre = middle + across * side * (glasses.width / 2 + bridge) * stretch + down * low
        outlines.append(
            centre + np.outer(x * side * glasses.width / 2 * stretch, across) + np.outer(raised * glasses.height / 2, down)
        )
    return outlines


def _layer(outlines: list[Float], width: float | None, fill: bool = False, size: int = 320) -> Pillow.Image:
    """An anti-aliased L picture of closed outlines, filled or drawn with a line."""
    picture = Pillow.new("L", (size * _FINER, size * _FINER))
    draw = ImageDraw.Draw(picture)
    for outline in outlines:
        points = [(float(x) * _FINER, float(y) * _FINER) for x, y in outline]
        if fill:
            draw.polygon(points, fill=255)
        else:
            draw.line([*points, points[0], points[1]], 255, max(1, round((width or 1) * _FINER)), joint="curve")
    return picture.reduce(_FINER)


def _rim_layer(glasses: _Spectacles, lenses: list[Float], landmarks: Float, unit: float) -> Pillow.Image:
    """Rims, bridge and temples."""
    size = 320
    picture = Pillow.new("L", (size * _FINER, size * _FINER))
    draw = ImageDraw.Draw(picture)
    line = max(2, round(glasses.thickness * unit * _FINER))
    if glasses.rim != "none":
        for outline in lenses:
            points = [(float(x) * _FINER, float(y) * _FINER) for x, y in outline]
            # The upper half of the outline is the second half of the turn: y points down.
            draw.line([*points, points[0]] if glasses.rim == "full" else points[31:] + points[:1], 255, line, joint="curve")
    inner = [lens[np.argmin(np.hypot(*(lens - landmarks[168]).T))] for lens in lenses]
    bow = (inner[0] + inner[1]) / 2 - (0, 0.06 * unit)
    draw.line([tuple(point * _FINER) for point in (inner[0], bow, inner[1])], 255, line, joint="curve")
    for lens, side, end in ((lenses[0], -1, landmarks[127]), (lenses[1], 1, landmarks[356])):
        hinge = lens[np.argmax(side * lens[:, 0])] - (0, 0.08 * unit)
        if side * (end[0] - hinge[0]) > 0:
            draw.line([tuple(hinge * _FINER), tuple((end - (0, 0.02 * unit)) * _FINER)], 255, max(2, line), joint="curve")
    return picture.reduce(_FINER)


def _reflection(rng: Rng, lens: Pillow.Image, landmarks: Float, unit: float) -> Pillow.Image:
    """A slanted streak of light within the lenses."""
    rows, columns = np.mgrid[0 : lens.height, 0 : lens.width].astype(np.float32)
    middle = _eyes_middle(landmarks)
    along = (columns - middle[0]) * rng.uniform(0.4, 1) + (rows - middle[1]) * rng.uniform(-1, 1)
    period = rng.uniform(0.8, 2.0) * unit
    streak = np.exp(
        -(((along + rng.uniform(0, 1) * period) % period - period / 2) ** 2) / (2 * (rng.uniform(0.04, 0.2) * unit) ** 2)
    )
    return Pillow.fromarray((np.asarray(lens) * streak * rng.uniform(0.1, 0.8)).astype(np.uint8))


def _faded(mask: Pillow.Image, alpha: float) -> Pillow.Image:
    return mask.point([round(value * alpha) for value in range(256)])


def _light(rng: Rng) -> tuple[int, int, int]:
    red, green, blue = rng.integers(190, 256, 3).tolist()
    return red, green, blue


def _colour(rng: Rng) -> tuple[int, int, int]:
    red, green, blue = rng.integers(0, 256, 3).tolist()
    return red, green, blue
