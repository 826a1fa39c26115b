import numpy as np
import pytest
from numpy.typing import NDArray

from core.colour import to_linear
from core.datasets.face_photos import FacePhoto, cut_off, cut_out, draw_scene, fill_frame, rolled
from core.datasets.photo_faults import FAULTS, STRENGTHS, to_bytes, with_fault
from core.faces.mesh import LEFT_EYE, OUTER_LIPS, OVAL, RIGHT_EYE
from core.faces.pose import head_pose
from tests.core.datasets.faces import drawn_face

MAGENTA = (255, 0, 255)
MARKED = (33, 263, 152)
GEOMETRY = [name for name, fault in FAULTS.items() if fault.kind == "geometry"]
OTHERS = [name for name, fault in FAULTS.items() if fault.kind != "geometry"]


def a_face() -> FacePhoto:
    picture, regions, landmarks = drawn_face()
    offset = (landmarks - landmarks[4]) / 60
    depth = 30 * (offset**2).sum(axis=1).astype(np.float32) - 20
    # The tilt of the mesh would be lost on a face whose sides lie on one line.
    landmarks[[234, 454, 10, 152]] = [(114, 165), (206, 165), (160, 103), (160, 227)]
    return FacePhoto(picture, landmarks, depth, (regions > 0).astype(np.uint8) * 255)


def a_marked_face() -> FacePhoto:
    face = a_face()
    photo = face.photo.copy()
    for x, y in face.landmarks[list(MARKED)]:
        photo[round(y) - 3 : round(y) + 3, round(x) - 3 : round(x) + 3] = MAGENTA
    return FacePhoto(photo, face.landmarks, face.depth, np.full_like(face.person, 255))


def magenta_near(face: FacePhoto, index: int) -> NDArray[np.floating]:
    """The middle of the marks' colour around a landmark."""
    photo = face.photo.astype(int)
    rows, columns = np.nonzero((photo[..., 0] > 150) & (photo[..., 2] > 150) & (photo[..., 1] < 110))
    points = np.stack([columns, rows], axis=1) + 0.5
    near = points[np.hypot(*(points - face.landmarks[index]).T) < 14]
    return np.asarray(near.mean(axis=0))


def detail(photo: NDArray[np.uint8]) -> float:
    """Mean square of the difference between neighbours."""
    values = photo.astype(float)
    return float(sum((np.diff(values, axis=axis) ** 2).mean() for axis in (0, 1)))


@pytest.mark.parametrize("name", FAULTS)
def test_same_seed_gives_same_bytes_and_strengths_differ(name: str) -> None:
    face = a_face()

    once, again = (with_fault(name, 1, face, 5) for _ in range(2))
    stronger = with_fault(name, 2, face, 5)

    assert np.array_equal(once.photo, again.photo)
    assert np.array_equal(once.landmarks, again.landmarks)
    assert stronger.photo.shape != once.photo.shape or not np.array_equal(stronger.photo, once.photo)


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("strength", range(len(STRENGTHS)))
def test_faults_of_light_camera_and_cover_leave_the_face_where_it_is(name: str, strength: int) -> None:
    face = a_face()

    found = with_fault(name, strength, face, 1)

    assert found.photo.shape == face.photo.shape
    assert np.array_equal(found.landmarks, face.landmarks)
    assert not np.array_equal(found.photo, face.photo)


@pytest.mark.parametrize("name", GEOMETRY)
@pytest.mark.parametrize("strength", range(len(STRENGTHS)))
def test_landmarks_move_with_what_they_mark(name: str, strength: int) -> None:
    face = with_fault(name, strength, a_marked_face(), 3)
    size = np.array(face.photo.shape[1::-1])
    inside = np.all((face.landmarks > 10) & (face.landmarks < size - 10), axis=1)
    seen = np.intersect1d(MARKED, np.flatnonzero(inside))

    assert len(seen)
    for index in seen:
        assert np.hypot(*(magenta_near(face, index) - face.landmarks[index])) < 1.5


def test_a_landmark_that_was_not_moved_would_be_noticed() -> None:
    face = with_fault("roll", 1, a_marked_face(), 3)
    forgotten = FacePhoto(face.photo, a_marked_face().landmarks + 6, face.depth, face.person)

    assert np.hypot(*(magenta_near(forgotten, 33) - forgotten.landmarks[33])) > 1.5


