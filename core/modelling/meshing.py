"""From a signed distance field to a clean triangle mesh, and the light that reaches it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import fast_simplification
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import map_coordinates
from skimage.measure import marching_cubes

from core.modelling.fields import Field, Float, gradient, length, unit, vector
from core.shapes import expect_shape

REACH = 4
"""Fine steps in a coarse one: blocks of this size whose corners are all far from the surface are never sampled finely."""

_CHUNK = 1 << 16
_OCCLUSION_DIRECTIONS = 64
_OCCLUSION_STEPS = 7
_GOLDEN_ANGLE = np.pi * (1 + 5**0.5)


@dataclass(frozen=True, eq=False)
class Surface:
    """A shape's geometry before it gets material, paint and morphs.

    Attributes:
        positions: (V, 3) float32.
        normals: (V, 3) float32, unit length, outward.
        triangles: (F, 3) uint32, counter-clockwise seen from outside.
    """

    positions: Float
    normals: Float
    triangles: NDArray[np.uint32]

    def __post_init__(self) -> None:
        sizes = expect_shape(self.positions, "V 3")
        expect_shape(self.normals, f"{sizes['V']} 3")
        expect_shape(self.triangles, "F 3")


def in_chunks(field: Field, points: Float) -> Float:
    """The field at many points (V, 3) without large temporaries."""
    values = np.zeros(len(points), np.float32)
    for start in range(0, len(points), _CHUNK):
        values[start : start + _CHUNK] = field(points[start : start + _CHUNK])
    return values


def sample(field: Field, low: ArrayLike, high: ArrayLike, spacing: float) -> Float:
    """The field on a grid from `low` to at least `high`: exact near the surface, interpolated with the right sign elsewhere."""
    origin = vector(low)
    blocks = np.ceil((vector(high) - origin) / (REACH * spacing)).astype(int)
    coarse_shape, shape = blocks + 1, blocks * REACH + 1
    corners = np.stack(np.meshgrid(*(np.arange(n) for n in coarse_shape), indexing="ij"), -1).reshape(-1, 3)
    coarse = in_chunks(field, vector(origin + corners * (REACH * spacing))).reshape(coarse_shape)
    near = np.abs(coarse) < REACH * spacing * 1.35  # half a block's diagonal, and room for fields steeper than 1
    active = np.zeros(tuple(blocks), bool)
    for offset in np.ndindex(2, 2, 2):
        active |= near[tuple(slice(o, o + n) for o, n in zip(offset, blocks, strict=True))]
    values = np.where(coarse < 0, -1.0, 1.0).astype(np.float32) * REACH * spacing
    grid = values.repeat(REACH, 0).repeat(REACH, 1).repeat(REACH, 2)[: shape[0], : shape[1], : shape[2]].copy()
    wanted = np.zeros(tuple(shape), bool)
    for offset in np.ndindex(REACH + 1, REACH + 1, REACH + 1):
        places = tuple(slice(o, o + n * REACH, REACH) for o, n in zip(offset, blocks, strict=True))
        wanted[places] |= active
    indices = np.argwhere(wanted)
    grid[wanted] = in_chunks(field, vector(origin + indices * spacing))
    return grid


def mesh_field(
    field: Field, low: ArrayLike, high: ArrayLike, spacing: float, *, triangles: int | None = None, normal_step: float = 6e-3
) -> Surface:
    """The surface of a field within a box.

    Args:
        field: The shape; it should end inside the box, an open end is left open.
        low: The box's lowest corner.
        high: The box's highest corner.
        spacing: Grid step; details below twice that vanish.
        triangles: Simplify to about this many.
        normal_step: Half the distance over which normals are measured; wider is smoother.
    """
    grid = sample(field, low, high, spacing)
    positions, faces, _, _ = marching_cubes(grid, 0.0, spacing=(spacing,) * 3)  # type: ignore[no-untyped-call]
    positions = vector(positions + vector(low))
    if triangles is not None:
        positions, faces = simplify(positions, faces, triangles)
    positions = project(field, positions, limit=spacing)
    return oriented(Surface(positions, normals_of(field, positions, normal_step), np.asarray(faces, np.uint32)))


def simplify(positions: Float, faces: NDArray[Any], triangles: int) -> tuple[Float, NDArray[np.uint32]]:
    """Fewer triangles by quadric error: flat places lose more than curved ones."""
    if len(faces) <= triangles:
        return vector(positions), np.asarray(faces, np.uint32)
    points, kept = fast_simplification.simplify(
        vector(positions), np.ascontiguousarray(faces, dtype=np.int32), target_count=triangles, agg=5
    )
    return vector(points), np.asarray(kept, np.uint32)


def project(field: Field, positions: Float, *, limit: float, rounds: int = 2) -> Float:
    """Move points onto the surface along the field's slope, at most `limit` a round."""
    points = vector(positions)
    for _ in range(rounds):
        slope = gradient(field, points)
        steepness = length(slope)
        distance = np.clip(field(points) / np.maximum(steepness, 0.3), -limit, limit)
        points = vector(points - distance[:, None] * slope / np.maximum(steepness, 1e-6)[:, None])
    return points


def normals_of(field: Field, positions: Float, step: float = 6e-3) -> Float:
    """Outward unit normals (V, 3)."""
    return unit(gradient(field, positions, step))


def oriented(surface: Surface) -> Surface:
    """The surface with its triangles wound so that they agree with its normals; slivers are dropped."""
    a, b, c = (surface.positions[surface.triangles[:, k]] for k in range(3))
    across = np.cross(b - a, c - a)
    agreeing = np.einsum("fi,fi->f", across, surface.normals[surface.triangles[:, 0]])
    kept = surface.triangles[length(vector(across)) > 1e-12]
    triangles = kept[:, ::-1] if np.median(agreeing) < 0 else kept
    return Surface(surface.positions, surface.normals, np.ascontiguousarray(triangles, dtype=np.uint32))


