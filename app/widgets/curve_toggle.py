"""The name and a value of something measured; it is drawn while it is checked."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton
from typing_extensions import override

from app import theme
from app.widgets.buttons import paint_focus
from app.widgets.curve_words import measure_of
from core.words import tr


class CurveToggle(QAbstractButton):
    """A curve's name and value; checked while it is drawn."""

    def __init__(self, name: str) -> None:
        super().__init__()
        words = measure_of(name).words
        self.setText(words)
        self.setToolTip(words)
        self.setAccessibleName(tr("Curve {name}", name=words))
        self.setCheckable(True)
        self.setFixedHeight(28)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._value = ""
        self._color: QColor | None = None

    def set_value(self, text: str) -> None:
        """Show a value, as it is written."""
        if text != self._value:
            self._value = text
            self.setAccessibleDescription(text)
            self.update()

    def set_color(self, color: QColor | None) -> None:
        """Show the curve's colour; None while it is not drawn."""
        self._color = color
        self.setChecked(color is not None)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, 28)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(self.rect())
            if self.underMouse():
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("hover", self))
                painter.drawRoundedRect(area, 7, 7)
            paint_focus(painter, self, area.adjusted(0.5, 0.5, -0.5, -0.5), 7)
            painter.setPen(QPen(self._color or theme.color("disabled", self), 1.6))
            painter.setBrush(self._color or Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(15, area.center().y()), 4, 4)
            painter.setFont(theme.font("small"))
            width = painter.fontMetrics().horizontalAdvance(self._value)
            inner = area.adjusted(28, 0, -8, 0)
            painter.setPen(theme.color("secondary", self))
            painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._value)
            painter.setPen(theme.color("text" if self.isChecked() else "secondary", self))
            name = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, round(inner.width()) - width - 8)
            painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
