"""Clipped hair: one closed velvety surface with quiet strokes on it, and a hairline that thins out into the skin."""

from dataclasses import dataclass, replace

import numpy as np

from core.modelling.fields import Float, smoothstep, unit, vector
from core.modelling.meshing import Surface
from core.modelling.patches import resampled
from core.modelling.toon.hair_caps import Layer, layer
from core.modelling.toon.hair_fields import SCALP_CENTER, Hairline, direction
from core.modelling.toon.hair_scalp import Point, above
from core.modelling.toon.hair_tress import Tress, joined_tresses

_GOLDEN = np.pi * (3 - 5**0.5)

_WHORL = vector(direction(168.0, 62.0))
"""Where clipped hair flows away from: a little aside on the back of the crown, as on people."""

_FLAT = 0.005
"""Height above the skin of the bristles at the hairline: more than the skin's triangles differ from its field."""

_FADE = 0.6
"""Degrees between the bristles at the hairline."""

_OPEN = 0.5
"""How much light reaches between clipped hair: it shines less than combed hair."""


@dataclass(frozen=True)
class Nap:
    """Hair clipped to almost nothing on a part of the scalp.

    Attributes:
        hairline: Where it begins.
        count: How many strokes there would be on a whole ball.
        height: Above the skin.
        edge: Degrees over which it rises from the hairline.
        columns: Vertices around.
        fade: Degrees outside the hairline to which the longest bristles reach.
        seed: Of its unevenness.
    """

    hairline: Hairline
    count: int = 1200
    height: float = 0.016
    edge: float = 8.0
    columns: int = 120
    fade: float = 3.0
    seed: int = 1


def clipped(shape: Nap) -> Tress:
    """All of it: a closed surface, strokes on it, and bristles that thin out at the hairline."""
    made = joined_tresses([_surface(shape), nap(shape), feathered(outline(shape.hairline), shape.fade, shape.seed)])
    return replace(made, along=np.zeros_like(made.along))  # all root: the shader gives it little shine


def _surface(shape: Nap) -> Tress:
    """A layer that is lit like the skin under it, so that its edge catches no light, combed like the strokes."""
    made = layer(Layer(shape.hairline, shape.height, shape.edge, shape.columns, 20, groove=0.0, ragged=0.0, shade=0.5))
    out = unit(vector(made.surface.positions - SCALP_CENTER))
    normals = _skin_normals(out)
    rng = np.random.default_rng(shape.seed)
    surface = Surface(made.surface.positions, normals, made.surface.triangles)
    flow = _flow(out, normals)
    noise = rng.uniform(-0.2, 0.2, len(out))
    return Tress(surface, flow, made.along, vector(made.shade + noise), np.full(len(out), _OPEN, np.float32))


def _turned(directions: Float, normals: Float, angles: Float) -> Float:
    """Directions (V, 3) turned about normals by angles (V,) in radians."""
    return vector(np.cos(angles)[:, None] * directions + np.sin(angles)[:, None] * np.cross(normals, directions))


def _skin_normals(out: Float) -> Float:
    """Unit normals (V, 3) of the skin along unit vectors from the scalp's middle."""
    aside = unit(vector(np.cross(out, vector([0.31, 0.05, 0.95]))))
    ahead = vector(np.cross(aside, out))
    step = np.float32(0.05)
    across, along = (
        above(unit(vector(out + step * way)), 0.0) - above(unit(vector(out - step * way)), 0.0) for way in (aside, ahead)
    )
    normals = unit(vector(np.cross(across, along)))
    return vector(np.where((normals * out).sum(1, keepdims=True) < 0, -normals, normals))


def _flow(out: Float, normals: Float) -> Float:
    """Unit directions (V, 3) on the skin in which hair lies: away from the whorl, winding near it, forward over the forehead."""
    away = out - _WHORL
    swirl = np.cross(_WHORL, away) * np.exp(-np.square(away).sum(1, keepdims=True) / 0.3)
    heading = away / (0.15 + np.linalg.norm(away, axis=1, keepdims=True)) + 1.2 * swirl + vector([0, -0.25, 0.2])
    return unit(vector(heading - (heading * normals).sum(1, keepdims=True) * normals))


