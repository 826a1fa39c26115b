"""What a crash left, offered again, and what could not be kept, said once."""

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.pages.create.files import CreateFiles, sentence
from app.rendering import Rendering
from app.state.avatar_document import EditedAvatar
from app.state.recovery import Recovered, Recovery
from app.widgets.moments import moment_in_words
from app.widgets.notice import Notice
from app.widgets.recovery_dialog import KeptWork, RecoveryDialog
from core.avatar.document import SUFFIX
from core.errors import AvatarError, FileNotWrittenError
from core.words import tr, trn


class CreateRecovering(QObject):
    """Keeps unsaved work, and gives it back. Its public methods without arguments are commands of `app.actions`."""

    def __init__(self, avatar: EditedAvatar, files: CreateFiles, rendering: Rendering, notice: Notice, page: QWidget) -> None:
        super().__init__(page)
        self._avatar, self._files, self._rendering, self._notice, self._page = avatar, files, rendering, notice, page
        self.recovery = Recovery(avatar, title_of=lambda: files.title)
        self.recovery.failed.connect(self._say_failed)

    def recovered_work(self) -> None:
        """Show all that was kept of earlier sessions."""
        found = self.recovery.found()
        dialog = RecoveryDialog([self._shown(one) for one in found], self.recovery.damaged, self._rendering, self._page)
        by_file = {one.file: one for one in found}
        dialog.restore_wanted.connect(lambda file: self._ask_and_restore(by_file[file]))
        dialog.discard_wanted.connect(self.recovery.discard)
        dialog.open()

    def offer(self, before: str = "") -> None:
        """Say what an earlier session left unsaved, and offer it.

        Args:
            before: What else is to be said at the start, in sentences.
        """
        damaged = len(self.recovery.damaged)
        found = self.recovery.found()
        newly = len(self.recovery.damaged) - damaged
        show = (tr("Show…"), self.recovered_work)
        if found:
            restore = (tr("Restore") if len(found) == 1 else tr("Restore the last"), lambda: self._ask_and_restore(found[0]))
            self._notice.ask(f"{before} {_told(found)}".strip(), restore, show)
        elif newly:
            text = trn(
                "Likeness closed unexpectedly, and what was kept of your avatar is damaged.",
                "Likeness closed unexpectedly, and what was kept of {count} avatars is damaged.",
                newly,
            )
            self._notice.warn(f"{before} {text}".strip(), show)
        elif before:
            self._notice.warn(before)

    def close_down(self) -> None:
        """End the session in order: nothing of it is left to recover."""
        self.recovery.close()

    def _shown(self, one: Recovered) -> KeptWork:
        when = moment_in_words(one.saved_at)
        title = one.path.name.removesuffix(SUFFIX) if one.path is not None else one.title or tr("Untitled")
        where = str(one.path.parent) if one.path is not None else tr("never saved")
        try:
            vector = one.document.vector(self._avatar.schema)
        except AvatarError as error:
            return KeptWork(one.file, title, when, where, None, str(error))
        return KeptWork(one.file, title, when, where, vector)

    def _ask_and_restore(self, one: Recovered) -> None:
        self._files.settle_changes(lambda: self._restore(one))

    def _restore(self, one: Recovered) -> None:
        is_ours = one.path is not None and self._files.claim(one.path)
        try:
            self._avatar.take_over(
                one.document, one.path if is_ours else None, is_recovered=True, digest=one.digest, name=one.title
            )
        except AvatarError as error:
            self._files.warn(error)
            return
        self.recovery.adopt(one.file)
        if one.path is not None and not is_ours:
            self._notice.say(tr("{name} is open in another window, so this is a copy of it.", name=one.path.name))

    def _say_failed(self, error: Exception) -> None:
        reason = sentence(error) if isinstance(error, FileNotWrittenError) else str(error)
        self._notice.warn(tr("Your work cannot be kept against a crash, so save it now and then. {reason}", reason=reason))


def _told(found: Sequence[Recovered]) -> str:
    return trn(
        "Likeness closed unexpectedly. Your avatar from {when} was kept.",
        "Likeness closed unexpectedly. {count} avatars were kept, the last from {when}.",
        len(found),
        when=moment_in_words(found[0].saved_at),
    )
