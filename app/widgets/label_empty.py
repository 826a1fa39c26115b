"""What evaluation sets are for, where none is open."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app import theme
from app.widgets.buttons import text_button


class NoSet(QWidget):
    """Says what a set is, and offers to make or open one."""

    new_wanted = Signal()
    """The person wants a new set."""
    open_wanted = Signal()
    """The person wants to open a set."""

    def __init__(self) -> None:
        super().__init__()
        title, text = QLabel("Label photos"), QLabel()
        title.setFont(theme.font("large", strong=True))
        text.setText(
            "An evaluation set holds photos and the avatars that designers choose for them: what methods are measured "
            "against. Make one and drop photos into it, or go on with one that is there."
        )
        text.setWordWrap(True)
        text.setProperty("tone", "secondary")
        text.setFixedSize(440, text.heightForWidth(440))
        for label in (title, text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.new_button, self.open_button = text_button("New set…", "primary"), text_button("Open set…", "raised")
        self.new_button.clicked.connect(self.new_wanted)
        self.open_button.clicked.connect(self.open_wanted)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.new_button)
        buttons.addWidget(self.open_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(1)
        layout.addWidget(title, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(text, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(buttons)
        layout.addStretch(1)
