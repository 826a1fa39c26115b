from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.colour import to_linear
from core.datasets import lit_heads
from core.datasets.head_views import HeadView
from core.datasets.lit_heads import LitHeads, known_light, lit_head
from core.engines import CLASSES
from core.errors import DataError

VIEW = HeadView((0.0, 0.0, 0.5), 1.34, 18.0)


def test_lights_go_from_lamp_to_sky_and_are_never_far_from_those() -> None:
    rng = np.random.default_rng(1)
    gains = np.stack([known_light(rng) for _ in range(400)])
    warmth = gains[:, 0] / gains[:, 2]

    assert warmth.max() > 5
    assert warmth.min() < 0.8
    assert 0.3 < gains.mean(axis=1).min() < gains.mean(axis=1).max() < 1.2
    # What is red is not also blue: green lies between.
    middle = np.log(gains[:, 1] ** 2 / (gains[:, 0] * gains[:, 2]))
    assert np.quantile(np.abs(middle), 0.9) < 1.0


def test_picture_is_the_white_one_times_the_light(monkeypatch: pytest.MonkeyPatch) -> None:
    classes = np.zeros((320, 320), np.uint8)
    classes[100:200, 100:200], classes[60:100, 100:200] = CLASSES.index("skin"), CLASSES.index("hair")
    shown = np.full((320, 320, 3), 90.0, np.float32)
    shown[classes == CLASSES.index("skin")], shown[classes == CLASSES.index("hair")] = (150, 110, 90), (60, 40, 30)
    monkeypatch.setattr(lit_heads, "head_before", lambda *_: (shown, classes))
    picture, white, seen, gains, skin, hair = lit_head(np.random.default_rng(0), (), VIEW)

    np.testing.assert_array_equal(seen, classes)
    expected = to_linear(white) * gains
    dark = (expected < 0.95).all(axis=-1)
    np.testing.assert_allclose(to_linear(picture)[dark], expected[dark], atol=0.005)
    np.testing.assert_allclose(skin, to_linear(np.array([150, 110, 90], np.uint8)), atol=1e-6)
    np.testing.assert_allclose(hair, to_linear(np.array([60, 40, 30], np.uint8)), atol=1e-6)


def test_bald_heads_have_no_colour_of_hair(monkeypatch: pytest.MonkeyPatch) -> None:
    classes = np.full((320, 320), CLASSES.index("skin"), np.uint8)
    monkeypatch.setattr(lit_heads, "head_before", lambda *_: (np.full((320, 320, 3), 99.0, np.float32), classes))

    assert np.isnan(lit_head(np.random.default_rng(0), (), replace(VIEW))[5]).all()


def test_heads_come_back_and_a_folder_without_them_says_how_to_make_them(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    pictures = rng.integers(0, 256, (2, 320, 320, 3), np.uint8)
    gains, skin, hair = rng.random((3, 2, 3), np.float32)
    heads = LitHeads(pictures, pictures, pictures[..., 0], gains, skin, hair, rng.random((2, 5, 2), np.float32), np.array([0, 1]))
    heads.save(tmp_path / "lit")

    np.testing.assert_array_equal(LitHeads.load(tmp_path / "lit").gains, heads.gains)
    with pytest.raises(DataError, match=r"main\.py train render_heads --run"):
        LitHeads.load(tmp_path / "other")
