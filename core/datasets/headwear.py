"""Hats, scarves and bald heads drawn onto training portraits with exact masks.

No teacher knows hats, and the portraits show few; the hair teacher takes patterned wraps for hair and paints hair on bald heads.
All in the regions' frame (core.datasets.portraits): pictures (320, 320, 3) uint8, regions (320, 320) uint8 classes, landmarks
(478, 2). Lengths are in widths and heights of the face's oval; v points down from the brows, u right from the skull's middle.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter

from core.datasets.augmentation import Rng, texture
from core.datasets.cloths import cloth as any_cloth
from core.datasets.cloths import folds, wave
from core.datasets.portraits import IGNORED
from core.engines import CLASSES
from core.faces.mesh import OVAL

Image = NDArray[np.uint8]
Float = NDArray[np.float32]
Mask = NDArray[np.bool_]
Sample = tuple[Image, Image]

_SKIN, _HAIR, _HAT, _BACKGROUND, _CLOTHES = (CLASSES.index(name) for name in ("skin", "hair", "hat", "background", "clothes"))


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
        middle = float(oval[:, 0].mean())
        turned = (float(landmarks[4, 0]) - middle) / width  # the skull of a turned head lies behind the face
        skull, reach = middle - 0.6 * turned * width, width * (1 + 0.4 * abs(turned))
        u = np.broadcast_to(((steps - np.float32(skull)) / np.float32(reach))[None], (size, size))
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
        cloth: (S, S, 3) its colours, or None for any.
        band: Colour of `parts`, or None for any.
    """

    mask: Mask
    edge: Float
    light: Float
    parts: tuple[Mask, ...] = ()
    hides_all: bool = False
    cloth: Float | None = None
    band: tuple[int, int, int] | None = None


def can_be_bald(regions: Image, landmarks: Float) -> bool:
    """Whether the hair is short enough to be painted away: little of it below the tip of the nose, none before the eyes."""
    hair = regions == _HAIR
    below = hair[int(np.clip(landmarks[4, 1], 0, len(hair))) :].sum()
    return bool(below < 0.06 * hair.sum() + 20)


def make_bald(rng: Rng, picture: Image, regions: Image, landmarks: Float) -> Sample:
    """Turn short hair into skin: all of it, or the top alone with hair, often thin or grey, left at the sides."""
    size = len(regions)
    face = _Face.of(landmarks, size)
    hair = regions == _HAIR
    dome = _dome(landmarks, size, height=rng.uniform(0.40, 0.56), width=rng.uniform(1.0, 1.1))
    scalp = _scalp(rng, picture, regions, landmarks, dome)
    temples = face.v < (landmarks[[127, 356], 1].mean() - face.brow) / face.height
    kept = np.zeros_like(hair)
    if rng.random() < 0.5:  # a horseshoe
        inner, upper = (
            rng.uniform(0.36, 0.46) + wave(rng, face.u, face.v, 0.05),
            rng.uniform(0.22, 0.45) + wave(rng, face.u, face.v, 0.08),
        )
        kept = hair & (np.abs(face.u) > inner) & (face.v > -upper)
        kept |= hair & ~temples
    gone = hair & ~kept & (dome | face.within_oval(1.0))
    outside = hair & ~kept & ~gone & temples
    # Wider than the labels, else a rim of hair is left about them.
    cover, beyond = (np.asarray(_soft(mask, 0).filter(ImageFilter.MaxFilter(7))) > 0 for mask in (gone, outside))
    cover &= (dome | face.within_oval(1.0)) & ~kept
    beyond &= ~dome & ~kept & (gone | outside | np.isin(regions, (_BACKGROUND, _CLOTHES, IGNORED))) & temples
    photo = Pillow.composite(Pillow.fromarray(_behind(rng, picture, regions)), Pillow.fromarray(picture), _soft(beyond, 0.8))
    photo = Pillow.composite(Pillow.fromarray(scalp), photo, _soft(cover, 1.2))
    bald = np.asarray(photo)
    if kept.any() and rng.random() < 0.6:
        bald = _greyed(rng, bald, scalp, kept)
    changed = regions.copy()
    changed[hair & ~kept & ~gone & ~temples] = IGNORED  # sideburns over what may be ears
    changed[beyond & (regions != IGNORED)] = _BACKGROUND
    changed[gone | (cover & (regions == IGNORED))] = _SKIN
    return bald, changed


