"""Asks for the seed of random values, and gives the next as often as wanted."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget
from typing_extensions import override

from app.widgets.ask_dialog import AskDialog
from app.widgets.buttons import text_button
from core.words import tr


class SeedDialog(AskDialog):
    """One number. The same number gives the same values again; “Again” takes the next one, and stays open."""

    def __init__(self, title: str, seed: int, most: int, use: Callable[[int], None], parent: QWidget | None = None) -> None:
        """Ask.

        Args:
            title: What is to be random.
            seed: The number to begin with.
            most: The largest one.
            use: Called with the number, whenever values are wanted.
            parent: Above what it lies.
        """
        super().__init__(title, tr("Use"), parent, width=360)
        self._most, self._use = most, use
        self._used: int | None = None
        self.seed = QLineEdit(str(seed))
        self.seed.setAccessibleName(tr("Seed"))
        self.seed.setValidator(QIntValidator(0, most, self.seed))
        self.again = text_button(tr("Again"), "plain")
        self.again.setToolTip(tr("Use the next number"))
        self.again.setAutoDefault(False)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.seed, 1)
        line.addWidget(self.again)
        self.cancel.setText(tr("Close"))
        self.lay_out(self.explained(tr("The same number gives the same values again. What is locked stays.")), line)
        self.again.clicked.connect(self._go_on)
        self.seed.textChanged.connect(lambda _: self.ok_button.setEnabled(self.seed.hasAcceptableInput()))
        self.seed.selectAll()
        self.seed.setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def answer(self) -> None:
        self._show(int(self.seed.text()))
        self.accept()

    def _go_on(self) -> None:
        """Use the number that stands there; the next one, where that was used already."""
        seed = int(self.seed.text()) if self.seed.hasAcceptableInput() else 0
        self._show((seed + 1) % (self._most + 1) if seed == self._used else seed)

    def _show(self, seed: int) -> None:
        if seed != self._used:
            self._used = seed
            self.seed.setText(str(seed))
            self._use(seed)
