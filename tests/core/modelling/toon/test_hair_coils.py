"""Afros: coils spread over a volume."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from core.modelling.fields import Float, sphere, unit, vector
from core.modelling.toon import head
from core.modelling.toon.hair_caps import ANGULAR
from core.modelling.toon.hair_coils import Coil, coiled, large_afro, places_on, short_afro, under
from core.modelling.toon.hair_falls import angles
from core.modelling.toon.hair_fields import SCALP_CENTER
from core.modelling.toon.hair_tress import Tress, joined_tresses

LOW, HIGH = vector([-1.5, -1.4, -1.5]), vector([1.5, 1.8, 1.5])


def ball(points: Float) -> Float:
    return sphere(points, (0, 0.2, 0), 1.3)


def some_coils(seed: int = 5) -> Tress:
    places, normals = places_on(ball, LOW, HIGH, lambda p: np.full(len(p), 0.3, np.float32), seed=3)
    return coiled(places, normals, np.ones(len(places), np.float32), Coil(0.2, 0.08), seed=seed)


def test_places_are_spread_without_holes() -> None:
    places, normals = places_on(ball, LOW, HIGH, lambda p: np.full(len(p), 0.2, np.float32), seed=3)
    anywhere = vector([0, 0.2, 0]) + 1.3 * unit(vector(np.random.default_rng(1).normal(size=(3000, 3))))
    anywhere = anywhere[anywhere[:, 1] > -0.5]  # below, the neck fills the ball

    assert np.abs(ball(places)).max() < 1e-3
    assert cKDTree(places).query(places, k=2)[0][:, 1].min() >= 0.2
    assert cKDTree(places).query(anywhere)[0].max() < 0.2 * 1.3
    np.testing.assert_allclose(normals, (places - vector([0, 0.2, 0])) / 1.3, atol=0.02)


def test_coils_stand_out_a_little_and_face_outward() -> None:
    surface = some_coils().surface
    a, b, c = (surface.positions[surface.triangles[:, k]] for k in range(3))
    across = np.cross(b - a, c - a)

    assert 0.05 < ball(surface.positions).max() < 0.25
    assert ball(surface.positions).min() > -0.25
    assert ((across * surface.normals[surface.triangles].sum(1)).sum(1) > 0).mean() > 0.93


def test_coils_differ_and_are_the_same_every_time() -> None:
    first, second, other = some_coils(), some_coils(), some_coils(6)

    np.testing.assert_array_equal(first.surface.positions, second.surface.positions)
    assert np.abs(first.surface.positions - other.surface.positions).max() > 0.01
    assert len(np.unique(first.shade)) > 20


def test_volume_lies_under_the_coils() -> None:
    volume = under(ball, LOW, HIGH, 800, 0.04)

    assert ball(volume.surface.positions).max() < 0
    assert volume.open.max() < 0.7


@pytest.mark.slow
def test_large_afro_stands_clear_of_the_skin_or_is_rooted_in_it() -> None:
    base, *coils = large_afro()
    height = head.head(base.surface.positions)

    assert min(float(head.head(some.surface.positions).min()) for some in coils) > 0.02
    assert not ((height > -0.03) & (height < 0.015)).any()


@pytest.mark.slow
def test_short_afro_follows_its_hairline() -> None:
    afro = joined_tresses(short_afro())
    units = unit(vector(afro.surface.positions - SCALP_CENTER))
    azimuth, elevation = angles(units)
    anywhere = unit(vector(np.random.default_rng(0).normal(size=(4000, 3))))
    around, up = angles(anywhere)
    grown = anywhere[up > ANGULAR.elevation(around) + 3]

    assert np.percentile(elevation - ANGULAR.elevation(azimuth), 1) > -4
    assert cKDTree(units).query(grown)[0].max() < 0.1
