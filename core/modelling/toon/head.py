"""The head's field: skull, cheeks, jaw, lids over the eyes, nose, ears, neck. Other parts sit on it.

Units: 1 is about the head's half width; +x the picture's right, +y up, +z to the viewer. The skull's middle is near the origin.
"""

from collections.abc import Callable

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
    d = smooth_min(d, ellipsoid(points, (0, -0.33, 0.10), (0.69, 0.62, 0.64)), 0.35)
    d = smooth_min(d, ellipsoid(folded, (0.38, -0.32, 0.40), (0.27, 0.25, 0.26)), 0.24)  # cheeks
    d = smooth_min(d, ellipsoid(points, (0, -0.71, 0.38), (0.27, 0.16, 0.23)), 0.22)  # chin
    d = smooth_min(d, ellipsoid(points, (0, -0.42, 0.50), (0.30, 0.22, 0.26)), 0.25)  # muzzle
    d = smooth_max(d, -ellipsoid(folded, (0.33, 0.06, 0.94), (0.25, 0.19, 0.22)), 0.20)  # sockets
    d = smooth_min(d, ellipsoid(folded, (0.27, 0.315, 0.64), (0.23, 0.07, 0.13)), 0.20)  # brow ridge
    d = smooth_min(d, ellipsoid(folded, (0.36, -0.20, 0.62), (0.19, 0.09, 0.13)), 0.20)  # below the eyes
    return smooth_min(d, sphere(folded, EYE_CENTER, LID_RADIUS), 0.13)


def ears(points: Float) -> Float:
    """Both ears: a shell with a rim, a hollow and a lobe."""
    folded = mirrored(points)
    d = ellipsoid(folded, EAR_CENTER, (0.095, 0.215, 0.15))
    d = smooth_min(d, ellipsoid(folded, (0.84, -0.19, -0.01), (0.06, 0.075, 0.075)), 0.06)  # lobe
    d = smooth_max(d, -ellipsoid(folded, (0.935, 0.0, 0.0), (0.07, 0.145, 0.095)), 0.05)
    return smooth_min(d, ellipsoid(folded, (0.875, -0.04, 0.035), (0.045, 0.06, 0.04)), 0.05)  # tragus


def neck(points: Float) -> Float:
    """The neck, down into the clothes."""
    return capsule(points, (0, -0.55, -0.12), (0, -1.5, -0.17), 0.35, 0.362)


def _button_nose(points: Float, folded: Float, base: Float) -> Float:
    d = smooth_min(base, capsule(points, (0, 0.08, 0.73), (0, -0.08, 0.83), 0.05, 0.07), 0.13)
    d = smooth_min(d, ellipsoid(points, (0, -0.125, 0.895), (0.115, 0.098, 0.115)), 0.07)
    d = smooth_min(d, ellipsoid(folded, (0.088, -0.150, 0.84), (0.058, 0.054, 0.066)), 0.05)
    return smooth_max(d, -ellipsoid(folded, (0.052, -0.222, 0.885), (0.030, 0.022, 0.036)), 0.025)


def _straight_nose(points: Float, folded: Float, base: Float) -> Float:
    d = smooth_min(base, capsule(points, (0, 0.20, 0.76), (0, -0.10, 0.93), 0.055, 0.075), 0.10)
    d = smooth_min(d, ellipsoid(points, (0, -0.150, 0.94), (0.095, 0.080, 0.105)), 0.05)
    d = smooth_min(d, ellipsoid(folded, (0.088, -0.178, 0.86), (0.052, 0.052, 0.068)), 0.045)
    return smooth_max(d, -ellipsoid(folded, (0.048, -0.240, 0.90), (0.026, 0.022, 0.038)), 0.025)


def _wide_nose(points: Float, folded: Float, base: Float) -> Float:
    d = smooth_min(base, capsule(points, (0, 0.06, 0.72), (0, -0.08, 0.81), 0.06, 0.085), 0.12)
    d = smooth_min(d, ellipsoid(points, (0, -0.140, 0.885), (0.125, 0.092, 0.110)), 0.06)
    d = smooth_min(d, ellipsoid(folded, (0.132, -0.160, 0.825), (0.070, 0.062, 0.075)), 0.05)
    return smooth_max(d, -ellipsoid(folded, (0.078, -0.232, 0.868), (0.038, 0.022, 0.038)), 0.028)


def _upturned_nose(points: Float, folded: Float, base: Float) -> Float:
    bridge = spline([(0, 0.14, 0.74), (0, 0.02, 0.79), (0, -0.07, 0.90)], 6)
    d = smooth_min(base, chain(points, bridge, [0.045, 0.045, 0.047, 0.05, 0.055, 0.06], 0.3), 0.10)
    d = smooth_min(d, ellipsoid(points, (0, -0.088, 0.945), (0.088, 0.078, 0.085)), 0.06)
    d = smooth_min(d, ellipsoid(folded, (0.078, -0.138, 0.865), (0.050, 0.050, 0.062)), 0.05)
    return smooth_max(d, -ellipsoid(folded, (0.045, -0.190, 0.905), (0.026, 0.022, 0.030)), 0.025)


def _long_nose(points: Float, folded: Float, base: Float) -> Float:
    bridge = spline([(0, 0.23, 0.76), (0, 0.10, 0.90), (0, -0.05, 0.955), (0, -0.15, 0.955)], 7)
    d = smooth_min(base, chain(points, bridge, [0.05, 0.055, 0.06, 0.062, 0.066, 0.07, 0.072], 0.3), 0.09)
    d = smooth_min(d, ellipsoid(points, (0, -0.185, 0.945), (0.088, 0.085, 0.100)), 0.05)
    d = smooth_min(d, ellipsoid(folded, (0.092, -0.185, 0.86), (0.054, 0.055, 0.070)), 0.045)
    return smooth_max(d, -ellipsoid(folded, (0.048, -0.262, 0.905), (0.027, 0.022, 0.040)), 0.025)


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
