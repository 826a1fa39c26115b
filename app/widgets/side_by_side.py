"""Two square pictures side by side, or one, as large as fits, each with a line below, and with room for a note below that."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

GAP = 16
CAPTION, NOTE = 48, 80
MARGINS = (0, 7, 0, 7)  # of a caption: buttons are 34 pixels high


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
        side = max(1, min(self.width(), self.height() - CAPTION - NOTE))
        left = (self.width() - side) // 2
        self._picture.setGeometry(left, 0, side, side)
        self._line.setGeometry(left, side, side, CAPTION)
        if self._note is not None:
            self._note.setGeometry(left, side + CAPTION + 8, side, NOTE - 8)


class SideBySide(QWidget):
    """Lays out two columns of one size in the middle of its area, or the right one alone, larger."""

    def __init__(self, left: QWidget, right: QWidget) -> None:
        super().__init__()
        self._columns = (left, right)
        self._is_single = False
        for column in self._columns:
            column.setParent(self)

    def show_one(self, is_single: bool) -> None:
        """Show the right column alone, in all of the room, or both."""
        if is_single != self._is_single:
            self._is_single = is_single
            self._columns[0].setVisible(not is_single)
            self._lay_out()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(2 * 240 + GAP, 240 + CAPTION + NOTE)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        count = 1 if self._is_single else 2
        side = max(120, min((self.width() - GAP * (count - 1)) // count, self.height() - CAPTION - NOTE))
        # The pictures stand in the middle; the note takes what is free below them.
        room = self.height() - side - CAPTION
        x, y = (self.width() - count * side - (count - 1) * GAP) // 2, max(0, min(room // 2, room - NOTE))
        for index, column in enumerate(self._columns[-count:]):
            column.setGeometry(x + index * (side + GAP), y, side, side + CAPTION + NOTE)


def caption(*widgets: QWidget) -> QWidget:
    """A centred line of widgets to stand below a picture."""
    line = QWidget()
    layout = QHBoxLayout(line)
    layout.setContentsMargins(*MARGINS)
    layout.setSpacing(4)
    layout.addStretch(1)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return line


def row_of(first: QWidget, *rest: QWidget) -> QWidget:
    """A line below a picture that begins and ends where the picture does; the first takes what room is left."""
    line = QWidget()
    layout = QHBoxLayout(line)
    layout.setContentsMargins(*MARGINS)
    layout.setSpacing(8)
    layout.addWidget(first, 1)
    for widget in rest:
        layout.addWidget(widget)
    return line
