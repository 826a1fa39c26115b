import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SettingError
from core.faces.align import five_points
from core.faces.placing import landmarks_from, ordered_points
from core.faces.reading import read_selfie

UPRIGHT = np.array([[203, 100], [250, 102], [228, 147]], np.float32)


def turned(points: np.ndarray, degrees: float) -> np.ndarray:
    turn = np.radians(degrees)
    return np.asarray(points @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]))


@given(st.floats(-180, 180))
def test_eyes_are_put_in_order_however_the_face_is_turned(degrees: float) -> None:
    points = turned(UPRIGHT, degrees)

    np.testing.assert_allclose(ordered_points(points), points, rtol=1e-5)
    np.testing.assert_allclose(ordered_points(points[[1, 0, 2]]), points, rtol=1e-5)


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        ([[5, 5], [5, 5], [9, 9]], "two eyes are in one place"),
        ([[0, 0], [40, 0], [90, 2]], "mouth is in line with the eyes"),
        ([[0, 0], [float("nan"), 0], [9, 9]], "in one place"),
        ([[0, 0], [float("inf"), 0], [9, 9]], "in one place"),
    ],
)
def test_points_that_are_no_face_are_refused(points: list[list[float]], sentence: str) -> None:
    with pytest.raises(SettingError, match=sentence):
        ordered_points(np.array(points))


def test_what_is_placed_near_a_face_is_corrected_by_the_network() -> None:
    astronaut = np.asarray(pytest.importorskip("skimage.data", reason="the astronaut comes with scikit-image").astronaut())
    found = read_selfie(astronaut)
    placed = read_selfie(astronaut, placed=UPRIGHT[[1, 0, 2]] + (2, -2))

    assert np.hypot(*(placed.face.landmarks - found.face.landmarks)[:, :2].T).mean() < 2
    assert placed.score == 1


@pytest.mark.parametrize("degrees", [0, 90, 200])
def test_where_there_is_no_face_a_mean_face_is_put_onto_the_points(degrees: float) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (300, 420, 3), np.uint8)
    points = np.asarray(turned(np.array([[-60, -40], [60, -50], [10, 70]]), degrees) + np.array([200, 150]), np.float32)
    five = five_points(landmarks_from(noise, points).points[:, :2])
    distance = np.hypot(*(np.stack([five[0], five[1], five[3:].mean(axis=0)]) - points).T)

    assert distance.max() < 0.36 * 120


@pytest.mark.parametrize(
    "points", [[(1, 1), (4, 1), (2, 5)], [(-500, -90), (900, -40), (20, 999)], [(3e4, 2), (4e4, 9), (3e4, 9e3)]]
)
def test_reading_what_is_placed_never_fails(points: list[tuple[float, float]]) -> None:
    selfie = read_selfie(np.full((40, 60, 3), 90, np.uint8), placed=np.array(points))

    assert np.isfinite(selfie.landmarks).all()
    assert np.isfinite(selfie.quad).all()
    assert np.abs(selfie.masks.sum(axis=0) - 1).max() < 1e-3
