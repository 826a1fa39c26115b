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
        self._rest = self.normals(positions)

    def __call__(self, offsets: Float) -> Float:
        """(V, 3) offsets of the normals for (V, 3) offsets of the positions."""
        return np.asarray(self.normals(self._positions + offsets) - self._rest, np.float32)

    def normals(self, positions: Float) -> Float:
        """(V, 3) unit normals, averaged over triangles by area."""
        a, b, c = (positions[self._triangles[:, corner]].astype(np.float64) for corner in range(3))
        areas = np.cross(b - a, c - a)
        total = np.zeros((self._count, 3))
        for axis in range(3):
            for corner in range(3):
                total[:, axis] += np.bincount(self._corners[:, corner], areas[:, axis], self._count)
        total /= np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)
        return np.asarray(total[self._place_of], np.float32)
