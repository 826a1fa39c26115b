"""Meshes in binary glTF 2.0 files, quantised (KHR_mesh_quantization) so that a pack stays small.

What a file holds beyond plain glTF: `_PART` per vertex (or `extras.part`, where a mesh has one), `extras.targetNames` per mesh,
`extras.follows`, and `extras.targetScales`, a pair (positions, normals) per morph target that its offsets are multiplied by,
because eight bits are enough for an offset relative to its own largest one. A target without `NORMAL` turns the normals as the
geometry turns; the writer leaves them out where that is the same, and likewise every attribute that says nothing.
"""

import lzma
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pygltflib
from numpy.typing import NDArray

from core.files import write_atomically
from core.rendering.glb_reading import NO_PAINT, read_meshes
from core.rendering.mesh import PARTS, Mesh, Morph
from core.rendering.normals import NormalDeriver

__all__ = ["read_meshes", "write_meshes"]

Array = NDArray[Any]

# Half a step of an offset: an eighth of a pixel in a picture of 512 pixels.
_OFFSET_TOLERANCE = 6e-4
_UV_STEPS = 1024
# Radians between stored and derived normals that nobody sees, at the 98th percentile of the vertices that turn.
_NORMAL_TOLERANCE = 0.02


def write_meshes(path: Path, meshes: Sequence[Mesh], *, compressed: bool = False) -> None:
    """Write meshes with their morphs; the same meshes give the same bytes.

    Precision: positions 1/32767 of the mesh's largest coordinate, morph offsets 0.0006, normals 1/1023 (of morphs 1/127), paint
    1/255, uv 1/2048 (1/8192 where it leaves [0, 1]). What is coarser than its type compresses better.

    Args:
        path: The file.
        meshes: At least one.
        compressed: Compress the whole file with xz, to about a third; `read_meshes` reads both.

    Raises:
        ValueError: Two meshes have the same name, or a mesh is empty or not finite.
        FileNotWrittenError: The disk is full or the folder cannot be written.
    """
    if len({mesh.name for mesh in meshes}) != len(meshes):
        raise ValueError(f"meshes for {path} repeat a name")
    builder = _Builder()
    for mesh in meshes:
        builder.add_mesh(mesh)
    content = builder.content()
    write_atomically(path, lzma.compress(content) if compressed else content)


