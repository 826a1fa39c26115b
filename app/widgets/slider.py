"""A quiet slider for a value in [0, 1]."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSlider, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import with_alpha

STEPS = 1000
KNOB = 8.0  # radius, pixels


class Slider(QSlider):
    """Emits `dragged` while a gesture goes on and `edited` when it ends; a double click asks for a reset.

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
        self._is_held = False

    def set_default(self, value: float) -> None:
        """Where the small tick stands."""
        self._default = value
        self.update()

    def show_value(self, value: float) -> None:
        """Show a value; while a person drags, the knob stays in the hand."""
        if not self._is_held:
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
    def keyPressEvent(self, event: QKeyEvent) -> None:
        signs = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        sign = signs.get(Qt.Key(event.key()))
        if sign is None:
            # Up and down belong to the panel: they go to the field above and below.
            event.ignore()
            return
        step = 10.0
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            step = 100.0
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            step = 1.0
        self.setValue(round(self.value() + sign * step))
        self.dragged.emit(self.value() / STEPS)

    @override
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and not event.isAutoRepeat():
            self.edited.emit(self.value() / STEPS)
        else:
            event.ignore()

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
            self._paint_knob(painter, QPointF(knob, y))

    def _paint_knob(self, painter: QPainter, center: QPointF) -> None:
        radius = KNOB - (0.0 if self._is_held or self.underMouse() or self.hasFocus() else 1.0)
        if self.hasFocus() or self._is_held:
            painter.setBrush(with_alpha(theme.color("accent", self), 0.22))
            painter.drawEllipse(center, radius + 3.5, radius + 3.5)
        painter.setBrush(theme.color("accent" if self.isEnabled() else "disabled", self))
        painter.drawEllipse(center, radius, radius)
        painter.setBrush(theme.color("panel", self))
        painter.drawEllipse(center, radius - 2.0, radius - 2.0)

    def _x(self, value: float) -> float:
        return KNOB + value * (self.width() - 2 * KNOB)

    def _move_to(self, x: float) -> None:
        share = (x - KNOB) / max(1.0, self.width() - 2 * KNOB)
        self.setValue(round(STEPS * min(1.0, max(0.0, share))))
        self.dragged.emit(self.value() / STEPS)
        self.update()
