from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import binary_erosion, binary_fill_holes

from core.datasets.wearing import _Spectacles, add_glasses, eye_zone
from core.engines import CLASSES
from tests.core.datasets.faces import drawn_face

GLASSES, EYES, SKIN = (CLASSES.index(name) for name in ("glasses", "eyes", "skin"))


@pytest.mark.parametrize("seed", range(12))
def test_glasses_change_the_picture_where_their_mask_is_and_nowhere_far(seed: int) -> None:
    picture, regions, landmarks = drawn_face()
    changed, classes = add_glasses(np.random.default_rng(seed), picture, regions, landmarks)
    glasses = classes == GLASSES

    assert 200 < glasses.sum() < 9000
    assert (classes[~glasses] == regions[~glasses]).all()
    rows, columns = np.nonzero(np.abs(changed.astype(int) - picture).sum(axis=-1) > 30)
    near = np.argwhere(glasses)
    assert rows.min() >= near[:, 0].min() - 12
    assert rows.max() <= near[:, 0].max() + 12
    assert columns.min() >= near[:, 1].min() - 12


def test_eyes_are_seen_through_clear_lenses_and_not_through_dark_ones() -> None:
    shares = []
    for seed in range(40):
        picture, regions, landmarks = drawn_face()
        _, classes = add_glasses(np.random.default_rng(seed), picture, regions, landmarks)
        shares.append((classes[regions == EYES] == EYES).mean())

    assert max(shares) > 0.95
    assert min(shares) < 0.2
    assert np.mean(np.array(shares) > 0.6) > 0.5


def test_the_same_seed_draws_the_same_glasses() -> None:
    first, second = (add_glasses(np.random.default_rng(7), *drawn_face()) for _ in range(2))

    assert (first[0] == second[0]).all()
    assert (first[1] == second[1]).all()


def test_eye_zone_holds_both_eyes() -> None:
    _, regions, landmarks = drawn_face()

    assert eye_zone(landmarks, 320)[regions == EYES].all()
    assert not eye_zone(landmarks, 320)[220:].any()


def test_an_edge_shows_where_lenses_without_a_rim_end(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = _Spectacles.draw
    changed_edges = []
    for seed in range(40):
        glasses = drawn(np.random.default_rng(seed))
        clear = replace(glasses, rim="none", tint_alpha=0.0, tint=(20, 20, 20))
        monkeypatch.setattr(_Spectacles, "draw", staticmethod(lambda _, clear=clear: clear))
        picture, regions, landmarks = drawn_face()
        changed, classes = add_glasses(np.random.default_rng(seed), picture, regions, landmarks)
        lens = classes == GLASSES
        edge = lens & ~binary_erosion(binary_fill_holes(lens), iterations=2) & (regions == SKIN)
        changed_edges.append((np.abs(changed.astype(int) - picture).sum(axis=-1)[edge] > 20).mean())

    assert np.mean(np.array(changed_edges) > 0.35) > 0.9
