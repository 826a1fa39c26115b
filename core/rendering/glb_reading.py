"""Reading meshes from GLB files of anybody: every number is checked before it is used, and no other file is ever opened."""

import lzma
import math
import struct
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field, ValidationError

from core.errors import EngineError
from core.rendering.mesh import PARTS, Mesh, Morph
from core.rendering.normals import NormalDeriver
from core.words import tr

Array = NDArray[Any]

MAX_BYTES = 64 * 2**20
MAX_VERTICES = 400_000
MAX_TRIANGLES = 800_000
MAX_MESHES = 64
MAX_TARGETS = 128
NO_PAINT = (1.0, 0.0, 0.0, 0.0)
"""The paint of vertices without `COLOR_0`: open to light, nothing painted."""

MAX_MORPHED_VERTICES = 8_000_000  # vertices times morphs of a file: 200 MB of offsets

_XZ_MEMORY = 128 * 2**20
_XZ = b"\xfd7zXZ\0"

_DTYPES = {5120: np.int8, 5121: np.uint8, 5122: np.int16, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}
_EXTENSIONS = {"KHR_mesh_quantization"}

Index = Field(ge=0, le=2**31)


class _View(BaseModel):
    buffer: Literal[0]
    byteOffset: int = Field(0, ge=0)  # noqa: N815
    byteLength: int = Field(ge=1)  # noqa: N815
    byteStride: int | None = Field(None, ge=4, le=252)  # noqa: N815


class _SparseIndices(BaseModel):
    bufferView: int = Index  # noqa: N815
    byteOffset: int = Field(0, ge=0)  # noqa: N815
    componentType: Literal[5121, 5123, 5125]  # noqa: N815


class _SparseValues(BaseModel):
    bufferView: int = Index  # noqa: N815
    byteOffset: int = Field(0, ge=0)  # noqa: N815


class _Sparse(BaseModel):
    count: int = Field(ge=1)
    indices: _SparseIndices
    values: _SparseValues


class _Accessor(BaseModel):
    bufferView: int | None = Field(None, ge=0)  # noqa: N815
    byteOffset: int = Field(0, ge=0)  # noqa: N815
    componentType: Literal[5120, 5121, 5122, 5123, 5125, 5126]  # noqa: N815
    normalized: bool = False
    count: int = Field(ge=1, le=3 * MAX_TRIANGLES)
    type: Literal["SCALAR", "VEC2", "VEC3", "VEC4"]
    sparse: _Sparse | None = None


class _Primitive(BaseModel):
    attributes: dict[str, int]
    indices: int = Index
    material: int = Index
    mode: Literal[4] = 4
    targets: list[dict[str, int]] = Field(default_factory=list, max_length=MAX_TARGETS)


class _Extras(BaseModel):
    targetNames: list[str] = Field(default_factory=list)  # noqa: N815
    targetScales: list[tuple[float, float]] = Field(default_factory=list)  # noqa: N815
    part: str | None = None
    follows: list[str] = Field(default_factory=list, max_length=MAX_TARGETS)


class _Mesh(BaseModel):
    name: str
    primitives: list[_Primitive] = Field(min_length=1, max_length=1)
    extras: _Extras = Field(default_factory=_Extras)


class _Node(BaseModel):
    mesh: int | None = None
    scale: tuple[float, float, float] = (1.0, 1.0, 1.0)
    translation: tuple[float, float, float] = (0.0, 0.0, 0.0)
    rotation: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 1.0)
    matrix: list[float] | None = None
    children: list[int] = Field(default_factory=list)


class _Buffer(BaseModel):
    byteLength: int = Field(ge=1)  # noqa: N815
    uri: str | None = None


class _Material(BaseModel):
    name: str


class _File(BaseModel):
    buffers: list[_Buffer] = Field(min_length=1, max_length=1)
    bufferViews: list[_View]  # noqa: N815
    accessors: list[_Accessor]
    meshes: list[_Mesh] = Field(min_length=1, max_length=MAX_MESHES)
    materials: list[_Material]
    nodes: list[_Node] = Field(max_length=4 * MAX_MESHES)
    extensionsRequired: list[str] = Field(default_factory=list)  # noqa: N815


