"""What every key does here."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QWidget

from app import theme


class ShortcutSheet(QDialog):
    """A quiet list of keys; any click outside or Escape closes it."""

    def __init__(self, rows: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        layout = QGridLayout(self)
        layout.setContentsMargins(32, 24, 32, 32)
        layout.setHorizontalSpacing(24)
        layout.setVerticalSpacing(8)
        half = (len(rows) + 1) // 2
        for index, (keys, text) in enumerate(rows):
            column = 0 if index < half else 3
            layout.addWidget(QLabel(text), index % half, column)
            label = QLabel(keys)
            label.setFont(theme.font("body", strong=True))
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            layout.addWidget(label, index % half, column + 1)
        layout.setColumnMinimumWidth(2, 32)
