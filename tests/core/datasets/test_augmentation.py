import numpy as np
import pytest

from core.datasets import augmentation
from core.datasets.augmentation import bend, harden, occlude, over, piece_of, texture


def _picture() -> np.ndarray:
    rows, columns = np.mgrid[0:48, 0:64]
    return np.stack([columns * 4, rows * 5, columns + rows], axis=-1).astype(np.uint8)


@pytest.mark.parametrize("seed", range(20))
def test_hardened_pictures_keep_shape_and_differ(seed: int) -> None:
    hard = harden(np.random.default_rng(seed), _picture())

    assert hard.shape == (48, 64, 3)
    assert hard.dtype == np.uint8
    assert hard.std() > 3


def test_the_same_seed_hardens_the_same() -> None:
    first, second = (harden(np.random.default_rng(5), _picture()) for _ in range(2))

    assert (first == second).all()


def test_a_moved_picture_is_blurred_along_a_line_and_as_bright() -> None:
    picture = np.zeros((60, 60, 3), np.uint8)
    picture[28:32, 28:32] = 240
    for seed in range(10):
        blurred = augmentation._moved(np.random.default_rng(seed), picture, 1.0)
        assert blurred.sum() == pytest.approx(int(picture.sum()), rel=0.05)
        rows, columns = np.nonzero(blurred[..., 0])
        assert max(np.ptp(rows), np.ptp(columns)) <= 8


def test_light_from_a_side_is_brighter_there_and_sometimes_coloured() -> None:
    grey = np.full((20, 20, 3), 100, np.uint8)
    lit = [augmentation._light_from_a_side(np.random.default_rng(seed), grey).astype(int) for seed in range(30)]

    assert np.mean([np.ptp(picture) > 10 for picture in lit]) > 0.9
    coloured = [bool((np.ptp(picture, axis=-1) > 5).any()) for picture in lit]
    assert 3 < sum(coloured) < 25


def test_occluders_cover_part_of_the_picture() -> None:
    shares = [
        (occlude(np.random.default_rng(seed), _picture(), [_picture()], 1.0) != _picture()).any(axis=-1).mean()
        for seed in range(20)
    ]

    assert 0 < np.mean(shares) < 0.6
    assert (occlude(np.random.default_rng(0), _picture(), [_picture()], 0.0) == _picture()).all()


def test_textures_have_the_size_and_vary() -> None:
    pictures = [texture(np.random.default_rng(seed), 30, 20) for seed in range(4)]

    assert all(picture.shape == (20, 30, 3) for picture in pictures)
    assert len({picture.tobytes() for picture in pictures}) == 4


def test_a_piece_is_of_one_of_the_others() -> None:
    large = _picture()
    piece = piece_of(np.random.default_rng(0), [large], 10, 8)
    found = [(piece == large[y : y + 8, x : x + 10]).all() for y in range(40) for x in range(54)]

    assert any(found)
    assert piece_of(np.random.default_rng(0), [large[:5]], 10, 8).shape == (8, 10, 3)


def test_over_takes_the_front_where_the_mask_is() -> None:
    front, back = np.full((4, 4, 3), 200, np.uint8), np.full((4, 4, 3), 10, np.uint8)
    mask = np.zeros((4, 4), np.uint8)
    mask[:2] = 255

    assert over(front, mask, back)[:, 0, 0].tolist() == [200, 200, 10, 10]


def test_a_bent_picture_takes_its_classes_along_and_brings_in_nothing_from_outside() -> None:
    rows, columns = np.mgrid[0:64, 0:64]
    classes = (1 + (np.hypot(rows - 32, columns - 32) < 20) + 2 * (columns > 40)).astype(np.uint8)
    picture = np.stack([classes * 50] * 3, axis=-1).astype(np.uint8)
    bent, carried = bend(np.random.default_rng(3), picture, classes, 0.03)

    assert set(np.unique(carried)) == set(np.unique(classes))
    assert 0.02 < (carried != classes).mean() < 0.3
    # Pixels whose neighbours are all of their class have its colour, with no other mixed in.
    same = np.ones((62, 62), bool)
    for row, column in np.ndindex(3, 3):
        same &= carried[row : row + 62, column : column + 62] == carried[1:-1, 1:-1]
    assert same.mean() > 0.5
    assert (bent[1:-1, 1:-1, 0][same] == 50 * carried[1:-1, 1:-1][same]).mean() > 0.98


def test_the_same_seed_bends_the_same_and_no_strength_bends_nothing() -> None:
    picture = _picture()[:, :48]
    classes = picture[..., 0]
    first, second = (bend(np.random.default_rng(5), picture, classes, 0.05) for _ in range(2))

    assert (first[0] == second[0]).all()
    assert (first[1] == second[1]).all()
    assert (bend(np.random.default_rng(5), picture, classes, 0.0)[1] == classes).all()
