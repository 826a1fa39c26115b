"""What jobs are for, where there are none."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app import theme
from app.widgets.buttons import text_button


class NoJobs(QWidget):
    """Says what a job is, and offers the first one."""

    wanted = Signal()
    """The person wants a new job."""

    def __init__(self) -> None:
        super().__init__()
        title, text = QLabel("Nothing has been trained here"), QLabel()
        title.setFont(theme.font("large", strong=True))
        text.setText(
            "A job trains a network or prepares what one learns from. It runs by itself: close the window, and it goes on; "
            "stop it, and it goes on later where it was."
        )
        text.setWordWrap(True)
        text.setProperty("tone", "secondary")
        text.setFixedSize(440, text.heightForWidth(440))
        for label in (title, text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = text_button("New job…")  # the primary one is in the bar above
        self.button.clicked.connect(self.wanted)
        layout = QVBoxLayout(self)
        layout.setSpacing(12)
        layout.addStretch(1)
        for widget in (title, text, self.button):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
