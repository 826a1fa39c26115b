"""Small faces for the list of photos, read when they are first asked for."""

from collections import OrderedDict
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from app import problems
from app.tasks import Lane

SIDE = 264  # pixels: sharp at twice the scale
KEPT = 240  # 67 MB


class LabelPictures(QObject):
    """Keeps what was seen lately; the newest wish comes first, so that scrolling never waits for what has passed."""

    arrived = Signal(int)
    """The id of a photo whose face can be shown now."""

    def __init__(self, read: Callable[[int], bytes], parent: QObject | None = None) -> None:
        """Ask for pictures.

        Args:
            read: The JPEG of a photo's face by its id; called on a thread of its own.
            parent: Qt's.
        """
        super().__init__(parent)
        self._read, self._lane = read, Lane("label pictures")
        self._kept: OrderedDict[int, QImage] = OrderedDict()
        self._round = 0

    def get(self, item_id: int) -> QImage | None:
        """A photo's face; None while it is on its way."""
        if item_id in self._kept:
            self._kept.move_to_end(item_id)
            return self._kept[item_id]
        this = self._round
        self._lane.submit(
            partial(self._make, item_id),
            lambda image: self._keep(this, item_id, image),
            partial(self._fail, this, item_id),
            key=(this, item_id),
        )
        return None

    def forget(self) -> None:
        """Forget all: another set was opened."""
        self._round += 1
        self._kept.clear()
        self._lane.forget(lambda _: True)

    def forget_one(self, item_id: int) -> None:
        """Forget a photo's picture: its face is another now."""
        self._kept.pop(item_id, None)

    def close(self) -> None:
        """End the thread."""
        self._lane.close()

    def _make(self, item_id: int) -> QImage:
        image = QImage.fromData(self._read(item_id))
        if image.isNull():
            return image
        mode = Qt.TransformationMode.SmoothTransformation
        return image.scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio, mode).convertToFormat(QImage.Format.Format_RGB32)

    def _fail(self, asked: int, item_id: int, error: Exception) -> None:
        self._keep(asked, item_id, QImage())  # or every look at the list would ask again
        problems.report(error)

    def _keep(self, asked: int, item_id: int, image: QImage) -> None:
        if asked == self._round:
            self._kept[item_id] = image
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            self.arrived.emit(item_id)
