"""An avatar's meshes as one surface, where its numbers and options put them, and where points are to it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from core.avatar.vector import AvatarVector
from core.engines.pack import PackEngine
from core.rendering.mesh import PARTS

Float = NDArray[np.float32]

_REACH = 0.3
"""How far from a surface a point still belongs to it; 1 is about half the head's width."""

_CLOSE = 0.08  # nearer than this the triangles are looked at, farther the nearest one's plane does
_CANDIDATES = 8
_SIDEWAYS = 0.5  # cosine between a point's offset and the normal below which it is beside the surface, past an open edge


@dataclass(frozen=True, eq=False)
class Body:
    """Some parts of an avatar.

    Attributes:
        positions: (V, 3).
        normals: (V, 3), unit length, outward.
        parts: (V,) index into `core.rendering.mesh.PARTS`.
        triangles: (F, 3) rows of `positions`; a triangle has the part of its first vertex.
    """

    positions: Float
    normals: Float
    parts: NDArray[np.uint8]
    triangles: NDArray[np.int64]

    def vertices_of(self, parts: Sequence[str]) -> NDArray[np.intp]:
        """(N,) rows of the vertices of these parts."""
        return np.flatnonzero(self._is_of(parts))

    def triangles_of(self, parts: Sequence[str]) -> NDArray[np.int64]:
        """(N, 3) the triangles of these parts."""
        return self.triangles[self._is_of(parts)[self.triangles[:, 0]]]

    def _is_of(self, parts: Sequence[str]) -> NDArray[np.bool_]:
        return np.isin(self.parts, [PARTS.index(part) for part in parts])


