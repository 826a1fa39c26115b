"""What can be done with a part of the avatar as a whole: two quiet buttons beside its title."""

from collections.abc import Mapping

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from app.actions import keys_in_words
from app.widgets.buttons import IconButton, tell_keys_too
from core.words import mark, tr

ENTRIES = (
    ("randomise_part", mark("Random")),
    ("randomise_with_seed", mark("Random with a seed…")),
    ("", ""),
    ("predict_part", mark("Predict again")),
    ("reset_part", mark("Reset")),
    ("lock_part", mark("Lock")),
    ("", ""),
    ("copy_part", mark("Copy this part")),
    ("paste_part", mark("Paste a part")),
)
"""What is in the menu: the ids of commands, which do it to the open part, and what it is called here."""


class PartMenu(QWidget):
    """A die, and a menu with the rest."""

    wanted = Signal(str)
    """The id of a command, to be done to this part."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        """Make the buttons of a part.

        Args:
            title: What people read for it.
            parent: Qt's.
        """
        super().__init__(parent)
        self.dice = IconButton("dice", tr("{part}: random", part=title), size=28, is_quiet=True)
        self.more = IconButton("more", tr("{part}: more", part=title), size=28, is_quiet=True)
        self.menu = QMenu(self)
        self.entries: dict[str, QAction] = {}
        self._actions: Mapping[str, QAction] = {}
        for command, text in ENTRIES:
            if not command:
                self.menu.addSeparator()
                continue
            entry = self.menu.addAction(tr(text))
            entry.triggered.connect(lambda _=False, command=command: self.wanted.emit(command))
            self.entries[command] = entry
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for button in (self.dice, self.more):
            button.reveal(True)
            row.addWidget(button)
        self.dice.clicked.connect(lambda: self.wanted.emit("randomise_part"))
        self.more.clicked.connect(self._open)
        self.set_state(is_locked=False, can_predict=False)

    def set_state(self, *, is_locked: bool, can_predict: bool) -> None:
        """Follow what can be done.

        Args:
            is_locked: Whether all of the part is locked.
            can_predict: Whether a photo is open, and methods know anything of this part.
        """
        self.entries["lock_part"].setText(tr("Unlock") if is_locked else tr("Lock"))
        self.entries["predict_part"].setEnabled(can_predict)

    def follow(self, actions: Mapping[str, QAction]) -> None:
        """Show in the menu which keys do the same to the open part, as they are when it opens."""
        self._actions = actions
        if "randomise_part" in actions:
            tell_keys_too(self.dice, actions["randomise_part"])

    def _show_keys(self) -> None:
        for command, entry in self.entries.items():
            keys = keys_in_words(self._actions[command]) if command in self._actions else ""
            entry.setText("\t".join(filter(None, (entry.text().partition("\t")[0], keys))))

    def _open(self) -> None:
        self._show_keys()  # before it is measured
        size = self.menu.sizeHint()
        corner = self.more.mapToGlobal(QPoint(self.more.width() - size.width(), self.more.height()))
        self.menu.popup(corner)
