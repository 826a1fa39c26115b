"""What would make a photo better: one quiet line, and the rest on demand."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QGuiApplication,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import IconButton, text_button
from core.words import tr

RADIUS = 12
ICON = 20
MAX_WIDTH = 560


class AdviceNote(QWidget):
    """Says one thing about a photo in the room it is given; the rest opens above it. It takes no focus and blocks nothing."""

    dismissed = Signal()
    """The person has read it and wants it gone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Advice about the photo"))
        self._texts: tuple[str, ...] = ()
        self._card = _Card(self)
        self._popover = _Popover(self)
        self.more = self._card.more
        self.dismiss = self._card.dismiss
        self.more.clicked.connect(self._show_rest)
        self.dismiss.clicked.connect(self.clear)
        self.dismiss.clicked.connect(self.dismissed)
        self.clear()

    @property
    def texts(self) -> tuple[str, ...]:
        """Everything it has to say, the most important first."""
        return self._texts

    @property
    def popover(self) -> QWidget:
        """What shows the rest."""
        return self._popover

    def advise(self, texts: Sequence[str]) -> None:
        """Give advice, until it is dismissed or cleared.

        Args:
            texts: One or two short sentences each, the most important first; none for nothing.
        """
        self._say(tuple(texts), can_dismiss=True)

    def guide(self, text: str) -> None:
        """Say what to do now, for as long as it is to be done."""
        self._say((text,), can_dismiss=False)

    def clear(self) -> None:
        """Say nothing."""
        self._say((), can_dismiss=False)

    def _say(self, texts: tuple[str, ...], *, can_dismiss: bool) -> None:
        is_new = bool(texts) and texts != self._texts
        self._texts = texts
        self._popover.hide()
        self._card.setVisible(bool(texts))
        first, rest = (texts[0] if texts else ""), len(texts) - 1
        self._card.say(first, rest, can_dismiss=can_dismiss)
        self._popover.say(texts[1:])
        self.setAccessibleDescription(" ".join(texts))
        self._place()
        if is_new and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, " ".join(texts)))

    def _place(self) -> None:
        """As wide as it needs to be, in the middle of the top."""
        width = min(self.width(), MAX_WIDTH, self._card.comfortable_width())
        height = min(self.height(), self._card.heightForWidth(width))
        self._card.setGeometry((self.width() - width) // 2, 0, width, height)

    def _show_rest(self) -> None:
        self._popover.show_above(self._card)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._popover.hide()


class _Card(QWidget):
    """The line itself."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._label = _text_label()
        self.more = text_button("", "link")
        self.more.setFont(theme.font("small"))
        self.more.setAutoDefault(True)  # the return key opens it too
        self.dismiss = IconButton("close", tr("Dismiss this advice"), size=24)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14 + ICON, 4, 6, 4)
        self._row.setSpacing(2)
        self._row.addWidget(self._label, 1)
        self._row.addWidget(self.more)
        self._row.addWidget(self.dismiss)

    def say(self, text: str, rest: int, *, can_dismiss: bool) -> None:
        """Change what it says.

        Args:
            text: What.
            rest: How many more there are.
            can_dismiss: Whether a person may send it away.
        """
        self._label.setText(text)
        self._label.setToolTip(text)  # below a small picture there may be too little room
        self.more.setText(tr("{count} more", count=rest))
        self.more.setAccessibleName(tr("Show {count} more", count=rest))
        self.more.setVisible(rest > 0)
        self.dismiss.setVisible(can_dismiss)
        self._row.activate()

    def comfortable_width(self) -> int:
        """With the text in one line."""
        margins, text = self._row.contentsMargins(), self._label.fontMetrics().horizontalAdvance(self._label.text()) + 4
        beside = [widget.sizeHint().width() for widget in (self.more, self.dismiss) if not widget.isHidden()]
        return margins.left() + text + sum(beside) + self._row.spacing() * len(beside) + margins.right() + (0 if beside else 8)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_card(painter, self)
            area = QRectF(8, (self.height() - ICON) / 2, ICON, ICON)
            theme.paint_icon(painter, "advice", area, theme.color("accent_text", self))


class _Popover(QWidget):
    """The rest of the advice; Escape and a click elsewhere close it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint | Qt.WindowType.NoDropShadowWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)  # round corners
        self.setAccessibleName(tr("More advice about the photo"))
        self._rows = QGridLayout(self)
        self._rows.setContentsMargins(8, 12, 16, 12)  # in line with the card
        self._rows.setHorizontalSpacing(6)
        self._rows.setVerticalSpacing(10)
        self._rows.setColumnStretch(1, 1)

    def say(self, texts: Sequence[str]) -> None:
        """One row per text."""
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for row, text in enumerate(texts):
            label = _text_label()
            label.setText(text)
            self._rows.addWidget(_Icon(), row, 0, Qt.AlignmentFlag.AlignTop)
            self._rows.addWidget(label, row, 1)
        self.setAccessibleDescription(" ".join(texts))

    def show_above(self, card: QWidget) -> None:
        """Open, as wide as the line that it belongs to."""
        width = max(280, card.width())
        height = self._rows.heightForWidth(width)
        place = card.mapToGlobal(QPoint((card.width() - width) // 2, -height - 6))
        screen = QGuiApplication.screenAt(card.mapToGlobal(QPoint(0, 0))) or QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        left = min(max(place.x(), room.left()), room.right() - width)
        self.setGeometry(left, max(place.y(), room.top()), width, height)
        self.show()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_card(painter, self)


class _Icon(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(ICON, ICON)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            theme.paint_icon(painter, "advice", QRectF(self.rect()), theme.color("accent_text", self))


def paint_card(painter: QPainter, widget: QWidget) -> None:
    """A quiet rounded ground with a fine line around it."""
    painter.setPen(theme.color("line", widget))
    painter.setBrush(theme.color("panel", widget))
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


def _text_label() -> QLabel:
    label = QLabel()
    label.setFont(theme.font("small"))
    label.setWordWrap(True)
    label.setMinimumSize(QSize(0, ICON))
    return label
