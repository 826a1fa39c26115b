"""The layer of hair on the scalp: it rises out of the skin along a hairline, so that no rim and no gap show."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.modelling.fields import Float, length, smoothstep, unit, vector
from core.modelling.meshing import Surface
from core.modelling.patches import ring_triangles
from core.modelling.toon.hair_fields import Hairline, direction
from core.modelling.toon.hair_scalp import above
from core.modelling.toon.hair_tress import Tress

Height = Callable[[Float, Float], Float]
"""(azimuth, elevation) in degrees -> height above the skin: (N,)."""

_DEEPEST = 0.35
"""Greatest depth of a layer's grooves, as a share of its height."""

_SUNK = 0.022
"""How far under the skin the layer's edge lies."""

_OUTSIDE = 0.32
"""How far outside the hairline that is, as a share of the rise inside it."""


@dataclass(frozen=True)
class Layer:
    """Hair lying on the scalp.

    Attributes:
        hairline: Where it begins.
        height: Above the skin, or a function of azimuth and elevation that gives it.
        edge: Degrees over which it rises from the hairline.
        columns: Vertices around.
        rows: Vertices from the hairline to the crown.
        groove: Depth of grooves along the strands; thin layers get shallower ones.
        strands: Grooves around the head.
        ragged: Degrees by which the hairline is uneven.
        upward: Whether strands run from the hairline to the crown, as roots do, or down from the crown.
        shade: Lightness.
        root: Root-to-tip value at the hairline; the crown's is half as much.
    """

    hairline: Hairline
    height: float | Height
    edge: float = 9.0
    columns: int = 112
    rows: int = 12
    groove: float = 0.014
    strands: int = 28
    ragged: float = 0.8
    upward: bool = True
    shade: float = 0.38
    root: float = 0.1


def layer(shape: Layer) -> Tress:
    """The layer as a piece of hair."""
    azimuth = vector(np.linspace(-180, 180, shape.columns, endpoint=False))
    start = shape.hairline.elevation(azimuth) + shape.ragged * _uneven(azimuth) - _before(shape)
    share = np.linspace(0, 1, shape.rows) ** 1.35
    elevation = vector(start + (89.9 - start) * share[:, None])
    turns = vector(np.broadcast_to(azimuth, elevation.shape))
    points = _placed(shape, turns, elevation)
    step = 0.4
    along = vector(_placed(shape, turns, vector(elevation + step)) - _placed(shape, turns, vector(elevation - step)))
    around = vector(_placed(shape, vector(turns + step), elevation) - _placed(shape, vector(turns - step), elevation))
    normals = unit(vector(np.cross(around, along)))
    lost = (length(vector(around)) < 1e-4) | (elevation > 89.0)
    normals[lost] = unit(vector(direction(turns, elevation)))[lost]
    facing = (normals * direction(turns, elevation)).sum(-1, keepdims=True)
    normals = vector(np.where(facing < 0, -normals, normals))
    triangles = ring_triangles(shape.rows, shape.columns)
    flat, outward = points.reshape(-1, 3), normals.reshape(-1, 3)
    a, b, c = (flat[triangles[:, k]] for k in range(3))
    if float((np.cross(b - a, c - a) * outward[triangles[:, 0]]).sum()) < 0:
        triangles = np.ascontiguousarray(triangles[:, ::-1])
    strands = unit(along) * (1 if shape.upward else -1)
    inside = np.clip((elevation - shape.hairline.elevation(turns)) / 40, 0, 1)
    count = points[..., 0].size
    return Tress(
        Surface(flat, outward, triangles),
        vector(strands.reshape(-1, 3)),
        vector((shape.root * (1 - 0.5 * inside)).reshape(-1)),
        np.full(count, shape.shade, np.float32),
        vector((1 - 0.6 * _valleys(shape, turns, elevation)).reshape(-1)),
    )


def _before(shape: Layer) -> float:
    """Degrees outside the hairline at which the layer begins, under the skin."""
    return _OUTSIDE * shape.edge


def _uneven(azimuth: Float) -> Float:
    """A natural unevenness in [-1, 1], the same on every head."""
    a = np.radians(azimuth)
    return vector(0.5 * np.sin(9 * a + 0.7) + 0.3 * np.sin(17 * a + 2.1) + 0.2 * np.sin(5 * a))


def _valleys(shape: Layer, azimuth: Float, elevation: Float) -> Float:
    if not shape.groove:
        return np.zeros(azimuth.shape, np.float32)
    a = np.radians(azimuth)
    # Uneven and shallow at the hairline: even dashes above the forehead look like a seam.
    wave = 1 - np.abs(np.sin(0.5 * shape.strands * a + 1.5 * np.sin(3 * a + 0.4) + 0.8 * np.sin(7 * a + 1.9) + 0.02 * elevation))
    inside = vector(elevation - shape.hairline.elevation(azimuth))
    return vector(0.7 * wave**1.5 * smoothstep(84, 55, elevation) * (0.25 + 0.75 * smoothstep(4, 20, inside)))


def _placed(shape: Layer, azimuth: Float, elevation: Float) -> Float:
    flat, up = azimuth.ravel(), elevation.ravel()
    height = shape.height(vector(flat), vector(up)) if callable(shape.height) else np.full(flat.shape, shape.height)
    inside = (up - shape.hairline.elevation(flat) - shape.ragged * _uneven(flat)) / shape.edge
    rise = np.where(inside > 0, np.sin(np.clip(inside, 0, 1) * np.pi / 2), np.clip(inside / _OUTSIDE, -1, 0))
    lift = np.where(inside > 0, height * rise, _SUNK * rise)
    depth = np.minimum(shape.groove, _DEEPEST * height)
    lift = lift - depth * _valleys(shape, flat, up) * np.clip(inside, 0, 1)
    units = vector(direction(flat, up))
    return above(units, lift).reshape(*azimuth.shape, 3)


AROUND_EAR = ((70.0, -4.0), (73.0, -15.0), (79.0, -18.0), (83.0, -4.0), (90.0, 2.0), (100.0, 0.0))
NAPE = ((109.0, -24.0), (125.0, -40.0), (180.0, -46.0))
NATURAL = Hairline(((0.0, 38.0), (20.0, 39.0), (33.0, 38.0), (45.0, 30.0), (55.0, 23.0), (63.0, 13.0), *AROUND_EAR, *NAPE))
ANGULAR = Hairline(
    ((0.0, 38.0), (16.0, 39.0), (30.0, 42.0), (38.0, 40.0), (47.0, 27.0), (60.0, 20.0), (66.0, 12.0), *AROUND_EAR, *NAPE)
)
