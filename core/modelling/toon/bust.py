"""Shoulders in thick clothes: what long hair falls on."""

from core.modelling.fields import Float, capsule, smooth_min, vector
from core.modelling.toon import torso

_CLOTH = 0.075


def bust(points: Float) -> Float:
    """The body under a sweater with a rolled collar."""
    collar = capsule(points, (0, -1.18, -0.13), (0, -1.32, -0.14), 0.47, 0.47)
    return smooth_min(vector(torso.body(points) - _CLOTH), collar, 0.06)
