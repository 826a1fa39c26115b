import numpy as np

from app.widgets.curve_points import broken, smoothed, thinned


def test_smoothing_keeps_lines_straight_and_forgets_what_is_no_number() -> None:
    straight = np.arange(100.0)
    spiky = np.where(np.arange(100) == 50, np.inf, 1.0)

    np.testing.assert_allclose(smoothed(straight, 1.0)[10:-10], straight[10:-10])
    np.testing.assert_array_equal(smoothed(straight, 0.0), straight)
    np.testing.assert_array_equal(np.delete(smoothed(spiky, 1.0), 50), 1.0)
    assert np.isinf(smoothed(spiky, 1.0)[50])


def test_resumed_run_has_a_gap_and_no_line_backwards() -> None:
    steps, values = broken(np.array([1.0, 2, 3, 2, 3]), np.array([5.0, 4, 3, 4, 2]))

    np.testing.assert_array_equal(steps, [1, 2, 3, 2, 2, 3])
    np.testing.assert_array_equal(values, [5, 4, 3, np.nan, 4, 2])


def test_thinned_curve_keeps_ends_extremes_and_gaps() -> None:
    steps, values = np.arange(50_000.0), np.sin(np.arange(50_000.0) / 5000)
    values[[31_111, 40_000, 47_777]] = 9, np.nan, -9
    thin_steps, thin = thinned(steps, values)

    assert len(thin) <= 4003
    assert (thin_steps[0], thin_steps[-1]) == (0, 49_999)
    assert {31_111, 40_000, 47_777} <= set(thin_steps)
    np.testing.assert_array_equal(thin, values[thin_steps.astype(int)])
    np.testing.assert_array_equal(thinned(steps[:10], values[:10])[1], values[:10])
