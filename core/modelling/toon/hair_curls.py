"""Curly hair: ringlets and loose curls over a volume."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core.modelling.fields import Float, smoothstep, spline, unit, vector
from core.modelling.toon.hair_caps import ANGULAR, NATURAL, Layer, layer
from core.modelling.toon.hair_falls import BEHIND, Fall, roots
from core.modelling.toon.hair_fields import Hairline, direction
from core.modelling.toon.hair_scalp import above
from core.modelling.toon.hair_strands import Strand, helix, way_length
from core.modelling.toon.hair_stubble import Nap, clipped
from core.modelling.toon.hair_tress import Tress

_OUTER = 0.4
"""Height of a root's direction from which on its curl lies over others."""

_TOP = Hairline(((0, 52), (60, 50), (180, 48)))
"""Where the short curls on the crown begin."""

_TALL = Hairline(((0, 38), (30, 39), (45, 40), (60, 40), (90, 38), (130, 32), (180, 20)))
"""Where the long hair of a tapered cut begins."""

_PLAIN = 9.0
"""Rings on a turn up to which a curl gets fewer columns too."""

_GROOVED, _COARSE = (0.0, 35.0, 65.0, 90.0, 115.0, 145.0, 180.0, 270.0), (0.0, 55.0, 90.0, 125.0, 180.0, 270.0)
"""Angles around a curl: edges, two ridges with a groove between them, the inner side."""


def _two_ridges(_along: Float, angle: Float) -> Float:
    return vector(1 - 0.17 * np.exp(-(((angle - np.pi / 2) / 0.36) ** 2)))


@dataclass(frozen=True)
class Curl:
    """A clump of hair that winds around a path.

    Attributes:
        radius: Of the winding at even shares of the way, root to tip.
        width: Half widths along the path, at even shares of the way.
        turns: How many; negative winds the other way.
        phase: Where it begins, in turns.
        shade: How light it is among its neighbours.
        flat: Thickness as a share of the width.
        rings: Rings of vertices on a turn.
    """

    radius: tuple[float, ...]
    width: tuple[float, ...]
    turns: float
    phase: float = 0.0
    shade: float = 0.5
    flat: float = 0.68
    rings: float = 10.0

    def along(self, path: ArrayLike) -> Tress:
        """The curl around a path of (K, 3) points, root to tip."""
        line, away = helix(path, self.radius, self.turns, phase=self.phase, per_turn=12)
        depth = _scaled(self.flat, self.width)
        strand = Strand(line, away, self.width, depth, section=_two_ridges, shade=self.shade, blunt=0.05, relief=2.5)
        columns = _GROOVED if self.rings > _PLAIN else _COARSE
        return strand.tress(max(int(abs(self.turns) * self.rings), 7), columns)


