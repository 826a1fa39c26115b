"""Gathered hair: tails, twisted ropes, buns, and the ring of cloth that ties it."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from core.modelling.fields import Float, smoothstep, spline, unit, vector
from core.modelling.meshing import Surface
from core.modelling.patches import grid_surface
from core.modelling.toon.hair_scalp import Point
from core.modelling.toon.hair_tress import Relief, Section, Tress, joined_tresses, lock_of


@dataclass(frozen=True)
class Tail:
    """A bundle of locks along a path.

    Attributes:
        path: Places from the tie to the tip.
        radii: Radius at even steps along it.
        count: How many locks lie around it.
        twist: Turns that they wind around it.
        stagger: How much shorter some locks are, as a share.
        overlap: Width of a lock, as a share of its place.
        narrow: Share of the way from which a lock gathers into its point.
        crown: Height of a lock's rounded side, as a share of the radius.
        strands: Fine strands of a lock.
        groove: Depth of the grooves between those, as a share of the crown.
        fray: How far tips bend away from the bundle, in radii of its middle.
        rows: Vertices along.
        seed: Of everything uneven.
        shade: Mean lightness.
        start: Root-to-tip value at the tie.
    """

    path: tuple[Point, ...]
    radii: tuple[float, ...]
    count: int = 6
    twist: float = 0.2
    stagger: float = 0.18
    overlap: float = 1.3
    narrow: float = 0.62
    crown: float = 0.30
    strands: int = 2
    groove: float = 0.28
    fray: float = 0.35
    rows: int = 24
    seed: int = 1
    shade: float = 0.5
    start: float = 0.4


@dataclass(frozen=True, eq=False)
class _Spine:
    """A path with a frame that does not turn about it.

    Attributes:
        points: (K, 3).
        side: (K, 3) unit, across.
        up: (K, 3) unit, across both.
    """

    points: Float
    side: Float
    up: Float

    @classmethod
    def along(cls, path: Float) -> "_Spine":
        """The frame is carried along by the least turn.

        Source: Wang et al., "Computation of rotation minimizing frames" (2008), one reflection per step.
        """
        ahead = unit(vector(np.gradient(path, axis=0)))
        first = np.cross(ahead[0], [0.3, 0.2, 1.0])
        side = [first / np.linalg.norm(first)]
        for before, after in pairwise(ahead):
            moved = side[-1] - (side[-1] @ (before + after)) / max(1e-6, 1 + before @ after) * (before + after)
            moved = moved - (moved @ after) * after
            side.append(moved / np.linalg.norm(moved))
        sides = vector(np.array(side))
        return cls(vector(path), sides, vector(np.cross(ahead, sides)))

    def at(self, share: Float) -> tuple[Float, Float, Float]:
        """Points, sides and ups (N, 3) at shares of the way."""
        place = np.clip(share, 0, 1) * (len(self.points) - 1)
        low = np.minimum(place.astype(int), len(self.points) - 2)
        part = (place - low)[:, None]
        found = [vector(values[low] * (1 - part) + values[low + 1] * part) for values in (self.points, self.side, self.up)]
        return found[0], unit(found[1]), unit(found[2])


def tail(shape: Tail) -> Tress:
    """The bundle as one piece."""
    rng = np.random.default_rng(shape.seed)
    spine = _Spine.along(spline(np.array(shape.path, float), 81))
    shift = rng.uniform(0, 1)
    return joined_tresses(_tail_lock(shape, spine, index, shift, rng) for index in range(shape.count))


def _tail_lock(shape: Tail, spine: _Spine, index: int, shift: float, rng: np.random.Generator) -> Tress:
    along = vector(np.linspace(0, 1, shape.rows))
    reach = 1 - shape.stagger * rng.uniform(0, 1) * (index % 2 + 0.15) / 1.15
    share = vector(along * reach)
    middle, side, up = spine.at(share)
    radius = vector(np.maximum(spline(np.array(shape.radii, float)[:, None], 81)[:, 0], 0.002))
    radius = vector(np.interp(share * 80, np.arange(81), radius))
    section = Section.of(shape.strands, rng)
    gather = np.clip((along - shape.narrow) / (1 - shape.narrow), 0, 1)
    width = np.pi / shape.count * shape.overlap * (0.05 + 0.95 * np.sqrt(np.clip(1 - gather**1.8, 0, 1)))
    turn = 2 * np.pi * ((index + 0.3 * rng.uniform(-1, 1)) / shape.count + shift + shape.twist * share)
    angle = turn[:, None] + width[:, None] * section.across
    out = np.cos(angle)[..., None] * side[:, None] + np.sin(angle)[..., None] * up[:, None]
    away = np.cos(turn)[:, None] * side + np.sin(turn)[:, None] * up
    bend = shape.fray * max(shape.radii) * rng.uniform(-0.2, 1.0) * smoothstep(0.55, 1.0, along) ** 1.6
    base = radius * (0.72 + 0.10 * rng.uniform(-1, 1))
    strip = middle[:, None] + out * base[:, None, None] + (away * bend[:, None])[:, None]
    body = Relief.of(along, 1.0, 1.0, 1.0, root=0.03, tip=shape.narrow)
    relief = Relief(
        vector(body.crown * shape.crown * radius),
        vector(body.under * 0.62 * radius),
        vector(body.crown * shape.crown * shape.groove * radius * smoothstep(0.0, 0.12, along)),
    )
    shade = float(np.clip(shape.shade + 0.24 * rng.uniform(-1, 1), 0.05, 0.95))
    made = lock_of(vector(strip), vector(out), section, relief, along, shade)
    return Tress(made.surface, made.tangents, vector(shape.start + (1 - shape.start) * made.along), made.shade, made.open)


@dataclass(frozen=True)
class Scrunchie:
    """A pleated ring of cloth around a tie.

    Attributes:
        center: Its middle.
        axis: Where the tail goes.
        radius: Of the ring.
        thick: Half its thickness.
        pleats: How many.
        deep: Depth of the pleats, as a share of the thickness.
    """

    center: Point
    axis: Point
    radius: float
    thick: float = 0.062
    pleats: int = 11
    deep: float = 0.3


_PLEAT_STEPS, _SIDES = 4, 8


def scrunchie(shape: Scrunchie) -> Tress:
    """The ring as a piece that is painted like hair."""
    axis = unit(vector([shape.axis]))[0]
    side = unit(vector([np.cross(axis, [0.2, 0.1, 1.0] if abs(axis[2]) < 0.9 else [0.2, 1.0, 0.1])]))[0]
    turn = np.arange(shape.pleats * _PLEAT_STEPS) * 2 * np.pi / (shape.pleats * _PLEAT_STEPS)
    out = np.cos(turn)[:, None] * side + np.sin(turn)[:, None] * np.cross(axis, side)
    wave = np.cos(shape.pleats * turn + 0.6 * np.sin(2 * turn))
    girth = shape.thick * (1 + shape.deep * wave)
    around = np.arange(_SIDES) * 2 * np.pi / _SIDES
    lean = 0.35 * shape.thick * np.sin(3 * turn + 1)
    middle = vector(shape.center) + out * (shape.radius + 0.3 * girth)[:, None] + axis * lean[:, None]
    ring = np.cos(around)[None, :, None] * out[:, None] + 1.25 * np.sin(around)[None, :, None] * axis
    points = middle[:, None] + girth[:, None, None] * ring
    surface = grid_surface(vector(np.concatenate([points, points[:1]])))
    if float((surface.normals * (surface.positions - vector(shape.center))).sum()) < 0:
        surface = Surface(surface.positions, vector(-surface.normals), np.ascontiguousarray(surface.triangles[:, ::-1]))
    hollow = np.repeat(np.append(wave, wave[0]), _SIDES)
    count = len(surface.positions)
    return Tress(
        surface,
        np.zeros((count, 3), np.float32),
        np.full(count, 0.6, np.float32),
        vector(0.5 + 0.2 * hollow),
        vector(0.7 + 0.3 * hollow),
    )


@dataclass(frozen=True)
class Bun:
    """Locks wound over a round body, from its foot to a dimple on top.

    Attributes:
        center: Its middle.
        axis: Where its top faces.
        radius: Half its width.
        high: Half its height, as a share of the radius.
        count: How many locks.
        turns: How far each winds.
        strands: Fine strands of a lock.
        crown: Height of a lock's rounded side, as a share of the radius.
        rows: Vertices along.
        seed: Of everything uneven.
        shade: Mean lightness.
    """

    center: Point
    axis: Point
    radius: float
    high: float = 0.8
    count: int = 6
    turns: float = 0.7
    strands: int = 3
    crown: float = 0.20
    rows: int = 24
    seed: int = 1
    shade: float = 0.5


def bun(shape: Bun) -> Tress:
    """The bun as one piece."""
    rng = np.random.default_rng(shape.seed)
    axis = unit(vector([shape.axis]))[0]
    side = unit(vector([np.cross(axis, [1.0, 0.1, 0.2] if abs(axis[0]) < 0.8 else [0.1, 0.2, 1.0])]))[0]
    frame = (side, vector(np.cross(axis, side)), axis)
    return joined_tresses(_bun_lock(shape, frame, index, rng) for index in range(shape.count))


def _bun_lock(shape: Bun, frame: tuple[Float, Float, Float], index: int, rng: np.random.Generator) -> Tress:
    along = vector(np.linspace(0, 1, shape.rows))
    section = Section.of(shape.strands, rng)
    tilt = np.radians(166 - 163 * along)
    turn = 2 * np.pi * ((index + 0.22 * rng.uniform(-1, 1)) / shape.count + shape.turns * along)
    half = np.pi / shape.count * 1.35 * (0.9 + 0.2 * rng.uniform(0, 1))
    angle = turn[:, None] + half * section.across
    size = shape.radius * (1 + 0.06 * rng.uniform(-1, 1))
    dimple = 0.42 * smoothstep(0.70, 1.0, along)
    flat = size * np.sin(tilt)
    rise = size * (shape.high * np.cos(tilt) - dimple)
    round_ = np.cos(angle)[..., None] * frame[0] + np.sin(angle)[..., None] * frame[1]
    strip = vector(shape.center) + 0.86 * (round_ * flat[:, None, None] + (rise[:, None] * frame[2])[:, None])
    up = round_ * np.sin(tilt)[:, None, None] + (np.cos(tilt)[:, None] * frame[2])[:, None]
    body = np.sqrt(np.clip(np.minimum(along / 0.06, 1), 0, 1)) * (0.35 + 0.65 * np.clip(np.sin(tilt), 0, 1))
    relief = Relief(vector(body * shape.crown * size), vector(body * 0.45 * size), vector(body * 0.30 * shape.crown * size))
    shade = float(np.clip(shape.shade + 0.24 * rng.uniform(-1, 1), 0.05, 0.95))
    made = lock_of(vector(strip), unit(vector(up)), section, relief, along, shade)
    return Tress(made.surface, made.tangents, vector(0.4 + 0.35 * made.along), made.shade, made.open)
