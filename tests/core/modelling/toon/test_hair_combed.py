"""Combed hair: it closes up to the hairline, runs to the tie without folding over, and two halves meet in a parting."""

import numpy as np
import pytest
from scipy.spatial import KDTree

from core.modelling.fields import Float, length, unit, vector
from core.modelling.toon.hair_combed import TAUT, Comb, Edge, combed, half, whole
from core.modelling.toon.hair_fields import SCALP_CENTER, direction
from core.modelling.toon.hair_scalp import skin_radius
from core.modelling.toon.hair_tress import Tress

LOW, HIGH = Comb((178, -4), whole()), Comb((180, 84), whole(), inward=(180, 85))
SIDE = Comb((103, 20), half(), inward=(95, 40))
COMBS = pytest.mark.parametrize("comb", [LOW, HIGH, SIDE], ids=["low", "high", "side"])


def heights(tress: Tress) -> tuple[Float, Float]:
    """Directions (V, 3) of a tress's vertices and their heights (V,) above the skin."""
    out = vector(tress.surface.positions - SCALP_CENTER)
    units = unit(out)
    return units, vector(length(out) - skin_radius(units))


def lowest_cover(tress: Tress, azimuth: Float, elevation: Float) -> float:
    """The least height of hair above the skin at places, each judged by the vertices beside it."""
    units, lifts = heights(tress)
    _, near = KDTree(units).query(direction(azimuth, elevation), k=3)
    return float(lifts[near].max(1).min())


@pytest.mark.parametrize("comb", [LOW, HIGH], ids=["low", "high"])
def test_no_skin_shows_inside_the_hairline(comb: Comb) -> None:
    turns = vector(np.arange(-178, 180, 4.0))
    line = TAUT.elevation(turns)
    tress = combed(comb)

    assert min(lowest_cover(tress, turns, vector(line + inside)) for inside in (7, 12, 20)) > 0
    assert lowest_cover(tress, turns, vector(np.full(len(turns), 70.0))) > 0.02


def test_hair_begins_under_the_skin() -> None:
    _, lifts = heights(combed(LOW))
    count = LOW.clumps * LOW.strands * 3

    assert lifts[:count].max() < -0.01
    assert lifts.max() < 0.2


@COMBS
def test_strands_run_into_the_tie(comb: Comb) -> None:
    tress = combed(comb)
    units, lifts = heights(tress)
    count = len(units) // comb.rows
    tie = unit(vector(direction(*comb.tie)))
    away = np.degrees(np.arccos(np.clip(units[-count:] @ tie, -1, 1)))

    np.testing.assert_allclose(away, comb.ring, atol=0.1)
    np.testing.assert_allclose(lifts[-count:], comb.neck, atol=0.03)
    nearer = (tress.tangents @ tie)[count:-count]
    assert np.quantile(nearer, 0.02) > 0


@COMBS
def test_surface_does_not_fold_over(comb: Comb) -> None:
    surface = combed(comb).surface
    a, b, c = (surface.positions[surface.triangles[:, k]] for k in range(3))
    facing = unit(vector(np.cross(b - a, c - a)))
    outward = unit(vector((a + b + c) / 3 - SCALP_CENTER))

    assert ((facing * outward).sum(1) > 0).mean() > 0.98


def test_halves_meet_in_the_parting_above_the_skin() -> None:
    tress = combed(SIDE)
    units, lifts = heights(tress)
    count = SIDE.clumps * SIDE.strands * 3
    first = np.arange(count)
    parting = first[(np.abs(tress.surface.positions[:count, 0]) < 0.005) & (units[:count, 1] > 0.75)]

    assert len(parting) > 8
    assert lifts[parting].min() > 0
    assert tress.surface.positions[:, 0].min() > -0.03


def test_clumps_differ_with_the_seed_only() -> None:
    first, again, other = (combed(Comb((180, 60), whole(), clumps=8, rows=5, seed=seed)) for seed in (1, 1, 2))

    np.testing.assert_array_equal(first.surface.positions, again.surface.positions)
    assert np.abs(first.shade - other.shade).max() > 0.05


def test_edge_goes_around_once() -> None:
    for edge in (whole(), half()):
        assert isinstance(edge, Edge)
        assert len(edge.places) == len(edge.parted)
        steps = direction(*np.array(edge.places, float).T)
        assert length(vector(np.roll(steps, -1, 0) - steps)).max() < 0.25
