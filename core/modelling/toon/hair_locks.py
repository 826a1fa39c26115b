"""Generators of locks: combed over the scalp, hanging as a curtain, gathered in a tail, rolled into curls."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from core.modelling.fields import Float, spline, unit, vector
from core.modelling.toon.hair_fields import SCALP_CENTER, SCALP_RADII, Lock, Piece, ball, direction

POINTS = 13
"""Points of a lock's path."""


@dataclass(frozen=True)
class Shape:
    """How a lock looks along its way.

    Attributes:
        width: Half width at its widest.
        depth: Half thickness at its thickest.
        root: Share of the width at the root.
        tip: Share of the width at the tip; 0.1 is pointed, 0.8 is blunt.
        belly: Where along the path it is widest, in (0, 1).
        blend: Roundness of its seams.
        wave: Sideways swing, in units.
        waves: How many swings.
        curl: Radius of the helix it winds around its path.
        coils: How many windings.
        phase: Where the swing or winding begins, in turns.
        settle: Share of the way before it swings or winds.
        lumps: Knots along the lock, as of a plait.
    """

    width: float = 0.15
    depth: float = 0.075
    root: float = 0.6
    tip: float = 0.12
    belly: float = 0.45
    blend: float = 0.022
    wave: float = 0.0
    waves: float = 2.0
    curl: float = 0.0
    coils: float = 2.0
    phase: float = 0.0
    lumps: int = 0
    settle: float = 0.0


def lock(path: ArrayLike, shape: Shape, shade: float = 0.5, outward: Float = SCALP_CENTER) -> Piece:
    """One lock along a path of (K, 3) points."""
    winding = abs(shape.coils) if shape.curl else (shape.waves if shape.wave else 0)
    winding = max(winding, shape.lumps * 0.45)
    count = int(POINTS + 7 * winding)
    line = spline(path, count)
    at = vector(np.linspace(0, 1, count))
    if shape.wave or shape.curl:
        line = _swung(line, at, shape, outward)
    profile = np.interp(at, [0, shape.belly, 1], [shape.root, 1.0, shape.tip])
    profile = np.where(
        at > shape.belly,
        shape.tip + (1 - shape.tip) * np.sqrt(np.clip((profile - shape.tip) / (1 - shape.tip + 1e-9), 0, 1)),
        profile,
    )
    if shape.lumps:
        profile = profile * (0.86 + 0.16 * np.cos(2 * np.pi * shape.lumps * at))
    depth = shape.depth * (0.35 + 0.65 * profile)
    return Lock(vector(line), vector(shape.width * profile), vector(depth), vector(outward), shade, shape.blend).piece()


def _swung(line: Float, at: Float, shape: Shape, outward: Float) -> Float:
    """A path that waves sideways or winds into a helix, growing from the root."""
    tangent = unit(vector(np.gradient(line, axis=0)))
    normal = line - outward
    normal = unit(normal - (normal * tangent).sum(1, keepdims=True) * tangent)
    side = np.cross(tangent, normal)
    grow = np.clip((at - shape.settle) * 3, 0, 1)[:, None]
    if shape.curl:
        turn = (2 * np.pi * (shape.coils * at + shape.phase))[:, None]
        return vector(line + grow * shape.curl * (np.sin(turn) * side + np.cos(turn) * normal))
    swing = np.sin(2 * np.pi * (shape.waves * at + shape.phase))[:, None]
    return vector(line + grow * swing * (0.6 * shape.wave * side + abs(shape.wave) * normal))


def arc(start: tuple[float, float], end: tuple[float, float], lifts: ArrayLike, bend: float = 0.0) -> Float:
    """A path over the scalp from one (azimuth, elevation) to another on a great circle: (5, 3).

    Args:
        start: Degrees.
        end: Degrees.
        lifts: Heights above the scalp, evenly along the way.
        bend: Sideways bulge to the right of the way, in units.
    """
    first, last = direction(*start), direction(*end)
    angle = np.arccos(np.clip(first @ last, -1, 1))
    at = np.linspace(0, 1, 5)
    if angle < 1e-3:
        way = np.repeat(first[None], 5, 0)
    else:
        way = (np.sin((1 - at) * angle)[:, None] * first + np.sin(at * angle)[:, None] * last) / np.sin(angle)
    aside = np.cross(first, last)
    aside /= max(float(np.linalg.norm(aside)), 1e-6)
    way = unit(vector(way + (bend * np.sin(at * np.pi))[:, None] * aside))
    lift = np.interp(at, np.linspace(0, 1, len(np.asarray(lifts))), np.asarray(lifts, float))
    return vector(SCALP_CENTER + (SCALP_RADII + lift[:, None]) * way)


