import numpy as np
import pytest

from core.datasets.dressing import draw_beard, draw_glasses
from tests.core.faces_of_nobody import landmarks

SIZE = 128
FACE = np.full((SIZE, SIZE, 3), (205, 160, 135), np.uint8)
POINTS = landmarks(SIZE, face=1.0)


def changed(picture: np.ndarray) -> np.ndarray:
    return np.asarray(np.abs(picture.astype(int) - FACE).sum(axis=-1) > 12)


@pytest.mark.parametrize("seed", range(12))
def test_glasses_lie_about_the_eyes_and_nowhere_else(seed: int) -> None:
    picture, _ = draw_glasses(np.random.default_rng(seed), FACE, POINTS)
    rows = np.nonzero(changed(picture).any(axis=1))[0]
    eyes = POINTS[[33, 263], 1].mean()

    assert rows.min() < eyes < rows.max()
    assert rows.min() > 0.25 * SIZE
    assert rows.max() < 0.72 * SIZE


@pytest.mark.parametrize("seed", range(12))
def test_beards_lie_below_the_nose_and_leave_the_lips_free(seed: int) -> None:
    picture, kind = draw_beard(np.random.default_rng(seed), FACE, POINTS)
    where = changed(picture)
    lips = tuple(((POINTS[0] + POINTS[17]) / 2).astype(int)[::-1])

    assert kind in ("moustache", "goatee", "full_beard")
    assert where.any()
    assert np.nonzero(where.any(axis=1))[0].min() > 0.45 * SIZE
    assert not where[lips]


def test_all_kinds_are_drawn_and_no_two_alike() -> None:
    rng = np.random.default_rng(0)
    beards = [draw_beard(rng, FACE, POINTS) for _ in range(25)]
    glasses = [draw_glasses(rng, FACE, POINTS) for _ in range(25)]

    assert {kind for _, kind in beards} == {"moustache", "goatee", "full_beard"}
    assert {kind for _, kind in glasses} == {"clear", "sun"}
    assert len({picture.tobytes() for picture, _ in glasses + beards}) == 50


def test_the_face_given_is_left_as_it_is() -> None:
    face = FACE.copy()
    draw_glasses(np.random.default_rng(0), face, POINTS)
    draw_beard(np.random.default_rng(0), face, POINTS)

    np.testing.assert_array_equal(face, FACE)


def test_wrong_landmarks_are_refused() -> None:
    with pytest.raises(ValueError, match="expected shape"):
        draw_glasses(np.random.default_rng(0), FACE, POINTS[:468])
