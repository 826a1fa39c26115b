"""What small dialogs share that ask something and go on."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QGridLayout, QHBoxLayout, QLabel, QLayout, QLineEdit, QVBoxLayout, QWidget

from app import theme
from app.widgets.buttons import text_button
from app.widgets.text_dialog import set_width
from core.words import tr

WIDTH = 440
MARGIN = 24


class AskDialog(QDialog):
    """A heading, why something is asked, what is asked, and two buttons; Enter goes on."""

    def __init__(self, title: str, ok: str, parent: QWidget | None = None, width: int = WIDTH) -> None:
        """Ask nothing yet.

        Args:
            title: The heading.
            ok: What the button says that goes on.
            parent: Above what it lies.
            width: Pixels.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setFixedWidth(width)
        self.ok_button, self.cancel = text_button(ok, "primary"), text_button(tr("Cancel"))
        self.ok_button.setDefault(True)
        self.ok_button.clicked.connect(self.answer)
        self.cancel.clicked.connect(self.reject)

    def answer(self) -> None:
        """Go on with what was answered."""
        self.accept()

    def explained(self, text: str) -> QLabel:
        """A quiet paragraph."""
        label = QLabel(text)
        label.setProperty("tone", "secondary")
        set_width(label, self.width() - 2 * MARGIN)
        return label

    def lay_out(self, *parts: QWidget | QLayout) -> None:
        """Put parts between the heading and the buttons."""
        heading = QLabel(self.windowTitle())
        heading.setFont(theme.font("title", strong=True))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.ok_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, 24, MARGIN, 20)
        layout.setSpacing(12)
        layout.addWidget(heading)
        for part in parts:
            layout.addWidget(part) if isinstance(part, QWidget) else layout.addLayout(part)
        layout.addSpacing(4)
        layout.addLayout(buttons)
        self.setFixedWidth(max(self.width(), layout.minimumSize().width()))  # other languages need more room
        for part in parts:
            if isinstance(part, QLabel) and part.wordWrap():
                set_width(part, self.width() - 2 * MARGIN)


def labelled(rows: Iterable[tuple[str, QWidget]]) -> QGridLayout:
    """Widgets below each other, each with what it is on its left."""
    fields = QGridLayout()
    fields.setVerticalSpacing(12)
    fields.setHorizontalSpacing(16)
    for number, (text, widget) in enumerate(rows):
        label = QLabel(text)
        label.setBuddy(widget)
        if not widget.accessibleName():
            widget.setAccessibleName(text)
        if isinstance(widget, QLineEdit):  # what is said in it while it is empty is seen as a whole
            widget.setMinimumWidth(widget.fontMetrics().horizontalAdvance(widget.placeholderText()) + 32)
        elif isinstance(widget, QComboBox):
            widget.setMinimumWidth(widget.sizeHint().width())
        fields.addWidget(label, number, 0)
        fields.addWidget(widget, number, 1)
    fields.setColumnStretch(1, 1)
    return fields
