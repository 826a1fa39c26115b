"""Hair in ropes: locs and twists."""

import numpy as np

from core.modelling.fields import Float, unit, vector
from core.modelling.toon.hair_caps import NATURAL
from core.modelling.toon.hair_falls import BEHIND, Fall, away_from_head, roots
from core.modelling.toon.hair_parts import parted
from core.modelling.toon.hair_scalp import above
from core.modelling.toon.hair_strands import Section, Strand
from core.modelling.toon.hair_tress import Tress

_TWO_LOBES = (0.0, 32.0, 90.0, 148.0, 180.0, 212.0, 270.0, 328.0)
"""Angles around a twist: its two creases, the two ridges and the slopes between them."""


def wrapped(turns: float, depth: float, phase: float) -> Section:
    """A rope with a shallow groove wound around it and slightly uneven thickness: matted hair."""

    def section(along: Float, angle: Float) -> Float:
        groove = 0.5 + 0.5 * np.cos(angle + 2 * np.pi * (turns * along + phase))
        return vector(1 - depth * groove**3 + 0.05 * np.sin(2 * np.pi * (3.1 * along + phase)))

    return section


def two_strands(depth: float) -> Section:
    """Two strands side by side; with the strand's twist they wind around each other."""

    def section(_along: Float, angle: Float) -> Float:
        return vector(1 - depth * np.cos(angle) ** 4)

    return section


def locs() -> list[Tress]:
    """Thick ropes that fall to the shoulders."""
    rng = np.random.default_rng(4)
    fall = Fall(part=0.2, front=60, lift=0.13, flare=0.08, forward=0.10)
    places = roots(NATURAL, 0.255, seed=2)
    made = [parted(places, NATURAL, 0.012), fall.backing(-0.62, sunk=0.05)]
    for root, aside in zip(places, fall.evenly(places, 2), strict=True):
        bottom = rng.uniform(-1.14, -0.72) - 0.06 * (root[2] < 0)
        lift = 0.04 * max(float(root[1]), 0) + rng.uniform(-0.04, 0.03)
        path = fall.path(root, bottom, aside=float(aside) + rng.uniform(-2, 2), lift=lift)
        t = np.linspace(0, 1, len(path))
        swing = rng.uniform(-0.05, 0.05, 2)[:, None] * np.sin(np.pi * t * rng.uniform(1.5, 2.8)) * t
        path = vector(path + np.stack([swing[0], 0 * t, swing[1]], 1))
        size = rng.uniform(0.068, 0.084)
        girth = (0.72 * size, 0.95 * size, 1.05 * size, 0.95 * size, 0.66 * size)
        groove = wrapped(rng.uniform(3.5, 5.0), 0.13, rng.uniform())
        strand = Strand(
            path, away_from_head(path), girth, girth, section=groove, shade=rng.uniform(0.05, 0.95), blunt=0.045, ease=1.25
        )
        made.append(strand.tress(22 if path[-1][2] > BEHIND else 16, 7))
    return made


def twists() -> list[Tress]:
    """Short two-strand twists."""
    rng = np.random.default_rng(12)
    places = roots(NATURAL, 0.25, seed=5, margin=1.5)
    made = [parted(places, NATURAL, -0.012)]
    for root in places:
        size = rng.uniform(0.084, 0.098)
        path = _springing(root, rng.uniform(0.40, 0.54), rng)
        outward = np.repeat(unit(vector(np.cross(root, [[0.3, 1, 0.2]]))), len(path), 0)
        girth = (0.85 * size, size, 0.95 * size, 0.6 * size)
        strand = Strand(
            path,
            outward,
            girth,
            tuple(0.84 * w for w in girth),
            section=two_strands(0.42),
            twist=1.8,
            shade=rng.uniform(0.05, 0.95),
            blunt=0.1,
        )
        made.append(strand.tress(14, _TWO_LOBES))
    return made


def _springing(root: Float, reach: float, rng: np.random.Generator) -> Float:
    """The way (4, 3) of a short twist: out of the scalp, then falling, more so at the sides."""
    droop = 1.1 - 0.5 * max(float(root[1]), 0)
    out, down = root * np.array([1, 0.9, 1]), np.array([0.9 * root[0], -1, 0.9 * root[2]])
    aside = rng.normal(size=3) * 0.12
    way = [above(root[None], 0.0)[0]]
    for share in (0.3, 0.65, 1.0):
        heading = out * (1 - 0.75 * share * droop) + down * share**1.2 * droop + aside
        way.append(way[-1] + unit(vector(heading[None]))[0] * reach / 3)
    return vector(way)
