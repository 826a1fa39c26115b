"""Takes the next keys that are pressed, whatever they are."""

import sys

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app import theme
from app.actions import in_words, is_repeated
from app.shortcuts import MODIFIERS, as_written
from core.words import mark, tr

_ASKS = mark("Press the new keys")
_FIRST_DIGIT = {"linux": 10, "win32": 2}
"""The scan code of the key that has the 1 on it, where all ten follow each other."""


class KeyEdit(QWidget):
    """Asks for one key press and takes it before anybody else hears it; Escape or a click elsewhere gives up."""

    pressed = Signal(str)
    """The keys, as `app.shortcuts.as_written` has them; empty where Qt has no name for them."""
    given_up = Signal()
    pressed_alone = Signal(str)
    """The name of a modifier that was let go without another key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr(_ASKS))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFont(theme.font("small"))
        self._held = Qt.KeyboardModifier.NoModifier
        self._let_go_at = 0  # ms
        self._alone = ""  # the modifier that went down last, while nothing else did

    @override
    def event(self, event: QEvent) -> bool:
        # Here and not in keyPressEvent, which never sees Tab.
        if not isinstance(event, QKeyEvent):
            return super().event(event)
        event.accept()
        if event.type() == QEvent.Type.KeyPress and not is_repeated(event, self._let_go_at):
            self._press(event)
        elif event.type() == QEvent.Type.KeyRelease and not event.isAutoRepeat():
            self._let_go_at = event.timestamp()
            self._let_go(event)
        return True

    def _press(self, event: QKeyEvent) -> None:
        self._held, self._alone = event.modifiers(), ""
        if event.key() in MODIFIERS:
            self._alone = in_words(QKeySequence(event.key()).toString())
            self.update()
        elif event.key() == Qt.Key.Key_Escape and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.given_up.emit()
        else:
            self.pressed.emit(as_written(_digit_of(event) or event.key(), event.modifiers()))

    def _let_go(self, event: QKeyEvent) -> None:
        alone, self._alone = self._alone, ""
        self._held = event.modifiers()
        self.update()
        if alone and event.key() in MODIFIERS:
            self.pressed_alone.emit(alone)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.given_up.emit()

    @property
    def text(self) -> str:
        """What it says."""
        kinds = (
            (Qt.KeyboardModifier.ControlModifier, "Ctrl"), (Qt.KeyboardModifier.AltModifier, "Alt"),
            (Qt.KeyboardModifier.ShiftModifier, "Shift"), (Qt.KeyboardModifier.MetaModifier, "Meta"),
        )  # fmt: skip
        held = [name for kind, name in kinds if kind in self._held]
        return f"{'+'.join(held)}+…" if held else tr(_ASKS)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.color("accent", self), 1.5))
            painter.setBrush(theme.color("panel", self))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)
            painter.setPen(theme.color("accent_text", self))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text)


def _digit_of(event: QKeyEvent) -> int:
    """The digit of a key that gives a sign with Shift, which keyboards do not agree on; 0 where it is another key."""
    first = _FIRST_DIGIT.get(sys.platform)
    place = event.nativeScanCode() - first if first is not None and event.nativeScanCode() else -1
    is_sign = event.key() < 128 and not chr(event.key()).isalnum()
    if not is_sign or Qt.KeyboardModifier.ShiftModifier not in event.modifiers() or not 0 <= place < 10:
        return 0
    return Qt.Key.Key_0 + (place + 1) % 10
