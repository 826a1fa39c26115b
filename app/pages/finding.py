"""One search over everything that the shown page can do."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.settings import Settings
from app.widgets.palette import Palette
from app.widgets.palette_entries import command_entries, file_entries, setting_entries
from app.widgets.palette_list import Entry
from core.avatar.vector import AvatarVector, Value

MOST_KEPT = 20
"""So many keys of what was used lately are remembered."""


@dataclass(frozen=True)
class Findable:
    """What the page of the avatar offers besides its commands.

    Attributes:
        vector: The avatar, as it is now.
        go_to: Goes to the row of a parameter.
        choose: Takes values by parameter id, as one step.
        try_on: Shows values by parameter id until it is called with none.
        recent_files: What was open lately, the last first.
        open_path: Opens a file.
        panel: Over which the search lies: what is tried on stays in sight.
    """

    vector: Callable[[], AvatarVector]
    go_to: Callable[[str], None]
    choose: Callable[[Mapping[str, Value]], None]
    try_on: Callable[[Mapping[str, Value]], None]
    recent_files: Callable[[], Iterable[Path]]
    open_path: Callable[[Path], None]
    panel: QWidget


class Finding(QObject):
    """Opens the palette with what is on the page that is shown. Its public method without arguments is a command."""

    def __init__(self, window: QWidget, settings: Settings, page: Callable[[], str], findable: Findable) -> None:
        """Find nothing yet.

        Args:
            window: Over which the palette lies.
            settings: Remember what was used.
            page: The name of the page that is shown.
            findable: What the page `create` offers.
        """
        super().__init__(window)
        self._window, self._settings, self._page, self._findable = window, settings, page, findable
        self.actions: Mapping[str, QAction] = {}
        """By the command's id; known once they are made."""
        self.palette: Palette | None = None

    def find_anything(self) -> None:
        """Open the palette, or close it."""
        if self.palette is None:
            self.palette = Palette(self._window)
            self.palette.tried.connect(self._findable.try_on)
            self.palette.used.connect(self._remember)
        if self.palette.isVisible():
            self.palette.close_again()
            return
        shortcuts = self.actions["find_anything"].shortcuts()
        closing = [one.toString(QKeySequence.SequenceFormat.PortableText) for one in shortcuts]
        over = self._findable.panel if self._page() == "create" else None
        self.palette.open_with(self._entries(), self._used, closing, over)

    @property
    def _used(self) -> list[str]:
        return self._settings.now.found_lately.splitlines()

    def _entries(self) -> list[Entry]:
        entries = list(command_entries(self.actions, self._page(), without=("find_anything",)))
        if self._page() == "create":
            there = self._findable
            entries += setting_entries(there.vector(), there.go_to, there.choose)
            entries += file_entries(list(there.recent_files()), there.open_path)
        return entries

    def _remember(self, key: str) -> None:
        if "\n" not in key:  # a file may be called anything
            lately = [key, *(one for one in self._used if one != key)]
            self._settings.remember(found_lately="\n".join(lately[:MOST_KEPT]))
