"""What hair is made of: a cap on the scalp, locks swept along paths, round volumes; as signed distance fields."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.modelling.fields import Field, Float, ellipsoid, smooth_max, smooth_min, vector
from core.shapes import expect_shape

SCALP_CENTER = vector([0.0, 0.27, -0.06])
SCALP_RADII = vector([0.85, 0.84, 0.86])
FAR = 0.3
"""What a piece answers away from its neighbourhood: far enough never to take part in a blend."""


def direction(azimuth: ArrayLike, elevation: ArrayLike) -> Float:
    """Unit vectors on the scalp's sphere: (..., 3).

    Args:
        azimuth: Degrees around the head; 0 is the forehead, 90 the ear at +x, 180 the back.
        elevation: Degrees above the level of the scalp's centre; 90 is the crown.
    """
    a, e = np.radians(azimuth), np.radians(elevation)
    return np.stack(np.broadcast_arrays(np.sin(a) * np.cos(e), np.sin(e), np.cos(a) * np.cos(e)), -1)


def on_scalp(azimuth: ArrayLike, elevation: ArrayLike, lift: ArrayLike = 0.0) -> Float:
    """Points at a height above the scalp: (..., 3)."""
    unit = direction(azimuth, elevation)
    return vector(SCALP_CENTER + (SCALP_RADII + np.asarray(lift)[..., None]) * unit)


def scalp_coordinates(points: Float) -> tuple[Float, Float, Float]:
    """Azimuth and elevation in degrees and height above the scalp of (N, 3) points: three (N,) arrays."""
    unit = (points - SCALP_CENTER) / SCALP_RADII
    radius = np.linalg.norm(unit, axis=1)
    elevation = np.degrees(np.arcsin(np.clip(unit[:, 1] / np.maximum(radius, 1e-6), -1, 1)))
    return np.degrees(np.arctan2(unit[:, 0], unit[:, 2])), elevation, (radius - 1) * 0.85


Thickness = Callable[[Float, Float], Float]
"""(azimuth, elevation) -> height of a cap above the scalp: (N,)."""


@dataclass(frozen=True)
class Hairline:
    """Where hair begins: elevation in degrees over azimuth, the same on both sides.

    Attributes:
        knots: (azimuth in [0, 180], elevation) pairs, azimuths rising.
    """

    knots: tuple[tuple[float, float], ...]

    def elevation(self, azimuth: Float) -> Float:
        """Elevation of the hairline in degrees."""
        at, height = np.array(self.knots, float).T
        return np.asarray(np.interp(np.abs(azimuth), at, height))


@dataclass(frozen=True)
class Piece:
    """A part of a hair style: a field and the box outside which it is `FAR`.

    Attributes:
        distance: (N, 3) points -> (N,) signed distance.
        low: (3,) corner of the box.
        high: (3,) corner of the box.
        along: (N, 3) points -> (N,) in [0, 1], from root to tip.
        shade: In [0, 1]: how light the piece is among its neighbours.
        blend: Roundness of its seam with what came before.
    """

    distance: Field
    low: Float
    high: Float
    along: Field
    shade: float = 0.5
    blend: float = 0.03


@dataclass(frozen=True)
class Cap:
    """Hair lying on the scalp inside a hairline, sunk under the skin at its edge so that no band shows.

    Attributes:
        hairline: Where it ends.
        thickness: Height above the scalp, or a function of azimuth and elevation that gives it.
        edge: Degrees over which the height rises from the hairline.
    """

    hairline: Hairline
    thickness: float | Thickness
    edge: float = 9.0

    def distance(self, points: Float) -> Float:
        """Signed distance: (N,)."""
        azimuth, elevation, height = scalp_coordinates(points)
        return vector((height - self.height(azimuth, elevation)) * 0.85)

    def height(self, azimuth: Float, elevation: Float) -> Float:
        """Height above the scalp (N,), below it outside the hairline."""
        inside = (elevation - self.hairline.elevation(azimuth)) / self.edge
        rise = np.where(inside > 0, np.sin(np.clip(inside, 0, 1) * np.pi / 2), np.clip(inside, -8, 0))
        thickness = self.thickness(azimuth, elevation) if callable(self.thickness) else self.thickness
        return vector((thickness + 0.025) * rise - 0.025)

    def piece(self, blend: float = 0.05) -> Piece:
        """As a part of a style."""
        reach = SCALP_RADII + 0.55
        return Piece(self.distance, SCALP_CENTER - reach, SCALP_CENTER + reach, lambda p: np.full(len(p), 0.35), 0.45, blend)


@dataclass(frozen=True)
class Lock:
    """A strand of elliptic section along a path: wide along the head, thin away from it.

    Attributes:
        path: (n, 3) points from root to tip.
        width: (n,) half widths.
        depth: (n,) half thicknesses.
        outward: (3,) point that the lock's flat side faces away from.
        shade: In [0, 1]: how light it is.
        blend: Roundness of its seam with its neighbours.
    """

    path: Float
    width: Float
    depth: Float
    outward: Float = field(default_factory=lambda: SCALP_CENTER)
    shade: float = 0.5
    blend: float = 0.03

    def __post_init__(self) -> None:
        count = str(expect_shape(self.path, "n 3")["n"])
        expect_shape(self.width, count)
        expect_shape(self.depth, count)

    def _nearest(self, points: Float) -> tuple[NDArray[np.intp], Float, Float]:
        """Segment, position in it and offset from it of the nearest point of the path."""
        start, step = self.path[:-1], np.diff(self.path, axis=0)
        length = np.maximum((step**2).sum(1), 1e-9)
        at = np.clip((points @ step.T - (start * step).sum(1)) / length, 0, 1)
        squared = np.zeros(at.shape)
        for axis in range(3):
            squared += (points[:, axis, None] - start[:, axis] - at * step[:, axis]) ** 2
        segment = squared.argmin(1)
        part = at[np.arange(len(points)), segment]
        return segment, part, points - start[segment] - part[:, None] * step[segment]

    def distance(self, points: Float) -> Float:
        """Signed distance: (N,)."""
        segment, part, offset = self._nearest(points)
        tangents, normals = self._frames
        tangent = tangents[segment] * (1 - part)[:, None] + tangents[segment + 1] * part[:, None]
        normal = normals[segment] * (1 - part)[:, None] + normals[segment + 1] * part[:, None]
        tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
        normal -= (normal * tangent).sum(1, keepdims=True) * tangent
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
        width = self.width[segment] * (1 - part) + self.width[segment + 1] * part
        depth = self.depth[segment] * (1 - part) + self.depth[segment + 1] * part
        local = np.stack([(offset * np.cross(tangent, normal)).sum(1), (offset * normal).sum(1), (offset * tangent).sum(1)], 1)
        radii = np.stack([width, depth, np.minimum(width, depth)], 1)
        inner = np.linalg.norm(local / radii, axis=1)
        slope = np.linalg.norm(local / radii**2, axis=1)
        return np.where(inner < 1e-4, -np.minimum(width, depth), inner * (inner - 1) / np.maximum(slope, 1e-6))

    @property
    def _frames(self) -> tuple[Float, Float]:
        """Unit tangents and the directions away from the head at the path's points."""
        tangents = np.gradient(self.path, axis=0)
        tangents /= np.maximum(np.linalg.norm(tangents, axis=1, keepdims=True), 1e-9)
        normals = self.path - self.outward
        normals -= (normals * tangents).sum(1, keepdims=True) * tangents
        return tangents, normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)

    def along(self, points: Float) -> Float:
        """From root (0) to tip (1): (N,)."""
        segment, part, _ = self._nearest(points)
        return np.asarray((segment + part) / (len(self.path) - 1))

    def piece(self) -> Piece:
        """As a part of a style."""
        reach = float(max(self.width.max(), self.depth.max())) + 2 * self.blend + 0.03
        return Piece(self.distance, self.path.min(0) - reach, self.path.max(0) + reach, self.along, self.shade, self.blend)


