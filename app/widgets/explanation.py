"""A few words in the middle of a page, where there is nothing else to show."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app import theme

WIDTH = 440


class Explanation(QWidget):
    """A title and a sentence or two."""

    def __init__(self) -> None:
        super().__init__()
        self._title, self._text = QLabel(), QLabel()
        self._title.setFont(theme.font("title", strong=True))
        self._text.setProperty("tone", "secondary")
        self._text.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addStretch(1)
        for label in (self._title, self._text):
            label.setFixedWidth(WIDTH)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)

    @property
    def text(self) -> str:
        """All that it says."""
        return f"{self._title.text()} {self._text.text()}".strip()

    def say(self, title: str, text: str) -> None:
        """Say something; the title may be empty."""
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._text.setText(text)
        self._text.setFixedHeight(self._text.heightForWidth(WIDTH))  # a label in a box layout is not asked for it
