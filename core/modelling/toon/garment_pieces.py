"""What garments are put together from: bands, strips, collars, cords, buttons."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from core.modelling.fields import Field, Float, cast, spline, unit, vector
from core.modelling.meshing import Surface, joined, normals_of, reflected
from core.modelling.patches import grid_surface, resampled, swept
from core.modelling.toon import torso
from core.modelling.toon.sheets import between, field_normals, outward, projected, solid, welded

Points = Sequence[tuple[float, float, float]]


def smooth_line(points: ArrayLike, count: int) -> Float:
    """Points (count, 3) at even distances along a smooth curve through `points`."""
    return resampled(spline(points, 8 * count), count)


def straight_line(points: ArrayLike, count: int) -> Float:
    """Points (count, 3) at even distances along straight pieces: corners stay."""
    return resampled(vector(points), count)


def laid(field: Field, rows: Float, lift: float) -> Float:
    """Rows of points (R, C, 3) put on a shape of the body, `lift` above it."""
    on = projected(field, torso.CENTER, rows)
    return vector(on + field_normals(field, on) * np.float32(lift))


def strip(field: Field, first: Float, last: Float, *, across: int = 4, lift: float = 0.01, thickness: float = 0.03) -> Surface:
    """A flat piece between two curves (C, 3) on a shape."""
    return solid(laid(field, between(first, last, across), lift), thickness)


def loop(half: ArrayLike, count: int) -> Float:
    """A closed curve (2 count - 2, 3) around the body from its half at positive x, which begins in front and ends at the back."""
    line = smooth_line(half, count)
    return vector(np.concatenate([line, line[-2:0:-1] * vector([-1, 1, 1])]))


def tube_of(rows: Float) -> Surface:
    """A surface through closed rows of points (R, C, 3), turned outward."""
    surface = grid_surface(rows)
    return outward(surface)


def in_front(field: Field, rows: Float, lift: float) -> Float:
    """Rows (R, C, 3) put on the front of a shape at their x and y, `lift` above it."""
    flat = rows.reshape(-1, 3) * vector([1, 1, 0]) + vector([0, 0, torso.CENTER[2]])
    ahead = np.tile(vector([0, 0, 1]), (len(flat), 1))
    on = cast(field, vector(flat), ahead, (0.02, 1.2), steps=40).reshape(rows.shape)
    return vector(on + field_normals(field, on) * np.float32(lift))


def pair(surface: Surface) -> Surface:
    """A piece and its mirror image."""
    return joined([surface, reflected(surface)])


def band(field: Field, tops: Float, width: ArrayLike, *, lift: float, thickness: float, rows: int = 4) -> Surface:
    """A flat ring around the body below an edge: the band of a neckline, a stripe.

    Args:
        field: What it lies on.
        tops: (C,) heights of its upper edge in degrees (`torso.turned`), at even angles.
        width: How wide it is, one number or (C,).
        lift: How far above the field its middle lies.
        thickness: Of the cloth.
        rows: How many rows of vertices.
    """
    columns = len(tops)
    angles = np.arange(columns)[None] * 360 / columns
    first = projected(field, torso.CENTER, torso.turned(angles, np.asarray(tops)[None]))[0]
    reach = np.maximum(np.linalg.norm(first - vector(torso.CENTER), axis=1), 0.3)
    degrees = np.asarray(width) * np.where(np.asarray(tops) > 0, 57.3 / reach, 1 / 0.012)
    heights = np.asarray(tops)[None] - degrees[None] * np.linspace(0, 1, rows)[:, None]
    on = projected(field, torso.CENTER, torso.turned(angles, heights))
    return solid(vector(on + field_normals(field, on) * np.float32(lift)), thickness, closed=True, rounding=0.45)


def neck_roll(profile: Sequence[tuple[float, float]], columns: int, *, ribs: int = 0, tilt: float = 0.17) -> Surface:
    """A collar that stands around the neck.

    Args:
        profile: (distance from the neck, height) pairs around its section, from the inside over the top to the outside.
        columns: Vertices around.
        ribs: How many ribs it has.
        tilt: How much lower it is in front than at the back, per unit of depth.
    """
    turn = np.arange(columns) * 2 * np.pi / columns
    out = np.stack([np.sin(turn), np.zeros(columns), np.cos(turn)], 1)
    rows = []
    for index, (distance, height) in enumerate(profile):
        outside = np.sin(np.pi * index / (len(profile) - 1)) ** 0.5
        rib = 0.010 * outside * np.cos(ribs * turn) if ribs else np.zeros(columns)
        radius = 0.362 + distance + rib
        ring = out * radius[:, None] + np.array([0, height, -0.155])
        ring[:, 1] -= tilt * (ring[:, 2] + 0.155)
        rows.append(ring)
    return welded(vector([*rows, rows[0]]), closed=True)


def forward(line: Float) -> Float:
    """The way to the viewer at every point (K, 3) of a line."""
    return np.broadcast_to(vector([0, 0, 1]), line.shape)


def cord(points: Points, radius: float, count: int = 12, sides: int = 6, *, tip: float = 0.0) -> Surface:
    """A round cord through points, with a thicker end of length `tip`."""
    line = smooth_line(points, count)
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    thick = np.where(along > along[-1] - tip, 1.45, 1.0) * radius
    return swept(line, forward(line), vector(thick), vector(thick), sides)


def button(field: Field, x: float, y: float, radius: float, *, lift: float = 0.012, columns: int = 12) -> Surface:
    """A round button with a rim, on the front of a shape."""
    center = projected(field, torso.CENTER, vector([[x, y, 0.3]]))[0]
    out = normals_of(field, center[None], 0.03)[0]
    side = unit(vector(np.cross([0, 1, 0], out))[None])[0]
    up = vector(np.cross(out, side))
    turn = np.arange(columns) * 2 * np.pi / columns
    profile = [(0.98, -0.02), (1.0, 0.010), (0.94, 0.020), (0.78, 0.020), (0.66, 0.012), (0.05, 0.012)]
    rows = []
    for share, height in profile:
        ring = radius * share * (np.cos(turn)[:, None] * side + np.sin(turn)[:, None] * up)
        rows.append(center + out * (lift + height) + ring)
    return grid_surface(vector(np.stack(rows[::-1])))
