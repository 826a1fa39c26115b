"""Where strands grow and how they hang."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from core.modelling.fields import unit, vector
from core.modelling.toon.hair_caps import NATURAL
from core.modelling.toon.hair_falls import Fall, angles, away_from_head, body, kept_out, off_ears, roots
from core.modelling.toon.hair_fields import direction


def test_angles_invert_direction() -> None:
    azimuth, elevation = angles(vector(direction([-120.0, 0.0, 75.0], [-20.0, 40.0, 80.0])))

    np.testing.assert_allclose(azimuth, [-120, 0, 75], atol=1e-4)
    np.testing.assert_allclose(elevation, [-20, 40, 80], atol=1e-4)


def test_roots_keep_their_distance_and_leave_no_bald_patch() -> None:
    places = roots(NATURAL, 0.25, seed=1, margin=2.0)
    azimuth, elevation = angles(places)
    anywhere = unit(vector(np.random.default_rng(0).normal(size=(4000, 3))))
    around, up = angles(anywhere)
    grown = anywhere[up > NATURAL.elevation(around) + 3]

    assert (elevation > NATURAL.elevation(azimuth) + 2).all()
    assert cKDTree(places).query(places, k=2)[0][:, 1].min() >= 0.25
    assert cKDTree(places).query(grown)[0].max() < 0.30


def test_roots_lie_closer_where_asked() -> None:
    places = roots(NATURAL, lambda units: np.where(units[:, 2] > 0, 0.15, 0.4), seed=1)
    nearest = cKDTree(places).query(places, k=2)[0][:, 1]

    assert np.median(nearest[places[:, 2] > 0.1]) < 0.2
    assert np.median(nearest[places[:, 2] < -0.2]) > 0.4


@pytest.mark.parametrize("azimuth", [3.0, 60.0, -110.0, 175.0])
def test_strand_hangs_to_its_bottom_clear_of_body_and_face(azimuth: float) -> None:
    root = vector(direction(azimuth, 55.0))
    path = Fall(front=60.0, clearance=0.07).path(root, -1.2)
    x, y, z = path.T
    over_face = (np.abs(x) < 0.5) & (y < 0.45) & (z > 0.3)

    assert path[-1][1] == pytest.approx(-1.2, abs=0.12)
    assert body(path[8:]).min() > 0.05
    assert not over_face.any()
    assert np.sign(x[-1]) == np.sign(root[0])


def test_path_inside_the_head_is_moved_out_and_its_root_stays() -> None:
    path = vector(np.linspace([0.0, 1.0, -0.3], [0.7, -0.2, -0.4], 10))
    moved = kept_out(path, body, np.full(10, 0.05, np.float32))

    assert body(path).min() < -0.1
    assert body(moved[1:]).min() > 0.03
    np.testing.assert_array_equal(moved[0], path[0])


def test_evenly_spread_strands_have_equal_gaps() -> None:
    fall = Fall(front=60.0)
    places = roots(NATURAL, 0.4, seed=3)
    places = places[places[:, 0] > 0]
    spread = np.sort([fall.azimuth(root) for root in places] + fall.evenly(places, 1, 1.0))

    np.testing.assert_allclose(np.diff(spread), 120 / len(places), atol=1e-3)
    assert spread[0] > 60
    assert spread[-1] < 180


def test_backing_lies_under_the_strands_and_is_dark() -> None:
    fall = Fall(front=60.0, lift=0.15, clearance=0.05)
    sheet = fall.backing(-0.8)
    strand = fall.path(vector(direction(140.0, 60.0)), -0.8)
    level = np.abs(sheet.surface.positions[:, 1]) < 0.25

    assert sheet.open.max() == 0
    assert np.linalg.norm(sheet.surface.positions[level][:, [0, 2]], axis=1).max() < 1.1
    assert np.linalg.norm(strand[np.abs(strand[:, 1]) < 0.25][:, [0, 2]], axis=1).min() > 0.8
    outward = (sheet.surface.normals * away_from_head(sheet.surface.positions)).sum(1)
    assert (outward > 0).mean() > 0.9


@pytest.mark.parametrize("azimuth", [66.0, -72.0, 140.0])
def test_straight_strand_from_a_low_root_never_rises_and_stays_on_its_side(azimuth: float) -> None:
    root = vector(direction(azimuth, 5.0))
    straight, over = (Fall(front=60.0, straight=flag).path(root, -1.2) for flag in (True, False))

    assert np.diff(straight[:, 1]).max() < 0.01
    assert abs(angles(unit(vector(straight[-1:] * [1, 0, 1])))[0][0] - azimuth) < 8
    assert np.diff(over[:, 1]).max() > 0.01


def test_backing_covers_the_ears() -> None:
    backing = Fall(front=58.0, lift=0.08, clearance=0.06).backing(-1.2, sunk=0.05, columns=30, begin=9.0, top=30.0)
    corners = backing.surface.positions[backing.surface.triangles]

    assert body(corners.reshape(-1, 3)).min() > 0.01
    assert body(vector(corners.mean(1))).min() > 0.0


def test_no_root_is_left_over_an_ear() -> None:
    places = vector(direction([86.0, 86.0, 0.0], [2.0, 60.0, 45.0]))

    np.testing.assert_array_equal(off_ears(places), places[1:])
