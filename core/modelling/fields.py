"""Signed distance fields: shapes as functions from points to distances, negative inside.

A field takes points (..., 3) float32 and gives (...) float32. Shapes are combined by taking smooth minima (a union with a fillet)
and smooth maxima (a cut with a fillet). Distances need only be right near the surface; elsewhere a lower bound serves.

Source: I. Quilez, "Distance functions" and "Smooth minimum" (iquilezles.org/articles); the polynomial smooth minimum.
"""

from collections.abc import Callable, Sequence
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

Float = NDArray[np.float32]
Field = Callable[[Float], Float]


def vector(values: ArrayLike) -> Float:
    """Numbers as float32: fields stay in single precision."""
    return np.asarray(values, dtype=np.float32)


def length(points: Float) -> Float:
    """Euclidean length along the last axis."""
    return vector(np.sqrt(np.einsum("...i,...i->...", points, points)))


def mirrored(points: Float) -> Float:
    """Points with x folded to the positive side: a field of them is symmetric."""
    folded = points.copy()
    folded[..., 0] = np.abs(folded[..., 0])
    return folded


def sphere(points: Float, center: ArrayLike, radius: float) -> Float:
    """Distance to a sphere."""
    return vector(length(vector(points - vector(center))) - np.float32(radius))


def ellipsoid(points: Float, center: ArrayLike, radii: ArrayLike) -> Float:
    """Near the surface, the distance to an axis-aligned ellipsoid."""
    relative = (points - vector(center)) / vector(radii)
    scaled = length(relative)
    gradient = length(relative / vector(radii))
    return vector(scaled * (scaled - 1) / np.maximum(gradient, np.float32(1e-6)))


def capsule(points: Float, start: ArrayLike, end: ArrayLike, radius: float, end_radius: float | None = None) -> Float:
    """Distance to a segment with a radius that changes linearly from `start` to `end`."""
    first, axis = vector(start), vector(end) - vector(start)
    last = radius if end_radius is None else end_radius
    along = vector(np.clip(((points - first) @ axis) / max(float(axis @ axis), 1e-12), 0, 1))
    return vector(length(points - first - along[..., None] * axis) - (np.float32(radius) + np.float32(last - radius) * along))


def torus(points: Float, center: ArrayLike, radius: float, thickness: float) -> Float:
    """Distance to a ring around the y axis."""
    relative = points - vector(center)
    ring = np.hypot(relative[..., 0], relative[..., 2]) - np.float32(radius)
    return vector(np.hypot(ring, relative[..., 1]) - np.float32(thickness))


def rounded_box(points: Float, center: ArrayLike, half_sizes: ArrayLike, rounding: float) -> Float:
    """Distance to a box whose edges are rounded by `rounding`."""
    outside = np.abs(points - vector(center)) - (vector(half_sizes) - np.float32(rounding))
    return vector(length(np.maximum(outside, 0)) + np.minimum(outside.max(-1), 0) - np.float32(rounding))


def smooth_min(first: Float, second: Float, blend: float) -> Float:
    """Union with a fillet of about `blend`."""
    if blend <= 0:
        return vector(np.minimum(first, second))
    h = np.clip(0.5 + 0.5 * (second - first) / np.float32(blend), 0, 1)
    return vector(second + (first - second) * h - np.float32(blend) * h * (1 - h))


def smooth_max(first: Float, second: Float, blend: float) -> Float:
    """Intersection with a fillet of about `blend`; with a negated second field, a cut."""
    return vector(-smooth_min(vector(-first), vector(-second), blend))


def smoothstep(low: float, high: float, values: Float) -> Float:
    """0 below `low`, 1 above `high`, a cubic with flat ends between; `low` may exceed `high`."""
    t = np.clip((values - np.float32(low)) / np.float32(high - low), 0, 1)
    return vector(t * t * (3 - 2 * t))


def bezier(controls: ArrayLike, count: int) -> Float:
    """Points on a Bezier curve of any degree.

    Args:
        controls: (K, D) control points.
        count: How many points, ends included.

    Returns:
        (count, D).
    """
    points = np.asarray(controls, dtype=np.float64)
    degree = len(points) - 1
    t = np.linspace(0, 1, count)[:, None]
    return vector(sum(comb(degree, i) * (1 - t) ** (degree - i) * t**i * points[i] for i in range(degree + 1)))


