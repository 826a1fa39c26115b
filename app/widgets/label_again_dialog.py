"""Asks how many photos to label a second time."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget
from typing_extensions import override

from app.widgets.ask_dialog import AskDialog
from core.words import mark, tr

COUNT = 10
WHY = mark(
    "They are drawn by chance. You label them once more, without a look at what you said the first time: how far you "
    "agree with yourself is as far as any method can agree with you. Let some days go by before."
)


class LabelAgainDialog(AskDialog):
    """One question with an answer that will do."""

    def __init__(self, finished: int, go_on: Callable[[int], None], parent: QWidget | None = None) -> None:
        """Ask.

        Args:
            finished: How many photos there are to choose from.
            go_on: Called with how many.
            parent: Above what it lies.
        """
        super().__init__(tr("Label again"), tr("Label again"), parent)
        self._go_on = go_on
        self.count = QLineEdit(str(min(COUNT, finished)))
        self.count.setValidator(QIntValidator(1, finished, self))
        self.count.setAccessibleName(tr("Photos"))
        self.count.setFixedWidth(64)
        self.count.textChanged.connect(lambda _: self.ok_button.setEnabled(self.count.hasAcceptableInput()))
        question = QHBoxLayout()
        question.setSpacing(8)
        question.addWidget(self.count)
        question.addWidget(QLabel(tr("of {finished} finished photos", finished=finished)))
        question.addStretch(1)
        self.lay_out(self.explained(tr(WHY)), question)
        self.count.setFocus(Qt.FocusReason.OtherFocusReason)
        self.count.selectAll()

    @override
    def answer(self) -> None:
        count = int(self.count.text())
        self.accept()
        self._go_on(count)
