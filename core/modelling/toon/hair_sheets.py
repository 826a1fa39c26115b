"""Sheets of hair: a smooth surface from roots to tips, cut along the flow of the strands into overlapping locks."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.ndimage import gaussian_filter1d, map_coordinates

from core.modelling.fields import Field, Float, gradient, length, smoothstep, spline, unit, vector
from core.modelling.toon.hair_fields import SCALP_CENTER
from core.modelling.toon.hair_scalp import Point
from core.modelling.toon.hair_tress import Relief, Section, Tress, joined_tresses, lock_of

_ACROSS, _DOWN = 49, 41
"""Points of a sheet's table."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """A smooth surface of hair: u in [0, 1] across the strands, v in [0, 1] along them from root to tip.

    Attributes:
        table: (u, v, 3) points.
        normals: (u, v, 3) unit, away from the head.
    """

    table: Float
    normals: Float

    @classmethod
    def through(cls, rows: Sequence[Sequence[Point]], clear_of: Field | None = None, clearance: float = 0.03) -> "Sheet":
        """The smooth surface through rows of places.

        Args:
            rows: From the line of the roots to the line of the tips; each runs across the strands. Rows may differ in count.
            clear_of: A field that the sheet is pushed out of, e.g. `head.head` where hair covers the ears.
            clearance: How far out of it, growing from 0 at the root.
        """
        net = np.stack(
            [spline(np.array(row, float), _ACROSS) if len(row) > 1 else np.repeat(vector([row[0]]), _ACROSS, 0) for row in rows]
        )
        table = np.stack([spline(net[:, u], _DOWN) for u in range(_ACROSS)])
        if clear_of is not None:
            table = _pushed(table, clear_of, clearance)
        return cls(vector(table), _away(table))

    def at(self, u: Float, v: Float) -> tuple[Float, Float]:
        """Points and unit normals at places; beyond the sheet's sides it goes on straight."""
        shape = np.broadcast_shapes(u.shape, v.shape)
        across, down = np.broadcast_to(u, shape), np.broadcast_to(v, shape)
        inside = np.clip(across, 0, 1)
        places = np.stack([inside.ravel() * (_ACROSS - 1), np.clip(down, 0, 1).ravel() * (_DOWN - 1)])
        points = _looked_up(self.table, places).reshape(*shape, 3)
        normals = unit(_looked_up(self.normals, places).reshape(*shape, 3))
        slope = _looked_up(vector(np.gradient(self.table, 1 / (_ACROSS - 1), axis=0)), places).reshape(*shape, 3)
        return vector(points + slope * (across - inside)[..., None]), normals


def _looked_up(table: Float, places: Float) -> Float:
    return vector(np.stack([map_coordinates(table[..., k], places, order=3, mode="nearest") for k in range(3)], -1))


def _pushed(table: Float, keep_out: Field, clearance: float) -> Float:
    """A sheet moved out of a field, smoothly."""
    grow = clearance * smoothstep(0, 0.3, vector(np.linspace(0, 1, _DOWN)))[None, :]
    points = vector(table)
    for _ in range(3):
        flat = points.reshape(-1, 3)
        lack = np.maximum(grow.repeat(_ACROSS, 0).ravel() - keep_out(flat), 0).reshape(_ACROSS, _DOWN)
        lack[:, 0] = 0
        if lack.max() < 1e-3:
            break
        lack = np.maximum(lack, gaussian_filter1d(gaussian_filter1d(lack, 1.2, axis=0), 1.2, axis=1))
        out = unit(gradient(keep_out, flat, 0.02)).reshape(points.shape)
        points = vector(points + out * lack[..., None])
    return points


def _away(table: Float) -> Float:
    """Unit normals on the side away from the head."""
    facing = unit(vector(np.cross(np.gradient(table, axis=0), np.gradient(table, axis=1))))
    outward = (facing * (table - (SCALP_CENTER - vector([0, 0.2, 0])))).sum()
    normals = facing if outward > 0 else -facing
    hidden = length(vector(normals)) < 0.5
    normals[hidden] = unit(vector(table - SCALP_CENTER))[hidden]
    return vector(normals)


