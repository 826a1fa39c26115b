from collections.abc import Sequence

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.choice_grid import Choice, ChoiceTile
from app.widgets.swatches import Swatches
from app.widgets.trying import NEXT_MS, REST_MS, Trying

NO, LEFT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton


class Tried:
    """A grid in a window, and what was tried on."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot, self.window = qtbot, QWidget()
        self.grid = Swatches("Colour", [Choice(key, key, {"colour": key}, (200, 40, 40)) for key in "abc"])
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.grid)
        layout.addSpacing(60)
        self.ids: list[str | None] = []
        self.trying = Trying(self.grid)
        self.trying.tried.connect(lambda choice: self.ids.append(choice and choice.id))
        qtbot.addWidget(self.window)
        self.window.show()

    @property
    def tiles(self) -> Sequence[ChoiceTile]:
        return self.grid.tiles

    def move_to(self, widget: QWidget, at: QPoint | None = None) -> None:
        self.qtbot.mouseMove(self.window, widget.mapTo(self.window, at or widget.rect().center()))

    def leave(self) -> None:
        self.qtbot.mouseMove(self.window, self.window.rect().bottomLeft() - QPoint(-2, 2))


@pytest.fixture
def tried(qtbot: QtBot) -> Tried:
    tried = Tried(qtbot)
    tried.leave()
    return tried


def test_a_mouse_that_rests_tries_on_and_leaving_takes_off(qtbot: QtBot, tried: Tried) -> None:
    tried.move_to(tried.tiles[0])
    assert tried.ids == []
    qtbot.waitUntil(lambda: tried.ids == ["a"])
    tried.move_to(tried.tiles[1])
    qtbot.wait(NEXT_MS // 3)
    assert tried.ids == ["a"]  # nothing in between
    qtbot.waitUntil(lambda: tried.ids == ["a", "b"])
    tried.leave()
    assert tried.ids == ["a", "b", None]


def test_a_mouse_that_passes_tries_nothing_on(qtbot: QtBot, tried: Tried) -> None:
    for tile in tried.tiles:
        tried.move_to(tile)
        qtbot.wait(REST_MS // 6)
    tried.leave()
    qtbot.wait(REST_MS + 100)
    assert tried.ids == []


def test_another_avatar_stays_as_it_is_until_the_mouse_comes_to_another_tile(qtbot: QtBot, tried: Tried) -> None:
    tried.move_to(tried.tiles[0])
    qtbot.waitUntil(lambda: tried.ids == ["a"])
    tried.trying.forget()
    tried.move_to(tried.tiles[0], QPoint(8, 8))  # a hand that rests on the mouse
    qtbot.wait(REST_MS + 100)
    assert tried.ids == ["a"]
    tried.move_to(tried.tiles[2])
    qtbot.waitUntil(lambda: tried.ids == ["a", "c"])


def test_what_is_about_to_be_tried_on_is_not_on_another_avatar(qtbot: QtBot, tried: Tried) -> None:
    tried.move_to(tried.tiles[0])
    tried.trying.forget()
    qtbot.wait(REST_MS + 100)
    tried.leave()
    assert tried.ids == []


def test_a_click_chooses_and_takes_nothing_off(qtbot: QtBot, tried: Tried) -> None:
    chosen: list[str] = []
    tried.grid.chosen.connect(lambda choice: chosen.append(choice.id))
    tried.move_to(tried.tiles[0])
    qtbot.waitUntil(lambda: tried.ids == ["a"])
    qtbot.mouseClick(tried.tiles[0], LEFT)
    tried.leave()
    assert (chosen, tried.ids) == (["a"], ["a"])


def test_a_grid_that_goes_away_takes_off(qtbot: QtBot, tried: Tried) -> None:
    tried.move_to(tried.tiles[0])
    qtbot.waitUntil(lambda: tried.ids == ["a"])
    tried.grid.hide()
    assert tried.ids == ["a", None]


def test_a_drag_from_elsewhere_tries_nothing_on(qtbot: QtBot, tried: Tried) -> None:
    at = QPointF(10, 10)
    event = QMouseEvent(QMouseEvent.Type.MouseMove, at, tried.tiles[0].mapToGlobal(at), NO, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(tried.tiles[0], event)
    qtbot.wait(REST_MS + 100)
    assert tried.ids == []
