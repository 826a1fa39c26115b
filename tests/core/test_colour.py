import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from core.colour import difference, luminance, region_colour, to_lab, to_linear, to_srgb


def test_lab_agrees_with_another_implementation() -> None:
    colours = np.random.default_rng(0).integers(0, 256, (500, 3), np.uint8)

    np.testing.assert_allclose(to_lab(to_linear(colours)), rgb2lab(colours[None])[0], atol=0.1)


SHARMA = (
    ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
    ((50, -1.3802, -84.2814), (50, 0, -82.7485), 1.0),
    ((50, 0, 0), (50, -1, 2), 2.3669),
    ((50, 2.49, -0.001), (50, -2.49, 0.0009), 7.1792),
    ((50, 2.5, 0), (61, -5, 29), 22.8977),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
)
"""Pairs and their difference from table 1 of Sharma, Wu and Dalal 2005."""


def test_difference_is_that_of_the_published_pairs() -> None:
    first, second, expected = (np.array(column, np.float64) for column in zip(*SHARMA, strict=True))

    np.testing.assert_allclose(difference(first, second), expected, atol=1e-4)
    np.testing.assert_allclose(difference(second, first), expected, atol=1e-4)


def test_difference_agrees_with_another_implementation() -> None:
    rng = np.random.default_rng(0)
    first, second = (to_lab(to_linear(rng.integers(0, 256, (200, 30, 3), np.uint8))) for _ in range(2))

    np.testing.assert_allclose(difference(first, second), deltaE_ciede2000(first, second), atol=2e-3)
    assert not difference(first, first).any()


def test_linear_light_is_halved_where_srgb_is_188() -> None:
    assert to_linear(np.array([255, 188, 0], np.uint8)) == pytest.approx([1, 0.503, 0], abs=1e-3)


def test_shade_and_shine_do_not_change_the_colour_of_a_region() -> None:
    picture = np.full((40, 40, 3), (0.4, 0.2, 0.1), np.float32)
    picture[:8] *= 0.1
    picture[-3:] = 1.0
    region = np.ones((40, 40), np.float32)

    assert region_colour(picture, region, 0.25, 0.9) == pytest.approx([0.4, 0.2, 0.1])


def test_pixels_outside_a_region_do_not_count() -> None:
    picture = np.zeros((40, 40, 3), np.float32)
    picture[10:20, 10:20] = 0.5
    region = np.zeros((40, 40), np.float32)
    region[10:20, 10:20] = 1

    assert region_colour(picture, region, 0.0, 1.0) == pytest.approx([0.5, 0.5, 0.5])


def test_a_region_that_is_hardly_there_has_no_colour() -> None:
    region = np.zeros((40, 40), np.float32)
    region[0, 0] = 1

    assert region_colour(np.ones((40, 40, 3), np.float32), region, 0.25, 0.9) is None


def test_srgb_and_linear_light_are_each_others_inverse() -> None:
    values = np.arange(256, dtype=np.uint8).reshape(-1, 1).repeat(3, axis=1)

    assert (to_srgb(to_linear(values)) == values).all()
    assert to_srgb(np.array([-1.0, 0.5, 2.0])).tolist() == [0, 188, 255]


def test_green_looks_brightest() -> None:
    assert luminance(np.eye(3, dtype=np.float32)) == pytest.approx([0.2126, 0.7152, 0.0722])


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="expected shape"):
        region_colour(np.ones((5, 5, 3), np.float32), np.ones((4, 5), np.float32), 0, 1)
