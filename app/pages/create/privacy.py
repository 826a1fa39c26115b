"""A photo forgotten: everything that was made from it goes, and what cannot go is said."""

import contextlib
import logging
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app import tasks
from app.pages.create.export import CreateExport
from app.pages.create.recovering import CreateRecovering
from app.rendering import Rendering
from app.state import drag_folder
from app.state.avatar_document import EditedAvatar
from app.state.photo import OpenedPhoto
from app.widgets.notice import Notice
from app.widgets.text_dialog import TextDialog
from core.words import tr


class CreatePrivacy(QObject):
    """Forgets photos. Its public methods without arguments are commands of `app.actions`."""

    def __init__(
        self,
        avatar: EditedAvatar,
        photo: OpenedPhoto,
        traces: tuple[CreateRecovering, CreateExport, Rendering],
        notice: Notice,
        page: QWidget,
    ) -> None:
        """Forget nothing yet.

        Args:
            avatar: What was made of the photo.
            photo: The photo.
            traces: Who else knows something of it: what is kept against crashes, what leaves the window, what was drawn.
            notice: Says what happened.
            page: Above which is asked.
        """
        super().__init__(page)
        self._avatar, self._photo, self._notice, self._page = avatar, photo, notice, page
        self._recovering, self._exporting, self._rendering = traces
        self.forget_recent: Callable[[Path], None] = lambda _: None
        """Takes a photo out of the list of those that were open last."""
        tasks.run(drag_folder.sweep, lambda _: None, lambda _: None)

    def forget_photo(self) -> None:
        """Ask what is to go with the photo, and forget it."""
        if self._photo.photo is None:
            self._notice.say(tr("There is no photo to forget."))
            return
        title = tr("Forget “{name}”?", name=self._photo.name)
        text = tr(
            "All that Likeness made from this photo goes: what it read from the face, its picture among what was open last, "
            "the steps back, and what was kept against a crash. The photo’s own file is not touched."
        )
        offers = (
            (tr("Forget the avatar too"), lambda: self._forget(keeps_avatar=False)),
            (tr("Forget the photo"), lambda: self._forget(keeps_avatar=True)),
        )
        TextDialog(title, text, (), offers, self._page, no=tr("Cancel")).open()

    def _forget(self, *, keeps_avatar: bool) -> None:
        name, path, saved = self._photo.name, self._photo.photo.path if self._photo.photo else None, self._avatar.path
        gone = [tr("The photo, and what was read from the face in it"), tr("The steps back, and what the networks thought of it")]
        self._recovering.recovery.forget()
        self._photo.clear()
        if keeps_avatar:
            self._avatar.forget_photo()
        else:
            self._avatar.start_anew()
            if saved is not None:
                self.forget_recent(saved)  # its picture there was drawn from the photo
            gone.append(tr("The avatar and its snapshots"))
        gone.append(tr("What was kept of it against a crash"))
        self._rendering.clear()
        self._exporting.forget_dragged()
        self._exporting.forget_copied()
        gone.append(tr("Pictures that were drawn, copied or dragged out"))
        if path is not None:
            self.forget_recent(path)
            gone.append(tr("Its place and its picture among what was open last"))
            tasks.run(lambda: _scrub_log(path), lambda _: None, lambda _: None)
        stays = [tr("Files that you saved or exported: delete them where they are")]
        if path is not None:
            stays.insert(0, tr("The photo itself: {path}", path=path))
        if saved is not None:
            stays.append(tr("The avatar’s file: {path}", path=saved))
        lines = [tr("Gone:"), *(f"–  {one}" for one in gone), "", tr("Not touched:"), *(f"–  {one}" for one in stays)]
        text = tr("Nothing of it has left this computer, unless you took it elsewhere.")
        TextDialog(tr("Forgotten: {name}", name=name), text, lines, (), self._page).open()


def _scrub_log(photo: Path) -> None:
    """Take the lines that name a photo out of the window's log."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.FileHandler):
            with contextlib.suppress(OSError), handler.lock or contextlib.nullcontext():
                file = Path(handler.baseFilename)
                lines = file.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)
                kept = [line for line in lines if photo.name not in line]
                if len(kept) < len(lines):
                    file.write_text("".join(kept), encoding="utf-8")  # the handler appends: it goes on at the new end
