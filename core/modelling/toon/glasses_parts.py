"""Pieces of glasses: rims, lenses, bridges, nose pads, end pieces, temples; each as it lies for one nose."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core.modelling.fields import Float, smoothstep, spline, unit, vector
from core.modelling.meshing import Surface
from core.modelling.patches import derived_normals, grid_surface, resampled, ring_triangles
from core.modelling.toon import glasses_fit as fit
from core.modelling.toon.head import EYE_CENTER, EYE_RADIUS

Outline = Callable[[Float], Float]
"""Angles (N,) from the temple upward -> points (N, 2) of the rim around the lens's middle, x growing to the temple."""

CLEAR = 0.006
"""What stays free between frame and skin."""

_TILT = 0.12
_NEAREST = EYE_CENTER[2] + EYE_RADIUS + 0.065
"""The front is never nearer: large eyes and long lashes fit behind it."""

_PAD_HEIGHT = -0.015
_BEVELLED, _PLAIN = 12, 8


@dataclass(frozen=True)
class Front:
    """The curved sheet that rims, lenses and bridges lie in.

    Attributes:
        middle: (x, y) of the lens at positive x.
        forward: How far to the viewer its middle is.
    """

    middle: tuple[float, float]
    forward: float

    def depth(self, flat: Float) -> Float:
        """Z of places (N, 2): wrapped around the face, tilted as glasses are."""
        x, y = np.abs(flat[:, 0]), flat[:, 1]
        wrap = 0.05 * (x - self.middle[0]) + 0.32 * np.maximum(x - 0.42, 0) ** 2
        return vector(self.forward - wrap + _TILT * (y - self.middle[1]))

    def on(self, flat: Float, ahead: ArrayLike = 0.0) -> Float:
        """Points (N, 3) at places (N, 2) around the lens's middle."""
        places = vector(flat + vector(self.middle))
        return vector(np.concatenate([places, (self.depth(places) + vector(ahead))[:, None]], 1))


def _bevelled(bevel: float) -> Float:
    """A rectangle (12, 2) from -1 to 1 with bevelled corners: three points to each keep the faces between them flat."""
    near, inner = 1 - bevel, 1 - 0.32 * bevel
    corner = vector([(1, near), (inner, inner), (near, 1)])
    turns = [vector([[1, 1]]), vector([[-1, 1]]), vector([[-1, -1]]), vector([[1, -1]])]
    return vector(np.concatenate([(corner if k % 2 == 0 else corner[::-1]) * turn for k, turn in enumerate(turns)]))


def _round(sides: int) -> Float:
    angle = (np.arange(sides) + 0.5) * 2 * np.pi / sides
    return vector(np.stack([np.cos(angle), np.sin(angle)], 1))


def section(sides: int) -> Float:
    """What a bar looks like cut through (sides, 2), from -1 to 1: a bevelled rectangle for eight and twelve sides, else round."""
    if sides == _BEVELLED:
        return _bevelled(0.42)
    return np.delete(_bevelled(0.55), slice(1, None, 3), 0) if sides == _PLAIN else _round(sides)


def rim(front: Front, outline: Outline, half_width: Float, half_depth: Float, sides: int) -> Surface:
    """A closed ring around a lens.

    Args:
        front: The sheet it lies in.
        outline: The ring's middle line.
        half_width: (K,) within the sheet, at even angles.
        half_depth: (K,) across it.
        sides: Vertices around its section.
    """
    count = len(half_width)
    line = outline(_angles(count))
    along = unit(vector(np.roll(line, -1, 0) - np.roll(line, 1, 0)))
    outward = vector(np.stack([along[:, 1], -along[:, 0]], 1))
    shape = section(sides)
    flat = line[:, None] + outward[:, None] * (shape[None, :, :1] * half_width[:, None, None])
    ahead = shape[None, :, 1] * half_depth[:, None]
    points = front.on(vector(flat.reshape(-1, 2)), ahead.reshape(-1))
    triangles = ring_triangles(count + 1, sides) % np.uint32(count * sides)
    return Surface(points, derived_normals(points, triangles), np.ascontiguousarray(triangles))


def _angles(count: int) -> Float:
    return vector(np.arange(count) * 2 * np.pi / count)