def add_hat(rng: Rng, picture: Image, regions: Image, landmarks: Float) -> Sample:
    """Put on a knitted hat, a cap, a hat with a brim, a wrap, a scarf or shawl down to the shoulders, or a kufiya."""
    size = len(regions)
    face = _Face.of(landmarks, size)
    kinds: tuple[Callable[[Rng, _Face], _Hat], ...] = (_knitted, _cap, _brimmed, _wrap, _scarf, _kufiya)
    hat = kinds[int(rng.choice(6, p=[0.15, 0.15, 0.1, 0.3, 0.18, 0.12]))](rng, face)
    cloth = any_cloth(rng, face.u, face.v, picture, plain=0.45) if hat.cloth is None else hat.cloth
    painted = cloth * hat.light[..., None]
    for part in hat.parts:
        other = (
            any_cloth(rng, face.u, face.v, picture, plain=0.8)
            if rng.random() < 0.5
            else cloth * np.float32(rng.uniform(0.5, 1.2))
        )
        if hat.band is not None:
            other = np.broadcast_to(np.array(hat.band, np.float32), painted.shape)
        painted[part] = (other * hat.light[..., None])[part]
    painted += rng.standard_normal((size, size, 1), np.float32) * np.float32(rng.uniform(1, 8))
    # The light of the photo falls on the hat too; a dark face may be dark skin, on which white cloth is white.
    bright = np.clip(picture[regions == _SKIN].mean() / 150, 0.45, 1.25) if (regions == _SKIN).any() else 1
    painted *= np.float32(bright ** rng.uniform(0, 1))
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


def _scalp(rng: Rng, picture: Image, regions: Image, landmarks: Float, dome: Mask) -> Image:
    """(S, S, 3): the face's skin over a round skull, dark towards the rim away from the light, often shiny or stubbly."""
    size = len(regions)
    skin = _spread(picture, regions == _SKIN)
    rows, columns = np.mgrid[0:size, 0:size].astype(np.float32)
    inside_rows, inside_columns = np.nonzero(dome) if dome.any() else (np.array([0, size]), np.array([0, size]))
    middle, base, top = inside_columns.mean(), inside_rows.max() + 1, inside_rows.min()
    right = (columns - middle) / (0.5 * max(1, np.ptp(inside_columns)))
    up = (base - rows) / max(1, base - top)
    light = np.array([rng.normal(0, 0.8), rng.uniform(-0.2, 0.9), 1.0])
    light /= np.sqrt((light**2).sum())
    ambient, flat = rng.uniform(0.2, 0.85), rng.uniform(0.75, 1.0)  # skulls are blunter than balls
    x, y = right * flat, up * flat
    facing = x * light[0] + y * light[1] + np.sqrt(np.clip(1 - x**2 - y**2, 0.02, 1)) * light[2]
    shade = ambient + (1 - ambient) * np.clip(facing, 0, 1)
    forehead = np.clip(landmarks[10].round().astype(int), 0, size - 1)
    shade = np.clip(shade / max(0.25, float(shade[forehead[1], forehead[0]])), 0.1, 1.3) + rng.normal(0, 0.012, (size, size))
    shine = np.zeros((size, size), np.float32)
    for _ in range(int(rng.integers(0, 3))):
        spot = (0.6 * light[0] + rng.normal(0, 0.25), rng.uniform(0.45, 0.85))
        wide, high = rng.uniform(0.05, 0.3), rng.uniform(0.04, 0.15)
        shine += np.exp(-(((right - spot[0]) / wide) ** 2) - ((up - spot[1]) / high) ** 2) * np.float32(rng.uniform(10, 110))
    values = skin * shade[..., None] + shine[..., None]
    if rng.random() < 0.35:  # stubble
        much, speckle = rng.uniform(0.05, 0.2), rng.normal(1, 0.25, (size, size, 1))
        values = values * (1 - much * speckle) + 45 * much
    return np.asarray(np.clip(values, 0, 255), np.uint8)


