import numpy as np
import pytest

from core.faces import landmarks, mirrored
from core.faces.align import Frame, five_points, landmark_quad
from core.faces.expressions import EXPRESSIONS
from core.faces.landmarks import LANDMARKS_SIZE, is_face, place_landmarks
from core.faces.mesh import MIRRORED
from tests.core.faces_of_nobody import landmarks as plain_landmarks

IMAGE = np.broadcast_to(np.arange(900)[:, None] // 4, (900, 900, 3)).astype(np.uint8)  # brighter to the right
WINK = EXPRESSIONS.index("eyeBlinkLeft")


class Network:
    """Sees a face that is at a place in the photo, a little short of it where the crop is off, with a chance for each look."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, points: np.ndarray, chances: tuple[float, ...] = (1.0,)) -> None:
        self.points, self.chances, self.frames = points, list(chances), list[Frame]()
        for module in (landmarks, mirrored):
            monkeypatch.setattr(module, "shared_model", lambda _: self)
        crop = Frame.crop

        def seen(frame: Frame, picture: np.ndarray) -> np.ndarray:
            self.frames.append(frame)
            return crop(frame, picture)

        monkeypatch.setattr(Frame, "crop", seen)

    def __call__(self, pictures: np.ndarray) -> dict[str, np.ndarray]:
        assert pictures.shape == (1, LANDMARKS_SIZE, LANDMARKS_SIZE, 3)
        middle = LANDMARKS_SIZE // 2
        is_mirrored = pictures[:, :, :middle].mean() > pictures[:, :, middle:].mean()
        flat = self.frames[-1].from_picture(self.points) / LANDMARKS_SIZE
        flat = flat + 0.2 * (0.5 - flat.mean(axis=0))
        mesh = np.column_stack([flat, np.linspace(-0.1, 0.3, len(flat))])
        chance = self.chances[min(len(self.frames), len(self.chances)) - 1]
        winks = np.zeros(52)
        winks[WINK] = 1
        if is_mirrored:  # it sees everything where it is, but too far right
            mesh = (mesh * (-1, 1, 1) + (0.98, 0, 0))[MIRRORED]
        return {
            "landmarks": mesh[None].astype(np.float32),
            "expression": winks[None].astype(np.float32),
            "face": np.full(1, chance, np.float32),
        }


def _face() -> np.ndarray:
    """(478, 2): turned, in the middle of the photo."""
    turn = np.array([[0.9, 0.3], [-0.3, 0.9]])
    return np.asarray(plain_landmarks(320) @ turn + (200, 400), np.float32)


def test_the_second_look_corrects_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    points = _face()
    network = Network(monkeypatch, points, (0.2, 0.9))
    placed = place_landmarks(IMAGE, five_points(points) + np.array([25, -15]))

    errors = [np.abs(frame.quad.mean(axis=0) - landmark_quad(five_points(points)).mean(axis=0)).max() for frame in network.frames]
    assert len(errors) == 2
    assert errors[1] < 0.3 * errors[0]
    assert np.hypot(*(placed.points[:, :2] - points).T).mean() < 8
    assert placed.face == pytest.approx(0.9)


def test_the_second_look_is_the_mean_of_what_is_seen_and_seen_in_the_mirror(monkeypatch: pytest.MonkeyPatch) -> None:
    points = _face()
    network = Network(monkeypatch, points)
    placed = place_landmarks(IMAGE, five_points(points))
    frame = network.frames[-1]
    flat = frame.from_picture(points) / LANDMARKS_SIZE
    wanted = frame.to_picture((flat + 0.2 * (0.5 - flat.mean(axis=0)) + (0.01, 0)) * LANDMARKS_SIZE)

    np.testing.assert_allclose(placed.points[:, :2], wanted, atol=0.05)
    assert placed.expression[WINK] == placed.expression[WINK + 1] == 0.5  # one eye of the person, the other of the mirror's
    assert placed.expression.sum() == 1


def test_depth_is_in_photo_pixels_about_its_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    points = _face()
    network = Network(monkeypatch, points)
    depth = place_landmarks(IMAGE, five_points(points)).points[:, 2]
    quad = network.frames[-1].quad

    assert depth.mean() == pytest.approx(0, abs=1e-3)
    assert np.ptp(depth) == pytest.approx(0.4 * np.hypot(*(quad[3] - quad[0])), rel=1e-4)


@pytest.mark.parametrize(("chances", "answer"), [((0.99, 0.99), True), ((0.9, 0.99), False), ((0.99, 0.9), False)])
def test_a_face_is_one_at_both_looks(monkeypatch: pytest.MonkeyPatch, chances: tuple[float, float], answer: bool) -> None:
    points = _face()
    Network(monkeypatch, points, chances)

    assert is_face(IMAGE, five_points(points)) is answer


def test_what_moves_away_is_no_face(monkeypatch: pytest.MonkeyPatch) -> None:
    points = _face()
    Network(monkeypatch, points)

    assert is_face(IMAGE, five_points(points + 3))
    assert not is_face(IMAGE, five_points(points + 180))
