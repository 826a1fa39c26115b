"""Colours to choose from, each with its name."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from typing_extensions import override

from app import theme
from app.widgets.buttons import with_alpha
from app.widgets.choice_grid import Choice, ChoiceGrid, ChoiceTile

SWATCH = 32
COLUMNS = 8


class Swatches(ChoiceGrid):
    """A grid of colours, one chosen; a choice without a colour is crossed out."""

    def __init__(self, name: str, choices: Sequence[Choice]) -> None:
        super().__init__(name, [_Swatch(choice, name) for choice in choices], COLUMNS)


class _Swatch(ChoiceTile):
    def __init__(self, choice: Choice, group: str) -> None:
        super().__init__(choice, group, SWATCH)
        self._fill = QColor(*choice.srgb) if choice.srgb else None
        if self._fill is not None:
            self.setToolTip(f"{choice.name}  {self._fill.name()}")

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(self.rect()).adjusted(4, 4, -4, -4)
            painter.setPen(with_alpha(theme.color("text", self), 0.12))
            painter.setBrush(self._fill or Qt.BrushStyle.NoBrush)
            painter.drawEllipse(area)
            if self._fill is None:
                painter.setPen(theme.color("secondary", self))
                painter.drawLine(area.bottomLeft() * 0.8 + area.topRight() * 0.2, area.bottomLeft() * 0.2 + area.topRight() * 0.8)
            self.paint_ring(painter, area, area.width() / 2)
            if self.isChecked() and self._fill is not None and not self.key:
                theme.paint_icon(painter, "check", area.adjusted(5, 5, -5, -5), self._ink)

    @override
    def paint_key(self, painter: QPainter) -> None:
        # In the middle: a badge would cover what there is to see of so small a tile.
        painter.setPen(self._ink)
        painter.setFont(theme.font("small", strong=True))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.key)

    @property
    def _ink(self) -> QColor:
        """What can be read on it."""
        if self._fill is None:
            return theme.color("text", self)
        return QColor("#000000" if self._fill.lightness() > 128 else "#ffffff")
