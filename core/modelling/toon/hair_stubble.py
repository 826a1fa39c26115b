"""Clipped hair: a thin dense nap of short bristles, so that shaved hair does not look like a cap."""

from dataclasses import dataclass

import numpy as np

from core.modelling.fields import Float, smoothstep, unit, vector
from core.modelling.meshing import Surface
from core.modelling.toon.hair_caps import Height
from core.modelling.toon.hair_fields import Hairline, direction
from core.modelling.toon.hair_scalp import above
from core.modelling.toon.hair_tress import Tress

_GOLDEN = np.pi * (3 - 5**0.5)


@dataclass(frozen=True)
class Nap:
    """Short bristles all over a part of the scalp.

    Attributes:
        hairline: Where they begin.
        count: How many there would be on a whole ball.
        length: Of a bristle, or a function of azimuth and elevation.
        width: Half width at the foot.
        lean: How far bristles lean down and forward, as a share of their length.
        base: Height above the skin of their feet.
        edge: Degrees over which they grow from the hairline.
        seed: Of their unevenness.
    """

    hairline: Hairline
    count: int = 2300
    length: float | Height = 0.022
    width: float = 0.034
    lean: float = 1.4
    base: float = 0.012
    edge: float = 8.0
    seed: int = 1


def nap(shape: Nap) -> Tress:
    """The bristles as a piece of hair."""
    rng = np.random.default_rng(shape.seed)
    index = np.arange(shape.count) + 0.5
    elevation = np.degrees(np.arcsin(1 - 2 * index / shape.count)) + rng.uniform(-0.8, 0.8, shape.count)
    azimuth = np.degrees(_GOLDEN * index) % 360 - 180
    inside = elevation - shape.hairline.elevation(azimuth)
    kept = inside > 0.8
    azimuth, elevation, inside = azimuth[kept], elevation[kept], inside[kept]
    grown = 0.35 + 0.65 * smoothstep(0, shape.edge, vector(inside))
    size = shape.length(vector(azimuth), vector(elevation)) if callable(shape.length) else np.full(len(azimuth), shape.length)
    size = size * grown * rng.uniform(0.8, 1.2, len(azimuth))
    out = vector(direction(azimuth, elevation))
    feet = above(out, shape.base * grown)
    down = unit(vector(np.stack([0 * azimuth, -1 + 0 * azimuth, 0.6 + 0 * azimuth], 1)))
    flow = unit(vector(down - (down * out).sum(1, keepdims=True) * out))
    return _bristles(feet, out, flow, vector(size), shape, rng)


def _bristles(feet: Float, out: Float, flow: Float, size: Float, shape: Nap, rng: np.random.Generator) -> Tress:
    """Small leaves that overlap down the scalp, shaded like the scalp under them."""
    aside = vector(np.cross(out, flow))
    width = shape.width * (0.5 + 0.5 * size / max(float(size.max()), 1e-6))[:, None]
    points = np.stack([feet + width * aside, feet - width * aside, feet + size[:, None] * (out + shape.lean * flow)], 1)
    count = len(feet)
    triangles = np.arange(3 * count, dtype=np.uint32).reshape(-1, 3)
    surface = Surface(vector(points.reshape(-1, 3)), np.repeat(out, 3, 0), np.ascontiguousarray(triangles[:, ::-1]))
    return Tress(
        surface,
        np.repeat(unit(vector(out + flow)), 3, 0),
        vector(np.tile([0.1, 0.1, 0.4], count)),
        vector(np.repeat(rng.uniform(0.4, 0.6, count), 3)),
        vector(np.tile([0.65, 0.65, 1.0], count)),
    )
