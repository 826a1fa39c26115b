"""Says something that is too long for a notice, or asks whether to go on: a sentence, and lines to read and copy."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app import theme
from app.widgets.buttons import text_button
from core.words import tr

WIDTH, NARROW, MARGIN = 600, 460, 24
LINES_SEEN = 12


def set_width(text: QLabel, width: int) -> None:
    """Have a text wrap at a width, and be as high as it is then; layouts guess too much."""
    text.setWordWrap(True)
    text.ensurePolished()
    text.setFixedSize(width, text.heightForWidth(width))


Offer = tuple[str, Callable[[], None]]
"""What a button says and does."""


class TextDialog(QDialog):
    """A heading, a text, lines if there are any, and what can be done."""

    def __init__(
        self,
        title: str,
        text: str,
        lines: Sequence[str] = (),
        offers: Sequence[Offer] = (),
        parent: QWidget | None = None,
        no: str = "",
    ) -> None:
        """Say it.

        Args:
            title: In a few words.
            text: In sentences.
            lines: Of a list, however long; can be copied.
            offers: What can be done, the likeliest last; each closes the dialog first. Without any it only tells.
            parent: Above what it lies.
            no: What the button says that changes nothing, which Enter presses then; for what is not to be done by accident.
        """
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.text, self.list = QLabel(text), QPlainTextEdit("\n".join(lines))
        self.copy_button = text_button(tr("Copy"))
        self.cancel = text_button(no or (tr("Cancel") if offers else tr("Close")), "plain" if offers else "primary")
        self.buttons = [
            text_button(name, "primary" if place == len(offers) - 1 else "plain") for place, (name, _) in enumerate(offers)
        ]
        self._lay_out(title, len(lines))
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(f"{text}\n\n{self.list.toPlainText()}\n"))
        self.cancel.clicked.connect(self.reject)
        for button, (_, act) in zip(self.buttons, offers, strict=True):
            button.clicked.connect(lambda _=False, act=act: self._take(act))
        first = self.buttons[-1] if self.buttons and not no else self.cancel
        first.setDefault(True)
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self, title: str, num_lines: int) -> None:
        heading = QLabel(title)
        heading.setFont(theme.font("title", strong=True))
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.list.setReadOnly(True)
        self.list.setTabChangesFocus(True)
        self.list.setAccessibleName(tr("List"))
        self.list.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.list.document().setDocumentMargin(0)  # in line with the text
        height = self.list.fontMetrics().lineSpacing() * (min(num_lines, LINES_SEEN) + 1)
        if num_lines > LINES_SEEN:
            self.list.setMinimumHeight(height)
        else:
            self.list.setFixedHeight(height)
        self.list.setVisible(bool(num_lines))
        self.copy_button.setVisible(bool(num_lines) and not self.buttons)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.copy_button)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        for button in self.buttons:
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, 20)
        layout.setSpacing(12)
        layout.addWidget(heading)
        layout.addWidget(self.text)
        layout.addWidget(self.list, 1)
        layout.addSpacing(4)
        layout.addLayout(buttons)
        width = WIDTH if num_lines else NARROW
        self.setFixedWidth(width)
        set_width(self.text, width - 2 * MARGIN)

    def _take(self, act: Callable[[], None]) -> None:
        self.accept()
        act()
