import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from app.widgets.zoom import MOST, LinkedZoom, Zoom

WHOLE = QRectF(0, 0, 200, 200)
NO, SHIFT, LEFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.MouseButton.LeftButton


class View(QWidget):
    """Remembers what it is to show, and whether the mouse reached it."""

    def __init__(self) -> None:
        super().__init__()
        self.resize(200, 200)
        self.zoom = Zoom()
        self.presses = 0

    def set_zoom(self, zoom: Zoom) -> None:
        self.zoom = zoom

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.presses += 1


def wheel(view: QWidget, x: float, y: float, notches: int) -> None:
    place = QPointF(x, y)
    no = Qt.MouseButton.NoButton
    QApplication.sendEvent(
        view, QWheelEvent(place, place, QPoint(), QPoint(0, 120 * notches), no, NO, Qt.ScrollPhase.NoScrollPhase, False)
    )


def drag(view: QWidget, start: QPointF, end: QPointF, button: Qt.MouseButton = LEFT, modifiers: Qt.KeyboardModifier = NO) -> None:
    press, move = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove
    for kind, place in ((press, start), (move, end), (QEvent.Type.MouseButtonRelease, end)):
        QApplication.sendEvent(view, QMouseEvent(kind, place, place, button, button, modifiers))


def test_what_lies_below_the_pointer_stays_there() -> None:
    zoom = Zoom().by(2, QPointF(0.25, 0.75)).by(1.5, QPointF(0.25, 0.75))
    part = zoom.part(WHOLE)
    assert part.left() + 0.25 * part.width() == pytest.approx(50)
    assert part.top() + 0.75 * part.height() == pytest.approx(150)


@pytest.mark.parametrize(
    "zoom", [Zoom().by(100, QPointF(0, 1)), Zoom(3, 0.5, 0.5).moved(QPointF(9, -9)), Zoom(2).by(0.001, QPointF(1, 1))]
)
def test_nothing_but_the_picture_is_ever_seen(zoom: Zoom) -> None:
    assert 1 <= zoom.factor <= MOST
    assert WHOLE.adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(zoom.part(WHOLE))


def test_two_views_are_zoomed_together_and_dragging_moves_both(qtbot: QtBot) -> None:
    one, other = View(), View()
    for view in (one, other):
        qtbot.addWidget(view)
    linked = LinkedZoom([one, other])
    drag(one, QPointF(100, 100), QPointF(120, 100))
    assert (one.presses, linked.zoom) == (1, Zoom())  # all is seen: dragging is the view's own
    wheel(one, 100, 100, 2)
    assert one.zoom == other.zoom == linked.zoom
    assert linked.zoom.factor == pytest.approx(1.96)
    drag(other, QPointF(100, 100), QPointF(50, 100))
    assert other.presses == 0
    assert one.zoom.x == pytest.approx(0.5 + 0.25 / 1.96)
    QApplication.sendEvent(one, QMouseEvent(QEvent.Type.MouseButtonDblClick, QPointF(5, 5), QPointF(5, 5), LEFT, LEFT, NO))
    assert one.zoom == other.zoom == Zoom()


def test_what_turns_by_the_left_button_moves_by_another_or_with_shift(qtbot: QtBot) -> None:
    photo, avatar = View(), View()
    for view in (photo, avatar):
        qtbot.addWidget(view)
    linked = LinkedZoom([photo, avatar], turning=[avatar])
    linked.by(2)
    drag(avatar, QPointF(100, 100), QPointF(50, 100))
    assert (avatar.presses, linked.zoom) == (1, Zoom(2))  # turned
    for button, modifiers in ((Qt.MouseButton.RightButton, NO), (Qt.MouseButton.MiddleButton, NO), (LEFT, SHIFT)):
        linked.reset()
        linked.by(2)
        drag(avatar, QPointF(100, 100), QPointF(50, 100), button, modifiers)
        assert [avatar.presses, linked.zoom.x] == pytest.approx([1, 0.625]), button
    linked.reset()
    linked.by(2)
    drag(photo, QPointF(100, 100), QPointF(50, 100))  # nothing else to be done with it
    assert avatar.zoom.x == pytest.approx(0.625)


def test_shift_and_arrows_move_what_is_seen_closely(qtbot: QtBot) -> None:
    view = View()
    qtbot.addWidget(view)
    linked = LinkedZoom([view])
    qtbot.keyClick(view, Qt.Key.Key_Right, SHIFT)
    assert linked.zoom == Zoom()
    linked.by(4)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert linked.zoom == Zoom(4)
    qtbot.keyClick(view, Qt.Key.Key_Right, SHIFT)
    qtbot.keyClick(view, Qt.Key.Key_Up, SHIFT)
    assert [linked.zoom.factor, linked.zoom.x, linked.zoom.y] == pytest.approx([4, 0.525, 0.475])


def test_views_that_show_different_sides_are_zoomed_apart(qtbot: QtBot) -> None:
    photo, avatar = View(), View()
    for view in (photo, avatar):
        qtbot.addWidget(view)
    linked = LinkedZoom([photo, avatar])
    linked.link(False)
    wheel(photo, 100, 100, 2)
    assert [photo.zoom.factor, avatar.zoom.factor] == pytest.approx([1.96, 1])
    wheel(avatar, 50, 50, 1)
    assert [photo.zoom.factor, avatar.zoom.factor] == pytest.approx([1.96, 1.4])
    linked.link(True)
    assert photo.zoom == avatar.zoom == linked.zoom
    linked.link(False)
    linked.reset()
    assert photo.zoom == avatar.zoom == Zoom()


def test_a_pinch_looks_closer(qtbot: QtBot) -> None:
    view = View()
    qtbot.addWidget(view)
    linked = LinkedZoom([view])
    touchpad = QPointingDevice.primaryPointingDevice()
    place = QPointF(50, 100)
    event = QNativeGestureEvent(Qt.NativeGestureType.ZoomNativeGesture, touchpad, 2, place, place, place, 0.5, QPointF())
    QApplication.sendEvent(view, event)
    assert linked.zoom.factor == pytest.approx(1.5)
    assert linked.zoom.part(WHOLE).left() + 0.25 * linked.zoom.part(WHOLE).width() == pytest.approx(50)


def test_a_double_click_asks_for_all_of_it(qtbot: QtBot) -> None:
    view = View()
    qtbot.addWidget(view)
    linked = LinkedZoom([view])
    linked.by(3)
    with qtbot.waitSignal(linked.all_wanted):
        qtbot.mouseDClick(view, LEFT)
    assert linked.zoom == Zoom()
