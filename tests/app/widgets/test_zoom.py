import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from typing_extensions import override

from app.widgets.zoom import MOST, LinkedZoom, Zoom

WHOLE = QRectF(0, 0, 200, 200)
NO, LEFT = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton


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


def drag(view: QWidget, start: QPointF, end: QPointF) -> None:
    press, move = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove
    for kind, place in ((press, start), (move, end), (QEvent.Type.MouseButtonRelease, end)):
        QApplication.sendEvent(view, QMouseEvent(kind, place, place, LEFT, LEFT, NO))


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
