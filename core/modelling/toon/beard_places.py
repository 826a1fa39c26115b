"""Places on the jaw: where beards and moustaches grow, measured on the head's own field."""

from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.ndimage import map_coordinates

from core.modelling.fields import Float, cast, length, vector
from core.modelling.toon.hair_scalp import skin
from core.modelling.toon.head import MOUTH_CENTER
from core.modelling.toon.mouth import on_face

CENTER = vector([0.0, -0.40, 0.12])
"""Inside the jaw: rays from here meet the skin of the lower face once."""

_STEP = 2.5


def _rays(azimuth: ArrayLike, elevation: ArrayLike) -> Float:
    a, e = np.radians(azimuth), np.radians(elevation)
    return vector(np.stack(np.broadcast_arrays(np.sin(a) * np.cos(e), np.sin(e), np.cos(a) * np.cos(e)), -1))


@cache
def _radii() -> Float:
    azimuth, elevation = np.meshgrid(np.arange(-130, 131, _STEP), np.arange(-90, 61, _STEP), indexing="ij")
    rays = _rays(azimuth.ravel(), elevation.ravel())
    found = cast(skin, CENTER, rays, (0.15, 1.2), steps=48, first=True)
    return length(vector(found - CENTER)).reshape(azimuth.shape)


def on_jaw(azimuth: ArrayLike, elevation: ArrayLike, lift: ArrayLike = 0.0) -> Float:
    """Places (..., 3) on the lower face.

    Args:
        azimuth: Degrees; 0 is the chin, 90 below the ear at +x.
        elevation: Degrees; -16 is below the lower lip, -50 the edge of the jaw, 25 the lower end of the ear's front.
        lift: Height above the skin.
    """
    a, e = np.broadcast_arrays(np.asarray(azimuth, float), np.asarray(elevation, float))
    rays = _rays(a, e)
    places = np.stack([(a.ravel() + 130) / _STEP, (e.ravel() + 90) / _STEP])
    radius = map_coordinates(_radii(), places, order=3, mode="nearest").reshape(a.shape)
    return vector(CENTER + rays * (radius + np.asarray(lift))[..., None])


def on_lip(x: ArrayLike, y: ArrayLike, lift: ArrayLike = 0.0) -> Float:
    """Places (N, 3) above the upper lip, by their place in the picture.

    Args:
        x: To the picture's right.
        y: Up.
        lift: Towards the viewer and a little up.
    """
    flat = vector(np.stack(np.broadcast_arrays(np.asarray(x, float), np.asarray(y, float)), -1))
    skin_places = on_face(vector(flat - vector(MOUTH_CENTER[:2])))
    outward = np.stack([0.35 * flat[:, 0], 0.1 + 0 * flat[:, 0], np.ones(len(flat))], 1)
    return vector(skin_places + outward * np.asarray(lift)[..., None])
