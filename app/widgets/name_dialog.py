"""Asks for a name: who labels, who is on a photo."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app import theme
from app.widgets.buttons import text_button
from app.widgets.text_dialog import set_width

WIDTH = 440


@dataclass(frozen=True)
class Question:
    """What a name is asked for.

    Attributes:
        title: The question.
        why: What the name is for.
        may_be_empty: Whether no name is an answer, too.
    """

    title: str
    why: str
    may_be_empty: bool = False


class NameDialog(QDialog):
    """One line, with the names that are known already; Enter goes on."""

    def __init__(
        self,
        question: "Question",
        name: str,
        known: Sequence[str],
        go_on: Callable[[str], None],
        parent: QWidget | None = None,
    ) -> None:
        """Ask.

        Args:
            question: What is asked.
            name: What it is so far.
            known: Names to choose from.
            go_on: Called with the name, without blanks around it.
            parent: Above what it lies.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(question.title)
        self._go_on, self._may_be_empty = go_on, question.may_be_empty
        self.box = QComboBox(editable=True)
        self.box.addItems([*known])
        self.box.setAccessibleName("Name")
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        line = self.box.lineEdit()
        assert line is not None
        self.name = line
        self.name.setAccessibleName("Name")
        self.box.setCurrentText(name)
        self.ok_button, self.cancel = text_button("Go on", "primary"), text_button("Cancel")
        self.ok_button.setDefault(True)
        self._lay_out(question.title, question.why)
        self.name.textChanged.connect(lambda _: self._show_state())
        self.ok_button.clicked.connect(self._answer)
        self.cancel.clicked.connect(self.reject)
        self._show_state()
        self.name.selectAll()
        self.box.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self, title: str, text: str) -> None:
        heading, why = QLabel(title), QLabel(text)
        heading.setFont(theme.font("title", strong=True))
        why.setProperty("tone", "secondary")
        set_width(why, WIDTH - 48)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.ok_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 20)
        layout.setSpacing(12)
        layout.addWidget(heading)
        layout.addWidget(why)
        layout.addWidget(self.box)
        layout.addSpacing(4)
        layout.addLayout(buttons)
        self.setFixedWidth(WIDTH)

    def _show_state(self) -> None:
        self.ok_button.setEnabled(self._may_be_empty or bool(self.name.text().strip()))

    def _answer(self) -> None:
        name = self.name.text().strip()
        self.accept()
        self._go_on(name)
