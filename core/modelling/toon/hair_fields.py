"""The scalp: where it is, directions on it, and lines at which hair begins."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from core.modelling.fields import Float, vector

SCALP_CENTER = vector([0.0, 0.27, -0.06])


def direction(azimuth: ArrayLike, elevation: ArrayLike) -> Float:
    """Unit vectors on the scalp's sphere: (..., 3).

    Args:
        azimuth: Degrees around the head; 0 is the forehead, 90 the ear at +x, 180 the back.
        elevation: Degrees above the level of the scalp's centre; 90 is the crown.
    """
    a, e = np.radians(azimuth), np.radians(elevation)
    return vector(np.stack(np.broadcast_arrays(np.sin(a) * np.cos(e), np.sin(e), np.cos(a) * np.cos(e)), -1))


@dataclass(frozen=True)
class Hairline:
    """Where hair begins: elevation in degrees over azimuth, the same on both sides.

    Attributes:
        knots: (azimuth in [0, 180], elevation) pairs, azimuths rising.
    """

    knots: tuple[tuple[float, float], ...]

    def elevation(self, azimuth: ArrayLike) -> Float:
        """Elevation of the hairline in degrees."""
        at, height = np.array(self.knots, float).T
        return vector(np.interp(np.abs(azimuth), at, height))
