from dataclasses import replace

import numpy as np
import pytest

from core.avatar.vector import AvatarVector
from core.engines import CLASSES
from core.engines.toy import SCHEMA, ToyEngine
from core.faces.checks import CHECKS, _turned, check_photo, measure
from core.faces.colours import read_colours
from core.faces.expressions import EXPRESSIONS
from core.faces.finding import face_box
from core.faces.mesh import NOSE, OUTER_LIPS
from core.faces.pose import _REFERENCE, head_pose
from core.faces.selfie import MASK_SIZE, WIDE_SIZE, Selfie
from tests.core.faces_of_nobody import selfie_of

PHOTO = np.zeros((320, 256, 3), np.uint8)


@pytest.fixture(scope="module")
def good() -> Selfie:
    """An avatar with fine grain, as photos have, and a nose and a mouth where its landmarks are."""
    selfie = selfie_of(ToyEngine(), AvatarVector.default(SCHEMA))
    points = selfie.face.landmarks.copy()
    middle, unit = points[[33, 263]].mean(axis=0), points[263, 0] - points[33, 0]
    for index, place in _REFERENCE.items():
        points[index] = middle + unit * np.array(place)
    points[14] = points[13] + (0, 1, 0)
    selfie = replace(selfie, face=replace(selfie.face, landmarks=points))
    grain = np.random.default_rng(0).normal(0, 6, (WIDE_SIZE, WIDE_SIZE, 1))
    masks = np.zeros((len(CLASSES), MASK_SIZE, MASK_SIZE), np.float32)
    masks[CLASSES.index("skin")] = 1
    for name, ring in (("mouth", OUTER_LIPS), ("nose", NOSE)):
        points = selfie.landmarks[ring] * (MASK_SIZE / WIDE_SIZE)
        low, high = points.min(axis=0), points.max(axis=0)
        rows, columns = slice(int(low[1]) - 1, int(high[1]) + 2), slice(int(low[0]) - 1, int(high[0]) + 2)
        masks[:, rows, columns] = 0
        masks[CLASSES.index(name), rows, columns] = 1
    wide = np.clip(selfie.wide * np.float32(0.85) + grain, 0, 250).astype(np.uint8)
    return replace(selfie, wide=wide, face=replace(selfie.face, masks=masks, light=np.ones(3, np.float32)))


def kinds(selfie: Selfie, faces: int = 1) -> set[str]:
    points = np.array([[9, 9], [19, 9], [14, 14], [11, 19], [17, 19]], np.float32)
    boxes = [face_box(0.9, points + 40 * index) for index in range(faces)]
    return {advice.kind for advice in check_photo(PHOTO, boxes, selfie)}


def with_landmarks(selfie: Selfie, points: np.ndarray) -> Selfie:
    return replace(selfie, face=replace(selfie.face, landmarks=points.astype(np.float32)))


def test_a_good_photo_gets_no_advice(good: Selfie) -> None:
    assert kinds(good) == set()


def test_every_kind_is_measured_and_said_in_short_sentences(good: Selfie) -> None:
    assert set(measure(PHOTO, [], good)) == set(CHECKS)
    for check in CHECKS.values():
        assert check.text.endswith(".")
        assert len(check.text) < 95


def test_advice_says_what_was_measured(good: Selfie) -> None:
    (advice,) = check_photo(PHOTO, [], replace(good, face=replace(good.face, light=np.array([1.4, 1, 0.6], np.float32))))

    assert (advice.kind, advice.bar) == ("coloured_light", CHECKS["coloured_light"].bar)
    assert advice.value == pytest.approx(np.log(1 / 0.6), abs=1e-5)


def test_several_faces_are_told(good: Selfie) -> None:
    assert kinds(good, faces=3) == {"several"}


@pytest.mark.parametrize(("gain", "kind"), [(0.2, "too_dark"), (3.0, "too_bright")])
def test_light_that_is_wrong_is_told(gain: float, kind: str, good: Selfie) -> None:
    assert kinds(replace(good, wide=np.clip(good.wide * gain, 0, 255).astype(np.uint8))) >= {kind}


def test_blur_is_told_in_any_direction(good: Selfie) -> None:
    for axis in (0, 1):
        moved = np.mean([np.roll(good.wide, step, axis=axis) for step in range(-8, 9)], axis=0).astype(np.uint8)

        assert "blurred" in kinds(replace(good, wide=moved))


def test_a_face_at_the_border_is_cut_off(good: Selfie) -> None:
    left = good.face.landmarks - np.array([good.face.landmarks[:, 0].min() + 5, 0, 0])

    assert "cut_off" in kinds(with_landmarks(good, left))


def test_a_small_face_is_told_and_its_blur_is_not(good: Selfie) -> None:
    small = (good.face.landmarks - 128) * np.float32(0.2) + 128
    blurred = np.broadcast_to(good.wide.mean(axis=(0, 1)), good.wide.shape).astype(np.uint8)
    found = kinds(with_landmarks(replace(good, wide=blurred), small))

    assert "too_small" in found
    assert "blurred" not in found


@pytest.mark.parametrize("name", ["mouth", "nose"])
def test_a_covered_mouth_or_nose_is_told(name: str, good: Selfie) -> None:
    masks = good.masks.copy()
    masks[CLASSES.index("clothes")] += masks[CLASSES.index(name)]
    masks[CLASSES.index(name)] = 0

    assert kinds(replace(good, face=replace(good.face, masks=masks))) == {"covered"}


def test_a_head_that_is_turned_is_told(good: Selfie) -> None:
    points = good.face.landmarks.copy()
    frontal = np.array([*_REFERENCE.values()]) * 80
    for degrees, told in ((10, False), (40, True)):
        turn = np.radians(degrees)
        points[[*_REFERENCE]] = frontal @ np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])

        assert CHECKS["turned_away"].fails(_turned(head_pose(points))) is told


def test_shut_eyes_and_an_open_mouth_are_told(good: Selfie) -> None:
    expression = np.zeros(len(EXPRESSIONS), np.float32)
    expression[EXPRESSIONS.index("eyeBlinkLeft")] = 0.4
    assert kinds(replace(good, face=replace(good.face, expression=expression))) == set()  # a wink
    expression[EXPRESSIONS.index("eyeBlinkRight")] = 0.4
    assert kinds(replace(good, face=replace(good.face, expression=expression))) == {"eyes_closed"}
    points = good.face.landmarks.copy()
    points[14] = points[13] + (0, 0.4 * np.hypot(*(points[33] - points[263])[:2]), 0)
    assert "mouth_open" in kinds(with_landmarks(good, points))


def test_a_face_wholly_outside_the_photo_is_only_cut_off_and_dark_as_nothing(good: Selfie) -> None:
    outside = replace(good, inside=np.zeros_like(good.inside))

    assert set(measure(PHOTO, [], outside)).isdisjoint({"too_dark", "too_bright", "blurred"})
    assert read_colours(good.wide, good.masks, outside.inside).skin is None
