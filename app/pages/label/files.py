"""Which evaluation set is open, who labels it, and the photos that go into it."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QMenu, QWidget

from app import problems
from app.pages.label.sharing import Chosen, LabelSharing
from app.settings import Settings
from app.state.open_set import OpenSet
from app.state.set_places import caption, is_server, is_there, remembered, with_password, without_password
from app.widgets import file_dialogs, set_words
from app.widgets.label_again_dialog import LabelAgainDialog
from app.widgets.label_overview import LabelOverview
from app.widgets.label_set_dialog import LabelSetDialog
from app.widgets.name_dialog import NameDialog, Question
from app.widgets.notice import Notice
from app.widgets.server_dialog import ServerDialog
from app.widgets.text_dialog import TextDialog
from core.engines import engine_names
from core.errors import AvatarError
from core.words import tr

TOY = "toy"
"""The engine of the tests, for which nobody labels."""

TOLD = 3
"""As many problems are told at once; of more there is a list."""


class LabelFiles(LabelSharing):
    """Asks about sets and does it. Its public methods without arguments are commands of `app.actions`."""

    def __init__(
        self,
        open_set: OpenSet,
        overview: LabelOverview,
        notice: Notice,
        settings: Settings,
        page: QWidget,
        chosen: Chosen,
    ) -> None:
        """Work on the sets of a page; arguments as of `LabelSharing`."""
        super().__init__(open_set, overview, notice, settings, page, chosen)
        self._to_add: Sequence[Path] = ()  # dropped before there was a set
        self.recents = QMenu(tr("Open recent"), page)
        self.recents.aboutToShow.connect(self._list_recents)
        overview.offer(getattr(page, "show_fields", None), getattr(page, "show_agreement", None))
        overview.photos_wanted.connect(self.add_photos)
        overview.first_wanted.connect(self.label_first)
        open_set.added.connect(self._tell_added)
        open_set.not_opened.connect(self._tell_not_opened)

    # Which set is open.

    def new_set(self) -> None:
        """Ask for a new set's name and place, and make it."""
        if not self.is_busy():
            engines = [name for name in engine_names() if name not in (TOY, self._set.schema.engine)]
            LabelSetDialog(self._set.designer, self._make, self._page, engines).open()

    def open_set(self) -> None:
        """Ask for a set and open it."""
        if not self.is_busy():
            path = file_dialogs.ask_for_set(self._page, self._set_folder())
            if path is not None:
                self.open(str(path))

    def open_server(self) -> None:
        """Ask for the address of a set on a server, and open it."""
        if not self.is_busy():
            servers = [one for one in remembered(self._settings.now.recent_sets) if is_server(one)]
            self._sign_in(servers[0] if servers else "")

    def open(self, location: str) -> None:
        """Open a set; ask who labels where that is not known."""
        if self.is_busy():
            return
        if self._set.designer:
            self._open(location, self._set.designer)
        else:
            NameDialog(_who(), "", (), partial(self._open, location), self._page).open()

    def open_last(self) -> None:
        """Open what was open last time, if there was anything."""
        last = self._settings.now.label_set
        if not last or not self._set.designer or self._set.is_open:
            return
        if is_there(last):
            self._open(last, self._set.designer, self._settings.now.label_again)
        else:
            self._notice.warn(tr("{last} is not there any more.", last=last), (tr("Open it where it is now…"), self.open_set))

    def unpack_set(self) -> None:
        """Ask for a packed set and where it goes, and open it there."""
        if self.is_busy():
            return
        archive = file_dialogs.ask_what_to_unpack(self._page, str(self._folder()))
        place = None if archive is None else file_dialogs.ask_where_to_unpack(self._page, str(archive.parent))
        if archive is None or place is None:
            return
        self._settings.remember(label_folder=str(archive.parent))
        folder = _free(place / archive.stem)

        def unpack(reporter: Any) -> Path | None:
            from core.labels.packing import unpack_set

            return unpack_set(archive, folder, reporter)

        def unpacked(path: Path | None) -> None:
            if path is None:
                self._notice.say(tr("Stopped. Nothing was unpacked."))
            else:
                self._notice.hide()
                self.open(str(path))

        self._set.carry_out(tr("Unpacking"), unpack, unpacked)

    # Who labels, and which time.

    def change_designer(self) -> None:
        """Ask who labels from now on."""

        def change(name: str) -> None:
            if name != self._set.designer:
                self._open(self._set.location, name)

        if self._ready() is not None:
            NameDialog(_who(), self._set.designer, self._set.designers, change, self._page).open()

    def label_again(self) -> None:
        """Ask how many photos to label a second time, and begin."""
        finished = sum(entry.state in ("done", "unsure") for entry in self._set.entries)
        if self._ready() is None:
            return
        if self._set.is_second:
            self._notice.say(tr("This is the second time. Go back to the first labels before you begin another one."))
        elif not finished:
            self._notice.warn(tr("Finish some photos first. Later you can label a few of them again, to see how far you agree."))
        else:
            LabelAgainDialog(finished, self._begin_again, self._page).open()

    def label_first(self) -> None:
        """Go back from the second labels to the first."""
        if self._set.is_second and not self.is_busy():
            self._begin_again(0)

    # Photos.

    def add_photos(self) -> None:
        """Ask for photos and add them."""
        if self._ready() is not None:
            self.add(file_dialogs.ask_for_photos(self._page, self._settings.now.photo_folder))

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
        if not paths or self.is_busy():
            return
        if self._set.is_open:
            self._settings.remember(photo_folder=str(paths[0].parent))
            self._set.add(paths)
        else:
            self._to_add = paths
            self.new_set()

    def add_what_waits(self) -> None:
        """Add what was dropped before there was a set."""
        paths, self._to_add = self._to_add, ()
        self.add(paths)

    # What follows from it.

    def _make(self, dialog: LabelSetDialog) -> None:
        name, designer, share = dialog.name.text().strip(), dialog.designer.text().strip(), dialog.blind_share
        start = Path(self._set_folder()) / f"{name.replace('/', '-')}.avatarset"
        path = file_dialogs.ask_where_to_make_set(self._page, start)
        if path is not None:
            engines = dialog.engines
            dialog.accept()
            self._set.create(path, name, designer, share, engines)

    def _open(self, location: str, designer: str, again: int = 0) -> None:
        if is_server(location):
            self._notice.ask(tr("Opening {location}…", location=caption(location)))
        self._set.open(location, designer, again)

    def _sign_in(self, address: str) -> None:
        def go_on(address: str, password: str, designer: str) -> None:
            self._open(with_password(address, password), designer)

        ServerDialog(address, self._set.designer, go_on, self._page).open()

    def _begin_again(self, count: int) -> None:
        self._set.open(self._set.location, self._set.designer, count)

    def _set_folder(self) -> str:
        last = self._settings.now.label_set
        return str(Path(last).parent) if last and not is_server(last) else str(Path.home())

    def _list_recents(self) -> None:
        self.recents.clear()
        for location in remembered(self._settings.now.recent_sets):
            action = self.recents.addAction(caption(location).replace("&", "&&"), partial(self.open, location))
            action.setEnabled(is_there(location))
        if self.recents.isEmpty():
            self.recents.addAction(tr("None yet")).setEnabled(False)

    def _tell_not_opened(self, location: str, error: Exception) -> None:
        if not isinstance(error, AvatarError):
            problems.report(error)
        elif is_server(location):
            self._notice.warn(str(error), (tr("Sign in…"), partial(self._sign_in, without_password(location))))
        else:
            self._notice.warn(str(error), (tr("Open another…"), self.open_set))

    def _tell_added(self, found: Sequence[Any]) -> None:
        text, lines = set_words.added(found)
        if not lines:
            self._notice.say(text)
        elif len(lines) <= TOLD:
            self._notice.warn("\n".join([text, *lines]))
        else:  # a list by itself would come between the designer and a photo
            dialog = partial(TextDialog, tr("Photos with a problem"), text, lines, parent=self._page)
            self._notice.warn(text, (tr("Show all {count}", count=len(lines)), lambda: dialog().open()))


def _free(folder: Path) -> Path:
    """A folder of this name that is not there, or with a number."""
    count, free = 1, folder
    while free.exists():
        count += 1
        free = folder.with_name(f"{folder.name} {count}")
    return free


def _who() -> Question:
    return Question(tr("Who labels?"), tr("Every label carries its designer’s name, and nobody changes anybody else’s."))