def nap(shape: Nap) -> Tress:
    """The strokes: slender leaves that lie along the flow, their tips a hair above the surface."""
    rng = np.random.default_rng(shape.seed)
    index = np.arange(shape.count) + rng.uniform(0.1, 0.9, shape.count)
    elevation = np.degrees(np.arcsin(1 - 2 * index / shape.count)) + rng.normal(0, 1.6, shape.count)
    azimuth = (np.degrees(_GOLDEN * index) + rng.normal(0, 2.5, shape.count) + 180) % 360 - 180
    inside = vector(elevation - shape.hairline.elevation(azimuth))
    kept = (inside > 2.0) & (elevation < 89)
    out, inside = vector(direction(azimuth[kept], elevation[kept])), inside[kept]
    lift = shape.height * np.sin(np.clip(inside / shape.edge, 0, 1) * np.pi / 2)
    grown = 0.45 + 0.55 * smoothstep(0, 2 * shape.edge, inside)
    size = vector(0.075 * grown * rng.uniform(0.7, 1.3, len(out)))
    normals = _skin_normals(out)
    flow = _turned(_flow(out, normals), normals, vector(rng.normal(0, 0.3, len(out))))
    tips = unit(vector(out + size[:, None] * flow))
    feet = above(out, lift - 0.002)
    shade = vector(rng.uniform(0.35, 0.65, len(out)))
    return _leaves(feet, above(tips, lift + 0.005 * grown), normals, vector(0.13 * size), (0.08, 0.2), shade)


def outline(hairline: Hairline) -> Float:
    """The whole hairline as a line of unit vectors (N, 3), hair to its left."""
    azimuth = np.linspace(-180, 180, 721)
    return vector(direction(azimuth, hairline.elevation(azimuth)))


def feathered(edge: Float, reach: float, seed: int = 1, *, lean: Point = (0.0, 0.0, 0.0)) -> Tress:
    """Bristles across the edge of short hair, dense at it and ever fewer farther out: seen from afar it fades into the skin.

    Args:
        edge: (N, 3) unit vectors from the scalp's middle along the edge, the hair to the left.
        reach: Degrees to which the longest go beyond the edge.
        seed: Of their lengths.
        lean: What is added to the unit direction in which they go out.
    """
    rng = np.random.default_rng(seed)
    whole = np.degrees(np.linalg.norm(np.diff(edge, axis=0), axis=1).sum())
    line = unit(resampled(edge, int(whole / _FADE)))
    index = np.arange(len(line))
    onward = unit(vector(line[np.minimum(index + 6, len(line) - 1)] - line[np.maximum(index - 6, 0)]))
    out = unit(vector(line + rng.normal(0, np.radians(0.4 * _FADE), line.shape)))
    outward = vector(np.cross(onward, out))
    normals = _skin_normals(out)
    flow = _flow(out, normals)
    along = vector(lean) + 0.5 * flow * ((flow * outward).sum(1, keepdims=True) > -0.2)
    heading = unit(vector(outward + along - (along * out).sum(1, keepdims=True) * out))
    heading = _turned(heading, normals, vector(rng.normal(0, 0.25, len(out))))
    # Around the ear they would cross each other.
    reaching = reach * (1 - 0.75 * smoothstep(0.80, 0.95, np.abs(out[:, 0])) * smoothstep(-0.5, -0.35, out[:, 1]))
    length = np.radians(reaching * (0.12 + 0.88 * rng.uniform(0, 1, len(out)) ** 1.6))[:, None]
    feet = unit(vector(out - np.radians(2.2) * heading))
    tips = unit(vector(out + length * heading))
    width = np.full(len(out), 0.5 * np.radians(_FADE), np.float32)
    shade = vector(rng.uniform(0.4, 0.6, len(out)))
    return _leaves(above(feet, _FLAT), above(tips, _FLAT), normals, width, (0.08, 0.10), shade)


def _leaves(feet: Float, tips: Float, normals: Float, width: Float, along: tuple[float, float], shade: Float) -> Tress:
    """One triangle for each leaf, lit like the surface under it.

    Args:
        feet: (N, 3) the middles of their feet.
        tips: (N, 3) their points.
        normals: (N, 3) unit.
        width: (N,) half widths of the feet.
        along: Root-to-tip value at the foot and at the tip.
        shade: (N,) lightness.
    """
    flow = unit(vector(tips - feet))
    aside = unit(vector(np.cross(normals, flow))) * width[:, None]
    points = np.stack([feet - aside, feet + aside, tips], 1)
    count = len(feet)
    facing = np.cross(points[:, 1] - points[:, 0], points[:, 2] - points[:, 0])
    corners = np.arange(3 * count, dtype=np.uint32).reshape(-1, 3)
    wrong = (facing * normals).sum(1) < 0
    corners[wrong] = corners[wrong][:, ::-1]
    surface = Surface(vector(points.reshape(-1, 3)), np.repeat(normals, 3, 0), corners)
    foot, tip = along
    return Tress(
        surface,
        np.repeat(flow, 3, 0),
        vector(np.tile([foot, foot, tip], count)),
        np.repeat(shade, 3),
        np.full(3 * count, _OPEN, np.float32),
    )
