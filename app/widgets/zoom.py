"""Looking more closely at pictures of one framing, all of them at the same place."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

MOST = 6.0
STEP = 1.4


@dataclass(frozen=True)
class Zoom:
    """Which part of a square picture is seen.

    Attributes:
        factor: 1 for all of it, up to `MOST`.
        x: The middle of what is seen, in [0, 1] from the left.
        y: The same from the top.
    """

    factor: float = 1.0
    x: float = 0.5
    y: float = 0.5

    def by(self, factor: float, around: QPointF) -> "Zoom":
        """Closer by a factor, keeping a point where it is; in shares of the view's sides."""
        new = min(MOST, max(1.0, self.factor * factor))
        shift = 1 / self.factor - 1 / new
        return Zoom(new, self.x + (around.x() - 0.5) * shift, self.y + (around.y() - 0.5) * shift).inside()

    def moved(self, by: QPointF) -> "Zoom":
        """With the picture pushed aside, in shares of the view's sides."""
        return Zoom(self.factor, self.x - by.x() / self.factor, self.y - by.y() / self.factor).inside()

    def inside(self) -> "Zoom":
        """Nothing but the picture is seen."""
        half = 0.5 / self.factor
        return Zoom(self.factor, min(1 - half, max(half, self.x)), min(1 - half, max(half, self.y)))

    def part(self, whole: QRectF) -> QRectF:
        """What is seen of a picture with these bounds."""
        width, height = whole.width() / self.factor, whole.height() / self.factor
        return QRectF(self.x * whole.width() - width / 2, self.y * whole.height() - height / 2, width, height)


class LinkedZoom(QObject):
    """Zooms widgets together: the wheel looks closer, dragging moves what is seen closely, a double click shows all again."""

    changed = Signal()
    """What is seen changed."""

    def __init__(self, views: Sequence[QWidget], parent: QObject | None = None) -> None:
        """Zoom widgets that have a `set_zoom`."""
        super().__init__(parent)
        self._views = views
        self._grip: QPointF | None = None
        self.zoom = Zoom()
        for view in views:
            view.installEventFilter(self)

    def by(self, factor: float, around: QPointF = QPointF(0.5, 0.5)) -> None:  # noqa: B008 - never changed
        """Look closer, or less closely."""
        self._show(self.zoom.by(factor, around))

    def reset(self) -> None:
        """Show all."""
        self._show(Zoom())

    def _show(self, zoom: Zoom) -> None:
        if zoom != self.zoom:
            self.zoom = zoom
            for view in self._views:
                view.set_zoom(zoom)  # type: ignore[attr-defined]
            self.changed.emit()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(watched, QWidget):
            return False
        side = max(1, watched.width())
        if isinstance(event, QWheelEvent):
            self.by(STEP ** (event.angleDelta().y() / 120), event.position() / side)
            return True
        if not isinstance(event, QMouseEvent):
            return False
        kind = event.type()
        if kind == QEvent.Type.MouseButtonDblClick:
            self.reset()
        elif kind == QEvent.Type.MouseButtonPress and self.zoom.factor > 1 and event.button() == Qt.MouseButton.LeftButton:
            self._grip = event.position()
            return True  # what else dragging does, it does when all is seen
        elif kind == QEvent.Type.MouseMove and self._grip is not None:
            moved, self._grip = event.position() - self._grip, event.position()
            self._show(self.zoom.moved(moved / side))
            return True
        elif kind == QEvent.Type.MouseButtonRelease:
            self._grip = None
        return False
