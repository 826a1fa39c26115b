"""Asks for the address of a set on a server."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app import theme
from app.widgets.buttons import text_button
from app.widgets.text_dialog import set_width

WIDTH = 520


class ServerDialog(QDialog):
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
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Open from a server")
        self._go_on = go_on
        self.address, self.password, self.designer = QLineEdit(address), QLineEdit(), QLineEdit(designer)
        self.address.setPlaceholderText("postgresql://ada@server/faces")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText("Unless it is in ~/.pgpass")
        self.ok_button, self.cancel = text_button("Open", "primary"), text_button("Cancel")
        self.ok_button.setDefault(True)
        self._lay_out()
        for line in (self.address, self.designer):
            line.textChanged.connect(lambda _: self._show_state())
        self.ok_button.clicked.connect(self._answer)
        self.cancel.clicked.connect(self.reject)
        self._show_state()
        (self.password if address else self.address).setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        heading = QLabel("Open from a server")
        heading.setFont(theme.font("title", strong=True))
        why = QLabel(
            "A team works on one set at once when it is in a PostgreSQL database. The password is kept nowhere but in this "
            "window, until it is closed."
        )
        why.setProperty("tone", "secondary")
        set_width(why, WIDTH - 48)
        fields = QGridLayout()
        fields.setVerticalSpacing(12)
        fields.setHorizontalSpacing(16)
        for number, (text, widget) in enumerate(
            (("Address", self.address), ("Password", self.password), ("Your name", self.designer))
        ):
            label = QLabel(text)
            label.setBuddy(widget)
            widget.setAccessibleName(text)
            fields.addWidget(label, number, 0)
            fields.addWidget(widget, number, 1)
        fields.setColumnStretch(1, 1)
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
        layout.addLayout(fields)
        layout.addSpacing(4)
        layout.addLayout(buttons)
        self.setFixedWidth(WIDTH)

    def _show_state(self) -> None:
        self.ok_button.setEnabled("://" in self.address.text() and bool(self.designer.text().strip()))

    def _answer(self) -> None:
        answers = self.address.text().strip(), self.password.text(), self.designer.text().strip()
        self.accept()
        self._go_on(*answers)
