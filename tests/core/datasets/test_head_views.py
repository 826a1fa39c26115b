from dataclasses import replace

import numpy as np
import pytest

from core.datasets.head_views import HeadView, framed, head_view, points_quad, random_light
from core.datasets.portraits import REGIONS_FACTOR, regions_frame
from core.faces.align import face_quad, five_points, wider
from core.rendering.scene import View
from tests.core.datasets.faces import drawn_landmarks

FIVE = np.array([[-0.3, 0.1, 0.8], [0.3, 0.1, 0.8], [0, -0.2, 1.0], [-0.2, -0.5, 0.8], [0.2, -0.5, 0.8]], np.float32)


def test_quad_of_five_points_is_the_alignment() -> None:
    landmarks = drawn_landmarks()

    np.testing.assert_allclose(points_quad(five_points(landmarks)), face_quad(landmarks), atol=1e-3)


@pytest.mark.parametrize("seed", range(8))
def test_picture_shows_exactly_the_regions_frame(seed: int) -> None:
    view = head_view(np.random.default_rng(seed), FIVE, (0.0, 0.0, 0.5))
    quad = wider(points_quad(view.pixels(FIVE, 320)), REGIONS_FACTOR)

    np.testing.assert_allclose(quad, [[0, 0], [0, 320], [320, 320], [320, 0]], atol=0.05)
    assert regions_frame(drawn_landmarks()).size == 320


def test_light_is_carried_about_and_the_picture_stays() -> None:
    plain = HeadView((0.0, 0.0, 0.5), 1.34, 18.0, yaw=20.0, pitch=-8.0)
    lit = replace(plain, light=random_light(np.random.default_rng(3)))

    np.testing.assert_allclose(lit.pixels(FIVE, 320), plain.pixels(FIVE, 320), atol=1e-3)
    assert not np.allclose(lit.turn(), plain.turn(), atol=0.05)
    assert not np.allclose(lit.eye(), plain.eye(), atol=0.05)


def test_view_without_light_and_window_is_the_renderers_own() -> None:
    ours, theirs = HeadView((0.1, 0.2, 0.5), 1.34, 18.0, 10.0, 5.0), View((0.1, 0.2, 0.5), 1.34, 18.0, 10.0, 5.0)

    np.testing.assert_allclose(ours.project() @ ours.turn(), theirs.project() @ theirs.turn(), atol=1e-5)


def test_window_is_moved_down_by_shares_of_its_side() -> None:
    plain = HeadView((0.0, 0.0, 0.5), 1.34, 18.0)
    straight, lower = framed(plain, FIVE), framed(plain, FIVE, rise=0.25)

    np.testing.assert_allclose(straight.pixels(FIVE, 320) - lower.pixels(FIVE, 320), np.tile([0, 80], (5, 1)), atol=0.05)
