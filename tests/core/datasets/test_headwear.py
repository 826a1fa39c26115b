import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageFilter

from core.datasets.headwear import add_hat, can_be_bald, make_bald
from core.engines import CLASSES
from core.faces.mesh import OVAL
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


@pytest.mark.parametrize("seed", range(6))
def test_no_rim_of_hair_is_left_about_a_bald_head(seed: int) -> None:
    picture, regions, landmarks = drawn_face()
    dark = picture.copy()
    hair = Pillow.fromarray(((regions == HAIR) * 255).astype(np.uint8))
    rim = (np.asarray(hair.filter(ImageFilter.MaxFilter(5))) > 0) & (regions == BACKGROUND)  # hair that the labels miss
    dark[rim] = picture[regions == HAIR][0]
    changed, classes = make_bald(np.random.default_rng(seed), dark, regions, landmarks)
    above = rim & (np.arange(320)[:, None] < landmarks[OVAL][:, 1].min())
    bare = above & ~(np.asarray(_grown(classes == HAIR)) > 0)

    assert bare.sum() > 100
    assert (changed[bare].mean(axis=-1) < 60).mean() < 0.05


def test_shaven_skulls_are_shaded_towards_one_side_and_some_are_half_dark() -> None:
    picture, regions, landmarks = drawn_face()
    darkest = []
    for seed in range(20):
        changed, classes = make_bald(np.random.default_rng(seed), picture, regions, landmarks)
        scalp = (regions == HAIR) & (classes == SKIN)
        darkest.append(np.quantile(changed[scalp].mean(axis=-1), 0.1) / picture[regions == SKIN].mean())

    assert min(darkest) < 0.6
    assert max(darkest) > 0.85


def test_on_a_dark_face_some_hats_are_white_all_the_same() -> None:
    picture, regions, landmarks = drawn_face()
    dark = (picture * 0.45).astype(np.uint8)
    brightest = []
    for seed in range(60):
        changed, classes = add_hat(np.random.default_rng(seed), dark, regions, landmarks)
        brightest.append(np.median(changed[classes == HAT].mean(axis=-1)))

    assert 2 <= sum(value > 170 for value in brightest) < 30


def test_a_hat_on_a_turned_head_covers_its_back() -> None:
    picture, regions, landmarks = drawn_face()
    turned = landmarks.copy()
    turned[4, 0] += 25  # the nose points right, so that the skull reaches further left
    reach = []
    for points in (landmarks, turned):
        masks = [add_hat(np.random.default_rng(seed), picture, regions, points)[1] == HAT for seed in range(12)]
        reach.append(np.mean([np.nonzero(mask[:130].any(axis=0))[0].min() for mask in masks]))

    assert reach[1] < reach[0] - 10


def _grown(mask: NDArray[np.bool_]) -> Pillow.Image:
    return Pillow.fromarray((mask * 255).astype(np.uint8)).filter(ImageFilter.MaxFilter(9))
