import numpy as np
import pytest

from core.datasets.headwear import add_hat, can_be_bald, make_bald
from core.engines import CLASSES
from tests.core.datasets.faces import drawn_face

HAT, HAIR, SKIN, EYES, BACKGROUND = (CLASSES.index(name) for name in ("hat", "hair", "skin", "eyes", "background"))


@pytest.mark.parametrize("seed", range(8))
def test_a_bald_head_has_skin_where_hair_was(seed: int) -> None:
    picture, regions, landmarks = drawn_face()
    changed, classes = make_bald(np.random.default_rng(seed), picture, regions, landmarks)
    was_hair = regions == HAIR
    now_skin = was_hair & (classes == SKIN)

    assert (classes == HAIR).sum() < 0.6 * was_hair.sum()
    assert now_skin.sum() > 0.3 * was_hair.sum()
    assert changed[now_skin].mean() > picture[was_hair].mean() + 40
    assert (classes[~was_hair] == regions[~was_hair]).all()


@pytest.mark.parametrize("seed", range(16))
def test_a_hat_leaves_eyes_and_covers_hair(seed: int) -> None:
    picture, regions, landmarks = drawn_face()
    changed, classes = add_hat(np.random.default_rng(seed), picture, regions, landmarks)
    hat = classes == HAT

    assert hat.sum() > 1500
    assert (classes[regions == EYES] == EYES).all()
    assert (classes == HAIR).sum() < (regions == HAIR).sum()
    assert set(np.unique(classes[classes != regions])) <= {HAT, BACKGROUND}
    assert np.abs(changed.astype(int) - picture)[hat].mean() > 10


def test_hats_are_of_many_shapes_and_some_reach_below_the_chin() -> None:
    picture, regions, landmarks = drawn_face()
    masks = [add_hat(np.random.default_rng(seed), picture, regions, landmarks)[1] == HAT for seed in range(30)]
    below = [mask[int(landmarks[152, 1]) + 8 :].any() for mask in masks]

    assert 2 < sum(below) < 20
    assert np.std([mask.sum() for mask in masks]) > 2000


def test_the_same_seed_draws_the_same_hat() -> None:
    first, second = (add_hat(np.random.default_rng(3), *drawn_face()) for _ in range(2))

    assert (first[0] == second[0]).all()
    assert (first[1] == second[1]).all()


def test_long_hair_cannot_be_painted_away() -> None:
    _, regions, landmarks = drawn_face()
    long = regions.copy()
    long[200:300, 90:115] = HAIR

    assert can_be_bald(regions, landmarks)
    assert not can_be_bald(long, landmarks)