@dataclass(frozen=True)
class Cut:
    """How a sheet is cut into locks. Lengths are in units of the head, shares in [0, 1].

    Attributes:
        count: How many locks.
        seed: Of everything uneven.
        crown: Height of each lock's rounded upper side: the depth of the valleys between locks.
        under: Depth of its lower side.
        strands: Fine strands of a lock.
        groove: Depth of the grooves between those, as a share of `crown`.
        ridge: 0 is rounded, 1 has a sharp ridge along the middle.
        overlap: Width of a lock, as a share of its place.
        root: Width at the root, as a share.
        narrow: Share of the way from which a lock gathers into its point.
        point: Width of the point, as a share.
        spike: 0 gathers like a leaf, 1 straight like a spike.
        stagger: How much shorter some locks are, as a share.
        uneven: How much widths differ, as a share.
        lift: How far some locks lie above others.
        tilt: How far one edge of a lock lies above the other: shingles.
        sweep: How far points bend to the side, in widths.
        sway: How far locks bend to the side on their way, in widths.
        wave: How far locks swing to the side, in widths.
        waves: How many swings.
        roll: How far locks swing in and out; this begins later than `wave`.
        phase: Where the swings begin, in turns.
        settle: Share of the way before they swing.
        rise: Share of the way on which a lock rises from the root.
        rows: Rows of vertices.
        shade: Mean lightness.
        inner: How much light the locks' lower sides get; 1 where they are seen as much as the upper ones.
        ends: Lengths of the first and the last lock, as shares, and of those between.
    """

    count: int = 7
    seed: int = 1
    crown: float = 0.06
    under: float = 0.05
    strands: int = 3
    groove: float = 0.28
    ridge: float = 0.0
    overlap: float = 1.2
    root: float = 0.9
    narrow: float = 0.68
    point: float = 0.06
    spike: float = 0.0
    stagger: float = 0.08
    uneven: float = 0.3
    lift: float = 0.02
    tilt: float = 0.02
    sweep: float = 0.25
    sway: float = 0.15
    wave: float = 0.0
    waves: float = 2.0
    roll: float = 0.0
    phase: float = 0.0
    settle: float = 0.2
    rise: float = 0.15
    rows: int = 15
    shade: float = 0.5
    inner: float = 0.2
    ends: tuple[float, ...] = field(default=(1.0, 1.0))


def locks(sheet: Sheet, cut: Cut) -> Tress:
    """A sheet's locks as one piece."""
    rng = np.random.default_rng(cut.seed)
    widths = 1 + cut.uneven * rng.uniform(-1, 1, cut.count)
    edges = np.concatenate([[0], np.cumsum(widths)]) / widths.sum()
    made = []
    for index in range(cut.count):
        middle, half = (edges[index] + edges[index + 1]) / 2, (edges[index + 1] - edges[index]) / 2
        made.append(_lock(sheet, cut, index, float(middle), float(half), rng))
    return joined_tresses(made)


def _lock(sheet: Sheet, cut: Cut, index: int, middle: float, half: float, rng: np.random.Generator) -> Tress:
    along = _rows(cut)
    length_share = float(np.interp(middle, np.linspace(0, 1, len(cut.ends)), cut.ends)) * (1 - cut.stagger * rng.uniform(0, 1))
    section = Section.of(cut.strands, rng, cut.ridge)
    raised = cut.lift * (rng.uniform(-0.5, 0.5) + 0.5 * (index % 2))
    swing = cut.wave * np.sin(2 * np.pi * (cut.waves * along * length_share + cut.phase + 0.06 * rng.uniform(-1, 1)))
    sway = cut.sway * rng.uniform(-1, 1) * np.sin(np.pi * along * rng.uniform(0.9, 1.6)) * smoothstep(0, 0.3, along)
    swinging = smoothstep(cut.settle, cut.settle + 0.2, along)
    bend = cut.sweep * rng.uniform(-1, 1) * smoothstep(0.35, 1.0, along) ** 1.5 + sway + swing * swinging
    width = half * cut.overlap * _width(cut, along)
    u = middle + half * bend[:, None] + width[:, None] * section.across
    points, normals = sheet.at(vector(u), vector(along * length_share)[:, None])
    tilt = cut.tilt * (1 if index % 2 else -1) * rng.uniform(0.4, 1.0)
    free = smoothstep(0.0, 0.25, along)
    out = free[:, None] * (raised + tilt * section.across * (width / max(float(width.max()), 1e-6))[:, None])
    if cut.roll:
        turn = np.cos(2 * np.pi * (cut.waves * along * length_share + cut.phase))
        out = out + (cut.roll * turn * smoothstep(cut.settle + 0.18, cut.settle + 0.32, along))[:, None]
    shade = float(np.clip(cut.shade + 0.32 * rng.uniform(-1, 1), 0.05, 0.95))
    relief = Relief.of(along, cut.crown, cut.under, cut.groove, root=cut.rise, tip=max(cut.narrow, 0.6))
    return lock_of(vector(points + normals * out[..., None]), normals, section, replace(relief, inner=cut.inner), along, shade)