class _DamagedError(Exception):
    """Why a file cannot be read; becomes an EngineError that names the file."""


def read_meshes(path: Path) -> list[Mesh]:
    """Read every mesh of a GLB file, which may be compressed as a whole with xz.

    Raises:
        EngineError: The file is missing, damaged, too large, or asks for what we do not read; the message says which.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise EngineError(
                tr(
                    "{path} is larger than {max_bytes} MiB; a pack's mesh file must be smaller.",
                    path=path,
                    max_bytes=MAX_BYTES // 2**20,
                )
            )
        content = path.read_bytes()
    except OSError as error:
        raise EngineError(tr("{path} cannot be read: {strerror}.", path=path, strerror=error.strerror or error)) from error
    try:
        return _Reader(*_split(_inflated(content))).meshes()
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "its JSON"
        raise EngineError(
            tr("{path} is damaged or not for a pack: {where}: {problem}.", path=path, where=where, problem=first["msg"])
        ) from error
    except _DamagedError as error:
        raise EngineError(tr("{path} is damaged or not for a pack: {error}.", path=path, error=error)) from error


def _inflated(content: bytes) -> bytes:
    """A file's content without its compression, if it has any."""
    if not content.startswith(_XZ):
        return content
    inflater = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)
    try:
        inflated = inflater.decompress(content, MAX_BYTES)
    except lzma.LZMAError as error:
        raise _DamagedError(f"its compression is broken ({error})") from error
    if not inflater.eof:
        raise _DamagedError(f"it is truncated, or holds more than {MAX_BYTES // 2**20} MiB")
    return inflated


def _split(content: bytes) -> tuple[_File, bytes]:
    """The JSON and the binary chunk of a GLB file."""
    if len(content) < 20 or content[:4] != b"glTF":
        raise _DamagedError("it is not a GLB file")
    version, length = struct.unpack_from("<II", content, 4)
    if version != 2:
        raise _DamagedError(f"it is glTF {version}, not 2")
    if length != len(content):
        raise _DamagedError(f"it is {len(content)} bytes long but says {length}; it may be truncated")
    chunks: dict[bytes, bytes] = {}
    offset = 12
    while offset + 8 <= length:
        size, kind = struct.unpack_from("<I4s", content, offset)
        if offset + 8 + size > length:
            raise _DamagedError("a chunk is longer than the file")
        chunks.setdefault(kind, content[offset + 8 : offset + 8 + size])
        offset += 8 + size
    if b"JSON" not in chunks or b"BIN\0" not in chunks:
        raise _DamagedError("it lacks its JSON or its binary chunk")
    return _File.model_validate_json(chunks[b"JSON"]), chunks[b"BIN\0"]


