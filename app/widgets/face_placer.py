"""A photo on which a person says where the face is: three points to move, and a faint face that follows them."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)  # fmt: skip
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

from app import theme
from app.estimating import Points
from app.widgets.buttons import IconButton, with_alpha
from app.widgets.ground import fitted, paint_ground, paint_picture
from core.words import mark, tr

RADIUS = 16
HANDLE = 44  # pixels of a point's side: what a finger hits
MOST_ZOOM = 12.0
STEP_ZOOM = 1.4
LARGE_STEP = 10  # arrow keys with Shift, pixels of the screen
NAMES = (mark("Eye on the left"), mark("Eye on the right"), mark("Middle of the mouth"))

_MIDDLE = ((-0.5, -0.48), (0.5, -0.48), (0.0, 0.55))
"""Where the points start without a better guess, in `_START` of the photo's shorter side from its middle."""
_START = 0.22
_READABLE = 56.0  # pixels of the screen from eye to eye: a smaller face is shown larger

# The mean face of our training portraits, where the eyes are at (-0.5, 0) and (0.5, 0) and the middle of the mouth at (0, 1).
_OVAL = (
    (0, -0.84), (0.3, -0.83), (0.57, -0.785), (0.81, -0.69), (0.975, -0.545), (1.085, -0.37), (1.145, -0.175), (1.165, 0.07),
    (1.155, 0.3), (1.145, 0.55), (1.115, 0.81), (1.05, 1.08), (0.94, 1.295), (0.815, 1.445), (0.655, 1.59), (0.52, 1.69),
    (0.375, 1.775), (0.215, 1.84), (0, 1.86),
)  # fmt: skip
_LIPS = (
    (0, 0.947), (0.147, 0.928), (0.283, 0.94), (0.38, 0.957), (0.452, 0.977), (0.504, 1.0), (0.45, 1.075), (0.377, 1.15),
    (0.273, 1.222), (0.147, 1.267), (0, 1.28),
)  # fmt: skip
_LID = ((-0.205, 0.01), (-0.15, -0.03), (-0.09, -0.06), (0, -0.074), (0.09, -0.06), (0.15, -0.03), (0.205, 0.01),
        (0.14, 0.035), (0, 0.047), (-0.14, 0.035))  # fmt: skip


