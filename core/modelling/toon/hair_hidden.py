"""What nobody can see of hair is left out: the inner sides of locks, what lies under other locks."""

from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.modelling.fields import Float, cast, unit, vector
from core.modelling.meshing import Surface
from core.modelling.toon import head
from core.modelling.toon.hair_fields import SCALP_CENTER
from core.modelling.toon.hair_tress import Tress, joined_tresses

_VIEWS = 48
_PIXEL = 0.03
_EXTENT = 2.4
_DEPTH_SLACK = 0.03
_GLIMPSES = 6
"""How many of a triangle's fifteen points times the views must be seen for it to count."""
_WIDE = 0.008
"""Twice the area from which a triangle counts with its first point: wide ones close the gaps between others."""


def sphere_directions(count: int) -> Float:
    """Evenly spread unit vectors (count, 3)."""
    index = np.arange(count) + 0.5
    height, turn = 1 - 2 * index / count, np.pi * (1 + 5**0.5) * index
    ring = np.sqrt(1 - height**2)
    return vector(np.stack([np.cos(turn) * ring, height, np.sin(turn) * ring], 1))


@cache
def _head_points() -> Float:
    rays = sphere_directions(30000)
    center = vector(SCALP_CENTER - [0, 0.35, 0])
    return cast(head.head, center, rays, (0.3, 1.9), steps=32)


def seen(tress: Tress) -> NDArray[np.bool_]:
    """Which triangles (F,) can be seen from anywhere but far below: by depth pictures made of points."""
    corners = tress.surface.positions[tress.surface.triangles]
    weights = vector([(i, j, 4 - i - j) for i in range(5) for j in range(5 - i)]) / 4
    samples = np.einsum("sk,fkc->fsc", weights, corners)
    facing = unit(vector(tress.surface.normals[tress.surface.triangles].sum(1)))
    count, shape = len(corners), int(2 * _EXTENT / _PIXEL)
    everything = np.concatenate([samples.reshape(-1, 3), _head_points() - 0.01 * unit(_head_points())])
    visible = head.head(samples.reshape(-1, 3)).reshape(count, -1).max(1) > -0.02
    found = np.zeros(count, int)
    for view in sphere_directions(_VIEWS):
        if view[1] < -0.55:
            continue
        side = unit(vector(np.cross([[0, 1, 0.01]], view[None])))[0]
        up = np.cross(view, side)
        cells = ((np.stack([everything @ side, everything @ up], 1) + _EXTENT) / _PIXEL).astype(int).clip(0, shape - 1)
        cell, near = cells[:, 0] * shape + cells[:, 1], everything @ view
        front = np.full(shape * shape, -9.0, np.float32)
        np.maximum.at(front, cell, near)
        shown = (near[: samples.shape[0] * samples.shape[1]] > front[cell[: count * samples.shape[1]]] - _DEPTH_SLACK).reshape(
            count, -1
        )
        found += np.where(facing @ view > -0.1, shown.sum(1), 0)
    edges = corners[:, 1:] - corners[:, :1]
    wide = np.linalg.norm(np.cross(edges[:, 0], edges[:, 1]), axis=1) > _WIDE
    return np.asarray((found >= np.where(wide, 1, _GLIMPSES)) & visible)


def without_hidden(tresses: Iterable[Tress]) -> list[Tress]:
    """Pieces of hair as one, without the triangles that cannot be seen."""
    whole = joined_tresses(tresses)
    used, corners = np.unique(whole.surface.triangles[seen(whole)], return_inverse=True)
    surface = Surface(
        whole.surface.positions[used], whole.surface.normals[used], np.ascontiguousarray(corners.reshape(-1, 3), dtype=np.uint32)
    )
    return [Tress(surface, whole.tangents[used], whole.along[used], whole.shade[used], whole.open[used])]
