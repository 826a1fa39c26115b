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


NOSTRILS: dict[str, tuple[tuple[float, float, float], tuple[float, float, float]]] = {
    "button": ((0.044, -0.218, 0.905), (0.024, 0.020, 0.036)),
    "straight": ((0.046, -0.232, 0.915), (0.022, 0.020, 0.036)),
    "wide": ((0.086, -0.208, 0.905), (0.040, 0.022, 0.044)),
    "upturned": ((0.043, -0.186, 0.922), (0.016, 0.013, 0.025)),
    "long": ((0.062, -0.226, 0.900), (0.022, 0.018, 0.046)),
}
"""Nose type -> middle and radii of the nostril at positive x."""


def _with_nostrils(d: Float, folded: Float, nose: str) -> Float:
    middle, radii = NOSTRILS[nose]
    return smooth_max(d, -ellipsoid(folded, middle, radii), 0.036)


def _button_nose(points: Float, folded: Float, base: Float) -> Float:
    """A ball without a bridge, small wings tucked behind it."""
    d = smooth_min(base, capsule(points, (0, 0.08, 0.725), (0, -0.08, 0.82), 0.05, 0.065), 0.13)
    d = smooth_min(d, ellipsoid(points, (0, -0.125, 0.895), (0.112, 0.100, 0.115)), 0.06)
    d = smooth_min(d, ellipsoid(folded, (0.092, -0.155, 0.845), (0.048, 0.048, 0.062)), 0.035)
    return _with_nostrils(d, folded, "button")


def _straight_nose(points: Float, folded: Float, base: Float) -> Float:
    """A narrow, even bridge from the brows to a small tip."""
    d = smooth_min(base, ellipsoid(points, (0, -0.06, 0.79), (0.10, 0.18, 0.09)), 0.11)
    d = smooth_min(d, capsule(points, (0, 0.22, 0.775), (0, -0.10, 0.925), 0.046, 0.060), 0.085)
    d = smooth_min(d, ellipsoid(points, (0, -0.150, 0.945), (0.078, 0.070, 0.085)), 0.05)
    d = smooth_min(d, ellipsoid(folded, (0.084, -0.180, 0.875), (0.046, 0.050, 0.066)), 0.045)
    return _with_nostrils(d, folded, "straight")


def _wide_nose(points: Float, folded: Float, base: Float) -> Float:
    """A flat bridge, a broad tip, round wings that stand out, and nostrils that show."""
    d = smooth_min(base, capsule(points, (0, 0.06, 0.72), (0, -0.08, 0.80), 0.06, 0.085), 0.12)
    d = smooth_min(d, ellipsoid(points, (0, -0.135, 0.890), (0.130, 0.086, 0.112)), 0.06)
    d = smooth_min(d, ellipsoid(folded, (0.144, -0.164, 0.822), (0.067, 0.062, 0.074)), 0.055)
    return _with_nostrils(d, folded, "wide")


def _upturned_nose(points: Float, folded: Float, base: Float) -> Float:
    """A dip in the bridge, a small tip that points up, and nostrils seen from the front."""
    bridge = spline([(0, 0.16, 0.73), (0, 0.03, 0.785), (0, -0.05, 0.875)], 6)
    d = smooth_min(base, ellipsoid(points, (0, -0.10, 0.80), (0.12, 0.13, 0.09)), 0.11)
    d = smooth_min(d, chain(points, bridge, [0.048, 0.046, 0.048, 0.052, 0.056, 0.060], 0.3), 0.09)
    d = smooth_min(d, ellipsoid(points, (0, -0.092, 0.925), (0.082, 0.076, 0.084)), 0.055)
    d = smooth_min(d, capsule(points, (0, -0.11, 0.920), (0, -0.205, 0.850), 0.040, 0.046), 0.07)
    d = smooth_min(d, ellipsoid(folded, (0.088, -0.158, 0.868), (0.046, 0.052, 0.064)), 0.060)
    return _with_nostrils(d, folded, "upturned")


def _long_nose(points: Float, folded: Float, base: Float) -> Float:
    """Aquiline: a high, bent bridge and a tip that hangs below the wings."""
    bridge = spline([(0, 0.25, 0.765), (0, 0.11, 0.875), (0, -0.04, 0.935), (0, -0.16, 0.955)], 7)
    d = smooth_min(base, ellipsoid(points, (0, -0.05, 0.80), (0.11, 0.21, 0.11)), 0.12)
    d = smooth_min(d, chain(points, bridge, [0.046, 0.050, 0.058, 0.062, 0.062, 0.060, 0.062], 0.3), 0.085)
    d = smooth_min(d, ellipsoid(points, (0, -0.190, 0.945), (0.072, 0.076, 0.082)), 0.055)
    d = smooth_min(d, ellipsoid(folded, (0.094, -0.184, 0.872), (0.044, 0.050, 0.072)), 0.060)
    return _with_nostrils(d, folded, "long")


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