def through(points: ArrayLike) -> Outline:
    """A smooth closed outline through places (K, 2), counter-clockwise from the temple."""
    corners = vector(points)
    around = np.concatenate([corners, corners, corners])
    fine = spline(around, 3 * 40 * len(corners) - 2)
    loop = fine[40 * len(corners) - 1 : 80 * len(corners)]
    even = resampled(vector(loop), 721)

    def outline(angle: Float) -> Float:
        place = np.mod(angle / (2 * np.pi), 1) * 720
        return vector(np.stack([np.interp(place, np.arange(721), even[:, k]) for k in range(2)], 1))

    return outline


def upper(outline: Outline, count: int, low: float, high: float) -> Float:
    """For each place of a rim, 0 on its lower part and 1 on its upper: (count,)."""
    return smoothstep(low, high, outline(_angles(count))[:, 1])


def lens(front: Front, outline: Outline, columns: int, rings: int, dome: float = 0.026) -> tuple[Surface, Float]:
    """A domed sheet inside the rim, and the place (V, 2) of each vertex in it, from 0 to 1."""
    edge = outline(_angles(columns))
    reach = np.linspace(0.0, 1.0, rings) ** 0.8
    reach[0] = 0.02
    flats = [vector(edge * np.float32(r)) for r in reach]
    surface = grid_surface(np.stack([front.on(flat, dome * (1 - r**2)) for flat, r in zip(flats, reach, strict=True)]))
    low, high = edge.min(0), edge.max(0)
    return surface, vector(np.clip((np.concatenate(flats) - low) / (high - low), 0, 1))


def beam(path: Float, outward: ArrayLike, half_width: Float, half_depth: Float, sides: int) -> Surface:
    """A bar with rounded ends along a path (K, 3).

    Args:
        path: Its middle line.
        outward: (3,) or (K, 3): the section's depth axis.
        half_width: (K,) across the path and `outward`.
        half_depth: (K,) along `outward`.
        sides: Vertices around (`section`).
    """
    along = unit(vector(np.gradient(path, axis=0)))
    axis = np.broadcast_to(vector(outward), path.shape)
    depth = unit(vector(axis - (axis * along).sum(1, keepdims=True) * along))
    across = vector(np.cross(along, depth))
    shape = section(sides)
    ring = across[:, None] * (shape[None, :, :1] * half_width[:, None, None])
    ring = ring + depth[:, None] * (shape[None, :, 1:] * half_depth[:, None, None])
    reach = np.minimum(half_width, half_depth)[[0, -1], None] * along[[0, -1]]
    rows = [path[0] - reach[0] + 0.02 * ring[0], path[0] - 0.75 * reach[0] + 0.6 * ring[0]]
    rows += [path[k] + ring[k] for k in range(len(path))]
    rows += [path[-1] + 0.75 * reach[1] + 0.6 * ring[-1], path[-1] + reach[1] + 0.02 * ring[-1]]
    return grid_surface(vector(np.stack(rows)))


def stud(center: ArrayLike, normal: ArrayLike, radius: tuple[float, float, float]) -> Surface:
    """A flattened ball: a rivet, a screw, a nose pad.

    Args:
        center: (3,).
        normal: (3,) what its flat side faces.
        radius: Half height, half width and half thickness.
    """
    facing = unit(vector(normal)[None])[0]
    side = unit(vector(np.cross([0, 1, 0], facing))[None])[0]
    up = np.cross(facing, side)
    polar = np.linspace(0.06, np.pi - 0.06, 6)[:, None, None]
    around = (np.arange(10) * 2 * np.pi / 10)[None, :, None]
    height, width, thickness = radius
    flat = np.sin(polar) * (np.cos(around) * side * width + np.sin(around) * up * height)
    return grid_surface(vector(vector(center) + flat + np.cos(polar) * facing * thickness))


def inner_edge(front: Front, outline: Outline, height: float) -> Float:
    """The place (2,) of the rim's line nearest to the nose at a height in the picture, at positive x."""
    line = outline(_angles(240)) + vector(front.middle)
    line = line[line[:, 0] < front.middle[0] - 0.1]
    return vector(line[np.abs(line[:, 1] - height).argmin()])


@dataclass(frozen=True)
class BridgeLook:
    """A bar over the nose.

    Attributes:
        height: Of its ends, in the picture.
        arch: How much higher its middle is.
        half_height: Of its section.
        half_depth: Of its section.
    """

    height: float
    arch: float
    half_height: float
    half_depth: float


