"""What can be dropped on the window or pasted into it."""

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QEvent, QIODevice, QMimeData, QObject
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtWidgets import QWidget
from typing_extensions import override

OWN = "application/x-likeness-own"
"""Marks what was dragged out of this window: it is not dropped into it again by a slip of the hand."""


def can_take(data: QMimeData) -> bool:
    """Whether dropped or pasted data may be a photo or an avatar."""
    return not data.hasFormat(OWN) and (data.hasImage() or any(url.isLocalFile() for url in data.urls()))


def png_of(image: QImage) -> bytes:
    """A pasted picture as the bytes of a file, to be read like any other photo."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", 100)  # type: ignore[call-overload]  # quality 100 is the fastest compression
    return bytes(buffer.data().data())


def take_drops(widget: QWidget, take: Callable[[QMimeData], object]) -> None:
    """Have a widget take photos and avatars that are dropped on it, wherever nothing in it wants them for itself."""
    widget.setAcceptDrops(True)
    widget.installEventFilter(_Drops(widget, take))


class _Drops(QObject):
    def __init__(self, widget: QWidget, take: Callable[[QMimeData], object]) -> None:
        super().__init__(widget)
        self._take = take

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent):  # before QDropEvent: it is one as well
            if can_take(event.mimeData()):
                event.acceptProposedAction()
            return True
        if event.type() == QEvent.Type.Drop and isinstance(event, QDropEvent):
            event.acceptProposedAction()
            self._take(event.mimeData())
            return True
        return False