@dataclass(frozen=True)
class Row:
    """Locks side by side, combed from one line on the scalp to another.

    Attributes:
        starts: (azimuth, elevation) points of the line of roots.
        ends: (azimuth, elevation) points of the line of tips.
        count: How many locks.
        lifts: Heights above the scalp along each lock.
        shape: How each looks.
        bend: Sideways bulge of each.
        jitter: Random change of end and lift, as a share.
        seed: Of the jitter.
        mirrored: Also on the other side.
    """

    starts: tuple[tuple[float, float], ...]
    ends: tuple[tuple[float, float], ...]
    count: int
    lifts: tuple[float, ...]
    shape: Shape = Shape()
    bend: float = 0.0
    jitter: float = 0.25
    seed: int = 1
    mirrored: bool = False

    def pieces(self) -> list[Piece]:
        """The locks, each laid over the one before."""
        made = []
        for side in (1, -1) if self.mirrored else (1,):
            rng = np.random.default_rng(self.seed + (side < 0))
            for at in np.linspace(0, 1, self.count) if self.count > 1 else [0.5]:
                start, end = _between(self.starts, at, side), _between(self.ends, at, side)
                wobble = rng.uniform(-1, 1, 4) * self.jitter
                end = (end[0] + 6 * wobble[0], end[1] + 10 * wobble[1])
                lifts = np.array(self.lifts) * (1 + 0.5 * wobble[2] * (np.arange(len(self.lifts)) > 0))
                shape = replace(
                    self.shape,
                    width=self.shape.width * (1 + 0.5 * wobble[3]),
                    wave=self.shape.wave * side,
                    coils=self.shape.coils * side,
                )
                made.append(lock(arc(start, end, lifts, self.bend * side), shape, float(rng.uniform(0.15, 0.85))))
        return made


@dataclass(frozen=True)
class Curtain:
    """Locks that lie on the scalp from a parting and then hang.

    Attributes:
        azimuths: From and to, in degrees, where the locks leave the head.
        part: (azimuth, elevation) points of the parting, in the order of the locks.
        bottom: y of the tips at the first and at the last azimuth.
        count: How many locks.
        shape: How each looks.
        lift: Height above the scalp; towards the last azimuth, the forehead, locks lie closer.
        flare: How far the tips stand away (or turn in, when negative).
        forward: How far tips move along z.
        seed: Of the jitter.
        jitter: Of lengths, in units.
        mirrored: Also on the other side.
        leave: Elevation in degrees at which locks leave the scalp.
        tuck: How far they come in (or out) on the way down.
    """

    azimuths: tuple[float, float]
    part: tuple[tuple[float, float], ...]
    bottom: tuple[float, float]
    count: int
    shape: Shape = Shape(tip=0.35, root=0.5)
    lift: float = 0.10
    flare: float = 0.0
    forward: float = 0.0
    seed: int = 1
    jitter: float = 0.06
    mirrored: bool = True
    leave: float = 12.0
    tuck: float = 0.0

    def pieces(self) -> list[Piece]:
        """The locks."""
        made = []
        for side in (1, -1) if self.mirrored else (1,):
            rng = np.random.default_rng(self.seed + 7 * (side < 0))
            for at in np.linspace(0, 1, self.count) if self.count > 1 else [0.5]:
                azimuth = (self.azimuths[0] + (self.azimuths[1] - self.azimuths[0]) * at) * side
                bottom = self.bottom[0] + (self.bottom[1] - self.bottom[0]) * at + rng.uniform(-1, 1) * self.jitter
                path = self._path(_between(self.part, at, side), azimuth, bottom, self.lift * (1 - 0.42 * at**2))
                phase = self.shape.phase + (0.5 * rng.uniform() if self.shape.curl else 0.05 * rng.uniform(-1, 1))
                shape = replace(self.shape, wave=self.shape.wave * side, coils=self.shape.coils * side, phase=phase)
                made.append(lock(path, shape, float(rng.uniform(0.15, 0.85)), vector([0, min(0.27, bottom), -0.06])))
        return made

    def _path(self, part: tuple[float, float], azimuth: float, bottom: float, lift: float) -> Float:
        over = arc(part, (azimuth, self.leave), (0.02, 0.85 * lift, lift, self.lift))
        away = direction(azimuth, 0.0)
        edge = over[-1]
        fall = []
        for at, out in ((0.3, 0.01), (0.65, self.tuck), (1.0, self.flare)):
            point = edge + away * out
            point[2] += self.forward * at
            point[1] = edge[1] + (bottom - edge[1]) * at
            fall.append(point)
        return vector(np.concatenate([over, fall]))


