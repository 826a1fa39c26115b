"""The line that all hats' brims share: hair above it is hidden while a hat is worn, hair below it is pressed to the head."""

import numpy as np

from core.modelling.fields import Float, vector
from core.shapes import expect_shape

_BACK = (-0.92, 0.06)
_FRONT = (0.78, 0.60)
"""Depth and height of the line at the back of the head and on the forehead."""

TILT = float(np.arctan((_FRONT[1] - _BACK[1]) / (_FRONT[0] - _BACK[0])))
"""How far hats lean back, in radians."""

AXIS_DEPTH = -0.06
"""Where the axis of hats crosses the line."""

_RAMP = 0.24
"""Height over which `covered` goes from 0 to 1: wider than the step between vertices, so that its middle is a clean line."""

PRESSED = "hatPressed"
"""The lattice's motion of hair under a hat (`pressed`)."""

_INNER = 0.87
"""Distance from hats' axis from which on hair is pressed inward: just above the skin."""

_SLACK = 0.06
"""How much farther out than that the fullest hair may lie on the line: hats' walls are at 0.93 and more."""

_DOME = 0.3
"""How fast that distance shrinks above the line, for cloth under a hat: it is not hidden as hair is."""

_FREE = 0.62
"""How far below the line hair has all its volume again."""

_EDGE = 0.03
"""How far below the line hats' walls end."""


def height(positions: Float) -> Float:
    """How high points (V, 3) lie above the line, in head units: (V,), negative below.

    Raises:
        ValueError: The positions have another shape.
    """
    expect_shape(positions, "V 3")
    _, y, z = positions.T
    return vector(y - _BACK[1] - np.tan(TILT) * (z - _BACK[0]))


def covered(positions: Float) -> Float:
    """How surely a hat covers hair at rest positions (V, 3): (V,) in [0, 1], 0.5 exactly on the line.

    Raises:
        ValueError: The positions have another shape.
    """
    return vector(np.clip(0.5 + height(positions) / _RAMP, 0, 1))


def pressed(positions: Float) -> Float:
    """Offsets (V, 3) of hair at rest positions (V, 3) while a hat is worn: inward on the line, less the farther below it.

    What was cut on the line then ends inside the hat's wall, and full hair wells out from under it.

    Raises:
        ValueError: The positions have another shape.
    """
    up = height(positions) * np.cos(TILT)
    x, y, z = positions.T
    line = _BACK[1] + np.tan(TILT) * (AXIS_DEPTH - _BACK[0])
    forward = (y - line) * np.sin(TILT) + (z - AXIS_DEPTH) * np.cos(TILT)
    away = np.hypot(x, forward / 1.03)
    over = np.maximum(away - _INNER + _DOME * np.maximum(up, 0), 0)
    below = np.clip((-up - _EDGE) / (_FREE - _EDGE), 0, 1)
    inward = (1 - below) ** 2.4 * over**2 / (over + _SLACK) / np.maximum(away, 1e-6)
    return vector(np.stack([-x * inward, -forward * np.sin(TILT) * inward, -forward * np.cos(TILT) * inward], 1))
