"""Colours to choose from, each with its name."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import with_alpha
from app.widgets.option_gallery import Choice, paint_ring

SWATCH = 32
COLUMNS = 8


class Swatches(QWidget):
    """A grid of colours, one chosen."""

    chosen = Signal(object)
    """A `Choice`, by a person."""

    def __init__(self, name: str, choices: Sequence[Choice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._swatches: dict[str, _Swatch] = {}
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.UNIT)
        for index, choice in enumerate(choices):
            swatch = _Swatch(choice, name, self)
            swatch.clicked.connect(lambda _=False, choice=choice: self.chosen.emit(choice))
            self._group.addButton(swatch)
            self._swatches[choice.id] = swatch
            layout.addWidget(swatch, index // COLUMNS, index % COLUMNS)
        layout.setColumnStretch(COLUMNS, 1)

    def choose(self, choice_id: str | None) -> None:
        """Show which one is chosen; None for none of them."""
        self._group.setExclusive(False)
        for key, swatch in self._swatches.items():
            swatch.setChecked(key == choice_id)
        self._group.setExclusive(True)

    def take_focus(self) -> None:
        """Give the focus to the chosen one."""
        (self._group.checkedButton() or next(iter(self._swatches.values()))).setFocus(Qt.FocusReason.TabFocusReason)


class _Swatch(QAbstractButton):
    def __init__(self, choice: Choice, group: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._fill = QColor(*choice.srgb) if choice.srgb else None
        self.setCheckable(True)
        self.setToolTip(f"{choice.name}  {self._fill.name()}" if self._fill else choice.name)
        self.setAccessibleName(f"{group}: {choice.name}")
        self.setFixedSize(SWATCH, SWATCH)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @override
    def sizeHint(self) -> QSize:
        return QSize(SWATCH, SWATCH)

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        painter.setPen(with_alpha(theme.color("text", self), 0.12))
        painter.setBrush(self._fill or Qt.BrushStyle.NoBrush)
        painter.drawEllipse(area)
        if self._fill is None:
            painter.setPen(theme.color("secondary", self))
            painter.drawLine(area.bottomLeft() * 0.8 + area.topRight() * 0.2, area.bottomLeft() * 0.2 + area.topRight() * 0.8)
        paint_ring(painter, self, area, area.width() / 2)
        if self.isChecked() and self._fill is not None:
            tick = "#000000" if self._fill.lightness() > 128 else "#ffffff"
            theme.paint_icon(painter, "check", area.adjusted(5, 5, -5, -5), QColor(tick))
