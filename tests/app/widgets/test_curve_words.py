import math

import pytest

from app.widgets.curve_words import measure_of, written


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("loss", "loss"),
        ("hair_type", "hair type"),
        ("r_eyeBlinkLeft", "likeness, eye blink left"),
        ("r_mouth_open", "likeness, mouth open"),
        ("iou_face_skin", "overlap, face skin"),
        ("refused_cut_off", "refused, cut off"),
        ("faces_missed", "faces missed"),
        ("error_percent", "point error"),
        ("parser/closer/loss", "loss · parser closer"),
        ("parser/iou_hair", "overlap, hair · parser"),
    ],
)
def test_names_are_words(name: str, words: str) -> None:
    assert measure_of(name).words == words


@pytest.mark.parametrize(
    ("name", "value", "spread", "text"),
    [
        ("loss", 0.460612, 3.81, "0.46"),
        ("loss", 0.460612, 0.02, "0.4606"),
        ("head_width", 0.304844, 1e-5, "0.3048"),
        ("loss", 2.0, 2.0, "2"),
        ("loss", 1234.5678, 900.0, "1235"),
        ("loss", 123456.78, 90000.0, "123\u202f457"),
        ("loss", 0.123456, 0.0, "0.123"),
        ("loss", 1e-9 / 3, 1e-9, "3.33e-10"),
        ("loss", 1e300, 1e300, "1e+300"),
        ("loss", math.nan, 1.0, "no number"),
        ("loss", -math.inf, math.nan, "no number"),
        ("loss", 0.0, 0.0, "0"),
        ("loss", 0.0, 0.3, "0.000"),
        ("faces", 929.0, 0.0, "929"),
        ("faces_missed", 0.04722, 0.3, "4.7 %"),
        ("error_percent", 1.4187, 6.0, "1.42 %"),
    ],
)
def test_values_have_the_digits_that_tell_them_apart_and_their_unit(name: str, value: float, spread: float, text: str) -> None:
    assert written(name, value, spread) == text