def _greyed(rng: Rng, picture: Image, scalp: Image, kept: Mask) -> Image:
    """Hair that is left turned grey, and so thin that some skin is seen through it."""
    grey = picture.mean(axis=-1, keepdims=True) * np.float32(rng.uniform(0.6, 1.2)) + np.float32(rng.uniform(0, 110))
    turned = np.float32(rng.uniform(0.2, 1.0)) * (grey - picture) + picture
    thin = np.float32(rng.uniform(0, 0.45))
    painted = np.clip(turned * (1 - thin) + scalp * thin, 0, 255).astype(np.uint8)
    return np.asarray(Pillow.composite(Pillow.fromarray(painted), Pillow.fromarray(picture), _soft(kept, 1.0)))


def _knitted(rng: Rng, face: _Face) -> _Hat:
    """A dome with ribs, often with a cuff."""
    edge = _edge(rng, face, *((-0.22, -0.02) if rng.random() < 0.7 else (-0.42, -0.22)))
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
    """Cloth wound about the head: folds, an uneven outline, an edge that dips or rises at the middle, hair at it or none."""
    shows_hair = rng.random() < 0.6  # at the forehead too
    edge = np.asarray(
        _edge(rng, face, *((-0.46, -0.28) if shows_hair else (-0.28, -0.1)))
        + np.abs(face.u) * np.float32(rng.uniform(-0.5, 0.5)),
        np.float32,
    )
    mask, half, _ = _dome_over(rng, face, edge, ((0.54, 0.76), (0.42, 0.8)), (rng.uniform(1.8, 3), 0.06))
    if rng.random() < 0.35:  # down over the ears
        low = rng.uniform(0.05, 0.45)
        mask |= (np.abs(face.u) > rng.uniform(0.42, 0.5)) & (np.abs(face.u) < half) & (face.v < low) & (face.v > -0.3)
    if rng.random() < 0.3:  # a knot
        u, v, wide = rng.uniform(-0.4, 0.4), edge.min() - rng.uniform(0.1, 0.7), rng.uniform(0.1, 0.25)
        mask |= ((face.u - u) / wide) ** 2 + ((face.v - v) / (wide * rng.uniform(0.5, 1))) ** 2 < 1
    if shows_hair and rng.random() < 0.6:  # a rim of it about the forehead, down to the ears
        rim = face.within_oval(rng.uniform(1.04, 1.3))
        mask, edge = mask & ~rim, np.where(rim, np.float32(-2), edge)
    light = np.asarray(_rounded(rng, face, half) * folds(rng, face.u, face.v, rng.uniform(0.1, 0.4)), np.float32)
    return _Hat(mask, edge, light, hides_all=not shows_hair and rng.random() < 0.7)


def _scarf(rng: Rng, face: _Face) -> _Hat:
    """Cloth about head and neck that leaves the face open, with or without hair at the forehead."""
    shows_hair = rng.random() < 0.4
    opening = face.within_oval(rng.uniform(1.06, 1.3) if shows_hair else rng.uniform(0.92, 1.03))
    half, crown = rng.uniform(0.58, 0.82), rng.uniform(0.5, 0.75)
    base = face.chin * rng.uniform(0.3, 0.9)
    bumps = wave(rng, face.u, face.v, 0.05)
    across = np.abs(face.u) / (half + bumps)
    head = (across**2.2 + np.clip((base - face.v) / (base + crown), 0, None) ** 2.2 < 1) & (face.v <= base)
    widens = half + np.clip(face.v - base, 0, None) * rng.uniform(0.1, 1.1) + bumps
    depth = face.chin + rng.uniform(0.25, 0.9)
    if rng.random() < 0.25:  # open at the neck: a shawl or a hood
        opening = opening | ((np.abs(face.u) < rng.uniform(0.2, 0.45)) & (face.v > face.chin - 0.15))
    below = (face.v > base) & (face.v < depth - rng.uniform(0, 0.6) * face.u**2) & (np.abs(face.u) < widens)
    edge = np.where(opening & shows_hair, np.float32(-2), np.float32(face.chin))
    light = np.asarray(_rounded(rng, face, half * 1.3) * folds(rng, face.u, face.v, rng.uniform(0.08, 0.35)), np.float32)
    return _Hat((head | below) & ~opening, edge, light, hides_all=not shows_hair)


