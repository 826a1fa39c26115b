"""Plaited hair: box braids, cornrows, two thick braids."""

import numpy as np

from core.modelling.fields import Float, smoothstep, spline, unit, vector
from core.modelling.toon import head
from core.modelling.toon.hair_caps import NATURAL, Layer, layer
from core.modelling.toon.hair_falls import BEHIND, Fall, angles, away_from_head, body, kept_out, off_ears, roots
from core.modelling.toon.hair_parts import parted
from core.modelling.toon.hair_scalp import above, at, over
from core.modelling.toon.hair_sheets import Cut, Sheet, locks
from core.modelling.toon.hair_strands import Section, Strand, way_length
from core.modelling.toon.hair_tress import Tress, reflected_tress

ROWS = 13
"""Cornrows side by side."""


def plaited(crossings: float, depth: float) -> Section:
    """The relief of a plait seen as one rope: two columns of lobes that lean towards each other, each between two of the other.

    Args:
        crossings: Lobes of a column from root to tip.
        depth: Of the creases, as a share of the radius.
    """

    def section(along: Float, angle: Float) -> Float:
        aside = np.cos(angle)
        phase = crossings * along + 0.5 * (aside > 0) + 0.42 * np.abs(aside)
        lobe = np.abs(np.sin(np.pi * phase)) ** 0.7
        middle = 0.55 * (1 - np.abs(aside)) ** 3
        return vector(1 - depth * (1 - lobe * (1 - middle)))

    return section


_SLIM = (0.0, 45.0, 90.0, 135.0, 180.0, 270.0)
_ON_SCALP = (-20.0, 15.0, 52.0, 90.0, 128.0, 165.0, 200.0, 270.0)
"""Angles of the vertices around a braid: more on the side that is seen."""


def _box_size(units: Float) -> Float:
    """Distance between braids: those from above hang over the nape, so that few need to grow there."""
    return vector(0.315 + 0.25 * smoothstep(0.15, -0.25, units[:, 1]) * smoothstep(0.1, -0.3, units[:, 2]))


def _ground(azimuth: Float, elevation: Float) -> Float:
    """Height of the hair between sections: above the skin along the hairline, under it where partings show."""
    inside = elevation - NATURAL.elevation(azimuth)
    front = smoothstep(80, 60, np.abs(azimuth))
    return vector(0.030 * front * smoothstep(22, 12, inside) - 0.04 * (1 - front * smoothstep(24, 16, inside)))


def box_braids() -> list[Tress]:
    """Many long slim plaits from square sections with a parting in the middle."""
    rng = np.random.default_rng(4)
    fall = Fall(part=0.0, front=58, lift=0.08, flare=0.07, forward=0.26, clearance=0.06, straight=True)
    places = off_ears(roots(NATURAL, _box_size, seed=2))
    made = [layer(Layer(NATURAL, _ground, edge=5.0, columns=84, rows=8, shade=0.2, root=0.012)), parted(places, NATURAL, 0.013)]
    made += [fall.backing(-1.2, sunk=0.05, columns=24, begin=9.0, top=30.0)]
    for root, aside in zip(places, fall.evenly(places, 1, 0.95), strict=True):
        lift = rng.uniform(-0.02, 0.03) - 0.03 * (root[2] > 0.3)
        path = fall.path(root, rng.uniform(-1.52, -1.36), aside=float(aside) + rng.uniform(-2, 2), lift=lift)
        size, count = rng.uniform(0.072, 0.082), int(way_length(path) / 0.16)
        girth = (size, 1.1 * size, 1.05 * size, 0.8 * size)
        strand = Strand(
            path,
            away_from_head(path),
            girth,
            tuple(0.8 * w for w in girth),
            section=plaited(count / 0.97, 0.45),
            shade=rng.uniform(0.05, 0.95),
            blunt=0.03,
        )
        made.append(strand.tress((3 if path[-1][2] > BEHIND else 2) * count + 4, _SLIM))
    return made


def row(aside: float) -> tuple[Float, Float]:
    """The way of a cornrow from the forehead to the nape and a little down from there, and the skin's normals: (K, 3) each."""
    ways, a = np.radians(np.arange(20.0, 245.0, 1.0)), np.radians(aside)
    units = vector(np.stack([np.full(len(ways), np.sin(a)), np.cos(a) * np.sin(ways), np.cos(a) * np.cos(ways)], 1))
    azimuth, elevation = angles(units)
    inside = np.flatnonzero(elevation > NATURAL.elevation(azimuth) - 1.5)
    units = units[np.linspace(inside[0], inside[-1], 24).round().astype(int)]
    on_head = above(units, 0.012)
    out = unit(vector(units[-1:] * [1, 0, 1]))[0]
    last = on_head[-1]
    hanging = vector([last + 0.05 * out - [0, 0.08, 0], last + 0.06 * out - [0, 0.19, 0], last + 0.05 * out - [0, 0.30, 0]])
    return np.concatenate([on_head, hanging]), np.concatenate([units, np.repeat(vector([out]), 3, 0)])


def cornrows() -> list[Tress]:
    """Braids close to the scalp from the forehead to the nape."""
    made = []
    for index, aside in enumerate(np.linspace(-75, 75, ROWS)):
        path, outward = row(float(aside))
        count = int(way_length(path) / 0.13)
        wide = (0.032, 0.080, 0.088, 0.088, 0.086, 0.082, 0.072, 0.04)
        strand = Strand(
            path,
            outward,
            wide,
            tuple(0.98 * w for w in wide),
            section=plaited(count, 0.42),
            shade=0.35 + 0.3 * (index % 2),
            blunt=0.03,
        )
        made.append(strand.tress(4 * count, _ON_SCALP))
    return made


