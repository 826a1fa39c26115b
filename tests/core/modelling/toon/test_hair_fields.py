"""Caps, locks and how they join."""

import numpy as np
import pytest

from core.modelling.fields import capsule, vector
from core.modelling.toon.hair_fields import FAR, SCALP_RADII, Cap, HairField, Hairline, Lock, ball, on_scalp, scalp_coordinates
from core.modelling.toon.hair_locks import Curtain, Row, Shape, arc, lock

LEVEL = Hairline(((0.0, 20.0), (180.0, 20.0)))


def points(count: int = 200, seed: int = 0) -> np.ndarray:
    return vector(np.random.default_rng(seed).uniform(-1.2, 1.2, (count, 3)))


def test_scalp_coordinates_invert_on_scalp() -> None:
    azimuth, elevation = np.array([-120.0, 0.0, 75.0]), np.array([-20.0, 40.0, 80.0])

    found = scalp_coordinates(on_scalp(azimuth, elevation))

    np.testing.assert_allclose(found[0], azimuth, atol=1e-2)
    np.testing.assert_allclose(found[1], elevation, atol=1e-2)
    np.testing.assert_allclose(found[2], 0, atol=1e-5)


def test_round_lock_of_even_width_is_a_capsule() -> None:
    path = vector([[0.5, 0.9, 0.0], [0.7, 0.5, 0.0], [0.9, 0.1, 0.0]])
    strand = Lock(path, np.full(3, 0.1, np.float32), np.full(3, 0.1, np.float32))
    places = points()

    np.testing.assert_allclose(strand.distance(places), capsule(places, path[0], path[-1], 0.1), atol=2e-3)


def test_lock_refuses_widths_of_another_count() -> None:
    with pytest.raises(ValueError, match="expected shape"):
        Lock(np.zeros((4, 3), np.float32), np.ones(3, np.float32), np.ones(4, np.float32))


def test_cap_stands_out_inside_its_hairline_and_sinks_outside() -> None:
    cap = Cap(LEVEL, 0.1, edge=10.0)

    assert cap.distance(on_scalp(30.0, 60.0, 0.09)[None])[0] < 0
    assert cap.distance(on_scalp(30.0, 60.0, 0.12)[None])[0] > 0
    assert cap.distance(on_scalp(30.0, 5.0, 0.0)[None])[0] > 0
    assert cap.height(vector([0.0]), vector([20.0]))[0] < 0


def test_hair_is_far_where_no_piece_is() -> None:
    hair = HairField((ball((0, 0, 0), 0.2),))

    assert hair(vector([[2.0, 2.0, 2.0]]))[0] == np.float32(FAR)
    assert hair(vector([[0.05, 0.0, 0.0]]))[0] < 0


def test_masks_run_from_root_to_tip() -> None:
    strand = lock([(0, 1.2, 0), (0.6, 1.0, 0), (1.0, 0.3, 0)], Shape(), shade=0.8)

    along, shade = HairField((strand,)).masks(vector([[0.02, 1.2, 0], [0.62, 1.0, 0], [1.0, 0.32, 0]]))

    assert 0 <= along[0] < along[1] < along[2] <= 1
    np.testing.assert_allclose(shade, 0.8, atol=1e-5)


def test_arc_stays_at_its_height() -> None:
    way = arc((10.0, 60.0), (80.0, 5.0), (0.1, 0.1))

    np.testing.assert_allclose(
        np.linalg.norm((way - on_scalp(0, 90) + [0, SCALP_RADII[1], 0]) / (SCALP_RADII + 0.1), axis=1), 1, atol=1e-5
    )


def test_mirrored_row_has_locks_on_both_sides() -> None:
    row = Row(((20, 60), (20, 50)), ((70, 10), (60, 15)), 3, (0.0, 0.1), mirrored=True)
    pieces = row.pieces()

    assert len(pieces) == 6
    assert {bool(piece.low[0] + piece.high[0] > 0) for piece in pieces} == {True, False}


def test_curtain_hangs_to_its_bottom() -> None:
    pieces = Curtain((170, 70), ((178, 60), (2, 60)), (-1.0, -1.0), 4, jitter=0.0).pieces()

    assert min(piece.low[1] for piece in pieces) == pytest.approx(-1.0, abs=0.35)
    assert min(piece.low[1] for piece in pieces) < -1.0
