"""Why a job failed, in a sentence, with what may help as buttons."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import text_button
from app.widgets.job_log import monospaced
from core.jobs.failures import Failure
from core.words import tr

LINES = 5
"""Log lines that it repeats; the rest stands below."""


class FailureCard(QWidget):
    """Hidden while there is nothing to say."""

    remedy_wanted = Signal(object)
    """A `Remedy`: change these settings and go on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Why it failed"))
        self._failure: Failure | None = None
        self.text, self.lines = QLabel(), QLabel()
        for label in (self.text, self.lines):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.lines.setFont(monospaced())
        self.lines.setProperty("tone", "secondary")
        self.buttons: list[QPushButton] = []
        self._row = QHBoxLayout()
        self._row.setSpacing(theme.UNIT)
        self._row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(48, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(self.text)
        layout.addWidget(self.lines)
        layout.addLayout(self._row)
        self.hide()

    def set_failure(self, failure: Failure | None, log: Sequence[str], can_help: bool) -> None:
        """Say this.

        Args:
            failure: None hides the card.
            log: The log's last lines.
            can_help: Whether the remedies can be used.
        """
        self.setVisible(failure is not None)
        if failure is None:
            self._failure = None
            return
        self.lines.setText("\n".join(log[-LINES:]))
        self.lines.setVisible(bool(log))
        if failure != self._failure:
            self._failure = failure
            self.text.setText(failure.text or tr("It failed without saying why. The log may say more."))
            self.setAccessibleDescription(self.text.text())
            self._offer(failure)
        for button in self.buttons:
            button.setEnabled(can_help)
        self.update()

    def _offer(self, failure: Failure) -> None:
        for button in self.buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self.buttons = []
        for place, remedy in enumerate(failure.remedies):
            button = text_button(remedy.title, "plain" if place else "primary", self)
            button.clicked.connect(lambda _=False, remedy=remedy: self.remedy_wanted.emit(remedy))
            self._row.insertWidget(place, button)
            self.buttons.append(button)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("panel", self))
            painter.drawRoundedRect(QRectF(self.rect()), 12, 12)
            is_lost = self._failure is not None and self._failure.cause == "lost"
            tint = theme.color("amber_text" if is_lost else "danger", self)
            theme.paint_icon(painter, "lost" if is_lost else "alert", QRectF(16, 13, 20, 20), tint)
