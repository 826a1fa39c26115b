from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.actions import UP_MS, _Pressing, set_keys

NO = Qt.KeyboardModifier.NoModifier


class Keyboard:
    """Sends what X11 sends, with its timestamps, and the shortcut where Qt finds it."""

    def __init__(self, widget: QWidget, pressing: _Pressing) -> None:
        self.widget, self.pressing = widget, pressing
        self.done: list[str] = []
        self.action = QAction(widget)
        set_keys(self.action, ["Return"])

    def press(self, at: int, *, key: int = Qt.Key.Key_Return, is_flagged: bool = False) -> None:
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, NO, "", is_flagged)
        event.setTimestamp(at)
        QApplication.sendEvent(self.widget, event)
        if key == Qt.Key.Key_Return and not is_flagged:  # Qt does nothing by keys that it knows to be repeated
            self.click()

    def click(self) -> None:
        def act() -> Callable[[], None]:
            self.done.append("begun")
            return lambda: self.done.append("ended")

        self.pressing.press(self.action, act)

    def let_go(self, at: int, *, key: int = Qt.Key.Key_Return, is_flagged: bool = False) -> None:
        event = QKeyEvent(QEvent.Type.KeyRelease, key, NO, "", is_flagged)
        event.setTimestamp(at)
        QApplication.sendEvent(self.widget, event)


@pytest.fixture
def keyboard(qtbot: QtBot) -> Keyboard:
    widget = QWidget()
    qtbot.addWidget(widget)
    return Keyboard(widget, _Pressing(widget))


@pytest.mark.parametrize("flagged", [(), (1, 3), range(20)])
def test_what_is_held_is_done_once_whichever_repetitions_qt_notices(
    qtbot: QtBot, keyboard: Keyboard, flagged: tuple[int, ...]
) -> None:
    keyboard.press(1000)
    for number in range(20):
        at, is_flagged = 1600 + 40 * number, number in flagged
        keyboard.let_go(at, is_flagged=is_flagged)
        keyboard.press(at, is_flagged=is_flagged)
    qtbot.wait(2 * UP_MS)
    assert keyboard.done == ["begun"]  # it is still held
    keyboard.let_go(2500)
    qtbot.waitUntil(lambda: keyboard.done == ["begun", "ended"])
    keyboard.press(2700)
    assert keyboard.done == ["begun", "ended", "begun"]


def test_whoever_presses_again_and_again_is_heard_every_time(keyboard: Keyboard) -> None:
    for at in range(1000, 2000, 100):
        keyboard.press(at)
        keyboard.let_go(at + 60)
    assert keyboard.done.count("begun") == 10


def test_presses_without_a_time_are_all_heard(keyboard: Keyboard) -> None:
    for _ in range(3):
        keyboard.press(0)
        keyboard.let_go(0)
    assert keyboard.done.count("begun") == 3


def test_another_key_or_a_click_is_heard_while_one_is_held(qtbot: QtBot, keyboard: Keyboard) -> None:
    keyboard.press(1000)
    keyboard.let_go(1600)
    keyboard.press(1600)
    keyboard.press(1700, key=Qt.Key.Key_X)
    keyboard.click()
    assert keyboard.done == ["begun", "ended", "begun"]
    keyboard.let_go(1800)
    keyboard.press(1800)
    qtbot.mouseClick(keyboard.widget, Qt.MouseButton.LeftButton)
    keyboard.click()
    assert keyboard.done.count("begun") == 3


def test_what_lasts_ends_when_the_window_is_left(qtbot: QtBot, keyboard: Keyboard) -> None:
    keyboard.press(1000)
    QApplication.sendEvent(keyboard.widget, QEvent(QEvent.Type.WindowDeactivate))
    qtbot.waitUntil(lambda: keyboard.done == ["begun", "ended"])


def test_it_listens_no_longer_than_it_must(qtbot: QtBot, keyboard: Keyboard) -> None:
    keyboard.press(1000)
    keyboard.let_go(1100)
    qtbot.waitUntil(lambda: keyboard.done == ["begun", "ended"])
    keyboard.pressing._past.setInterval(1)
    keyboard.pressing._past.start()
    qtbot.waitUntil(lambda: not keyboard.pressing._past.isActive())
    keyboard.let_go(5000)
    assert keyboard.pressing._let_go_at == 1100
