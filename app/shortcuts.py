"""Which keys every command has: those of the table, and what the person changed."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence

from app.actions import COMMANDS, FIXED_KEYS, PAGES, Command, in_words, set_keys
from app.settings import Settings
from core.words import tr

_PORTABLE = QKeySequence.SequenceFormat.PortableText
MODIFIERS = (
    Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta, Qt.Key.Key_Super_L,
    Qt.Key.Key_Super_R, Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock, Qt.Key.Key_Hyper_L, Qt.Key.Key_Hyper_R,
)  # fmt: skip
_OF_THE_SYSTEM = {
    "Alt+F4", "Alt+Tab", "Alt+Shift+Tab", "Alt+Esc", "Alt+Space", "Ctrl+Esc", "Ctrl+Alt+Del", "Ctrl+Alt+Backspace", "Print",
    *(f"Ctrl+Alt+F{number}" for number in range(1, 13)),
}  # fmt: skip

Holders = Sequence[tuple[Command, str]]
"""Commands and which of the keys they have."""


def as_written(key: int, modifiers: Qt.KeyboardModifier) -> str:
    """One key press in Qt's own words, e.g. `Ctrl+Shift+Z`; empty where it is none.

    The keypad's keys are those beside it. Of a sign that needs Shift, as ? does, only the sign counts.
    """
    if key in (0, Qt.Key.Key_unknown, *MODIFIERS):
        return ""
    if key == Qt.Key.Key_Enter:
        key = Qt.Key.Key_Return
    elif key == Qt.Key.Key_Backtab:
        key, modifiers = Qt.Key.Key_Tab, modifiers | Qt.KeyboardModifier.ShiftModifier
    elif key < 0x110000 and not chr(key).isalnum() and not chr(key).isspace():
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    modifiers &= ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.GroupSwitchModifier)
    return QKeySequence(key | modifiers.value).toString(_PORTABLE)


def parse(text: str) -> str:
    """What somebody wrote as one key press, as `as_written` has it; empty where it is none."""
    sequence = QKeySequence.fromString(text, _PORTABLE)
    if sequence.count() != 1:
        return ""
    one = sequence[0]  # type: ignore[index]  # the stubs forgot it
    return as_written(int(one.key()), one.keyboardModifiers())


def place_of(command: Command) -> str:
    """The page where a command is, or "Everywhere"."""
    there = [title for page, title in PAGES.items() if command.is_on(page)]
    return tr(there[0]) if len(there) == 1 else tr("Everywhere")


def refusal(command: Command, keys: str) -> str:
    """Why a command cannot have these keys, in a sentence; empty where it can, or has them by itself."""
    if keys in command.keys:
        return ""
    words = in_words(keys)
    if keys in _OF_THE_SYSTEM or "Meta+" in keys:
        return tr("{keys} belongs to the system, and the window never hears it.", keys=words)
    for fixed in FIXED_KEYS:
        there = [page for page in fixed.pages if command.is_on(page)]
        if keys in fixed.keys and there:
            if len(fixed.pages) == len(PAGES):
                return tr("{keys} always means “{what}”. Press other keys.", keys=words, what=tr(fixed.text))
            page = tr(PAGES[there[0]])
            return tr("{keys} always means “{what}” on {page}. Press other keys.", keys=words, what=tr(fixed.text), page=page)
    return ""


class Shortcuts(QObject):
    """Gives actions their keys, and remembers what differs from the table of commands."""

    changed = Signal()

    def __init__(self, actions: Mapping[str, QAction], settings: Settings, parent: QObject | None = None) -> None:
        """Give the actions their keys.

        Args:
            actions: One action per command, by the command's id.
            settings: Where changes are remembered; what cannot be used there is told by `problems`.
            parent: Qt's.
        """
        super().__init__(parent)
        self._actions, self._settings = actions, settings
        self._keys = {command.id: command.keys for command in COMMANDS}
        self.problems = tuple(self._take(settings.now.shortcuts))
        """What of the remembered keys could not be used, a sentence each."""
        for command in COMMANDS:
            set_keys(actions[command.id], self.keys(command))

    def keys(self, command: Command) -> tuple[str, ...]:
        """The keys of a command, as `parse` has them."""
        return self._keys[command.id]

    def is_changed(self, command: Command) -> bool:
        """Whether a command has other keys than the table gives it."""
        return self.keys(command) != command.keys

    def holders(self, command: Command, keys: Sequence[str]) -> Holders:
        """Who else has some of these keys and is there at the same time as a command."""
        pages = [page for page in PAGES if command.is_on(page)]
        others = [other for other in COMMANDS if other.id != command.id and any(map(other.is_on, pages))]
        return [(other, one) for other in others for one in self.keys(other) if one in keys]

    def assign(self, command: Command, keys: Sequence[str]) -> None:
        """Give a command these keys and no others; who had them loses them.

        Args:
            command: The command.
            keys: As `parse` has them, none of which `refusal` refuses.
        """
        for other, taken in self.holders(command, keys):
            self._put(other, [one for one in self.keys(other) if one != taken])
        self._put(command, keys)
        self._remember()

    def reset_all(self) -> None:
        """Give every command the keys of the table."""
        for command in COMMANDS:
            self._put(command, command.keys)
        self._remember()

    def _put(self, command: Command, keys: Sequence[str]) -> None:
        self._keys[command.id] = tuple(dict.fromkeys(keys))
        set_keys(self._actions[command.id], self.keys(command))

    def _remember(self) -> None:
        changed = {one.id: "; ".join(self.keys(one)) for one in COMMANDS if self.is_changed(one)}
        self._settings.remember(shortcuts=changed)
        self.changed.emit()

    def _take(self, saved: Mapping[str, str]) -> list[str]:
        """Take over what a file says, as far as it makes sense; the sentences say what does not."""
        by_id = {command.id: command for command in COMMANDS}
        problems = [tr("There is no command “{name}”.", name=name) for name in saved if name not in by_id]
        mine = [by_id[name] for name in saved if name in by_id]
        for command in mine:  # first all of them, because keys may have been exchanged
            self._keys[command.id] = ()
        for command in mine:
            for text in filter(None, saved[command.id].split("; ")):
                problems += self._take_one(command, text)
        for command in mine:
            if saved[command.id] and not self.keys(command):
                free = [one for one in command.keys if not self.holders(command, [one])]
                self._keys[command.id] = tuple(free)
        return problems

    def _take_one(self, command: Command, text: str) -> list[str]:
        keys, name = parse(text), title(command)
        if not keys:
            return [tr("{name}: “{text}” is no key.", name=name, text=text)]
        if why := refusal(command, keys):
            return [f"{name}: {why}"]
        if holders := self.holders(command, [keys]):
            other = title(holders[0][0])
            return [tr("{name}: {keys} is there for {other} already.", name=name, keys=in_words(keys), other=other)]
        self._keys[command.id] = tuple(dict.fromkeys((*self.keys(command), keys)))
        return []


def title(command: Command) -> str:
    """What a command is called in a sentence."""
    return tr("“{name}”", name=tr(command.text).rstrip("…"))