def ball(center: ArrayLike, radii: ArrayLike, shade: float = 0.5, blend: float = 0.05) -> Piece:
    """A round volume: a bun, a curl, a mass of hair."""
    middle = vector(center)
    size = np.broadcast_to(vector(radii), 3)
    reach = size + 2 * blend + 0.03

    def along(points: Float) -> Float:
        return vector(np.clip(0.5 + 0.45 * (points - middle)[:, 1] / size[1], 0, 1))

    return Piece(lambda points: ellipsoid(points, middle, size), middle - reach, middle + reach, along, shade, blend)


@dataclass(frozen=True)
class HairField:
    """A hair style: pieces joined in order, then cut.

    Attributes:
        pieces: What it is made of; each is blended with those before it.
        cuts: (N, 3) -> (N,) fields that are taken away at the end (the face, the ears).
        cut_blend: Roundness of the cuts' edges.
    """

    pieces: tuple[Piece, ...]
    cuts: tuple[Field, ...] = ()
    cut_blend: float = 0.04

    def __call__(self, points: Float) -> Float:
        """Signed distance: (N,)."""
        total = np.full(len(points), FAR, np.float32)
        for piece in self.pieces:
            near = ((points > piece.low) & (points < piece.high)).all(1)
            if near.any():
                total[near] = smooth_min(total[near], piece.distance(points[near]), piece.blend)
        for cut in self.cuts:
            total = smooth_max(total, -cut(points), self.cut_blend)
        return total

    def bounds(self) -> tuple[Float, Float]:
        """Corners of a box around all pieces."""
        return np.min([p.low for p in self.pieces], 0), np.max([p.high for p in self.pieces], 0)

    def masks(self, points: Float) -> tuple[Float, Float]:
        """Root to tip and lock shade of (N, 3) points: two (N,) arrays in [0, 1], softened where pieces meet."""
        weight, along, shade = (np.zeros(len(points)) for _ in range(3))
        for piece in self.pieces:
            near = np.flatnonzero(((points > piece.low) & (points < piece.high)).all(1))
            if not len(near):
                continue
            share = np.exp(-np.clip(piece.distance(points[near]) + 0.02, -0.04, 1) / 0.012)
            weight[near] += share
            along[near] += share * piece.along(points[near])
            shade[near] += share * piece.shade
        weight = np.maximum(weight, 1e-9)
        return vector(along / weight), vector(shade / weight)
