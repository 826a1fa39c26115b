"""The head's field: skull, cheeks, jaw, lids over the eyes, nose, ears, neck. Other parts sit on it.

Units: 1 is about the head's half width; +x the picture's right, +y up, +z to the viewer. The skull's middle is near the origin.
"""

from collections.abc import Callable

import numpy as np

from core.modelling.fields import (
    Field,
    Float,
    capsule,
    chain,
    ellipsoid,
    mirrored,
    smooth_max,
    smooth_min,
    sphere,
    spline,
    vector,
)

EYE_CENTER = (0.335, 0.06, 0.60)
"""Middle of the eyeball at positive x; the other one is its mirror image."""

EYE_RADIUS = 0.235
LID_RADIUS = 0.263
"""The lids are this sphere, blended into the face."""

MOUTH_CENTER = (0.0, -0.44, 0.76)
NOSE_CENTER = (0.0, -0.10, 0.90)
CHIN_Y = -0.88
EAR_CENTER = (0.86, -0.02, -0.06)
NECK_BOTTOM_Y = -1.5

HEAD_BOX = ((-1.1, -1.56, -1.06), (1.1, 1.22, 1.2))
"""Corners of a box around the head and its neck."""


def skull(points: Float) -> Float:
    """The head without nose, ears and neck, its lids closed: what hair and beards grow on."""
    folded = mirrored(points)
    d = ellipsoid(points, (0, 0.27, -0.06), (0.85, 0.84, 0.86))
    d = smooth_min(d, ellipsoid(points, (0, -0.32, 0.12), (0.68, 0.60, 0.62)), 0.35)
    d = smooth_min(d, ellipsoid(folded, (0.40, -0.27, 0.44), (0.27, 0.22, 0.26)), 0.22)  # cheeks
    d = smooth_min(d, ellipsoid(folded, (0.33, -0.50, 0.20), (0.23, 0.19, 0.32)), 0.24)  # jaw
    d = smooth_min(d, ellipsoid(points, (0, -0.70, 0.50), (0.24, 0.165, 0.21)), 0.24)  # chin
    d = smooth_min(d, ellipsoid(points, (0, -0.42, 0.57), (0.28, 0.20, 0.25)), 0.24)  # muzzle
    d = smooth_max(d, -ellipsoid(folded, (0.33, 0.07, 0.96), (0.25, 0.18, 0.22)), 0.20)  # sockets
    d = smooth_min(d, ellipsoid(folded, (0.27, 0.325, 0.66), (0.24, 0.07, 0.13)), 0.20)  # brow ridge
    d = smooth_min(d, ellipsoid(folded, (0.37, -0.19, 0.64), (0.20, 0.09, 0.13)), 0.20)  # below the eyes
    return smooth_min(d, sphere(folded, EYE_CENTER, LID_RADIUS), 0.12)


_HELIX = spline(
    [(0.872, -0.045, 0.05), (0.888, 0.075, 0.070), (0.890, 0.180, 0.0), (0.903, 0.168, -0.12), (0.928, 0.03, -0.19),
     (0.912, -0.11, -0.135), (0.880, -0.205, -0.06)],
    16,
)  # fmt: skip
_HELIX_RADII = vector(np.interp(np.linspace(0, 1, 16), [0, 0.15, 0.5, 0.8, 1], [0.014, 0.030, 0.036, 0.032, 0.040]))
_ANTIHELIX = spline([(0.890, 0.110, -0.035), (0.908, 0.02, -0.095), (0.896, -0.095, -0.055), (0.880, -0.115, 0.01)], 8)
_ANTIHELIX_RADII = vector([0.012, 0.020, 0.024, 0.024, 0.024, 0.024, 0.022, 0.014])


def ears(points: Float) -> Float:
    """Both ears: a shell with a rolled rim, a fold inside it, a hollow, a tragus and a lobe."""
    folded = mirrored(points)
    d = ellipsoid(folded, EAR_CENTER, (0.072, 0.205, 0.145))
    d = smooth_min(d, ellipsoid(folded, (0.865, -0.205, -0.035), (0.050, 0.075, 0.070)), 0.06)  # lobe
    d = smooth_max(d, -ellipsoid(folded, (0.950, 0.02, -0.045), (0.055, 0.165, 0.115)), 0.05)  # inside the rim
    d = smooth_min(d, chain(folded, _HELIX, _HELIX_RADII), 0.035)
    d = smooth_min(d, chain(folded, _ANTIHELIX, _ANTIHELIX_RADII), 0.040)
    d = smooth_max(d, -ellipsoid(folded, (0.925, -0.035, -0.005), (0.060, 0.070, 0.058)), 0.035)  # concha
    return smooth_min(d, ellipsoid(folded, (0.868, -0.045, 0.055), (0.036, 0.048, 0.028)), 0.040)  # tragus


