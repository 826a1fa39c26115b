"""What stands in the place of the camera's picture where there is none: what is wrong, what to do, and the ways on."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import text_button
from core.words import tr

ICON, TOP = 36, 64
WIDTH = 240


class CameraTrouble(QWidget):
    """Says what is wrong, in the middle of its parent."""

    again_wanted = Signal()
    """To try the same again."""
    other_wanted = Signal()
    """A file in its place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon, self._has_sign = "camera", True
        self._title, self._text = QLabel(), QLabel()
        self._title.setFont(theme.font("title", strong=True))
        self._text.setProperty("tone", "secondary")
        for label in (self._title, self._text):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setFixedWidth(WIDTH)
        self.again, self.other = text_button(tr("Try again"), "primary"), text_button(tr("Choose a photo…"), "plain")
        self.again.clicked.connect(self.again_wanted)
        self.other.clicked.connect(self.other_wanted)
        self._buttons = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._buttons.setSpacing(theme.UNIT)
        self._buttons.addStretch(1)
        for button in (self.again, self.other):
            button.setAutoDefault(True)
            self._buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        self._buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, TOP, 0, 0)
        layout.setSpacing(theme.UNIT)
        layout.addWidget(self._title, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self._text, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(theme.UNIT)
        layout.addLayout(self._buttons)

    @property
    def text(self) -> str:
        """What it says."""
        return f"{self._title.text()}. {self._text.text()}"

    def fit(self, height: int) -> None:
        """Be no higher than this: without its sign, where its words need the room."""
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(0, TOP, 0, 0)
            self._has_sign = layout.sizeHint().height() <= height
            layout.setContentsMargins(0, TOP if self._has_sign else 0, 0, 0)
            self.adjustSize()

    def say(self, icon: str, title: str, text: str, other: str) -> None:
        """Say what is wrong; nothing can be pressed where `other` is empty: it is no trouble, only to be waited for.

        Args:
            icon: A name in `resources/icons`.
            title: What it is.
            text: What to do.
            other: What the second button offers.
        """
        self._icon = icon
        self._title.setText(title)
        self._text.setText(text)
        for label in (self._title, self._text):
            label.setFixedHeight(max(0, label.heightForWidth(WIDTH)))
        self.other.setText(other)
        self.other.setAccessibleName(other.rstrip("…"))
        for button in (self.again, self.other):
            button.setVisible(bool(other))
        is_wide = self.again.sizeHint().width() + self.other.sizeHint().width() + theme.UNIT > WIDTH  # as in other languages
        directions = QBoxLayout.Direction
        self._buttons.setDirection(directions.TopToBottom if is_wide else directions.LeftToRight)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.adjustSize()
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._has_sign:
            return
        with QPainter(self) as painter:
            icon = QRectF((self.width() - ICON) / 2, 16, ICON, ICON)
            tint = theme.color("amber" if self._icon == "alert" else "accent_text", self)
            theme.paint_icon(painter, self._icon, icon, tint)
