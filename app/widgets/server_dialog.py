"""Asks for the address of a set on a server."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from typing_extensions import override

from app.widgets.ask_dialog import AskDialog, labelled
from core.words import mark, tr

WIDTH = 520
WHY = mark(
    "A team works on one set at once when it is in a PostgreSQL database. The password is kept nowhere but in this "
    "window, until it is closed."
)


class ServerDialog(AskDialog):
    """Address, password if one is needed, and who labels."""

    def __init__(
        self, address: str, designer: str, go_on: Callable[[str, str, str], None], parent: QWidget | None = None
    ) -> None:
        """Ask.

        Args:
            address: So far, without a password.
            designer: Who labels, as far as that is known.
            go_on: Called with address, password and designer.
            parent: Above what it lies.
        """
        super().__init__(tr("Open from a server"), tr("Open"), parent, WIDTH)
        self._go_on = go_on
        self.address, self.password, self.designer = QLineEdit(address), QLineEdit(), QLineEdit(designer)
        self.address.setPlaceholderText("postgresql://ada@server/faces")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(tr("Unless it is in ~/.pgpass"))
        rows = ((tr("Address"), self.address), (tr("Password"), self.password), (tr("Your name"), self.designer))
        self.lay_out(self.explained(tr(WHY)), labelled(rows))
        for line in (self.address, self.designer):
            line.textChanged.connect(lambda _: self._show_state())
        self._show_state()
        (self.password if address else self.address).setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_state(self) -> None:
        self.ok_button.setEnabled("://" in self.address.text() and bool(self.designer.text().strip()))

    @override
    def answer(self) -> None:
        answers = self.address.text().strip(), self.password.text(), self.designer.text().strip()
        self.accept()
        self._go_on(*answers)