def spline(controls: ArrayLike, count: int) -> Float:
    """Points on a curve through the control points (a Catmull-Rom spline).

    Args:
        controls: (K, D) points to pass, K at least 2.
        count: How many points, ends included, evenly spaced in the parameter.
    """
    points = np.asarray(controls, dtype=np.float64)
    padded = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    place = np.linspace(0, len(points) - 1, count)
    index = np.minimum(place.astype(int), len(points) - 2)
    t = (place - index)[:, None]
    a, b, c, d = (padded[index + k] for k in range(4))
    return vector(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))


def chain(points: Float, centers: ArrayLike, radii: Sequence[float] | Float, reach: float = 0.15, blend: float = 0.0) -> Float:
    """A tube through `centers` whose radius changes along it: a lock, a brow, a wire.

    Args:
        points: (..., 3).
        centers: (K, 3) of the tube's middle line, e.g. from `bezier`.
        radii: K radii.
        reach: Points farther than this from the tube's box get `reach` itself: keep it above the largest blend used with the tube
            and above the grid's coarse step (`meshing.REACH` spacings).
        blend: Fillet between neighbouring segments; 0 is the hard minimum, which shows no ripples within one tube.
    """
    line, widths = vector(centers), vector(radii)
    margin = float(widths.max()) + reach
    near = ((points > line.min(0) - margin) & (points < line.max(0) + margin)).all(-1)
    distances = np.full(points.shape[:-1], reach, np.float32)
    if near.any():
        inside = points[near]
        tube = capsule(inside, line[0], line[1], float(widths[0]), float(widths[1]))
        for k in range(1, len(line) - 1):
            piece = capsule(inside, line[k], line[k + 1], float(widths[k]), float(widths[k + 1]))
            tube = smooth_min(tube, piece, blend)
        distances[near] = np.minimum(tube, np.float32(reach))
    return distances


def gradient(field: Field, points: Float, step: float = 2e-3) -> Float:
    """The field's slope at points (V, 3), by four samples at a tetrahedron's corners; a wider step smooths normals."""
    corners = vector([[1, -1, -1], [-1, -1, 1], [-1, 1, -1], [1, 1, 1]])
    samples = np.stack([field((points + np.float32(step) * corner).astype(np.float32)) for corner in corners])
    return vector(np.einsum("kv,ki->vi", samples, corners) / (4 * step))


def unit(vectors: Float) -> Float:
    """Vectors scaled to length 1; the zero vector stays."""
    return vector(vectors / np.maximum(length(vectors), 1e-9)[..., None])


def cast(
    field: Field, origins: Float, directions: Float, reach: tuple[float, float], *, steps: int = 24, first: bool = False
) -> Float:
    """Where rays leave the shape.

    Args:
        field: The shape.
        origins: (V, 3), or (3,) for all.
        directions: (V, 3) unit vectors.
        reach: Distances along the rays between which the search is; the farther one is outside the shape.
        steps: Samples between them; two surfaces closer than a step may be taken for one.
        first: The first way out from the nearer one, instead of the last one.

    Returns:
        (V, 3); the point at the nearer distance where a ray never leaves the shape.
    """
    near, far = reach
    starts = np.broadcast_to(vector(origins), directions.shape)
    stops = vector(np.linspace(near, far, steps))
    inside = np.stack([field(vector(starts + directions * stop)) < 0 for stop in stops])
    if first:
        index = np.maximum(np.argmin(inside, axis=0) - 1, 0)
    else:
        index = np.where(inside.any(0), steps - 1 - np.argmax(inside[::-1], axis=0), 0)
    low, high = stops[index], stops[np.minimum(index + 1, steps - 1)]
    low, high = np.where(inside.any(0), low, near), np.where(inside.any(0), high, near)
    for _ in range(14):
        middle = vector((low + high) / 2)
        deep = field(vector(starts + directions * middle[:, None])) < 0
        low, high = np.where(deep, middle, low), np.where(deep, high, middle)
    return vector(starts + directions * ((low + high) / 2)[:, None])
