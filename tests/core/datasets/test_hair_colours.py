import numpy as np
import pytest

from core.datasets.hair_colours import recolour_hair
from core.engines import CLASSES
from tests.core.datasets.faces import drawn_face

HAIR = CLASSES.index("hair")


@pytest.mark.parametrize("seed", range(6))
def test_hair_changes_its_colour_and_nothing_far_from_it_changes(seed: int) -> None:
    picture, regions, _ = drawn_face()
    changed = recolour_hair(np.random.default_rng(seed), picture, regions)

    rows, columns = np.nonzero(np.isin(regions, (HAIR, CLASSES.index("brows"))))
    far = np.ones(regions.shape, bool)
    far[max(0, rows.min() - 5) : rows.max() + 6, max(0, columns.min() - 5) : columns.max() + 6] = False
    assert (changed[far] == picture[far]).all()
    assert np.abs(np.median(changed[regions == HAIR], axis=0) - np.median(picture[regions == HAIR], axis=0)).max() > 3


def test_light_strands_stay_lighter_than_dark_ones() -> None:
    picture, regions, _ = drawn_face()
    picture = picture.copy()
    hair = np.flatnonzero((regions == HAIR).ravel())
    picture.reshape(-1, 3)[hair[::2]] = (90, 70, 50)
    picture.reshape(-1, 3)[hair[1::2]] = (40, 30, 20)
    changed = recolour_hair(np.random.default_rng(2), picture, regions).reshape(-1, 3).astype(int).sum(axis=1)

    assert np.median(changed[hair[::2]]) > np.median(changed[hair[1::2]])


def test_a_head_without_hair_stays() -> None:
    picture, regions, _ = drawn_face()

    assert recolour_hair(np.random.default_rng(0), picture, np.zeros_like(regions)) is picture
