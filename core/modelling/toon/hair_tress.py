"""Locks of hair as meshes: a crowned upper side with grooves along the strands, a flat lower side, pointed ends."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from core.modelling.fields import Float, length, smoothstep, unit, vector
from core.modelling.meshing import Surface, joined, reflected
from core.modelling.patches import Triangles, ring_triangles
from core.shapes import expect_shape

_UNDER = 3
"""Vertices across the lower side, its edges not counted."""


@dataclass(frozen=True, eq=False)
class Tress:
    """A piece of hair ready to be painted.

    Attributes:
        surface: Its mesh.
        tangents: (V, 3) unit direction of the strands, from root to tip.
        along: (V,) 0 at the root, 1 at the tip.
        shade: (V,) in [0, 1]: how light the strand is among its neighbours.
        open: (V,) in [0, 1]: 0 at the bottom of a groove, 1 on a crown.
    """

    surface: Surface
    tangents: Float
    along: Float
    shade: Float
    open: Float

    def __post_init__(self) -> None:
        count = str(len(self.surface.positions))
        expect_shape(self.tangents, f"{count} 3")
        for values in (self.along, self.shade, self.open):
            expect_shape(values, count)


def joined_tresses(tresses: Iterable[Tress]) -> Tress:
    """Several pieces as one."""
    pieces = list(tresses)
    return Tress(
        joined([piece.surface for piece in pieces]),
        np.concatenate([piece.tangents for piece in pieces]),
        np.concatenate([piece.along for piece in pieces]),
        np.concatenate([piece.shade for piece in pieces]),
        np.concatenate([piece.open for piece in pieces]),
    )


def reflected_tress(tress: Tress) -> Tress:
    """The piece on the other side of x = 0."""
    return Tress(reflected(tress.surface), tress.tangents * vector([-1, 1, 1]), tress.along, tress.shade, tress.open)


@dataclass(frozen=True, eq=False)
class Section:
    """What a lock looks like across: places from edge (-1) to edge (1), and the relief there.

    Attributes:
        across: (C,) places, rising from -1 to 1.
        crown: (C,) height of the rounded upper side in [0, 1], 0 at the edges.
        grooves: (C,) depth of the fine grooves in [0, 1].
    """

    across: Float
    crown: Float
    grooves: Float

    @classmethod
    def of(cls, strands: int, rng: np.random.Generator, ridge: float = 0.0) -> "Section":
        """A section with fine strands of uneven width.

        Args:
            strands: How many; grooves lie between them.
            rng: Chooses the widths.
            ridge: 0 is a rounded upper side, 1 a sharp ridge along the middle, as of a leaf.
        """
        widths = 1 + 0.45 * rng.uniform(-1, 1, strands)
        edges = np.concatenate([[0], np.cumsum(widths)]) / widths.sum() * 2 - 1
        inner = np.array([0.0, 0.14, 0.5, 0.86]) if strands > 1 else np.array([0.0, 0.12, 0.3, 0.5, 0.7, 0.88])
        places = [edges[k] + inner * (edges[k + 1] - edges[k]) for k in range(strands)]
        across = np.concatenate([*places, [1.0]])
        strand = np.clip(np.searchsorted(edges, across, side="right") - 1, 0, strands - 1)
        within = (across - edges[strand]) / (edges[strand + 1] - edges[strand])
        depths = np.concatenate([[0], rng.uniform(0.55, 1.0, max(strands - 1, 0)), [0]])
        depth = depths[strand] * (1 - within) + depths[strand + 1] * within
        groove = depth * (1 - np.sin(np.pi * np.clip(within, 0, 1))) if strands > 1 else 0 * within
        crown = (1 - ridge) * (1 - across**2) + ridge * (1 - np.abs(across)) ** 0.9
        return cls(vector(across), vector(np.clip(crown, 0, 1)), vector(groove))


@dataclass(frozen=True, eq=False)
class Relief:
    """How high a lock stands over its middle surface, row by row from root to tip.

    Attributes:
        crown: (R,) height of the upper side.
        under: (R,) depth of the lower side.
        groove: (R,) depth of the fine grooves.
        inner: In [0, 1]: how much light the lower side gets; 1 where it is seen as much as the upper one.
    """

    crown: Float
    under: Float
    groove: Float
    inner: float = 0.2

    @classmethod
    def of(cls, along: Float, crown: float, under: float, groove: float, *, root: float = 0.15, tip: float = 0.75) -> "Relief":
        """Relief that rises at the root and runs out at the tip.

        Args:
            along: (R,) from 0 to 1.
            crown: Greatest height of the upper side.
            under: Greatest depth of the lower side.
            groove: Depth of the fine grooves, as a share of the crown.
            root: Share of the way on which the lock rises.
            tip: Share of the way from which it runs out.
        """
        rise = np.sin(np.clip(along / max(root, 1e-3), 0, 1) * np.pi / 2) ** 0.8
        fall = np.sqrt(np.clip((1 - along) / max(1 - tip, 1e-3), 0, 1))
        body = vector(rise * np.minimum(fall, 1))
        deep = smoothstep(0.03, 0.3, along) * (0.7 + 0.3 * along)
        return cls(vector(crown * body), vector(under * body), vector(crown * groove * deep * np.minimum(fall, 1)))


def lock_of(middle: Float, up: Float, section: Section, relief: Relief, along: Float, shade: float) -> Tress:
    """A closed lock around a strip of surface.

    Args:
        middle: (R, C, 3) the strip, rows from root to tip, columns as the section's places.
        up: (R, C, 3) unit vectors away from the head.
        section: What it looks like across.
        relief: How high it stands.
        along: (R,) from 0 to 1.
        shade: In [0, 1].
    """
    rows = expect_shape(middle, "R C 3")["R"]
    height = relief.crown[:, None] * section.crown - relief.groove[:, None] * section.grooves
    upper = middle + up * height[..., None]
    chosen = np.linspace(0, len(section.across) - 1, _UNDER + 2).round().astype(int)[1:-1][::-1]
    belly = np.sqrt(np.clip(1 - section.across[chosen] ** 2, 0, 1))
    lower = middle[:, chosen] - up[:, chosen] * (relief.under[:, None] * belly)[..., None]
    points = vector(np.concatenate([upper, lower], 1))
    normals = np.concatenate([_normals(upper, up), -up[:, chosen]], 1)
    columns = points.shape[1]
    tangents = unit(vector(np.gradient(points, axis=0)))
    strand = 0.10 * (section.crown - 0.6) - 0.16 * section.grooves
    light = np.concatenate([np.clip(shade + strand, 0, 1), np.full(_UNDER, (0.35 + 0.65 * relief.inner) * shade)])
    valley = np.clip(relief.groove / max(float(relief.groove.max()), 1e-6), 0, 1)[:, None]
    hollow = np.maximum(valley * 0.9 * section.grooves, 0.8 * (1 - section.crown) ** 4)
    clear = np.concatenate([1 - hollow, np.full((rows, _UNDER), relief.inner)], 1)
    surface = Surface(points.reshape(-1, 3), vector(normals.reshape(-1, 3)), _wound(points, normals))
    return Tress(
        surface,
        tangents.reshape(-1, 3),
        vector(np.repeat(along, columns)),
        vector(np.tile(light, rows)),
        vector(clear.reshape(-1)),
    )


def _normals(grid: Float, up: Float) -> Float:
    """Unit normals of a grid of points on the side of `up`, where the grid has shrunk to a line too."""
    down, across = np.gradient(grid, axis=0), np.gradient(grid, axis=1)
    facing = np.cross(across, down)
    size = length(vector(facing))
    facing = facing * np.where((facing * up).sum(-1, keepdims=True) < 0, -1, 1)
    flat = size < 1e-7
    return unit(vector(np.where(flat[..., None], up, facing / np.maximum(size, 1e-12)[..., None])))


def _wound(points: Float, normals: Float) -> Triangles:
    """Triangles of a closed strip, wound so that they agree with its normals."""
    rows, columns = points.shape[:2]
    triangles = ring_triangles(rows, columns)
    flat, facing = points.reshape(-1, 3), normals.reshape(-1, 3)
    a, b, c = (flat[triangles[:, k]] for k in range(3))
    across = np.cross(b - a, c - a)
    if float((across * facing[triangles[:, 0]]).sum()) < 0:
        triangles = np.ascontiguousarray(triangles[:, ::-1])
    return triangles[length(vector(across)) > 1e-10]
