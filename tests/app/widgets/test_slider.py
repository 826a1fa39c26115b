import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.widgets.slider import Slider


@pytest.fixture
def slider(qtbot: QtBot) -> Slider:
    slider = Slider("Head width", 0.5)
    qtbot.addWidget(slider)
    slider.resize(216, 24)  # 200 pixels of way
    slider.show()
    slider.show_value(0.5)
    return slider


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
