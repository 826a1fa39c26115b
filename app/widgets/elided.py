"""A line of text that ends in dots where there is no room."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy
from typing_extensions import override


class Elided(QLabel):
    """It asks for no width of its own, so that no text is too long for the page; all of it is in the tooltip."""

    def __init__(self, font: QFont, tone: str = "") -> None:
        super().__init__()
        self.setFont(font)
        if tone:
            self.setProperty("tone", tone)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.whole = ""
        """The text without dots."""

    def set_text(self, text: str) -> None:
        """Show a text."""
        if text != self.whole:
            self.whole = text
            self.setToolTip(text)
            self.setAccessibleName(text)
            self._elide()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._elide()

    def _elide(self) -> None:
        self.setText(self.fontMetrics().elidedText(self.whole, Qt.TextElideMode.ElideRight, self.width()))
