"""What hats are put together from, in a frame of their own that sits on the line of all brims (`hat_line`)."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from core.modelling.fields import Float, spline, vector
from core.modelling.meshing import Surface
from core.modelling.patches import resampled
from core.modelling.toon.hat_line import TILT
from core.modelling.toon.sheets import solid, welded

_ORIGIN = vector([0.0, 0.333, -0.06])
_UP = vector([0.0, np.cos(TILT), -np.sin(TILT)])
_FORWARD = vector([0.0, np.sin(TILT), np.cos(TILT)])

HEAD_RADIUS = 0.86
"""Of the head, about a ball in this frame, 0.06 below its origin."""

Profile = Sequence[tuple[float, float]]
"""(distance from the hat's axis, height above the line) pairs."""

Wave = Callable[[Float, Float], Float]
"""(angles (C,) in radians, shares (R, 1) along a profile) -> what is added to a distance or a height, (R, C)."""


def placed(points: Float) -> Float:
    """Points (..., 3) of the hat's frame (right, up, forward) in the head's."""
    right, up, forward = np.moveaxis(vector(points), -1, 0)
    return vector(_ORIGIN + right[..., None] * vector([1, 0, 0]) + up[..., None] * _UP + forward[..., None] * _FORWARD)


def angles(columns: int) -> Float:
    """Even angles (C,) around a hat, from the front to positive x on."""
    return vector(np.arange(columns) * 2 * np.pi / columns)


def section(profile: Profile, rows: int) -> Float:
    """A smooth curve (rows, 2) through a profile, its points at even distances."""
    return resampled(spline(profile, 12 * rows), rows)


def rings(curve: Float, columns: int, *, out: Wave | None = None, rise: Wave | None = None, depth: float = 1.03) -> Float:
    """Rows (R, C, 3) around the hat's axis, in the hat's frame.

    Args:
        curve: (R, 2) distances and heights, e.g. from `section`.
        columns: Vertices around.
        out: Added to distances.
        rise: Added to heights.
        depth: How much deeper than wide the hat is.
    """
    turn = angles(columns)
    share = vector(np.linspace(0, 1, len(curve)))[:, None]
    distance = np.tile(curve[:, :1], (1, columns)) + (out(turn, share) if out else 0)
    height = np.tile(curve[:, 1:], (1, columns)) + (rise(turn, share) if rise else 0)
    return vector(np.stack([np.sin(turn) * distance, height, depth * np.cos(turn) * distance], -1))


def shell(rows: Float) -> Surface:
    """The surface of rows in the hat's frame; rows that meet in one point close it."""
    return welded(placed(rows), closed=True)


def sheet(rows: Float, thickness: ArrayLike, *, closed: bool) -> Surface:
    """Rows in the hat's frame with a thickness: a brim, a band."""
    return solid(placed(rows), thickness, closed=closed)


def ball(center: ArrayLike, radii: ArrayLike, columns: int) -> Surface:
    """A button: an ellipsoid in the hat's frame."""
    steps = np.linspace(-np.pi / 2, np.pi / 2, columns // 2 + 1)[:, None]
    turn = angles(columns)[None]
    unit = np.stack([np.cos(steps) * np.sin(turn), np.sin(steps) + 0 * turn, np.cos(steps) * np.cos(turn)], -1)
    return shell(vector(vector(center) + unit * vector(radii)))
