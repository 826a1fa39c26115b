"""Locks: closed, crowned, grooved, pointed."""

import numpy as np
import pytest

from core.modelling.fields import vector
from core.modelling.toon.hair_caps import NATURAL, Layer, layer
from core.modelling.toon.hair_scalp import over, skin
from core.modelling.toon.hair_sheets import Cut, Hero, Sheet, hero, locks
from core.modelling.toon.hair_stubble import Nap, nap
from core.modelling.toon.hair_tress import Relief, Section, Tress, joined_tresses, reflected_tress

ROWS = (
    (over(45, -20, 0.0), over(45, 20, 0.0)),
    (over(80, -20, 0.1), over(80, 20, 0.1)),
    (over(120, -20, 0.05), over(120, 20, 0.05)),
)


def sheet() -> Sheet:
    return Sheet.through(ROWS)


def test_section_is_high_in_the_middle_and_grooved_between_its_strands() -> None:
    section = Section.of(3, np.random.default_rng(1))

    assert (np.diff(section.across) > 0).all()
    assert (section.across[0], section.across[-1]) == (-1, 1)
    assert section.crown[[0, -1]].max() == 0
    assert section.crown.max() > 0.9
    inner = section.grooves[1:-1]
    assert ((inner > section.grooves[:-2]) & (inner > section.grooves[2:]) & (inner > 0.3)).sum() == 2


def test_relief_closes_at_root_and_tip() -> None:
    relief = Relief.of(vector(np.linspace(0, 1, 21)), 0.1, 0.05, 0.3)

    assert relief.crown[[0, -1]].max() == 0
    assert relief.crown.max() == pytest.approx(0.1)


def test_sheet_passes_its_places_with_normals_away_from_the_head() -> None:
    points, normals = sheet().at(vector([0.0, 1.0]), vector([0.5, 0.5]))

    np.testing.assert_allclose(points, [ROWS[1][0], ROWS[1][1]], atol=0.01)
    assert (normals[:, 1] > 0.8).all()


def test_sheet_is_pushed_out_of_what_it_must_not_touch() -> None:
    low = [[over(way, aside, -0.05) for aside in (-20, 20)] for way in (45, 80, 120)]
    pushed = Sheet.through(low, skin, 0.05).table[:, 15:].reshape(-1, 3)

    assert skin(vector(pushed)).min() > 0.02


@pytest.mark.parametrize(
    "tress",
    [
        locks(sheet(), Cut(count=3, rows=12)),
        locks(sheet(), Cut(count=3, rows=12, wave=0.5, roll=0.05, spike=1.0, point=0.02)),
        hero(Hero((over(45, 0, 0.0), over(60, 5, 0.2), over(80, 20, 0.3)))),
        layer(Layer(NATURAL, 0.05, groove=0.01)),
        nap(Nap(NATURAL, 400)),
    ],
    ids=["locks", "waves", "hero", "layer", "nap"],
)
def test_tangents_and_normals_are_unit_and_masks_in_range(tress: Tress) -> None:
    np.testing.assert_allclose(np.linalg.norm(tress.surface.normals, axis=1), 1, atol=1e-4)
    np.testing.assert_allclose(np.linalg.norm(tress.tangents, axis=1), 1, atol=1e-4)
    for values in (tress.along, tress.shade, tress.open):
        assert values.min() >= 0
        assert values.max() <= 1


def test_tangents_run_from_root_to_tip_without_jumps() -> None:
    tress = locks(sheet(), Cut(count=1, rows=20))
    steps = tress.tangents.reshape(20, -1, 3)

    assert ((steps[1:] * steps[:-1]).sum(-1) > 0.8).all()
    ends = tress.surface.positions.reshape(20, -1, 3)
    assert ends[-1].mean(0)[2] < ends[0].mean(0)[2]  # the sheet runs backwards
    assert (tress.tangents[:, 2].reshape(20, -1)[5:15] < 0).all()


def test_triangles_agree_with_their_normals() -> None:
    surface = locks(sheet(), Cut(count=3, rows=12)).surface
    a, b, c = (surface.positions[surface.triangles[:, k]] for k in range(3))
    across = np.cross(b - a, c - a)
    agreeing = np.einsum("fi,fi->f", across, surface.normals[surface.triangles].mean(1)) > 0

    assert agreeing.mean() > 0.97


def test_locks_narrow_to_points() -> None:
    rows = locks(sheet(), Cut(count=1, rows=16, sweep=0, sway=0, stagger=0)).surface.positions.reshape(16, -1, 3)
    width = np.ptp(rows[..., 0], axis=1)

    assert width[-1] < 0.12 * width[8]


def test_layer_sinks_under_the_skin_outside_its_hairline() -> None:
    tress = layer(Layer(NATURAL, 0.05))
    heights = skin(tress.surface.positions).reshape(12, -1)

    assert heights[0].max() < 0.005
    assert heights[-4:].min() > 0.03


def test_reflected_tress_is_wound_as_before() -> None:
    tress = locks(sheet(), Cut(count=1, rows=8))
    other = reflected_tress(tress)

    np.testing.assert_allclose(other.tangents[:, 0], -tress.tangents[:, 0])
    assert len(joined_tresses([tress, other]).along) == 2 * len(tress.along)


def test_same_cut_gives_the_same_locks() -> None:
    first, second = locks(sheet(), Cut(seed=3)), locks(sheet(), Cut(seed=3))
    other = locks(sheet(), Cut(seed=4))

    np.testing.assert_array_equal(first.surface.positions, second.surface.positions)
    assert not np.array_equal(first.surface.positions, other.surface.positions)
