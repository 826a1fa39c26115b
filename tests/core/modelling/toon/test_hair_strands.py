"""Strands swept along paths, and paths wound around others."""

import numpy as np
import pytest

from core.modelling.fields import Float, vector
from core.modelling.toon.hair_strands import Strand, carried_frame, helix, way_length

UPWARD = vector([[0.0, 0.0, 0.0], [0.0, 0.5, 0.0], [0.0, 1.0, 0.0]])
FRONT = np.repeat(vector([[0.0, 0.0, 1.0]]), 3, 0)


def two_lobes(_along: Float, angle: Float) -> Float:
    return vector(1 - 0.4 * np.cos(angle) ** 4)


def test_straight_round_strand_is_a_cylinder() -> None:
    tress = Strand(UPWARD, FRONT, (0.1,), (0.1,)).tress(12, 8)
    body = tress.surface.positions[:, 1] < 0.85
    away = np.hypot(tress.surface.positions[:, 0], tress.surface.positions[:, 2])[body]

    np.testing.assert_allclose(away, 0.1, atol=1e-5)
    radial = tress.surface.positions[body] * vector([1, 0, 1]) / 0.1
    np.testing.assert_allclose(tress.surface.normals[body], radial, atol=1e-3)
    np.testing.assert_allclose(tress.tangents[body], np.broadcast_to([0, 1, 0], (int(body.sum()), 3)), atol=1e-6)


def test_triangles_face_outward() -> None:
    surface = Strand(UPWARD, FRONT, (0.1, 0.05), (0.06,), section=two_lobes, twist=1.5).tress(20, 8).surface
    a, b, c = (surface.positions[surface.triangles[:, k]] for k in range(3))

    assert ((np.cross(b - a, c - a) * surface.normals[surface.triangles].sum(1)).sum(1) > 0).mean() > 0.99


def test_strand_ends_in_a_round_tip_at_the_end_of_its_path() -> None:
    tress = Strand(UPWARD, FRONT, (0.1,), (0.1,)).tress(12, 8)
    last = tress.surface.positions[tress.along >= 1]

    np.testing.assert_allclose(last, np.broadcast_to([0, 1, 0], last.shape), atol=3e-3)
    assert tress.surface.positions[:, 1].max() == pytest.approx(1.0, abs=1e-5)
    assert tress.along.min() == pytest.approx(0.12)


def test_twist_turns_the_relief_and_hollows_are_dark() -> None:
    strand = Strand(UPWARD, FRONT, (0.1,), (0.1,), section=two_lobes, twist=1.0)
    start, _ = strand.points(vector([0.0]), vector([0.0]))
    quarter, _ = strand.points(vector([0.25]), vector([0.0]))

    assert float(start[0] @ (quarter[0] - [0, 0.25, 0])) == pytest.approx(0, abs=1e-6)
    tress = strand.tress(12, 4)
    assert tress.open.min() == pytest.approx(0.6)
    assert tress.open.max() == 1


def test_strand_refuses_outward_of_another_count() -> None:
    with pytest.raises(ValueError, match="expected shape"):
        Strand(UPWARD, FRONT[:2], (0.1,), (0.1,))


def test_helix_winds_at_its_radius_as_often_as_asked() -> None:
    line, away = helix(UPWARD, (0.2,), 3.0, per_turn=16)
    angle = np.unwrap(np.arctan2(line[:, 0], line[:, 2]))

    np.testing.assert_allclose(np.hypot(line[:, 0], line[:, 2]), 0.2, atol=1e-5)
    assert abs(angle[-1] - angle[0]) == pytest.approx(3 * 2 * np.pi, abs=1e-4)
    np.testing.assert_allclose(line - 0.2 * away, line * [0, 1, 0], atol=1e-5)


def test_helix_winds_both_ways() -> None:
    right, left = (helix(UPWARD, (0.2,), turns)[0] for turns in (2.0, -2.0))

    np.testing.assert_allclose(right[:, 1], left[:, 1], atol=1e-6)
    assert np.sign(np.cross(right[0], right[1])[1]) == -np.sign(np.cross(left[0], left[1])[1])


def test_carried_frame_stands_across_and_never_flips() -> None:
    turn = np.linspace(0, 4 * np.pi, 80)
    tangents = vector(np.stack([np.cos(turn), np.sin(turn), 0.3 + 0 * turn], 1))
    first, second = carried_frame(tangents)

    np.testing.assert_allclose((first * tangents).sum(1), 0, atol=1e-5)
    np.testing.assert_allclose((first * second).sum(1), 0, atol=1e-5)
    assert (first[1:] * first[:-1]).sum(1).min() > 0.9


def test_way_length_adds_up_its_steps() -> None:
    assert way_length(UPWARD) == pytest.approx(1.0)
