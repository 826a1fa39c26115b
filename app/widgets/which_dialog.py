"""“Which is more you?”: the photo and two candidates; and in the end, what the answers make of the avatar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QDialog, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import text_button
from app.widgets.ground import paint_ground, paint_picture
from core.words import tr

MARGIN, GAP, RADIUS = 24, 16, 12
CAPTION = 40  # the line below a picture
CHROME = 216  # all that is above and below the pictures, and the caption
LARGEST, SMALLEST = 368, 160
PAUSE_MS = 200  # a key that is pressed twice by mistake answers once
FACE_SHARE = 1 / 1.6  # of the photo's side that the frame `face` shows

Answer = Literal["first", "second", "neither"]

_KEYS: Mapping[Qt.Key, Answer | Literal["back"]] = {
    Qt.Key.Key_Left: "first", Qt.Key.Key_1: "first", Qt.Key.Key_Right: "second", Qt.Key.Key_2: "second",
    Qt.Key.Key_Down: "neither", Qt.Key.Key_0: "neither", Qt.Key.Key_Backspace: "back",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """One question, as it is shown.

    Attributes:
        number: Which it is, from 1.
        of: How many there are at most.
        name: What the two differ in.
        names: What the two are called.
        is_near: They are shown from nearby.
        can_go_back: There is an answer to take back.
        note: What else is to be said about it.
    """

    number: int
    of: int
    name: str
    names: tuple[str, str]
    is_near: bool = False
    can_go_back: bool = False
    note: str = ""


class WhichDialog(QDialog):
    """Shows questions and hears answers. Esc stops, and in the end keeps what was answered."""

    answered = Signal(str)
    """One of `Answer`."""
    back_wanted = Signal()
    """To take the last answer back."""
    stop_wanted = Signal()
    """No more questions."""
    keep_wanted = Signal()
    """The outcome is to be kept."""

    def __init__(self, photo: QImage | None, parent: QWidget | None = None) -> None:
        """Open with nothing asked yet.

        Args:
            photo: The face, framed like the avatar; None where there is none.
            parent: Above what it lies.
        """
        super().__init__(parent)
        self.setWindowTitle(tr("Which is more you?"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.photo = Framed(tr("Photo"))
        self.photo.set_picture(photo)
        self.photo.setVisible(photo is not None)
        self.first, self.second = Candidate("←", tr("Left")), Candidate("→", tr("Right"))
        self.before, self.after = Framed(tr("Before")), Framed(tr("After"))
        self.heading, self.explained, self.place, self.dots = QLabel(), QLabel(), QLabel(), Dots()
        self.summary = QLabel()
        self.neither, self.back, self.stop = text_button(tr("Can’t tell")), text_button(tr("Back")), text_button(tr("Stop here"))
        self.undo, self.keep = text_button(tr("Undo all")), text_button(tr("Keep"), "primary")
        self._is_done = False
        self._since = QElapsedTimer()
        self._lay_out()
        self._connect()
        self._size()
        self._show_parts()

    def _lay_out(self) -> None:
        self.heading.setFont(theme.font("large", strong=True))
        for label in (self.explained, self.place, self.summary):
            label.setProperty("tone", "secondary")
        self.summary.setWordWrap(True)
        self.summary.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.heading)
        head.addStretch(1)
        head.addWidget(self.place)
        head.addWidget(self.dots)
        self.pictures = QHBoxLayout()
        self.pictures.setSpacing(GAP)
        self.pictures.addStretch(1)
        for part in (self.photo, self.first, self.second, self.before, self.after):
            self.pictures.addWidget(part)
        self.pictures.addStretch(1)
        self._middle = QStackedWidget()  # the answer that is no picture, or what the outcome is
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.addStretch(1)
        line.addWidget(self.neither)
        line.addStretch(1)
        self._middle.addWidget(holder)
        self._middle.addWidget(self.summary)
        self._middle.setFixedHeight(48)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, 20, MARGIN, 20)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addSpacing(4)
        layout.addWidget(self.explained)
        layout.addStretch(1)
        layout.addLayout(self.pictures)
        layout.addSpacing(8)
        layout.addWidget(self._middle)
        layout.addSpacing(8)
        layout.addLayout(self._foot())
        for one in self.findChildren(QAbstractButton):
            one.setProperty("autoDefault", False)
            one.installEventFilter(self)

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.back)
        foot.addStretch(1)
        for button in (self.stop, self.undo, self.keep):
            foot.addWidget(button)
        return foot

    def _connect(self) -> None:
        self.first.clicked.connect(lambda: self._answer("first"))
        self.second.clicked.connect(lambda: self._answer("second"))
        self.neither.clicked.connect(lambda: self._answer("neither"))
        self.back.clicked.connect(self.back_wanted)
        self.stop.clicked.connect(self.stop_wanted)
        self.undo.clicked.connect(lambda: self.done(QDialog.DialogCode.Rejected))
        self.keep.clicked.connect(self.keep_wanted)
        self.neither.setToolTip(tr("Can’t tell  ↓ or 0"))
        self.back.setToolTip(tr("Take the last answer back  Backspace"))
        self.stop.setToolTip(tr("See what the answers so far make of the avatar  Esc"))
        self.undo.setToolTip(tr("Leave the avatar as it was"))
        self.keep.setToolTip(tr("Take the outcome over; Undo brings back what was  Enter or Esc"))

    def _size(self) -> None:
        """As large as the window below leaves room for."""
        window = self.parentWidget()
        room = QSize(1360, 840) if window is None else window.window().size()
        columns = 3 if not self.photo.isHidden() else 2
        across = (room.width() - 48 - 2 * MARGIN - (columns - 1) * GAP) // columns
        side = max(SMALLEST, min(LARGEST, across, room.height() - 48 - CHROME - CAPTION))
        for part in (self.photo, self.first, self.second, self.before, self.after):
            part.setFixedSize(side, side + CAPTION)
        self.setFixedSize(columns * side + (columns - 1) * GAP + 2 * MARGIN, side + CAPTION + CHROME)

    # What is shown.

    def show_waiting(self) -> None:
        """Say that a question is on its way."""
        self._is_done = False
        self.heading.setText(tr("Which is more you?"))
        self.explained.setText(tr("Looking for what is worth asking…"))
        self.first.clear()
        self.second.clear()
        self._show_parts()

    def show_question(self, asked: Asked) -> None:
        """Ask."""
        self._is_done = False
        self.heading.setText(tr("Which is more you?"))
        self.explained.setText(
            tr("They differ in one thing: {name}.", name=asked.name) + (f" {asked.note}" if asked.note else "")
        )
        self.place.setText(tr("{number} of {count}", number=asked.number, count=asked.of))
        self.dots.show_place(asked.number, asked.of)
        self.photo.set_near(asked.is_near)
        for candidate, name in ((self.first, asked.names[0]), (self.second, asked.names[1])):
            candidate.show_name(asked.name, name)
        self.back.setEnabled(asked.can_go_back)
        self._since.start()
        self._show_parts()
        self._say(
            tr(
                "Question {number} of {count}. {name}. Left: {first}. Right: {second}.",
                number=asked.number, count=asked.of, name=asked.name, first=asked.names[0], second=asked.names[1],
            )
        )  # fmt: skip

    def show_pictures(self, first: QImage | None, second: QImage | None) -> None:
        """Show the candidates, or what there is of them."""
        self.first.set_picture(first)
        self.second.set_picture(second)

    def show_outcome(self, changed: Sequence[str], confirmed: Sequence[str], *, can_keep: bool) -> None:
        """Show what the answers make of the avatar.

        Args:
            changed: What becomes different, a line each.
            confirmed: What was asked and stays.
            can_keep: Whether anything was answered.
        """
        self._is_done = True
        self.heading.setText(tr("More you?") if changed else tr("It is you already"))
        if changed:
            said = tr("What your answers change stands below. “Undo all” leaves the avatar as it was.")
        elif can_keep:
            said = tr("Your answers say that all this is right as it is. Keep marks it as chosen by you.")
        else:
            said = tr("Nothing was decided, so the avatar stays as it is.")
        self.explained.setText(said)
        self.summary.setText("   ·   ".join(changed or confirmed))
        self.photo.set_near(False)
        self.keep.setText(tr("Keep") if can_keep else tr("Close"))
        self.keep.setAccessibleName(self.keep.text())
        self.undo.setVisible(can_keep)
        self.back.setEnabled(True)
        self._show_parts()
        self.undo.setVisible(can_keep)
        self.keep.setFocus(Qt.FocusReason.OtherFocusReason)
        self._say(" ".join((said, *(f"{line}." for line in changed or confirmed))))

    def show_outcome_pictures(self, before: QImage | None, after: QImage | None) -> None:
        """Show the avatar as it was, and as it would be."""
        self.before.set_picture(before)
        self.after.set_picture(after)

    def _show_parts(self) -> None:
        for part in (self.first, self.second, self.place, self.dots, self.stop):
            part.setVisible(not self._is_done)
        for last in (self.before, self.after, self.undo, self.keep):
            last.setVisible(self._is_done)
        self._middle.setCurrentIndex(int(self._is_done))
        if not self._is_done:
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # a ring around one of two would speak for it

    def _say(self, text: str) -> None:
        self.setAccessibleDescription(text)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    # What the person does.

    def _answer(self, answer: Answer) -> None:
        if not self._is_done and self._since.isValid() and self._since.elapsed() >= PAUSE_MS and self.first.has_picture:
            self.answered.emit(answer)

    def _go_back(self) -> None:
        if self.back.isEnabled():
            self.back_wanted.emit()

    def _hear(self, event: QKeyEvent) -> bool:
        """Do what a key means here; whether it means anything."""
        meaning = _KEYS.get(Qt.Key(event.key()))
        if meaning is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if not event.isAutoRepeat():
            self._go_back() if meaning == "back" else self._answer(meaning)
        return True

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A button with the focus would take the arrows to go to the next one."""
        return event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._hear(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        focus = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if isinstance(focus, QAbstractButton) and not event.isAutoRepeat():
                focus.click()
        elif not self._hear(event):
            super().keyPressEvent(event)  # Esc: `reject`

    @override
    def reject(self) -> None:
        if self._is_done:
            self.keep_wanted.emit()
        else:
            self.stop_wanted.emit()


class Framed(QWidget):
    """A square picture with its name below."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name, self._picture, self._is_near = name, QImage(), False
        self.setAccessibleName(name)

    def set_picture(self, picture: QImage | None) -> None:
        """Show a picture; None keeps the ground alone."""
        self._picture = picture or QImage()
        self.update()

    def set_near(self, is_near: bool) -> None:
        """Show the middle of the picture, as the frame `face` does, or all of it."""
        if self._is_near != is_near:
            self._is_near = is_near
            self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            side = float(self.width())
            paint_ground(painter, QRectF(0, 0, side, side), RADIUS)
            if not self._picture.isNull():
                whole = QRectF(self._picture.rect())
                edge = whole.width() * (1 - FACE_SHARE) / 2 if self._is_near else 0.0
                source = whole.adjusted(edge, edge, -edge, -edge)
                paint_picture(painter, self._picture, QRectF(0, 0, side, side), RADIUS, source=source)
            painter.setPen(theme.color("secondary", self))
            below = QRectF(4, side + 8, side - 8, CAPTION - 8)
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._name)


class Candidate(QAbstractButton):
    """One of the two: a picture to press, with its name and its key below."""

    def __init__(self, key: str, side: str) -> None:
        super().__init__()
        self._key, self._side, self._picture = key, side, QImage()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clear()

    @property
    def has_picture(self) -> bool:
        """Whether there is something to choose."""
        return not self._picture.isNull()

    def clear(self) -> None:
        """Show nothing."""
        self._picture = QImage()
        self.setText("")
        self.setAccessibleName(self._side)
        self.update()

    def show_name(self, what: str, name: str) -> None:
        """Say what it is: e.g. "Hair style", "Bob"."""
        self.setText(name)
        self.setAccessibleName(tr("{side}: {what}, {name}", side=self._side, what=what, name=name))
        self.setToolTip("")
        self.update()

    def set_picture(self, picture: QImage | None) -> None:
        """Show a picture; None keeps the ground alone."""
        self._picture = picture or QImage()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(LARGEST, LARGEST + CAPTION)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            side = float(self.width())
            area = QRectF(0, 0, side, side)
            paint_ground(painter, area, RADIUS)
            if self.has_picture:
                paint_picture(painter, self._picture, area, RADIUS)
            else:
                painter.setPen(theme.color("disabled", self))
                painter.drawText(area, Qt.AlignmentFlag.AlignCenter, tr("Drawing…"))
            if self.hasFocus() or self.underMouse() or self.isDown():
                painter.setPen(QPen(theme.color("accent", self), 3.0 if self.isDown() else 2.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), RADIUS - 1, RADIUS - 1)
            self._paint_name(painter, side)

    def _paint_name(self, painter: QPainter, side: float) -> None:
        cap = QRectF(side - 28, side + 12, 24, 24)
        painter.setPen(QPen(theme.color("line", self), 1.0))
        painter.setBrush(theme.color("field", self))
        painter.drawRoundedRect(cap.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(theme.color("secondary", self))
        painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, self._key)
        painter.setFont(theme.font("body", strong=True))
        painter.setPen(theme.color("text", self))
        room = QRectF(4, side + 8, side - 44, CAPTION - 8)
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


class Dots(QWidget):
    """How far one is: a dot for each question."""

    def __init__(self) -> None:
        super().__init__()
        self._number, self._of = 0, 0
        self.setFixedHeight(16)

    def show_place(self, number: int, of: int) -> None:
        """Show which question it is, from 1."""
        self._number, self._of = number, of
        self.setFixedWidth(of * 12)
        self.setAccessibleName(tr("Question {number} of {count}", number=number, count=of))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for one in range(self._of):
                dot = QRectF(12 * one + 3, 5, 6, 6)
                is_now = one + 1 == self._number
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("accent" if one < self._number else "line", self))
                painter.drawEllipse(dot.adjusted(-1, -1, 1, 1) if is_now else dot)
