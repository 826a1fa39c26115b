"""What stands where a photo could be: the ways to bring one in, or what is wrong with the one that came."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import text_button
from app.widgets.recent_strip import RecentCard, RecentStrip
from core.words import tr

RADIUS = 16
PADDING, TIGHT, GAP = 16, 8, 8  # around it, above and below where there is little room, and between its parts
WIDEST, TEXT_WIDTH = 460, 300
ICON = 36


class PhotoInvitation(QWidget):
    """An icon, a sentence, the ways on, and what was open last, in the middle of what room there is."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon, self._is_card = "photo", False
        self._icon_at, self._card = QRectF(), QRectF()
        self._title, self._text = QLabel(self), QLabel(self)
        self._title.setFont(theme.font("title", strong=True))
        self._text.setProperty("tone", "secondary")
        for label in (self._title, self._text):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)  # names of files stand in it
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.open = text_button(tr("Open photo…"), "primary", self)
        self.paste = text_button(tr("Paste"), "plain", self)
        self.camera = text_button(tr("Camera…"), "plain", self)
        self.place = text_button(tr("Place by hand"), "plain", self)
        self.sample = text_button(tr("Try a sample face"), "link", self)
        self.recents = RecentStrip(self)
        for button in self._buttons:
            button.setAutoDefault(True)  # the return key presses the one with the focus

    @property
    def _buttons(self) -> tuple[QPushButton, ...]:
        return (self.open, self.paste, self.camera, self.place)

    def invite(self) -> None:
        """Say how to begin, with all the ways there are."""
        self._say("photo", tr("Turn a selfie into an avatar"), tr("Drop a photo or a folder here."), is_card=False)
        self._offer(tr("Open photo…"), self.open, self.paste, self.camera, self.sample)

    def warn(self, title: str, text: str, *, is_card: bool, can_place: bool, can_paste: bool) -> None:
        """Say what is wrong with a photo.

        Args:
            title: In few words.
            text: What to do, in a sentence or two.
            is_card: Whether it stands on a card, over the photo.
            can_place: Whether to offer to place the face by hand.
            can_paste: Whether to offer to paste another, where nothing better is offered.
        """
        self._say("alert", title, text, is_card=is_card)
        second = [self.place] if can_place else [self.paste] if can_paste else []
        self._offer(tr("Choose another…"), self.open, *second)

    def offer_to_find(self, *, is_missing: bool) -> None:
        """Offer no other photo, but to find the file of this one where that is gone."""
        self.paste.hide()
        self._offer(tr("Locate…"), *([self.open] if is_missing else []), *([self.place] if self.place.isVisibleTo(self) else []))

    def show_recents(self, cards: Sequence[RecentCard]) -> None:
        """Show what was open last, the newest first, for as long as there is an invitation."""
        self.recents.set_cards(cards)
        self._lay_out()

    def _say(self, icon: str, title: str, text: str, *, is_card: bool) -> None:
        self._icon, self._is_card = icon, is_card
        self._title.setText(title)
        self._text.setText(text)

    def _offer(self, first: str, *buttons: QPushButton) -> None:
        self.open.setText(first)
        self.open.setAccessibleName(first.rstrip("…"))
        for button in (*self._buttons, self.sample):
            button.setVisible(button in buttons)
        self._lay_out()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        """Everything below each other; where there is little room, first the icon goes, then the older recents."""
        width = min(self.width() - 2 * PADDING, WIDEST)
        if width <= 0:
            return
        is_inviting = self.sample.isVisibleTo(self)
        text_width = min(width, TEXT_WIDTH)
        self._title.ensurePolished()
        self._text.ensurePolished()
        title, text = self._title.heightForWidth(width), self._text.heightForWidth(text_width)
        rows = _rows([button for button in self._buttons if button.isVisibleTo(self)], width)
        row_height = self.open.sizeHint().height()
        buttons = len(rows) * (row_height + GAP) - GAP if rows else 0
        below = GAP // 2 + self.sample.sizeHint().height() if is_inviting else 0
        fixed = title + GAP // 2 + text + 2 * GAP + buttons + below
        room = self.height() - 2 * TIGHT - fixed
        strip = self.recents.arrange(width, room - GAP) if is_inviting else 0
        if not is_inviting:
            self.recents.hide()
        taken = strip + (GAP if strip else 0)
        has_icon = room - taken >= ICON + 12 + 2 * (PADDING - TIGHT)
        height = fixed + taken + (ICON + 12 if has_icon else 0)
        x, y = (self.width() - width) // 2, max(TIGHT, (self.height() - height) // 2)
        self._card = QRectF(x - PADDING, y - PADDING, width + 2 * PADDING, height + 2 * PADDING)
        self._icon_at = QRectF((self.width() - ICON) / 2, y, ICON, ICON) if has_icon else QRectF()
        y += ICON + 12 if has_icon else 0
        self._title.setGeometry(x, y, width, title)
        y += title + GAP // 2
        self._text.setGeometry((self.width() - text_width) // 2, y, text_width, text)
        y += text + 2 * GAP
        for row in rows:
            left = (self.width() - sum(one.sizeHint().width() + GAP for one in row) + GAP) // 2
            for button in row:
                button.setGeometry(left, y, button.sizeHint().width(), row_height)
                left += button.sizeHint().width() + GAP
            y += row_height + GAP
        if is_inviting:
            y += GAP // 2 - GAP
            size = self.sample.sizeHint()
            self.sample.setGeometry((self.width() - size.width()) // 2, y, size.width(), size.height())
            self.recents.setGeometry(x, y + size.height() + GAP, width, strip)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._is_card:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("panel", self))
                painter.drawRoundedRect(self._card, RADIUS, RADIUS)
            if not self._icon_at.isEmpty():
                tint = theme.color("amber" if self._icon == "alert" else "accent_text", self)
                theme.paint_icon(painter, self._icon, self._icon_at, tint)


def _rows(buttons: Sequence[QPushButton], width: int) -> list[list[QPushButton]]:
    """Buttons in one row, or the first above the others, or each in a row of its own: as few rows as the width allows."""
    sizes = [button.sizeHint().width() for button in buttons]
    for rows in ([list(buttons)], [list(buttons[:1]), list(buttons[1:])]):
        if all(sum(sizes[buttons.index(one)] for one in row) + GAP * (len(row) - 1) <= width for row in rows):
            return [row for row in rows if row]
    return [[button] for button in buttons]
