"""Sheets of cloth are closed, as thick as they should be, and on the side they should be."""

from itertools import pairwise

import numpy as np
import pytest

from core.modelling.fields import Float, sphere, vector
from core.modelling.meshing import Surface
from core.modelling.toon import sheets


def ball(points: Float) -> Float:
    return sphere(points, (0, 0, 0), 1.0)


def rows(count: int = 9, columns: int = 24) -> Float:
    """Rings around a ball, from near its top down."""
    turn = np.arange(columns) * 2 * np.pi / columns
    heights = np.linspace(0.8, -0.8, count)
    return vector(np.stack([np.stack([np.sin(turn), h + 0 * turn, np.cos(turn)], 1) for h in heights]))


def volume(surface: Surface) -> float:
    a, b, c = (surface.positions[surface.triangles[:, k]].astype(float) for k in range(3))
    return float(np.einsum("fi,fi->", np.cross(a, b), c) / 6)


def edges_without_partner(surface: Surface) -> int:
    edges = np.concatenate([surface.triangles[:, pair] for pair in ((0, 1), (1, 2), (2, 0))]).astype(np.int64)
    keys, partners = edges @ [len(surface.positions), 1], edges[:, ::-1] @ [len(surface.positions), 1]
    return int((~np.isin(keys, partners)).sum())


def test_projected_points_are_on_the_shape_and_level_below_its_middle() -> None:
    found = sheets.projected(ball, (0, 0.2, 0), rows())

    np.testing.assert_allclose(np.linalg.norm(found, axis=-1), 1, atol=1e-3)
    np.testing.assert_allclose(found[-1, :, 1], rows()[-1, :, 1], atol=1e-3)


@pytest.mark.parametrize("closed", [True, False])
def test_solid_is_closed_and_encloses_its_thickness(closed: bool) -> None:
    sheet = sheets.projected(ball, (0, 0, 0), rows())
    surface = sheets.solid(sheet if closed else sheet[:, :13], 0.1, closed=closed)
    area = 2 * np.pi * 1.56 * (1 if closed else 0.5)

    assert edges_without_partner(surface) == 0
    assert volume(surface) == pytest.approx(0.1 * area, rel=0.3)


def test_hem_rolls_inward_and_stays_within_its_thickness() -> None:
    on = sheets.projected(ball, (0, 0, 0), rows())
    surface = sheets.hemmed(ball, on, 0.06)
    above = ball(surface.positions)

    assert above.max() < 0.005
    assert above.min() == pytest.approx(-0.06, abs=0.012)
    assert surface.positions[:, 1].max() > on[..., 1].max() + 0.005


def test_outward_turns_a_surface_that_is_inside_out() -> None:
    right = sheets.solid(sheets.projected(ball, (0, 0, 0), rows()), 0.1, closed=True)
    wrong = Surface(right.positions, -right.normals, np.ascontiguousarray(right.triangles[:, ::-1]))

    assert volume(wrong) < 0
    assert volume(sheets.outward(wrong)) == pytest.approx(volume(right))


def test_between_goes_evenly_from_one_curve_to_the_other() -> None:
    first, last = rows()[0], rows()[-1]
    found = sheets.between(first, last, 5)
    steps = [later - earlier for earlier, later in pairwise(found)]

    np.testing.assert_array_equal(found[0], first)
    np.testing.assert_allclose(found[-1], last, atol=1e-6)
    np.testing.assert_allclose(steps, np.broadcast_to(steps[0], (4, *first.shape)), atol=1e-6)


def test_ridge_is_highest_in_its_middle_and_ends_softly() -> None:
    line = [(0, 0, 0), (1, 0, 0), (2, 0, 0)]
    middle, start, beside, far = sheets.ridge(vector([(1, 0, 0), (0, 0, 0), (1, 0.1, 0), (1, 1, 0)]), line, 0.1)

    assert middle == pytest.approx(1)
    assert start == pytest.approx(0, abs=1e-6)
    assert far < 1e-6 < beside < middle
