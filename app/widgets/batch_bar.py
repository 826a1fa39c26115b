"""A line above the page while there are many photos: back to all of them, and how far they are."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app import theme
from app.widgets.buttons import text_button
from core.words import tr


class BatchBar(QWidget):
    """Hidden while there is only one photo."""

    back_wanted = Signal()
    """To the gallery."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("All photos"))
        self.setFixedHeight(34)
        self.back, self.about = text_button(tr("Back to all photos"), "link"), QLabel()
        self.back.setIcon(theme.icon("previous"))
        self.about.setProperty("tone", "secondary")
        self.about.setFont(theme.font("small"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(theme.UNIT)
        row.addWidget(self.back)
        row.addStretch(1)
        row.addWidget(self.about)
        self.back.clicked.connect(self.back_wanted)
        self.hide()

    def tell(self, text: str) -> None:
        """Say how far the others are."""
        self.about.setText(text)
