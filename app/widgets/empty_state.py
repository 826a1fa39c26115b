"""What a page is for, where there is nothing on it yet."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app import theme

WIDTH = 440


class EmptyState(QWidget):
    """Says in the middle what there could be, with the buttons to begin with."""

    def __init__(self, title: str, text: str, *buttons: QPushButton) -> None:
        super().__init__()
        heading, words = QLabel(title), QLabel(text)
        heading.setFont(theme.font("large", strong=True))
        words.setWordWrap(True)
        words.setProperty("tone", "secondary")
        words.setFixedSize(WIDTH, words.heightForWidth(WIDTH))
        for label in (heading, words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout()
        row.setSpacing(theme.UNIT)
        row.addStretch(1)
        for button in buttons:
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(1)
        layout.addWidget(heading, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(words, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(row)
        layout.addStretch(1)
