"""Why Likeness does not start, and what can be done about it."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import text_button
from app.widgets.text_dialog import set_width
from core.words import tr

WIDTH, MARGIN, ICON = 560, 32, 40


class StartFailure(QDialog):
    """Stands in place of the window. Accepted, it is to be tried again."""

    def __init__(self, reason: str, help_text: str, details: str) -> None:
        """Say it.

        Args:
            reason: What is wrong, in sentences.
            help_text: What to do, in sentences.
            details: To be copied into a report.
        """
        super().__init__()
        self.setWindowTitle(tr("Likeness"))
        self.setFixedWidth(WIDTH)
        heading = QLabel(tr("Likeness cannot start"))
        heading.setFont(theme.font("large", strong=True))
        self.reason, self.help = QLabel(reason), QLabel(help_text)
        for label in (self.reason, self.help):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.help.setProperty("tone", "secondary")
        self.copy_button = text_button(tr("Copy details"))
        self.copy_button.clicked.connect(lambda: self._copy(details))
        self.close_button = text_button(tr("Quit"))
        self.close_button.clicked.connect(self.reject)
        self.again = text_button(tr("Try again"), "primary")
        self.again.clicked.connect(self.accept)
        self.again.setDefault(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.copy_button)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.again)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, 24)
        layout.setSpacing(12)
        layout.addWidget(_Icon())
        layout.addWidget(heading)
        for label in (self.reason, self.help):
            layout.addWidget(label)
            set_width(label, WIDTH - 2 * MARGIN)
        layout.addSpacing(12)
        layout.addLayout(buttons)
        self.again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _copy(self, details: str) -> None:
        QGuiApplication.clipboard().setText(details)
        self.copy_button.setText(tr("Copied"))


class _Icon(QWidget):
    """A sign that something is wrong; the words beside it say so too."""

    @override
    def sizeHint(self) -> QSize:
        return QSize(ICON, ICON)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            theme.paint_icon(painter, "alert", QRectF(0, 0, ICON, ICON), theme.color("amber", self))
