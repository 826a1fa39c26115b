import numpy as np
import pytest

from core.datasets.face_changes import Expressions, blinked, turned
from core.datasets.warping import Triangulation, warp
from core.faces.mesh import INNER_LIPS, LEFT_EYE, LEFT_IRIS, OVAL, RIGHT_EYE, RIGHT_IRIS
from tests.core.datasets.meshes import SIZE, checked_picture, whole_mesh

_IRISES = [*LEFT_IRIS, *RIGHT_IRIS]


@pytest.fixture(scope="module")
def over() -> Triangulation:
    return Triangulation.of(whole_mesh()[:, :2])


def _places(picture: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Where in the checked picture the pixels at points come from: its colours are its coordinates."""
    columns, rows = points[:, :2].astype(int).T
    return picture[rows, columns, :2].astype(float) + 0.5


def _inner(indices: list[int]) -> list[int]:
    """Points whose pixel is no hole's: those of eyes and mouth show what is behind."""
    holes = {*LEFT_EYE, *RIGHT_EYE, *INNER_LIPS, *OVAL, *_IRISES}
    return [index for index in indices if index not in holes]


def test_points_that_stay_leave_the_picture(over: Triangulation) -> None:
    picture, points = checked_picture(), whole_mesh()
    warped, target = warp(np.random.default_rng(0), picture, points, points, over)

    assert np.abs(warped.astype(int) - picture)[..., :3].max() <= 1
    np.testing.assert_allclose(target, points, atol=1e-3)


@pytest.mark.parametrize("turn", [(20, 0), (-15, 10), (0, -20)])
def test_what_was_at_a_landmark_is_at_its_new_place(over: Triangulation, turn: tuple[float, float]) -> None:
    picture, points = checked_picture(), whole_mesh()
    warped, target = warp(np.random.default_rng(0), picture, points, turned(points, *turn), over)
    front = _inner([1, 4, 9, 10, 50, 280, 151, 168, 199, 18, 117, 346, 205, 425])

    apart = np.linalg.norm(_places(warped, target[front]) - points[front, :2], axis=1)
    assert apart.max() < 1.5  # half a pixel of rounding each way, stretched


def test_expressions_carry_the_skin_along(over: Triangulation) -> None:
    picture, points = checked_picture(), whole_mesh()
    changes, rng = Expressions.of(points[:, :2]), np.random.default_rng(1)
    for _ in range(10):
        warped, target = warp(rng, picture, points, changes.random(rng, points), over)
        skin = [50, 280, 9, 151, 199, 200, 205, 425, 107, 336]
        assert np.median(np.linalg.norm(_places(warped, target[skin]) - points[skin, :2], axis=1)) < 1.0


def test_lids_close_over_what_is_in_the_eye(over: Triangulation) -> None:
    points = whole_mesh()
    picture = checked_picture()
    columns, rows = points[[468, 473], :2].astype(int).T
    for row, column in zip(rows, columns, strict=True):
        picture[row, column - 1 : column + 2, :3] = (0, 0, 255)  # no higher than the lids are apart

    def seen(shut: float) -> tuple[int, np.ndarray]:
        warped, target = warp(np.random.default_rng(0), picture, points, blinked(points, (shut, shut)), over)
        return int((warped[..., 2] > 170).sum()), target

    open_eye, half, closed = seen(0), seen(0.2), seen(1)
    assert closed[0] == 0
    assert half[0] == open_eye[0] > 0  # the lids move, not the eye
    np.testing.assert_allclose(half[1][_IRISES, :2], points[_IRISES, :2], atol=1e-3)


def test_an_opened_mouth_is_painted_dark_and_only_there(over: Triangulation) -> None:
    points = whole_mesh()
    picture = np.full((SIZE, SIZE, 4), (205, 150, 120, 255), np.uint8)
    changes = Expressions.of(points[:, :2])
    unit = np.hypot(*(points[263, :2] - points[33, :2]))
    target = points + np.float32(0.4 * unit) * changes.fields["jaw"]
    warped, target = warp(np.random.default_rng(0), picture, points, target, over)
    middle = target[[13, 14], :2].mean(axis=0).astype(int)

    assert target[14, 1] - target[13, 1] > 0.3 * unit
    assert warped[middle[1], middle[0], :3].mean() < 110
    skin = _inner([50, 280, 9, 151, 199, 205, 425])
    columns, rows = target[skin, :2].astype(int).T
    assert (warped[rows, columns, :3] == (205, 150, 120)).all()


def test_the_border_stays_and_the_same_seed_gives_the_same_bytes(over: Triangulation) -> None:
    picture, points = checked_picture(), whole_mesh()
    changes = Expressions.of(points[:, :2])

    def once() -> np.ndarray:
        rng = np.random.default_rng(3)
        return warp(rng, picture, points, turned(changes.random(rng, points), 25, 5), over)[0]

    first = once()
    assert first.tobytes() == once().tobytes()
    edge = np.abs(first.astype(int) - picture)[[0, -1]]
    assert edge.max() <= 2
