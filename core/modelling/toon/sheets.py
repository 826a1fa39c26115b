"""Cloth as rows of vertices: draped on a shape along rays, hemmed at its edge, or laid on as a piece with a thickness.

Rows follow what people see of clothes, their hems and collars, so these stay crisp where marching cubes would melt them.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from core.modelling.fields import Field, Float, cast, length, unit, vector
from core.modelling.meshing import Surface, normals_of, oriented
from core.modelling.patches import derived_normals, ring_triangles
from core.shapes import expect_shape

_HEM = np.radians([180.0, 135.0, 90.0, 45.0])


def projected(field: Field, center: ArrayLike, points: Float, reach: tuple[float, float] = (0.02, 1.9)) -> Float:
    """Where rays from a shape's middle through points leave it: (..., 3).

    Points below the middle are met by level rays, so that sleeves and sides run straight down.

    Args:
        field: The shape.
        center: (3,) its middle.
        points: (..., 3), about where the result shall be.
        reach: Distances along the rays between which the shape's surface lies.
    """
    middle = vector(center)
    flat = vector(points).reshape(-1, 3)
    origins = np.tile(middle, (len(flat), 1))
    origins[:, 1] = np.minimum(flat[:, 1], middle[1])
    return cast(field, origins, unit(vector(flat - origins)), reach, steps=48).reshape(points.shape)


def field_normals(field: Field, rows: Float, step: float = 0.02) -> Float:
    """The field's unit normals at rows of points (R, C, 3)."""
    return normals_of(field, rows.reshape(-1, 3), step).reshape(rows.shape)


def surface_of(rows: Float, normals: Float, *, closed: bool = True) -> Surface:
    """A surface through rows of points (R, C, 3) with given normals."""
    sizes = expect_shape(rows, "R C 3")
    triangles = ring_triangles(sizes["R"], sizes["C"], closed=closed)
    return oriented(Surface(vector(rows.reshape(-1, 3)), unit(vector(normals.reshape(-1, 3))), triangles))


def hemmed(field: Field, rows: Float, thickness: float, *, step: float = 0.02, depth: float = 0.06) -> Surface:
    """Cloth on a shape whose first row is a rounded edge that turns inward.

    Args:
        field: The shape that the rows lie on; gives the normals.
        rows: (R, C, 3), closed around, from the edge on.
        thickness: Of the edge.
        step: Half the distance over which normals are measured.
        depth: How far the inside of the edge reaches back along the cloth.
    """
    normals = field_normals(field, rows, step)
    radius = np.float32(thickness / 2)
    edge, out = rows[0], normals[0]
    along = vector(rows[0] - rows[1])
    along = unit(vector(along - (along * out).sum(-1, keepdims=True) * out))
    turned = [vector(out * np.cos(a) + along * np.sin(a)) for a in _HEM]
    rolled = [vector(edge + radius * (turn - out)) for turn in turned]
    lining = vector(rolled[0] - along * np.float32(depth))
    return surface_of(np.stack([lining, *rolled, *rows]), np.stack([-out, *turned, *normals]))


def solid(rows: Float, thickness: ArrayLike, *, closed: bool = False, rounding: float = 0.5) -> Surface:
    """A sheet with a thickness: a collar, a lapel, a strap, the brim of a hat.

    Args:
        rows: (R, C, 3) its middle.
        thickness: One number, or one for each point (R, C).
        closed: Whether the last column joins the first; otherwise both ends are closed to an edge.
        rounding: How round the sheet's edges are, in rows: the share of the thickness that the outermost rows keep.
    """
    sizes = expect_shape(rows, "R C 3")
    middle = derived_normals(vector(rows.reshape(-1, 3)), ring_triangles(sizes["R"], sizes["C"], closed=closed))
    half = np.broadcast_to(vector(thickness) / 2, rows.shape[:2]).astype(np.float32)
    half[[0, -1]] *= rounding
    if not closed:
        half[:, [0, -1]] *= rounding
    offset = middle.reshape(rows.shape) * half[..., None]
    ring = np.concatenate([rows + offset, (rows - offset)[::-1]])
    ring = np.concatenate([ring, ring[:1]])
    if not closed:
        first, last = (np.concatenate([rows[:, k], rows[::-1, k], rows[:1, k]])[:, None] for k in (0, -1))
        ring = np.concatenate([first, ring, last], 1)
    return welded(vector(ring), closed=closed)


def welded(rows: Float, *, closed: bool) -> Surface:
    """A surface through rows of points whose first and last row are the same, with one smooth normal at each place."""
    sizes = expect_shape(rows, "R C 3")
    triangles = ring_triangles(sizes["R"], sizes["C"], closed=closed)
    flat = vector(rows.reshape(-1, 3))
    _, first, same = np.unique(np.round(flat, 5), axis=0, return_index=True, return_inverse=True)
    joined = same.reshape(-1)[triangles].astype(np.uint32)
    kept = (joined[:, 0] != joined[:, 1]) & (joined[:, 1] != joined[:, 2]) & (joined[:, 2] != joined[:, 0])
    triangles, positions = np.ascontiguousarray(joined[kept]), flat[first]
    return outward(Surface(positions, derived_normals(positions, triangles), triangles))


def outward(surface: Surface) -> Surface:
    """A closed surface with its triangles and normals turned so that it encloses a positive volume."""
    a, b, c = (surface.positions[surface.triangles[:, k]].astype(np.float64) for k in range(3))
    if float(np.einsum("fi,fi->", np.cross(a, b), c)) >= 0:
        return surface
    return Surface(surface.positions, -surface.normals, np.ascontiguousarray(surface.triangles[:, ::-1]))


def between(first: Float, last: Float, count: int) -> Float:
    """Rows (count, C, 3) from one curve (C, 3) to another."""
    share = np.linspace(0, 1, count)[:, None, None]
    return vector(first[None] * (1 - share) + last[None] * share)


def ridge(points: Float, line: ArrayLike, width: float) -> Float:
    """A soft fold along a polyline (K, 3): 1 in its middle, falling to 0 over about `width` and towards its ends: (V,)."""
    corners = vector(line)
    lengths = length(vector(np.diff(corners, axis=0)))
    starts = np.concatenate([[0], np.cumsum(lengths)])
    nearest = np.full(points.shape[:-1], np.inf, np.float32)
    place = np.zeros_like(nearest)
    for index, (start, end) in enumerate(pairwise(corners)):
        along = np.clip((points - start) @ (end - start) / max(float(lengths[index] ** 2), 1e-9), 0, 1)
        distance = length(vector(points - start - along[..., None] * (end - start)))
        place = np.where(distance < nearest, (starts[index] + along * lengths[index]) / starts[-1], place)
        nearest = np.minimum(nearest, distance)
    return vector(np.exp(-((nearest / np.float32(width)) ** 2)) * np.sin(np.pi * place))
