"""Many photos at once: their gallery in place of the page, one of them on the page, and all of them to files."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QBoxLayout, QWidget

from app import tasks
from app.estimating import Estimating, Made, made_of
from app.pages.create.group_portrait import GroupPortrait
from app.rendering import Rendering
from app.settings import Settings
from app.state.avatar_steps import AvatarState
from app.state.batch import Batch, BatchItem
from app.state.batch_pictures import BatchPictures
from app.state.batch_saving import BatchSaving, Wish
from app.widgets import file_dialogs
from app.widgets.batch_bar import BatchBar
from app.widgets.batch_gallery import BatchGallery, Work, in_words
from app.widgets.batch_list import Tile
from app.widgets.batch_save_dialog import BatchSaveDialog
from app.widgets.pasteboard import take_drops
from app.widgets.text_dialog import TextDialog
from core.errors import AvatarError, FileNotWrittenError
from core.group_portrait import MOST
from core.methods import Estimate
from core.words import tr, trn

if TYPE_CHECKING:
    from app.pages.create.page import CreatePage

GATHER_MS = 60  # changes that are shown together


class CreateBatch(QObject):
    """Owns the batch and its gallery. Its public methods without arguments are commands of `app.actions`."""

    shown = Signal(bool)
    """The gallery is shown in place of the page, or is gone."""

    def __init__(self, page: "CreatePage", estimating: Estimating, rendering: Rendering, settings: Settings) -> None:
        super().__init__(page)
        self._page, self._rendering, self._settings = page, rendering, settings
        self.batch = Batch(estimating, self)
        self.pictures = BatchPictures(self.batch, rendering, self)
        self.gallery, self.bar = BatchGallery(self.pictures.face, self.pictures.avatar), BatchBar()
        self.gallery.hide()
        self.portrait: GroupPortrait | None = None
        self._saving: BatchSaving | None = None
        self._saved = (0, 0)
        self._opened: int | None = None
        self._began: AvatarState | None = None
        self._awaited = 0  # the group that becomes a portrait once all of it is done
        self._beneath: Sequence[QWidget] = ()
        self._path_beneath: Path | None = None
        self._num_tiles = 0
        self._gathering = QTimer(self, interval=GATHER_MS, singleShot=True)
        self._gathering.timeout.connect(self._show_work)
        self._connect()

    def _connect(self) -> None:
        batch, gallery, page = self.batch, self.gallery, self._page
        batch.listed.connect(self._list)
        batch.changed.connect(self._show_item)
        batch.progressed.connect(self._gather)
        batch.refused.connect(page.files.warn)
        self.pictures.arrived.connect(gallery.show_picture)
        gallery.opened.connect(self.open)
        gallery.close_wanted.connect(self.leave_gallery)
        gallery.stop_wanted.connect(self._stop)
        gallery.go_on_wanted.connect(batch.go_on)
        gallery.retry_wanted.connect(batch.retry)
        gallery.all_faces_wanted.connect(batch.split)
        gallery.remove_wanted.connect(batch.remove)
        gallery.save_wanted.connect(self._ask_to_save)
        gallery.group_wanted.connect(self.group_portrait)
        gallery.photos_wanted.connect(self._ask_for_photos)
        page.files.photo_wanted.connect(lambda _: self.leave_gallery())
        take_drops(gallery, self._take_dropped)
        self.bar.back_wanted.connect(self.show_batch)
        page.photo.changed.connect(self._follow)
        page.avatar.file_changed.connect(self._follow)

    def lay_out(self, layout: QBoxLayout, beneath: Sequence[QWidget]) -> None:
        """Stand in the page.

        Args:
            layout: Of the page.
            beneath: What gives way to the gallery.
        """
        self._beneath = beneath
        layout.addWidget(self.gallery, 1)

    @property
    def is_shown(self) -> bool:
        """Whether the gallery stands in place of the page."""
        return not self.gallery.isHidden()

    # Commands.

    def show_batch(self) -> None:
        """Show all photos."""
        if self.is_shown:
            return
        self._keep_opened()
        self._path_beneath = self._page.avatar.path
        for widget in self._beneath:
            widget.hide()
        self.gallery.show()
        self._page.notice.lie_over(self.gallery)
        self._page.notice.hide()
        self._list()
        if self._opened is not None:
            self.gallery.list.choose(self._opened)
        self.gallery.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.shown.emit(True)

    def group_portrait(self) -> None:
        """One picture of several avatars: of the chosen photos, of one photo's faces, or of all."""
        if self.is_shown:
            self._compose(self._grouped())
            return
        photo = self._page.photo.photo
        if photo is not None and len(photo.faces) > 1:
            known = next((item.group for item in self.batch.items if item.group and item.path == photo.path), 0)
            self._awaited = known if known and photo.path is not None else self._add_faces()
            self.show_batch()
            self._offer_portrait()
        elif len(self._done) > 1:
            self.show_batch()
            self._compose(self._grouped())
        else:
            self._page.notice.say(tr("A group portrait needs a photo with several faces, or several photos: drop them here."))

    def all_faces(self) -> None:
        """Make an avatar of every face in the photo."""
        photo = self._page.photo.photo
        if photo is not None and len(photo.faces) > 1:
            self._add_faces()
            self.show_batch()
        else:
            self._page.notice.say(tr("There are not several faces in this photo."))

    # What others ask for.

    def take(self, paths: Sequence[Path]) -> None:
        """Take many photos, or a folder of them; of avatars one is opened."""
        photos = [path for path in paths if path.suffix.lower() != ".json"]
        if photos:
            self.batch.add(photos)
            self.show_batch()
        else:
            self._page.files.open_path(paths[0])
            self._page.notice.say(tr("One avatar is opened at a time: {name}.", name=paths[0].name))

    def open(self, item_id: int) -> None:
        """Show one on the page, to look at it closely and to change it; asks before work is lost."""
        if item_id < 0:
            self._compose(self.batch.group(-item_id))
        elif self._opened is not None:
            self._keep_opened()
            self._open(item_id)
        else:
            self._page.files.settle_changes(partial(self._open, item_id))

    def take_estimate(self, estimate: Estimate) -> None:
        """What was chosen or placed on the page, and is its avatar now, is what the photo gave."""
        item, portrait = self.batch.get(self._opened or 0), self._page.photo.portrait
        if item is None:
            return
        self._began = self._page.avatar.state
        if portrait is None:
            return
        tasks.run(lambda: made_of(portrait.picture, portrait.selfie, estimate), partial(self._put_made, item.id))

    def _put_made(self, item_id: int, made: Made) -> None:
        now = self.batch.get(item_id)
        if now is not None:
            self.batch.put(replace(now, state="done", cause="", reason="", num_faces=0, made=made, document=now.document))

    def go_back(self) -> bool:
        """To the gallery, if there is one; whether there is."""
        if self.is_shown or not self.batch.items:
            return False
        self.show_batch()
        return True

    def forget(self, path: Path) -> None:
        """Forget what was made of a photo."""
        for item in self.batch.items:
            if item.path is not None and item.path.absolute() == path.absolute():
                self.batch.remove(item.id)
        if self.batch.get(self._opened or 0) is None:
            self._opened = self._began = None

    @property
    def has_unsaved_work(self) -> bool:
        """Whether avatars were changed by hand, and are in no file."""
        return any(item.is_changed for item in self.batch.items)

    def settle(self, then: Callable[[], None]) -> None:
        """Do something that loses the batch, once the person has said what becomes of what they changed."""
        count = sum(item.is_changed for item in self.batch.items)
        if not count:
            then()
            return
        title = trn("Discard the changes to {count} avatar?", "Discard the changes to {count} avatars?", count)
        text = tr("You changed them among the other photos, and they are in no file. “Save all…” writes them.")
        offers = ((tr("Discard"), then), (tr("Show them"), self.show_batch))
        TextDialog(title, text, (), offers, self._page).open()

    def close_down(self) -> None:
        """End what goes on."""
        if self._saving is not None:
            self._saving.stop()
        self.batch.clear()
        self.pictures.close()

    def _ask_for_photos(self) -> None:
        paths = file_dialogs.ask_for_photos(self._page, self._settings.now.photo_folder)
        if paths:
            self._settings.remember(photo_folder=str(paths[0].parent))
            self.batch.add(paths)

    def _take_dropped(self, data: QMimeData) -> None:
        """What is dropped on the gallery is one more; an avatar's file is opened on the page."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths and not all(path.suffix.lower() == ".json" for path in paths):
            self.batch.add(paths)
        else:
            self._page.files.take(data)

    # One of them on the page.

    def _open(self, item_id: int) -> None:
        item = self.batch.get(item_id)
        if item is None:
            return
        page, self._opened = self._page, None
        self.leave_gallery()
        page.photo.clear()
        page.avatar.start_anew()
        if item.made is not None:
            name = item.path.stem if item.path is not None and item.face is None else item.name
            try:
                page.avatar.take_over(item.to_document(), None, name=name, estimate=item.made.estimate)
            except AvatarError as error:
                page.files.warn(error)
        self._began, self._opened = page.avatar.state, item_id
        page.photo.open(item.source, item.face, is_estimated=item.made is None)

    def _keep_opened(self) -> None:
        """What was changed on the page belongs to its photo."""
        item, avatar = self.batch.get(self._opened or 0), self._page.avatar
        if item is None or avatar.state is self._began:
            return
        self._began = avatar.state
        is_saved = avatar.path is not None and not avatar.is_dirty
        self.batch.put(replace(item, document=avatar.document(), is_saved=is_saved))

    def _follow(self) -> None:
        """Notice when something else is opened on the page."""
        if self.is_shown and self._page.avatar.path not in (None, self._path_beneath):
            self.leave_gallery()  # an avatar's file was opened
        item, page = self.batch.get(self._opened or 0), self._page
        if item is None:
            return
        photo, avatar = page.photo.photo, page.avatar
        is_other = photo is not None and page.photo.stage != "opening" and photo.path != item.path
        has_begun_anew = avatar.undo_stack.count() == 0 and avatar.state is not self._began
        if is_other or has_begun_anew or page.photo.stage == "empty":
            self._opened = None

    # The gallery.

    def leave_gallery(self) -> None:
        """Show one avatar again, as far as the gallery is shown."""
        if not self.is_shown:
            return
        self.gallery.hide()
        for widget in self._beneath:
            widget.show()
        self._page.notice.hide()
        self._page.notice.lie_over(self._beneath[0])
        self.bar.setVisible(bool(self.batch.items))
        self._page.setFocus(Qt.FocusReason.OtherFocusReason)
        self.shown.emit(False)

    def _list(self) -> None:
        if self.is_shown:
            self.gallery.set_tiles(self._tiles())
        elif not self.batch.items:
            self.bar.hide()
        self._show_work()

    def _tiles(self) -> list[Tile]:
        """The photos, and after the faces of one photo their portrait."""
        tiles: list[Tile] = []
        items = self.batch.items
        for item, after in zip(items, (*items, None)[1:], strict=True):
            tiles.append(_tile(item))
            if item.group and (after is None or after.group != item.group) and len(self.batch.group(item.group)) > 1:
                name = item.path.name if item.path is not None else tr("Pasted photo")
                note, reason = tr("Group portrait"), tr("All faces of this photo in one picture.")
                tiles.append(Tile(-item.group, name, "done", note, reason, is_group=True, can_open=True))
        self._num_tiles = len(tiles)
        return tiles

    def _show_item(self, item_id: int) -> None:
        item = self.batch.get(item_id)
        if item is not None and self.is_shown:
            self.gallery.update_tile(_tile(item))

    def _gather(self) -> None:
        if not self._gathering.isActive():
            self._gathering.start()

    def _show_work(self) -> None:
        items = self.batch.items
        if self._saving is not None:
            done, total = self._saved
            work = Work(done, total, is_running=True, is_saving=True)
        else:
            done = sum(item.state in ("done", "attention") for item in items)
            attention = sum(item.state == "attention" for item in items)
            work = Work(done, len(items), attention, self.batch.remaining_s(), self.batch.is_running)
        before = self._num_tiles
        if self.is_shown and any(item.group for item in items) and len(tiles := self._tiles()) != before:
            self.gallery.set_tiles(tiles)  # a group is complete
        self.gallery.show_work(work)
        self.bar.tell(in_words(work))
        self._offer_portrait()

    def _stop(self) -> None:
        if self._saving is not None:
            self._saving.stop()
        else:
            self.batch.stop()

    # Several faces.

    @property
    def _done(self) -> list[BatchItem]:
        return [item for item in self.batch.items if item.made is not None and item.state == "done"]

    def _add_faces(self) -> int:
        photo = self._page.photo.photo
        assert photo is not None
        return self.batch.add_faces(photo, self._page.photo.name)

    def _grouped(self) -> list[BatchItem]:
        """Those that are meant: what is chosen, else the faces of the chosen photo, else all."""
        done = {item.id: item for item in self._done}
        chosen = [done[one] for one in self.gallery.chosen if one in done]
        if len(chosen) > 1:
            return chosen
        groups = {item.group for item in chosen if item.group} or {item.group for item in done.values() if item.group}
        if len(groups) == 1:
            return [item for item in done.values() if item.group in groups]
        return list(done.values())

    def _compose(self, items: Sequence[BatchItem]) -> None:
        if len(items) < 2:
            self._page.notice.say(tr("A group portrait needs two avatars at least."))
        elif len(items) > MOST:
            text = tr("A group portrait has up to {most} avatars. Choose some with Ctrl or Shift held.", most=MOST)
            self._page.notice.warn(text)
        else:
            name = items[0].path.stem if items[0].path is not None else tr("Group")
            name = tr("{name} group", name=name)
            self.portrait = GroupPortrait(items, name, self._rendering, self._settings, self._page)
            self.portrait.said.connect(self._page.notice.say)
            self.portrait.failed.connect(lambda error, offers: self._page.files.warn(error, *offers))

    def _offer_portrait(self) -> None:
        """Compose the group that is waited for, once all its faces are through."""
        group = [item for item in self.batch.items if item.group and item.group == self._awaited]
        if group and all(item.state in ("done", "attention") for item in group):
            self._awaited = 0
            self._compose([item for item in group if item.made is not None])

    # To files.

    def _ask_to_save(self) -> None:
        if self._done and self._saving is None:
            BatchSaveDialog(len(self._done), self._ask_where, self._page).open()

    def _ask_where(self, documents: bool, pictures: bool) -> None:
        start = self._settings.now.export_folder or self._settings.now.avatar_folder or str(Path.home())
        folder = file_dialogs.ask_where_to_save_all(self._page, start)
        if folder is not None:
            self._settings.remember(export_folder=str(folder))
            now = self._settings.now
            self._save(Wish(folder, documents, pictures, now.export_size, now.export_embeds), self._done)

    def _save(self, wish: Wish, items: Sequence[BatchItem]) -> None:
        saving = self._saving = BatchSaving(items, wish, self._rendering, self)
        left = {item.id: item for item in items}

        def note(item: BatchItem) -> None:
            left.pop(item.id, None)
            now = self.batch.get(item.id)
            if wish.documents and now is not None and now.document is item.document:
                self.batch.put(replace(now, is_saved=True))

        def progress(done: int, total: int) -> None:
            self._saved = (done, total)
            self._gather()

        saving.written.connect(note)
        saving.progressed.connect(progress)
        saving.ended.connect(lambda count, error: self._tell_saved(count, error, wish, list(left.values())))
        saving.start()
        self._show_work()

    def _tell_saved(self, count: int, error: Exception | None, wish: Wish, left: Sequence[BatchItem]) -> None:
        self._saving = None
        self._show_work()
        written = trn("{count} avatar is in {folder}.", "{count} avatars are in {folder}.", count, folder=wish.folder.name)
        if error is None:
            self._page.notice.say(written)
            return
        again = (tr("Try again"), lambda: self._save(wish, left))
        elsewhere = (tr("Save elsewhere…"), lambda: self._ask_where(wish.documents, wish.pictures))
        if isinstance(error, FileNotWrittenError) and count:
            error = FileNotWrittenError(f"{error} {written}")
        self._page.files.warn(error, again, elsewhere)


def _tile(item: BatchItem) -> Tile:
    """A photo as the gallery shows it."""
    notes = {
        "no_face": tr("No face found"),
        "several": trn("{count} face", "{count} faces", item.num_faces),
        "unreadable": tr("Cannot be opened"),
        "failed": tr("Failed"),
    }
    note = notes.get(item.cause, "")
    if item.state == "done":
        note = tr("Changed") if item.is_changed else tr("Saved") if item.is_saved else ""
    return Tile(
        item.id,
        item.name,
        item.state,
        note,
        item.reason,
        item.num_faces if item.cause == "several" else 0,
        is_of_group=bool(item.group) and item.state == "done",
        can_open=item.state != "working" and item.cause != "unreadable",
        can_retry=item.state == "attention" and item.cause != "several",
    )
