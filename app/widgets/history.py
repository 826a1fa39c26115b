"""The steps that led to the avatar, by name: a list under a button, from which any of them is gone to."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget
from typing_extensions import override

from app import theme
from core.words import tr

WIDTH, ROWS_SEEN = 280, 14


class HistoryPopup(QFrame):
    """Shows the steps, the last on top; arrows and clicks go to one at once, Enter and Esc leave the list."""

    chosen = Signal(int)
    """So many steps are to be done."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._window = parent
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("history")
        self.setAccessibleName(tr("History"))
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Steps"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        heading = QLabel(tr("History"))
        heading.setFont(theme.font("body", strong=True))
        heading.setContentsMargins(8, 0, 8, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 12, 8, 8)
        layout.setSpacing(8)
        layout.addWidget(heading)
        layout.addWidget(self.list)
        self.setFixedWidth(WIDTH)
        self._count = 0
        self.list.currentRowChanged.connect(self._choose)
        self.list.itemClicked.connect(lambda _: self.close())

    def set_steps(self, names: Sequence[str], done: int, saved: int, first: str) -> None:
        """Show steps.

        Args:
            names: What they are called, the first first.
            done: How many of them are done; the others were taken back.
            saved: After how many the avatar was as in its file; -1 for never.
            first: What the avatar was before all of them.
        """
        self.list.blockSignals(True)
        self.list.clear()
        self._count = len(names)
        for number, name in reversed(list(enumerate((first, *names)))):
            said = name[:1].upper() + name[1:]
            text = tr("{step}  (saved)", step=said) if number == saved else said
            item = QListWidgetItem(text, self.list)
            item.setToolTip(text)
            if number > done:
                font = item.font()
                font.setItalic(True)
                item.setFont(font)
                item.setForeground(theme.color("secondary", self))
                item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, tr("taken back"))
        self.list.setCurrentRow(self._count - done)
        self.list.blockSignals(False)
        self.list.ensurePolished()
        row = max(24, self.list.sizeHintForRow(0))
        self.list.setFixedHeight(row * min(self.list.count(), ROWS_SEEN) + 4)

    def open_below(self, widget: QWidget | None) -> None:
        """Appear below a widget, or in the middle of the window."""
        self.adjustSize()
        window = self._window
        if widget is not None and widget.isVisible():
            place = widget.mapToGlobal(QPoint(0, widget.height() + 4))
        else:
            place = window.mapToGlobal(window.rect().center()) - self.rect().center()
        screen = window.screen().availableGeometry()
        place.setX(max(screen.left(), min(place.x(), screen.right() - self.width())))
        place.setY(max(screen.top(), min(place.y(), screen.bottom() - self.height())))
        self.move(place)
        self.show()
        self.list.setFocus(Qt.FocusReason.PopupFocusReason)

    def _choose(self, row: int) -> None:
        if row >= 0:
            self.chosen.emit(self._count - row)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.close()
        else:
            super().keyPressEvent(event)
