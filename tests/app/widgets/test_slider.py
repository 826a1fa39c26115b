from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.slider import Slider


@dataclass
class Heard:
    """What a slider said."""

    dragged: list[float] = field(default_factory=list)
    edited: list[float] = field(default_factory=list)


@pytest.fixture
def slider(qtbot: QtBot) -> Iterator[Slider]:
    """A slider in a window, beside a button that takes no focus."""
    window, button = QWidget(), QPushButton("Accept")
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    slider = Slider("Head width", 0.5)
    slider.setFixedWidth(216)  # 200 pixels of way
    layout = QVBoxLayout(window)
    layout.addWidget(slider)
    layout.addWidget(button)
    qtbot.addWidget(window)
    window.show()
    slider.show_value(0.5)
    yield slider
    window.close()


def test_drag_is_many_drags_and_one_edit(qtbot: QtBot, slider: Slider) -> None:
    dragged: list[float] = []
    edited: list[float] = []
    slider.dragged.connect(dragged.append)
    slider.edited.connect(edited.append)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(108, 12))
    for x in (128, 148, 168):
        qtbot.mouseMove(slider, QPoint(x, 12))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(168, 12))

    assert dragged == [0.5, 0.6, 0.7, 0.8]
    assert edited == [0.8]


def test_value_from_outside_does_not_tear_the_knob_from_the_hand(qtbot: QtBot, slider: Slider) -> None:
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(168, 12))
    slider.show_value(0.1)
    assert slider.value() == 800
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(168, 12))
    slider.show_value(0.1)

    assert slider.value() == 100


@pytest.mark.parametrize(
    ("modifier", "expected"),
    [(Qt.KeyboardModifier.NoModifier, 0.51), (Qt.KeyboardModifier.ShiftModifier, 0.6), (Qt.KeyboardModifier.AltModifier, 0.501)],
)
def test_arrow_nudges(qtbot: QtBot, slider: Slider, modifier: Qt.KeyboardModifier, expected: float) -> None:
    edited: list[float] = []
    slider.edited.connect(edited.append)
    qtbot.keyClick(slider, Qt.Key.Key_Right, modifier)

    assert edited == [pytest.approx(expected)]


def test_double_click_asks_for_a_reset(qtbot: QtBot, slider: Slider) -> None:
    with qtbot.waitSignal(slider.reset_wanted):
        qtbot.mouseDClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(50, 12))


@pytest.fixture
def heard(qtbot: QtBot, slider: Slider) -> Heard:
    """What the slider says, with the focus."""
    heard = Heard()
    slider.dragged.connect(heard.dragged.append)
    slider.edited.connect(heard.edited.append)
    slider.window().activateWindow()
    slider.setFocus()
    qtbot.waitUntil(slider.hasFocus)
    return heard


@pytest.mark.parametrize(
    ("key", "expected"),
    [(Qt.Key.Key_Home, 0.0), (Qt.Key.Key_End, 1.0), (Qt.Key.Key_PageUp, 0.6), (Qt.Key.Key_PageDown, 0.4)],
)
def test_ends_and_wide_steps(qtbot: QtBot, slider: Slider, heard: Heard, key: Qt.Key, expected: float) -> None:
    qtbot.keyClick(slider, key)

    assert heard.edited == [pytest.approx(expected)]


@pytest.mark.parametrize(("typed", "expected"), [("72", 0.72), ("05", 0.05), ("00", 0.0), ("100", 1.0)])
def test_two_digits_are_a_number_at_once(qtbot: QtBot, slider: Slider, heard: Heard, typed: str, expected: float) -> None:
    qtbot.keyClicks(slider, typed)

    assert heard.edited == [pytest.approx(expected)]
    assert slider.value() == round(expected * 1000)


@pytest.mark.parametrize(("typed", "expected"), [("7", 0.07), ("10", 0.1)])
def test_a_number_that_may_go_on_waits(qtbot: QtBot, slider: Slider, heard: Heard, typed: str, expected: float) -> None:
    qtbot.keyClicks(slider, typed)
    slider.show_value(0.3)  # an answer from elsewhere that comes late
    assert heard.edited == []
    qtbot.waitUntil(lambda: heard.edited == [pytest.approx(expected)])


def test_one_number_after_another(qtbot: QtBot, slider: Slider, heard: Heard) -> None:
    qtbot.keyClicks(slider, "1067")  # 10, which can be no 106, and the rest

    assert heard.edited == [pytest.approx(0.1), pytest.approx(0.67)]


def test_digits_of_a_command_are_no_number(qtbot: QtBot, slider: Slider, heard: Heard) -> None:
    qtbot.keyClick(slider, "7", Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(slider, "2")
    qtbot.keyClick(slider, Qt.Key.Key_Escape)
    qtbot.keyClicks(slider, "34")

    assert heard.edited == [pytest.approx(0.34)]


def test_a_command_comes_after_the_number_and_takes_no_key_of_the_slider(qtbot: QtBot, slider: Slider, heard: Heard) -> None:
    numbers: list[list[float]] = []
    for keys in ("Return", "Home", "Esc"):
        shortcut = QShortcut(QKeySequence(keys), slider.window())
        shortcut.activated.connect(lambda: numbers.append(list(heard.edited)))
    qtbot.keyClick(slider, "7")
    qtbot.keyClick(slider, Qt.Key.Key_Escape)
    assert (numbers, heard.edited) == ([], [])
    qtbot.keyClick(slider, Qt.Key.Key_Escape)
    assert numbers == [[]]
    qtbot.keyClick(slider, "8")
    qtbot.keyClick(slider, Qt.Key.Key_Return)
    assert numbers[1:] == [[pytest.approx(0.08)]]
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert (len(numbers), heard.edited[1:]) == (2, [0.0])


def test_a_click_elsewhere_comes_after_the_number(qtbot: QtBot, slider: Slider, heard: Heard) -> None:
    button = slider.window().findChild(QPushButton)
    assert button is not None
    numbers: list[float] = []
    button.clicked.connect(lambda: numbers.extend(heard.edited))
    qtbot.keyClick(slider, "9")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    assert numbers == [pytest.approx(0.09)]


def test_a_nudge_ends_before_another_key_does_something(qtbot: QtBot, slider: Slider, heard: Heard) -> None:
    qtbot.keyPress(slider, Qt.Key.Key_Right)
    slider.show_value(0.1)  # an answer to something before
    qtbot.keyPress(slider, Qt.Key.Key_D)
    assert heard.edited == [pytest.approx(0.51)]
    slider.show_value(0.2)  # what D brought
    qtbot.keyRelease(slider, Qt.Key.Key_Right)
    assert heard.edited == [pytest.approx(0.51)]
    assert slider.value() == 200
