"""Says over the avatar that it could not be drawn, why, and lets it be tried again; the last picture stays below it."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import text_button
from app.widgets.ground import paint_card
from core.words import tr

MARGIN, WIDEST = 12, 440


class DrawTrouble(QWidget):
    """Hidden while all is well."""

    again_wanted = Signal()

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self.setAccessibleName(tr("The avatar could not be drawn"))
        self.setCursor(Qt.CursorShape.ArrowCursor)
        heading, self.reason = QLabel(tr("This could not be drawn")), QLabel()
        heading.setFont(theme.font("body", strong=True))
        self.reason.setFont(theme.font("small"))
        self.reason.setProperty("tone", "secondary")
        self.reason.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for label in (heading, self.reason):
            label.setWordWrap(True)
        self.again = text_button(tr("Try again"))
        self.again.clicked.connect(self.again_wanted)
        layout = QGridLayout(self)
        layout.setContentsMargins(44, 12, 12, 12)
        layout.setVerticalSpacing(4)
        layout.addWidget(heading, 0, 0)
        layout.addWidget(self.reason, 1, 0)
        layout.addWidget(self.again, 2, 0, Qt.AlignmentFlag.AlignLeft)
        layout.setRowMinimumHeight(2, 40)
        self.hide()

    def tell(self, reason: str) -> None:
        """Say why, at the foot of the view."""
        self.reason.setText(reason)
        self.setAccessibleDescription(reason)
        self.show()
        self.place()

    def place(self) -> None:
        """Find the place in the view; as high as the words need."""
        view = self.parentWidget()
        if view is None or not self.isVisible():
            return
        width = min(WIDEST, view.width() - 2 * MARGIN)
        height = min(view.height() - 2 * MARGIN, max(self.heightForWidth(width), self.minimumSizeHint().height()))
        self.setGeometry((view.width() - width) // 2, view.height() - MARGIN - height, width, height)
        self.raise_()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_card(painter, self)
            theme.paint_icon(painter, "alert", QRectF(14, 12, 20, 20), theme.color("amber", self))
