"""Stubble: a shadow of thin shells that fades towards its edge, and bristles that give it a grain; both let skin through."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.modelling.fields import Float, smoothstep, unit, vector
from core.modelling.meshing import Surface, joined
from core.modelling.patches import grid_surface
from core.modelling.toon.hair_sheets import Sheet


def _inside(u: Float, v: Float, margin: tuple[float, float]) -> Float:
    """How far inside a sheet's edge places are: 0 on it, 1 from the margin on."""
    across = np.clip(np.minimum(u, 1 - u) / margin[0], 0, 1)
    along = np.clip(np.minimum(v, 1 - v) / margin[1], 0, 1)
    return vector(across * along)


_SHELLS = (0.005, 0.008)
"""Heights of the shells above the skin."""


@dataclass(frozen=True)
class Grain:
    """Short bristles.

    Attributes:
        count: How many there would be without the thinning at the edge.
        size: Length of one.
        margin: Shares of the sheet's width and length over which they thin out.
        width: Half width at the foot, as a share of the length.
        lean: How far tips stand off, as a share of the length.
        lift: Height of the feet above the sheet.
        seed: Of their places.
    """

    count: int
    size: float
    margin: tuple[float, float]
    width: float = 0.24
    lean: float = 0.22
    lift: float = 0.008
    seed: int = 1


def bristles(sheet: Sheet, look: Grain) -> tuple[Surface, Float]:
    """Bristles that lie along the strands of a sheet, foot, tip, foot; and the direction (N, 3) of each."""
    rng = np.random.default_rng(look.seed)
    u, v = _even_places(sheet, look.count, rng)
    inside = _inside(u, v, look.margin)
    kept = rng.uniform(0, 1, look.count) < smoothstep(0.05, 1, inside)
    u, v = u[kept], v[kept]
    points, normals = sheet.at(u, v)
    ahead, _ = sheet.at(u, vector(np.clip(v + 0.02, 0, 1)))
    behind, _ = sheet.at(u, vector(np.clip(v - 0.02, 0, 1)))
    flow = unit(vector(ahead - behind))
    aside = vector(np.cross(normals, flow))
    turn = rng.normal(0, 0.35, len(u))[:, None]
    flow, aside = vector(np.cos(turn) * flow + np.sin(turn) * aside), vector(np.cos(turn) * aside - np.sin(turn) * flow)
    long = (look.size * rng.uniform(0.7, 1.3, len(u)))[:, None]
    foot = points + normals * np.float32(look.lift)
    wide = look.width * long * aside
    corners = [foot + wide, foot + long * (flow + look.lean * normals), foot - wide]
    positions = vector(np.stack(corners, 1).reshape(-1, 3))
    triangles = np.arange(len(positions), dtype=np.uint32).reshape(-1, 3)
    return _outward(Surface(positions, np.repeat(normals, 3, 0), triangles)), flow


def _even_places(sheet: Sheet, count: int, rng: np.random.Generator) -> tuple[Float, Float]:
    """Random places, as many on every piece of the sheet's surface."""
    across, down = np.gradient(sheet.table, axis=0), np.gradient(sheet.table, axis=1)
    area = np.linalg.norm(np.cross(across, down), axis=-1).astype(np.float64)
    rows, columns = area.shape
    cell = rng.choice(area.size, count, p=area.ravel() / area.sum())
    u = (cell // columns + rng.uniform(-0.5, 0.5, count)) / (rows - 1)
    v = (cell % columns + rng.uniform(-0.5, 0.5, count)) / (columns - 1)
    return vector(np.clip(u, 0, 1)), vector(np.clip(v, 0, 1))


def shadow(sheet: Sheet, margin: tuple[float, float], teeth: tuple[int, int]) -> Surface:
    """Two thin shells over the sheet, whose edges thin out in teeth finer than what the eye sees.

    Args:
        sheet: The skin.
        margin: Shares of the sheet's width and length over which the shade fades.
        teeth: How many along the sheet's width and along its length.
    """
    rng = np.random.default_rng(1)
    pieces = []
    for lift, share in zip(_SHELLS, (1.0, 0.55), strict=True):
        inset = (share * margin[0], share * margin[1])
        u, v = (vector(np.linspace(edge, 1 - edge, count)) for edge, count in zip(inset, (49, 15), strict=True))
        pieces.append(_shell(sheet, np.broadcast_arrays(u[None, :], v[:, None]), lift))
        for side in (0, 1):
            pieces.append(_fringe(sheet, inset, teeth[0], side, lift, rng))
            pieces.append(_fringe(sheet, inset, teeth[1], side + 2, lift, rng))
    return joined(pieces)


def _shell(sheet: Sheet, places: Sequence[Float], lift: float) -> Surface:
    points, normals = sheet.at(places[0], places[1])
    shell = grid_surface(vector(points + normals * np.float32(lift)), closed=False)
    return _outward(Surface(shell.positions, vector(normals.reshape(-1, 3)), shell.triangles))


def _fringe(sheet: Sheet, inset: tuple[float, float], count: int, side: int, lift: float, rng: np.random.Generator) -> Surface:
    """Teeth from a shell's edge to the sheet's: upper, lower, left or right."""
    along, across = (0, 1) if side < 2 else (1, 0)
    edge = vector(np.linspace(inset[along], 1 - inset[along], count + 1))
    length = rng.uniform(0.25, 1.0, count)
    base = np.full(count + 1, inset[across])
    way = np.concatenate([edge, (edge[1:] + edge[:-1]) / 2])
    reach = np.concatenate([base, inset[across] * (1 - length)])
    reach = 1 - reach if side % 2 else reach
    places = (way, reach) if along == 0 else (reach, way)
    points, normals = sheet.at(vector(places[0]), vector(places[1]))
    index = np.arange(count, dtype=np.uint32)
    triangles = np.stack([index, index + 1, index + np.uint32(count + 1)], 1)
    return _outward(Surface(vector(points + normals * np.float32(lift)), normals, triangles))


def _outward(surface: Surface) -> Surface:
    """The surface with its triangles wound as its normals face."""
    a, b, c = (surface.positions[surface.triangles[:, k]] for k in range(3))
    wrong = (np.cross(b - a, c - a) * surface.normals[surface.triangles[:, 0]]).sum(1) < 0
    triangles = surface.triangles.copy()
    triangles[wrong] = triangles[wrong][:, ::-1]
    return Surface(surface.positions, surface.normals, triangles)
