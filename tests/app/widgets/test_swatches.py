import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.widgets.choice_grid import Choice
from app.widgets.swatches import Swatches


@pytest.fixture
def swatches(qtbot: QtBot) -> Swatches:
    made = Swatches(
        "Hair colour", [Choice("none", "None"), *(Choice(key, key.title(), srgb=(9, 9, 9)) for key in ("a", "b", "c"))]
    )
    qtbot.addWidget(made)
    made.show()
    return made


def ids(swatches: Swatches) -> list[str]:
    return [tile.choice.id for tile in swatches.tiles]


def test_nearest_come_first_and_the_nearest_says_so(swatches: Swatches) -> None:
    swatches.sort_by({"a": 12.4, "b": 3.2, "c": 7.0})

    assert ids(swatches) == ["none", "b", "c", "a"]
    assert [tile.toolTip() for tile in swatches.tiles] == [
        "None", "B  #090909\nNearest to the photo, ΔE 3", "C  #090909\nΔE 7 from the photo", "A  #090909\nΔE 12 from the photo",
    ]  # fmt: skip
    assert swatches.tiles[1].accessibleDescription() == "Nearest to the photo, ΔE 3"


def test_ring_of_the_mouse_does_not_move_with_a_colour(swatches: Swatches) -> None:
    under = swatches.tiles[1]
    under.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    swatches.sort_by({"a": 12.4, "b": 3.2, "c": 7.0})

    assert not under.underMouse()


def test_without_a_photo_they_stand_in_their_own_order(swatches: Swatches) -> None:
    swatches.sort_by({"a": 12.4, "b": 3.2, "c": 7.0})
    swatches.sort_by({})

    assert ids(swatches) == ["none", "a", "b", "c"]
    assert swatches.tiles[1].toolTip() == "A  #090909"


def test_arrows_follow_the_order_that_is_seen(qtbot: QtBot, swatches: Swatches) -> None:
    swatches.sort_by({"a": 12.4, "b": 3.2, "c": 7.0})
    chosen: list[str] = []
    swatches.chosen.connect(lambda choice: chosen.append(choice.id))
    swatches.activateWindow()
    qtbot.waitUntil(swatches.isActiveWindow)
    swatches.tiles[1].setFocus()
    qtbot.keyClick(swatches.tiles[1], Qt.Key.Key_Right)

    assert chosen == ["c"]


def test_only_what_is_looked_for_is_shown_and_walked(qtbot: QtBot, swatches: Swatches) -> None:
    swatches.narrow({"a", "c"})
    chosen: list[str] = []
    swatches.chosen.connect(lambda choice: chosen.append(choice.id))
    assert [tile.choice.id for tile in swatches.tiles if tile.isVisible()] == ["a", "c"]
    swatches.activateWindow()
    qtbot.waitUntil(swatches.isActiveWindow)
    swatches.take_focus()
    assert swatches.tiles[1].hasFocus()
    qtbot.keyClick(swatches.tiles[1], Qt.Key.Key_Right)
    assert chosen == ["c"]
    swatches.narrow(None)

    assert all(tile.isVisible() for tile in swatches.tiles)
