"""How many values a person should look at, how far they are, and the ways on."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app import theme
from app.widgets.buttons import IconButton, tell_keys, text_button
from app.widgets.elided import Elided
from core.words import tr, trn


class UnsureBar(QWidget):
    """A quiet line; there only while there is something to look at."""

    next_wanted = Signal()
    """Go to the next one."""
    settle_wanted = Signal()
    """Settle all of them in a few questions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Values to check"))
        self.setFixedHeight(34)
        self._dot, self.words = QLabel("●"), Elided(theme.font("body"))
        self._dot.setFont(theme.font("small"))
        self._dot.setProperty("tone", "dot")
        self.settle = text_button(tr("Settle them…"), "link")
        self.settle.setToolTip(tr("Answer a few questions instead: which of two is more like you?"))
        self.next = IconButton("next", tr("Next unsure value"), size=24)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 0, 0)
        row.setSpacing(theme.UNIT)
        row.addWidget(self._dot)
        row.addWidget(self.words, 1)
        row.addWidget(self.settle)
        row.addWidget(self.next)
        self.next.clicked.connect(self.next_wanted)
        self.settle.clicked.connect(self.settle_wanted)
        self.hide()

    def follow(self, action: QAction) -> None:
        """Say which keys go to the next one."""
        tell_keys(self.next, action)

    def show_progress(self, place: int | None, total: int, left: int) -> None:
        """Say how far a person is.

        Args:
            place: Which one has the focus, counted from 1; None where another setting has it.
            total: How many there were.
            left: How many are still unsure.
        """
        self.setVisible(left > 0)
        if place is None:
            self.words.set_text(trn("{count} value to check", "{count} values to check", left))
        else:
            self.words.set_text(tr("{place} of {total} to check", place=place, total=total))
