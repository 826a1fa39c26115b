"""Places on and above the scalp, by angle: where hair grows, measured on the head's own field."""

from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.ndimage import map_coordinates

from core.modelling.fields import Float, cast, length, smooth_min, vector
from core.modelling.toon import head
from core.modelling.toon.hair_fields import SCALP_CENTER, direction

Point = tuple[float, float, float]
"""A place in space: x, y, z."""

_STEP = 3.0
"""Degrees between the rays that measure the head."""


def skin(points: Float) -> Float:
    """Distance to what hair grows on: the head without nose and ears, and the neck (N,)."""
    return smooth_min(head.skull(points), head.neck(points), 0.12)


@cache
def _radii() -> Float:
    """Distance from the scalp's middle to the skin over azimuth (rows, -180 to 180) and elevation (columns, -90 to 90)."""
    azimuth, elevation = np.meshgrid(np.arange(-180, 181, _STEP), np.arange(-90, 91, _STEP), indexing="ij")
    rays = vector(direction(azimuth.ravel(), elevation.ravel()))
    found = cast(skin, SCALP_CENTER, rays, (0.3, 1.7), steps=36, first=True)
    return length(vector(found - SCALP_CENTER)).reshape(azimuth.shape)


def skin_radius(units: Float) -> Float:
    """Distance from the scalp's middle to the skin along unit vectors (..., 3): (...)."""
    flat = units.reshape(-1, 3)
    azimuth = np.degrees(np.arctan2(flat[:, 0], flat[:, 2]))
    elevation = np.degrees(np.arcsin(np.clip(flat[:, 1], -1, 1)))
    places = np.stack([(azimuth + 180) / _STEP, (elevation + 90) / _STEP])
    return vector(map_coordinates(_radii(), places, order=3, mode="nearest").reshape(units.shape[:-1]))


def above(units: Float, lift: ArrayLike) -> Float:
    """Points (..., 3) at a height above the skin along unit vectors from the scalp's middle."""
    return vector(SCALP_CENTER + (skin_radius(units) + np.asarray(lift, np.float32))[..., None] * units)


def at(azimuth: float, elevation: float, lift: float = 0.0) -> Point:
    """A place around the head.

    Args:
        azimuth: Degrees; 0 is the forehead, 90 the ear at +x, 180 the back.
        elevation: Degrees above the level of the scalp's middle; 90 is the crown.
        lift: Height above the skin.
    """
    return _point(direction(azimuth, elevation), lift)


def over(way: float, aside: float, lift: float = 0.0) -> Point:
    """A place on the way from the forehead over the crown to the nape; it has no pole on top, unlike `at`.

    Args:
        way: Degrees; 0 is straight ahead, 40 about the hairline, 90 the crown, 180 straight behind, 225 about the nape.
        aside: Degrees to +x, at 90 the side of the head.
        lift: Height above the skin.
    """
    w, a = np.radians(way), np.radians(aside)
    return _point(np.array([np.sin(a), np.cos(a) * np.sin(w), np.cos(a) * np.cos(w)]), lift)


def _point(unit: Float, lift: float) -> Point:
    x, y, z = above(vector(unit)[None], lift)[0].tolist()
    return (x, y, z)


def around(azimuth: float, y: float, across: float, deep: float | None = None, z: float = -0.06) -> Point:
    """A place beside the head on an upright oval, for hair that hangs.

    Args:
        azimuth: Degrees; 0 is ahead, 90 at +x, 180 behind.
        y: Height.
        across: The oval's half width.
        deep: Its half depth; as wide as deep by default.
        z: Depth of its middle.
    """
    a = np.radians(azimuth)
    return (float(across * np.sin(a)), y, float(z + (across if deep is None else deep) * np.cos(a)))


def mirrored_points(points: Iterable[Point]) -> tuple[Point, ...]:
    """The same places on the other side of the head."""
    return tuple((-x, y, z) for x, y, z in points)
