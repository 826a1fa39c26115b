"""The body that clothes are draped on."""

import numpy as np
import pytest

from core.modelling.fields import vector
from core.modelling.toon import garments, head, torso
from core.modelling.toon.sheets import projected


def test_angles_and_heights_find_back_to_points() -> None:
    angles, heights = np.array([0.0, 35.0, 90.0, -120.0, 180.0]), np.array([50.0, 20.0, 0.0, -40.0, 63.0])
    found_angles, found_heights = torso.seen_from_center(torso.turned(angles, heights))

    np.testing.assert_allclose(found_angles, angles, atol=1e-3)
    np.testing.assert_allclose(found_heights, heights, atol=0.01)


def test_draped_rows_run_on_the_body_from_the_edge_to_below_the_picture() -> None:
    tops = garments.edge(garments.CREW, 24)
    rows = torso.draped(torso.body, tops, 12)

    assert rows.shape == (13, 24, 3)
    assert np.abs(torso.body(rows.reshape(-1, 3))).max() < 0.01
    assert (np.diff(rows[..., 1], axis=0) < 0).all()
    np.testing.assert_allclose(rows[-1, :, 1], torso.BOTTOM, atol=0.01)


def test_neck_and_shoulders_are_symmetric_and_narrower_than_one_and_a_half_heads() -> None:
    points = vector(np.random.default_rng(1).uniform((-1.4, -2.6, -1), (1.4, -1, 0.8), (400, 3)))
    np.testing.assert_allclose(torso.bare(points), torso.bare(points * vector([-1, 1, 1])), atol=1e-6)

    across = vector([(x, -1.9, -0.15) for x in np.linspace(0, 2, 400)])
    width = across[torso.body(across) < 0][:, 0].max()
    cheek = vector([(x, 0.2, -0.06) for x in np.linspace(0, 2, 400)])
    assert width / cheek[head.skull(cheek) < 0][:, 0].max() == pytest.approx(1.3, abs=0.12)


@pytest.mark.parametrize("level", ["", ".light"])
def test_skin_ends_where_it_is_told(level: str) -> None:
    surface = torso.skin_surface(level, lambda columns: np.full(columns, 30.0, np.float32))
    _, heights = torso.seen_from_center(surface.positions)

    assert heights.min() == pytest.approx(30, abs=0.1)
    assert surface.positions[:, 1].max() == pytest.approx(torso.NECK_TOP, abs=1e-3)
    np.testing.assert_allclose(np.linalg.norm(surface.normals, axis=1), 1, atol=1e-4)


def test_levels_are_at_their_heights() -> None:
    columns = 16
    edges = garments.levels(torso.body, (-1.7, -2.1), columns)
    rows = projected(torso.body, torso.CENTER, torso.turned(np.arange(columns)[None] * 360 / columns, edges))

    np.testing.assert_allclose(rows[0, :, 1], -1.7, atol=0.03)
    np.testing.assert_allclose(rows[1, :, 1], -2.1, atol=0.01)
