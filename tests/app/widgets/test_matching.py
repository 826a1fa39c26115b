import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.widgets.matching import match, plain


def fitting(wanted: str, text: str) -> str:
    """The letters that fit."""
    found = match(wanted, text)
    return "" if found is None else "".join(text[letter] for letter in found.letters)


@pytest.mark.parametrize(
    ("wanted", "text", "letters"),
    [
        ("exp", "Export picture…", "Exp"),
        ("pic", "Export picture…", "pic"),
        ("port", "Export picture…", "port"),
        ("ep", "Export picture…", "Ep"),
        ("picture exp", "Export picture…", "Exppicture"),
        ("expotr", "Export picture…", "Export"),
        ("hair curly", "Hair style: Curly top", "HairCurly"),
        ("ECRAN", "Écran", "Écran"),
        ("x", "Export picture…", "x"),
    ],
)
def test_letters_that_fit(wanted: str, text: str, letters: str) -> None:
    assert fitting(wanted, text) == letters


@pytest.mark.parametrize(("wanted", "text"), [("zebra", "Export picture…"), ("hair save", "Hair style…"), ("xprt", "Undo")])
def test_what_does_not_fit(wanted: str, text: str) -> None:
    assert match(wanted, text) is None


def test_the_better_fit_counts_more() -> None:
    texts = ["Save", "Save as…", "Unsaved work", "Salve", "Colour of the salt"]
    scores = [match("save", text) for text in texts]

    assert [one is not None for one in scores] == [True, True, True, True, False]
    found = [one.score for one in scores if one is not None]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == len(found)


def test_another_name_fits_less_well_and_tells_no_letters() -> None:
    own, other = match("beard", "Beard"), match("beard", "Moustache", ["Beard"])

    assert own is not None
    assert other is not None
    assert other.score < own.score
    assert other.letters == ()


@given(st.text(max_size=30), st.text(max_size=30))
def test_whatever_is_typed_the_letters_are_letters_of_the_text(wanted: str, text: str) -> None:
    found = match(wanted, text)

    assert len(plain(text)) == len(text)
    if found is not None:
        assert found.score <= 100
        assert list(found.letters) == sorted(set(found.letters))
        assert all(0 <= letter < len(text) for letter in found.letters)


@given(st.text(min_size=1, max_size=20).filter(str.strip))
def test_everything_fits_itself(text: str) -> None:
    assert match(text, text) is not None
