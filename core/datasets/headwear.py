"""Hats, scarves and bald heads drawn onto training portraits with exact masks.

No teacher knows hats, and the portraits show few; the hair teacher takes patterned wraps for hair and paints hair on bald heads.
All in the regions' frame (core.datasets.portraits): pictures (320, 320, 3) uint8, regions (320, 320) uint8 classes, landmarks
(478, 2). Lengths are in widths and heights of the face's oval; v points down from the brows, u right from the middle.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter

from core.datasets.augmentation import Rng, piece_of, texture
from core.engines import CLASSES
from core.faces.mesh import OVAL

Image = NDArray[np.uint8]
Float = NDArray[np.float32]
Mask = NDArray[np.bool_]
Sample = tuple[Image, Image]

_SKIN, _HAIR, _HAT, _BACKGROUND = (CLASSES.index(name) for name in ("skin", "hair", "hat", "background"))
_SOBER = (
    (18, 18, 20), (30, 26, 24), (50, 40, 34), (84, 62, 46), (120, 116, 112), (190, 188, 182), (235, 233, 228), (24, 30, 60),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Face:
    """Where a face is: u and v of every pixel, (S, S) each."""

    u: Float
    v: Float
    brow: float  # v of the brows is 0; these three are pixels
    width: float
    height: float
    chin: float  # v
    oval: Float  # (36, 2) pixels

    @staticmethod
    def of(landmarks: Float, size: int) -> "_Face":
        oval = landmarks[OVAL]
        width, height = float(np.ptp(oval[:, 0])), float(np.ptp(oval[:, 1]))
        brow = float(landmarks[[105, 334], 1].mean())
        steps = np.arange(size, dtype=np.float32) + np.float32(0.5)
        u = np.broadcast_to(((steps - np.float32(oval[:, 0].mean())) / np.float32(width))[None], (size, size))
        v = np.broadcast_to(((steps - np.float32(brow)) / np.float32(height))[:, None], (size, size))
        return _Face(u, v, brow, width, height, (float(oval[:, 1].max()) - brow) / height, oval)

    def within_oval(self, factor: float) -> Mask:
        """(S, S): the oval grown about its centre."""
        centre = self.oval.mean(axis=0)
        picture = Pillow.new("1", self.u.shape)
        ImageDraw.Draw(picture).polygon([(float(x), float(y)) for x, y in centre + (self.oval - centre) * factor], fill=1)
        return np.asarray(picture)


@dataclass(frozen=True, eq=False)
class _Hat:
    """What is drawn.

    Attributes:
        mask: (S, S) of the hat.
        edge: (S, S) v of its lower edge: above it hair is gone.
        light: (S, S) how light each pixel is.
        parts: Masks painted in another colour: brim, band, cuff.
        hides_all: Whether no hair is seen at all.
    """

    mask: Mask
    edge: Float
    light: Float
    parts: tuple[Mask, ...] = ()
    hides_all: bool = False


def can_be_bald(regions: Image, landmarks: Float) -> bool:
    """Whether the hair is short enough to be painted away: little of it below the tip of the nose, none before the eyes."""
    hair = regions == _HAIR
    below = hair[int(np.clip(landmarks[4, 1], 0, len(hair))) :].sum()
    return bool(below < 0.06 * hair.sum() + 20)


def make_bald(rng: Rng, picture: Image, regions: Image, landmarks: Float) -> Sample:
    """Turn short hair into skin: all of it, or the top alone with hair left at the sides."""
    size = len(regions)
    hair = regions == _HAIR
    dome = _dome(landmarks, size, height=rng.uniform(0.40, 0.56), width=rng.uniform(1.0, 1.1))
    skin = _spread(picture, regions == _SKIN)
    rows, columns = np.mgrid[0:size, 0:size].astype(np.float32)
    oval = landmarks[OVAL]
    width = float(np.ptp(oval[:, 0]))
    top, middle = landmarks[10], float(oval[:, 0].mean())
    distance = np.hypot((columns - middle) / width, (rows - top[1]) / width)
    shade = 1.04 - rng.uniform(0.1, 0.5) * np.clip(distance - 0.15, 0, 1) + rng.normal(0, 0.01, (size, size))
    spot = top + np.array([rng.normal(0, 0.2), -rng.uniform(0.0, 0.3)]) * width
    shine = np.exp(-(((columns - spot[0]) / (0.16 * width)) ** 2 + ((rows - spot[1]) / (0.09 * width)) ** 2))
    painted = np.clip(skin * shade[..., None] + rng.uniform(0, 90) * shine[..., None], 0, 255).astype(np.uint8)
    if rng.random() < 0.45:  # a horseshoe of hair stays
        aside = np.abs(columns - middle) < rng.uniform(0.36, 0.46) * width
        above = rows < top[1] - rng.uniform(-0.05, 0.15) * width
        gone = hair & dome & (aside | above) & (rows < landmarks[[105, 334], 1].mean())
        outside = hair & ~dome & (aside | above)
    else:
        gone, outside = hair & dome, hair & ~dome
    soft = Pillow.fromarray((gone * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1.2))
    photo = Pillow.composite(Pillow.fromarray(painted), Pillow.fromarray(picture), soft)
    changed = regions.copy()
    changed[gone] = _SKIN
    changed[outside] = _BACKGROUND
    back = Pillow.fromarray(_behind(rng, picture, regions))
    return np.asarray(Pillow.composite(back, photo, _soft(outside, 0.8))), changed


def add_hat(rng: Rng, picture: Image, regions: Image, landmarks: Float) -> Sample:
    """Put on a knitted hat, a cap, a hat with a brim, a wrap, or a scarf down to the shoulders."""
    size = len(regions)
    face = _Face.of(landmarks, size)
    kinds: tuple[Callable[[Rng, _Face], _Hat], ...] = (_knitted, _cap, _brimmed, _wrap, _scarf)
    hat = kinds[int(rng.choice(5, p=[0.2, 0.2, 0.12, 0.24, 0.24]))](rng, face)
    cloth = _cloth(rng, face, picture, plain=0.45)
    painted = cloth * hat.light[..., None]
    for part in hat.parts:
        other = _cloth(rng, face, picture, plain=0.8) if rng.random() < 0.5 else cloth * np.float32(rng.uniform(0.5, 1.2))
        painted[part] = (other * hat.light[..., None])[part]
    painted += rng.standard_normal((size, size, 1), np.float32) * np.float32(rng.uniform(1, 8))
    # The light of the photo falls on the hat too.
    painted *= np.float32(np.clip(picture[regions == _SKIN].mean() / 150, 0.45, 1.25) if (regions == _SKIN).any() else 1)
    painted = np.clip(painted, 0, 255).astype(np.uint8)
    gone = (regions == _HAIR) & ~hat.mask
    if not hat.hides_all:
        gone &= face.v < hat.edge
    shadow = np.exp(-np.clip(face.v - hat.edge, 0, None) / np.float32(rng.uniform(0.03, 0.12))) * (regions != _BACKGROUND)
    shaded = (picture * (1 - np.float32(rng.uniform(0, 0.6)) * shadow[..., None])).astype(np.uint8)
    behind = Pillow.fromarray(_behind(rng, picture, regions))
    photo = Pillow.composite(behind, Pillow.fromarray(shaded), _soft(gone, 1.0))
    photo = Pillow.composite(Pillow.fromarray(painted), photo, _soft(hat.mask, rng.uniform(0.5, 1.1)))
    changed = regions.copy()
    changed[gone] = _BACKGROUND
    changed[hat.mask] = _HAT
    return np.asarray(photo), changed


def _knitted(rng: Rng, face: _Face) -> _Hat:
    """A dome with ribs, often with a cuff."""
    edge = _edge(rng, face, -0.22, -0.02)
    mask, half, crown = _dome_over(rng, face, edge, ((0.54, 0.66), (0.42, 0.75)))
    light = _rounded(rng, face, half) * (1 + np.float32(rng.uniform(0, 0.2)) * np.sin(face.u * np.float32(rng.uniform(20, 110))))
    parts: tuple[Mask, ...] = ()
    if rng.random() < 0.6:
        cuff = (face.v < edge) & (face.v > edge - rng.uniform(0.1, 0.22)) & (np.abs(face.u) < half * rng.uniform(1.0, 1.06))
        mask, parts = mask | cuff, (cuff,)
    if rng.random() < 0.2:
        bobble = face.u**2 + ((face.v - edge.min() + crown) * face.height / face.width) ** 2 < rng.uniform(0.1, 0.18) ** 2
        mask, parts = mask | bobble, (*parts, bobble)
    return _Hat(mask, edge, light, parts)


def _cap(rng: Rng, face: _Face) -> _Hat:
    """A dome with a peak, and often something on its front."""
    edge = _edge(rng, face, -0.24, -0.08)
    mask, half, _ = _dome_over(rng, face, edge, ((0.52, 0.6), (0.38, 0.6)))
    bow, reach = rng.uniform(0.04, 0.2), rng.uniform(0.4, 0.56)
    side = rng.normal(0, 0.06)
    peak = (np.abs(face.u - side) < reach) & (face.v > edge - 0.03) & (face.v < edge + bow * (1 - ((face.u - side) / reach) ** 2))
    light = _rounded(rng, face, half)
    light = np.where(peak, light * np.float32(rng.uniform(0.5, 1.1)), light)
    parts: tuple[Mask, ...] = (peak,) if rng.random() < 0.6 else ()
    if rng.random() < 0.6:
        height, width = rng.uniform(0.06, 0.14), rng.uniform(0.1, 0.25)
        badge = ((face.u - side) / width) ** 2 + ((face.v - edge + 0.22) / height) ** 2 < 1
        parts = (*parts, badge & mask)
    return _Hat(mask | peak, edge, light, parts)


def _brimmed(rng: Rng, face: _Face) -> _Hat:
    """A crown with a brim all round and a band."""
    edge = _edge(rng, face, -0.28, -0.1, bend=0.0)
    mask, half, _ = _dome_over(rng, face, edge, ((0.46, 0.58), (0.4, 0.7)), (rng.uniform(2.5, 6), 0))
    reach, thick, curl = rng.uniform(0.72, 1.15), rng.uniform(0.05, 0.14), rng.uniform(-0.25, 0.1)
    line = edge + curl * (face.u / reach) ** 2
    brim = (face.u / reach) ** 2 + ((face.v - line) / thick) ** 2 < 1
    band = mask & (face.v > edge - rng.uniform(0.08, 0.16)) & ~brim
    light = _rounded(rng, face, half)
    light = np.where(brim, light.mean() * (1 + (face.v - line) * rng.uniform(-3, 2)), light).astype(np.float32)
    return _Hat(mask | brim, edge, light, (band,) if rng.random() < 0.7 else ())


def _wrap(rng: Rng, face: _Face) -> _Hat:
    """Cloth wound about the head: folds, an uneven outline, an edge that dips or rises at the middle."""
    edge = np.asarray(_edge(rng, face, -0.26, -0.1) + np.abs(face.u) * np.float32(rng.uniform(-0.5, 0.5)), np.float32)
    mask, half, _ = _dome_over(rng, face, edge, ((0.54, 0.76), (0.42, 0.8)), (rng.uniform(1.8, 3), 0.06))
    if rng.random() < 0.35:  # down over the ears
        low = rng.uniform(0.05, 0.45)
        mask |= (np.abs(face.u) > rng.uniform(0.42, 0.5)) & (np.abs(face.u) < half) & (face.v < low) & (face.v > -0.3)
    if rng.random() < 0.3:  # a knot
        u, v, wide = rng.uniform(-0.4, 0.4), edge.min() - rng.uniform(0.1, 0.7), rng.uniform(0.1, 0.25)
        mask |= ((face.u - u) / wide) ** 2 + ((face.v - v) / (wide * rng.uniform(0.5, 1))) ** 2 < 1
    light = np.asarray(_rounded(rng, face, half) * _folds(rng, face, rng.uniform(0.1, 0.4)), np.float32)
    return _Hat(mask, edge, light, hides_all=rng.random() < 0.7)


def _scarf(rng: Rng, face: _Face) -> _Hat:
    """Cloth about head and neck that leaves the face open, with or without hair at the forehead."""
    shows_hair = rng.random() < 0.25
    opening = face.within_oval(rng.uniform(1.04, 1.22) if shows_hair else rng.uniform(0.92, 1.03))
    half, crown = rng.uniform(0.58, 0.82), rng.uniform(0.5, 0.75)
    base = face.chin * rng.uniform(0.3, 0.9)
    bumps = _wave(rng, face, 0.05)
    across = np.abs(face.u) / (half + bumps)
    head = (across**2.2 + np.clip((base - face.v) / (base + crown), 0, None) ** 2.2 < 1) & (face.v <= base)
    widens = half + np.clip(face.v - base, 0, None) * rng.uniform(0.1, 1.1) + bumps
    depth = face.chin + rng.uniform(0.25, 0.9)
    if rng.random() < 0.25:  # open at the neck: a shawl or a hood
        opening = opening | ((np.abs(face.u) < rng.uniform(0.2, 0.45)) & (face.v > face.chin - 0.15))
    below = (face.v > base) & (face.v < depth - rng.uniform(0, 0.6) * face.u**2) & (np.abs(face.u) < widens)
    edge = np.full_like(face.u, -2.0) if shows_hair else np.full_like(face.u, face.chin)
    light = np.asarray(_rounded(rng, face, half * 1.3) * _folds(rng, face, rng.uniform(0.08, 0.35)), np.float32)
    return _Hat((head | below) & ~opening, edge, light, hides_all=not shows_hair)


def _edge(rng: Rng, face: _Face, high: float, low: float, bend: float = 0.3) -> Float:
    return np.asarray(rng.uniform(high, low) + rng.uniform(-bend, bend) * face.u**2 + rng.normal(0, 0.05) * face.u, np.float32)


def _dome_over(
    rng: Rng,
    face: _Face,
    edge: Float,
    sizes: tuple[tuple[float, float], tuple[float, float]],
    shape: tuple[float, float] = (0, 0),
) -> tuple[Mask, float, float]:
    """The dome above an edge, half its width, and its height.

    Args:
        rng: Of its size within `sizes`.
        face: Under it.
        edge: (S, S).
        sizes: Least and most half width, least and most height.
        shape: Exponent of the superellipse, 0 is any, and how uneven it is.
    """
    half, crown = rng.uniform(*sizes[0]), rng.uniform(*sizes[1])
    power = shape[0] or rng.uniform(2, 2.8)
    rise = np.clip(edge - face.v, 0, None) / crown
    mask = (np.abs(face.u - rng.normal(0, 0.02)) / half) ** power + rise**power < 1 + _wave(rng, face, shape[1])
    return np.asarray(mask & (face.v < edge)), half, crown


def _wave(rng: Rng, face: _Face, height: float) -> Float:
    """Slow waves along the outline."""
    turn = np.arctan2(face.v - 0.3, face.u)
    return np.asarray(sum(height * rng.normal() * np.sin(turn * k + rng.uniform(0, 7)) / k for k in (3, 5, 9)), np.float32)


def _rounded(rng: Rng, face: _Face, half: float) -> Float:
    """Darker towards the sides, and lit from one of them."""
    light = 1.12 - rng.uniform(0.15, 0.7) * np.clip(np.abs(face.u) / half, 0, 1.3) ** 2 + rng.normal(0, 0.2) * face.u
    return np.asarray(np.clip(light - rng.uniform(-0.1, 0.3) * (face.v + 0.3), 0.15, 1.5), np.float32)


def _folds(rng: Rng, face: _Face, depth: float) -> Float:
    """Folds that run along bent lines."""
    warp = _wave(rng, face, 0.3)
    light = np.ones_like(face.u)
    for _ in range(int(rng.integers(2, 5))):
        turn, often = rng.uniform(0, np.pi), rng.uniform(8, 50)
        along = face.u * np.cos(turn) + face.v * np.sin(turn) + rng.uniform(-0.8, 0.8) * face.u**2 + 0.3 * warp
        light += np.float32(depth / 2) * np.sin(along * np.float32(often) + np.float32(rng.uniform(0, 7)))
    return np.asarray(np.clip(light, 0.3, 1.6), np.float32)


def _cloth(rng: Rng, face: _Face, picture: Image, plain: float) -> Float:
    """(S, S, 3) float32: one colour, stripes, dots, checks, a woven print, or a piece of the photo's own cloth."""
    size = len(picture)
    first, second = _cloth_colour(rng), _cloth_colour(rng)
    if rng.random() < plain:
        return np.broadcast_to(first, (size, size, 3)).copy()
    kind = int(rng.integers(5))
    turn, often = rng.uniform(0, np.pi), rng.uniform(10, 90)
    along = (face.u * np.cos(turn) + face.v * np.sin(turn)) * np.float32(often) + 2 * _wave(rng, face, 0.5)
    across = (face.v * np.cos(turn) - face.u * np.sin(turn)) * np.float32(often * rng.uniform(0.5, 1.5))
    if kind == 0:
        share = (np.sin(along) > rng.uniform(-0.6, 0.6)).astype(np.float32)
    elif kind == 1:
        share = (np.sin(along) * np.sin(across) > rng.uniform(0.1, 0.6)).astype(np.float32)
    elif kind == 2:
        share = 0.5 * (np.sin(along) > 0).astype(np.float32) + 0.5 * (np.sin(across) > 0)
    elif kind == 3:  # a print: the same small tile again and again
        cells, tile = int(rng.integers(5, 12)), int(rng.integers(16, 48))
        noise = Pillow.fromarray(rng.integers(0, 256, (cells, cells, 3), np.uint8)).resize(
            (tile, tile), Pillow.Resampling.BICUBIC
        )
        repeats = -(-size // tile)
        print_ = np.tile(np.asarray(noise, np.float32), (repeats, repeats, 1))[:size, :size]
        return np.asarray(0.35 * first + 0.65 * print_, np.float32)
    else:
        scale = int(rng.integers(40, 120))
        part = Pillow.fromarray(piece_of(rng, picture[None], scale, scale)).resize((size, size), Pillow.Resampling.BILINEAR)
        made = part if rng.random() < 0.4 else Pillow.fromarray(texture(rng, size, size))
        return np.asarray(made, np.float32).copy()
    return np.asarray(first * (1 - share[..., None]) + second * share[..., None], np.float32)


def _cloth_colour(rng: Rng) -> Float:
    if rng.random() < 0.5:
        return np.asarray(
            np.array(_SOBER[int(rng.integers(len(_SOBER)))]) * rng.uniform(0.8, 1.1) + rng.normal(0, 6, 3), np.float32
        )
    return np.asarray(rng.integers(0, 256, 3), np.float32)


def _behind(rng: Rng, picture: Image, regions: Image) -> Image:
    """What is seen where hair was: the photo's background, continued, or anything."""
    known = regions == _BACKGROUND
    if known.mean() > 0.1 and rng.random() < 0.8:
        return np.clip(_spread(picture, known), 0, 255).astype(np.uint8)
    size = len(regions)
    return np.asarray(Pillow.fromarray(texture(rng, size // 2, size // 2)).resize((size, size)))


def _soft(mask: Mask, radius: float) -> Pillow.Image:
    return Pillow.fromarray((mask * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(radius))


def _dome(landmarks: Float, size: int, height: float, width: float) -> Mask:
    """The skull above the temples: an ellipse on the line of the temples, in heights and widths of the face."""
    oval = landmarks[OVAL]
    middle, base = float(oval[:, 0].mean()), float(landmarks[[127, 356], 1].mean())
    across = width * float(np.ptp(oval[:, 0])) / 2
    upward = base - float(landmarks[10, 1]) + height * 0.5 * float(np.ptp(oval[:, 1])) * 0.9
    rows, columns = np.mgrid[0:size, 0:size] + 0.5
    return np.asarray((((columns - middle) / across) ** 2 + ((rows - base) / upward) ** 2 < 1) & (rows < base))


def _spread(picture: Image, known: Mask) -> NDArray[np.float32]:
    """The colour of the known pixels continued smoothly over the whole picture."""
    weight = Pillow.fromarray((known * 255).astype(np.uint8))
    masked = Pillow.fromarray((picture * known[..., None]).astype(np.uint8))
    soft = (layer.reduce(4).filter(ImageFilter.GaussianBlur(5.5)).resize(layer.size) for layer in (masked, weight))
    blurred, total = (np.asarray(layer, np.float32) for layer in soft)
    plain = picture[known].mean(axis=0) if known.any() else np.array([180, 140, 120])
    trust = np.clip(total[..., None] / 16, 0, 1)
    return np.asarray(trust * blurred * 255 / np.maximum(total[..., None], 1) + (1 - trust) * plain, np.float32)
