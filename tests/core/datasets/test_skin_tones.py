import numpy as np
import pytest

from core.datasets.skin_tones import darken_skin, shade_sockets
from core.datasets.wearing import eye_zone
from core.engines import CLASSES
from tests.core.datasets.faces import drawn_face

BACKGROUND, SKIN = CLASSES.index("background"), CLASSES.index("skin")


@pytest.mark.parametrize("seed", range(6))
def test_skin_becomes_darker_and_what_is_behind_the_head_stays(seed: int) -> None:
    picture, regions, _ = drawn_face()
    changed = darken_skin(np.random.default_rng(seed), picture, regions)
    before, after = (np.median(one[regions == SKIN], axis=0) for one in (picture, changed))

    assert (after < before).all()
    assert 0.25 < after.mean() / before.mean() < 0.9
    assert after[0] / after[2] >= before[0] / before[2]
    far = np.ones(regions.shape, bool)
    rows, columns = np.nonzero(regions != BACKGROUND)
    far[max(0, rows.min() - 4) : rows.max() + 5, max(0, columns.min() - 4) : columns.max() + 5] = False
    assert (changed[far] == picture[far]).all()


def test_skin_that_is_dark_already_stays() -> None:
    picture, regions, _ = drawn_face()
    dark = (picture // 6).astype(np.uint8)
    changed = darken_skin(np.random.default_rng(0), dark, regions)

    assert np.median(changed[regions == SKIN]) >= 0.85 * np.median(dark[regions == SKIN])


def test_a_head_without_skin_stays() -> None:
    picture, regions, _ = drawn_face()

    assert darken_skin(np.random.default_rng(0), picture, np.zeros_like(regions)) is picture


@pytest.mark.parametrize("seed", range(6))
def test_sockets_become_darker_about_the_eyes_and_nowhere_lighter(seed: int) -> None:
    picture, _, landmarks = drawn_face()
    changed = shade_sockets(np.random.default_rng(seed), picture, landmarks)
    darker = picture.astype(int).sum(axis=-1) - changed.astype(int).sum(axis=-1)
    zone = eye_zone(landmarks, len(picture))

    assert darker.min() >= 0
    assert darker[zone].mean() > 3 * darker[~zone].mean()
    assert darker[zone].max() > 20