class _Builder:
    """A glTF file in the making."""

    def __init__(self) -> None:
        self._blob = bytearray()
        self._materials: list[str] = []
        self._gltf = pygltflib.GLTF2(
            asset=pygltflib.Asset(generator="Likeness"),
            scene=0,
            scenes=[pygltflib.Scene(nodes=[])],
            extensionsUsed=["KHR_mesh_quantization"],
            extensionsRequired=["KHR_mesh_quantization"],
        )

    def add_mesh(self, mesh: Mesh) -> None:
        """Append one mesh and the node that scales it back from its quantised size."""
        if not len(mesh.positions) or not len(mesh.triangles):
            raise ValueError(f"mesh {mesh.name} is empty")
        for array in (mesh.positions, mesh.normals, mesh.uv, mesh.paint):
            if not np.isfinite(array).all():
                raise ValueError(f"mesh {mesh.name} is not finite")
        step = _largest(mesh.positions) / 32767
        targets, scales = self._add_targets(mesh, step)
        index_type = np.uint16 if len(mesh.positions) < 65535 else np.uint32
        primitive = pygltflib.Primitive(
            attributes=self._add_attributes(mesh, step),
            indices=self._add_accessor(
                mesh.triangles.astype(index_type).tobytes(),
                pygltflib.ELEMENT_ARRAY_BUFFER,
                componentType=_component_type(np.dtype(index_type)),
                count=mesh.triangles.size,
                type="SCALAR",
            ),
            material=self._material(mesh.material),
            targets=targets,
        )
        extras: dict[str, Any] = {"targetNames": list(mesh.morphs), "targetScales": scales} if mesh.morphs else {}
        if _is_one_part(mesh):
            extras["part"] = PARTS[mesh.parts[0]]
        if mesh.follows:
            extras["follows"] = list(mesh.follows)
        self._gltf.meshes.append(pygltflib.Mesh(name=mesh.name, primitives=[primitive], extras=extras))
        node = pygltflib.Node(name=mesh.name, mesh=len(self._gltf.meshes) - 1, scale=[step] * 3)
        self._gltf.scenes[0].nodes.append(len(self._gltf.nodes))
        self._gltf.nodes.append(node)

    def content(self) -> bytes:
        """The file's bytes."""
        self._gltf.materials = [pygltflib.Material(name=name) for name in self._materials]
        self._gltf.buffers = [pygltflib.Buffer(byteLength=len(self._blob))]
        self._gltf.set_binary_blob(bytes(self._blob))
        return b"".join(self._gltf.save_to_bytes())

    def _material(self, name: str) -> int:
        if name not in self._materials:
            self._materials.append(name)
        return self._materials.index(name)

    def _add_attributes(self, mesh: Mesh, step: float) -> pygltflib.Attributes:
        """The vertices' attributes, without those whose absence means the same."""
        attributes = pygltflib.Attributes(
            POSITION=self._add_vertices(_quantise(mesh.positions, np.int16, step), "VEC3", bounds=True, normalized=False)
        )
        if mesh.normals.any():
            # Eleven bits, in the high ones of sixteen: the low ones cost nothing then.
            rounded = np.clip(_quantise(mesh.normals, np.int16, 32 / 32767), -1023, 1023) * np.int16(32)
            attributes.NORMAL = self._add_vertices(rounded, "VEC3")
        if mesh.uv.any():
            attributes.TEXCOORD_0 = self._add_uv(mesh.uv)
        if (mesh.paint != NO_PAINT).any():
            attributes.COLOR_0 = self._add_vertices(_quantise(mesh.paint, np.uint8), "VEC4")
        if not _is_one_part(mesh):
            attributes._PART = self._add_vertices(mesh.parts.astype(np.uint8)[:, None], "SCALAR", normalized=False)
        return attributes

    def _add_targets(self, mesh: Mesh, step: float) -> tuple[list[pygltflib.Attributes], list[list[float]]]:
        derive = NormalDeriver(mesh.positions, mesh.triangles)
        targets, scales = [], []
        for morph in mesh.morphs.values():
            largest = _largest(morph.positions)
            kind = np.int8 if largest / 254 <= _OFFSET_TOLERANCE else np.int16
            offset_step = largest / np.iinfo(kind).max
            target = pygltflib.Attributes(POSITION=self._add_offsets(_quantise(morph.positions, kind, offset_step), bounds=True))
            turn = _largest(morph.normals)
            if not _turns_alike(mesh, morph, derive(morph.positions)):
                target.NORMAL = self._add_offsets(_quantise(morph.normals, np.int8, turn / 127), normalized=True)
            targets.append(target)
            scales.append([offset_step / step, turn])
        return targets, scales

    def _add_uv(self, uv: Array) -> int:
        if uv.min() >= 0.0 and uv.max() <= 1.0:
            return self._add_vertices(_quantise(np.rint(uv * _UV_STEPS) / _UV_STEPS, np.uint16), "VEC2")
        rounded = np.rint(uv * (4 * _UV_STEPS)) / (4 * _UV_STEPS)
        return self._add_vertices(rounded.astype(np.float32), "VEC2", normalized=False)

    def _add_vertices(self, values: Array, kind: str, *, bounds: bool = False, normalized: bool = True) -> int:
        row = values.shape[1] * values.itemsize
        stride = -(-row // 4) * 4
        padded = np.zeros((len(values), stride), np.uint8)
        padded[:, :row] = np.ascontiguousarray(values).view(np.uint8).reshape(len(values), row)
        return self._add_accessor(
            padded.tobytes(),
            pygltflib.ARRAY_BUFFER,
            stride,
            componentType=_component_type(values.dtype),
            normalized=normalized,
            count=len(values),
            type=kind,
            **(_bounds(values) if bounds else {}),
        )

    def _add_offsets(self, values: Array, *, bounds: bool = False, normalized: bool = False) -> int:
        """Store only the vertices that move, where that is smaller."""
        moved = np.flatnonzero(values.any(axis=1))
        index_type = np.dtype(np.uint16 if len(values) < 65536 else np.uint32)
        row = 3 * values.itemsize
        if len(moved) * (index_type.itemsize + row) >= len(values) * (-(-row // 4) * 4):
            return self._add_vertices(values, "VEC3", bounds=bounds, normalized=normalized)
        sparse = None
        if len(moved):
            sparse = pygltflib.Sparse(
                count=len(moved),
                indices=pygltflib.AccessorSparseIndices(
                    bufferView=self._add_view(moved.astype(index_type).tobytes()), componentType=_component_type(index_type)
                ),
                values=pygltflib.AccessorSparseValues(bufferView=self._add_view(np.ascontiguousarray(values[moved]).tobytes())),
            )
        self._gltf.accessors.append(
            pygltflib.Accessor(
                componentType=_component_type(values.dtype),
                normalized=normalized,
                count=len(values),
                type="VEC3",
                sparse=sparse,
                **(_bounds(values) if bounds else {}),
            )
        )
        return len(self._gltf.accessors) - 1

    def _add_accessor(self, content: bytes, target: int, stride: int | None = None, **fields: Any) -> int:
        view = self._add_view(content, target, stride)
        self._gltf.accessors.append(pygltflib.Accessor(bufferView=view, **fields))
        return len(self._gltf.accessors) - 1

    def _add_view(self, content: bytes, target: int | None = None, stride: int | None = None) -> int:
        self._gltf.bufferViews.append(
            pygltflib.BufferView(buffer=0, byteOffset=len(self._blob), byteLength=len(content), byteStride=stride, target=target)
        )
        self._blob += content + bytes(-len(content) % 4)
        return len(self._gltf.bufferViews) - 1


def _is_one_part(mesh: Mesh) -> bool:
    return bool((mesh.parts == mesh.parts[0]).all())


def _largest(values: Array) -> float:
    """The largest magnitude; 1 where all are zero, so that it can be divided by."""
    largest = float(np.abs(values).max())
    if not math.isfinite(largest):
        raise ValueError("a mesh or morph is not finite")
    return largest or 1.0


def _quantise(values: Array, kind: type[np.integer[Any]], step: float | None = None) -> Array:
    """Whole numbers of `step`; by default the type's largest number stands for 1."""
    limits = np.iinfo(kind)
    low = 0 if limits.min == 0 else -limits.max
    return np.clip(np.rint(values.astype(np.float64) / (step or 1 / limits.max)), low, limits.max).astype(kind)


def _bounds(values: Array) -> dict[str, list[float]]:
    return {"min": values.min(axis=0).tolist(), "max": values.max(axis=0).tolist()}


def _component_type(kind: np.dtype[Any]) -> int:
    codes = {
        "int8": pygltflib.BYTE,
        "uint8": pygltflib.UNSIGNED_BYTE,
        "int16": pygltflib.SHORT,
        "uint16": pygltflib.UNSIGNED_SHORT,
        "uint32": pygltflib.UNSIGNED_INT,
        "float32": pygltflib.FLOAT,
    }
    return int(codes[kind.name])


def _turns_alike(mesh: Mesh, morph: Morph, derived: Array) -> bool:
    """Whether normals derived from the geometry are as good as the morph's own, at its full weight."""
    turned = morph.normals.any(axis=1) | (np.abs(derived) > _NORMAL_TOLERANCE).any(axis=1)
    if not turned.any():
        return True
    ours, theirs = (mesh.normals + morph.normals)[turned], (mesh.normals + derived)[turned]
    cosine = (ours * theirs).sum(axis=1) / np.maximum(np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1), 1e-9)
    return bool(np.percentile(np.arccos(np.clip(cosine, -1.0, 1.0)), 98) <= _NORMAL_TOLERANCE)
