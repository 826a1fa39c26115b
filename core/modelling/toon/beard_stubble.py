"""Stubble: a shadow of thin shells that fades towards its edge, bristles that give it a grain, both letting skin through."""

import numpy as np

from core.modelling.fields import Float, smoothstep, unit, vector
from core.modelling.meshing import Surface, joined
from core.modelling.patches import grid_surface
from core.modelling.toon.hair_sheets import Sheet

_LIFT = 0.008
_SHELLS = (0.0, 0.22, 0.44, 0.66, 0.9)
"""How far inside the edge, in widths of the feathered margin, each shell ends."""


def _inside(u: Float, v: Float, margin: tuple[float, float]) -> Float:
    """How far inside a sheet's edge places are: 0 on it, 1 from the margin on."""
    across = np.clip(np.minimum(u, 1 - u) / margin[0], 0, 1)
    along = np.clip(np.minimum(v, 1 - v) / margin[1], 0, 1)
    return vector(across * along)


def bristles(sheet: Sheet, count: int, size: float, margin: tuple[float, float], seed: int) -> Surface:
    """Short bristles that lie along the strands of a sheet.

    Args:
        sheet: The skin, or a little above it.
        count: How many there would be without the thinning at the edge.
        size: Length of a bristle.
        margin: Shares of the sheet's width and length over which they thin out.
        seed: Of their places.
    """
    rng = np.random.default_rng(seed)
    u, v = _even_places(sheet, count, rng)
    inside = _inside(u, v, margin)
    kept = rng.uniform(0, 1, count) < 0.04 + 0.96 * smoothstep(0, 1, inside)
    u, v = u[kept], v[kept]
    points, normals = sheet.at(u, v)
    ahead, _ = sheet.at(u, vector(np.clip(v + 0.02, 0, 1)))
    behind, _ = sheet.at(u, vector(np.clip(v - 0.02, 0, 1)))
    flow = unit(vector(ahead - behind))
    aside = vector(np.cross(normals, flow))
    turn = rng.normal(0, 0.35, len(u))[:, None]
    flow, aside = vector(np.cos(turn) * flow + np.sin(turn) * aside), vector(np.cos(turn) * aside - np.sin(turn) * flow)
    long = (size * rng.uniform(0.7, 1.3, len(u)))[:, None]
    foot = points + normals * _LIFT
    corners = [foot + 0.24 * long * aside, foot + long * (flow + 0.22 * normals), foot - 0.24 * long * aside]
    positions = vector(np.stack(corners, 1).reshape(-1, 3))
    triangles = np.arange(len(positions), dtype=np.uint32).reshape(-1, 3)
    facing = np.cross(positions[1::3] - positions[0::3], positions[2::3] - positions[0::3])
    wrong = (facing * normals).sum(1) < 0
    triangles[wrong] = triangles[wrong][:, ::-1]
    return Surface(positions, np.repeat(normals, 3, 0), triangles)


def _even_places(sheet: Sheet, count: int, rng: np.random.Generator) -> tuple[Float, Float]:
    """Random places, as many on every piece of the sheet's surface."""
    across, down = np.gradient(sheet.table, axis=0), np.gradient(sheet.table, axis=1)
    area = np.linalg.norm(np.cross(across, down), axis=-1).astype(np.float64)
    rows, columns = area.shape
    cell = rng.choice(area.size, count, p=area.ravel() / area.sum())
    u = (cell // columns + rng.uniform(-0.5, 0.5, count)) / (rows - 1)
    v = (cell % columns + rng.uniform(-0.5, 0.5, count)) / (columns - 1)
    return vector(np.clip(u, 0, 1)), vector(np.clip(v, 0, 1))


def shadow(sheet: Sheet, margin: tuple[float, float]) -> Surface:
    """Shells over the sheet, each smaller than the one below, so that their shade fades towards the edge."""
    shells = []
    for index, share in enumerate(_SHELLS):
        u = vector(np.linspace(share * margin[0], 1 - share * margin[0], 33))
        v = vector(np.linspace(share * margin[1], 1 - share * margin[1], 9))
        points, normals = sheet.at(u[None, :], v[:, None])
        rows = vector(points + normals * np.float32(0.0032 + 0.0010 * index))
        shell = grid_surface(rows, closed=False)
        flipped = float((shell.normals * normals.reshape(-1, 3)).sum()) < 0
        triangles = np.ascontiguousarray(shell.triangles[:, ::-1]) if flipped else shell.triangles
        shells.append(Surface(shell.positions, vector(normals.reshape(-1, 3)), triangles))
    return joined(shells)
