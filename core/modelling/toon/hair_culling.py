"""Leaves out the triangles of hair that nobody can see from anywhere: what lies under other locks."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.modelling.fields import Float, length, unit, vector
from core.modelling.meshing import Surface

_VIEWS = 140
_PIXEL = 0.025
_HALF = 2.6
"""Half side of a view's picture: more than hair can reach."""

_BESIDE = 2
"""Corners that a triangle must share with those that are seen in order to stay too: it shows from a view between two others."""

_LOWEST_VIEW = -0.5
"""Nobody looks from farther below (sine of the angle)."""

_CORNERS: Float = np.array([(1, 0, 0), (0, 1, 0), (0, 0, 1), (0.34, 0.33, 0.33)], np.float32)


def seen(surface: Surface, slack: ArrayLike = 0.03) -> NDArray[np.bool_]:
    """Which triangles (F,) can be seen from some side.

    Points of every triangle are splatted into depth pictures from directions all around; a triangle counts as seen where one of
    its points is about the nearest, or where it joins one of those.

    Args:
        surface: All of it.
        slack: How far (F,) behind the nearest surface a triangle may lie and still count as seen: more for what shows through
            gaps that are narrower than a picture's pixel.
    """
    corners = surface.positions[surface.triangles]
    samples = vector(np.einsum("sk,fkd->fsd", _CORNERS, corners)).reshape(-1, 3)
    blockers = _dense(corners)
    facing = unit(vector(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])))
    found = np.zeros(len(corners), bool)
    margin = np.broadcast_to(np.asarray(slack, np.float32), len(corners))[:, None]
    for view in _directions():
        side = unit(vector(np.cross([[0.0, 1.0, 0.013]], view[None])))[0]
        axes = np.stack([side, np.cross(view, side)], 1)
        front = _picture(blockers, axes, view)
        cell = _cells(samples, axes)
        near = (samples @ view - front[cell]).reshape(len(corners), -1) > -margin
        found |= near.any(1) & (facing @ view > -0.05)
    beside = np.zeros(len(surface.positions), bool)
    beside[surface.triangles[found]] = True
    return np.asarray(found | (beside[surface.triangles].sum(1) >= _BESIDE))


def _directions() -> Float:
    """Directions to the viewers: those of the usual cameras, and more evenly spread."""
    index = np.arange(_VIEWS) + 0.5
    height, turn = 1 - 2 * index / _VIEWS, np.pi * (1 + 5**0.5) * index
    ring = np.sqrt(1 - height**2)
    views = np.stack([np.cos(turn) * ring, height, np.sin(turn) * ring], 1)
    usual = [(0, 0, 1), (-0.47, 0.07, 0.88), (0.47, 0.07, 0.88), (-1, 0, 0.09), (1, 0, 0.09), (0, 0.07, -1)]
    return unit(vector(np.concatenate([usual, views[views[:, 1] > _LOWEST_VIEW]])))


def _cells(points: Float, axes: Float) -> NDArray[np.intp]:
    side = int(2 * _HALF / _PIXEL)
    place = ((points @ axes + _HALF) / _PIXEL).astype(np.intp).clip(0, side - 1)
    return np.asarray(place[:, 0] * side + place[:, 1])


def _picture(points: Float, axes: Float, view: Float) -> Float:
    """The depth of the nearest point in every pixel."""
    side = int(2 * _HALF / _PIXEL)
    front = np.full(side * side, -9.0, np.float32)
    np.maximum.at(front, _cells(points, axes), vector(points @ view))
    return front


def _dense(corners: Float) -> Float:
    """Points on triangles (F, 3, 3), no farther apart than about a pixel."""
    longest = length(vector(corners - np.roll(corners, 1, axis=1))).max(1)
    steps = np.ceil(longest / (0.8 * _PIXEL)).astype(int).clip(1, 200)
    made = []
    for count in np.unique(steps):
        a, b = np.meshgrid(np.arange(count + 1), np.arange(count + 1), indexing="ij")
        inside = a + b <= count
        weights = np.stack([a[inside], b[inside], count - a[inside] - b[inside]], 1) / count
        made.append(np.einsum("sk,fkd->fsd", weights, corners[steps == count]).reshape(-1, 3))
    return vector(np.concatenate(made))
