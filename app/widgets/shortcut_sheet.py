"""What every key does, and the place to give commands other keys."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAction, QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from app import theme
from app.actions import COMMANDS, FIXED_KEYS, PAGES, Command, in_words
from app.shortcuts import Shortcuts, place_of, refusal, title
from app.widgets.buttons import text_button
from app.widgets.shortcut_list import Line, ShortcutList
from core.words import mark, tr, trn

WIDTH, HEIGHT = 640, 600
HINT = mark("Enter or a click gives a row new keys, Insert adds more, Delete takes the last away. Pages may share keys.")


class ShortcutSheet(QDialog):
    """A list of keys, those of one page first; a row is chosen and its new keys are pressed."""

    def __init__(self, shortcuts: Shortcuts, page: str, parent: QWidget | None = None) -> None:
        """Show the keys.

        Args:
            shortcuts: The keys, which are changed at once.
            page: The page in `PAGES` whose keys stand on top.
            parent: Above what it lies.
        """
        super().__init__(parent)
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._shortcuts, self._page = shortcuts, page
        self._is_adding = False
        self._accepted: Callable[[], None] | None = None  # what is done if the person says yes
        self.filter, self.list, self.message = QLineEdit(), ShortcutList(), QLabel()
        self.yes, self.no = text_button(tr("Take over"), "primary"), text_button(tr("Cancel"))
        self.add, self.remove, self.reset = text_button(tr("Add keys")), text_button(tr("Remove")), text_button(tr("Reset"))
        self.reset_all, self.close_button = text_button(tr("Reset all"), "link"), text_button(tr("Done"))
        self._lay_out()
        self._connect()
        self._show_lines()
        self.list.choose_first()
        self._calm()
        self.filter.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        lens = QAction(self)
        lens.setIcon(theme.icon("search"))
        self.filter.addAction(lens, QLineEdit.ActionPosition.LeadingPosition)
        for button in self.filter.findChildren(QAbstractButton):
            button.setAccessibleName(tr("Find"))
        self.filter.setPlaceholderText(tr("Find a command, or what keys do"))
        self.filter.setAccessibleName(tr("Find a command or keys"))
        self.message.setWordWrap(True)
        self.message.setFont(theme.font("small"))
        self.message.setMinimumHeight(36)
        said = QHBoxLayout()
        said.setSpacing(8)
        said.addWidget(self.message, 1)
        said.addWidget(self.no)
        said.addWidget(self.yes)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for button in (self.add, self.remove, self.reset):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.reset_all)
        foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 24, 0, 20)
        layout.setSpacing(12)
        layout.addLayout(_inset(self.filter))
        layout.addWidget(self.list, 1)
        layout.addLayout(_inset(said))
        layout.addLayout(_inset(foot))
        for one in self.findChildren(QAbstractButton):
            one.setProperty("autoDefault", False)  # Enter belongs to the row
        window = self.parentWidget()
        room = HEIGHT if window is None else window.height() - 48
        self.resize(WIDTH, min(HEIGHT, room))

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._narrow)
        self.filter.installEventFilter(self)
        self.list.chosen.connect(self._calm)
        self.list.edit_wanted.connect(lambda: self._ask(is_adding=False))
        self.list.add_wanted.connect(lambda: self._ask(is_adding=True))
        self.list.remove_wanted.connect(self._remove)
        self.list.pressed.connect(self._take)
        self.list.pressed_alone.connect(self._tell_alone)
        self.add.clicked.connect(lambda: self._ask(is_adding=True))
        self.remove.clicked.connect(self._remove)
        self.reset.clicked.connect(self._reset)
        self.reset_all.clicked.connect(self._reset_all)
        self.yes.clicked.connect(lambda: self._answer(is_yes=True))
        self.no.clicked.connect(lambda: self._answer(is_yes=False))
        self.close_button.clicked.connect(self.accept)
        self._shortcuts.changed.connect(self._show_lines)

    # What the person does.

    def _ask(self, *, is_adding: bool) -> None:
        line = self.list.current
        if line is None or self._accepted is not None:
            return
        if line.command is None:
            self._tell(tr("These keys are always the same, because whatever has the focus hears them."), "secondary")
            return
        self._is_adding = is_adding
        self._tell(tr("Press the keys; Esc leaves it as it is."), "secondary")
        self.list.ask()

    def _take(self, keys: str) -> None:
        command = self._command
        if command is None:
            return
        why = refusal(command, keys) if keys else tr("This key has no name here. Press other keys.")
        if why:
            self._tell(why, "danger")
            return
        self.list.stop_asking()
        mine = self._shortcuts.keys(command) if self._is_adding else ()
        self._propose(command, [*mine, keys])

    def _tell_alone(self, name: str) -> None:
        self._tell(
            tr("{name} alone cannot be a shortcut. Press it together with another key; Esc leaves it as it is.", name=name),
            "danger",
        )

    def _remove(self) -> None:
        command = self._command
        if command is not None and self._accepted is None and (keys := self._shortcuts.keys(command)):
            self._shortcuts.assign(command, keys[:-1])
            self._calm()

    def _reset(self) -> None:
        command = self._command
        if command is not None and self._accepted is None:
            self._propose(command, command.keys)

    def _reset_all(self) -> None:
        def reset() -> None:
            self._shortcuts.reset_all()

        self._question(tr("All commands get back the keys that they had first."), tr("Reset all"), reset)

    def _propose(self, command: Command, keys: Sequence[str]) -> None:
        """Give a command keys, once the person has agreed where others lose them."""
        holders = self._shortcuts.holders(command, keys)
        if not holders:
            self._shortcuts.assign(command, keys)
            self._calm()
            return
        taken = list(dict.fromkeys(in_words(one) for _, one in holders))
        said = {"keys": _joined(taken), "commands": _joined(list(dict.fromkeys(_where(other) for other, _ in holders)))}
        if any(one not in keys for other, _ in holders for one in self._shortcuts.keys(other)):
            text = trn("{keys} is already {commands}.", "{keys} are already {commands}.", len(taken), **said)
        else:
            text = trn(
                "{keys} is already {commands}, which would have no keys left.",
                "{keys} are already {commands}, which would have no keys left.",
                len(taken),
                **said,
            )
        self._question(text, tr("Take over"), lambda: self._shortcuts.assign(command, keys))

    def _question(self, text: str, answer: str, act: Callable[[], None]) -> None:
        self._accepted = act
        self._tell(text, "")
        self.yes.setText(answer)
        self.yes.setAccessibleName(answer)
        self._show_state()
        self.yes.setFocus(Qt.FocusReason.OtherFocusReason)

    def _answer(self, *, is_yes: bool) -> None:
        act, self._accepted = self._accepted, None
        if act is not None and is_yes:
            act()
        self._calm()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    # What is shown.

    @property
    def _command(self) -> Command | None:
        line = self.list.current
        return None if line is None else line.command

    def _show_lines(self) -> None:
        others = (tr(title) for page, title in PAGES.items() if page != self._page)
        places = [tr(PAGES[self._page]), tr("Everywhere"), *others]
        self.list.set_lines([line for place in places for line in self._lines_of(place)])
        self.list.narrow(self.filter.text())

    def _lines_of(self, place: str) -> list[Line]:
        lines = [Line(place, is_heading=True)]
        for one in COMMANDS:
            if place_of(one) == place:
                words = tuple(map(in_words, self._shortcuts.keys(one)))
                lines.append(Line(tr(one.text).rstrip("…"), words, one, is_changed=self._shortcuts.is_changed(one), place=place))
        for fixed in FIXED_KEYS:
            there = tr("Everywhere") if len(fixed.pages) == len(PAGES) else ""
            if place in (there, *(tr(PAGES[page]) for page in fixed.pages if not there)):
                lines.append(Line(tr(fixed.text), (tr(fixed.name),), place=place))
        return lines

    def _narrow(self, words: str) -> None:
        self.list.narrow(words)
        self._calm()

    def _calm(self) -> None:
        """Say nothing but how it is done; what was asked is not asked any more."""
        self._accepted = None
        self._tell(tr(HINT) if self.list.current is not None else tr("No command is called that."), "secondary")
        self._show_state()

    def _show_state(self) -> None:
        command, is_asking = self._command, self._accepted is not None
        keys = () if command is None else self._shortcuts.keys(command)
        for one in (self.yes, self.no):
            one.setVisible(is_asking)
        self.add.setEnabled(command is not None and not is_asking)
        self.remove.setEnabled(bool(keys) and not is_asking)
        self.remove.setText(tr("Remove {keys}", keys=in_words(keys[-1])) if keys else tr("Remove"))
        self.remove.setAccessibleName(self.remove.text())
        self.reset.setEnabled(command is not None and self._shortcuts.is_changed(command) and not is_asking)
        self.reset_all.setEnabled(any(map(self._shortcuts.is_changed, COMMANDS)) and not is_asking)

    def _tell(self, text: str, tone: str) -> None:
        if self.message.property("tone") != tone:
            self.message.setProperty("tone", tone)
            self.message.style().polish(self.message)
        if self.message.text() != text:
            self.message.setText(text)
            if text != tr(HINT):
                QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys of the list work from the filter as well."""
        walking = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in walking:
            QApplication.sendEvent(self.list, event)
            return True
        return False

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        focus = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if isinstance(focus, QAbstractButton) and not event.isAutoRepeat():
                focus.click()
        elif event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self._accepted is not None:
            self._answer(is_yes=False)
        elif self.filter.text():
            self.filter.clear()
        else:
            self.reject()


def _where(command: Command) -> str:
    place = place_of(command)
    return title(command) if place == tr("Everywhere") else tr("{command} on {page}", command=title(command), page=place)


def _joined(names: Sequence[str]) -> str:
    """Names with “and” between them."""
    joined = names[0]
    for name in names[1:]:
        joined = tr("{first} and {second}", first=joined, second=name)
    return joined


def _inset(what: QWidget | QHBoxLayout) -> QHBoxLayout:
    """In line with the rows of the list."""
    line = QHBoxLayout()
    line.setContentsMargins(24, 0, 24, 0)
    if isinstance(what, QWidget):
        line.addWidget(what)
    else:
        line.addLayout(what)
    return line
