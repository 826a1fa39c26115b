import numpy as np

from core.datasets.cloths import cloth, folds, wave

V, U = (values.astype(np.float32) for values in np.mgrid[-1:1:64j, -1:1:64j])
PICTURE = np.full((64, 64, 3), 120, np.uint8)


def test_about_as_much_cloth_is_plain_as_was_asked_for() -> None:
    made = [cloth(np.random.default_rng(seed), U, V, PICTURE, plain=0.4) for seed in range(60)]
    plain = sum(float(np.ptp(one, axis=(0, 1)).max()) == 0 for one in made)

    assert all(one.shape == (64, 64, 3) and one.dtype == np.float32 for one in made)
    assert 12 < plain < 40


def test_folds_are_light_and_shadow_about_one_and_never_black() -> None:
    light = folds(np.random.default_rng(0), U, V, 0.4)

    assert 0.9 < light.mean() < 1.1
    assert light.min() >= 0.3
    assert np.ptp(light) > 0.2


def test_waves_are_as_high_as_asked_for_and_the_same_again() -> None:
    low, high = (wave(np.random.default_rng(5), U, V, height) for height in (0.01, 0.1))

    np.testing.assert_allclose(high, 10 * low, rtol=1e-3, atol=1e-6)
