"""Pictures of an avatar on their way to a file: drawn one by one, written off the GUI thread, and stopped at any time."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app import tasks
from app.rendering import Render, Rendering, Shot, Urgency
from core.avatar.document import AvatarDocument
from core.avatar.vector import AvatarVector
from core.exporting import Order
from core.images import Image


@dataclass(frozen=True)
class Written:
    """What was written: the file, how many bytes it has, and how long drawing and writing took in seconds."""

    path: Path
    size: int
    seconds: float


class Export(QObject):
    """Draws what is asked for and writes it, once; it goes when that is done, or when it is stopped.

    A turn is drawn when there is nothing else to draw, frame by frame.
    """

    progressed = Signal(int, int)
    """So many pictures of so many are drawn."""
    written = Signal(object)
    """`Written`."""
    failed = Signal(object)
    """The error; what was drawn is kept, so that `write` can try again."""
    ended = Signal()
    """Nothing goes on any more: written, failed or stopped."""

    def __init__(
        self,
        order: Order,
        vector: AvatarVector,
        document: AvatarDocument | None,
        rendering: Rendering,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.order, self._vector, self._document, self._rendering = order, vector, document, rendering
        self._pictures: list[Image] = []
        self._stopped = threading.Event()
        self._began = 0.0

    def draw(self, done: Callable[[Sequence[Image]], None]) -> None:
        """Draw all pictures and hand them over."""
        if self._stopped.is_set():
            return
        if len(self._pictures) == len(self.order.cameras):
            done(self._pictures)
            return

        def keep(render: Render) -> None:
            if self._stopped.is_set():
                return
            self._pictures.append(to_rgba(render.image))
            self.progressed.emit(len(self._pictures), len(self.order.cameras))
            self.draw(done)

        shot = Shot(self._vector, self.order.cameras[len(self._pictures)], self.order.size)
        urgency = Urgency.STILL if self.order.turn is None else Urgency.IDLE
        self._rendering.draw(shot, keep, self._fail, urgency=urgency, key=self._key)

    def write(self, path: Path) -> None:
        """Draw what is not drawn yet, and write the file."""
        self._began = time.monotonic()

        def save(pictures: Sequence[Image]) -> None:
            tasks.run(lambda: self._save(path, pictures), self._finish, self._fail)

        self.draw(save)

    def stop(self) -> None:
        """Leave it; nothing is written, unless that has just begun."""
        if not self._stopped.is_set():
            self._stopped.set()
            self._rendering.forget(lambda key: key == self._key)
            self.ended.emit()
            self.deleteLater()

    @property
    def _key(self) -> tuple[str, int]:
        return ("export", id(self))

    def _save(self, path: Path, pictures: Sequence[Image]) -> Written | None:
        content = self.order.encode(pictures, self._document)
        if self._stopped.is_set():
            return None
        self.order.write(path, content)
        return Written(path, len(content), time.monotonic() - self._began)

    def _finish(self, written: Written | None) -> None:
        if written is not None and not self._stopped.is_set():
            self.ended.emit()
            self.written.emit(written)
            self.deleteLater()

    def _fail(self, error: Exception) -> None:
        if not self._stopped.is_set():
            self.ended.emit()
            self.failed.emit(error)


def to_rgba(image: QImage) -> NDArray[np.uint8]:
    """(H, W, 4) uint8 sRGB with straight alpha."""
    straight = image.convertToFormat(QImage.Format.Format_RGBA8888)
    pixels = np.frombuffer(straight.constBits(), np.uint8).reshape(straight.height(), straight.bytesPerLine())
    return pixels[:, : straight.width() * 4].reshape(straight.height(), straight.width(), 4).copy()
