import numpy as np

from core.datasets.covering import add_mask, add_sunglasses
from core.faces.mesh import LEFT_EYE, OUTER_LIPS, RIGHT_EYE
from tests.core.datasets.faces import drawn_face


def _at(picture: np.ndarray, points: np.ndarray) -> np.ndarray:
    columns, rows = points.round().astype(int).T
    return np.asarray(picture[rows, columns].astype(int))


def test_sunglasses_hide_the_eyes_and_not_the_mouth() -> None:
    picture, _, landmarks = drawn_face()
    for seed in range(8):
        covered = add_sunglasses(np.random.default_rng(seed), picture, landmarks)
        eyes = np.concatenate([landmarks[LEFT_EYE], landmarks[RIGHT_EYE]])
        assert (_at(covered, eyes) != _at(picture, eyes)).any(axis=1).all()
        assert (_at(covered, landmarks[OUTER_LIPS]) == _at(picture, landmarks[OUTER_LIPS])).all()


def test_a_mask_hides_the_mouth_and_not_the_eyes() -> None:
    picture, _, landmarks = drawn_face()
    landmarks = landmarks.copy()
    sides = {234: (114, 165), 132: (117, 185), 172: (126, 205), 136: (135, 217), 149: (150, 225), 152: (160, 227)}
    for index, (x, y) in sides.items():
        landmarks[index] = (x, y)
    for index, side in {454: 234, 361: 132, 397: 172, 365: 136, 378: 149}.items():
        landmarks[index] = (320 - landmarks[side, 0], landmarks[side, 1])
    landmarks[6] = (160, 155)
    for seed in range(8):
        covered = add_mask(np.random.default_rng(seed), picture, landmarks)
        mouth = landmarks[OUTER_LIPS]
        assert (_at(covered, mouth) != _at(picture, mouth)).any(axis=1).all()
        eyes = np.concatenate([landmarks[LEFT_EYE], landmarks[RIGHT_EYE]])
        assert (_at(covered, eyes) == _at(picture, eyes)).all()
