import pytest

from app.widgets.finding import finds


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("curly", "Hair Style Curly bob"),
        ("HAIR cur", "Hair style curly"),
        ("glases", "Glasses"),
        ("", "x"),
        ("colr", "Colour color"),
    ],
)
def test_words_are_found_in_any_order_begun_or_with_a_slip(words: str, text: str) -> None:
    assert finds(words, text)


@pytest.mark.parametrize(("words", "text"), [("curly", "Straight"), ("hair hat", "Hair style"), ("het", "Hat"), ("xyz", "Nose")])
def test_other_words_are_not(words: str, text: str) -> None:
    assert not finds(words, text)
