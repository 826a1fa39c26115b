"""From a selfie to an avatar: the photo beside the live avatar, and everything there is to change."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app import problems, tasks
from app.estimating import Estimating
from app.pages.create_export import CreateExport
from app.pages.photo_stages import show_on_its_way
from app.rendering import Rendering, to_qimage
from app.settings import Settings
from app.state.avatar_document import EditedAvatar
from app.state.photo import OpenedPhoto
from app.state.recovery import Recovered, Recovery
from app.widgets import file_dialogs
from app.widgets.avatar_view import AvatarView
from app.widgets.buttons import Segments
from app.widgets.marks import in_words, marks_of
from app.widgets.notice import Notice
from app.widgets.parameter_panel import ParameterPanel
from app.widgets.pasteboard import png_of, take_drops
from app.widgets.photo_column import PhotoColumn
from app.widgets.side_by_side import Column, SideBySide, caption
from core.avatar.document import SUFFIX, AvatarDocument, carried_document, parse_document
from core.avatar.schema import AvatarSchema
from core.avatar.vector import Value
from core.engines import CAMERAS
from core.errors import AvatarError


class CreatePage(QWidget):
    """Create and change one avatar. Its public methods without arguments are the commands of `app.actions`."""

    state_changed = Signal()
    """The avatar's name, whether it is saved, or what can be done changed."""

    def __init__(self, schema: AvatarSchema, rendering: Rendering, estimating: Estimating, settings: Settings) -> None:
        super().__init__()
        self._rendering, self._settings = rendering, settings
        self.avatar = EditedAvatar(schema, self)
        self.photo = OpenedPhoto(estimating, self)
        self.recovery = Recovery(self.avatar)
        self.photo_column = PhotoColumn()
        self.avatar_view = AvatarView(rendering)
        self.panel = ParameterPanel(schema, rendering)
        self.notice = Notice()
        self.views = Segments([("front", "Front"), ("three-quarter", "Three-quarter"), ("side", "Side")], "View")
        self._rng = np.random.default_rng()
        self._looks = 0  # only what was asked for last is opened
        self._lay_out()
        self._connect()
        self._show_photo()
        self._show_avatar()
        self.views.choose("front")
        self.avatar_view.set_lively(not settings.now.holds_still)

    def _lay_out(self) -> None:
        take_drops(self, self.take)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        stage = QWidget()
        self.exporting = CreateExport(self.avatar, self.avatar_view, self._rendering, self._settings, lambda: self.title, stage)
        left = QVBoxLayout(stage)
        left.setContentsMargins(24, 16, 24, 8)
        left.addWidget(SideBySide(self.photo_column, Column(self.avatar_view, caption(self.views, self.exporting.handle))))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(stage, 1)
        layout.addWidget(self.panel)
        self.notice.lie_over(stage)

    def _connect(self) -> None:
        self.avatar.changed.connect(self._show_avatar)
        self.avatar.file_changed.connect(self.state_changed)
        self.avatar.undo_stack.indexChanged.connect(self._say_state_changed)
        self.photo.changed.connect(self._show_photo)
        self.photo.estimated.connect(self.avatar.apply_estimate)
        self.photo.estimate_failed.connect(self._warn)
        self.panel.dragged.connect(self.avatar.drag)
        self.panel.edited.connect(self.avatar.edit)
        self.panel.tried.connect(self._try_on)
        self.panel.reset_wanted.connect(self.avatar.reset)
        self.panel.lock_wanted.connect(self.avatar.set_locked)
        self.photo_column.change_wanted.connect(self.open)
        self.photo_column.image_view.paste_wanted.connect(self.paste)
        self.photo_column.image_view.dropped.connect(self.take)
        self.photo_column.image_view.face_chosen.connect(self.photo.choose)
        self.photo_column.other_face_wanted.connect(self.photo.choose_again)
        self.photo_column.placing_wanted.connect(self.photo.place)
        self.photo_column.placed.connect(self.photo.place_at)
        self.photo_column.note.dismissed.connect(self.photo.dismiss_advice)
        self.photo_column.placing_given_up.connect(self.photo.stop_placing)
        self.exporting.said.connect(self.notice.say)
        self.exporting.failed.connect(lambda error, offers: self._warn(error, *offers))
        self.exporting.progress.appeared.connect(self.notice.place)
        self.exporting.handle.clicked.connect(self._explain_handle)
        self.views.chosen.connect(lambda view: self.avatar_view.set_camera(CAMERAS[view]))
        self.avatar_view.camera_changed.connect(lambda _: self._show_camera())

    @property
    def title(self) -> str:
        """What the avatar is called."""
        if self.avatar.name:
            return self.avatar.name
        photo = self.photo.photo
        return photo.path.stem if photo is not None and photo.path is not None else "Untitled"

    # What the person asked for.

    def new(self) -> None:
        """Start again with no photo and the default avatar."""

        def start() -> None:
            self.photo.clear()
            self.avatar.start_anew()

        self.settle_changes(start)

    def open(self) -> None:
        """Ask for a photo or an avatar and open it."""
        path = file_dialogs.ask_what_to_open(self, self._settings.now.photo_folder)
        if path is not None:
            self._settings.remember(photo_folder=str(path.parent))
            self.open_path(path)

    def open_path(self, path: Path) -> None:
        """Open a photo, or an avatar if it is a `.json` file or a picture that carries one."""
        self.settle_changes(lambda: self._open_path(path))

    def paste(self) -> None:
        """Take a photo, a file or an avatar from the clipboard."""
        data: QMimeData | None = QGuiApplication.clipboard().mimeData()
        if data is None or not self.take(data):
            self.notice.warn("There is no picture on the clipboard. Copy a photo, or a picture file, and paste again.")

    def take(self, data: QMimeData) -> bool:
        """Take what was dropped or pasted; whether there was anything to take."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths:
            self.open_path(paths[0])
        elif "likeness.avatar" in data.text():
            self._try(lambda: self.avatar.paste(parse_document(data.text(), "The clipboard")))
        elif data.hasImage():
            image = QImage(data.imageData())
            self.settle_changes(lambda: tasks.run(lambda: png_of(image), self._open_photo))
        else:
            return False
        return True

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Save to the avatar's file, or ask for one; `then` is called once it is saved."""
        if self.avatar.path is None:
            self.save_as(then)
        else:
            self._save_to(self.avatar.path, then)

    def save_as(self, then: Callable[[], None] | None = None) -> None:
        """Ask for a file and save to it."""
        folder = self._settings.now.avatar_folder or str(Path.home())
        path = file_dialogs.ask_where_to_save(self, Path(folder) / f"{self.title}{SUFFIX}")
        if path is not None:
            self._settings.remember(avatar_folder=str(path.parent))
            self._save_to(path, then)

    def export(self) -> None:
        """Show the export dialog."""
        self.exporting.show()

    def copy_picture(self) -> None:
        """Copy the avatar's picture, and the avatar itself as text."""
        self.exporting.copy()

    def undo(self) -> None:
        """Take back the last step."""
        self.avatar.undo_stack.undo()

    def redo(self) -> None:
        """Do the step again that was taken back."""
        self.avatar.undo_stack.redo()

    def place_face(self) -> None:
        """Have the person say where the face is."""
        self.photo.place()

    def find_setting(self) -> None:
        """Go to the filter of the panel."""
        self.panel.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.panel.filter.selectAll()

    def next_setting(self) -> None:
        """Go to the setting below."""
        self.panel.walk(1)

    def previous_setting(self) -> None:
        """Go to the setting above."""
        self.panel.walk(-1)

    def next_unsure(self) -> None:
        """Go to the next value that the method was not sure of."""
        self.panel.go_to_next_unsure()

    def take_first(self) -> None:
        """Take the option that the method thought most likely."""
        self.panel.take_best(0)

    def take_second(self) -> None:
        """Take the option that the method thought second most likely."""
        self.panel.take_best(1)

    def take_third(self) -> None:
        """Take the option that the method thought third most likely."""
        self.panel.take_best(2)

    def reset_field(self) -> None:
        """Reset the value with the focus."""
        if row := self.panel.current_row():
            self.avatar.reset(row.parameter_ids)

    def reset_part(self) -> None:
        """Reset the open component."""
        self.avatar.reset(self.panel.open_parameter_ids())

    def lock_field(self) -> None:
        """Lock the value with the focus, or unlock it."""
        if row := self.panel.current_row():
            self.avatar.set_locked(row.parameter_ids, not self.avatar.state.locks.issuperset(row.parameter_ids))

    def randomise_part(self) -> None:
        """Random values for the open component."""
        self.avatar.randomise(self.panel.open_parameter_ids(), self._rng)

    def see_photo(self) -> Callable[[], None] | None:
        """Lay the photo over the avatar, until the answer is called."""
        portrait = self.photo.portrait
        if portrait is None:
            return None
        self.avatar_view.set_overlay(to_qimage(portrait.picture))
        return lambda: self.avatar_view.set_overlay(None)

    def see_prediction(self) -> Callable[[], None] | None:
        """Show what the photo gave, until the answer is called."""
        state = self.avatar.state
        if state.estimate is None:
            return None
        self.avatar_view.set_vector(state.vector.with_values(state.origins()), is_moving=True)
        return lambda: self.avatar_view.set_vector(self.avatar.vector, is_moving=True)

    def look_from_front(self) -> None:
        """Turn the avatar to the front."""
        self.avatar_view.set_camera(CAMERAS["front"])
        self._show_camera()

    def hold_still(self) -> None:
        """Stop the avatar's blinking and looking around, or let it live again."""
        self._settings.remember(holds_still=not self._settings.now.holds_still)
        self.avatar_view.set_lively(not self._settings.now.holds_still)

    def settle_changes(self, then: Callable[[], None]) -> None:
        """Do something that replaces the avatar, once the person has said what becomes of unsaved work."""

        def answered(answer: file_dialogs.Answer) -> None:
            if answer == "save":
                self.save(then)
            elif answer == "discard":
                then()

        if self.avatar.has_unsaved_work:
            file_dialogs.ask_about_changes(self, self.title, answered)
        else:
            then()

    def offer_recovery(self) -> None:
        """Offer what an earlier session left unsaved."""
        if found := self.recovery.found():
            newest = found[0]
            when = newest.saved_at.strftime("%H:%M on %d %B")
            self.notice.ask(
                f"Likeness closed unexpectedly. Your avatar from {when} was kept.",
                ("Restore", lambda: self._restore(newest)),
                ("Discard", lambda: self.recovery.discard(newest.file)),
            )

    def close_down(self) -> None:
        """End what belongs to this page."""
        self.exporting.close_down()
        self.recovery.close()

    # What follows from it.

    def _open_path(self, path: Path) -> None:
        self._looks += 1
        if path.suffix.lower() == ".json":
            self._settings.remember(avatar_folder=str(path.parent))
            self.avatar.open(path, self._warn)
        elif path.suffix.lower() == ".png" and path.is_file():
            look = self._looks
            as_photo = ("Open as a photo", lambda: self._open_photo(path))
            tasks.run(
                lambda: carried_document(path),
                lambda document: self._take_carried(path, document) if look == self._looks else None,
                lambda error: self._warn(error, as_photo),
            )
        else:
            self._open_photo(path)

    def _take_carried(self, path: Path, document: AvatarDocument | None) -> None:
        if document is None:
            self._open_photo(path)
        else:
            self._try(lambda: self.avatar.take_over(document, path))

    def _open_photo(self, source: Path | bytes) -> None:
        self.notice.hide()
        if self.avatar.name or self.avatar.has_unsaved_work:
            self.avatar.start_anew()
        self.photo.open(source)

    def _restore(self, recovered: Recovered) -> None:
        self._try(lambda: self.avatar.take_over(recovered.document, recovered.path, is_recovered=True))
        self.recovery.discard(recovered.file)

    def _save_to(self, path: Path, then: Callable[[], None] | None) -> None:
        def saved() -> None:
            self.notice.say(f"Saved as {path.name}.")
            if then is not None:
                then()

        again = ("Try again", lambda: self._save_to(path, then))
        elsewhere = ("Save elsewhere…", lambda: self.save_as(then))
        self.avatar.save(path, saved, lambda error: self._warn(error, again, elsewhere))

    def _explain_handle(self) -> None:
        self.notice.say("Hold the button and drag: the picture goes with the pointer. “Copy picture” does the same by keys.")

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except AvatarError as error:
            self._warn(error)

    def _warn(self, error: Exception, *offers: tuple[str, Callable[[], None]]) -> None:
        if isinstance(error, AvatarError):
            self.notice.warn(str(error), *offers)
        else:
            problems.report(error)

    # What is shown.

    def _show_avatar(self) -> None:
        state = self.avatar.state
        self.avatar_view.set_vector(state.vector, is_moving=True)
        self.avatar_view.describe(in_words(state.vector))
        self.panel.set_vector(state.vector)
        fields = state.estimate.fields if state.estimate is not None else {}
        self.panel.set_marks(marks_of(state.vector, state.provenance, state.locks, state.origins(), fields))
        self.state_changed.emit()

    def _try_on(self, values: Mapping[str, Value]) -> None:
        """Show the avatar with other values, which nobody has chosen."""
        self.avatar_view.set_vector(self.avatar.vector.with_values(values), is_moving=True)

    def _say_state_changed(self) -> None:
        self.state_changed.emit()

    def _show_camera(self) -> None:
        camera = self.avatar_view.camera
        self.views.choose(next((name for name, known in CAMERAS.items() if known == camera), None))

    def _show_photo(self) -> None:
        opened, photo, portrait = self.photo, self.photo.photo, self.photo.portrait
        if opened.stage == "empty":
            self.photo_column.show_nothing()
        elif opened.stage == "ready" and portrait is not None and photo is not None:
            advice = [advice.text for advice in portrait.advice]
            self.photo_column.show_portrait(to_qimage(portrait.picture), advice, has_others=len(photo.faces) > 1)
        else:
            show_on_its_way(self.photo_column, opened)
        self.state_changed.emit()
