"""The queue below the list of jobs: how many wait, and whether they are started."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app import theme
from app.widgets.buttons import text_button
from core.words import tr


class QueueBar(QWidget):
    """Hidden while the queue is empty."""

    pause_wanted = Signal(bool)
    """Whether the queue is to be paused, or to go on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line, self.reason = QLabel(), QLabel()
        self.reason.setWordWrap(True)
        self.reason.setFont(theme.font("small"))
        self.reason.setProperty("tone", "secondary")
        self.button = text_button(tr("Pause"), "link")
        self._is_paused = False
        row = QHBoxLayout()
        row.addWidget(self.line, 1)
        row.addWidget(self.button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 8, 8, 12)
        layout.setSpacing(2)
        layout.addLayout(row)
        layout.addWidget(self.reason)
        self.button.clicked.connect(lambda: self.pause_wanted.emit(not self._is_paused))
        self.hide()

    def set_queue(self, num_waiting: int, num_entries: int, is_paused: bool, text: str) -> None:
        """Show the queue.

        Args:
            num_waiting: Jobs that wait for their turn.
            num_entries: All jobs in it.
            is_paused: Whether none is started.
            text: Why it is paused or cannot be read; may be empty.
        """
        self._is_paused = is_paused
        waiting = tr("{count} waiting", count=num_waiting) if num_waiting else tr("nothing waiting")
        queue = tr("Queue paused, {waiting}", waiting=waiting) if is_paused else tr("Queue runs, {waiting}", waiting=waiting)
        self.line.setText(queue)
        words = tr("Go on") if is_paused else tr("Pause")
        self.button.setText(words)
        self.button.setAccessibleName(tr("Go on with the queue") if is_paused else tr("Pause the queue"))
        self.button.setVisible(bool(num_entries))
        self.reason.setText(text)
        self.reason.setVisible(bool(text))
        self.setVisible(bool(num_entries or text))
