from collections.abc import Sequence

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.widgets.choice_grid import Choice, ChoiceGrid
from app.widgets.swatches import Swatches


@pytest.fixture
def make(qtbot: QtBot) -> "type[_Maker]":
    _Maker.qtbot = qtbot
    return _Maker


class _Maker:
    """Makes grids that write down what was chosen."""

    qtbot: QtBot

    def __init__(self, ids: Sequence[str]) -> None:
        self.grid: ChoiceGrid = Swatches("Colour", [Choice(key, key, srgb=(200, 40, 40)) for key in ids])
        self.qtbot.addWidget(self.grid)
        self.grid.show_keys(True)
        self.chosen: list[str] = []
        self.grid.chosen.connect(lambda choice: self.chosen.append(choice.id))

    def shown(self) -> list[str]:
        return [tile.key for tile in self.grid.tiles]

    def type(self, digits: str) -> list[bool]:
        return [self.grid.choose_by_key(digit) for digit in digits]


def test_up_to_ten_options_have_one_digit_each(make: type[_Maker]) -> None:
    with_none, ten = make(["none", *"abcdefghi"]), make("abcdefghij")
    assert with_none.shown() == list("0123456789")
    assert ten.shown() == list("1234567890")
    assert with_none.type("30") == [True, True]
    assert with_none.chosen == ["c", "none"]
    assert ten.type("0") == [True]
    assert ten.chosen == ["j"]


def test_more_options_have_two_digits_each_so_that_every_one_can_be_typed(make: type[_Maker]) -> None:
    many = make([f"style {number}" for number in range(1, 38)])
    assert many.shown() == [f"{number:02}" for number in range(1, 38)]
    assert many.type("37") == [True, True]
    assert many.type("07") == [True, True]
    assert many.chosen == ["style 37", "style 7"]
    some = make(["none", *[f"hat {number}" for number in range(1, 15)]])
    assert some.shown() == ["00", *[f"{number:02}" for number in range(1, 15)]]
    some.type("00")
    assert some.chosen == ["none"]


def test_after_the_first_digit_only_what_it_can_become_shows_its_keys(make: type[_Maker]) -> None:
    many = make([f"style {number}" for number in range(1, 38)])
    many.type("3")
    assert many.chosen == []
    assert [key for key in many.shown() if key] == [f"3{last}" for last in range(8)]
    many.type("1")
    assert many.chosen == ["style 31"]
    assert many.shown()[0] == "01"


def test_digits_that_lead_nowhere_choose_nothing_and_are_forgotten(make: type[_Maker]) -> None:
    many = make([f"style {number}" for number in range(1, 38)])
    assert many.type("5") == [False]
    assert many.type("39") == [True, False]
    assert many.type("12") == [True, True]
    assert many.chosen == ["style 12"]
    few = make("abc")
    assert few.type("7") == [False]
    assert few.chosen == []


def test_a_first_digit_is_forgotten_after_a_while(make: type[_Maker], qtbot: QtBot) -> None:
    many = make([f"style {number}" for number in range(1, 38)])
    many.type("3")
    many.grid._forgetting.start(0)  # FORGET_MS are over
    qtbot.waitUntil(lambda: many.shown()[0] == "01")
    many.type("12")
    assert many.chosen == ["style 12"]


def test_keys_stay_where_they_are_when_likely_choices_are_put_first(make: type[_Maker]) -> None:
    many = make([f"style {number}" for number in range(1, 38)])
    many.grid.put_first({"style 20": 0.6, "style 9": 0.2})
    assert many.shown()[:3] == ["20", "09", "01"]
    many.type("20")
    assert many.chosen == ["style 20"]


def test_a_swatch_shows_its_key_in_the_middle_of_its_colour(make: type[_Maker]) -> None:
    def middle(shows_keys: bool) -> QImage:
        grid = make([f"tone {number}" for number in range(1, 40)]).grid
        grid.show_keys(shows_keys)
        return grid.tiles[37].grab().toImage().copy(8, 8, 16, 16)

    assert middle(True) != middle(False)
