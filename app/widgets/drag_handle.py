"""Where a picture is taken hold of, to be dragged into another program."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDrag, QImage, QMouseEvent, QPixmap
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from app.widgets.buttons import IconButton
from app.widgets.pasteboard import OWN
from core.words import tr

CARRIED = 96  # pixels of the picture under the pointer


class DragHandle(IconButton):
    """Pressed, it asks for the picture; held and moved, it drags it as soon as it is there."""

    picture_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("drag", tr("Drag the picture into another program"))
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._pressed_at: QPoint | None = None
        self._has_moved = False
        self._file: Path | None = None
        self._image = QImage()

    def give(self, file: Path, image: QImage) -> None:
        """Hand over the picture that was asked for.

        Args:
            file: Where it lies.
            image: The same.
        """
        self._file, self._image = file, image
        self._drag_if_ready()

    def forget(self) -> None:
        """Have nothing to drag."""
        self._file, self._image = None, QImage()

    def _drag_if_ready(self) -> None:
        if self._file is None or self._pressed_at is None or not self._has_moved:
            return
        self._pressed_at = None
        self.setDown(False)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(self._file))])
        data.setImageData(self._image)
        data.setData(OWN, b"yes")
        drag = QDrag(self)
        drag.setMimeData(data)
        side = round(CARRIED * self.devicePixelRatioF())
        carried = QPixmap.fromImage(
            self._image.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        )
        carried.setDevicePixelRatio(self.devicePixelRatioF())
        drag.setPixmap(carried)
        drag.setHotSpot(QPoint(CARRIED // 2, CARRIED // 2))
        drag.exec(Qt.DropAction.CopyAction)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed_at, self._has_moved, self._file = event.position().toPoint(), False, None
            self.picture_wanted.emit()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is not None:
            moved = (event.position().toPoint() - self._pressed_at).manhattanLength()
            self._has_moved = self._has_moved or moved >= QApplication.startDragDistance()
            self._drag_if_ready()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = None
        super().mouseReleaseEvent(event)
