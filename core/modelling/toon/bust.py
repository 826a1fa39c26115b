"""Shoulders in a sweater with a rolled collar."""

import numpy as np

from core.modelling.fields import Float, capsule, ellipsoid, mirrored, smooth_max, smooth_min, vector

BUST_BOX = ((-1.75, -2.64, -1.15), (1.75, -0.98, 0.75))
"""Corners of a box around the bust; it is cut off below, out of every picture."""

_COLLAR = (0.0, -1.235, -0.15)


def _collar(points: Float) -> Float:
    relative = points - vector(_COLLAR)
    x, z = relative[..., 0], relative[..., 2]
    y = relative[..., 1] + 0.17 * z  # lower in front
    ring = np.hypot(np.hypot(x, z * 1.02) - 0.430, y * 0.80) - 0.085
    return vector(ring)


def bust(points: Float) -> Float:
    """Torso, shoulders, upper arms and collar."""
    folded = mirrored(points)
    d = ellipsoid(points, (0, -2.35, -0.20), (0.92, 1.05, 0.55))
    d = smooth_min(d, capsule(points, (0, -1.30, -0.18), (0, -1.70, -0.20), 0.40, 0.55), 0.22)
    d = smooth_min(d, capsule(folded, (0.30, -1.62, -0.20), (0.86, -1.82, -0.22), 0.24, 0.31), 0.25)
    arm = capsule(folded, (0.93, -1.86, -0.22), (1.10, -2.75, -0.16), 0.33, 0.36)
    d = smooth_min(d, arm, 0.10)
    d = smooth_min(d, _collar(points), 0.05)
    return smooth_max(d, vector(-(points[..., 1] + 2.60)), 0.02)
