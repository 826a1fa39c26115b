"""Photos and avatars that were open last, the sample face, and what becomes of the avatar when another photo comes."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu, QWidget

from app import theme
from app.estimating import Photo
from app.rendering import Render, Rendering, Shot, Urgency, to_qimage
from app.state.avatar_document import EditedAvatar
from app.state.avatar_steps import AvatarState
from app.state.photo import OpenedPhoto
from app.state.recents import Recents
from app.widgets import file_dialogs
from app.widgets.image_view import ImageView
from app.widgets.notice import Notice
from app.widgets.recent_strip import RecentCard
from core.engines import CAMERAS
from core.methods import Estimate
from core.paths import RESOURCES
from core.words import tr

PICTURE = 128  # pixels of an avatar among what was open
SAMPLE = RESOURCES / "samples" / "Sample.jpg"
"""NASA's portrait of Eileen Collins, in the public domain."""


class CreatePhotos(QObject):
    """Remembers what was open. Its public methods without arguments are commands of `app.actions`."""

    def __init__(
        self,
        avatar: EditedAvatar,
        photo: OpenedPhoto,
        rendering: Rendering,
        notice: Notice,
        open_path: Callable[[Path], None],
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._avatar, self._photo, self._rendering, self._notice, self._page = avatar, photo, rendering, notice, page
        self._open_path = open_path
        self._replaced: AvatarState | None = None  # what the next photo's avatar takes the place of, with all its steps
        self._estimated: Photo | None = None  # whose avatar is shown
        self._is_beside = False  # the photo was put beside an avatar that is not made from it
        self._noted: Path | None = None
        self._noted_avatar: Path | None = None
        self.recents = Recents(parent=self)
        self.menu = QMenu(tr("Recent"), page)
        self.menu.aboutToShow.connect(self.recents.look)
        self.recents.changed.connect(self._fill_menu)
        photo.changed.connect(self._note_photo)
        avatar.file_changed.connect(self._note_avatar)
        photo.faceless.connect(self._set_aside)
        photo.changed.connect(self._follow_photo)
        photo.estimate_failed.connect(lambda _: self._set_aside())
        photo.refused.connect(self._tell_refused)
        self._fill_menu()
        self.recents.look()

    def show_in(self, view: ImageView) -> None:
        """Show what was open wherever somebody is invited to bring a photo."""

        def show() -> None:
            cards = [RecentCard(one.path, QImage.fromData(one.picture), one.is_missing) for one in self.recents.entries]
            view.show_recents(cards)

        self.recents.changed.connect(show)
        view.sample_wanted.connect(self.try_sample)
        view.recents.opened.connect(self._open_path)
        view.recents.locate_wanted.connect(self._locate)
        view.recents.remove_wanted.connect(self.recents.forget)
        show()

    def try_sample(self) -> None:
        """Open the photo that comes with Likeness."""
        self._open_path(SAMPLE)

    def photo_beside(self) -> None:
        """Ask for a photo to look at beside this avatar, which stays as it is: one that was saved comes without its photo."""
        for path in file_dialogs.ask_for_photos(self._page, "", tr("Photo beside this avatar"))[:1]:
            self._notice.hide()
            self._is_beside, self._replaced = True, None
            self._photo.open(path)

    def clear_recents(self) -> None:
        """Remember nothing of what was open."""
        self.recents.clear()

    def open(self, source: Path | bytes) -> None:
        """Open a photo. What was made by hand before is left once the new photo has a face, or is known to have none."""
        self._notice.hide()
        self._is_beside = False
        is_in_the_way = bool(self._avatar.name) or self._avatar.has_unsaved_work
        self._replaced = self._avatar.state if is_in_the_way else None
        self._photo.open(source)

    def take_estimate(self, estimate: Estimate) -> None:
        """Make the avatar of a photo."""
        if self._is_beside:
            return
        self._leave_old()
        self._estimated = self._photo.photo
        self._avatar.apply_estimate(estimate)

    def close_down(self) -> None:
        """Write what is remembered."""
        self.recents.close()

    def _leave_old(self) -> bool:
        """Begin anew where the photo was opened in place of something; not if that was worked on meanwhile."""
        replaced, self._replaced = self._replaced, None
        is_as_it_was = replaced is not None and replaced is self._avatar.state
        if is_as_it_was:
            self._avatar.start_anew()
        return is_as_it_was

    def _follow_photo(self) -> None:
        if self._photo.stage == "failed":
            self._set_aside()
        elif self._photo.stage == "choosing" and self._photo.photo is not self._estimated:
            self._take_off(tr("Another photo"))

    def _set_aside(self) -> None:
        """A photo that gave no avatar: none of another photo stands beside it, and none is lost."""
        bare = self._take_off(tr("Photo without a face"))
        if bare is not None:
            self._notice.ask(
                tr("This photo gave no avatar, so the one of the photo before was put aside."),
                (tr("Bring it back"), lambda: self._bring_back(bare)),
            )

    def _take_off(self, step: str) -> AvatarState | None:
        """Put aside what the photo before gave, as a step of this name; what is left, or None where there was nothing."""
        state = self._avatar.state
        if self._is_beside or self._leave_old() or state.estimate is None:
            return None
        names = [p.id for p in state.vector.schema if p.id not in state.locks and _is_predicted(state, p.id)]
        if not names:
            return None
        defaults = {name: state.vector.schema[name].default for name in names}
        sources = {key: source for key, source in state.provenance.items() if key not in defaults}
        bare = replace(state, vector=state.vector.with_values(defaults), provenance=sources, estimate=None)
        self._avatar.steps.take(step, bare)
        return bare

    def _bring_back(self, bare: AvatarState) -> None:
        if self._avatar.state is bare:
            self._avatar.undo_stack.undo()

    def _tell_refused(self, error: Exception) -> None:
        self._replaced = None
        self._notice.warn(tr("{problem} Nothing was changed.", problem=str(error)))

    def _note_photo(self) -> None:
        photo, portrait = self._photo.photo, self._photo.portrait
        path = photo.path if photo is not None else None
        if self._photo.stage == "empty":
            self._noted = None
        if path is not None and portrait is not None and self._photo.stage == "ready" and path not in (SAMPLE, self._noted):
            self._noted = path
            self.recents.note(path, to_qimage(portrait.picture))

    def _note_avatar(self) -> None:
        path = self._avatar.path
        if path is None or path == self._noted_avatar:
            self._noted_avatar = path
            return
        self._noted_avatar = path

        def note(render: Render) -> None:
            self.recents.note(path, render.image)

        self._rendering.draw(Shot(self._avatar.vector, CAMERAS["front"], PICTURE), note, urgency=Urgency.THUMBNAIL)

    def _locate(self, path: Path) -> None:
        found = file_dialogs.ask_what_to_open(self._page, str(path.parent))
        if found:
            self.recents.move(path, found[0])
            self._open_path(found[0])

    def _fill_menu(self) -> None:
        self.menu.clear()
        for one in self.recents.entries:
            text = tr("{name} – not there any more", name=one.path.name) if one.is_missing else one.path.name
            action = self.menu.addAction(text.replace("&", "&&"), partial(self._open_path, one.path))
            action.setEnabled(not one.is_missing)
            action.setToolTip(str(one.path))
            action.setIcon(theme.icon("lost" if one.is_missing else "photo"))
        self.menu.setEnabled(bool(self.recents.entries))
        if self.recents.entries:
            self.menu.addSeparator()
            self.menu.addAction(tr("Clear recents"), self.recents.clear)


def _is_predicted(state: AvatarState, parameter_id: str) -> bool:
    source = state.provenance.get(parameter_id)
    return source is not None and source.by == "predicted"