class Surface:
    """Measures where points are to the triangles of some parts."""

    def __init__(self, body: Body, parts: Sequence[str]) -> None:
        """Args: the avatar, and the parts, at least `_CANDIDATES` triangles of them."""
        triangles = body.triangles_of(parts)
        a, b, c = (body.positions[triangles[:, corner]].astype(np.float64) for corner in range(3))
        self._corner, self._to_b, self._to_c = a, b - a, c - a
        self._squares = [_dot(self._to_b, self._to_b), _dot(self._to_b, self._to_c), _dot(self._to_c, self._to_c)]
        self._normals = body.normals[triangles].astype(np.float64)
        self._middles = (a + b + c) / 3
        # Neither balanced nor compact: built in half the time, and asked too rarely to win it back.
        self._tree = cKDTree(self._middles, balanced_tree=False, compact_nodes=False)

    def heights(self, points: Float) -> tuple[Float, Float]:
        """(N,) signed distances, negative inside, infinite where the surface is far; (N, 3) the surface's normals there."""
        distance, first = self._tree.query(points, distance_upper_bound=_REACH)
        found = np.flatnonzero(np.isfinite(distance))
        heights = np.full(len(points), np.inf, np.float32)
        normals = np.zeros((len(points), 3), np.float32)
        far = found[distance[found] >= _CLOSE]
        heights[far], normals[far] = _signed(points[far] - self._middles[first[far]], self._normals[first[far]].mean(axis=1))
        close = found[distance[found] < _CLOSE]
        if len(close):
            _, index = self._tree.query(points[close], k=_CANDIDATES)
            offsets, slopes = self._nearest(points[close].astype(np.float64), index)
            heights[close], normals[close] = _signed(offsets, slopes)
        return heights, normals

    def gap(self, points: Float) -> float:
        """The distance from the nearest of these points (N, 3) to the surface."""
        _, index = self._tree.query(points, k=_CANDIDATES)
        return float(np.linalg.norm(self._nearest(points.astype(np.float64), index)[0], axis=1).min())

    def _nearest(self, points: NDArray[np.float64], index: NDArray[np.intp]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(N, 3) offsets from the nearest place on any of these (N, K) triangles, and the normals there."""
        to = points[:, None] - self._corner[index]
        bb, bc, cc = (square[index] for square in self._squares)
        b, c, distance = _shares(bb, bc, cc, _dot(to, self._to_b[index]), _dot(to, self._to_c[index]), _dot(to, to))
        best = distance.argmin(axis=1)
        rows = np.arange(len(points))
        chosen, b, c = index[rows, best], b[rows, best, None], c[rows, best, None]
        at_a, at_b, at_c = (self._normals[chosen, corner] for corner in range(3))
        return to[rows, best] - b * self._to_b[chosen] - c * self._to_c[chosen], (1 - b - c) * at_a + b * at_b + c * at_c


def posed(engine: PackEngine, vector: AvatarVector) -> Body:
    """The avatar as it is drawn at full detail."""
    positions, normals, parts, triangles, count = [], [], [], [], 0
    for item in engine.items(vector, "full"):
        mesh = item.mesh
        moved, turned = mesh.positions.copy(), mesh.normals.copy()
        for name, morph in mesh.morphs.items():
            weight = np.float32(item.weights.get(name, 0.0))
            if weight:
                moved += weight * morph.positions
                turned += weight * morph.normals
        positions.append(moved)
        normals.append(turned / np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-9))
        parts.append(mesh.parts)
        triangles.append(mesh.triangles.astype(np.int64) + count)
        count += len(moved)
    return Body(*map(np.concatenate, (positions, normals, parts, triangles)))


def at_rest(vector: AvatarVector) -> AvatarVector:
    """The avatar with the same meshes before anything moves them: numbers at their defaults, and no expression."""
    numbers = {parameter.id for parameter in vector.schema.continuous}
    return vector.with_values({one.id: one.default for one in vector.schema if one.id in {*numbers, "expression"}})


def _signed(offsets: NDArray[np.floating], normals: NDArray[np.floating]) -> tuple[Float, Float]:
    """Distances with the side's sign, infinite beside the surface, and unit normals."""
    normals = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    distance = np.linalg.norm(offsets, axis=1)
    along = np.einsum("ni,ni->n", offsets, normals)
    signed = np.where(np.abs(along) < _SIDEWAYS * distance, np.inf, np.copysign(distance, along))
    return np.asarray(signed, np.float32), np.asarray(normals, np.float32)


def _dot(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.einsum("...i,...i->...", first, second), np.float64)


def _shares(
    bb: NDArray[np.float64],
    bc: NDArray[np.float64],
    cc: NDArray[np.float64],
    b: NDArray[np.float64],
    c: NDArray[np.float64],
    square: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The place of a triangle nearest to a point.

    Args:
        bb: Like all (N, K): the dot product of the side to the second corner with itself.
        bc: Of both sides.
        cc: Of the side to the third corner with itself.
        b: Of the way from the first corner to the point with the side to the second corner.
        c: With the side to the third.
        square: With itself.

    Returns:
        (N, K) the second corner's share in the place, the third's, and the squared distance of the point from it.
    """
    area = np.maximum(bb * cc - bc * bc, 1e-18)
    v, w = (cc * b - bc * c) / area, (bb * c - bc * b) / area
    beyond = np.nonzero((v < 0) | (w < 0) | (v + w > 1))
    if len(beyond[0]):  # an edge: the nearest place on any of the three
        bb1, bc1, cc1, b1, c1 = (array[beyond] for array in (bb, bc, cc, b, c))
        on_b = np.clip(b1 / np.maximum(bb1, 1e-18), 0.0, 1.0)
        on_c = np.clip(c1 / np.maximum(cc1, 1e-18), 0.0, 1.0)
        across = np.clip((c1 - b1 + bb1 - bc1) / np.maximum(bb1 - 2 * bc1 + cc1, 1e-18), 0.0, 1.0)
        none = np.zeros_like(on_b)
        vs, ws = np.stack([on_b, none, 1 - across]), np.stack([none, on_c, across])
        best = (vs * (vs * bb1 - 2 * b1) + ws * (ws * cc1 - 2 * c1) + 2 * vs * ws * bc1).argmin(axis=0)
        rows = np.arange(len(best))
        v[beyond], w[beyond] = vs[best, rows], ws[best, rows]
    return v, w, square + v * (v * bb - 2 * b) + w * (w * cc - 2 * c) + 2 * v * w * bc
