"""Motions of space stored once, on grids of points, for every mesh that follows them instead of holding morphs of its own.

Between its points a grid is a cubic through four of them along each axis (Catmull-Rom, for uneven steps), so that the motion and
its slope are continuous; normals turn as the slope says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.errors import EngineError
from core.rendering.mesh import Mesh, Morph
from core.words import tr

Float = NDArray[np.float32]

_CHUNK = 1 << 15
_SMALLEST_MOTION = 5e-4  # a tenth of a pixel in a picture of 512 pixels


@dataclass(frozen=True, eq=False)
class _Grid:
    """The points of one lattice, a step beyond its box on every side, and how each of its motions moves them.

    Attributes:
        axes: Ascending places of the planes along x, y and z.
        names: Of the motions.
        moved: (X Y Z, 3 M) offsets, z fastest.
    """

    axes: tuple[Float, Float, Float]
    names: tuple[str, ...]
    moved: Float

    @classmethod
    def of(cls, mesh: Mesh) -> "_Grid":
        """The grid of a lattice's mesh; one that begins at x = 0 is completed by its mirror image."""
        axes = [np.unique(mesh.positions[:, axis]) for axis in range(3)]
        shape = tuple(len(axis) for axis in axes)
        if min(shape) < 2 or np.prod(shape) != len(mesh.positions):
            raise EngineError(
                tr(
                    "“{name}” of the lattice is not a grid: it has {count} points for {shape} planes.",
                    name=mesh.name,
                    count=len(mesh.positions),
                    shape=shape,
                )
            )
        order = np.ravel_multi_index(tuple(np.searchsorted(axis, mesh.positions[:, k]) for k, axis in enumerate(axes)), shape)
        if len(np.unique(order)) != len(order):
            raise EngineError(tr("“{name}” of the lattice is not a grid: two of its points are at one place.", name=mesh.name))
        moved = np.zeros((len(order), len(mesh.morphs), 3), np.float32)
        for index, morph in enumerate(mesh.morphs.values()):
            moved[order, index] = morph.positions
        moved = moved.reshape(*shape, len(mesh.morphs), 3)
        if axes[0][0] == 0:
            axes[0] = np.concatenate([-axes[0][:0:-1], axes[0]])
            moved = np.concatenate([moved[:0:-1] * np.array([-1, 1, 1], np.float32), moved])
        for k, axis in enumerate(axes):
            axes[k] = np.concatenate([[2 * axis[0] - axis[1]], axis, [2 * axis[-1] - axis[-2]]])
            moved = np.moveaxis(moved, k, 0)
            moved = np.concatenate([2 * moved[:1] - moved[1:2], moved, 2 * moved[-1:] - moved[-2:-1]])
            moved = np.moveaxis(moved, 0, k)
        flat = np.ascontiguousarray(moved.reshape(-1, 3 * len(mesh.morphs)))
        return cls((axes[0], axes[1], axes[2]), tuple(mesh.morphs), flat)

    def has(self, points: Float) -> NDArray[np.bool_]:
        """Which of these points (N, 3) lie in the box."""
        low, high = np.array([(axis[1], axis[-2]) for axis in self.axes], np.float32).T
        return np.asarray(((points >= low) & (points <= high)).all(axis=1))

    def at(self, points: Float) -> Float:
        """(N, 4, 3 M) offsets and their slopes along x, y and z at points (N, 3); outside the box as on its surface."""
        _, rows, depth = (len(axis) for axis in self.axes)
        (x, wx, sx), (y, wy, sy), (z, wz, sz) = (_weights(axis, points[:, k]) for k, axis in enumerate(self.axes))
        weights = np.stack(
            [np.einsum("ni,nj,nk->nijk", *factors) for factors in ((wx, wy, wz), (sx, wy, wz), (wx, sy, wz), (wx, wy, sz))],
            axis=1,
        ).reshape(len(points), 4, 64)
        corner = (x * rows + y) * depth + z
        step = np.arange(4)
        around = ((step[:, None, None] * rows + step[:, None]) * depth + step).ravel()
        result = np.zeros((len(points), 4, self.moved.shape[1]), np.float32)
        # Points of one cell share the 64 places they are between, which makes each cell one product of matrices.
        order = np.argsort(corner, kind="stable")
        for cell in np.split(order, np.flatnonzero(np.diff(corner[order])) + 1):
            result[cell] = (weights[cell].reshape(-1, 64) @ self.moved[corner[cell[0]] + around]).reshape(len(cell), 4, -1)
        return result