def _bridge_line(front: Front, outline: Outline, look: BridgeLook) -> tuple[Float, Float]:
    """Places (11, 2) in the picture from rim to rim, and (11,) 1 in the middle, 0 at the rims."""
    place = inner_edge(front, outline, look.height)
    across = np.linspace(-1, 1, 11)
    middle = vector(1 - across**2)
    return vector(np.stack([across * (place[0] + 0.004), place[1] + look.arch * middle], 1)), middle


def bridge_rise(front: Front, outline: Outline, look: BridgeLook, state: str, weight: float = 1.0) -> float:
    """How far before the front's sheet the middle of a bridge must be to come as near to the nose as it may.

    Args:
        front: The sheet that the rims lie in.
        outline: Of the rims.
        look: Of the bridge.
        state: The nose's.
        weight: Of a slider.
    """
    flat, _ = _bridge_line(front, outline, look)
    nose = fit.relief(state, weight)
    sides = (-look.half_height, 0, look.half_height)
    skin = np.maximum.reduce([nose.at(vector(flat + vector([0, side]))) for side in sides])
    return float(np.clip(float((skin - front.depth(flat))[2:-2].max()) + look.half_depth + CLEAR, -0.065, 0.12))


def bridge(front: Front, outline: Outline, look: BridgeLook, rise: float) -> Surface:
    """From rim to rim over the nose.

    Args:
        front: The sheet that the rims lie in.
        outline: Of the rims.
        look: Of the bridge.
        rise: How far before the sheet its middle is.
    """
    flat, middle = _bridge_line(front, outline, look)
    wide = look.half_height * (1 + 0.55 * np.linspace(-1, 1, 11) ** 4)
    path = np.concatenate([flat, (front.depth(flat) + rise * middle**0.8)[:, None]], 1)
    return beam(vector(path), (0, 0, 1), vector(wide), vector(np.full(11, look.half_depth)), _PLAIN)


def _pad_place(front: Front, outline: Outline, state: str) -> tuple[Float, Float]:
    """Where a pad rests on the nose's side (3,), and the skin's normal there (3,)."""
    skin = fit.relief(state)
    edge = inner_edge(front, outline, _PAD_HEIGHT)
    x = vector(np.linspace(0.045, max(edge[0] + 0.02, 0.08), 24))
    line = vector(np.stack([x, np.full_like(x, _PAD_HEIGHT)], 1))
    depth = skin.at(line)
    wanted = front.depth(line) - 0.045
    best = int(np.abs(depth - wanted).argmin())
    step = vector([[0.012, 0], [-0.012, 0], [0, 0.012], [0, -0.012]])
    right, left, up, down = skin.at(vector(line[best] + step))
    normal = unit(vector([[left - right, down - up, 0.024]]))[0]
    return vector([*line[best], depth[best]]), normal


def moulded_pad(front: Front, outline: Outline, state: str, half: tuple[float, float]) -> Surface:
    """A pad of the rim's own material, from its back to the nose."""
    touch, normal = _pad_place(front, outline, state)
    edge = inner_edge(front, outline, touch[1] + 0.012)
    start = vector([*edge, front.depth(edge[None])[0] - 0.004])
    path = resampled(spline(np.stack([start, (start + touch) / 2, touch - normal * 0.006]), 5), 5)
    return beam(path, (1, 0, 0.4), vector(np.linspace(half[0], 0.9 * half[0], 5)), vector(np.linspace(half[1], 0.013, 5)), 7)


def wire_pad(front: Front, outline: Outline, state: str) -> tuple[Surface, Surface]:
    """An arm of wire, and the pad that it holds against the nose."""
    touch, normal = _pad_place(front, outline, state)
    pad = touch + normal * 0.012
    edge = inner_edge(front, outline, touch[1] + 0.06)
    start = vector([*edge, front.depth(edge[None])[0] - 0.004])
    back = vector([edge[0] + 0.004, touch[1] + 0.035, min(start[2], pad[2]) - 0.012])
    arm = beam(spline([start, back, pad + normal * 0.008], 7), (1, 0, 0), vector(np.full(7, 0.006)), vector(np.full(7, 0.006)), 6)
    return arm, stud(pad, normal, (0.040, 0.024, 0.009))


