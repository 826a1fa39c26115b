"""From pieces of hair to meshes."""

import numpy as np
import pytest

from core.modelling.fields import vector
from core.modelling.meshing import Surface, joined
from core.modelling.toon.hair_culling import seen
from core.modelling.toon.hair_scalp import over
from core.modelling.toon.hair_sheets import Cut, Sheet, locks
from core.modelling.toon.hair_surface import LIGHT_TRIANGLES, octahedral, tress_meshes
from core.modelling.toon.hat_line import PRESSED
from core.modelling.toon.warps import HEAD_WARPS


def box(half: float) -> Surface:
    """A closed box around the origin, from its eight corners."""
    corners = vector([[x, y, z] for x in (-half, half) for y in (-half, half) for z in (-half, half)])
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    triangles = np.array([t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))], np.uint32)
    return Surface(corners, vector(corners / np.linalg.norm(corners, axis=1, keepdims=True)), triangles)


def test_what_lies_inside_is_not_seen() -> None:
    whole = joined([box(0.5), box(0.2)])

    np.testing.assert_array_equal(seen(whole), [True] * 12 + [False] * 12)


def decoded(uv: np.ndarray) -> np.ndarray:
    """The unit vectors of an octahedral map."""
    flat = uv * 2 - 1
    z = 1 - np.abs(flat).sum(1)
    fold = np.clip(-z, 0, None)[:, None]
    xy = flat - np.where(flat >= 0, fold, -fold)
    made = np.concatenate([xy, z[:, None]], 1)
    return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True))


def test_octahedral_map_keeps_directions() -> None:
    directions = np.random.default_rng(2).normal(size=(200, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)

    np.testing.assert_allclose(decoded(octahedral(vector(directions))), directions, atol=6e-3)


def test_no_direction_is_unknown() -> None:
    np.testing.assert_array_equal(octahedral(np.zeros((1, 3), np.float32)), [[0, 0]])


@pytest.mark.slow
def test_meshes_follow_the_head_and_have_a_light_level() -> None:
    rows = [[over(way, aside, lift) for aside in (-40, 0, 40)] for way, lift in ((45, 0.0), (80, 0.15), (150, 0.08))]
    full, light = tress_meshes("hair", [locks(Sheet.through(rows), Cut(count=14, rows=30))])

    assert (full.name, light.name) == ("hair", "hair.light")
    assert full.follows == (*HEAD_WARPS, PRESSED)
    assert len(light.triangles) <= LIGHT_TRIANGLES < len(full.triangles)
    assert full.paint.min() >= 0
    assert full.paint.max() <= 1
    assert full.paint[:, 3].mean() > 0.5  # a hat covers the crown
    np.testing.assert_allclose(np.linalg.norm(light.normals, axis=1), 1, atol=1e-4)
