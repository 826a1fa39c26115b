"""A calm line at the foot of a page: what happened, and what can be done about it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QSlider, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import IconButton, text_button
from app.widgets.ground import paint_card
from core.words import tr

BRIEF_MS = 3500
MAX_WIDTH, MARGIN, STEP = 720, 16, 8
_CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QSlider)


class Notice(QWidget):
    """One message at a time; it never takes the focus and never blocks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Message"))
        self._icon = "check"
        self._label = QLabel()
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._actions: list[QPushButton] = []
        self._close = IconButton("close", tr("Dismiss"), size=24)
        self._close.clicked.connect(self.hide)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(44, 8, 12, 8)
        self._layout.setSpacing(8)
        self._layout.addWidget(self._label, 1)
        self._layout.addWidget(self._close)
        self.setMinimumHeight(48)
        self._vanish = QTimer(self, interval=BRIEF_MS, singleShot=True)
        self._vanish.timeout.connect(self.hide)
        self.hide()

    def lie_over(self, stage: QWidget) -> None:
        """Appear at the foot of a widget, over what it shows but over nothing to press, so that nothing moves."""
        self.setParent(stage)
        stage.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.place()
        return False

    def place(self) -> None:
        """Find its place among what the widget below shows now."""
        stage = self.parentWidget()
        if stage is None or not self.isVisible():
            return
        panels = [panel.mapTo(stage, QPoint()).x() for panel in stage.findChildren(QWidget, "panel") if panel.isVisible()]
        room = min(filter(None, panels), default=stage.width())  # what belongs to the panel beside it is the panel's
        width = min(MAX_WIDTH, room - 2 * MARGIN)
        height = max(self.minimumHeight(), self.heightForWidth(width))
        lowest = QRect((room - width) // 2, stage.height() - MARGIN - height, width, height)
        self.setGeometry(self._free(stage, lowest))
        self.raise_()

    def _free(self, stage: QWidget, lowest: QRect) -> QRect:
        """The lowest place that covers nothing to press or to type into; the very lowest where there is none."""
        controls = [one for kind in _CONTROLS for one in stage.findChildren(kind) if one.isVisible()]
        seen = [(one, one.visibleRegion().boundingRect()) for one in controls if not self.isAncestorOf(one)]
        taken = [QRect(one.mapTo(stage, part.topLeft()), part.size()) for one, part in seen]
        for up in range(0, lowest.top() - MARGIN + 1, STEP):
            place = lowest.translated(0, -up)
            if not any(place.intersects(control) for control in taken):
                return place
        return lowest

    @property
    def text(self) -> str:
        """What it says."""
        return self._label.text()

    def say(self, text: str) -> None:
        """Confirm something; it vanishes by itself."""
        self._show("check", text, ())
        self._vanish.start()

    def warn(self, text: str, *offers: tuple[str, Callable[[], None]]) -> None:
        """Say what went wrong, until it is dismissed.

        Args:
            text: What happened and what to do.
            offers: Texts and what they do; each also dismisses the message.
        """
        self._show("alert", text, offers)

    def ask(self, text: str, *offers: tuple[str, Callable[[], None]]) -> None:
        """Offer something, until it is taken or dismissed; arguments as of `warn`."""
        self._show("reset", text, offers)

    def _show(self, icon: str, text: str, offers: tuple[tuple[str, Callable[[], None]], ...]) -> None:
        self._vanish.stop()
        self._icon = icon
        self._label.setText(text)
        for button in self._actions:
            self._layout.removeWidget(button)
            button.hide()  # it is deleted when the event loop comes round
            button.deleteLater()
        self._actions = [self._offer(*offer) for offer in offers]
        for index, button in enumerate(self._actions):
            self._layout.insertWidget(1 + index, button)
        self.setAccessibleDescription(text)
        self.show()
        self.place()
        QTimer.singleShot(0, self, self.place)  # a page that is shown for it is laid out by then
        self.update()

    def _offer(self, text: str, act: Callable[[], None]) -> QPushButton:
        button = text_button(text, "link", self)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # whoever clicks it goes on where they were

        def take() -> None:
            self.hide()
            act()

        button.clicked.connect(take)
        return button

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_card(painter, self)
            tint = theme.color("amber" if self._icon == "alert" else "accent_text", self)
            theme.paint_icon(painter, self._icon, QRectF(14, self.height() / 2 - 10, 20, 20), tint)
