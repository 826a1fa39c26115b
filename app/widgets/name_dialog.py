"""Asks for a name: who labels, who is on a photo."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget
from typing_extensions import override

from app.widgets.ask_dialog import AskDialog
from core.words import tr


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


class NameDialog(AskDialog):
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
        super().__init__(question.title, tr("Go on"), parent)
        self._go_on, self._may_be_empty = go_on, question.may_be_empty
        self.box = QComboBox(editable=True)
        self.box.addItems([*known])
        self.box.setAccessibleName(tr("Name"))
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        line = self.box.lineEdit()
        assert line is not None
        self.name = line
        self.name.setAccessibleName(tr("Name"))
        self.box.setCurrentText(name)
        self.lay_out(self.explained(question.why), self.box)
        self.name.textChanged.connect(lambda _: self._show_state())
        self._show_state()
        self.name.selectAll()
        self.box.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_state(self) -> None:
        self.ok_button.setEnabled(self._may_be_empty or bool(self.name.text().strip()))

    @override
    def answer(self) -> None:
        name = self.name.text().strip()
        self.accept()
        self._go_on(name)
