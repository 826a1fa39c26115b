"""What is done with evaluation sets as a whole: made, opened, filled with photos."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtWidgets import QWidget

from app.settings import Settings
from app.state.open_set import OpenSet
from app.widgets import file_dialogs
from app.widgets.label_again_dialog import LabelAgainDialog
from app.widgets.label_overview import LabelOverview
from app.widgets.label_set_dialog import LabelSetDialog
from app.widgets.notice import Notice

OUTCOMES = {
    "added": ("photo added", "photos added"),
    "duplicate": ("was there already", "were there already"),
    "problem": ("has no face to label", "have no face to label"),
    "refused": ("cannot be opened", "cannot be opened"),
}


class LabelFiles(QObject):
    """Asks about sets and does it. Its public methods without arguments are commands of `app.actions`."""

    def __init__(self, open_set: OpenSet, overview: LabelOverview, notice: Notice, settings: Settings, page: QWidget) -> None:
        """Work on the set of a page.

        Args:
            open_set: The set that is open.
            overview: Its photos; tells how far adding is.
            notice: Where outcomes are told.
            settings: Remembers folders.
            page: Above what questions lie.
        """
        super().__init__(page)
        self._set, self._overview, self._notice, self._settings, self._page = open_set, overview, notice, settings, page
        self._to_add: Sequence[Path] = ()  # dropped before there was a set
        overview.photos_wanted.connect(self.add_photos)
        overview.first_wanted.connect(self.label_first)
        overview.stop_wanted.connect(open_set.stop_adding)
        open_set.adding.connect(overview.show_adding)
        open_set.added.connect(self._tell_added)
        open_set.opened.connect(lambda _: overview.show_turn(is_second=open_set.is_second))

    # What the person asked for.

    def new_set(self) -> None:
        """Ask for a new set's name and place, and make it."""
        LabelSetDialog(self._set.designer, self._make, self._page, is_new=True).open()

    def open_set(self) -> None:
        """Ask for a set and open it."""
        path = file_dialogs.ask_for_set(self._page, self._folder())
        if path is not None:
            self.open(str(path))

    def add_photos(self) -> None:
        """Ask for photos and add them."""
        if self._set.is_open:
            self.add(file_dialogs.ask_for_photos(self._page, self._settings.now.photo_folder))

    def label_again(self) -> None:
        """Ask how many photos to label a second time, and begin."""
        finished = sum(entry.state in ("done", "unsure") for entry in self._set.entries)
        if not self._set.is_open or self._is_busy():
            return
        if self._set.is_second:
            self._notice.say("This is the second time. Go back to the first labels before you begin another one.")
        elif not finished:
            self._notice.warn("Finish some photos first. Later you can label a few of them again, to see how far you agree.")
        else:
            LabelAgainDialog(finished, self._begin_again, self._page).open()

    def label_first(self) -> None:
        """Go back from the second labels to the first."""
        if self._set.is_second and not self._is_busy():
            self._begin_again(0)

    def open(self, location: str) -> None:
        """Open a set; ask who labels where that is not known."""
        if self._set.designer:
            self._set.open(location, self._set.designer)
            return

        def go_on(dialog: LabelSetDialog) -> None:
            dialog.accept()
            self._set.open(location, dialog.designer.text().strip())

        LabelSetDialog("", go_on, self._page, is_new=False).open()

    def open_last(self) -> None:
        """Open what was open last time, if there was anything."""
        last = self._settings.now.label_set
        if not last or not self._set.designer or self._set.is_open:
            return
        if "://" in last or Path(last).exists():
            self._set.open(last, self._set.designer, self._settings.now.label_again)
        else:
            self._notice.warn(f"{last} is not there any more. Open it where it is now.")

    def take(self, data: QMimeData) -> None:
        """Take what was dropped: a set, photos, folders of photos."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        sets = [path for path in paths if path.suffix == ".avatarset"]
        if sets:
            self.open(str(sets[0]))
        else:
            self.add(paths)

    def add(self, paths: Sequence[Path]) -> None:
        """Add photos and folders of them; where no set is open, to a new one."""
        if not paths:
            return
        if self._set.is_adding:
            self._notice.warn("Photos are being added. Add more when these are through.")
        elif self._set.is_open:
            self._settings.remember(photo_folder=str(paths[0].parent))
            self._overview.show_adding(0, 0)
            self._set.add(paths)
        else:
            self._to_add = paths
            self.new_set()

    def add_what_waits(self) -> None:
        """Add what was dropped before there was a set."""
        paths, self._to_add = self._to_add, ()
        self.add(paths)

    def show_adding(self) -> None:
        """Say how far adding is where it goes on, and nothing where it does not."""
        if not self._set.is_adding:
            self._overview.show_added()

    # What follows from it.

    def _is_busy(self) -> bool:
        """Whether photos are on their way in, and say so."""
        if self._set.is_adding:
            self._notice.warn("Photos are being added. Do this when they are through, or stop adding.")
        return self._set.is_adding

    def _begin_again(self, count: int) -> None:
        self._set.open(self._set.location, self._set.designer, count)

    def _make(self, dialog: LabelSetDialog) -> None:
        name, designer, share = dialog.name.text().strip(), dialog.designer.text().strip(), dialog.blind_share
        start = Path(self._folder()) / f"{name.replace('/', '-')}.avatarset"
        path = file_dialogs.ask_where_to_make_set(self._page, start)
        if path is not None:
            dialog.accept()
            self._set.create(path, name, designer, share)

    def _folder(self) -> str:
        last = self._settings.now.label_set
        return str(Path(last).parent) if last and "://" not in last else str(Path.home())

    def _tell_added(self, added: Sequence[Any]) -> None:
        self.show_adding()
        counts = Counter(one.outcome for one in added)
        told = [f"{counts[key]} {words[counts[key] > 1]}" for key, words in OUTCOMES.items() if counts[key]]
        text = ", ".join(told) + "." if told else "There are no photos there."
        wrong = [one for one in added if one.outcome in ("problem", "refused")]
        if wrong:
            self._notice.warn("\n".join([text, *(str(one.problem) for one in wrong[:3])] + ["…"] * (len(wrong) > 3)))
        else:
            self._notice.say(text)
