"""Square pictures of one size, each with a word below, in as many columns as make them largest."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget
from typing_extensions import override

from app.widgets.zoom import LinkedZoom

GAP, CAPTION = 12, 28


class PictureFlow(QWidget):
    """Lays pictures out, and zooms them together."""

    def __init__(self) -> None:
        super().__init__()
        self._pictures: Sequence[QWidget] = ()
        self._captions: list[QLabel] = []
        self._zoom: LinkedZoom | None = None

    def put(self, pictures: Sequence[QWidget]) -> None:
        """Show these, widgets that have a `set_zoom`."""
        if list(pictures) == list(self._pictures):
            return
        for old in self._pictures:
            old.setVisible(old in pictures)
        self._pictures = pictures
        for picture in pictures:
            picture.setParent(self)
            picture.show()
        while len(self._captions) < len(pictures):
            caption = QLabel(self)
            caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
            caption.setProperty("tone", "secondary")
            self._captions.append(caption)
        for number, caption in enumerate(self._captions):
            caption.setVisible(number < len(pictures))
        if self._zoom is not None:
            self._zoom.reset()
            self._zoom.deleteLater()
        self._zoom = LinkedZoom(pictures, self)
        self._place()

    def set_captions(self, words: Sequence[str]) -> None:
        """Say what each is."""
        for caption, text in zip(self._captions, words, strict=False):
            caption.setText(text)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def _place(self) -> None:
        count = len(self._pictures)
        if not count:
            return
        columns = max(range(1, count + 1), key=self._side)
        side, rows = self._side(columns), -(-count // columns)
        top = max(0, (self.height() - rows * (side + CAPTION) - (rows - 1) * GAP) // 2)
        for number, (picture, caption) in enumerate(zip(self._pictures, self._captions, strict=False)):
            row, column = divmod(number, columns)
            in_row = min(columns, count - row * columns)
            x = (self.width() - in_row * side - (in_row - 1) * GAP) // 2 + column * (side + GAP)
            y = top + row * (side + CAPTION + GAP)
            picture.setGeometry(x, y, side, side)
            caption.setGeometry(x, y + side, side, CAPTION)

    def _side(self, columns: int) -> int:
        """How large pictures in so many columns can be."""
        rows = -(-len(self._pictures) // columns)
        wide = (self.width() - (columns - 1) * GAP) // columns
        high = (self.height() - (rows - 1) * GAP) // rows - CAPTION
        return max(48, min(wide, high))
