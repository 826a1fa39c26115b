"""What is done about photos that cannot be labelled as they are: their face is placed, their file is found."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QMenu, QWidget

from app import problems
from app.estimating import Estimating
from app.pages.photo_stages import show_on_its_way
from app.settings import Settings
from app.state.label_mending import LabelMending
from app.state.label_values import Paper, Sheet
from app.state.labelling import LabelWork
from app.widgets import file_dialogs
from app.widgets.label_face import LabelFace
from app.widgets.notice import Notice
from core.errors import AvatarError
from core.words import tr, trn

if TYPE_CHECKING:  # loaded on other threads: the window starts without SQLAlchemy
    from core.labels.locating import Located


class LabelMend(QObject):
    """Connects the photo of a label to what mends it."""

    def __init__(
        self,
        work: LabelWork,
        estimating: Estimating,
        face: LabelFace,
        notice: Notice,
        settings: Settings,
        page: QWidget,
    ) -> None:
        """Mend the photos of a page.

        Args:
            work: What is labelled.
            estimating: Reads photos.
            face: Shows the photo.
            notice: Where outcomes are told.
            settings: Remembers folders.
            page: Above what questions lie.
        """
        super().__init__(page)
        self._work, self._face, self._notice = work, face, notice
        self._settings, self._page = settings, page
        self.mending = LabelMending(work.set, estimating, self)
        self._is_asked = False  # to place a face, whose photo is not read yet
        self._told = ""  # about a file; true no longer when another photo is looked at
        self._connect()

    def _connect(self) -> None:
        mending, opened, whole = self.mending, self.mending.face, self._face.whole
        self._work.moved_on.connect(self._begin)
        self._work.shown.connect(self._end)
        mending.looked.connect(self._take_seen)
        mending.placed.connect(self._take_placed)
        mending.refused.connect(self._warn)
        mending.located.connect(self._take_located)
        opened.changed.connect(self._show)
        whole.image_view.face_chosen.connect(opened.choose)
        whole.placing_wanted.connect(opened.place)
        whole.placed.connect(opened.place_at)
        whole.placing_given_up.connect(self.give_up)
        self._face.locate_wanted.connect(self._ask_where)

    # What the person asked for.

    def place(self) -> None:
        """Say which face it is or where, also of a face that was read."""
        if (seen := self.mending.seen) is None:
            self._is_asked = True
        elif seen.problem:
            self._tell_missing(seen.problem)
        elif self._face.shows_face:
            self.mending.find_face()
        else:
            self.mending.face.place()

    def choose(self, face: int) -> bool:
        """Take a face by its number, counted from 1; whether there was a choice."""
        is_choice = self.mending.face.stage == "choosing"
        if is_choice:
            self.mending.face.choose(face)
        return is_choice

    def use(self) -> bool:
        """Take the face that is placed; whether one was being placed."""
        is_placing = self.mending.face.stage == "placing"
        if is_placing:
            self._face.whole.use_placed()
        return is_placing

    def give_up(self) -> bool:
        """Leave the placing; whether there was any."""
        opened, item = self.mending.face, self.mending.item
        if item is None or opened.stage not in ("placing", "choosing") or (opened.stage == "choosing" and item.problem):
            return False
        if item.problem is None:
            opened.clear()
        else:
            opened.stop_placing()
        return True

    def zoom(self, factor: float) -> bool:
        """Look closer at the photo while a face is placed; whether one is."""
        is_placing = self.mending.face.stage == "placing"
        if is_placing:
            self._face.whole.placer.zoom_by(factor)
        return is_placing

    def close(self) -> None:
        """End what goes on."""
        self.mending.close()

    def _ask_where(self, button: QWidget) -> None:
        menu = QMenu(button)
        menu.addAction(tr("Choose the file…"), partial(self._locate, is_folder=False))
        menu.addAction(tr("Look in a folder…"), partial(self._locate, is_folder=True))
        menu.popup(button.mapToGlobal(QPoint(0, button.height()) if button is not self._face.whole else button.rect().center()))

    def _locate(self, *, is_folder: bool) -> None:
        folder = self._settings.now.photo_folder
        if is_folder:
            found = file_dialogs.ask_where_photos_are(self._page, folder)
            paths = [] if found is None else [found]
        else:
            paths = file_dialogs.ask_for_photos(self._page, folder, tr("Locate the photo"))
        if not paths:
            return
        if self._work.set.is_working:
            self._notice.warn(tr("Something else is under way with this set. Look for photos when that is through."))
            return
        self._settings.remember(photo_folder=str(paths[0] if is_folder else paths[0].parent))
        self._notice.say(tr("Looking for photos…"))
        self.mending.locate(paths)

    # What follows from it.

    def _tell_missing(self, problem: str) -> None:
        self._told = problem
        self._notice.warn(problem)

    def _begin(self) -> None:
        self._is_asked = False
        if self._notice.text == self._told:
            self._notice.hide()
        self._face.show_file("")
        self.mending.look_at(self._work.sheet)

    def _end(self) -> None:
        if self._work.paper is None:
            self.mending.look_at(None)

    def _take_seen(self) -> None:
        seen, paper = self.mending.seen, self._work.paper
        if seen is None or paper is None or seen.item_id != paper.item.id:
            return
        self._face.show_file(seen.problem)
        if paper.item.problem is not None or self._is_asked:
            self._is_asked = False
            self._start_placing(paper)
        self.show(paper)

    def _start_placing(self, paper: Paper) -> None:
        seen = self.mending.seen
        if seen is not None and not seen.problem:
            self.mending.find_face()
        elif seen is not None and paper.item.problem is None:
            self._tell_missing(seen.problem)
        elif seen is not None:
            self._face.show_whole()
            self._face.whole.show_problem(tr("The photo is not there"), seen.problem, None, can_place=False)

    def _take_placed(self, sheet: Sheet) -> None:
        self._work.sheets.take_face(sheet)
        if sheet.label is None:
            self._notice.say(tr("The face in {name} is placed.", name=sheet.item.name))
        else:
            self._notice.say(tr("The face in {name} is placed anew. What was labelled of it stays.", name=sheet.item.name))

    def _take_located(self, located: "Located") -> None:
        self._work.sheets.take_items(located.found)
        count, missing = len(located.found), len(located.missing)
        if missing:
            found = tr("{count} found", count=count) if count else tr("None of them is there")
            told = trn(
                "{found}; {count} photo is still to be found. They are told apart by what they show, not by their names.",
                "{found}; {count} photos are still to be found. They are told apart by what they show, not by their names.",
                missing,
                found=found,
            )
            self._notice.warn(told)
        else:
            self._notice.say(trn("The photo was found.", "All {count} photos were found.", count))
        if any(item.id == self._work.paper.item.id for item in located.found if self._work.paper is not None):
            self._begin()

    def _warn(self, error: Exception) -> None:
        if isinstance(error, AvatarError):
            self._notice.warn(str(error))
        else:
            problems.report(error)

    # What is shown.

    def show(self, paper: Paper) -> None:
        """Show a photo's face, as sharp as it can be had; nothing while its face is chosen or placed."""
        if self.mending.face.stage != "empty" or paper.item.problem is not None:
            return
        seen = self.mending.seen
        is_sharp = seen is not None and seen.item_id == paper.item.id and seen.picture is not None
        self._face.show_face(seen.picture if is_sharp and seen is not None else paper.picture)

    def _show(self) -> None:
        opened, paper = self.mending.face, self._work.paper
        if opened.stage == "empty":
            if paper is not None and paper.item.problem is not None:
                self._face.whole.show_reading(None)
                self._face.show_whole()
            elif paper is not None:
                self.show(paper)
            return
        self._face.show_whole()
        show_on_its_way(self._face.whole, opened)
