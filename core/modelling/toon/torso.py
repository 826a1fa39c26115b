"""The body below the head: neck, shoulders, chest and arms, which clothes are draped on and necklines show."""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from core.modelling.fields import Field, Float, capsule, ellipsoid, mirrored, smooth_min, smoothstep, vector
from core.modelling.meshing import OcclusionVolume, Surface, bake_occlusion
from core.modelling.toon import head, skin
from core.modelling.toon.sheets import field_normals, projected, surface_of

CENTER = (0.0, -1.93, -0.19)
"""The middle that clothes are draped from."""

BOTTOM = -3.15
"""Where bodies and clothes end, below every picture, from above too."""

WAIST = -2.5
"""From here down to the bottom they are so rarely seen that one row of vertices does."""

NECK_TOP = -0.97
"""Where the head's mesh ends and the neck's begins."""

SCENE = ((-1.5, -2.85, -1.3), (1.5, 1.6, 1.5))
_GRIDS = {"": (40, 14), ".light": (22, 8)}
_NECK_ROWS = {"": 7, ".light": 4}


def trunk(points: Float) -> Float:
    """Neck, shoulders and chest."""
    folded = mirrored(points)
    d = ellipsoid(points, (0, -2.2, -0.20), (0.75, 0.98, 0.50))
    d = smooth_min(d, capsule(points, (0, -1.3, -0.20), (0, -1.68, -0.20), 0.33, 0.52), 0.20)
    d = smooth_min(d, capsule(folded, (0.24, -1.48, -0.21), (0.74, -1.71, -0.22), 0.21, 0.255), 0.22)
    return smooth_min(d, head.neck(points), 0.16)


def body(points: Float) -> Float:
    """The trunk with its arms."""
    arm = capsule(mirrored(points), (0.82, -1.76, -0.19), (0.97, -3.2, -0.03), 0.252, 0.260)
    return smooth_min(trunk(points), arm, 0.06)


def collarbones(points: Float) -> Float:
    """Both collarbones."""
    return capsule(mirrored(points), (0.09, -1.475, 0.150), (0.44, -1.43, 0.095), 0.018, 0.020)


def bare(points: Float) -> Float:
    """What skin is made from: the body with a hint of collarbones."""
    return smooth_min(body(points), collarbones(points), 0.09)


def throat(points: Float) -> Float:
    """The same with the head above: where the neck meets the jaw."""
    return smooth_min(bare(points), head.head(points), 0.0)


def turned(angles: ArrayLike, heights: ArrayLike) -> Float:
    """Directions of rays from `CENTER` as points (..., 3): to the angle around the body, 0 in front, and to a height.

    Args:
        angles: Degrees; 90 is the shoulder at +x.
        heights: Degrees above the level of the centre; below 0, 1 is 0.012 downward at the same level.
    """
    a, s = np.broadcast_arrays(np.radians(angles), np.asarray(heights, float))
    rise = np.radians(np.maximum(s, 0))
    flat = np.stack([np.sin(a) * np.cos(rise), np.sin(rise) + np.minimum(s, 0) * 0.012, np.cos(a) * np.cos(rise)], -1)
    return vector(vector(CENTER) + flat)


def seen_from_center(points: Float) -> tuple[Float, Float]:
    """The inverse of `turned`: angle and height in degrees of points (K, 3)."""
    x, y, z = (vector(points) - vector(CENTER)).T
    rise = np.degrees(np.arctan2(y, np.hypot(x, z)))
    return vector(np.degrees(np.arctan2(x, z))), vector(np.where(y < 0, y / 0.012, rise))


def draped(field: Field, tops: Float, rows: int, *, power: float = 1.0) -> Float:
    """Rows of points (R + 1, C, 3) on a field around the body, from an edge to the bottom.

    Args:
        field: What lies on the body.
        tops: (C,) heights in degrees of the edge, at even angles from the front on.
        rows: How many, down to the waist.
        power: Above 1, rows are closer together at the edge.
    """
    columns = len(tops)
    share = np.linspace(0, 1, rows)[:, None] ** power
    waist, bottom = (WAIST - CENTER[1]) / 0.012, (BOTTOM - CENTER[1]) / 0.012
    heights = np.concatenate([np.asarray(tops)[None] * (1 - share) + waist * share, np.full((1, columns), bottom)])
    return projected(field, CENTER, turned(np.arange(columns)[None] * 360 / columns, heights))


@cache
def _bare_volume() -> OcclusionVolume:
    """The head alone, on the grid that clothes are shaded in."""
    return OcclusionVolume.of(head.head, *SCENE, 0.05)


def scene_with(field: Field) -> OcclusionVolume:
    """The head above a shape."""
    return _bare_volume().with_field(OcclusionVolume.of(field, *SCENE, 0.05))


def skin_surface(level: str, bottom: Callable[[int], Float], *, fineness: float = 1.0) -> Surface:
    """Neck, chest and shoulders, from the head's edge down to an edge under the cloth.

    Args:
        level: "" or ".light".
        bottom: Gives the heights in degrees (`turned`) at which it ends, for a number of columns.
        fineness: More columns and rows, where shoulders and arms are bare.
    """
    columns, rows = (round(count * fineness) for count in _GRIDS[level])
    angles = np.arange(columns) * 360 / columns
    around = turned(angles, 0.0) - vector(CENTER)
    upper = NECK_TOP - 0.17 * np.linspace(0, 1, _NECK_ROWS[level]) ** 1.5  # closest where the jaw curves into the neck
    neck = np.stack([projected(throat, (0.0, y, -0.15), vector([0.0, y, -0.15]) + around, (0.1, 0.9)) for y in upper])
    _, tops = seen_from_center(neck[-1])
    share = np.linspace(0, 1, rows - len(upper) + 1)[1:, None]
    lower = projected(bare, CENTER, turned(angles[None], tops[None] * (1 - share) + bottom(columns)[None] * share))
    normals = np.concatenate([field_normals(throat, neck, 0.014), field_normals(bare, lower, 0.014)])
    return surface_of(np.concatenate([neck, lower]), normals)


def skin_paint(surface: Surface, scene: OcclusionVolume, above: OcclusionVolume) -> Float:
    """The paint (V, 4) of the body's skin.

    Args:
        surface: Of the skin.
        scene: What shades it.
        above: What shades the head, so that no seam shows where the neck begins.
    """
    paint = np.zeros((len(surface.positions), 4), np.float32)
    below = smoothstep(-1.0, -1.3, surface.positions[:, 1])
    first, last = (bake_occlusion(volume, surface.positions, surface.normals) for volume in (above, scene))
    paint[:, skin.PAINT_OCCLUSION] = first * (1 - below) + last * below
    return paint
