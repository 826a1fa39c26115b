"""Hair that is parted into sections, a braid or a lock growing from each: cushions of hair with lines of skin between them."""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import SphericalVoronoi

from core.modelling.fields import Float, unit, vector
from core.modelling.meshing import Surface, oriented
from core.modelling.toon.hair_falls import angles
from core.modelling.toon.hair_fields import SCALP_CENTER, Hairline
from core.modelling.toon.hair_scalp import above
from core.modelling.toon.hair_tress import Tress, joined_tresses

_BETWEEN = 2
"""Points on each side of a section, so that it follows the hairline."""

_RINGS = ((1.0, -0.012), (0.84, 0.028))
"""Share of the way from a section's middle to its edge, and height above the skin there."""


def parted(roots: Float, hairline: Hairline, gap: float, *, seed: int = 0) -> Tress:
    """A cushion of hair around each root, up to the lines halfway to its neighbours.

    Args:
        roots: (N, 3) unit directions, N at least 4.
        hairline: Where hair begins.
        gap: Half width of the parting lines, as a chord; below 0, cushions overlap and only creases are left.
        seed: Of the cushions' shades.
    """
    cells = SphericalVoronoi(roots.astype(float))
    cells.sort_vertices_of_regions()
    rng = np.random.default_rng(seed)
    return joined_tresses(
        _cushion(root, unit(vector(cells.vertices[region])), hairline, gap, float(rng.uniform(0.1, 0.35)))
        for root, region in zip(roots, cells.regions, strict=True)
    )


def _cushion(root: Float, corners: Float, hairline: Hairline, gap: float, shade: float) -> Tress:
    share = np.linspace(0, 1, _BETWEEN, endpoint=False)[None, :, None]
    edge = unit(vector((corners[:, None] * (1 - share) + np.roll(corners, -1, 0)[:, None] * share).reshape(-1, 3)))
    reach = np.linalg.norm(edge - root, axis=1)
    edge = unit(vector(root + (edge - root) * np.clip(1 - gap / reach, 0.2, 1.3)[:, None]))
    edge = _within(root, edge, hairline)
    rows = [above(unit(vector(root + (edge - root) * inward)), lift) for inward, lift in _RINGS]
    count = len(edge)
    top = above(root[None], 0.07)
    positions = np.concatenate([*rows, top])
    outward = unit(vector(positions - SCALP_CENTER))
    sides = unit(vector(edge - root))
    tilts = np.concatenate([np.repeat(np.array([1.2, 0.6]), count), [0.0]])
    normals = unit(vector(outward + tilts[:, None] * np.concatenate([np.tile(sides, (len(_RINGS), 1)), top * 0])))
    heights = np.concatenate([np.repeat([0.0, 0.8], count), [0.7]])
    return Tress(
        oriented(Surface(vector(positions), normals, _fan(len(_RINGS), count))),
        np.concatenate([unit(vector(top - positions[:-1])), root[None]]),
        vector(0.12 + 0.08 * (1 - heights)),
        np.full(len(positions), shade, np.float32),
        vector(heights),
    )


def _within(root: Float, edge: Float, hairline: Hairline) -> Float:
    """Directions moved towards a root until they are inside a hairline."""
    low, high = np.zeros(len(edge)), np.ones(len(edge))
    azimuth, elevation = angles(edge)
    free = elevation > hairline.elevation(azimuth)
    for _ in range(10):
        middle = (low + high) / 2
        azimuth, elevation = angles(unit(vector(root + (edge - root) * middle[:, None])))
        inside = elevation > hairline.elevation(azimuth)
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return unit(vector(root + (edge - root) * np.where(free, 1.0, low)[:, None]))


def _fan(rings: int, count: int) -> NDArray[np.uint32]:
    index = np.arange(rings * count, dtype=np.uint32).reshape(rings, count)
    index = np.concatenate([index, index[:, :1]], 1)
    a, b, c, d = (grid.ravel() for grid in (index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]))
    inner = index[-1]
    tip = np.stack([inner[:-1], inner[1:], np.full(count, rings * count, np.uint32)], 1)
    return np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1), tip])
