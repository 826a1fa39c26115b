"""Looking more closely at pictures of one framing, all of them at the same place."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget
from typing_extensions import override

MOST = 6.0
PUSH = 0.1  # of the view's side, for one press of a key
WAYS = {
    Qt.Key.Key_Left: (1.0, 0.0), Qt.Key.Key_Right: (-1.0, 0.0), Qt.Key.Key_Up: (0.0, 1.0), Qt.Key.Key_Down: (0.0, -1.0),
}  # fmt: skip
"""To look further to the left, the picture goes to the right."""
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
    """Zooms widgets together: wheel or pinch looks closer, dragging moves what is seen, a double click shows all again."""

    changed = Signal()
    """What is seen changed."""
    all_wanted = Signal()
    """A double click: all is to be seen, as it is seen at first."""

    def __init__(self, views: Sequence[QWidget], parent: QObject | None = None, *, turning: Collection[QWidget] = ()) -> None:
        """Zoom widgets that have a `set_zoom`.

        Args:
            views: The widgets.
            parent: Qt's.
            turning: Those on which the left button does something else; with Shift, or another button, dragging moves them, too.
        """
        super().__init__(parent)
        self._views, self._turning = tuple(views), frozenset(turning)
        self._zooms = dict.fromkeys(self._views, Zoom())
        self._is_linked = True
        self._grip: QPointF | None = None
        for view in views:
            view.installEventFilter(self)
            view.grabGesture(Qt.GestureType.PinchGesture)

    @property
    def zoom(self) -> Zoom:
        """What is seen; of the last view, where they are zoomed apart."""
        return self._zooms[self._views[-1]]

    def link(self, is_linked: bool) -> None:
        """Zoom all views together, beginning with what the last one shows, or each for itself."""
        if is_linked and not self._is_linked:
            self._show(self.zoom, self._views)
        self._is_linked = is_linked

    def by(self, factor: float, around: QPointF = QPointF(0.5, 0.5), view: QWidget | None = None) -> None:  # noqa: B008 - never changed
        """Look closer, or less closely.

        Args:
            factor: How many times.
            around: What stays where it is, in shares of the view's sides.
            view: Which one, where they are zoomed apart; None for the last.
        """
        view = view or self._views[-1]
        self._show(self._zooms[view].by(factor, around), self._together(view))

    def reset(self) -> None:
        """Show all."""
        self._show(Zoom(), self._views)

    def _together(self, view: QWidget) -> Sequence[QWidget]:
        return self._views if self._is_linked else (view,)

    def _show(self, zoom: Zoom, views: Sequence[QWidget]) -> None:
        others = [view for view in views if self._zooms[view] != zoom]
        for view in others:
            self._zooms[view] = zoom
            view.set_zoom(zoom)  # type: ignore[attr-defined]
        if others:
            self.changed.emit()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(watched, QWidget):
            return False
        side = max(1, watched.width())
        if isinstance(event, QWheelEvent):
            self.by(STEP ** (event.angleDelta().y() / 120), event.position() / side, watched)
            return True
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.by(1 + event.value(), event.position() / side, watched)
            return True
        if isinstance(event, QGestureEvent):
            return self._pinch(event, watched)
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._push(event, watched)
        return isinstance(event, QMouseEvent) and self._drag(event, watched)

    def _push(self, event: QKeyEvent, view: QWidget) -> bool:
        """Move what is seen by Shift and an arrow."""
        way = WAYS.get(Qt.Key(event.key()))
        if way is None or self._zooms[view].factor <= 1 or event.modifiers() != Qt.KeyboardModifier.ShiftModifier:
            return False
        self._show(self._zooms[view].moved(QPointF(*way) * PUSH), self._together(view))
        return True

    def _pinch(self, event: QGestureEvent, view: QWidget) -> bool:
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if isinstance(pinch, QPinchGesture):
            place = QPointF(view.mapFromGlobal(pinch.centerPoint().toPoint())) / max(1, view.width())
            self.by(pinch.scaleFactor(), place, view)
            event.accept(pinch)
        return pinch is not None

    def _drag(self, event: QMouseEvent, view: QWidget) -> bool:
        """Whether a mouse event is ours alone."""
        kind, is_near = event.type(), self._zooms[view].factor > 1
        if kind == QEvent.Type.MouseButtonDblClick and event.button() == Qt.MouseButton.LeftButton:
            self.reset()
            self.all_wanted.emit()
        elif kind == QEvent.Type.MouseButtonPress and is_near and self._moves(event, view):
            self._grip = event.position()
            view.setCursor(Qt.CursorShape.SizeAllCursor)
            return True  # what else dragging does, it does when all is seen
        elif kind == QEvent.Type.MouseMove and self._grip is not None:
            moved, self._grip = event.position() - self._grip, event.position()
            self._show(self._zooms[view].moved(moved / max(1, view.width())), self._together(view))
            return True
        elif kind == QEvent.Type.MouseButtonRelease and self._grip is not None:
            self._grip = None
            view.setCursor(Qt.CursorShape.OpenHandCursor)
        return False

    def _moves(self, event: QMouseEvent, view: QWidget) -> bool:
        is_other = event.button() in (Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton)
        is_left = event.button() == Qt.MouseButton.LeftButton
        has_shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        return is_other or (is_left and (view not in self._turning or has_shift))
