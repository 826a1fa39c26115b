"""Curly hair: ringlets and loose curls over a volume."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core.modelling.fields import Float, smoothstep, spline, unit, vector
from core.modelling.toon.hair_caps import ANGULAR, NATURAL, Layer, layer
from core.modelling.toon.hair_falls import Fall, roots
from core.modelling.toon.hair_fields import Hairline, direction
from core.modelling.toon.hair_hidden import without_hidden
from core.modelling.toon.hair_scalp import above
from core.modelling.toon.hair_strands import Strand, helix
from core.modelling.toon.hair_tress import Tress

_RINGS_PER_TURN = 10
_GROOVED = (0.0, 52.0, 90.0, 128.0, 180.0, 270.0)
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
    """

    radius: tuple[float, ...]
    width: tuple[float, ...]
    turns: float
    phase: float = 0.0
    shade: float = 0.5
    flat: float = 0.68

    def along(self, path: ArrayLike) -> Tress:
        """The curl around a path of (K, 3) points, root to tip."""
        line, away = helix(path, self.radius, self.turns, phase=self.phase, per_turn=12)
        depth = _scaled(self.flat, self.width)
        strand = Strand(line, away, self.width, depth, section=_two_ridges, shade=self.shade, blunt=0.05, relief=2.5)
        return strand.tress(max(int(abs(self.turns) * _RINGS_PER_TURN), 7), _GROOVED)


def _scaled(size: float, values: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(size * value for value in values)


def _length(path: Float) -> float:
    return float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())


def long_curly() -> list[Tress]:
    """Long curls with volume."""
    rng = np.random.default_rng(6)
    fall = Fall(part=0.14, front=54, lift=0.19, flare=0.20, forward=0.16, clearance=0.11)

    def spacing(units: Float) -> Float:
        return 0.38 - 0.12 * smoothstep(0.0, 0.5, units[:, 2]) * smoothstep(0.2, 0.6, units[:, 1])

    made = [layer(Layer(NATURAL, 0.10, columns=72, rows=9, groove=0.02, strands=40)), fall.backing(-1.15)]
    for root in roots(NATURAL, spacing, seed=3, margin=1.0):
        high = max(float(root[1]), 0)
        path = fall.path(root, rng.uniform(-1.55, -1.25), aside=rng.uniform(-6, 6), lift=0.12 * high + rng.uniform(-0.06, 0.07))
        made.append(_hanging(path, rng, pitch=0.52))
    return without_hidden(made)


def _hanging(path: Float, rng: np.random.Generator, pitch: float) -> Tress:
    """A long curl; it winds outward on both sides of the head."""
    size, side = rng.uniform(0.78, 1.2), 1 if path[-1][0] > 0 else -1
    turns = max(side * _length(path) / (pitch * (0.6 + 0.4 * size) * rng.uniform(0.88, 1.12)), 1.2, key=abs)
    radius, width = _scaled(size, (0.06, 0.10, 0.115, 0.12, 0.09)), _scaled(size, (0.09, 0.135, 0.13, 0.115, 0.025))
    return Curl(radius, width, turns, rng.uniform(), rng.uniform(0.05, 0.95)).along(path)


def curly_medium() -> list[Tress]:
    """Curls to the jaw with a curly fringe."""
    rng = np.random.default_rng(7)
    fall = Fall(part=0.0, front=56, lift=0.19, flare=0.15, forward=0.05, clearance=0.10)

    def spacing(units: Float) -> Float:
        return 0.35 - 0.11 * smoothstep(0.0, 0.5, units[:, 2]) * smoothstep(0.2, 0.6, units[:, 1])

    made = [layer(Layer(NATURAL, 0.10, columns=72, rows=9, groove=0.02, strands=40)), fall.backing(-0.5)]
    for root in roots(NATURAL, spacing, seed=3, margin=1.0):
        high = max(float(root[1]), 0)
        if root[2] > 0.3 and abs(root[0]) < 0.55:
            tip = direction(np.degrees(np.arctan2(root[0], root[2])) * 1.15 + rng.uniform(-8, 8), rng.uniform(12, 22))
            way = unit(vector(spline([root, root + 0.3 * (tip - root), root + 0.7 * (tip - root), tip], 10)))
            path = above(way, 0.10 + 0.10 * np.sin(np.linspace(-1.2, 2.6, 10)))
        else:
            path = fall.path(
                root, rng.uniform(-0.80, -0.52), aside=rng.uniform(-6, 6), lift=0.14 * high + rng.uniform(-0.06, 0.06)
            )
        made.append(_hanging(path, rng, pitch=0.46))
    return without_hidden(made)


def curly_top() -> list[Tress]:
    """Faded sides, a crown of loose curls."""
    rng = np.random.default_rng(9)
    crown = Hairline(((0, 38), (30, 39), (45, 40), (60, 40), (90, 38), (130, 32), (180, 20)))
    made = [layer(Layer(ANGULAR, 0.018, edge=4.0)), layer(Layer(crown, 0.12, columns=64, rows=8, edge=14))]
    for root in roots(crown, 0.215, seed=4, margin=1.0):
        size, side = rng.uniform(0.9, 1.2), 1 if rng.uniform() < 0.5 else -1
        out = unit(vector((root + np.array([0, 0.10, 0.20]) + rng.normal(size=3) * 0.25)[None]))[0]
        swing = unit(vector(np.cross(out, rng.normal(size=3))[None]))[0]
        start = above(root[None], 0.02)[0]
        path = spline(
            [
                start,
                start + out * 0.13,
                start + out * 0.19 + swing * 0.08,
                start + out * 0.20 + swing * 0.24 + np.array([0, -0.05, 0.04]),
            ],
            8,
        )
        radius, width = _scaled(size, (0.05, 0.10, 0.105, 0.07)), _scaled(size, (0.10, 0.115, 0.10, 0.025))
        made.append(Curl(radius, width, side * 1.45, rng.uniform(), rng.uniform(0.1, 0.9)).along(path))
    return without_hidden(made)
