"""What comes into the create page and what is kept of it: photos, avatars, the clipboard, and what a crash left."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from app import problems, tasks
from app.settings import Settings
from app.state.avatar_document import EditedAvatar
from app.state.photo import OpenedPhoto
from app.state.recovery import Recovered, Recovery
from app.widgets import file_dialogs
from app.widgets.notice import Notice
from app.widgets.pasteboard import png_of
from core.avatar.document import SUFFIX, AvatarDocument, carried_document, parse_document
from core.errors import AvatarError


class CreateFiles(QObject):
    """Opens photos and avatars, and saves. Its public methods without arguments are commands of `app.actions`."""

    def __init__(self, avatar: EditedAvatar, photo: OpenedPhoto, settings: Settings, notice: Notice, page: QWidget) -> None:
        super().__init__(page)
        self._avatar, self._photo, self._settings, self._notice, self._page = avatar, photo, settings, notice, page
        self.recovery = Recovery(avatar)
        self._looks = 0  # only what was asked for last is opened

    @property
    def title(self) -> str:
        """What the avatar is called."""
        if self._avatar.name:
            return self._avatar.name
        photo = self._photo.photo
        return photo.path.stem if photo is not None and photo.path is not None else "Untitled"

    def new(self) -> None:
        """Start again with no photo and the default avatar."""

        def start() -> None:
            self._photo.clear()
            self._avatar.start_anew()

        self.settle_changes(start)

    def open(self) -> None:
        """Ask for a photo or an avatar and open it."""
        path = file_dialogs.ask_what_to_open(self._page, self._settings.now.photo_folder)
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
            self._notice.warn("There is no picture on the clipboard. Copy a photo, or a picture file, and paste again.")

    def take(self, data: QMimeData) -> bool:
        """Take what was dropped or pasted; whether there was anything to take."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths:
            self.open_path(paths[0])
        elif "likeness.avatar" in data.text():
            self._try(lambda: self._avatar.paste(parse_document(data.text(), "The clipboard")))
        elif data.hasImage():
            image = QImage(data.imageData())
            self.settle_changes(lambda: tasks.run(lambda: png_of(image), self._open_photo))
        else:
            return False
        return True

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Save to the avatar's file, or ask for one; `then` is called once it is saved."""
        if self._avatar.path is None:
            self.save_as(then)
        else:
            self._save_to(self._avatar.path, then)

    def save_as(self, then: Callable[[], None] | None = None) -> None:
        """Ask for a file and save to it."""
        folder = self._settings.now.avatar_folder or str(Path.home())
        path = file_dialogs.ask_where_to_save(self._page, Path(folder) / f"{self.title}{SUFFIX}")
        if path is not None:
            self._settings.remember(avatar_folder=str(path.parent))
            self._save_to(path, then)

    def settle_changes(self, then: Callable[[], None]) -> None:
        """Do something that replaces the avatar, once the person has said what becomes of unsaved work."""

        def answered(answer: file_dialogs.Answer) -> None:
            if answer == "save":
                self.save(then)
            elif answer == "discard":
                then()

        if self._avatar.has_unsaved_work:
            file_dialogs.ask_about_changes(self._page, self.title, answered)
        else:
            then()

    def offer_recovery(self) -> None:
        """Offer what an earlier session left unsaved."""
        if found := self.recovery.found():
            newest = found[0]
            when = newest.saved_at.strftime("%H:%M on %d %B")
            self._notice.ask(
                f"Likeness closed unexpectedly. Your avatar from {when} was kept.",
                ("Restore", lambda: self._restore(newest)),
                ("Discard", lambda: self.recovery.discard(newest.file)),
            )

    def warn(self, error: Exception, *offers: tuple[str, Callable[[], None]]) -> None:
        """Say what went wrong, and offer what helps; what is our fault is reported."""
        if isinstance(error, AvatarError):
            self._notice.warn(str(error), *offers)
        else:
            problems.report(error)

    def close_down(self) -> None:
        """End the session in order."""
        self.recovery.close()

    def _open_path(self, path: Path) -> None:
        self._looks += 1
        if path.suffix.lower() == ".json":
            self._settings.remember(avatar_folder=str(path.parent))
            self._avatar.open(path, self.warn)
        elif path.suffix.lower() == ".png" and path.is_file():
            look = self._looks
            as_photo = ("Open as a photo", lambda: self._open_photo(path))
            tasks.run(
                lambda: carried_document(path),
                lambda document: self._take_carried(path, document) if look == self._looks else None,
                lambda error: self.warn(error, as_photo),
            )
        else:
            self._open_photo(path)

    def _take_carried(self, path: Path, document: AvatarDocument | None) -> None:
        if document is None:
            self._open_photo(path)
        else:
            self._try(lambda: self._avatar.take_over(document, path))

    def _open_photo(self, source: Path | bytes) -> None:
        self._notice.hide()
        if self._avatar.name or self._avatar.has_unsaved_work:
            self._avatar.start_anew()
        self._photo.open(source)

    def _restore(self, recovered: Recovered) -> None:
        self._try(lambda: self._avatar.take_over(recovered.document, recovered.path, is_recovered=True))
        self.recovery.discard(recovered.file)

    def _save_to(self, path: Path, then: Callable[[], None] | None) -> None:
        def saved() -> None:
            self._notice.say(f"Saved as {path.name}.")
            if then is not None:
                then()

        again = ("Try again", lambda: self._save_to(path, then))
        elsewhere = ("Save elsewhere…", lambda: self.save_as(then))
        self._avatar.save(path, saved, lambda error: self.warn(error, again, elsewhere))

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except AvatarError as error:
            self.warn(error)
