"""Two square pictures side by side, as large as fits, each with a line below."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget
from typing_extensions import override

GAP = 16
CAPTION = 48


class SideBySide(QWidget):
    """Lays out two pictures of one size in the middle of its area."""

    def __init__(self, left: QWidget, left_caption: QWidget, right: QWidget, right_caption: QWidget) -> None:
        super().__init__()
        self._columns = ((left, left_caption), (right, right_caption))
        for column in self._columns:
            for widget in column:
                widget.setParent(self)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(2 * 240 + GAP, 240 + CAPTION)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        side = max(120, min((self.width() - GAP) // 2, self.height() - CAPTION))
        x, y = (self.width() - 2 * side - GAP) // 2, max(0, (self.height() - side - CAPTION) // 2)
        for index, (picture, caption) in enumerate(self._columns):
            left = x + index * (side + GAP)
            picture.setGeometry(left, y, side, side)
            caption.setGeometry(left, y + side, side, CAPTION)


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
