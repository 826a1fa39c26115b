"""Hair combed taut from a hairline to a tie: one smooth surface whose grooves run the way the comb went."""

from dataclasses import dataclass

import numpy as np

from core.modelling.fields import Float, length, smoothstep, unit, vector
from core.modelling.meshing import Surface
from core.modelling.patches import derived_normals, ring_triangles
from core.modelling.toon.hair_fields import SCALP_CENTER, Hairline, direction
from core.modelling.toon.hair_scalp import above
from core.modelling.toon.hair_tress import Tress

_SUNK = 0.018
"""How far under the skin the roots lie."""

_FAN = 0.2
"""How evenly strands come together around the tie, from 0 (as they lie) to 1."""

_IN_STRAND = np.array([0.0, 0.2, 0.72])
"""Places of vertices across a strand: close together at the groove."""

TAUT = Hairline(
    (
        (0.0, 39.0), (14.0, 39.5), (28.0, 41.0), (38.0, 37.0), (48.0, 28.0), (57.0, 23.0), (64.0, 14.0), (69.0, 1.0),
        (74.0, -6.0), (79.0, -6.0), (84.0, 1.0), (91.0, 4.0), (99.0, 0.0), (107.0, -15.0), (118.0, -27.0), (134.0, -36.0),
        (152.0, -45.0), (166.0, -50.0), (180.0, -48.0),
    )
)  # fmt: skip
"""A soft hairline with open temples and a nape that is combed upward."""


@dataclass(frozen=True)
class Edge:
    """A closed line on the scalp, from which hair is combed inward.

    Attributes:
        places: (azimuth, elevation) pairs in degrees, counter-clockwise seen from outside, the first one not repeated.
        parted: For each, how far it is a parting (1) and not a hairline (0): hair stands up there, it does not rise out of skin.
    """

    places: tuple[tuple[float, float], ...]
    parted: tuple[float, ...]


def whole(hairline: Hairline = TAUT) -> Edge:
    """The hairline all around the head."""
    turns = np.concatenate([np.arange(-180, -90, 6.0), np.arange(-90, -60, 2.5), np.arange(-60, 60, 6.0)])
    turns = np.concatenate([turns, np.arange(60, 90, 2.5), np.arange(90, 180, 6.0)])
    heights = hairline.elevation(vector(turns))
    return Edge(tuple(zip(turns.tolist(), heights.tolist(), strict=True)), (0.0,) * len(turns))


def half(hairline: Hairline = TAUT) -> Edge:
    """The hairline of the right half of the head, closed by a parting in the middle."""
    turns = np.concatenate([np.arange(0, 60, 6.0), np.arange(60, 90, 2.5), np.arange(90, 181, 6.0)])
    heights = hairline.elevation(vector(turns))
    front, back = float(heights[0]), float(heights[-1])
    ways = np.linspace(180 - back, front, 26)[1:-1]
    line = [(180.0, 180 - way) if way > 90 else (0.0, float(way)) for way in ways]
    return Edge(tuple(zip(turns.tolist(), heights.tolist(), strict=True)) + tuple(line), (0.0,) * len(turns) + (1.0,) * len(line))


@dataclass(frozen=True)
class Comb:
    """How hair is combed to a tie.

    Attributes:
        tie: Azimuth and elevation in degrees of the tie.
        edge: Where the hair begins.
        inward: Azimuth and elevation that hair leaves the hairline for, before it turns to the tie.
        leave: Degrees over which it does so.
        height: Above the skin.
        volume: Added to that midway.
        parting: Height at a parting, as a share.
        lip: Degrees over which hair rises from a parting.
        neck: Height of the hair's end in the tie above the skin.
        ring: Degrees between the tie's middle and where the hair enters it.
        clumps: How many clumps.
        strands: Fine strands of each.
        relief: Depth of the valleys between clumps.
        groove: Depth of the grooves between strands.
        shingle: How far one side of a clump lies above the other.
        rise: Degrees over which hair rises out of the skin.
        rows: Vertices along.
        seed: Of everything uneven.
        shade: Mean lightness.
        reach: Root-to-tip value at the tie.
    """

    tie: tuple[float, float]
    edge: Edge
    inward: tuple[float, float] = (180.0, 74.0)
    leave: float = 30.0
    height: float = 0.05
    volume: float = 0.025
    parting: float = 0.5
    lip: float = 9.0
    neck: float = 0.13
    ring: float = 6.5
    clumps: int = 28
    strands: int = 2
    relief: float = 0.024
    groove: float = 0.012
    shingle: float = 0.012
    rise: float = 17.0
    rows: int = 15
    seed: int = 1
    shade: float = 0.45
    reach: float = 0.4


