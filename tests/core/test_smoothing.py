import numpy as np
import pytest

from core.smoothing import OneEuro, SteadyChoice, share

RATES = (5.0, 12.0, 30.0)


def after(filtered: OneEuro, values: list[float], rate: float) -> list[float]:
    return [float(filtered(np.array([value]), index / rate)[0]) for index, value in enumerate(values)]


@pytest.mark.parametrize("rate", RATES)
def test_a_step_is_followed_all_the_way_and_never_overshot(rate: float) -> None:
    count = round(4 * rate)
    values = after(OneEuro(0.5, 0.5), [0.0] + [1.0] * count, rate)
    assert values == sorted(values)
    assert 0.99 < values[-1] <= 1.0


@pytest.mark.parametrize("rate", RATES)
def test_a_step_takes_as_long_at_every_rate(rate: float) -> None:
    values = after(OneEuro(0.25), [0.0] + [1.0] * round(2 * rate), rate)
    # A first-order low-pass; its steps are Euler's, so that few of them fall short by a little.
    assert values[round(rate)] == pytest.approx(1 - np.exp(-2 * np.pi * 0.25), abs=0.06)


@pytest.mark.parametrize("rate", RATES)
def test_noise_is_stilled(rate: float) -> None:
    noise = np.random.default_rng(0).normal(0.5, 0.05, round(20 * rate))
    calm = np.array(after(OneEuro(0.3, 0.1), noise.tolist(), rate))[round(3 * rate) :]
    assert calm.std() < 0.45 * noise.std()
    assert calm.mean() == pytest.approx(0.5, abs=0.02)


def test_what_moves_fast_is_followed_more_closely_with_beta() -> None:
    ramp = [index / 30 for index in range(60)]
    slow, fast = after(OneEuro(0.5), ramp, 30), after(OneEuro(0.5, 4.0), ramp, 30)
    assert ramp[-1] - fast[-1] < 0.25 * (ramp[-1] - slow[-1])


def test_the_published_numbers_come_out() -> None:
    """Two steps by hand, with the algorithm's own names."""
    filtered, min_cutoff, beta = OneEuro(1.0, 0.5), 1.0, 0.5
    filtered(np.array([1.0]), 0.0)
    got = filtered(np.array([2.0]), 0.1)[0]
    alpha_rate = 1 / (1 + 1 / (2 * np.pi * 1.0 * 0.1))
    rate = alpha_rate * ((2.0 - 1.0) / 0.1)
    alpha = 1 / (1 + 1 / (2 * np.pi * (min_cutoff + beta * abs(rate)) * 0.1))
    assert got == pytest.approx(alpha * 2.0 + (1 - alpha) * 1.0)


def test_weight_holds_and_time_that_stands_still_changes_nothing() -> None:
    filtered = OneEuro(1.0)
    filtered(np.array([0.2, 0.4]), 1.0)
    for at, weight in ((1.0, 1.0), (0.5, 1.0), (2.0, 0.0)):
        np.testing.assert_array_equal(filtered(np.array([1.0, 1.0]), at, weight), [0.2, 0.4])
    half, whole = OneEuro(1.0), OneEuro(1.0)
    for one in (half, whole):
        one(np.array([0.0]), 0.0)
    assert half(np.array([1.0]), 0.1, 0.5) < whole(np.array([1.0]), 0.1)


def test_nothing_that_is_no_number_gets_in() -> None:
    filtered = OneEuro(1.0)
    with pytest.raises(ValueError, match="not finite"):
        filtered(np.array([np.nan]), 0.0)
    filtered(np.array([1.0]), 0.0)
    with pytest.raises(ValueError, match="shape"):
        filtered(np.array([1.0, 2.0]), 0.1)
    for wrong in ((0.0, 0.0), (1.0, -1.0)):
        with pytest.raises(ValueError, match="cut-offs"):
            OneEuro(*wrong)


def test_two_alike_options_do_not_take_turns() -> None:
    for seed in range(10):
        choice, rng, held, loud = SteadyChoice(), np.random.default_rng(seed), [], []
        for index in range(200):
            lean = rng.normal(0, 0.15)
            loud.append(lean > 0)
            held.append(choice(np.clip([0.45 + lean, 0.45 - lean, 0.1], 0, 1), index / 8))
        assert np.diff(loud).sum() > 70  # what it would do by itself
        assert np.abs(np.diff(held)).sum() <= 2, held


@pytest.mark.parametrize("rate", RATES)
def test_what_is_clearly_another_is_taken_within_two_seconds(rate: float) -> None:
    choice = SteadyChoice()
    for index in range(round(3 * rate)):
        choice(np.array([0.8, 0.2]), index / rate)
    changes = [choice(np.array([0.2, 0.8]), 3 + index / rate) for index in range(round(3 * rate))]
    first = changes.index(1) / rate
    assert 0.3 < first < 2.0
    assert set(changes[changes.index(1) :]) == {1}


def test_one_wrong_look_changes_nothing_and_untrusted_ones_never_do() -> None:
    choice = SteadyChoice()
    for index in range(20):
        choice(np.array([0.9, 0.1]), index / 8)
    assert choice(np.array([0.0, 1.0]), 20 / 8) == 0
    for index in range(21, 100):
        choice(np.array([0.0, 1.0]), index / 8, 0.0)
    assert choice.held == 0
    chances = choice.chances
    assert chances is not None
    assert chances.sum() == pytest.approx(1)


def test_probabilities_must_be_some() -> None:
    choice = SteadyChoice()
    for wrong in ([0.0, 0.0], [-1.0, 2.0], [np.nan, 1.0]):
        with pytest.raises(ValueError, match="no probabilities"):
            choice(np.array(wrong), 0.0)
    with pytest.raises(ValueError, match="memory"):
        SteadyChoice(0.0)


def test_share_is_between_none_and_all() -> None:
    assert share(1.0, 0.0) == 0
    assert 0.99 < float(share(1e6, 1.0)) < 1
