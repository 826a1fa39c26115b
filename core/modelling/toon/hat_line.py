"""The line that the brims of all hats share: hair above it is hidden while a hat is worn."""

import numpy as np

from core.modelling.fields import Float, vector
from core.shapes import expect_shape

_BACK = (-0.92, 0.06)
_FRONT = (0.78, 0.60)
"""Depth and height of the line at the back of the head and on the forehead."""

TILT = float(np.arctan((_FRONT[1] - _BACK[1]) / (_FRONT[0] - _BACK[0])))
"""How far hats lean back, in radians."""

_WALL = 1.10
"""How far out hats' walls stand, as a share of the scalp's radii."""

_SQUEEZE = 0.15
"""How steeply the line falls outside a hat's wall: hair that wells out from under a hat is pressed down."""

_RAMP = 0.24
"""Height over which `covered` goes from 0 to 1: wider than the step between vertices, so that its middle is a clean line."""


def height(positions: Float) -> Float:
    """How high points (V, 3) lie above the line, in head units: (V,), negative below.

    Raises:
        ValueError: The positions have another shape.
    """
    expect_shape(positions, "V 3")
    x, y, z = positions.T
    line = _BACK[1] + np.tan(TILT) * (z - _BACK[0])
    out = np.hypot(x / 0.85, (z + 0.06) / 0.86)
    return vector(y - line + _SQUEEZE * np.maximum(out - _WALL, 0))


def covered(positions: Float) -> Float:
    """How surely a hat covers hair at rest positions (V, 3): (V,) in [0, 1], 0.5 exactly on the line.

    Raises:
        ValueError: The positions have another shape.
    """
    return vector(np.clip(0.5 + height(positions) / _RAMP, 0, 1))
