"""Hair in ropes: locs and twists."""

import numpy as np

from core.modelling.fields import Float, smoothstep, unit, vector
from core.modelling.toon.hair_caps import NATURAL
from core.modelling.toon.hair_falls import BEHIND, Fall, angles, away_from_head, off_ears, roots
from core.modelling.toon.hair_fields import direction
from core.modelling.toon.hair_parts import parted
from core.modelling.toon.hair_scalp import above
from core.modelling.toon.hair_strands import Section, Strand
from core.modelling.toon.hair_tress import Tress

_TWO_LOBES = (0.0, 32.0, 90.0, 148.0, 180.0, 212.0, 270.0, 328.0)
"""Angles around a twist: its two creases, the two ridges and the slopes between them."""


_PART = -0.16
"""x of a root's direction beside which twists fall to the other side."""


_TOPPLED = vector([0.34, 0.0, 0.22])
"""Where twists of the crown lean, so that they close the parting that they would fall away from."""


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
    fall = Fall(part=0.2, front=60, lift=0.13, flare=0.08, forward=0.10, clearance=0.09, straight=True)
    places = off_ears(roots(NATURAL, 0.255, seed=2))
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
        path = _springing(root, rng.uniform(24, 33), rng)
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
    """The way (4, 3) of a short twist: out of the scalp and down beside it, those of the forehead aside and less far.

    Args:
        root: (3,) unit direction of its root.
        reach: Degrees that it goes down.
        rng: Chooses how it strays.
    """
    azimuth, elevation = (float(found[0]) for found in angles(root[None]))
    top, low = (float(smoothstep(*edges, np.array([elevation]))[0]) for edges in ((30, 65), (20, -20)))
    ahead = float(smoothstep(75, 25, np.array([abs(azimuth)], np.float32))[0] * smoothstep(80, 60, np.array([elevation]))[0])
    swept = 38 * ahead * (1 if root[0] > _PART else -1) + rng.uniform(-7, 7)
    reach, high = reach * (1 - 0.5 * ahead - 0.4 * low), rng.uniform(0.85, 1.15) * (1 + 0.35 * top)
    way = []
    for share, lift in ((0.0, 0.0), (0.35, 0.125), (0.7, 0.185), (1.0, 0.195)):
        units = [direction(azimuth + turn, elevation - reach * share) for turn in (0.0, swept)]
        place = units[0] + share * (units[1] - units[0] + top * _TOPPLED)
        way.append(above(unit(vector(place[None])), high * lift)[0])
    return vector(way)