class FacePlacer(QWidget):
    """Shows a photo with three points to be moved onto the eyes and the mouth, by mouse or by arrow keys."""

    moved = Signal()
    """A point moved."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Photo"))
        self.setAccessibleDescription(tr("Place the face: Tab goes from point to point, arrow keys move it, with Shift faster"))
        self._image: QImage | None = None
        self._points: NDArray[np.float64] = np.zeros((3, 2), np.float64)
        self._zoom, self._centre = 1.0, QPointF()
        self._panned_from: QPointF | None = None
        self.handles = tuple(_Handle(tr(name), self) for name in NAMES)
        for index, handle in enumerate(self.handles):
            handle.dragged.connect(lambda place, index=index: self._drag(index, place))
            handle.reached.connect(lambda index=index: self._reveal(index))
        self._tools = _Tools(self)
        self._tools.lower()  # a point may lie there
        self._tools.closer.clicked.connect(lambda: self.zoom_by(STEP_ZOOM))
        self._tools.further.clicked.connect(lambda: self.zoom_by(1 / STEP_ZOOM))

    def start(self, image: QImage, points: Points | None = None, *, is_close: bool = False) -> None:
        """Show a photo and let the points be moved.

        Args:
            image: The photo.
            points: Where to start; None for the middle of the photo.
            is_close: Whether a face is known to be there, so that a small one is looked at closely.
        """
        self._image = image
        width, height = image.width(), image.height()
        middle = np.array([width, height]) / 2 + np.array(_MIDDLE) * (_START * min(width, height))
        self._points = self._inside(middle if points is None else points.astype(np.float64))
        self._zoom, self._centre = 1.0, QPointF(width / 2, height / 2)
        self._show_small_face(is_close=is_close)
        self._arrange()
        self.handles[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def stop(self) -> None:
        """Let go of the photo, and of a point that is still held."""
        self._image = self._panned_from = None
        for handle in self.handles:
            handle.let_go()

    @property
    def points(self) -> Points:
        """Where the points are."""
        return self._points.astype(np.float32)

    # Where the photo lies on the screen.

    def _place(self) -> QRectF:
        """The rectangle of the whole photo."""
        assert self._image is not None
        area = QRectF(self.rect())
        place = fitted(self._image.width(), self._image.height(), area)
        scale = self._zoom * place.width() / self._image.width()
        size = QPointF(self._image.width() * scale, self._image.height() * scale)
        left = self._edge(area.width(), size.x(), area.width() / 2 - self._centre.x() * scale)
        top = self._edge(area.height(), size.y(), area.height() / 2 - self._centre.y() * scale)
        return QRectF(left, top, size.x(), size.y())

    @staticmethod
    def _edge(room: float, length: float, wanted: float) -> float:
        """Where the photo begins, so that no room is left empty that it could fill."""
        return (room - length) / 2 if length <= room else min(0.0, max(room - length, wanted))

    @property
    def scale(self) -> float:
        """Pixels of the screen per pixel of the photo."""
        assert self._image is not None
        return self._place().width() / self._image.width()

    def on_screen(self, point: Sequence[float] | NDArray[np.floating]) -> QPointF:
        """A point of the photo in this widget."""
        place = self._place()
        return place.topLeft() + QPointF(float(point[0]), float(point[1])) * self.scale

    def on_photo(self, place: QPointF) -> NDArray[np.float64]:
        """(2,): a point of this widget in the photo."""
        inside = (place - self._place().topLeft()) / self.scale
        return np.array([inside.x(), inside.y()])

    def _middle(self) -> QPointF:
        return QRectF(self.rect()).center()

    def _show_small_face(self, *, is_close: bool) -> None:
        """Bring the points so far from each other that they can be grasped: look closer, or spread them."""
        eyes = float(np.hypot(*(self._points[1] - self._points[0]))) * self.scale
        middle = self._points.mean(axis=0)
        if is_close and 0 < eyes < _READABLE:
            self._zoom = min(MOST_ZOOM, 1.5 * _READABLE / eyes)
            self._centre = QPointF(*middle)
        elif 0 < eyes < HANDLE:
            self._points = self._inside(middle + (self._points - middle) * (HANDLE / eyes))

    def zoom_by(self, factor: float, around: QPointF | None = None) -> None:
        """Zoom, keeping a point of the screen where it is; without one the points come to the middle."""
        if self._image is None:
            return
        zoom = min(MOST_ZOOM, max(1.0, self._zoom * factor))
        if around is None:
            self._zoom, self._centre = zoom, QPointF(*self._points.mean(axis=0))
        else:
            kept = QPointF(*self.on_photo(around))
            self._zoom = zoom
            self._centre = kept + (self._middle() - around) / self.scale
        self._arrange()

    def _arrange(self) -> None:
        """Put the handles where their points are."""
        if self._image is None:
            return
        for handle, point in zip(self.handles, self._points, strict=True):
            handle.move((self.on_screen(point) - QPointF(HANDLE, HANDLE) / 2).toPoint())
            across, down = 100 * point / (self._image.width(), self._image.height())
            handle.setAccessibleDescription(tr("{across:.0f}% from the left, {down:.0f}% from the top", across=across, down=down))
        self._tools.move(self.width() - self._tools.width() - 10, self.height() - self._tools.height() - 10)
        self._tools.closer.setEnabled(self._zoom < MOST_ZOOM)
        self._tools.further.setEnabled(self._zoom > 1.0)
        self.update()

    # Moving.

    def _inside(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        assert self._image is not None
        return np.clip(points, 0, (self._image.width(), self._image.height()))

    def _move(self, index: int, point: NDArray[np.float64]) -> None:
        self._points[index] = self._inside(point)
        self._arrange()
        self.moved.emit()

    def _drag(self, index: int, place: QPointF) -> None:
        seen = QPointF(min(max(place.x(), 0.0), self.width()), min(max(place.y(), 0.0), self.height()))
        self._move(index, self.on_photo(seen))

    def _reveal(self, index: int) -> None:
        """Bring a point into view that a key led to."""
        if self._image is not None and not QRectF(self.rect()).contains(self.on_screen(self._points[index])):
            self._centre = QPointF(*self._points[index])
            self._arrange()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        chosen = next((index for index, handle in enumerate(self.handles) if handle.hasFocus()), None)
        step, key = steps.get(Qt.Key(event.key())), event.key()
        if step is not None and chosen is not None:
            pixels = LARGE_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self._move(chosen, self._points[chosen] + np.array(step) * pixels / self.scale)
            self._reveal(chosen)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom_by(1 / STEP_ZOOM if key == Qt.Key.Key_Minus else STEP_ZOOM)
        else:
            super().keyPressEvent(event)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom_by(STEP_ZOOM ** (event.angleDelta().y() / 240), event.position())
        event.accept()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._zoom > 1.0:
            self._panned_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._panned_from is not None:
            # From what is shown and not from the centre asked for, which may lie beyond the edge.
            shown = QPointF(*self.on_photo(self._middle()))
            self._centre = shown - (event.position() - self._panned_from) / self.scale
            self._panned_from = event.position()
            self._arrange()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._panned_from = None
        self.unsetCursor()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    # Painting.

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area, place = QRectF(self.rect()), self._place()
            paint_ground(painter, area, RADIUS)
            seen = place.intersected(area)
            source = QRectF((seen.topLeft() - place.topLeft()) / self.scale, seen.size() / self.scale)
            paint_picture(painter, self._image, seen, RADIUS if seen == area else 0.0, source=source)
            outline = QPainterPath()
            outline.addRoundedRect(area, RADIUS, RADIUS)
            painter.setClipPath(outline)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            face = self._face()
            for pen in (QPen(with_alpha(QColor("#000000"), 0.22), 3.5), QPen(with_alpha(QColor("#ffffff"), 0.7), 1.5)):
                painter.setPen(pen)
                painter.drawPath(face)

    def _face(self) -> QPainterPath:
        """The mean face, laid through the points."""
        left, right, mouth = (self.on_screen(point) for point in self._points)
        middle = (left + right) / 2
        across, down = right - left, mouth - middle
        laid = QTransform(across.x(), across.y(), down.x(), down.y(), middle.x(), middle.y())
        path = QPainterPath()
        for half in (_OVAL, _LIPS):
            path.addPath(_smooth([*half, *((-x, y) for x, y in half[-2:0:-1])]))
        for side in (-0.5, 0.5):
            path.addPath(_smooth([(x + side, y) for x, y in _LID]))
        return laid.map(path)


class _Handle(QWidget):
    """A point that is dragged; its parent moves it."""

    dragged = Signal(QPointF)
    """Where the point is wanted, in the parent."""
    reached = Signal()
    """It got the focus by a key."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFixedSize(HANDLE, HANDLE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._held: QPointF | None = None

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = event.position() - QPointF(HANDLE, HANDLE) / 2
            self.setCursor(Qt.CursorShape.BlankCursor)  # what lies below is looked at now
            self.raise_()
            self.update()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self.dragged.emit(self.mapToParent(event.position()) - self._held)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.let_go()

    def let_go(self) -> None:
        """Be dragged no longer."""
        self._held = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.update()

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.reached.emit()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            middle, is_held = QPointF(HANDLE, HANDLE) / 2, self._held is not None
            radius = 13.0 if self.hasFocus() or self.underMouse() or is_held else 11.0
            ring = theme.color("accent", self) if self.hasFocus() else QColor("#ffffff")
            painter.setPen(QPen(with_alpha(QColor("#000000"), 0.4), 5.0))
            painter.drawEllipse(middle, radius, radius)
            if self.hasFocus():
                painter.setPen(QPen(QColor("#ffffff"), 5.5))
                painter.drawEllipse(middle, radius, radius)
            painter.setPen(QPen(ring, 2.5))
            painter.drawEllipse(middle, radius, radius)
            painter.setPen(QPen(with_alpha(QColor("#000000"), 0.4), 1.0))
            painter.setBrush(QColor("#ffffff"))
            painter.drawEllipse(middle, 2.5, 2.5)


class _Tools(QWidget):
    """Larger and smaller, on a small ground of their own."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.further = IconButton("further", tr("Zoom out  -"), size=28)
        self.closer = IconButton("closer", tr("Zoom in  +"), size=28)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(3, 3, 3, 3)
        layout.setSpacing(2)
        layout.addWidget(self.further)
        layout.addWidget(self.closer)
        self.adjustSize()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(with_alpha(theme.color("panel", self), 0.92))
            painter.drawRoundedRect(QRectF(self.rect()), 10, 10)


def _smooth(points: Sequence[tuple[float, float]]) -> QPainterPath:
    """A closed curve along points: through the middles of its sides, with the points as controls."""
    corners = [QPointF(*point) for point in points]
    path = QPainterPath((corners[-1] + corners[0]) / 2)
    for corner, following in pairwise([*corners, corners[0]]):
        path.quadTo(corner, (corner + following) / 2)
    return path
