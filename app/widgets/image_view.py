"""A photo: the place to bring one in, the choice among its faces, the aligned face, or what is wrong with it."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)  # fmt: skip
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import paint_focus, with_alpha
from app.widgets.ground import fitted, paint_ground, paint_picture
from app.widgets.pasteboard import can_take
from app.widgets.photo_invitation import PhotoInvitation
from app.widgets.pipette import Ground
from app.widgets.recent_strip import RecentCard
from app.widgets.region_shade import RegionPainter
from app.widgets.zoom import Zoom
from core.words import tr

RADIUS = 16
Box = tuple[float, float, float, float]


class ImageView(QWidget):
    """Shows a photo, and takes one that is dropped."""

    open_wanted = Signal()
    """The person wants to choose a file."""
    paste_wanted = Signal()
    """The person wants to take the picture from the clipboard."""
    camera_wanted = Signal()
    """The person wants to take a picture with the camera."""
    sample_wanted = Signal()
    """The person wants to try it with a photo that comes with Likeness."""
    dropped = Signal(object)
    """`QMimeData` that was dropped here."""
    place_wanted = Signal()
    """The person wants to say where the face is."""
    face_chosen = Signal(int)
    """A face, counted from 1."""

    def __init__(self, parent: QWidget | None = None, *, is_kept: bool = False) -> None:
        """Make a view.

        Args:
            parent: Qt's.
            is_kept: The photo belongs to a set: no other takes its place, but its file may have to be found.
        """
        super().__init__(parent)
        self.setAcceptDrops(True)
        self.setAccessibleName(tr("Photo"))
        self._is_kept = is_kept
        self._zoom = Zoom()
        self._image: QImage | None = None
        self._boxes: Sequence[Box] = ()
        self._hovered = -1
        self._is_busy = self._is_drop_near = False
        self._region = RegionPainter(self)
        self._panel = PhotoInvitation(self)
        self.recents = self._panel.recents
        self._panel.open.clicked.connect(self.open_wanted)
        self._panel.paste.clicked.connect(self.paste_wanted)
        self._panel.camera.clicked.connect(self.camera_wanted)
        self._panel.sample.clicked.connect(self.sample_wanted)
        self._panel.place.clicked.connect(self.place_wanted)
        self.setMouseTracking(True)
        self.show_nothing()

    def show_nothing(self) -> None:
        """Invite the person to bring a photo."""
        self._show(None)
        self._panel.setVisible(not self._is_kept)
        self._panel.invite()
        self.setAccessibleDescription(tr("No photo yet"))

    def show_recents(self, cards: Sequence[RecentCard]) -> None:
        """Show what was open last, the newest first, wherever the person is invited to bring a photo."""
        self._panel.show_recents(cards)

    def show_photo(self, image: QImage | None, *, is_busy: bool = False) -> None:
        """Show a photo; dimmed while it is being read."""
        self._show(image)
        self._is_busy = is_busy
        self.setAccessibleDescription(tr("Reading the photo") if is_busy else tr("Your photo, framed like the avatar"))

    def show_faces(self, image: QImage, boxes: Sequence[Box]) -> None:
        """Show a photo with several faces to choose from.

        Args:
            image: The photo.
            boxes: Faces in photo pixels: left, top, right, bottom.
        """
        self._show(image)
        self._boxes = boxes
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.setAccessibleDescription(tr("{count} faces: press 1 to {last} to choose", count=len(boxes), last=min(9, len(boxes))))

    def show_problem(self, title: str, text: str, image: QImage | None = None, *, can_place: bool = False) -> None:
        """Say what is wrong with a photo and what to do; `can_place` offers to place the face by hand."""
        self._show(image)
        self._is_busy = True
        self._panel.show()
        self._panel.warn(title, text, is_card=image is not None, can_place=can_place, can_paste=not self._is_kept)
        if self._is_kept:
            self._panel.offer_to_find(is_missing=image is None)
        self.setAccessibleDescription(text)

    def set_zoom(self, zoom: Zoom) -> None:
        """Show only a part of a square photo."""
        self._zoom = zoom
        self.update()

    def set_region(self, shade: QImage | None) -> None:
        """Light up a region of the portrait (`region_shade.shade_of`); None for none."""
        self._region.set(shade)

    def ground(self) -> Ground | None:
        """Where the photo is, for a pipette; None where there is none."""
        if self._image is None or self._is_busy:
            return None
        return Ground(self._image, self._place(), self._zoom.part(QRectF(self._image.rect())))

    def _show(self, image: QImage | None) -> None:
        self._image, self._boxes, self._hovered, self._is_busy = image, (), -1, False
        self._panel.hide()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.unsetCursor()
        self.update()

    def _place(self) -> QRectF:
        area = QRectF(self.rect())
        return fitted(self._image.width(), self._image.height(), area) if self._image is not None else area

    def _face_at(self, point: QPointF) -> int:
        hits = [index for index in range(len(self._boxes)) if self._box_on_screen(index).contains(point)]
        return hits[0] if hits else -1

    def _box_on_screen(self, index: int) -> QRectF:
        assert self._image is not None
        place = self._place()
        scale = place.width() / self._image.width()
        left, top, right, bottom = (edge * scale for edge in self._boxes[index])
        return QRectF(place.left() + left, place.top() + top, right - left, bottom - top)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._panel.setGeometry(self.rect())

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hovered = self._face_at(event.position())
        at_rest = Qt.CursorShape.OpenHandCursor if self._zoom.factor > 1 else Qt.CursorShape.ArrowCursor
        self.setCursor(Qt.CursorShape.PointingHandCursor if self._hovered >= 0 else at_rest)
        self.update()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        face = self._face_at(event.position())
        if face >= 0:
            self.face_chosen.emit(face + 1)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        face = event.key() - Qt.Key.Key_1
        if 0 <= face < len(self._boxes):
            self.face_chosen.emit(face + 1)
        else:
            super().keyPressEvent(event)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if can_take(event.mimeData()):
            event.acceptProposedAction()
            self._is_drop_near = True
            self.update()

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._is_drop_near = False
        self.update()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self._is_drop_near = False
        self.update()
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(self.rect())
            if self._image is None:
                self._paint_drop_zone(painter, area.adjusted(1, 1, -1, -1))
                return
            paint_ground(painter, area, RADIUS)
            place = self._place()
            radius, part = RADIUS if place == area else 0.0, self._zoom.part(QRectF(self._image.rect()))
            paint_picture(painter, self._image, place, radius, source=part)
            self._region.paint(painter, place, radius, self._zoom.part(QRectF(0, 0, 1, 1)))
            if self._is_busy:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(with_alpha(QColor(theme.PICTURE_INNER), 0.45))
                painter.drawRoundedRect(area, RADIUS, RADIUS)
            for index in range(len(self._boxes)):
                self._paint_box(painter, index)
            if self._is_drop_near:
                self._paint_drop_zone(painter, area.adjusted(1, 1, -1, -1), is_over_photo=True)
            paint_focus(painter, self, area.adjusted(1, 1, -1, -1), RADIUS)

    def _paint_drop_zone(self, painter: QPainter, area: QRectF, *, is_over_photo: bool = False) -> None:
        pen = QPen(theme.color("accent" if self._is_drop_near else "disabled", self), 1.5)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        fill = theme.color("accent_soft" if self._is_drop_near else "panel", self)
        painter.setBrush(with_alpha(fill, 0.6 if is_over_photo else 1.0))
        painter.drawRoundedRect(area, RADIUS, RADIUS)

    def _paint_box(self, painter: QPainter, index: int) -> None:
        box, is_hovered = self._box_on_screen(index), index == self._hovered
        painter.setBrush(with_alpha(QColor("#ffffff"), 0.18) if is_hovered else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor("#000000"), 4.0))
        painter.setOpacity(0.35)
        painter.drawRoundedRect(box, 8, 8)
        painter.setOpacity(1.0)
        painter.setPen(QPen(QColor("#ffffff"), 2.0))
        painter.drawRoundedRect(box, 8, 8)
        badge = QRectF(box.left() - 10, box.top() - 10, 24, 24)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent", self))
        painter.drawEllipse(badge)
        painter.setPen(theme.color("on_accent", self))
        painter.setFont(theme.font("body", strong=True))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(index + 1))
