"""Asks what a new evaluation set is called and who labels."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app import theme
from app.widgets.buttons import text_button
from app.widgets.text_dialog import set_width

WIDTH = 440
SHARES = (0, 10, 20, 30, 50, 100)  # per cent


class LabelSetDialog(QDialog):
    """A few questions, each with an answer that will do; Enter goes on."""

    def __init__(
        self,
        designer: str,
        go_on: Callable[["LabelSetDialog"], None],
        parent: QWidget | None = None,
        other_engines: Sequence[str] = (),
    ) -> None:
        """Ask.

        Args:
            designer: Who labelled last.
            go_on: Called with the dialog once everything is answered.
            parent: Above what it lies.
            other_engines: Avatars that the set may be for as well.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("New evaluation set")
        self._go_on = go_on
        self._engines = {name: QCheckBox(name) for name in other_engines}
        self.name, self.designer, self.blind = QLineEdit(), QLineEdit(designer), QComboBox()
        self.name.setPlaceholderText("What the set is called")
        self.designer.setPlaceholderText("Every label carries it")
        for percent in SHARES:
            self.blind.addItem(f"{percent} % of the photos", percent / 100)
        self.blind.setCurrentIndex(SHARES.index(20))
        self.ok_button, self.cancel = text_button("Choose where…", "primary"), text_button("Cancel")
        self._lay_out()
        self.name.textChanged.connect(lambda _: self._show_state())
        self.designer.textChanged.connect(lambda _: self._show_state())
        self.ok_button.clicked.connect(self._answer)
        self.cancel.clicked.connect(self.reject)
        self.ok_button.setDefault(True)
        self._show_state()

    @property
    def blind_share(self) -> float:
        """Of the photos, how many are always labelled from nothing, in [0, 1]."""
        return float(self.blind.currentData())

    @property
    def engines(self) -> list[str]:
        """Other avatars that the set is to be for."""
        return [name for name, box in self._engines.items() if box.isChecked()]

    def _lay_out(self) -> None:
        heading = QLabel("New evaluation set")
        heading.setFont(theme.font("title", strong=True))
        fields = QGridLayout()
        fields.setVerticalSpacing(12)
        fields.setHorizontalSpacing(16)
        rows: list[tuple[str, QWidget]] = [("Name", self.name), ("Your name", self.designer), ("Always from nothing", self.blind)]
        for number, (text, widget) in enumerate(rows):
            label = QLabel(text)
            label.setBuddy(widget)
            widget.setAccessibleName(text)
            fields.addWidget(label, number, 0)
            fields.addWidget(widget, number, 1)
        for number, box in enumerate(self._engines.values(), len(rows)):
            box.setAccessibleName(f"Also for {box.text()}")
            fields.addWidget(QLabel("Also for" if number == len(rows) else ""), number, 0)
            fields.addWidget(box, number, 1)
        fields.setColumnStretch(1, 1)
        why = QLabel(
            "That share of the photos is drawn by chance and never shows a prediction, so that one can measure how much "
            "predictions sway a label."
        )
        why.setFont(theme.font("small"))
        why.setProperty("tone", "secondary")
        set_width(why, WIDTH - 48)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.ok_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 20)
        layout.setSpacing(16)
        layout.addWidget(heading)
        layout.addLayout(fields)
        layout.addWidget(why)
        layout.addLayout(buttons)
        self.setFixedWidth(WIDTH)

    def _show_state(self) -> None:
        self.ok_button.setEnabled(bool(self.designer.text().strip() and self.name.text().strip()))

    def _answer(self) -> None:
        self._go_on(self)
