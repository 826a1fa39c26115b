"""An avatar that moves all the time, laid over the view that shows it at rest."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.widgets.ground import paint_ground, paint_picture
from core.words import tr

RADIUS = 16


class LiveAvatar(QWidget):
    """Shows pictures as they come; the mouse and the keys go through to the view below, so that it can still be turned."""

    def __init__(self, below: QWidget) -> None:
        super().__init__(below)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(tr("Live avatar"))
        self._image: QImage | None = None
        below.installEventFilter(self)
        self.hide()

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    def show_picture(self, image: QImage) -> None:
        """Show the next picture."""
        self._image = image
        if not self.isVisible():
            parent = self.parentWidget()
            if parent is not None:
                self.setGeometry(parent.rect())
            self.show()
            self.raise_()
        self.update()

    def leave(self) -> None:
        """Show the view below again."""
        self._image = None
        self.hide()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image is not None:
            with QPainter(self) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                area = QRectF(self.rect())
                paint_ground(painter, area, RADIUS)
                paint_picture(painter, self._image, area, RADIUS)
