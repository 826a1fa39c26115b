import numpy as np
import pytest

from core.engines import CLASSES
from core.faces.regions import FEATURES, with_landmarks
from tests.core.datasets.faces import drawn_face

SKIN, HAIR, NOSE, EYES, GLASSES = (CLASSES.index(name) for name in ("skin", "hair", "nose", "eyes", "glasses"))


def _masks(classes: np.ndarray) -> np.ndarray:
    return np.asarray(np.eye(len(CLASSES), dtype=np.float32)[classes].transpose(2, 0, 1))


def _area(outline: np.ndarray) -> float:
    x, y = outline.T.astype(float)
    return float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2)


def test_features_lie_where_the_landmarks_say_and_the_rest_of_the_face_is_skin() -> None:
    _, regions, landmarks = drawn_face()
    blurred = regions.copy()
    blurred[np.isin(regions, [CLASSES.index(name) for name in FEATURES])] = SKIN
    blurred[150:170, 150:158] = NOSE  # wrong
    masks = with_landmarks(_masks(blurred), landmarks)
    classes = masks.argmax(axis=0)

    for name, outlines in FEATURES.items():
        index = CLASSES.index(name)
        assert (classes[regions == index] == index).mean() > 0.7, name  # the drawn face holds each pixel an outline touches
        assert not (classes[regions == HAIR] == index).any(), name
        if name != "nose":  # over which lie no others
            wanted = sum(_area(landmarks[outline]) for outline in outlines)
            assert masks[index].sum() == pytest.approx(wanted, rel=0.1), name
    np.testing.assert_allclose(masks.sum(axis=0), 1, atol=1e-6)
    assert (masks >= 0).all()


def test_edges_are_soft_and_hold_the_area_of_the_outline() -> None:
    _, _, landmarks = drawn_face()
    masks = with_landmarks(_masks(np.full((320, 320), SKIN)), landmarks)
    shifted = with_landmarks(_masks(np.full((320, 320), SKIN)), landmarks + 0.4)

    assert ((masks[NOSE] > 0.1) & (masks[NOSE] < 0.9)).sum() > 20
    assert masks[NOSE].sum() == pytest.approx(shifted[NOSE].sum(), rel=0.02)
    rows, columns = np.mgrid[0:320, 0:320] + 0.5
    for axis, grid in ((0, columns), (1, rows)):
        moved = [(grid * one[NOSE]).sum() / one[NOSE].sum() for one in (masks, shifted)]
        assert moved[1] - moved[0] == pytest.approx(0.4, abs=0.1), axis


def test_what_lies_over_the_face_stays() -> None:
    _, regions, landmarks = drawn_face()
    covered = regions.copy()
    covered[140:160, 125:195] = GLASSES
    covered[100:136] = HAIR
    masks = with_landmarks(_masks(covered), landmarks)

    np.testing.assert_allclose(masks[GLASSES], covered == GLASSES)
    np.testing.assert_allclose(masks[HAIR], covered == HAIR)
    assert not masks[EYES][140:160, 125:195].any()


def test_landmarks_outside_the_masks_draw_nothing() -> None:
    _, regions, landmarks = drawn_face()
    masks = with_landmarks(_masks(regions), landmarks + 1000)

    assert not masks[NOSE].any()
    np.testing.assert_allclose(masks.sum(axis=0), 1, atol=1e-6)
