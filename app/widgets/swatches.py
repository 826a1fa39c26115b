"""Colours to choose from, each with its name; those nearest to the photo's first."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from typing_extensions import override

from app import theme
from app.widgets.buttons import with_alpha
from app.widgets.choice_grid import Choice, ChoiceGrid, ChoiceTile
from core.words import tr

SWATCH = 32
COLUMNS = 8


class Swatches(ChoiceGrid):
    """A grid of colours, one chosen; a choice without a colour is crossed out."""

    def __init__(self, name: str, choices: Sequence[Choice]) -> None:
        self._swatches = [_Swatch(choice, name) for choice in choices]
        super().__init__(name, self._swatches, COLUMNS)

    def sort_by(self, distances: Mapping[str, float]) -> None:
        """Order the colours, the nearest to the photo's first, and mark the nearest; what has no colour stays in front.

        Args:
            distances: How different each looks from what the photo shows, ΔE2000, by choice id; empty for their own order.
        """
        nearest = min(distances, key=distances.__getitem__, default=None)
        for swatch in self._swatches:
            swatch.tell_distance(distances.get(swatch.choice.id), is_nearest=swatch.choice.id == nearest)
        self._order(sorted(self._swatches, key=lambda one: distances.get(one.choice.id, -1.0)) if distances else self._swatches)


class _Swatch(ChoiceTile):
    def __init__(self, choice: Choice, group: str) -> None:
        self._fill = QColor(*choice.srgb) if choice.srgb else None
        self._is_nearest = False
        super().__init__(choice, group, SWATCH)

    @override
    def told(self) -> str:
        return self.choice.name if self._fill is None else f"{self.choice.name}  {self._fill.name()}"

    def tell_distance(self, distance: float | None, *, is_nearest: bool) -> None:
        """Say how far it is from what the photo shows, ΔE2000; None where that is not known."""
        self._is_nearest = is_nearest
        told = "" if distance is None else f"{distance:.0f}"
        near, far = tr("Nearest to the photo, ΔE {distance}", distance=told), tr("ΔE {distance} from the photo", distance=told)
        said = "" if distance is None else near if is_nearest else far
        self.setToolTip("\n".join(filter(None, (self.told(), said))))
        self.setAccessibleDescription(said)
        self.update()

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
            if self._is_nearest:
                self._paint_nearest(painter, area)

    def _paint_nearest(self, painter: QPainter, area: QRectF) -> None:
        """A dot below it, as below sliders: what the photo gave."""
        painter.setPen(QPen(theme.color("panel", self), 1.5))
        painter.setBrush(theme.color("text", self))
        painter.drawEllipse(QPointF(area.center().x(), area.bottom() + 1.0), 3.0, 3.0)

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
