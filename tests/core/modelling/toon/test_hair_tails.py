"""Tails, buns and scrunchies: they start at the tie, keep to their path and end in a tip."""

import numpy as np
import pytest
from scipy.spatial import KDTree

from core.modelling.fields import length, spline, vector
from core.modelling.toon.hair_tails import Bun, Scrunchie, Tail, bun, scrunchie, tail

PATH = ((0.0, 0.0, -1.0), (0.3, 0.3, -1.2), (0.8, 0.0, -0.8), (0.9, -0.6, -0.2), (0.7, -1.2, 0.3))
RADII = (0.1, 0.2, 0.26, 0.2, 0.02)
SMALL = Tail(PATH, RADII, count=4, rows=12, fray=0.3)


def test_tail_starts_in_the_tie_and_keeps_to_its_path() -> None:
    made = tail(SMALL)
    points = made.surface.positions
    away, _ = KDTree(spline(np.array(PATH), 200)).query(points)

    assert length(vector(points[made.along == made.along.min()] - vector(PATH[0]))).max() < 0.15
    assert away.max() < 1.6 * max(RADII)


def test_tail_ends_in_a_tip() -> None:
    made = tail(SMALL)
    last = made.surface.positions[made.along > 0.999]

    assert np.ptp(last, axis=0).max() < 0.55
    assert length(vector(last - vector(PATH[-1]))).min() < 0.12


def test_tail_is_full_all_around() -> None:
    """Seen along the path, locks cover every direction where the tail is thickest."""
    straight = Tail(((0.0, 0.0, 0.0), (0.0, -0.5, 0.0), (0.0, -1.0, 0.0)), (0.1, 0.2, 0.05), count=5, rows=20, fray=0.0)
    points = tail(straight).surface.positions
    ring = points[np.abs(points[:, 1] + 0.5) < 0.05]
    turns = np.sort(np.arctan2(ring[:, 0], ring[:, 2])[np.hypot(ring[:, 0], ring[:, 2]) > 0.12])

    assert np.diff(np.append(turns, turns[0] + 2 * np.pi)).max() < 0.8


def test_colour_runs_from_tie_to_tip() -> None:
    made = tail(SMALL)

    assert made.along.min() == pytest.approx(SMALL.start)
    assert made.along.max() == pytest.approx(1.0)
    assert (made.tangents * 1.0001).max() < 1.001


def test_scrunchie_is_a_pleated_ring_around_its_axis() -> None:
    shape = Scrunchie((0.0, 1.0, 0.0), (0.0, 1.0, 0.0), 0.12)
    surface = scrunchie(shape).surface
    x, y, z = surface.positions.T
    outside = np.hypot(x, z) > 0.2
    places = np.arctan2(x, z)[outside]

    assert np.hypot(x, z).min() > 0.04
    assert np.abs(y - 1.0).max() < 0.15
    assert outside.any()
    assert len(np.unique((places / (2 * np.pi) * shape.pleats).round())) >= shape.pleats
    assert (surface.normals * (surface.positions - vector(shape.center))).sum(1).mean() > 0


def test_bun_is_round_and_closed_on_top() -> None:
    shape = Bun((0.0, 1.2, -0.6), (0.0, 1.0, 0.0), 0.4)
    points = bun(shape).surface.positions - vector(shape.center)
    around = np.hypot(points[:, 0], points[:, 2])

    assert 0.36 < around.max() < 0.48
    assert 0.2 < points[:, 1].max() < 0.4
    assert around[points[:, 1] > 0.05].min() < 0.05


@pytest.mark.parametrize("make", [lambda: tail(SMALL), lambda: bun(Bun((0, 1, 0), (0, 1, 0), 0.3, rows=8))])
def test_same_every_time_with_unit_normals(make) -> None:  # type: ignore[no-untyped-def]
    first, second = make(), make()

    np.testing.assert_array_equal(first.surface.positions, second.surface.positions)
    np.testing.assert_allclose(length(first.surface.normals), 1, atol=1e-3)