def neck(points: Float) -> Float:
    """The neck, down into the clothes."""
    return capsule(points, (0, -0.55, -0.13), (0, -1.5, -0.17), 0.305, 0.345)


def _button_nose(points: Float, folded: Float, base: Float) -> Float:
    d = smooth_min(base, capsule(points, (0, 0.08, 0.73), (0, -0.08, 0.83), 0.05, 0.07), 0.13)
    d = smooth_min(d, ellipsoid(points, (0, -0.125, 0.895), (0.115, 0.098, 0.115)), 0.07)
    d = smooth_min(d, ellipsoid(folded, (0.088, -0.150, 0.84), (0.058, 0.054, 0.066)), 0.05)
    return smooth_max(d, -ellipsoid(folded, (0.052, -0.222, 0.885), (0.030, 0.022, 0.036)), 0.025)


def _straight_nose(points: Float, folded: Float, base: Float) -> Float:
    d = smooth_min(base, ellipsoid(points, (0, -0.07, 0.80), (0.12, 0.17, 0.10)), 0.12)
    d = smooth_min(d, capsule(points, (0, 0.20, 0.755), (0, -0.10, 0.905), 0.062, 0.080), 0.13)
    d = smooth_min(d, ellipsoid(points, (0, -0.145, 0.935), (0.094, 0.082, 0.095)), 0.06)
    d = smooth_min(d, ellipsoid(folded, (0.090, -0.172, 0.865), (0.054, 0.054, 0.068)), 0.05)
    return smooth_max(d, -ellipsoid(folded, (0.048, -0.240, 0.90), (0.026, 0.022, 0.038)), 0.025)


def _wide_nose(points: Float, folded: Float, base: Float) -> Float:
    d = smooth_min(base, capsule(points, (0, 0.06, 0.72), (0, -0.08, 0.81), 0.06, 0.085), 0.12)
    d = smooth_min(d, ellipsoid(points, (0, -0.140, 0.885), (0.125, 0.092, 0.110)), 0.06)
    d = smooth_min(d, ellipsoid(folded, (0.132, -0.160, 0.825), (0.070, 0.062, 0.075)), 0.05)
    return smooth_max(d, -ellipsoid(folded, (0.078, -0.232, 0.868), (0.038, 0.022, 0.038)), 0.028)


def _upturned_nose(points: Float, folded: Float, base: Float) -> Float:
    bridge = spline([(0, 0.16, 0.73), (0, 0.03, 0.785), (0, -0.07, 0.875)], 6)
    d = smooth_min(base, ellipsoid(points, (0, -0.10, 0.80), (0.13, 0.13, 0.09)), 0.12)
    d = smooth_min(d, chain(points, bridge, [0.055, 0.055, 0.057, 0.06, 0.064, 0.068], 0.3), 0.12)
    d = smooth_min(d, ellipsoid(points, (0, -0.092, 0.915), (0.092, 0.080, 0.088)), 0.07)
    d = smooth_min(d, ellipsoid(folded, (0.082, -0.140, 0.855), (0.052, 0.050, 0.062)), 0.06)
    return smooth_max(d, -ellipsoid(folded, (0.046, -0.190, 0.895), (0.024, 0.018, 0.028)), 0.025)


def _long_nose(points: Float, folded: Float, base: Float) -> Float:
    bridge = spline([(0, 0.24, 0.755), (0, 0.11, 0.855), (0, -0.05, 0.920), (0, -0.17, 0.945)], 7)
    d = smooth_min(base, ellipsoid(points, (0, -0.06, 0.80), (0.125, 0.21, 0.11)), 0.13)
    d = smooth_min(d, chain(points, bridge, [0.055, 0.060, 0.066, 0.072, 0.078, 0.080, 0.080], 0.3), 0.12)
    d = smooth_min(d, ellipsoid(points, (0, -0.205, 0.935), (0.092, 0.085, 0.095)), 0.06)
    d = smooth_min(d, ellipsoid(folded, (0.094, -0.205, 0.865), (0.054, 0.055, 0.070)), 0.05)
    return smooth_max(d, -ellipsoid(folded, (0.048, -0.282, 0.895), (0.027, 0.022, 0.040)), 0.025)


NOSES: dict[str, Callable[[Float, Float, Float], Float]] = {
    "button": _button_nose,
    "straight": _straight_nose,
    "wide": _wide_nose,
    "upturned": _upturned_nose,
    "long": _long_nose,
}
"""Nose type -> how it is added to a face; the first is the one the head's mesh is made with."""


def head(points: Float, nose: str = "button") -> Float:
    """The whole head with ears and neck: what glasses sit on and what casts occlusion."""
    d = smooth_min(skull(points), ears(points), 0.07)
    d = smooth_min(d, neck(points), 0.12)
    return NOSES[nose](points, mirrored(points), d)


def head_with(nose: str) -> Field:
    """The whole head's field with a nose of this type."""
    return lambda points: head(points, nose)
