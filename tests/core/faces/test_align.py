import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.faces.align import Frame, face_quad, five_points, landmark_quad, square, whole_frame, wider
from core.faces.mesh import LEFT_EYE, NUM_LANDMARKS, RIGHT_EYE


def _landmarks(left: tuple[float, float], right: tuple[float, float], mouth: tuple[float, float]) -> np.ndarray:
    """A face of which only the eyes and the corners of the mouth are known."""
    points = np.zeros((NUM_LANDMARKS, 2), np.float32)
    points[LEFT_EYE], points[RIGHT_EYE] = left, right
    across = (np.array(right) - left) / 4
    points[61], points[291] = mouth - across, mouth + across
    return points


def test_quad_is_the_published_one_on_a_level_face() -> None:
    # eyes 100 apart, mouth 100 below: half side is max(2 × 100, 1.8 × 100), centre 0.1 × 100 below the eyes
    quad = face_quad(_landmarks((250, 300), (350, 300), (300, 400)))

    assert quad.tolist() == [[100, 110], [100, 510], [500, 510], [500, 110]]


def test_a_long_face_is_measured_by_its_length() -> None:
    quad = face_quad(_landmarks((260, 300), (340, 300), (300, 420)))

    assert np.hypot(*(quad[3] - quad[0])) == pytest.approx(2 * 1.8 * 120)


@given(st.floats(-180, 180), st.floats(0.2, 5), st.floats(-500, 500), st.floats(-500, 500))
def test_quad_moves_turns_and_grows_with_the_face(degrees: float, scale: float, x: float, y: float) -> None:
    landmarks = _landmarks((250, 300), (350, 305), (310, 400))
    angle = np.radians(degrees)
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    moved = face_quad((landmarks @ turn.T + (x, y)).astype(np.float32))

    np.testing.assert_allclose(moved, face_quad(landmarks) @ turn.T + (x, y), atol=0.02 * scale + 0.01)


def test_wider_keeps_the_centre_and_the_turn() -> None:
    quad = square(np.array([10.0, 20.0]), np.array([3.0, 4.0]))

    np.testing.assert_allclose(wider(quad, 1.6), square(np.array([10.0, 20.0]), np.array([4.8, 6.4])), atol=1e-5)


def test_landmark_crop_is_level_with_the_eyes() -> None:
    points = five_points(_landmarks((100, 100), (200, 150), (125, 225)))
    frame = Frame(landmark_quad(points), 128)
    eyes = frame.from_picture(points[:2])

    assert eyes[0, 1] == pytest.approx(eyes[1, 1], abs=1e-3)
    assert eyes[0, 0] < eyes[1, 0]


@given(st.integers(-60, 200), st.integers(-60, 200), st.integers(-150, 150), st.integers(-150, 150), st.sampled_from([16, 64]))
def test_points_survive_the_way_into_a_crop_and_back(x: int, y: int, a: int, b: int, size: int) -> None:
    frame = Frame(square(np.array([x, y]), np.array([a, b + 0.5])), size)
    points = np.array([[0.0, 0.0], [17.5, -3.0], [120.0, 44.0]])

    np.testing.assert_allclose(frame.to_picture(frame.from_picture(points)), points, atol=0.05)


@pytest.mark.parametrize("scale", [1, 2, 3, 5])
def test_crop_shows_what_lies_at_its_points(scale: int) -> None:
    """A plane of light: averaging and turning must give back the plane at every pixel's centre."""
    rows, columns = np.mgrid[0:200, 0:250] + 0.5
    picture = np.rint(0.6 * columns + 0.4 * rows).astype(np.uint8)
    frame = Frame(square(np.array([120.0, 95.0]), np.array([8.0, 2.5]) * scale), 32)
    centres = frame.to_picture(np.stack(np.meshgrid(np.arange(32), np.arange(32)), axis=-1).reshape(-1, 2) + 0.5)

    error = frame.crop(picture) - (0.6 * centres[:, 0] + 0.4 * centres[:, 1]).reshape(32, 32)

    # Pillow cuts off fractions: half a level darker. Half a pixel's shift would be another half.
    assert error.mean() == pytest.approx(-0.45, abs=0.1)
    assert np.abs(error).max() < 1.5


def test_crop_repeats_the_border_and_inside_says_where() -> None:
    picture = np.zeros((40, 40, 3), np.uint8)
    picture[:, :20] = (200, 0, 0)
    frame = Frame(square(np.array([0.0, 20.0]), np.array([20.0, 0.0])), 40)
    inside = frame.inside(40, 40)

    assert (frame.crop(picture)[:, :38] == (200, 0, 0)).all()
    assert not inside[:, :20].any()
    assert inside[:, 20:].all()


def test_a_quad_far_outside_is_border_only() -> None:
    picture = np.full((10, 10, 3), 77, np.uint8)

    assert (Frame(square(np.array([500.0, -300.0]), np.array([9.0, 2.0])), 16).crop(picture) == 77).all()


def test_mirrored_corners_mirror_the_crop() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (60, 60, 3), np.uint8)
    quad = square(np.array([30.0, 30.0]), np.array([20.0, 0.0]))

    assert (Frame(quad[[3, 2, 1, 0]], 40).crop(picture) == Frame(quad, 40).crop(picture)[:, ::-1]).all()


def test_classes_are_picked_never_mixed() -> None:
    classes = np.zeros((30, 30), np.uint8)
    classes[:, 15:] = 12
    picked = Frame(square(np.array([15.0, 15.0]), np.array([20.0, 7.0])), 25).pick(classes, 255)

    assert set(np.unique(picked)) == {0, 12, 255}


def test_whole_frame_holds_the_photo_in_the_middle() -> None:
    frame = whole_frame(np.zeros((100, 300, 3), np.uint8), 160)

    np.testing.assert_allclose(frame.from_picture(np.array([[0, 0], [300, 100]])), [[0, 160 / 3], [160, 320 / 3]], atol=1e-3)


def test_a_quad_must_have_four_corners() -> None:
    with pytest.raises(ValueError, match="expected shape"):
        Frame(np.zeros((3, 2), np.float32), 8)
