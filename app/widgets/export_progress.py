"""A small card below the avatar: how far an export is, and a way to stop it."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import text_button
from app.widgets.elided import Elided
from app.widgets.ground import paint_card
from app.widgets.progress_line import ProgressLine
from core.words import tr

WIDTH, HEIGHT, MARGIN = 360, 64, 16


class ExportProgress(QWidget):
    """It lies over what one works on, and takes nothing of it but its own place."""

    stop_wanted = Signal()
    appeared = Signal()
    """It lies where it did not: other things that lie over the page make room."""

    def __init__(self, stage: QWidget) -> None:
        super().__init__(stage)
        self.setAccessibleName(tr("Export"))
        self._name, self._count, self.line = Elided(theme.font("body")), QLabel(), ProgressLine(tr("How far the export is"))
        self._count.setFont(theme.font("small"))
        self._count.setProperty("tone", "secondary")
        self.stop = text_button(tr("Stop"), "link")
        self.stop.clicked.connect(self.stop_wanted)
        self._rows = layout = QGridLayout(self)
        layout.setContentsMargins(16, 4, 8, 12)
        layout.setHorizontalSpacing(8)
        layout.setVerticalSpacing(4)
        layout.setColumnStretch(0, 1)
        layout.addWidget(self._name, 0, 0)
        layout.addWidget(self._count, 0, 1)
        layout.addWidget(self.stop, 0, 2)
        layout.addWidget(self.line, 1, 0, 1, 3)
        stage.installEventFilter(self)
        self.hide()

    def show_share(self, name: str, done: int, total: int) -> None:
        """Say how far a file is.

        Args:
            name: Of the file.
            done: Pictures that are drawn.
            total: Pictures that it has.
        """
        self._name.set_text(name)
        self._count.setText(tr("{done} of {total}", done=done, total=total) if done < total else tr("Writing"))
        self.line.set_share(done / total)
        self.setAccessibleDescription(f"{name}: {self._count.text()}")
        if not self.isVisible():
            self._place()
            self.show()
            self.raise_()
            self._rows.activate()
            self.appeared.emit()

    def _place(self) -> None:
        stage = self.parentWidget()
        if stage is not None:
            # In the right half: what is said of the photo stands in the left one.
            width = min(WIDTH, stage.width() // 2 - 2 * MARGIN)
            self.setGeometry((3 * stage.width() // 2 - width) // 2, stage.height() - HEIGHT - MARGIN, width, HEIGHT)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_card(painter, self)
