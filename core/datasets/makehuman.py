"""MakeHuman's people, read from its own files: base mesh, shape targets, and what is fitted onto the mesh.

Source: MakeHuman (makehumancommunity.org), assets under CC0. Formats: Wavefront OBJ; `.target` has a vertex and its offset in
each line; `.mhclo` ties each vertex of a thing to three of the mesh by weights and an offset, which is scaled by how far two
vertices of the mesh are apart against how far they were.
Unit: decimetres; x to the person's left, y up, z forward. Indices are checked, nothing in a file is executed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError

Double = NDArray[np.float64]
Faces = NDArray[np.int64]

_MAX_BYTES = 64 * 2**20
_BODY = "body"


@dataclass(frozen=True, eq=False)
class Shell:
    """A mesh of triangles.

    Attributes:
        positions: (V, 3) at rest.
        triangles: (F, 3) indices, counter-clockwise seen from outside.
        uv: (V, 2) of one of the corners at each vertex; zero where there is none.
    """

    positions: Double
    triangles: Faces
    uv: Double


@dataclass(frozen=True, eq=False)
class Fitted:
    """A thing that follows the base mesh.

    Attributes:
        shell: The thing as it was modelled.
        corners: (V, 3) vertices of the base mesh that each of its own hangs on.
        weights: (V, 3) of those.
        offsets: (V, 3) added after that.
        scales: For each axis two vertices of the base mesh and their distance when the thing was made; None is unscaled.
        hidden: Vertices of the base mesh that it hides.
    """

    shell: Shell
    corners: Faces
    weights: Double
    offsets: Double
    scales: tuple[tuple[int, int, float] | None, ...]
    hidden: frozenset[int]

    def on(self, positions: Double) -> Double:
        """(V, 3) where it lies on a base mesh (19158, 3) of any shape."""
        factors = np.ones(3)
        for axis, scale in enumerate(self.scales):
            if scale is not None:
                first, second, apart = scale
                factors[axis] = abs(positions[first, axis] - positions[second, axis]) / apart
        return np.asarray((positions[self.corners] * self.weights[..., None]).sum(axis=1) + self.offsets * factors)


@dataclass(frozen=True, eq=False)
class MakeHuman:
    """The base mesh and where everything else lies.

    Attributes:
        folder: With `base/` and `makehuman/data/`.
        positions: (V, 3) of body and helpers, at rest.
        uv: (V, 2).
        groups: Name -> (F, 3) triangles; `body`, `helper-l-eye` and so on.
    """

    folder: Path
    positions: Double
    uv: Double
    groups: Mapping[str, Faces] = field(repr=False)

    @staticmethod
    def open(folder: Path) -> "MakeHuman":
        """Read the base mesh.

        Raises:
            DataError: It is missing or damaged.
        """
        positions, uv, groups = _read_obj(folder / "makehuman" / "data" / "3dobjs" / "base.obj")
        if _BODY not in groups:
            raise DataError(f"{folder} has no base mesh of MakeHuman: its OBJ file lacks the group “body”.")
        return MakeHuman(folder, positions, uv, groups)

    def target_names(self, pattern: str) -> tuple[str, ...]:
        """Names for `shaped`, such as `nose/nose-hump-incr`, of the targets that fit a pattern like `nose/*`."""
        root = self.folder / "makehuman" / "data" / "targets"
        return tuple(sorted(str(path.relative_to(root).with_suffix("")) for path in root.glob(f"{pattern}.target")))

    def shaped(self, weights: Mapping[str, float]) -> Double:
        """(V, 3) the base mesh with targets added.

        Raises:
            DataError: There is no such target, or it is damaged.
        """
        moved = self.positions.copy()
        for name, weight in weights.items():
            vertices, offsets = self.target(name)
            moved[vertices] += weight * offsets
        return moved

    def target(self, name: str) -> tuple[Faces, Double]:
        """(N,) vertices and (N, 3) how a target of weight 1 moves them.

        Raises:
            DataError: There is no such target, or it is damaged.
        """
        return _read_target(self.folder / "makehuman" / "data" / "targets" / f"{name}.target", len(self.positions))

    def things(self, pattern: str) -> tuple[Path, ...]:
        """The `.mhclo` files under `base/` that fit a pattern like `hair/*`."""
        return tuple(sorted((self.folder / "base").glob(f"{pattern}/*.mhclo")))

    def fitted(self, path: Path) -> Fitted:
        """One of `things`.

        Raises:
            DataError: It is damaged.
        """
        return _read_fitted(path, len(self.positions))


@cache
def _read_target(path: Path, count: int) -> tuple[Faces, Double]:
    rows = [line.split() for line in _lines(path)]
    try:
        vertices = np.array([int(row[0]) for row in rows], np.int64)
        offsets = np.array([[float(value) for value in row[1:4]] for row in rows]).reshape(-1, 3)
    except (ValueError, IndexError) as error:
        raise DataError(f"{path} is not a target of MakeHuman: {error}.") from error
    _expect_inside(path, vertices, count)
    return vertices, offsets


@cache
def _read_fitted(path: Path, count: int) -> Fitted:
    words, rows, hidden = _read_mhclo(path)
    positions, uv, groups = _read_obj(path.parent / Path(words.get("obj_file", [""])[0]).name)
    try:
        corners = np.array([[int(value) for value in row[:3]] if len(row) == 9 else [int(row[0])] * 3 for row in rows], np.int64)
        weights = np.array([[float(value) for value in row[3:6]] if len(row) == 9 else [1, 0, 0] for row in rows], np.float64)
        offsets = np.array([[float(value) for value in row[6:9]] if len(row) == 9 else [0, 0, 0] for row in rows], np.float64)
        scales = tuple(_scale(words.get(f"{axis}_scale")) for axis in "xyz")
    except (ValueError, IndexError) as error:
        raise DataError(f"{path} does not say how it is fitted: {error}.") from error
    if len(corners) != len(positions):
        raise DataError(f"{path} fits {len(corners)} vertices, but its mesh has {len(positions)}.")
    ends = np.array([end for scale in scales if scale is not None for end in scale[:2]] + sorted(hidden), np.int64)
    _expect_inside(path, np.concatenate([corners.ravel(), ends]), count)
    triangles = np.concatenate(list(groups.values()))
    return Fitted(Shell(positions, triangles, uv), corners, weights, offsets, scales, frozenset(hidden))


def _scale(words: list[str] | None) -> tuple[int, int, float] | None:
    return None if words is None else (int(words[0]), int(words[1]), float(words[2]))


def _read_mhclo(path: Path) -> tuple[dict[str, list[str]], list[list[str]], set[int]]:
    """Settings, the rows after `verts`, and what follows `delete_verts`."""
    words: dict[str, list[str]] = {}
    rows: list[list[str]] = []
    removed: list[str] = []
    section = ""
    for line in _lines(path):
        parts = line.split()
        if not parts[0].lstrip("-").isdigit():
            # Other settings may stand between `verts` and its rows.
            section = parts[0] if parts[0] in ("verts", "delete_verts") else section
            words[parts[0]] = parts[1:]
        elif section == "verts":
            rows.append(parts)
        elif section == "delete_verts":
            removed += parts
    return words, rows, set(_ranges(path, removed))


def _ranges(path: Path, parts: list[str]) -> Iterator[int]:
    """The numbers of `3 5 - 7`."""
    last = 0
    open_range = False
    for part in parts:
        if part == "-":
            open_range = True
            continue
        try:
            number = int(part)
        except ValueError as error:
            raise DataError(f"{path} hides vertices that are no numbers: {part}.") from error
        if number - last > 10**6:
            raise DataError(f"{path} hides a vertex {number} that no mesh has.")
        yield from range(last + 1 if open_range else number, number + 1)
        last, open_range = number, False


def _read_obj(path: Path) -> tuple[Double, Double, dict[str, Faces]]:
    positions: list[list[float]] = []
    places: list[list[float]] = []
    groups: dict[str, list[tuple[int, int, int]]] = {}
    corners: list[tuple[int, int]] = []
    current = groups.setdefault("", [])
    try:
        for line in _lines(path):
            word, *values = line.split()
            if word == "v":
                positions.append([float(value) for value in values[:3]])
            elif word == "vt":
                places.append([float(value) for value in values[:2]])
            elif word == "g":
                current = groups.setdefault(values[0] if values else "", [])
            elif word == "f":
                face = [[int(number or 0) - 1 for number in value.split("/")[:2]] for value in values]
                indices = [corner[0] for corner in face]
                corners += [(corner[0], corner[1]) for corner in face if len(corner) > 1]
                current += [(indices[0], indices[step], indices[step + 1]) for step in range(1, len(indices) - 1)]
    except (ValueError, IndexError) as error:
        raise DataError(f"{path} is not a Wavefront OBJ file: {error}.") from error
    count = len(positions)
    triangles = {name: np.array(faces, np.int64) for name, faces in groups.items() if faces}
    if not count or not triangles:
        raise DataError(f"{path} has no mesh.")
    for faces in triangles.values():
        _expect_inside(path, faces, count)
    uv = np.zeros((count, 2))
    if corners and places:
        pairs = np.array(corners, np.int64)
        pairs = pairs[(pairs[:, 1] >= 0) & (pairs[:, 1] < len(places))]
        uv[pairs[:, 0]] = np.array(places, np.float64)[pairs[:, 1]]
    return np.array(positions, np.float64), uv, triangles


def _expect_inside(path: Path, vertices: Faces, count: int) -> None:
    if len(vertices) and not (vertices.min() >= 0 and vertices.max() < count):
        raise DataError(f"{path} names a vertex that its mesh of {count} does not have.")


def _lines(path: Path) -> Iterator[str]:
    """Lines of a text file without comments and blanks."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise DataError(f"{path} is larger than any file of MakeHuman.")
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.") from error
    return (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