def _rows(cut: Cut) -> Float:
    """Where rows lie along a lock: closer together towards a point."""
    even = np.linspace(0, 1, cut.rows)
    return vector(even + 0.10 * np.sin(np.pi * even) * (1 if cut.point < 0.4 else 0))


def _width(cut: Cut, along: Float) -> Float:
    """Width of a lock along its way, as a share."""
    widen = cut.root + (1 - cut.root) * smoothstep(0, 0.3, along)
    gather = np.clip((along - cut.narrow) / max(1 - cut.narrow, 1e-3), 0, 1)
    leaf = np.clip(1 - gather**1.7, 0, 1) ** 0.575
    shape = (1 - cut.spike) * leaf + cut.spike * (1 - gather)
    return vector(widen * (cut.point + (1 - cut.point) * shape))


@dataclass(frozen=True)
class Hero:
    """A single swept lock with a leaf's section: a cowlick, a strand of a fringe, a flyaway.

    Attributes:
        path: Places from root to tip.
        width: Half its greatest width.
        crown: Height of its upper side.
        under: Depth of its lower side.
        away: What its upper side faces away from.
        belly: Share of the way at which it is widest.
        root: Width at the root, as a share.
        point: Width of the point, as a share.
        strands: Fine strands.
        groove: Depth of the grooves between those, as a share of `crown`.
        ridge: 0 is rounded, 1 has a sharp ridge along the middle.
        rows: Rows of vertices.
        seed: Of the strands' widths.
        shade: Lightness.
    """

    path: tuple[Point, ...]
    width: float = 0.12
    crown: float = 0.06
    under: float = 0.04
    away: Point = (0.0, 0.27, -0.06)
    belly: float = 0.4
    root: float = 0.55
    point: float = 0.04
    strands: int = 2
    groove: float = 0.3
    ridge: float = 0.3
    rows: int = 16
    seed: int = 1
    shade: float = 0.55


def hero(shape: Hero) -> Tress:
    """A single lock."""
    along = vector(np.linspace(0, 1, shape.rows))
    line = spline(np.array(shape.path, float), shape.rows)
    tangent = unit(vector(np.gradient(line, axis=0)))
    up = vector(line - vector(shape.away))
    up = unit(vector(up - (up * tangent).sum(1, keepdims=True) * tangent))
    aside = vector(np.cross(up, tangent))
    section = Section.of(shape.strands, np.random.default_rng(shape.seed), shape.ridge)
    before = shape.root + (1 - shape.root) * np.sin(np.clip(along / shape.belly, 0, 1) * np.pi / 2)
    after = np.clip((along - shape.belly) / (1 - shape.belly), 0, 1)
    width = shape.width * np.where(
        along < shape.belly, before, shape.point + (1 - shape.point) * np.maximum(np.cos(after * np.pi / 2), 0) ** 0.9
    )
    middle = line[:, None] + aside[:, None] * (width[:, None] * section.across)[..., None]
    relief = Relief.of(along, shape.crown, shape.under, shape.groove, root=0.12, tip=0.7)
    return lock_of(vector(middle), np.repeat(up[:, None], len(section.across), 1), section, relief, along, shape.shade)


def line(places: ArrayLike, count: int) -> tuple[Point, ...]:
    """More places on the smooth curve through some: (count, 3)."""
    points: list[Any] = spline(np.array(places, float), count).tolist()
    return tuple((x, y, z) for x, y, z in points)