@dataclass(frozen=True)
class TempleLook:
    """The bars to the ears.

    Attributes:
        height: Half height at the hinge.
        end: Half height at the ear.
        depth: Half thickness.
        at: Height of the hinge above the lens's middle.
        tip: Half height of a sleeve around the end, 0 for none.
    """

    height: float = 0.030
    end: float = 0.019
    depth: float = 0.013
    at: float = 0.10
    tip: float = 0.0


def corner(front: Front, outline: Outline, look: TempleLook, half_rim: float) -> Float:
    """Where the rim's outer edge meets the temple (3,)."""
    line = outline(_angles(240))
    outside = line[line[:, 0] > 0.1]
    level = outside[np.abs(outside[:, 1] - look.at) < 0.012]
    place = level[level[:, 0].argmax()]
    return vector(front.on(vector(place[None] + vector([half_rim, 0])))[0])


def end_piece(start: Float, look: TempleLook, sides: int = _BEVELLED) -> Surface:
    """From the rim around the corner to the hinge."""
    path = resampled(spline([start - vector([0.020, 0, 0.002]), start + vector([0.016, 0.002, -0.006]), _hinge(start)], 12), 5)
    heights = vector(np.linspace(look.height * 0.92, look.height, 5))
    outward = unit(vector(np.stack([np.linspace(0.1, 1, 5), np.zeros(5), np.linspace(1, 0.15, 5)], 1)))
    return beam(path, outward, heights, vector(np.full(5, look.depth)), sides)


def _hinge(start: Float) -> Float:
    return vector(start + vector([0.036, 0.004, -0.052]))


def _temple_path(start: Float, look: TempleLook, count: int) -> Float:
    """From the hinge along the head, over the ear, down behind it."""
    hinge = _hinge(start)
    over = vector([0.858, fit.ear_top(0.872, 0.01) + look.end + 0.004, 0.01])
    stops = np.linspace(0, 1, 9)[:, None]
    straight = hinge * (1 - stops) + over * stops
    behind = vector([[0.0, over[1] - 0.010, -0.075], [0.0, over[1] - 0.075, -0.185], [0.0, over[1] - 0.20, -0.265]])
    behind[:, 0] = fit.beside_head(behind[:, 1], behind[:, 2]) + look.depth + 0.012
    head = fit.beside_head(vector(straight[:, 1]), vector(straight[:, 2])) + look.depth + 0.012
    straight[1:, 0] = np.maximum(straight[1:, 0], head[1:])
    straight[:, 0] += 0.020 * np.sin(np.pi * stops[:, 0])
    return resampled(spline(np.concatenate([straight, behind]), 6 * count), count)


def temple(start: Float, look: TempleLook, sides: int = _PLAIN, count: int = 11) -> Surface:
    """The bar from the hinge to behind the ear."""
    path = _temple_path(start, look, count)
    share = np.linspace(0, 1, count)
    heights = vector(look.height + (look.end - look.height) * smoothstep(0.0, 0.72, vector(share)))
    return beam(path, _outward(path), heights, vector(np.full(count, look.depth)), sides)


def _outward(path: Float) -> Float:
    side = np.stack([np.ones(len(path)), np.zeros(len(path)), 0.2 * (path[:, 2] > 0.4)], 1)
    return vector(side)


def temple_tip(start: Float, look: TempleLook, count: int = 8) -> Surface:
    """The sleeve around the end of a thin temple."""
    path = _temple_path(start, look, 40)[-13:]
    path = resampled(path, count)
    swell = vector(look.tip * (0.72 + 0.28 * smoothstep(0.0, 0.8, vector(np.linspace(0, 1, count)))))
    return beam(path, _outward(path), swell, vector(np.full(count, look.depth + 0.006)), 8)


def forward(middle: tuple[float, float], back: Callable[[Front], Float], state: str, weight: float = 1.0) -> float:
    """How far to the viewer the front must be so that it clears the skin.

    Args:
        middle: Of the lens.
        back: Gives the points (N, 3) of a front that may touch the skin.
        state: The nose's.
        weight: Of a slider.
    """
    points = back(Front(middle, 0.0))
    needed = fit.relief(state, weight).at(vector(points[:, :2])) - points[:, 2]
    return max(_NEAREST, float(needed.max()) + CLEAR)
