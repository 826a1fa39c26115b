import numpy as np
import pytest

from core.rendering.scene import Material, View, linear

CENTER = (0.1, -0.2, 0.5)


def seen(view: View, point: tuple[float, float, float]) -> np.ndarray:
    """Where a point of the avatar is on the picture: x right, y up, both -1 to 1."""
    clip = view.project().astype(np.float64) @ view.turn() @ [*point, 1.0]
    return np.asarray(clip[:3] / clip[3])


def test_the_center_is_in_the_middle_and_half_a_side_away_is_the_border() -> None:
    view = View(CENTER, 1.3, 18.0, wide=False)

    assert seen(view, CENTER)[:2] == pytest.approx([0, 0], abs=1e-6)
    assert seen(view, (CENTER[0] + 1.3, CENTER[1], CENTER[2]))[:2] == pytest.approx([1, 0], abs=1e-5)
    assert seen(view, (CENTER[0], CENTER[1] - 1.3, CENTER[2]))[:2] == pytest.approx([0, -1], abs=1e-5)


def test_the_wide_frame_is_the_same_view_1_6_times_wider() -> None:
    face, bust = View(CENTER, 1.3, 18.0, wide=False), View(CENTER, 1.3, 18.0)
    point = (0.7, 0.9, -0.4)

    assert seen(bust, point)[:2] * 1.6 == pytest.approx(seen(face, point)[:2], abs=1e-6)


def test_yaw_goes_to_the_pictures_right_and_pitch_up() -> None:
    """The nose, before the axis, moves to where the camera does not go."""
    nose = (CENTER[0], CENTER[1], 1.0)

    assert seen(View(CENTER, 1.3, 18.0, yaw=30.0), nose)[0] < -0.1
    assert seen(View(CENTER, 1.3, 18.0, pitch=30.0), nose)[1] < -0.1


def test_a_full_turn_is_no_turn() -> None:
    assert View(CENTER, 1.3, 18.0, yaw=360.0).turn() == pytest.approx(View(CENTER, 1.3, 18.0).turn(), abs=1e-6)


@pytest.mark.parametrize(("yaw", "pitch"), [(0.0, 0.0), (90.0, 0.0), (-85.0, 20.0), (180.0, -30.0)])
def test_nothing_near_the_avatar_is_cut_off_by_depth(yaw: float, pitch: float) -> None:
    view = View(CENTER, 1.3, 18.0, yaw=yaw, pitch=pitch)
    corners = [(x, y, z) for x in (-2, 2) for y in (-2, 2) for z in (-2, 2)]

    depths = [seen(view, (float(x), float(y), float(z)))[2] for x, y, z in corners]

    assert 0 < min(depths) < max(depths) < 1


@pytest.mark.parametrize(
    ("color", "expected"), [((0, 0, 0), 0.0), ((255, 255, 255), 1.0), ((188, 188, 188), 0.5029), ((10, 10, 10), 0.003035)]
)
def test_linear_light_follows_the_srgb_standard(color: tuple[int, int, int], expected: float) -> None:
    assert linear(color) == pytest.approx((expected,) * 3, rel=1e-3)


def test_only_lenses_are_see_through() -> None:
    assert Material("lens", opacity=0.3).packed()[3] == pytest.approx(0.3)
    assert Material("skin", opacity=0.3).packed()[3] == 1.0
