"""A mesh on the graphics card, morphed on the CPU."""

from collections.abc import Mapping

import numpy as np
import wgpu
from numpy.typing import NDArray

from core.rendering.mesh import Mesh

Float = NDArray[np.float32]

MOVING_STRIDE = 24  # position and normal
FIXED_STRIDE = 16  # uv, paint, part


class GpuMesh:
    """Buffers of one mesh; only positions and normals change, and only when the weights do."""

    def __init__(self, device: wgpu.GPUDevice, mesh: Mesh) -> None:
        self._queue = device.queue
        self._rest = np.concatenate([mesh.positions, mesh.normals], axis=1)
        self._names = list(mesh.morphs)
        self._offsets = np.zeros((len(self._names), self._rest.size), np.float32)
        for row, morph in zip(self._offsets, mesh.morphs.values(), strict=True):
            row[:] = np.concatenate([morph.positions, morph.normals], axis=1).ravel()
        self._weights = np.zeros(len(self._names), np.float32)
        self.count = mesh.triangles.size
        self.moving = device.create_buffer_with_data(
            data=self._rest.tobytes(), usage=wgpu.BufferUsage.VERTEX | wgpu.BufferUsage.COPY_DST
        )
        self.fixed = device.create_buffer_with_data(data=_fixed(mesh), usage=wgpu.BufferUsage.VERTEX)
        self.triangles = device.create_buffer_with_data(
            data=mesh.triangles.astype(np.uint32).tobytes(), usage=wgpu.BufferUsage.INDEX
        )

    @property
    def byte_count(self) -> int:
        """What it holds, here and on the card."""
        return int(self._offsets.nbytes + 2 * self._rest.nbytes + self.fixed.size + self.triangles.size)

    def pose(self, weights: Mapping[str, float]) -> None:
        """Move the vertices to where these morph weights put them."""
        wanted = np.array([weights.get(name, 0.0) for name in self._names], np.float32)
        if np.array_equal(wanted, self._weights):
            return
        self._queue.write_buffer(self.moving, 0, morphed(self._rest, self._offsets, wanted))
        self._weights = wanted


def morphed(rest: Float, offsets: Float, weights: Float) -> Float:
    """(V, 6) positions and unit normals: (V, 6) at rest plus weighted offsets (M, 6 V) float32."""
    used = np.flatnonzero(weights)
    moved = rest + (weights[used] @ offsets[used]).reshape(rest.shape)
    normals = moved[:, 3:]
    normals /= np.maximum(np.sqrt(np.einsum("vi,vi->v", normals, normals)), 1e-9)[:, None]
    return np.ascontiguousarray(moved)


def _fixed(mesh: Mesh) -> bytes:
    rows = np.zeros((len(mesh.positions), FIXED_STRIDE), np.uint8)
    rows[:, :8] = np.ascontiguousarray(mesh.uv, np.float32).view(np.uint8)
    rows[:, 8:12] = np.rint(np.clip(mesh.paint, 0.0, 1.0) * 255.0)
    rows[:, 12] = mesh.parts
    return rows.tobytes()
