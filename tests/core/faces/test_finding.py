import numpy as np
import pytest

from core.faces import finding
from core.faces.finding import STRIDE, UNIT, FaceBox, decode_faces, face_box, find_faces, likeliest_face, without_doubles


def _output(*faces: tuple[int, int, float, float]) -> np.ndarray:
    """The network's answer to faces at (row, column) with a logit and a face unit in pixels."""
    output = np.zeros((14, 40, 40), np.float32)
    output[0] = -9
    for row, column, logit, unit in faces:
        output[0, row, column] = logit
        output[3, row, column] = np.log(unit / UNIT)
        # eyes one unit apart and one above the mouth, about the cell's middle
        output[4:, row, column] = [-0.5, -0.5, 0.5, -0.5, 0, 0, -0.3, 0.5, 0.3, 0.5]
    return output


def test_a_peak_becomes_a_face_where_it_is_and_as_large() -> None:
    (face,) = decode_faces(_output((10, 20, 2.0, 24.0)), 0.5)

    assert face.score == pytest.approx(1 / (1 + np.exp(-2)))
    assert face.centre.tolist() == pytest.approx([20.5 * STRIDE, 10.5 * STRIDE])
    assert face.unit == pytest.approx(24)
    assert face.points[0].tolist() == pytest.approx([20.5 * STRIDE - 12, 10.5 * STRIDE - 12])


def test_peaks_below_the_threshold_are_no_faces() -> None:
    assert decode_faces(_output((10, 20, -0.1, 24.0)), 0.5) == []


def test_only_the_best_of_overlapping_finds_stays() -> None:
    faces = decode_faces(_output((10, 10, 1.0, 24.0), (12, 13, 3.0, 24.0), (30, 30, 2.0, 24.0)), 0.5)

    assert [round(float(face.centre[0] / STRIDE - 0.5)) for face in faces] == [13, 30]


def test_box_holds_the_points() -> None:
    face = face_box(0.9, np.array([[40, 40], [60, 40], [50, 50], [43, 62], [57, 62]], np.float32))

    assert (face.points > face.box[:2]).all()
    assert (face.points < face.box[2:]).all()


def test_doubles_are_judged_by_the_larger_face() -> None:
    points = np.array([[40, 40], [60, 40], [50, 50], [43, 60], [57, 60]], np.float32)
    large, small = face_box(0.9, points), face_box(0.8, ((points - 50) / 4 + (58, 50)).astype(np.float32))

    assert without_doubles([small, large]) == [large]
    assert len(without_doubles([large, face_box(0.8, points + 30)])) == 2


def test_box_of_a_face_that_lies_on_its_side_lies_too() -> None:
    points = np.array([[40, 40], [60, 40], [50, 50], [43, 60], [57, 60]], np.float32)
    upright = face_box(0.9, points).box
    turned = face_box(0.9, ((points - 50) @ np.array([[0, 1], [-1, 0]]) + 50).astype(np.float32)).box

    assert upright.tolist() == pytest.approx([27, 21, 73, 76])
    assert turned.tolist() == pytest.approx([24, 27, 79, 73])


@pytest.mark.parametrize(("width", "height", "factor"), [(900, 300, 2), (400, 1000, 2), (640, 640, 4), (1280, 720, 4)])
def test_every_place_of_a_photo_is_well_inside_a_tile(width: int, height: int, factor: int) -> None:
    tiles = finding._tiles(np.zeros((height, width, 3), np.uint8), factor)
    quarter = max(width, height) / factor / 4
    rng = np.random.default_rng(0)
    for place in rng.uniform(0, (width, height), (50, 2)):
        lows, highs = (np.stack([corner(tile.quad) for tile in tiles]) for corner in (lambda q: q.min(0), lambda q: q.max(0)))
        margins = np.minimum(
            np.where(lows <= 0, np.inf, place - lows), np.where(highs >= (width, height), np.inf, highs - place)
        ).min(axis=1)
        assert margins.max() >= quarter - 1e-3
    assert len(tiles) <= (2 * factor - 1) ** 2


def test_turned_frames_show_the_photo_turned_and_bring_points_back() -> None:
    image = np.zeros((160, 160, 3), np.uint8)
    image[10, 30] = 255  # near the top
    for turns, frame in zip((1, 2, 3), finding._turned(image), strict=True):
        (row, column), *_ = np.argwhere(frame.crop(image)[..., 0] > 200)
        assert (frame.crop(image) == np.rot90(image, turns)).all()
        assert frame.to_picture(np.array([[column + 0.5, row + 0.5]]))[0].tolist() == pytest.approx([30.5, 10.5], abs=0.01)


def _looks(monkeypatch: pytest.MonkeyPatch, finds: dict[int, list[FaceBox]], is_face: bool) -> list[int]:
    """Plays the networks: finds by look (0 is the whole photo); returns the list to which each look adds its number of frames."""
    looks: list[int] = []

    def found(frames: list[object], _: np.ndarray, threshold: float) -> list[FaceBox]:
        looks.append(len(frames))
        return [face for face in finds.get(len(looks) - 1, []) if face.score >= threshold]

    monkeypatch.setattr(finding, "_found", found)
    monkeypatch.setattr(finding, "is_face", lambda *_: is_face)
    return looks


def _face(score: float, unit: float) -> FaceBox:
    shape = np.array([[-0.5, -0.5], [0.5, -0.5], [0, 0], [-0.3, 0.5], [0.3, 0.5]])
    return face_box(score, (shape * unit + 300).astype(np.float32))


PHOTO = np.zeros((800, 640, 3), np.uint8)


def test_a_large_sure_face_is_found_at_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = _looks(monkeypatch, {0: [_face(0.95, 120)]}, is_face=False)

    assert [face.unit for face in find_faces(PHOTO)] == pytest.approx([120])
    assert looks == [1]


def test_after_tiny_finds_pieces_are_looked_at_and_both_are_kept_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = _looks(monkeypatch, {0: [_face(0.95, 20)], 1: [_face(0.99, 21)]}, is_face=True)

    assert [face.score for face in find_faces(PHOTO)] == [0.99]
    assert len(looks) == 2
    assert looks[1] > 4


def test_doubtful_finds_need_the_landmark_network(monkeypatch: pytest.MonkeyPatch) -> None:
    for is_face in (True, False):
        _looks(monkeypatch, {look: [_face(0.45, 120)] for look in range(5)}, is_face)
        assert len(find_faces(PHOTO)) == int(is_face)


def test_where_nothing_is_found_every_look_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = _looks(monkeypatch, {}, is_face=True)

    assert find_faces(PHOTO) == []
    assert looks == [1, 9, 1, 42, 3]


def test_likeliest_face_is_the_best_of_the_doubtful_or_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    _looks(monkeypatch, {0: [_face(0.12, 80), _face(0.2, 60), _face(0.3, 2)]}, is_face=False)
    likeliest = likeliest_face(PHOTO)
    assert likeliest is not None
    assert likeliest.unit == pytest.approx(60)
    _looks(monkeypatch, {0: [_face(0.01, 80)]}, is_face=False)

    assert likeliest_face(PHOTO) is None
