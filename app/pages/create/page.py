"""The page itself: what stands where, and what follows from what."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from app.actions import Owner
from app.estimating import Estimating
from app.pages.create.batch import CreateBatch
from app.pages.create.camera import CreateCamera
from app.pages.create.editing import CreateEditing
from app.pages.create.export import CreateExport
from app.pages.create.files import CreateFiles
from app.pages.create.history import CreateHistory
from app.pages.create.looking import CreateLooking
from app.pages.create.parts import CreateParts
from app.pages.create.photos import CreatePhotos
from app.pages.create.picking import CreatePicking
from app.pages.create.privacy import CreatePrivacy
from app.pages.create.recovering import CreateRecovering
from app.pages.create.regions import CreateRegions
from app.pages.create.snapshots import CreateSnapshots
from app.pages.create.which import CreateWhich
from app.pages.photo_stages import show_on_its_way
from app.rendering import Rendering, to_qimage
from app.settings import Settings
from app.state.avatar_document import EditedAvatar
from app.state.photo import OpenedPhoto
from app.widgets.avatar_view import AvatarView
from app.widgets.marks import in_words, marks_of
from app.widgets.notice import Notice
from app.widgets.parameter_panel import ParameterPanel
from app.widgets.pasteboard import take_drops
from app.widgets.photo_column import PhotoColumn
from core.avatar.schema import AvatarSchema
from core.words import tr


class CreatePage(QWidget):
    """Create and change one avatar. What is done with it is done by the page's parts, each in a file of its own."""

    state_changed = Signal()
    """The avatar's name, whether it is saved, or what can be done changed."""

    def __init__(self, schema: AvatarSchema, rendering: Rendering, estimating: Estimating, settings: Settings) -> None:
        super().__init__()
        self.avatar = EditedAvatar(schema, self)
        self.photo = OpenedPhoto(estimating, self, keeps_photo=True)
        self.photo_column = PhotoColumn()
        self.avatar_view = AvatarView(rendering)
        self.panel = ParameterPanel(schema, rendering)
        self.notice = Notice()
        self._stage = QWidget()
        self.files = CreateFiles(self.avatar, self.photo, settings, self.notice, self)
        self.recovering = CreateRecovering(self.avatar, self.files, rendering, self.notice, self)
        self.history = CreateHistory(self.avatar, self)
        self.editing = CreateEditing(self.avatar, self.panel, self)
        self.whole_parts = CreateParts(self.avatar, self.photo, self.panel, estimating, self.notice, self)
        self.looking = CreateLooking(self.avatar, self.photo, self.photo_column, self.avatar_view, rendering, settings)
        views = (self.photo_column.image_view, self.avatar_view)
        self.picking = CreatePicking(self.avatar, self.photo, views[0], self.panel, settings, self.notice)
        self.regions = CreateRegions(self.avatar, self.photo, self.panel, views, rendering, settings)
        self.snapshots = CreateSnapshots(self.avatar, rendering, self.looking, self.notice, self)
        self.exporting = CreateExport(self.avatar, self.avatar_view, rendering, settings, lambda: self.files.title, self._stage)
        self.which = CreateWhich(self.avatar, self.photo, rendering, self.notice, self.files.open, self)
        self.camera = CreateCamera(self, estimating, rendering, settings)
        traces = (self.recovering, self.exporting, rendering)
        self.privacy = CreatePrivacy(self.avatar, self.photo, traces, self.notice, self)
        self.photos = CreatePhotos(self.avatar, self.photo, rendering, self.notice, self.files.open_path, self)
        self.batch = CreateBatch(self, estimating, rendering, settings)
        self.privacy.forget_recent = self._forget_recent
        self.parts: Mapping[Owner, object] = {
            "create.files": self.files,
            "create.photos": self.photos,
            "create.batch": self.batch,
            "create.recovering": self.recovering,
            "create.history": self.history,
            "create.privacy": self.privacy,
            "create.editing": self.editing,
            "create.parts": self.whole_parts,
            "create.picking": self.picking,
            "create.regions": self.regions,
            "create.looking": self.looking,
            "create.snapshots": self.snapshots,
            "create.export": self.exporting,
            "create.which": self.which,
            "create.camera": self.camera,
        }
        """Who does the commands of `app.actions`."""
        self._lay_out()
        self._connect()
        self.show_photo()
        self._show_avatar()

    def _lay_out(self) -> None:
        take_drops(self, self.files.take)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        left = QVBoxLayout(self._stage)
        left.setContentsMargins(24, 16, 24, 8)
        left.addWidget(self.batch.bar)
        left.addWidget(self.looking.lay_out(self.exporting.handle, self.snapshots.strip))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._stage, 1)
        layout.addWidget(self.panel)
        self.batch.lay_out(layout, (self._stage, self.panel))
        self.notice.lie_over(self._stage)

    def _connect(self) -> None:
        self.avatar.changed.connect(self._show_avatar)
        self.avatar.file_changed.connect(self.state_changed)
        self.avatar.undo_stack.indexChanged.connect(self._say_state_changed)
        self.photo.changed.connect(self.show_photo)
        self.photo.changed.connect(self.camera.follow_photo)
        self.photo.estimated.connect(self.photos.take_estimate)
        self.photo.estimated.connect(self.batch.take_estimate)
        self.photo.estimate_failed.connect(self.files.warn)
        self.panel.tried.connect(self.looking.try_on)
        self.panel.settle_wanted.connect(self.which.which_is_more_you)
        column = self.photo_column
        self.files.photo_wanted.connect(self.photos.open)
        self.files.part_wanted.connect(self.whole_parts.paste_part)
        self.files.several_wanted.connect(self.batch.take)
        self.photos.show_in(column.image_view)
        column.all_faces_wanted.connect(self.batch.all_faces)
        column.change_wanted.connect(self.files.open)
        column.camera_wanted.connect(self.camera.open_camera)
        column.image_view.paste_wanted.connect(self.files.paste)
        column.image_view.dropped.connect(self.files.take)
        column.image_view.face_chosen.connect(self.photo.choose)
        column.other_face_wanted.connect(self.photo.choose_again)
        column.placing_wanted.connect(self.photo.place)
        column.placed.connect(self.photo.place_at)
        column.note.dismissed.connect(self.photo.dismiss_advice)
        column.placing_given_up.connect(self.photo.stop_placing)
        self.exporting.said.connect(self.notice.say)
        self.exporting.failed.connect(lambda error, offers: self.files.warn(error, *offers))
        self.exporting.progress.appeared.connect(self.notice.place)
        self.exporting.handle.clicked.connect(self._explain_handle)

    def place_face(self) -> None:
        """Have the person say where the face is."""
        self.photo.place()

    def close_down(self) -> None:
        """End what belongs to this page."""
        self.camera.close_down()
        self.batch.close_down()
        self.photos.close_down()
        self.exporting.close_down()
        self.recovering.close_down()
        self.files.close_down()

    def _forget_recent(self, path: Path) -> None:
        self.photos.recents.forget(path)
        self.batch.forget(path)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape or not self.batch.go_back():
            super().keyPressEvent(event)

    def _explain_handle(self) -> None:
        said = tr(
            "Hold the button and drag: the picture goes with the pointer. “{command}” does the same by keys.",
            command=tr("Copy picture"),
        )
        self.notice.say(said)

    def _say_state_changed(self) -> None:
        self.state_changed.emit()

    def _show_avatar(self) -> None:
        state = self.avatar.state
        self.avatar_view.set_vector(state.vector, is_moving=True)
        self.avatar_view.describe(in_words(state.vector))
        self.panel.set_vector(state.vector)
        fields = state.estimate.fields if state.estimate is not None else {}
        self.panel.set_marks(marks_of(state.vector, state.provenance, state.locks, state.origins(), fields))
        self.state_changed.emit()

    def show_photo(self) -> None:
        """Show the photo in its place, as far as it is read."""
        opened, photo, portrait = self.photo, self.photo.photo, self.photo.portrait
        if opened.stage == "empty":
            self.photo_column.show_nothing()
        elif opened.stage == "ready" and portrait is not None and photo is not None:
            advice = [advice.text for advice in portrait.advice]
            self.photo_column.show_portrait(to_qimage(portrait.picture), advice, has_others=len(photo.faces) > 1)
        else:
            show_on_its_way(self.photo_column, opened)
        self.state_changed.emit()