@dataclass(frozen=True, eq=False)
class _Columns:
    """What lies where around the edge: (C,) arrays.

    Attributes:
        turn: In [0, 1), place on the edge.
        crown: Height of the rounded clump, in [0, 1].
        groove: Depth of the grooves between strands, in [0, 1].
        slope: From -1 to 1 across a clump.
        shade: Lightness of the clump, around 0.
        width: Of the clump, as a share of the edge.
    """

    turn: Float
    crown: Float
    groove: Float
    slope: Float
    shade: Float
    width: Float


def _columns(comb: Comb) -> _Columns:
    rng = np.random.default_rng(comb.seed)
    widths = 1 + 0.5 * rng.uniform(-1, 1, comb.clumps)
    starts = np.concatenate([[0], np.cumsum(widths)]) / widths.sum()
    fine = (np.arange(comb.strands)[:, None] + _IN_STRAND).ravel() / comb.strands
    within = np.tile(fine, comb.clumps)
    clump = np.repeat(np.arange(comb.clumps), len(fine))
    size = np.diff(starts)[clump]
    strand = np.tile(np.abs(2 * _IN_STRAND - 1) ** 2.2, comb.strands * comb.clumps)
    return _Columns(
        vector(starts[clump] + within * size),
        vector(np.sqrt(np.clip(1 - (2 * within - 1) ** 2, 0, 1))),
        vector(strand),
        vector((2 * within - 1) * rng.choice([-1, 1], comb.clumps)[clump]),
        vector(rng.uniform(-1, 1, comb.clumps)[clump]),
        vector(size),
    )


def combed(comb: Comb) -> Tress:
    """The combed hair as one piece."""
    columns = _columns(comb)
    start, parted = _edge(comb.edge, columns.turn)
    share = vector(np.linspace(0, 1, comb.rows) ** 1.25)
    units = _ways(comb, start, share)
    gone = _travelled(start, units)
    risen = np.sin(np.clip(gone / comb.rise, 0, 1) * np.pi / 2)
    risen = risen * (1 - parted) + parted * (comb.parting + (1 - comb.parting) * smoothstep(0, comb.lip, gone))
    wide = columns.width * len(columns.turn) * _spacing(units)
    room = np.clip(wide / 0.16, 0.12, 1.0)
    end = smoothstep(0.80, 1.0, share)[:, None]
    swell = np.clip(np.sin(np.pi * share), 0, 1)[:, None]
    lift = (comb.height + comb.volume * swell) * risen - _SUNK * (1 - risen)
    lift = lift + (comb.neck - comb.height) * end**1.6
    fine = np.maximum(0.10 + 0.90 * smoothstep(2, 17, gone), 0.3 * parted) * room
    valley = (1 - columns.crown) * comb.relief + columns.groove * comb.groove
    lift = lift + fine * (columns.slope * comb.shingle * risen - valley)
    points = above(units, vector(lift))
    return _tress(comb, columns, points, share, vector(fine))


def _edge(edge: Edge, turn: Float) -> tuple[Float, Float]:
    """Directions (C, 3) of places on the edge, by the length of the way, and how far they are on a parting (C,)."""
    azimuth, elevation = np.array(edge.places + edge.places[:1], float).T
    places = direction(azimuth, elevation)
    ways = np.concatenate([[0], np.cumsum(length(vector(np.diff(places, axis=0))))])
    at = turn * ways[-1]
    found = np.stack([np.interp(at, ways, places[:, k]) for k in range(3)], 1)
    return unit(vector(found)), vector(np.interp(at, ways, edge.parted + edge.parted[:1]))


