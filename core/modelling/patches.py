"""Surfaces with a planned topology: rings around an opening, and tubes along a curve.

Where a feature's edges matter (lids, lips, brows), rows of vertices that follow it give a crisper result than marching cubes.
"""

import numpy as np
from numpy.typing import NDArray

from core.modelling.fields import Float, length, unit, vector
from core.modelling.meshing import Surface
from core.rendering.normals import NormalDeriver
from core.shapes import expect_shape

Triangles = NDArray[np.uint32]


def ring_triangles(rows: int, columns: int, *, closed: bool = True) -> Triangles:
    """Triangles between consecutive rows of a grid of vertices, row after row.

    Seen from where rows grow away from the middle and columns turn counter-clockwise, they are counter-clockwise.

    Args:
        rows: How many rows.
        columns: Vertices in a row.
        closed: Whether the last column joins the first.
    """
    index = np.arange(rows * columns, dtype=np.uint32).reshape(rows, columns)
    if closed:
        index = np.concatenate([index, index[:, :1]], 1)
    a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
    return np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])


def derived_normals(positions: Float, triangles: Triangles) -> Float:
    """Unit normals from the triangles around each vertex."""
    return NormalDeriver(positions, triangles).normals(positions)


def grid_surface(rows: Float, *, closed: bool = True) -> Surface:
    """A surface through rows of points (R, C, 3), its normals from its triangles."""
    sizes = expect_shape(rows, "R C 3")
    triangles = ring_triangles(sizes["R"], sizes["C"], closed=closed)
    positions = vector(rows.reshape(-1, 3))
    return Surface(positions, derived_normals(positions, triangles), triangles)


def resampled(curve: Float, count: int) -> Float:
    """Points (count, D) at even distances along a polyline (K, D)."""
    steps = np.concatenate([[0], np.cumsum(length(vector(np.diff(curve, axis=0))))])
    places = np.linspace(0, steps[-1], count)
    return vector(np.stack([np.interp(places, steps, curve[:, k]) for k in range(curve.shape[1])], 1))


def swept(centers: Float, outward: Float, half_widths: Float, half_depths: Float, sides: int = 8) -> Surface:
    """A tube with an elliptic section along a curve, its ends closed to a point.

    Args:
        centers: (K, 3) middle line.
        outward: (K, 3) the section's depth axis, e.g. the skin's normal; made perpendicular to the curve.
        half_widths: (K,) across the curve.
        half_depths: (K,) along `outward`.
        sides: Vertices around.
    """
    count = expect_shape(centers, "K 3")["K"]
    expect_shape(outward, f"{count} 3")
    along = unit(vector(np.gradient(centers, axis=0)))
    depth = unit(vector(outward - (outward * along).sum(1, keepdims=True) * along))
    across = vector(np.cross(along, depth))
    angles = np.arange(sides) * 2 * np.pi / sides
    ring = np.cos(angles)[None, :, None] * (across * half_widths[:, None])[:, None]
    ring = ring + np.sin(angles)[None, :, None] * (depth * half_depths[:, None])[:, None]
    body = centers[:, None] + ring
    first = np.broadcast_to(centers[:1, None] - along[:1, None] * half_depths[0] * 0.6, (1, sides, 3))
    last = np.broadcast_to(centers[-1:, None] + along[-1:, None] * half_depths[-1] * 0.6, (1, sides, 3))
    return grid_surface(vector(np.concatenate([first, body, last])))
