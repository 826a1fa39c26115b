"""Trimmed hair: one soft layer that rises out of the skin on all sides, with fine strands and no locks."""

from dataclasses import dataclass

import numpy as np

from core.modelling.fields import Float, smoothstep, unit, vector
from core.modelling.meshing import Surface
from core.modelling.patches import grid_surface
from core.modelling.toon.beard_stubble import Grain, bristles
from core.modelling.toon.hair_sheets import Sheet
from core.modelling.toon.hair_tress import Tress


@dataclass(frozen=True)
class Mat:
    """How trimmed hair looks.

    Attributes:
        height: Above the sheet.
        sunk: How deep its edge lies under the sheet.
        margin: Shares of the sheet's width and length over which it rises.
        strands: Fine strands across it.
        groove: Depth between those, as a share of `height`.
        ragged: How uneven the line is where it begins, as a share of the sheet's length.
        rows: Rows of vertices from root to tip.
        seed: Of everything uneven.
        shade: Lightness.
    """

    height: float = 0.016
    sunk: float = 0.012
    margin: tuple[float, float] = (0.03, 0.10)
    strands: int = 64
    groove: float = 0.3
    ragged: float = 0.02
    rows: int = 14
    seed: int = 1
    shade: float = 0.45


_COLUMNS = 4
"""Vertices across a strand."""


def mat(sheet: Sheet, look: Mat) -> Tress:
    """A sheet covered with trimmed hair."""
    rng = np.random.default_rng(look.seed)
    count = look.strands * _COLUMNS + 1
    u = vector(np.linspace(0, 1, count))
    v = vector((1 - np.cos(np.pi * np.linspace(0, 1, look.rows) ** 0.9)) / 2)
    strand = np.minimum(np.arange(count) // _COLUMNS, look.strands - 1)
    start = look.ragged * rng.uniform(0, 1, look.strands)[strand]
    along = vector(start + (1 - start) * v[:, None])
    sway = 0.8 / look.strands * np.sin(2 * np.pi * (1.1 * along + 5 * u))
    points, normals = sheet.at(vector(u + sway * np.sin(np.pi * u)), along)
    rise = _rise(u, look.margin[0]) * _rise(v, look.margin[1])[:, None]
    deep = rng.uniform(0.5, 1.0, look.strands + 1)[(np.arange(count) + _COLUMNS // 2) // _COLUMNS]
    valley = deep * np.abs(np.cos(np.pi * np.arange(count) / _COLUMNS)) ** 2 * smoothstep(0.0, 0.35, rise)
    height = (look.height + look.sunk) * rise - look.sunk - look.groove * look.height * valley
    placed = vector(points + normals * height[..., None])
    surface = grid_surface(placed, closed=False)
    triangles = surface.triangles
    facing = surface.normals
    if float((facing * normals.reshape(-1, 3)).sum()) < 0:
        facing, triangles = vector(-facing), np.ascontiguousarray(triangles[:, ::-1])
    shade = look.shade + 0.22 * rng.uniform(-1, 1, look.strands)[strand] - 0.10 * valley
    return Tress(
        Surface(surface.positions, facing, triangles),
        unit(vector(np.gradient(placed, axis=0))).reshape(-1, 3),
        vector((smoothstep(0, 0.6, rise) * (0.45 + 0.4 * v[:, None])).reshape(-1)),
        vector(np.clip(np.broadcast_to(shade, rise.shape), 0, 1).reshape(-1)),
        vector(1 - 0.5 * valley.reshape(-1)),
    )


def _rise(share: Float, margin: float) -> Float:
    """0 on the edges of [0, 1], 1 from the margin on."""
    return vector(np.sin(np.pi / 2 * np.clip(np.minimum(share, 1 - share) / margin, 0, 1)))


def fuzz(sheet: Sheet, look: Grain) -> Tress:
    """Short bristles of many shades over a mat: they break its surface and the line where it begins."""
    surface, flow = bristles(sheet, look)
    shade = np.random.default_rng(look.seed).uniform(0.25, 0.75, len(flow))
    return Tress(
        surface,
        np.repeat(flow, 3, 0),
        vector(np.tile([0.35, 1.0, 0.35], len(flow))),
        vector(np.repeat(shade, 3)),
        vector(np.tile([0.8, 1.0, 0.8], len(flow))),
    )
