"""Eyebrows: tapered, rounded bands swept along a curve on the brow."""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from core.modelling.fields import Float, cast, spline, vector
from core.modelling.meshing import Surface, normals_of
from core.modelling.patches import swept
from core.modelling.toon.head import skull


@dataclass(frozen=True)
class BrowShape:
    """A brow at positive x.

    Attributes:
        points: (x, y) places to pass, from the nose outward.
        widths: Half heights at even distances along it.
        depth: How far it stands out, as a share of its half height.
    """

    points: tuple[tuple[float, float], ...]
    widths: tuple[float, ...]
    depth: float = 0.62


BROW_TYPES = {
    "natural": BrowShape(((0.140, 0.363), (0.28, 0.403), (0.44, 0.403), (0.585, 0.328)), (0.036, 0.050, 0.052, 0.040, 0.014)),
    "straight": BrowShape(((0.135, 0.383), (0.30, 0.398), (0.45, 0.393), (0.58, 0.368)), (0.032, 0.040, 0.040, 0.036, 0.018)),
    "arched": BrowShape(((0.145, 0.334), (0.28, 0.404), (0.43, 0.442), (0.585, 0.339)), (0.030, 0.040, 0.040, 0.028, 0.009)),
    "rounded": BrowShape(((0.160, 0.340), (0.26, 0.420), (0.42, 0.430), (0.555, 0.335)), (0.028, 0.034, 0.034, 0.032, 0.022)),
    "thick": BrowShape(((0.120, 0.357), (0.28, 0.417), (0.45, 0.422), (0.60, 0.332)), (0.046, 0.068, 0.070, 0.056, 0.022), 0.52),
    "thin": BrowShape(((0.150, 0.350), (0.29, 0.405), (0.44, 0.410), (0.575, 0.335)), (0.014, 0.021, 0.021, 0.016, 0.006), 0.85),
    "angled": BrowShape(((0.138, 0.352), (0.29, 0.392), (0.455, 0.432), (0.600, 0.370)), (0.036, 0.048, 0.046, 0.034, 0.010)),
    "sad": BrowShape(((0.150, 0.424), (0.28, 0.419), (0.43, 0.379), (0.56, 0.294)), (0.036, 0.044, 0.044, 0.036, 0.014)),
}
"""Brow type -> its shape; the first is the default."""


def _places(count: int) -> Float:
    """Where along a brow its rings lie: close together at the round head near the nose."""
    return vector(np.linspace(0, 1, count) ** 1.6)


def brow(shape: BrowShape, count: int = 34, sides: int = 12) -> Surface:
    """The brow at positive x, half sunk into the skin."""
    places = _places(count)
    fine = spline(shape.points, 257)
    flat = vector(np.stack([np.interp(places, np.linspace(0, 1, 257), fine[:, axis]) for axis in range(2)], 1))
    starts = vector(np.concatenate([flat, np.zeros((count, 1))], 1))
    ahead = np.broadcast_to(vector([0, 0, 1]), starts.shape)
    on_skin = cast(skull, starts, ahead, (0.2, 1.3), steps=40)
    normals = normals_of(skull, on_skin, 0.05)
    knots = PchipInterpolator(np.linspace(0, 1, len(shape.widths)), shape.widths)
    head = np.sqrt(np.clip(1 - np.clip(1 - places / 0.11, 0, 1) ** 2, 0.001, 1))
    tail = np.sqrt(np.clip(1 - np.clip((places - 0.965) / 0.035, 0, 1) ** 2, 0.001, 1))
    widths = vector(knots(places) * head * tail)
    depths = vector(widths * shape.depth + 0.008 * head * tail)
    return swept(vector(on_skin + normals * (0.30 * depths[:, None])), normals, widths, depths, sides)


def brow_shade(count: int = 34, sides: int = 12) -> Float:
    """For each vertex of `brow`, its place from the nose (0) outward (1)."""
    places = np.concatenate([[0.0], _places(count), [1.0]])
    return vector(places.repeat(sides))