class Lattice:
    """Motions of space that a pack stores once. Where several grids move a place, their offsets add up."""

    def __init__(self, meshes: Sequence[Mesh]) -> None:
        """Args: meshes whose vertices are grids of points, moved by their morphs.

        Raises:
            EngineError: A mesh is no grid, or has no morphs.
        """
        for mesh in meshes:
            if not mesh.morphs:
                raise EngineError(tr("“{name}” of the lattice moves nothing: it has no morphs.", name=mesh.name))
        self._grids = [_Grid.of(mesh) for mesh in meshes]
        self.names = tuple(dict.fromkeys(name for grid in self._grids for name in grid.names))

    def carry(self, mesh: Mesh) -> Mesh:
        """The mesh with the morphs it follows; those it has itself stay as they are.

        Raises:
            EngineError: It follows what the lattice does not have.
        """
        missing = [name for name in mesh.follows if name not in self.names]
        if missing:
            raise EngineError(
                tr("“{name}” follows “{missing}”, which the lattice does not have.", name=mesh.name, missing=missing[0])
            )
        wanted = [name for name in mesh.follows if name not in mesh.morphs]
        return replace(mesh, morphs={**self.morphs(mesh.positions, mesh.normals, wanted), **mesh.morphs})

    def morphs(self, positions: Float, normals: Float, names: Iterable[str]) -> dict[str, Morph]:
        """The morphs that make a surface follow; those that hardly move it are left out.

        Args:
            positions: (V, 3) at rest.
            normals: (V, 3) unit normals there.
            names: Which motions.
        """
        total = {name: np.zeros((len(positions), 4, 3), np.float32) for name in names}
        for grid in self._grids:
            if total.keys().isdisjoint(grid.names):
                continue
            inside = np.flatnonzero(grid.has(positions)) if grid is not self._grids[0] else np.arange(len(positions))
            for start in range(0, len(inside), _CHUNK):
                rows = inside[start : start + _CHUNK]
                moved = grid.at(positions[rows]).reshape(len(rows), 4, -1, 3)
                for index, name in enumerate(grid.names):
                    if name in total:
                        total[name][rows] += moved[:, :, index]
        found = {}
        for name, sums in total.items():
            offsets = np.ascontiguousarray(sums[:, 0])
            if np.abs(offsets).max(initial=0) > _SMALLEST_MOTION:
                found[name] = Morph(offsets, _turned(normals, sums[:, 1:]) - normals)
        return found


def _weights(axis: Float, places: Float) -> tuple[NDArray[np.intp], Float, Float]:
    """First of the four planes (N,) around each place, their weights (N, 4), and the weights' slopes (N, 4)."""
    low, high = axis[1], axis[-2]
    at = np.clip(places, low, high)
    first = np.clip(np.searchsorted(axis, at, side="right") - 1, 1, len(axis) - 3)
    steps = np.diff(axis)
    before, here, after = steps[first - 1], steps[first], steps[first + 1]
    t = (at - axis[first]) / here
    # Slopes at the two middle planes are those of the parabola through three planes.
    left = np.stack(
        [-here / (before * (before + here)), 1 / before - 1 / here, before / (here * (before + here)), np.zeros_like(here)]
    )
    right = np.stack(
        [np.zeros_like(here), -after / (here * (here + after)), 1 / here - 1 / after, here / (after * (here + after))]
    )
    weights = here * (t * (1 - t) ** 2 * left - t**2 * (1 - t) * right)
    weights[1] += (1 + 2 * t) * (1 - t) ** 2
    weights[2] += t**2 * (3 - 2 * t)
    slopes = (1 - 4 * t + 3 * t**2) * left + (3 * t**2 - 2 * t) * right
    slopes[1] += (6 * t**2 - 6 * t) / here
    slopes[2] += (6 * t - 6 * t**2) / here
    slopes *= (places >= low) & (places <= high)
    return first - 1, np.asarray(weights.T, np.float32), np.asarray(slopes.T, np.float32)


def _turned(normals: Float, slopes: Float) -> Float:
    """Unit normals (V, 3) after a motion whose slopes along x, y, z are (V, 3, 3)."""
    x, y, z = (slopes[:, axis] + np.eye(3, dtype=np.float32)[axis] for axis in range(3))
    turned = normals[:, :1] * np.cross(y, z) + normals[:, 1:2] * np.cross(z, x) + normals[:, 2:] * np.cross(x, y)
    return np.asarray(turned / np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-9), np.float32)
