"""What comes into the create page and what is kept of it: photos, avatars, the clipboard, and the avatar's file."""

import errno
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from app import problems, tasks
from app.settings import Settings
from app.state.avatar_document import EditedAvatar, FileChangedError
from app.state.claims import FileClaims, Holder
from app.state.photo import OpenedPhoto
from app.widgets import file_dialogs
from app.widgets.moments import moment_in_words
from app.widgets.notice import Notice
from app.widgets.pasteboard import png_of
from app.widgets.text_dialog import TextDialog
from core.avatar.document import SUFFIX, AvatarDocument, carried_document, parse_document
from core.errors import AvatarError, FileNotWrittenError, ModelError
from core.words import mark, tr

_REASONS: Mapping[int, str] = {
    errno.ENOSPC: mark("the disk is full"),
    errno.EACCES: mark("you may not write into this folder"),
    errno.EPERM: mark("you may not write into this folder"),
    errno.EROFS: mark("this disk can only be read"),
    errno.ENOENT: mark("its folder is not there any more"),
    errno.ENOTDIR: mark("its folder is not there any more"),
    errno.ENAMETOOLONG: mark("its name is too long"),
    errno.EISDIR: mark("there is a folder of that name"),
}
"""Why a file could not be written, in words that say what to mend."""


class CreateFiles(QObject):
    """Opens photos and avatars, and saves. Its public methods without arguments are commands of `app.actions`."""

    photo_wanted = Signal(object)
    """A photo is to be opened: its file, or the bytes of one. What becomes of the avatar before is settled."""
    several_wanted = Signal(object)
    """Several files, or a folder."""
    part_wanted = Signal()
    """The clipboard holds a part of an avatar."""

    def __init__(self, avatar: EditedAvatar, photo: OpenedPhoto, settings: Settings, notice: Notice, page: QWidget) -> None:
        super().__init__(page)
        self._avatar, self._photo, self._settings, self._notice, self._page = avatar, photo, settings, notice, page
        self._claims = FileClaims()
        avatar.file_changed.connect(self._follow_file)
        self._looks = 0  # only what was asked for last is opened

    @property
    def title(self) -> str:
        """What the avatar is called."""
        if self._avatar.name:
            return self._avatar.name
        photo = self._photo.photo
        return photo.path.stem if photo is not None and photo.path is not None else tr("Untitled")

    @property
    def saved_state(self) -> str:
        """Whether it is saved, and when it was; empty where there is nothing to save."""
        if self._avatar.has_unsaved_work:
            return tr("Edited")
        at = self._avatar.saved_at
        return tr("Saved {time}", time=moment_in_words(at)) if at is not None else ""

    def new(self) -> None:
        """Start again with no photo and the default avatar."""

        def start() -> None:
            self._photo.clear()
            self._avatar.start_anew()

        self.settle_changes(start)

    def open(self) -> None:
        """Ask for a photo or an avatar and open it."""
        paths = file_dialogs.ask_what_to_open(self._page, self._settings.now.photo_folder)
        if paths:
            self._settings.remember(photo_folder=str(paths[0].parent))
            self._open_paths(paths)

    def open_folder(self) -> None:
        """Ask for a folder and make avatars of its photos."""
        folder = file_dialogs.ask_for_folder(self._page, self._settings.now.photo_folder)
        if folder is not None:
            self._settings.remember(photo_folder=str(folder))
            self._open_paths([folder])

    def open_path(self, path: Path) -> None:
        """Open a photo, or an avatar if it is a `.json` file or a picture that carries one."""
        self.settle_changes(lambda: self._open_path(path))

    def paste(self) -> None:
        """Take a photo, a file or an avatar from the clipboard."""
        data: QMimeData | None = QGuiApplication.clipboard().mimeData()
        if data is None or not self.take(data):
            self._notice.warn(tr("There is no picture on the clipboard. Copy a photo, or a picture file, and paste again."))

    def take(self, data: QMimeData) -> bool:
        """Take what was dropped or pasted; whether there was anything to take."""
        paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        if paths:
            self._open_paths(paths)
        elif "likeness.avatar" in data.text():
            self._try(lambda: self._avatar.paste(parse_document(data.text(), tr("The clipboard"))))
        elif "likeness.part" in data.text():
            self.part_wanted.emit()
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

    def claim(self, path: Path) -> bool:
        """Take a file for this window, until the avatar has another; whether no other window has it open."""
        return self._claims.take(path) is None

    def warn(self, error: Exception, *offers: tuple[str, Callable[[], None]]) -> None:
        """Say what went wrong, and offer what helps; what is our fault is reported."""
        if isinstance(error, AvatarError):
            self._notice.warn(sentence(error), *offers)
        else:
            problems.report(error)

    def close_down(self) -> None:
        """End the session in order."""
        self._claims.keep_only(None)

    def _open_paths(self, paths: list[Path]) -> None:
        if len(paths) == 1 and not paths[0].is_dir():
            self.open_path(paths[0])
        else:
            self.several_wanted.emit(paths)

    def _open_path(self, path: Path) -> None:
        self._looks += 1
        if path.suffix.lower() == ".json":
            self._settings.remember(avatar_folder=str(path.parent))
            self._open_avatar(path)
        elif path.suffix.lower() == ".png" and path.is_file():
            look = self._looks
            as_photo = (tr("Open as a photo"), lambda: self._open_photo(path))
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
        self.photo_wanted.emit(source)

    def _open_avatar(self, path: Path) -> None:
        def failed(error: Exception) -> None:
            self._follow_file()
            self.warn(error)

        if (holder := self._claims.take(path)) is None:
            self._avatar.open(path, failed)
        else:
            text = tr(
                "It has been open there since {since}. Two windows would write over each other, so here it opens as a copy, "
                "which you save under another name.",
                since=_since(holder),
            )
            self._ask_held(path, text, (tr("Open a copy"), lambda: self._avatar.open(path, failed, as_copy=True)))

    def _save_to(self, path: Path, then: Callable[[], None] | None, *, is_certain: bool = False) -> None:
        def saved() -> None:
            self._notice.say(tr("Saved as {name}.", name=path.name))
            if then is not None:
                then()

        def failed(error: Exception) -> None:
            self._follow_file()
            if isinstance(error, FileChangedError):
                self._ask_changed(path, then)
            else:
                again = (tr("Try again"), lambda: self._save_to(path, then))
                self.warn(error, again, (tr("Save elsewhere…"), lambda: self.save_as(then)))

        if (holder := self._claims.take(path)) is None:
            self._avatar.save(path, saved, failed, is_certain=is_certain)
        else:
            text = tr(
                "It has been open there since {since}. Save yours under another name, or close the other window first.",
                since=_since(holder),
            )
            self._ask_held(path, text, (tr("Save as…"), lambda: self.save_as(then)))

    def _ask_held(self, path: Path, text: str, offer: tuple[str, Callable[[], None]]) -> None:
        title = tr("“{name}” is open in another window", name=path.name.removesuffix(SUFFIX))
        TextDialog(title, text, (), (offer,), self._page).open()

    def _ask_changed(self, path: Path, then: Callable[[], None] | None) -> None:
        title = tr("“{name}” was changed by another program", name=path.name.removesuffix(SUFFIX))
        text = tr(
            "It is not what Likeness read or wrote last, so nothing was written. Keep both under two names, write over the other "
            "changes, or open the file as it is now and lose yours."
        )
        offers = (
            (tr("Open theirs"), lambda: self._open_avatar(path)),
            (tr("Write over it"), lambda: self._save_to(path, then, is_certain=True)),
            (tr("Save as…"), lambda: self.save_as(then)),
        )
        TextDialog(title, text, (), offers, self._page).open()

    def _follow_file(self) -> None:
        """Hold the avatar's file, and no other."""
        if self._avatar.path is not None:
            self._claims.take(self._avatar.path)
        self._claims.keep_only(self._avatar.path)

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except AvatarError as error:
            self.warn(error)


def _since(holder: Holder) -> str:
    return moment_in_words(holder.since) if holder.since is not None else tr("a while ago")


def sentence(error: AvatarError) -> str:
    """What went wrong, and what to do: a file that could not be written says in plain words why."""
    cause = error.__cause__
    if isinstance(error, FileNotWrittenError) and isinstance(cause, OSError) and (cause.errno or 0) in _REASONS:
        what = str(error).removesuffix(f": {cause.strerror}.")
        return tr("{what}: {reason}.", what=what, reason=tr(_REASONS[cause.errno or 0]))
    if isinstance(error, ModelError):
        hint = tr("The avatar can be changed by hand all the same; “main.py doctor” names what is missing.")
        return f"{error} {hint}"
    return str(error)