def plait_ways(path: Float, outward: Float, width: tuple[float, ...], crossings: float) -> tuple[list[Float], Float, Float]:
    """The middle lines of three strands that cross over each other.

    Args:
        path: (K, 3) middle of the plait.
        outward: (K, 3) the side it is seen from.
        width: Half width of the plait at even shares of the way.
        crossings: How often a strand comes back to its side.

    Returns:
        The three lines (N, 3), and along them the directions across the plait and to the viewer, (N, 3) each.
    """
    count = int(crossings * 12) + 1
    line, facing = spline(path, count), spline(outward, count)
    tangent = unit(vector(np.gradient(line, axis=0)))
    facing = unit(vector(facing - (facing * tangent).sum(1, keepdims=True) * tangent))
    across = np.cross(tangent, facing)
    t = np.linspace(0, 1, count)
    half = np.interp(t, np.linspace(0, 1, len(width)), width)[:, None]
    lines = []
    for index in range(3):
        turn = 2 * np.pi * (crossings * t + index / 3)
        swing, dive = np.sin(turn)[:, None], np.sin(2 * turn)[:, None]
        lines.append(vector(line + half * (0.52 * swing * across + 0.30 * dive * facing)))
    return lines, vector(across), facing


def plait(path: Float, outward: Float, width: tuple[float, ...], crossings: float) -> list[Tress]:
    """Three strands that cross over each other along a path; see `plait_ways`."""
    lines, _, facing = plait_ways(path, outward, width, crossings)
    girth, thickness = tuple(0.50 * w for w in width), tuple(0.40 * w for w in width)
    shades = (0.2, 0.5, 0.8)
    strands = [Strand(line, facing, girth, thickness, shade=shade, blunt=0.03) for line, shade in zip(lines, shades, strict=True)]
    return [strand.tress(int(crossings * 9), 9) for strand in strands]


def tied_off(end: Float, heading: Float, facing: Float, size: float) -> list[Tress]:
    """A band around the end of a plait and the tuft below it.

    Args:
        end: (3,) middle of the band.
        heading: (3,) unit direction in which the plait goes on.
        facing: (3,) unit direction to the viewer, across `heading`.
        size: Half width of the plait there.
    """
    turn = np.linspace(0, 2 * np.pi, 17)
    across = np.cross(heading, facing)
    around = np.cos(turn)[:, None] * across + np.sin(turn)[:, None] * facing
    ring = Strand(vector(end + 0.62 * size * around), vector(around), (0.30 * size,), (0.2 * size,), shade=0.0, blunt=0.01)
    made = [ring.tress(18, 5)]
    for spread, length in ((-0.5, 1.9), (0.45, 2.1), (0.0, 2.5)):
        out = across * spread + facing * (0.2 - abs(spread) * 0.3)
        path = vector(
            [end - 0.2 * size * heading, end + size * (0.8 * heading + 0.55 * out), end + size * (length * heading + 0.75 * out)]
        )
        lock = Strand(
            path,
            np.repeat(vector([facing]), 3, 0),
            (0.34 * size, 0.52 * size, 0.12 * size),
            (0.3 * size, 0.4 * size, 0.1 * size),
            shade=0.5 + spread,
            blunt=0.1,
        )
        made.append(lock.tress(8, 7))
    return made


def braids() -> list[Tress]:
    """Two thick plaits over the shoulders, combed from a parting in the middle."""
    gather = at(108, -24, 0.06)
    made = [layer(Layer(NATURAL, 0.05, groove=0.01))]
    ways = (40, 62, 90, 125, 160, 190, 212)
    part = [over(way, 1.0, -0.02) for way in ways]
    first = [over(way, 9.0, 0.075) for way in ways]
    second = [
        at(56, 22, 0.05),
        at(66, 36, 0.09),
        at(90, 44, 0.11),
        at(118, 40, 0.11),
        at(146, 24, 0.10),
        at(160, 0, 0.08),
        at(160, -30, 0.05),
    ]
    third = [
        at(86, 2, 0.05),
        at(92, 10, 0.09),
        at(104, 14, 0.11),
        at(116, 10, 0.11),
        at(128, 0, 0.11),
        at(134, -14, 0.09),
        at(134, -31, 0.06),
    ]
    last = [tuple(np.array(gather) + np.array([0.0, 0.05 * np.cos(k), 0.05 * np.sin(k)])) for k in np.linspace(-1, 4, 7)]
    for side in (1, -1):
        sheet = Sheet.through([part, first, second, third, last], clear_of=head.skull, clearance=0.03)
        side_made = [
            locks(
                sheet,
                Cut(
                    count=6,
                    seed=3 + side,
                    crown=0.05,
                    under=0.06,
                    strands=3,
                    stagger=0.0,
                    narrow=0.9,
                    point=0.5,
                    sweep=0.1,
                    rows=14,
                ),
            )
        ]
        path = spline([gather, (0.98, -0.44, -0.18), (0.94, -0.84, 0.10), (0.84, -1.30, 0.34)], 14)
        path = kept_out(path, body, np.full(14, 0.17, np.float32))
        outward = unit(vector(away_from_head(path) + vector([0, 0, 0.7])))
        side_made += plait(path, outward, (0.15, 0.20, 0.19, 0.18, 0.15), 3.4)
        heading = unit(path[-1:] - path[-2:-1])[0]
        facing = unit(vector(outward[-1:] - (outward[-1] @ heading) * heading))[0]
        side_made += tied_off(path[-1], heading, facing, 0.15)
        made += side_made if side > 0 else [reflected_tress(t) for t in side_made]
    return made