def _kufiya(rng: Rng, face: _Face) -> _Hat:
    """Cloth laid over the head that falls beside the face onto the shoulders, often white or checked, often with a black cord."""
    half, crown, inner = rng.uniform(0.58, 0.78), rng.uniform(0.45, 0.7), rng.uniform(0.4, 0.58)
    edge = np.asarray(_edge(rng, face, -0.32, -0.1) + np.abs(face.u) * np.float32(rng.uniform(-0.2, 0.35)), np.float32)
    base, depth = face.chin * rng.uniform(0.2, 0.7), face.chin + rng.uniform(0.05, 0.8)
    bumps = wave(rng, face.u, face.v, 0.05)
    across = np.abs(face.u) / (half + bumps)
    head = (across**2.3 + np.clip((base - face.v) / (base + crown), 0, None) ** 2.3 < 1) & (face.v <= base)
    widens = half + np.clip(face.v - base, 0, None) * rng.uniform(0.05, 0.8) + bumps
    below = (face.v > base) & (face.v < depth + rng.uniform(-0.5, 0.3) * face.u) & (np.abs(face.u) < widens)
    opens = inner + np.clip(face.v, 0, None) * rng.uniform(-0.1, 0.3) + 0.5 * wave(rng, face.u, face.v, 0.05)
    opening = (face.v > edge) & (np.abs(face.u) < opens)
    light = np.asarray(_rounded(rng, face, half * 1.4) * folds(rng, face.u, face.v, rng.uniform(0.08, 0.3)), np.float32)
    kind, cloth = rng.random(), None
    white = np.array((235, 233, 228), np.float32) * np.float32(rng.uniform(0.85, 1.08))
    if kind < 0.5:
        cloth = np.broadcast_to(white, (*face.u.shape, 3)).copy()
    elif kind < 0.75:
        often = np.float32(rng.uniform(50, 110))
        share = (np.sin(face.u * often) * np.sin(face.v * often) > rng.uniform(-0.2, 0.3)).astype(np.float32)[..., None]
        other = np.array(((170, 30, 35), (30, 30, 34))[int(rng.random() < 0.3)], np.float32)
        cloth = np.asarray(white * (1 - share) + other * share, np.float32)
    parts: tuple[Mask, ...] = ()
    if rng.random() < 0.65:
        line, thick = edge.min() - rng.uniform(0.04, 0.2) + rng.uniform(0, 0.3) * face.u**2, rng.uniform(0.025, 0.06)
        parts = (head & (np.abs(face.v - line) < thick),)
    ends = np.where(np.abs(face.u) < opens, edge, np.float32(face.chin))
    return _Hat((head | below) & ~opening, ends, light, parts, cloth=cloth, band=(22, 22, 24))


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
    mask = (np.abs(face.u - rng.normal(0, 0.02)) / half) ** power + rise**power < 1 + wave(rng, face.u, face.v, shape[1])
    return np.asarray(mask & (face.v < edge)), half, crown


def _rounded(rng: Rng, face: _Face, half: float) -> Float:
    """Darker towards the sides, and lit from one of them."""
    light = 1.12 - rng.uniform(0.15, 0.7) * np.clip(np.abs(face.u) / half, 0, 1.3) ** 2 + rng.normal(0, 0.2) * face.u
    return np.asarray(np.clip(light - rng.uniform(-0.1, 0.3) * (face.v + 0.3), 0.15, 1.5), np.float32)


def _behind(rng: Rng, picture: Image, regions: Image) -> Image:
    """What is seen where hair was: the photo's background, continued, or anything where it has none."""
    known = regions == _BACKGROUND
    if known.mean() > 0.1:
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
