"""The head scarf: it leaves the face free, covers the ears, and stays outside the head at every head shape."""

from functools import cache

import numpy as np
import pytest
from scipy.spatial import KDTree

from core.modelling.fields import Float, cast, vector
from core.modelling.meshing import Surface
from core.modelling.toon import head, scarf
from core.modelling.toon.bust import bust
from core.modelling.toon.face_motions import SKIN_MOTIONS, Flesh

_SHOWN = ("cloth", "drape")


@cache
def made(name: str) -> Surface:
    surface: Surface = getattr(scarf, name)()
    return surface


def on_head(names: tuple[str, ...]) -> Float:
    return np.concatenate([made(name).positions for name in names])


def test_face_from_brows_to_chin_is_free() -> None:
    x, y, z = on_head((*_SHOWN, "band")).T
    over_face = (z > 0.2) & (np.hypot(x / 0.60, (y - 0.02) / 0.50) < 1)

    assert not over_face.any()
    assert not ((np.abs(x) < 0.25) & (y > -0.86) & (y < 0.45) & (z > 0.2)).any()


def test_cloth_lies_outside_the_head_and_only_its_lip_touches_skin() -> None:
    surface = made("cloth")

    assert head.head(surface.positions).min() > -0.02
    assert np.quantile(head.head(surface.positions), 0.1) > 0.02


def test_band_closes_the_gap_to_the_cloth_all_around() -> None:
    turn = vector(np.arange(0, 360, 3))
    places = scarf.on_face(turn, vector(scarf.opening(turn) + 2), 0.03)
    away, _ = KDTree(made("band").positions).query(places)

    assert away.max() < 0.08


@pytest.mark.parametrize("height", [-0.14, -0.02, 0.10])
def test_ears_are_under_cloth(height: float) -> None:
    """Rays from inside the head through the ear meet the ear first."""
    turns = np.radians(np.linspace(75, 110, 8))
    rays = vector(np.stack([np.sin(turns), 0 * turns, np.cos(turns)], 1))
    start = vector([0, height, -0.06])
    skin = cast(head.head, start, rays, (0.4, 1.3), steps=60)
    seen_from = made("cloth").positions - start
    near = np.abs(seen_from[:, 1]) < 0.12
    for ray, ear in zip(rays, skin, strict=True):
        along = seen_from[near] @ ray
        aside = np.linalg.norm(seen_from[near] - along[:, None] * ray, axis=1)
        beside = (aside < 0.14) & (along > 0)
        assert along[beside].max() > np.linalg.norm(ear - start)


def test_cloth_clears_the_shoulders() -> None:
    surface = made("cloth")

    assert bust(surface.positions).min() > -0.06


def test_folds_vanish_on_the_forehead_and_at_the_hem_in_front() -> None:
    way = vector([0.0, 0.1, 0.3, 1.0])
    heights = scarf.folds(vector([0.0, 180.0]), way)

    assert heights[:3, 0].max() < 0.02
    assert heights[[0, 3], 1].max() == pytest.approx(0, abs=1e-6)
    assert scarf.folds(vector(np.linspace(120, 180, 20)), vector(np.linspace(0.2, 0.8, 30))).max() > 0.05


def test_folds_go_on_where_the_turn_ends() -> None:
    way = vector(np.linspace(0, 1, 9))
    left, right = scarf.folds(vector([-180.0, 180.0]), way).T

    np.testing.assert_allclose(left, right, atol=1e-5)


@pytest.mark.parametrize("name", ["cloth", "band", "drape"])
def test_pieces_are_the_same_every_time_and_sound(name: str) -> None:
    first, second = made(name), getattr(scarf, name)()

    np.testing.assert_array_equal(first.positions, second.positions)
    np.testing.assert_allclose(np.linalg.norm(first.normals, axis=1), 1, atol=1e-4)


def test_meshes_are_two_cloths_in_both_levels_of_detail() -> None:
    outer, light_outer, inner, light_inner = scarf.scarf_meshes()

    assert {outer.material, light_outer.material} == {"scarf"}
    assert {inner.material, light_inner.material} == {"scarf_band"}
    assert set(scarf.MATERIALS) == {"scarf", "scarf_band"}
    assert len(outer.triangles) + len(inner.triangles) < 11_000
    assert len(light_outer.triangles) + len(light_inner.triangles) < 4_500
    assert (light_outer.name, light_inner.name) == (outer.name + ".light", inner.name + ".light")


def test_cloth_under_the_chin_gives_way_to_an_open_jaw() -> None:
    outer, *_ = scarf.scarf_meshes()
    moved = outer.morphs["jawOpen"].positions
    turn = vector([150, 165, 180, 195, 210])
    skin = scarf.on_face(turn, vector(scarf.opening(turn) - 4), 0.0)
    _, near = KDTree(outer.positions).query(skin)
    under = SKIN_MOTIONS["jawOpen"](Flesh.of(skin))

    assert under[:, 1].max() < -0.05
    np.testing.assert_allclose(moved[near, 1], under[:, 1], atol=0.04)
    assert np.abs(moved[outer.positions[:, 1] < -1.65]).max() == 0