class _Reader:
    def __init__(self, file: _File, blob: bytes) -> None:
        self._file = file
        self._blob = np.frombuffer(blob, np.uint8)
        unknown = set(file.extensionsRequired) - _EXTENSIONS
        if unknown:
            raise _DamagedError(f"it requires {', '.join(sorted(unknown))}, which we do not read")
        if file.buffers[0].uri is not None:
            raise _DamagedError("it refers to another file; all its data must be inside")
        if file.buffers[0].byteLength > len(blob):
            raise _DamagedError("its binary chunk is truncated")

    def meshes(self) -> list[Mesh]:
        names = [mesh.name for mesh in self._file.meshes]
        if len(set(names)) != len(names):
            raise _DamagedError("two of its meshes have the same name")
        nodes: dict[int, _Node] = {}
        for node in self._file.nodes:
            if node.mesh is None:
                continue
            if node.mesh in nodes:
                raise _DamagedError("two nodes show the same mesh")
            nodes[node.mesh] = node
        self._expect_bounded()
        return [self._mesh(mesh, nodes.get(index, _Node())) for index, mesh in enumerate(self._file.meshes)]

    def _expect_bounded(self) -> None:
        total = 0
        for mesh in self._file.meshes:
            primitive = mesh.primitives[0]
            vertices = self._accessor(primitive.attributes.get("POSITION", -1), f"POSITION of {mesh.name}").count
            if vertices > MAX_VERTICES:
                raise _DamagedError(f"{mesh.name} has {vertices} vertices, more than {MAX_VERTICES}")
            total += vertices * len(primitive.targets)
        if total > MAX_MORPHED_VERTICES:
            raise _DamagedError(f"its morphs move {total} vertices together, more than {MAX_MORPHED_VERTICES}")

    def _mesh(self, mesh: _Mesh, node: _Node) -> Mesh:
        primitive = mesh.primitives[0]
        scale = _uniform_scale(node, mesh.name)

        def attribute(name: str, width: int) -> Array:
            return self._values(primitive.attributes.get(name, -1), f"{name} of {mesh.name}", width)

        positions = attribute("POSITION", 3) * np.float32(scale) + np.array(node.translation, np.float32)
        count = len(positions)
        triangles = self._triangles(primitive.indices, mesh.name, count)
        given = primitive.attributes
        normals = attribute("NORMAL", 3) if "NORMAL" in given else NormalDeriver(positions, triangles).normals(positions)
        normals = normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-6)
        uv = attribute("TEXCOORD_0", 2) if "TEXCOORD_0" in given else np.zeros((count, 2), np.float32)
        paint = (
            np.clip(attribute("COLOR_0", 4), 0.0, 1.0)
            if "COLOR_0" in given
            else np.tile(np.array(NO_PAINT, np.float32), (count, 1))
        )
        if "_PART" in given or mesh.extras.part is None:
            parts = attribute("_PART", 1)[:, 0]
        else:
            parts = np.full(count, _part_index(mesh.extras.part, mesh.name))
        if not count == len(normals) == len(uv) == len(paint) == len(parts):
            raise _DamagedError(f"the attributes of {mesh.name} have different lengths")
        if parts.max() >= len(PARTS) or parts.min() < 0:
            raise _DamagedError(f"{mesh.name} has a _PART above {len(PARTS) - 1}")
        if primitive.material >= len(self._file.materials):
            raise _DamagedError(f"{mesh.name} has material {primitive.material}, which is not there")
        return Mesh(
            name=mesh.name,
            material=self._file.materials[primitive.material].name,
            positions=positions,
            normals=normals.astype(np.float32),
            triangles=triangles,
            uv=uv,
            paint=paint,
            parts=parts.astype(np.uint8),
            morphs=self._morphs(mesh, scale, positions, triangles),
            follows=tuple(mesh.extras.follows),
        )

    def _triangles(self, index: int, name: str, vertices: int) -> NDArray[np.uint32]:
        accessor = self._accessor(index, f"indices of {name}")
        if accessor.componentType not in (5121, 5123, 5125) or accessor.count % 3:
            raise _DamagedError(f"the indices of {name} are not triangles")
        values = self._raw(accessor, f"indices of {name}", 1)
        if int(values.max()) >= vertices:
            raise _DamagedError(f"a triangle of {name} refers to a vertex that is not there")
        return values.reshape(-1, 3).astype(np.uint32)

    def _morphs(self, mesh: _Mesh, scale: float, positions: Array, triangles: Array) -> dict[str, Morph]:
        targets, names = mesh.primitives[0].targets, mesh.extras.targetNames
        scales = mesh.extras.targetScales or [(1.0, 1.0)] * len(targets)
        if not len(targets) == len(names) == len(scales) or len(set(names)) != len(names):
            raise _DamagedError(f"{mesh.name} must name each of its {len(targets)} morph targets once")
        if not all(math.isfinite(value) for pair in scales for value in pair):
            raise _DamagedError(f"targetScales of {mesh.name} are not finite")
        derive: NormalDeriver | None = None
        morphs = {}
        for name, target, (offset_scale, normal_scale) in zip(names, targets, scales, strict=True):
            where = f"morph {name} of {mesh.name}"
            offsets = self._values(target.get("POSITION", -1), where, 3) * np.float32(scale * offset_scale)
            if len(offsets) != len(positions):
                raise _DamagedError(f"{where} has {len(offsets)} vertices, not {len(positions)}")
            if "NORMAL" in target:
                turns = self._values(target["NORMAL"], where, 3) * np.float32(normal_scale)
                if len(turns) != len(positions):
                    raise _DamagedError(f"{where} has {len(turns)} normals, not {len(positions)}")
            else:
                derive = derive or NormalDeriver(positions, triangles)
                turns = derive(offsets)
            morphs[name] = Morph(offsets, turns)
        return morphs

    def _accessor(self, index: int, where: str) -> _Accessor:
        if not 0 <= index < len(self._file.accessors):
            raise _DamagedError(f"there is no {where}")
        return self._file.accessors[index]

    def _values(self, index: int, where: str, width: int) -> Array:
        """(count, width) float32, dequantised."""
        accessor = self._accessor(index, where)
        raw = self._raw(accessor, where, width)
        values = raw.astype(np.float32)
        if accessor.normalized and raw.dtype.kind in "iu":
            values = np.maximum(values / np.float32(np.iinfo(raw.dtype).max), np.float32(-1.0))
        if not np.isfinite(values).all():
            raise _DamagedError(f"{where} is not finite")
        return values

    def _raw(self, accessor: _Accessor, where: str, width: int) -> Array:
        if _WIDTHS[accessor.type] != width:
            raise _DamagedError(f"{where} is {accessor.type}")
        kind = np.dtype(_DTYPES[accessor.componentType])
        if accessor.bufferView is None:
            values: Array = np.zeros((accessor.count, width), kind)
        else:
            values = self._rows(accessor.bufferView, accessor.byteOffset, kind, (accessor.count, width), where)
        if accessor.sparse is not None:
            values = values.copy()
            sparse = accessor.sparse
            index_kind = np.dtype(_DTYPES[sparse.indices.componentType])
            moved = self._rows(sparse.indices.bufferView, sparse.indices.byteOffset, index_kind, (sparse.count, 1), where)[:, 0]
            if int(moved.max()) >= accessor.count:
                raise _DamagedError(f"{where} moves a vertex that is not there")
            values[moved] = self._rows(sparse.values.bufferView, sparse.values.byteOffset, kind, (sparse.count, width), where)
        return values

    def _rows(self, view_index: int, offset: int, kind: np.dtype[Any], shape: tuple[int, int], where: str) -> Array:
        """A copy of rows of the binary chunk."""
        if view_index >= len(self._file.bufferViews):
            raise _DamagedError(f"there is no data for {where}")
        view = self._file.bufferViews[view_index]
        count, row = shape[0], shape[1] * kind.itemsize
        stride = view.byteStride or row
        end = offset + (count - 1) * stride + row
        if end > view.byteLength or view.byteOffset + end > len(self._blob) or stride < row:
            raise _DamagedError(f"the data of {where} is longer than the file has room for")
        start = view.byteOffset + offset
        bytes_of_rows = np.lib.stride_tricks.as_strided(self._blob[start:], (count, row), (stride, 1))
        return np.ascontiguousarray(bytes_of_rows).view(kind).reshape(shape)


def _part_index(part: str, name: str) -> int:
    if part not in PARTS:
        raise _DamagedError(f"{name} is of part “{part}”; there are {', '.join(PARTS)}")
    return PARTS.index(part)


def _uniform_scale(node: _Node, name: str) -> float:
    """The one number a node scales its mesh by."""
    numbers = (*node.scale, *node.translation)
    is_plain = node.matrix is None and node.rotation == (0.0, 0.0, 0.0, 1.0) and len(set(node.scale)) == 1
    if not is_plain or not all(math.isfinite(number) for number in numbers) or node.scale[0] <= 0:
        raise _DamagedError(f"the node of {name} turns or stretches it; apply the transform before exporting")
    return node.scale[0]
