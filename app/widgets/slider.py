"""A quiet slider for a value in [0, 1]."""

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QApplication, QSlider, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import with_alpha

STEPS = 1000
KNOB = 8.0  # radius, pixels
DIGIT_MS = 1000  # how long a digit waits for the next one

_MOVES = {
    Qt.Key.Key_Left: -10, Qt.Key.Key_Right: 10, Qt.Key.Key_PageDown: -100, Qt.Key.Key_PageUp: 100,
    Qt.Key.Key_Home: -STEPS, Qt.Key.Key_End: STEPS,
}  # fmt: skip
_TAKES_BACK = (Qt.Key.Key_Escape, Qt.Key.Key_Backspace)
_NO_DIGIT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


class Slider(QSlider):
    """Emits `dragged` while a gesture goes on and `edited` when it ends; a double click asks for a reset.

    Two digits are a number from 0 to 100. One alone, and 10, which may become 100, wait a moment for the next; whatever else the
    person does ends the number first, so that it belongs to what they looked at. Escape takes it back.

    The wheel does nothing, so that scrolling the panel never changes an avatar.
    """

    dragged = Signal(float)
    edited = Signal(float)
    reset_wanted = Signal()

    def __init__(self, name: str, default: float = 0.0, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setAccessibleName(name)
        self.setRange(0, STEPS)
        self.setSingleStep(STEPS // 100)
        self.setPageStep(STEPS // 10)
        self.setFixedHeight(24)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._default = default
        self._is_held = False  # by the mouse
        self._is_moved = False  # by keys, and `edited` is still to come
        self._typed = ""
        self._waiting = QTimer(self, interval=DIGIT_MS, singleShot=True)
        self._waiting.timeout.connect(self._finish)

    def set_default(self, value: float) -> None:
        """Where the small tick stands."""
        self._default = value
        self.update()

    def show_value(self, value: float) -> None:
        """Show a value; while a person moves it, the knob stays in the hand."""
        if not self._is_held and not self._is_moved:
            self.setValue(round(value * STEPS))

    @override
    def sizeHint(self) -> QSize:
        return QSize(160, 24)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._is_held = True
            self._move_to(event.position().x())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_held:
            self._move_to(event.position().x())

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_held:
            self._is_held = False
            self.edited.emit(self.value() / STEPS)
            self.update()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._is_held = False
        self.reset_wanted.emit()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_ours(event):
            event.accept()  # no command's then
            return True
        return super().event(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._is_ours(event):
            # Up and down belong to the panel: they go to the field above and below.
            event.ignore()
        elif event.key() in _MOVES:
            self._nudge(_MOVES[Qt.Key(event.key())], event.modifiers())
        elif event.key() in _TAKES_BACK:
            self._take_back()
        elif not event.isAutoRepeat():
            self._type(event.text())

    @override
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() in _MOVES and not event.isAutoRepeat() and not self._typed:
            self._finish()
        else:
            event.ignore()

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._finish()
        super().focusOutEvent(event)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # All that happens in the application, while keys move the knob.
        is_other = event.type() == QEvent.Type.MouseButtonPress
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_other = not self._is_ours(event) or (self._typed != "" and event.key() in _MOVES)
        if is_other:
            self._finish()
        return False

    def _is_ours(self, event: QKeyEvent) -> bool:
        is_digit = event.text() != "" and event.text() in "0123456789" and not event.modifiers() & _NO_DIGIT
        return is_digit or event.key() in _MOVES or (self._typed != "" and event.key() in _TAKES_BACK)

    def _nudge(self, step: int, modifiers: Qt.KeyboardModifier) -> None:
        self._begin()
        if abs(step) == 10 and modifiers & Qt.KeyboardModifier.ShiftModifier:
            step *= 10
        elif abs(step) == 10 and modifiers & Qt.KeyboardModifier.AltModifier:
            step //= 10
        self.setValue(self.value() + step)
        self.dragged.emit(self.value() / STEPS)

    def _type(self, digit: str) -> None:
        if self._typed == "10" and digit != "0":
            self._finish()
        self._begin()
        self._typed += digit
        if self._typed == "10":
            self.dragged.emit(0.1)
        if len(self._typed) == 1 or self._typed == "10":
            self._waiting.start()
        else:
            self._finish()
        self.update()

    def _take_back(self) -> None:
        typed, self._typed = self._typed, ""
        if self._stop() and typed == "10":  # it was shown
            self.edited.emit(self.value() / STEPS)

    def _begin(self) -> None:
        if not self._is_moved and (app := QApplication.instance()) is not None:
            app.installEventFilter(self)
        self._is_moved = True

    def _stop(self) -> bool:
        """Listen no longer; whether keys moved it."""
        was_moved, self._is_moved = self._is_moved, False
        self._waiting.stop()
        if was_moved and (app := QApplication.instance()) is not None:
            app.removeEventFilter(self)
        self.update()
        return was_moved

    def _finish(self) -> None:
        """End what keys began."""
        typed, self._typed = self._typed, ""
        if self._stop():
            if typed:
                self.setValue(int(typed) * STEPS // 100)
            self.edited.emit(self.value() / STEPS)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            y, knob = self.height() / 2, self._x(self.value() / STEPS)
            left, right = self._x(0.0), self._x(1.0)
            painter.setBrush(theme.color("line", self))
            painter.drawRoundedRect(QRectF(left, y - 2, right - left, 4), 2, 2)
            painter.setBrush(theme.color("accent" if self.isEnabled() else "disabled", self))
            painter.drawRoundedRect(QRectF(left, y - 2, knob - left, 4), 2, 2)
            if self.isEnabled():
                painter.setBrush(with_alpha(theme.color("secondary", self), 0.55))
                painter.drawEllipse(QPointF(self._x(self._default), y + 9), 1.5, 1.5)
            if self._typed:
                self._paint_typed(painter, QPointF(min(max(knob, 14.0), self.width() - 14.0), y))
            else:
                self._paint_knob(painter, QPointF(knob, y))

    def _paint_knob(self, painter: QPainter, center: QPointF) -> None:
        radius = KNOB - (0.0 if self._is_held or self.underMouse() or self.hasFocus() else 1.0)
        if self.hasFocus() or self._is_held:
            painter.setBrush(with_alpha(theme.color("accent", self), 0.22))
            painter.drawEllipse(center, radius + 3.5, radius + 3.5)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent", self), 2.0))
            painter.drawEllipse(center, radius + 3.0, radius + 3.0)
            painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent" if self.isEnabled() else "disabled", self))
        painter.drawEllipse(center, radius, radius)
        painter.setBrush(theme.color("panel", self))
        painter.drawEllipse(center, radius - 2.0, radius - 2.0)

    def _paint_typed(self, painter: QPainter, center: QPointF) -> None:
        area = QRectF(0, 0, 28, 20)
        area.moveCenter(center)
        painter.setPen(QPen(theme.color("accent", self), 2.0))
        painter.setBrush(theme.color("panel", self))
        painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 6, 6)
        painter.setPen(theme.color("text", self))
        painter.setFont(theme.font("small", strong=True))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, f"{self._typed}_")

    def _x(self, value: float) -> float:
        return KNOB + value * (self.width() - 2 * KNOB)

    def _move_to(self, x: float) -> None:
        share = (x - KNOB) / max(1.0, self.width() - 2 * KNOB)
        self.setValue(round(STEPS * min(1.0, max(0.0, share))))
        self.dragged.emit(self.value() / STEPS)
        self.update()
