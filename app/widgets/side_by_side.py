"""Two square pictures side by side, as large as fits, each with a line below, and with room for a note below that."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

GAP = 16
CAPTION, NOTE = 48, 80


class Column(QWidget):
    """A square picture, the line below it, and a note below that, which may come and go without moving anything."""

    def __init__(self, picture: QWidget, line: QWidget, note: QWidget | None = None) -> None:
        super().__init__()
        self._picture, self._line, self._note = picture, line, note
        for widget in (picture, line, note):
            if widget is not None:
                widget.setParent(self)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        side = self.width()
        self._picture.setGeometry(0, 0, side, side)
        self._line.setGeometry(0, side, side, CAPTION)
        if self._note is not None:
            self._note.setGeometry(0, side + CAPTION + 8, side, NOTE - 8)


class SideBySide(QWidget):
    """Lays out two columns of one size in the middle of its area."""

    def __init__(self, left: QWidget, right: QWidget) -> None:
        super().__init__()
        self._columns = (left, right)
        for column in self._columns:
            column.setParent(self)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(2 * 240 + GAP, 240 + CAPTION + NOTE)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        side = max(120, min((self.width() - GAP) // 2, self.height() - CAPTION - NOTE))
        # The pictures stand in the middle; the note takes what is free below them.
        room = self.height() - side - CAPTION
        x, y = (self.width() - 2 * side - GAP) // 2, max(0, min(room // 2, room - NOTE))
        for index, column in enumerate(self._columns):
            column.setGeometry(x + index * (side + GAP), y, side, side + CAPTION + NOTE)


def caption(*widgets: QWidget) -> QWidget:
    """A centred line of widgets to stand below a picture."""
    line = QWidget()
    layout = QHBoxLayout(line)
    layout.setContentsMargins(0, 8, 0, 0)
    layout.setSpacing(4)
    layout.addStretch(1)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return line