def _scaled(size: float, values: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(size * value for value in values)


def _hanging(path: Float, rng: np.random.Generator, pitch: float, *, is_outer: bool) -> Tress:
    """A long curl; it winds outward on both sides of the head. Those under others and behind need less detail."""
    size, side = rng.uniform(0.78, 1.2), 1 if path[-1][0] > rng.uniform(-0.5, 0.5) else -1
    turns = max(side * way_length(path) / (pitch * (0.6 + 0.4 * size) * rng.uniform(0.88, 1.12)), 1.2, key=abs)
    radius, width = _scaled(size, (0.06, 0.10, 0.115, 0.12, 0.09)), _scaled(size, (0.09, 0.135, 0.13, 0.115, 0.025))
    rings = 11.0 if is_outer and path[-1][2] > BEHIND else 7.0
    return Curl(radius, width, turns, rng.uniform(), rng.uniform(0.05, 0.95), rings=rings).along(path)


def _crown(fall: Fall, rng: np.random.Generator, *, spacing: float, reach: float, lift: float) -> list[Tress]:
    """Short curls over the top of the head, so that it is round and no parting gapes.

    Args:
        fall: The way the long curls go.
        rng: Of everything uneven.
        spacing: Between roots, as a chord.
        reach: Degrees they lie over the scalp.
        lift: Height above the skin.
    """
    made = []
    for root in roots(_TOP, spacing, seed=11, margin=0.0):
        goal = direction(fall.azimuth(root) * 0.8, 5.0)
        angle = float(np.arccos(np.clip(root @ goal, -1, 1)))
        at = np.linspace(-0.25, 1, 8)[:, None] * np.radians(reach) / angle
        way = unit(vector((np.sin((1 - at) * angle) * root + np.sin(at * angle) * goal) / np.sin(angle)))
        path = above(way, lift * np.sin(np.linspace(0.9, 2.5, 8)) + rng.uniform(-0.02, 0.03))
        size, side = rng.uniform(0.9, 1.15), 1 if root[0] > fall.part else -1
        radius, width = _scaled(size, (0.04, 0.095, 0.105, 0.09)), _scaled(size, (0.05, 0.12, 0.12, 0.03))
        made.append(Curl(radius, width, side * 1.6, rng.uniform(), rng.uniform(0.2, 0.95), rings=10.0).along(path))
    return made


def _closer_in_front(units: Float, behind: float, ahead: float) -> Float:
    """Distances between roots (N,): `ahead` over the forehead, `behind` elsewhere."""
    return behind + (ahead - behind) * smoothstep(0.0, 0.5, units[:, 2]) * smoothstep(0.2, 0.6, units[:, 1])


def long_curly() -> list[Tress]:
    """Long curls with volume."""
    rng = np.random.default_rng(6)
    fall = Fall(part=0.14, front=54, lift=0.17, flare=0.20, forward=0.16, clearance=0.11)
    places = roots(NATURAL, lambda units: _closer_in_front(units, 0.42, 0.30), seed=3, margin=1.0)
    made = [layer(Layer(NATURAL, 0.12, columns=72, rows=9, groove=0.02, strands=40, shade=0.2)), fall.backing(-1.15)]
    made += _crown(fall, rng, spacing=0.30, reach=34, lift=0.20)
    for root, aside in zip(places, fall.evenly(places, 2, 0.6), strict=True):
        lift = 0.05 * max(float(root[1]), 0) + rng.uniform(-0.05, 0.06)
        path = fall.path(root, rng.uniform(-1.55, -1.25), aside=float(aside) + rng.uniform(-3, 3), lift=lift)
        made.append(_hanging(path, rng, 0.52, is_outer=root[1] > _OUTER))
    return made


def curly_medium() -> list[Tress]:
    """Curls to the jaw with a curly fringe."""
    rng = np.random.default_rng(7)
    fall = Fall(part=0.0, front=56, lift=0.17, flare=0.15, forward=0.05, clearance=0.10)
    places = roots(NATURAL, lambda units: _closer_in_front(units, 0.38, 0.225), seed=3, margin=1.0)
    made = [layer(Layer(NATURAL, 0.12, columns=72, rows=9, groove=0.02, strands=40, shade=0.2)), fall.backing(-0.5)]
    made += _crown(fall, rng, spacing=0.30, reach=32, lift=0.20)
    for root, aside in zip(places, fall.evenly(places, 2, 0.6), strict=True):
        if root[2] > 0.3 and abs(root[0]) < 0.55:
            path = _over_forehead(root, rng)
        else:
            lift = 0.06 * max(float(root[1]), 0) + rng.uniform(-0.05, 0.05)
            path = fall.path(root, rng.uniform(-0.80, -0.52), aside=float(aside) + rng.uniform(-3, 3), lift=lift)
        made.append(_hanging(path, rng, 0.46, is_outer=root[1] > _OUTER))
    return made


def _over_forehead(root: Float, rng: np.random.Generator) -> Float:
    """The way (K, 3) of a curl of the fringe."""
    azimuth = float(np.degrees(np.arctan2(root[0], root[2])))
    tip = direction(azimuth * 1.15 + rng.uniform(-8, 8), rng.uniform(14, 24))
    way = spline([root, root + 0.3 * (tip - root), root + 0.7 * (tip - root), tip], 10)
    return above(unit(way), 0.10 + 0.10 * np.sin(np.linspace(-1.2, 2.6, 10)))


def curly_top() -> list[Tress]:
    """Faded sides, a crown of loose curls."""
    rng = np.random.default_rng(9)
    made = [clipped(Nap(ANGULAR, count=900)), layer(Layer(_TALL, 0.12, columns=64, rows=8, edge=14, shade=0.2))]
    for root in roots(_TALL, 0.205, seed=4, margin=1.0):
        size, side = rng.uniform(0.85, 1.2), 1 if rng.uniform() < 0.5 else -1
        out = unit(vector((root + np.array([0, 0.10, 0.20]) + rng.normal(size=3) * 0.25)[None]))[0]
        swing = unit(vector(np.cross(out, rng.normal(size=3))[None]))[0]
        start = above(root[None], 0.02)[0]
        bend = [out * 0.0, out * 0.13, out * 0.19 + swing * 0.08, out * 0.20 + swing * 0.24 + np.array([0, -0.05, 0.04])]
        path = spline(start + np.array(bend), 8)
        radius, width = _scaled(size, (0.05, 0.10, 0.105, 0.07)), _scaled(size, (0.10, 0.115, 0.10, 0.025))
        made.append(Curl(radius, width, side * 1.45, rng.uniform(), rng.uniform(0.1, 0.9), rings=14.0).along(path))
    return made
