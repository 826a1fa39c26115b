import numpy as np
import pytest

from core.datasets.hands import add_hand
from core.engines import CLASSES
from tests.core.datasets.faces import drawn_face

BACKGROUND, SKIN = CLASSES.index("background"), CLASSES.index("skin")


@pytest.mark.parametrize("seed", range(12))
def test_a_hand_is_background_and_all_else_stays_what_it_was(seed: int) -> None:
    picture, regions, landmarks = drawn_face()
    changed, classes = add_hand(np.random.default_rng(seed), picture, regions, landmarks)
    hand = classes != regions

    assert changed.shape == picture.shape
    assert changed.dtype == np.uint8
    assert (classes[hand] == BACKGROUND).all()
    assert 300 < hand.sum() < 0.5 * hand.size


def test_most_hands_have_the_colour_of_the_face() -> None:
    picture, regions, landmarks = drawn_face()
    own, apart = np.median(picture[regions == SKIN], axis=0), []
    for seed in range(30):
        changed, classes = add_hand(np.random.default_rng(seed), picture, regions, landmarks)
        hand = (classes == BACKGROUND) & (regions == SKIN)
        if hand.sum() > 200:
            colour = np.median(changed[hand], axis=0)
            apart.append(np.abs(colour / colour.sum() - own / own.sum()).max())

    assert len(apart) > 15
    assert np.median(apart) < 0.05


def test_the_same_seed_draws_the_same_hand() -> None:
    first, second = (add_hand(np.random.default_rng(3), *drawn_face()) for _ in range(2))

    assert (first[0] == second[0]).all()
    assert (first[1] == second[1]).all()
