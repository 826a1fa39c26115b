"""What can be dropped on the window or pasted into it."""

from PySide6.QtCore import QBuffer, QIODevice, QMimeData
from PySide6.QtGui import QImage


def can_take(data: QMimeData) -> bool:
    """Whether dropped or pasted data may be a photo or an avatar."""
    return data.hasImage() or any(url.isLocalFile() for url in data.urls())


def png_of(image: QImage) -> bytes:
    """A pasted picture as the bytes of a file, to be read like any other photo."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", 100)  # type: ignore[call-overload]  # quality 100 is the fastest compression
    return bytes(buffer.data().data())