def joined(surfaces: Sequence[Surface]) -> Surface:
    """Several surfaces as one."""
    starts = np.cumsum([0, *(len(s.positions) for s in surfaces)])
    return Surface(
        np.concatenate([s.positions for s in surfaces]),
        np.concatenate([s.normals for s in surfaces]),
        np.concatenate([s.triangles + np.uint32(start) for s, start in zip(surfaces, starts, strict=False)]),
    )


def reflected(surface: Surface) -> Surface:
    """The surface on the other side of x = 0."""
    flip = vector([-1, 1, 1])
    return Surface(surface.positions * flip, surface.normals * flip, np.ascontiguousarray(surface.triangles[:, ::-1]))


def clipped(surface: Surface, values: Float) -> Surface:
    """The part of a surface where a function is positive, cut exactly along its zero line.

    Args:
        surface: Any surface.
        values: (V,) the function at its vertices, linear between them.
    """
    positive = values > 0
    count = positive[surface.triangles].sum(1)
    pieces = [surface.triangles[count == 3].astype(np.int64)]
    cuts: dict[tuple[int, int], int] = {}

    def cut(inside: int, outside: int) -> int:
        return cuts.setdefault((inside, outside), len(values) + len(cuts))

    for triangle, kept in zip(
        surface.triangles[(count == 1) | (count == 2)].tolist(), count[(count == 1) | (count == 2)], strict=True
    ):
        odd = next(k for k in range(3) if positive[triangle[k]] == (kept == 1))
        a, b, c = (triangle[(odd + k) % 3] for k in range(3))
        if kept == 1:
            pieces.append(np.array([[a, cut(a, b), cut(a, c)]]))
        else:
            pieces.append(np.array([[b, c, cut(b, a)], [c, cut(c, a), cut(b, a)]]))
    pairs = np.array(list(cuts), dtype=np.int64).reshape(-1, 2)
    inner, outer = values[pairs[:, 0]], values[pairs[:, 1]]
    share = (inner / np.maximum(inner - outer, 1e-9))[:, None]

    def between(attribute: Float) -> Float:
        return np.concatenate([attribute, vector(attribute[pairs[:, 0]] * (1 - share) + attribute[pairs[:, 1]] * share)])

    used, inverse = np.unique(np.concatenate(pieces), return_inverse=True)
    triangles = inverse.reshape(-1, 3).astype(np.uint32)
    return Surface(between(surface.positions)[used], unit(between(surface.normals)[used]), triangles)


@dataclass(frozen=True, eq=False)
class OcclusionVolume:
    """A coarse grid of a scene's field, in which rays are marched.

    Attributes:
        grid: (X, Y, Z) distances.
        low: The grid's lowest corner.
        spacing: Its step.
    """

    grid: Float
    low: Float
    spacing: float

    @classmethod
    def of(cls, field: Field, low: ArrayLike, high: ArrayLike, spacing: float = 0.04) -> "OcclusionVolume":
        """Sample a field for occlusion; a coarse step is enough."""
        shape = np.ceil((vector(high) - vector(low)) / spacing).astype(int) + 1
        index = np.stack(np.meshgrid(*(np.arange(n) for n in shape), indexing="ij"), -1).reshape(-1, 3)
        return cls(in_chunks(field, vector(vector(low) + index * spacing)).reshape(shape), vector(low), spacing)

    def at(self, points: Float) -> Float:
        """Distances at points (V, 3), interpolated."""
        return vector(map_coordinates(self.grid, ((points - self.low) / self.spacing).T, order=1, mode="nearest"))

    def with_field(self, other: "OcclusionVolume") -> "OcclusionVolume":
        """Both scenes together; they must share the grid."""
        return OcclusionVolume(np.minimum(self.grid, other.grid), self.low, self.spacing)


def bake_occlusion(volume: OcclusionVolume, positions: Float, normals: Float, *, strength: float = 1.0) -> Float:
    """How open each vertex is to its surroundings, from 0 (buried) to 1.

    Cosine-weighted rays over the hemisphere, softly shadowed by the distance they keep from the scene.

    Args:
        volume: The scene.
        positions: (V, 3).
        normals: (V, 3).
        strength: Exponent of the result.

    Source: I. Quilez, "Soft shadows in raymarched SDFs"; directions on a Fibonacci sphere.
    """
    index = np.arange(_OCCLUSION_DIRECTIONS) + 0.5
    polar, azimuth = np.arccos(1 - 2 * index / _OCCLUSION_DIRECTIONS), _GOLDEN_ANGLE * index
    rays = np.stack([np.cos(azimuth) * np.sin(polar), np.cos(polar), np.sin(azimuth) * np.sin(polar)], 1)
    open_light, all_light = np.zeros(len(positions)), np.full(len(positions), 1e-6)
    for ray in vector(rays):
        facing = np.clip(normals @ ray, 0, None)
        lit = facing > 0
        origins, visible, distance = positions[lit] + normals[lit] * np.float32(0.035), np.ones(int(lit.sum())), 0.03
        for step in range(_OCCLUSION_STEPS):
            clearance = volume.at(origins + ray * np.float32(distance))
            visible = np.minimum(visible, np.clip(0.5 + 1.75 * clearance / distance, 0, 1))
            distance += 0.035 + 0.035 * step
        open_light[lit] += visible * facing[lit]
        all_light[lit] += facing[lit]
    return vector(np.clip(open_light / all_light, 0, 1) ** strength)