@pytest.mark.parametrize("share", FAULTS["small face"].strengths)
def test_small_face_is_as_wide_as_asked(share: float) -> None:
    found = cut_out(np.random.default_rng(0), a_face(), share)

    assert found.face_width / found.photo.shape[1] == pytest.approx(share, rel=0.02)
    assert found.seen().all()


def test_face_fills_the_frame() -> None:
    found = fill_frame(np.random.default_rng(0), a_face(), 0.85)

    assert np.ptp(found.landmarks[OVAL, 0]) / found.photo.shape[1] == pytest.approx(0.85, rel=0.02)


@pytest.mark.parametrize("seed", range(8))
def test_border_takes_the_asked_share_of_the_face(seed: int) -> None:
    found = cut_off(np.random.default_rng(seed), a_face(), 0.33)
    low, high = found.landmarks[OVAL].min(axis=0), found.landmarks[OVAL].max(axis=0)
    beyond = np.concatenate([-low, high - found.photo.shape[1::-1]]) / np.tile(high - low, 2)

    assert beyond.max() == pytest.approx(0.33, abs=0.01)


def test_roll_turns_the_eyes() -> None:
    found = rolled(np.random.default_rng(0), a_face(), 30.0)
    across = found.landmarks[263] - found.landmarks[33]

    assert abs(np.degrees(np.arctan2(across[1], across[0]))) == pytest.approx(30, abs=0.1)


@pytest.mark.parametrize(("name", "angle"), [("yaw", "yaw"), ("pitch", "pitch")])
def test_turning_aside_or_up_adds_the_angle(name: str, angle: str) -> None:
    face = a_face()

    found = with_fault(name, 1, face, 2)
    before, after = (head_pose(np.hstack([one.landmarks, one.depth[:, None]])) for one in (face, found))

    assert abs(getattr(after, angle) - getattr(before, angle)) == pytest.approx(20, abs=0.5)


def test_bytes_and_light_are_inverses() -> None:
    steps = np.arange(256, dtype=np.uint8)

    assert np.array_equal(to_bytes(to_linear(steps)), steps)


@pytest.mark.parametrize("strength", range(len(STRENGTHS)))
def test_dark_and_bright_change_the_light_by_their_amount(strength: int) -> None:
    face = a_face()
    grey = FacePhoto(np.full_like(face.photo, 90), face.landmarks, face.depth, face.person)

    for name in ("dark", "bright"):
        amount = FAULTS[name].strengths[strength]
        light = to_linear(with_fault(name, strength, grey, 0).photo).mean()

        assert light / to_linear(grey.photo).mean() == pytest.approx(amount, rel=0.06)


@pytest.mark.parametrize("name", ["motion blur", "out of focus"])
def test_blur_keeps_the_light_and_loses_detail(name: str) -> None:
    face = a_face()

    found = with_fault(name, 2, face, 0)

    assert to_linear(found.photo).mean() == pytest.approx(to_linear(face.photo).mean(), rel=0.01)
    assert detail(found.photo) < 0.6 * detail(face.photo)


def test_mask_covers_the_mouth_and_not_the_eyes() -> None:
    face = a_face()

    changed = (with_fault("mask", 1, face, 0).photo != face.photo).any(axis=-1)

    assert changed[196, 160]
    for eye in (LEFT_EYE, RIGHT_EYE):
        x, y = face.landmarks[eye].mean(axis=0).astype(int)
        assert not changed[y, x]


def test_sunglasses_hide_the_eyes_and_not_the_mouth() -> None:
    face = a_face()

    photo = with_fault("sunglasses", 2, face, 0).photo.astype(int)
    x, y = face.landmarks[LEFT_EYE].mean(axis=0).astype(int)
    mouth_x, mouth_y = face.landmarks[OUTER_LIPS].mean(axis=0).astype(int)

    assert photo[y, x].mean() < 0.6 * face.photo[y, x].mean()
    assert np.array_equal(photo[mouth_y, mouth_x], face.photo[mouth_y, mouth_x])


def test_scenes_differ() -> None:
    scenes = [draw_scene(np.random.default_rng(seed), 64, 48) for seed in range(6)]

    assert all(scene.shape == (48, 64, 3) for scene in scenes)
    assert len({scene.tobytes() for scene in scenes}) == 6
