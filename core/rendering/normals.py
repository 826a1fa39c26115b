"""Normals that follow from a mesh's triangles."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.shapes import expect_shape

Float = NDArray[np.float32]


class NormalDeriver:
    """Finds how a morph turns the normals of one mesh from how it moves the triangles.

    Vertices at the same place count as one, so that a seam of the UVs does not open.
    """

    def __init__(self, positions: Float, triangles: NDArray[np.integer[Any]]) -> None:
        """Args: (V, 3) positions at rest; (F, 3) triangles."""
        expect_shape(positions, "V 3")
        expect_shape(triangles, "F 3")
        places, self._place_of = np.unique(np.round(positions, 4), axis=0, return_inverse=True)
        self._corners = self._place_of[triangles]
        self._positions = positions
        self._triangles = triangles
        self._count = len(places)
        self._areas = self._areas_of(positions, triangles)
        self._total = self._summed(self._areas, self._corners)
        self._rest = self._unit(self._total)

    def __call__(self, offsets: Float) -> Float:
        """(V, 3) offsets of the normals for (V, 3) offsets of the positions."""
        moved = np.asarray(offsets.any(axis=1))
        touched = np.flatnonzero(moved[self._triangles].any(axis=1))
        if not len(touched):
            return np.zeros_like(self._rest)
        triangles = self._triangles[touched]
        change = self._areas_of(self._positions + offsets, triangles) - self._areas[touched]
        return self._unit(self._total + self._summed(change, self._corners[touched])) - self._rest

    def normals(self, positions: Float) -> Float:
        """(V, 3) unit normals, averaged over triangles by area."""
        return self._unit(self._summed(self._areas_of(positions, self._triangles), self._corners))

    @staticmethod
    def _areas_of(positions: Float, triangles: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
        """(F, 3) normals of triangles, as long as twice their areas."""
        a, b, c = (positions[triangles[:, corner]].astype(np.float64) for corner in range(3))
        return np.asarray(np.cross(b - a, c - a))

    def _summed(self, areas: NDArray[np.float64], corners: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
        """(P, 3) sums over the triangles around each place."""
        total = np.zeros((self._count, 3))
        for axis in range(3):
            for corner in range(3):
                total[:, axis] += np.bincount(corners[:, corner], areas[:, axis], self._count)
        return total

    def _unit(self, total: NDArray[np.float64]) -> Float:
        """(V, 3) unit normals from sums at places (P, 3)."""
        length = np.sqrt(np.einsum("pi,pi->p", total, total))
        return np.asarray((total / np.maximum(length, 1e-12)[:, None]).astype(np.float32)[self._place_of])
