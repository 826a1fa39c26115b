"""Earrings, hung where the ears' lobes are."""

from collections.abc import Callable
from functools import cache

import numpy as np

from core.modelling.fields import Float, vector
from core.modelling.meshes import mesh_of
from core.modelling.meshing import Surface, joined, reflected
from core.modelling.patches import swept
from core.modelling.toon import head, warps
from core.modelling.toon.modelled import ModelledOption
from core.modelling.toon.sheets import welded
from core.rendering.mesh import Mesh

_SPACING = 0.008

_UNDER_CLOTH = vector([1, 0.5, 0.5, 1])
"""Paint of what a scarf hides, open to light."""


@cache
def lobe() -> tuple[float, float, float]:
    """The outer face of the lobe at positive x, a little above its lowest point, found in the ears' field."""
    axes = (np.arange(0.72, 1.08, _SPACING), np.arange(-0.45, 0.0, _SPACING), np.arange(-0.3, 0.25, _SPACING))
    grid = vector(np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3))
    inside = grid[(head.ears(grid) < 0) & (head.skull(grid) > 0.01)]
    bottom = float(inside[:, 1].min())
    near = inside[np.abs(inside[:, 1] - bottom - 0.055) < _SPACING]
    outermost = near[near[:, 0] > near[:, 0].max() - 1.5 * _SPACING]
    x, y, z = outermost.mean(0).tolist()
    return x, y, z


def _ball(center: Float, radius: float, columns: int) -> Surface:
    steps = np.linspace(-np.pi / 2, np.pi / 2, columns // 2 + 1)[:, None]
    turn = np.arange(columns)[None] * 2 * np.pi / columns
    unit = np.stack([np.cos(steps) * np.sin(turn), np.sin(steps) + 0 * turn, np.cos(steps) * np.cos(turn)], -1)
    return welded(vector(center + radius * unit), closed=True)


def _drop(top: Float, height: float, radius: float, columns: int) -> Surface:
    """A tear: a point above, round below."""
    share = np.linspace(0, np.pi, columns)[:, None]
    turn = np.arange(columns)[None] * 2 * np.pi / columns
    wide = 1.3 * radius * np.sin(share) * np.sin(share / 2) ** 1.6
    fall = -0.5 * height * (1 - np.cos(share))
    rows = np.stack([wide * np.sin(turn), fall + 0 * turn, wide * np.cos(turn)], -1)
    return welded(vector(top + rows), closed=True)


def _hoop(center: Float, radius: float, thickness: float, columns: int, sides: int) -> Surface:
    """A ring in the plane that looks to the side, turned a little to the front."""
    turn = np.linspace(0, 2 * np.pi, columns + 1)
    lean = np.radians(20)
    ring = np.stack([np.cos(turn) * np.sin(lean), np.sin(turn), np.cos(turn) * np.cos(lean)], -1)
    line = vector(center + radius * ring)
    side = np.broadcast_to(vector([np.cos(lean), 0, -np.sin(lean)]), line.shape)
    return swept(line, side, np.full(len(line), thickness, np.float32), np.full(len(line), thickness, np.float32), sides)


def _studs(at: Float, size: int) -> list[tuple[str, Surface]]:
    return [("earrings", _ball(vector(at + vector([0.022, 0, 0.008])), 0.046, size))]


def _pearls(at: Float, size: int) -> list[tuple[str, Surface]]:
    cap = _ball(vector(at + vector([0.006, 0.012, 0.0])), 0.034, size)
    return [("pearls", _ball(vector(at + vector([0.030, -0.030, 0.012])), 0.074, size)), ("earrings", cap)]


def _small_hoops(at: Float, size: int) -> list[tuple[str, Surface]]:
    return [("earrings", _hoop(vector(at + vector([0.014, -0.075, 0.0])), 0.095, 0.020, 2 * size, size // 2))]


def _large_hoops(at: Float, size: int) -> list[tuple[str, Surface]]:
    return [("earrings", _hoop(vector(at + vector([0.012, -0.182, 0.0])), 0.202, 0.022, 3 * size, size // 2))]


def _drops(at: Float, size: int) -> list[tuple[str, Surface]]:
    hook = _ball(vector(at + vector([0.020, 0, 0.006])), 0.030, size)
    stone = _drop(vector(at + vector([0.022, -0.030, 0.008])), 0.21, 0.072, size)
    return [("earrings", joined([hook, stone]))]


def earring_meshes(make: Callable[[Float, int], list[tuple[str, Surface]]]) -> list[Mesh]:
    """A pair of earrings, in both levels of detail."""
    meshes = []
    at = vector(lobe())
    for level, size in (("", 16), (".light", 10)):
        for material, surface in make(at, size):
            pair = joined([surface, reflected(surface)])
            paint = np.tile(_UNDER_CLOTH, (len(pair.positions), 1))
            meshes.append(mesh_of(material + level, material, "earrings", pair, paint=paint, follows=warps.HEAD_WARPS))
    return meshes


def _option(option_id: str, name: str, make: Callable[[Float, int], list[tuple[str, Surface]]]) -> ModelledOption:
    return ModelledOption(option_id, name, {}, lambda: earring_meshes(make))


EARRING_OPTIONS: tuple[ModelledOption, ...] = (
    ModelledOption("none", "None", {}),
    _option("studs", "Studs", _studs),
    _option("pearls", "Pearls", _pearls),
    _option("small_hoops", "Small hoops", _small_hoops),
    _option("large_hoops", "Large hoops", _large_hoops),
    _option("drops", "Drops", _drops),
)
"""All earrings in their stable order; ids are appended, never changed."""
