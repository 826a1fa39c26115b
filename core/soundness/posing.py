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
        self._corners = body.positions[triangles].astype(np.float64)
        self._normals = body.normals[triangles].astype(np.float64)
        self._tree = cKDTree(self._corners.mean(axis=1))

    def heights(self, points: Float) -> tuple[Float, Float]:
        """(N,) signed distances, negative inside, infinite where the surface is far; (N, 3) the surface's normals there."""
        distance, first = self._tree.query(points, distance_upper_bound=_REACH)
        found = np.flatnonzero(np.isfinite(distance))
        heights = np.full(len(points), np.inf, np.float32)
        normals = np.zeros((len(points), 3), np.float32)
        places = self._corners[first[found]].mean(axis=1)
        heights[found], normals[found] = _signed(points[found] - places, self._normals[first[found]].mean(axis=1))
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
        corners = self._corners[index]
        shares = _shares(points[:, None], corners)
        places = np.einsum("nkc,nkci->nki", shares, corners)
        offsets = points[:, None] - places
        best = np.einsum("nki,nki->nk", offsets, offsets).argmin(axis=1)
        rows = np.arange(len(points))
        normals = np.einsum("nc,nci->ni", shares[rows, best], self._normals[index[rows, best]])
        return offsets[rows, best], normals


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


def _shares(points: NDArray[np.float64], corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, K, 3) shares of a triangle's corners in its place nearest to a point: (N, 1, 3) points, (N, K, 3, 3) corners."""
    a, b, c = (corners[:, :, index] for index in range(3))
    ab, ac, ap = b - a, c - a, points - a
    d00, d01, d11, d20, d21 = (np.einsum("nki,nki->nk", x, y) for x, y in ((ab, ab), (ab, ac), (ac, ac), (ap, ab), (ap, ac)))
    area = np.maximum(d00 * d11 - d01 * d01, 1e-18)
    v, w = (d11 * d20 - d01 * d21) / area, (d00 * d21 - d01 * d20) / area
    shares = np.stack([1 - v - w, v, w], axis=-1)
    n, k = np.nonzero((shares < 0).any(axis=-1))
    if len(n):  # beyond an edge: the nearest place on any of the three
        shares[n, k] = _edge_shares(points[n, 0], corners[n, k])
    return shares


def _edge_shares(points: NDArray[np.float64], corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 3) the same for the outline of triangles: (N, 3) points, (N, 3, 3) corners."""
    along = np.roll(corners, -1, axis=1) - corners
    to = points[:, None] - corners
    t = np.einsum("nei,nei->ne", to, along) / np.maximum(np.einsum("nei,nei->ne", along, along), 1e-18)
    t = np.clip(t, 0.0, 1.0)
    best = np.linalg.norm(to - t[..., None] * along, axis=-1).argmin(axis=1)
    rows = np.arange(len(points))
    shares = np.zeros((len(points), 3))
    shares[rows, best] = 1 - t[rows, best]
    shares[rows, (best + 1) % 3] = t[rows, best]
    return shares