def _between(points: tuple[tuple[float, float], ...], at: float, side: int) -> tuple[float, float]:
    """The (azimuth, elevation) at a share of the way along a line, on one side of the head."""
    table = np.array(points, float)
    place = np.linspace(0, 1, len(table))
    return side * float(np.interp(at, place, table[:, 0])), float(np.interp(at, place, table[:, 1]))


def tail(path: ArrayLike, width: float, count: int = 5, shape: Shape | None = None, seed: int = 3) -> list[Piece]:
    """A gathered bundle of locks along a path: (K, 3) points from the tie to the tips."""
    line = np.asarray(path, float)
    rng = np.random.default_rng(seed)
    look = shape or Shape(width=width * 0.75, depth=width * 0.6, root=0.45, tip=0.12, belly=0.4)
    made = [
        lock(line, Shape(width=width, depth=width * 0.85, root=0.45, tip=0.15, belly=0.4, blend=0.02), 0.4, line[0] - [0, 0, 0.5])
    ]
    swell = np.sin(np.linspace(0.15, 1, len(line)) * np.pi * 0.75)[:, None]
    for turn in np.linspace(0, 2 * np.pi, count, endpoint=False):
        aside = np.array([np.cos(turn), 0.25 * np.sin(turn), np.sin(turn)]) * width * 0.55
        end = np.array([0, rng.uniform(-0.08, 0.08), 0]) * np.linspace(0, 1, len(line))[:, None]
        made.append(lock(line + aside * swell + end, look, float(rng.uniform(0.15, 0.9)), vector(line.mean(0))))
    return made


def braid(path: ArrayLike, width: float, beads: int, shade: float = 0.5) -> list[Piece]:
    """A plait along a path: two rows of beads that lean against each other, and a tuft."""
    line = spline(path, beads + 1)
    made: list[Piece] = []
    tangent = unit(vector(np.gradient(line, axis=0)))
    across = unit(np.cross(tangent, np.broadcast_to([0.0, 0.0, 1.0], tangent.shape)))
    for index, point in enumerate(line[:-1]):
        size = width * (1 - 0.35 * index / beads)
        sign = 1 if index % 2 else -1
        step = tangent[index] * size
        side = across[index] * size * 0.55 * sign
        bead = np.stack([point + side * 1.3 - step * 0.7, point + side * 0.6, point - side * 0.7 + step * 0.9])
        made.append(
            lock(
                bead,
                Shape(width=size * 0.62, depth=size * 0.62, root=0.6, tip=0.55, belly=0.5, blend=0.012),
                0.25 + 0.5 * (index % 2),
                vector(point - [0, 0, 1]),
            )
        )
    tuft = np.stack(
        [line[-1] - tangent[-1] * width * 0.4, line[-1] + tangent[-1] * width * 1.0, line[-1] + tangent[-1] * width * 2.2]
    )
    made.append(lock(tuft, Shape(width=width * 0.6, depth=width * 0.5, root=0.5, tip=0.1), shade))
    return made


def bun(center: ArrayLike, radius: float, swirls: int = 5, seed: int = 2) -> list[Piece]:
    """A knot of hair: a ball with locks wound around it."""
    middle = np.asarray(center, float)
    axis = unit((middle - np.array([0, 0.2, -0.05]))[None])[0]
    first = unit(np.cross(axis, [1.0, 0.2, 0.1])[None])[0]
    second = np.cross(axis, first)
    rng = np.random.default_rng(seed)
    made = [ball(middle, radius * 0.92, 0.4, 0.03)]
    for index in range(swirls):
        turn = np.linspace(0, 1.25 * np.pi, 7) + index * 2 * np.pi / swirls
        polar = np.linspace(1.75, 0.35, 7)
        ring = np.cos(turn)[:, None] * first + np.sin(turn)[:, None] * second
        path = middle + radius * 0.9 * (np.sin(polar)[:, None] * ring + np.cos(polar)[:, None] * axis)
        look = Shape(width=radius * 0.42, depth=radius * 0.22, root=0.6, tip=0.3, blend=0.015)
        made.append(lock(path, look, float(rng.uniform(0.2, 0.85)), vector(middle)))
    return made