def _ways(comb: Comb, start: Float, share: Float) -> Float:
    """Directions (R, C, 3) on the way from the edge to the ring of the tie."""
    tie = unit(vector(direction(*comb.tie)))
    inward = unit(vector(direction(*comb.inward)))
    across = unit(vector(inward - (start @ inward)[:, None] * start))
    turn = np.minimum(np.radians(comb.leave), 0.7 * _angles(start, inward))
    turn = np.minimum(turn, 0.6 * _angles(start, tie))[:, None]
    middle = start * np.cos(turn) + across * np.sin(turn)
    side = unit(vector([np.cross(tie, [0.31, 0.17, 0.93])]))[0]
    up = np.cross(tie, side)
    bearing = _ordered(vector(np.arctan2(middle @ up, middle @ side)))
    around = np.cos(bearing)[:, None] * side + np.sin(bearing)[:, None] * up
    away = _angles(vector(middle), tie)[:, None]
    middle = vector(tie * np.cos(away) + around * np.sin(away))
    ring = np.radians(comb.ring)
    end = vector(tie * np.cos(ring) + around * np.sin(ring))
    return _blended(_between(start, middle, share), _between(middle, end, share), share)


def _ordered(bearing: Float) -> Float:
    """Bearings (C,) made to turn one way only, so that strands do not cross; where many would coincide, they fan out a little."""
    full = 2 * np.pi
    turned = np.unwrap(bearing, period=full)
    sign = np.sign(turned[-1] - turned[0])
    count = len(turned)
    thrice = np.concatenate([sign * turned + full * k for k in (-1, 0, 1)])
    rising = (np.maximum.accumulate(thrice) + np.minimum.accumulate(thrice[::-1])[::-1])[count : 2 * count] / 2
    even = full * np.arange(count) / count
    even = even + (rising - even).mean()
    return vector(sign * ((1 - _FAN) * rising + _FAN * even))


def _angles(units: Float, other: Float) -> Float:
    """Radians (C,) between directions (C, 3) and another."""
    return vector(np.arccos(np.clip(units @ other, -1, 1)))


def _between(first: Float, last: Float, share: Float) -> Float:
    """Directions (R, C, 3) on great circles."""
    return _blended(np.repeat(first[None], len(share), 0), np.repeat(last[None], len(share), 0), share)


def _blended(first: Float, last: Float, share: Float) -> Float:
    angle = np.arccos(np.clip((first * last).sum(-1, keepdims=True), -1, 1))
    weight = share[:, None, None]
    size = np.maximum(np.sin(angle), 1e-6)
    return unit(vector((np.sin((1 - weight) * angle) * first + np.sin(weight * angle) * last) / size))


def _travelled(start: Float, units: Float) -> Float:
    """Degrees (R, C) from where each strand begins."""
    return vector(np.degrees(np.arccos(np.clip((units * start[None]).sum(-1), -1, 1))))


def _spacing(units: Float) -> Float:
    """Mean distance (R, 1) between neighbouring columns."""
    return vector(length(vector(np.roll(units, -1, axis=1) - units)).mean(1, keepdims=True))


def _tress(comb: Comb, columns: _Columns, points: Float, share: Float, fine: Float) -> Tress:
    rows, count = points.shape[:2]
    triangles = ring_triangles(rows, count)
    flat = points.reshape(-1, 3)
    normals = derived_normals(flat, triangles)
    if float((normals * (flat - SCALP_CENTER)).sum()) < 0:
        triangles, normals = np.ascontiguousarray(triangles[:, ::-1]), vector(-normals)
    shade = comb.shade + 0.20 * columns.shade + 0.10 * (columns.crown - 0.6) - 0.10 * columns.groove
    clear = 1 - fine * np.clip(0.5 * (1 - columns.crown) + 0.3 * columns.groove, 0, 1)
    return Tress(
        Surface(flat, normals, triangles),
        unit(vector(np.gradient(points, axis=0))).reshape(-1, 3),
        vector(np.repeat(0.06 + (comb.reach - 0.06) * share, count)),
        vector(np.tile(np.clip(shade, 0.02, 0.98), rows)),
        vector(clear.reshape(-1)),
    )
