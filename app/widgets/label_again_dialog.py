"""Asks how many photos to label a second time."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app import theme
from app.widgets.buttons import text_button
from app.widgets.text_dialog import set_width

COUNT = 10
WIDTH = 440


class LabelAgainDialog(QDialog):
    """One question with an answer that will do."""

    def __init__(self, finished: int, go_on: Callable[[int], None], parent: QWidget | None = None) -> None:
        """Ask.

        Args:
            finished: How many photos there are to choose from.
            go_on: Called with how many.
            parent: Above what it lies.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Label again")
        self._go_on = go_on
        self.count = QLineEdit(str(min(COUNT, finished)))
        self.count.setValidator(QIntValidator(1, finished, self))
        self.count.setAccessibleName("Photos")
        self.count.setFixedWidth(64)
        self.ok_button, self.cancel = text_button("Label again", "primary"), text_button("Cancel")
        self.ok_button.setDefault(True)
        self.count.textChanged.connect(lambda _: self.ok_button.setEnabled(self.count.hasAcceptableInput()))
        self.ok_button.clicked.connect(self._answer)
        self.cancel.clicked.connect(self.reject)
        self._lay_out(finished)

    def _lay_out(self, finished: int) -> None:
        heading = QLabel("Label again")
        heading.setFont(theme.font("title", strong=True))
        why = QLabel(
            "They are drawn by chance. You label them once more, without a look at what you said the first time: how far you "
            "agree with yourself is as far as any method can agree with you. Let some days go by before."
        )
        why.setProperty("tone", "secondary")
        set_width(why, WIDTH - 48)
        question = QHBoxLayout()
        question.setSpacing(8)
        question.addWidget(self.count)
        question.addWidget(QLabel(f"of {finished} finished photos"))
        question.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.ok_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(heading)
        layout.addWidget(why)
        layout.addLayout(question)
        layout.addSpacing(4)
        layout.addLayout(buttons)
        self.setFixedWidth(WIDTH)
        self.count.setFocus(Qt.FocusReason.OtherFocusReason)
        self.count.selectAll()

    def _answer(self) -> None:
        count = int(self.count.text())
        self.accept()
        self._go_on(count)
