"""Unsaved work survives a crash: it is written beside the window's state at most two seconds after it was done."""

import contextlib
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal

from app.state.avatar_document import EditedAvatar
from app.tasks import Lane
from core.avatar.document import AvatarDocument, parse_document
from core.errors import AvatarError
from core.files import write_atomically
from core.paths import state_folder

DELAY_MS = 600
"""From the first change that is not written yet until it is: however long somebody drags, no more is lost than that."""

DAMAGED = ".damaged"
"""What remains that cannot be read end in; they are kept, for whoever can make something of them."""

HALF_WRITTEN_S = 3600.0
"""After how long a file that was being written when its session died is removed."""


@dataclass(frozen=True)
class Recovered:
    """Work of a session that ended without saving it.

    Attributes:
        document: The avatar.
        path: The file it belonged to, if any.
        saved_at: When it was last edited, local time.
        file: The recovery file.
        title: What the avatar was called in the window.
        digest: SHA-256 of what the file at `path` held when it was last read or written.
    """

    document: AvatarDocument
    path: Path | None
    saved_at: datetime
    file: Path
    title: str = ""
    digest: str | None = None


class Recovery(QObject):
    """Keeps one session's unsaved work on the disk, and finds what earlier sessions left."""

    failed = Signal(object)
    """Work cannot be kept: the error. Said once, until it works again."""

    def __init__(self, avatar: EditedAvatar, folder: Path | None = None, title_of: Callable[[], str] | None = None) -> None:
        """Begin to keep.

        Args:
            avatar: What is edited.
            folder: Where to; the user's own by default.
            title_of: What the avatar is called now.
        """
        super().__init__(avatar)
        self._avatar, self._title_of = avatar, title_of or (lambda: avatar.name)
        self._folder = folder or state_folder() / "recovery"
        self._file = self._folder / f"{uuid.uuid4().hex}.json"
        # A lock that the operating system frees tells a crashed session's file from a living one's.
        self._lock = QLockFile(str(self._file.with_suffix(".lock")))
        self._lock.setStaleLockTime(0)
        self._adopted: list[Path] = []
        self._has_failed = False
        self._lane = Lane("recovery")
        self._timer = QTimer(self, interval=DELAY_MS, singleShot=True)
        self._timer.timeout.connect(self._write)
        avatar.changed.connect(self._begin_to_wait)
        avatar.file_changed.connect(self._begin_to_wait)
        self._prepare()

    @property
    def folder(self) -> Path:
        """Where it is kept."""
        return self._folder

    @property
    def damaged(self) -> list[Path]:
        """What remains of earlier sessions that cannot be read, the newest first."""
        return sorted(self._folder.glob(f"*{DAMAGED}"), key=_modified, reverse=True)

    def found(self) -> list[Recovered]:
        """What earlier sessions left, newest first; unreadable remains are kept as `damaged`."""
        remains = []
        self._sweep()
        for file in self._folder.glob("*.json"):
            if file == self._file or file in self._adopted or not self._is_abandoned(file):
                continue
            try:
                remains.append(_read(file))
            except OSError:
                continue  # it may be readable another time
            except (AvatarError, ValueError, KeyError, TypeError):
                with contextlib.suppress(OSError):
                    file.replace(file.with_suffix(DAMAGED))
                    file.with_suffix(".lock").unlink(missing_ok=True)
        return sorted(remains, key=lambda recovered: recovered.saved_at, reverse=True)

    def adopt(self, file: Path) -> None:
        """Remove a recovery file as soon as this session has written what was in it."""
        self._adopted.append(file)
        self._begin_to_wait()

    def discard(self, file: Path) -> None:
        """Remove a recovery file."""
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)
            file.with_suffix(".lock").unlink(missing_ok=True)

    def forget(self) -> None:
        """Remove what this session has kept so far; what changes from now on is kept again."""
        self._timer.stop()
        self._lane.submit(lambda: self._file.unlink(missing_ok=True), _ignore, _ignore, key="write")

    def close(self) -> None:
        """End the session in order: nothing is left to recover."""
        self._timer.stop()
        self._lane.close()
        self._lock.unlock()
        for file in (self._file, *self._adopted):
            self.discard(file)

    def _begin_to_wait(self) -> None:
        # Not again for every change: who drags for a minute has it written every second.
        if not self._timer.isActive():
            self._timer.start()

    def _write(self) -> None:
        if not self._avatar.is_dirty:
            self._lane.submit(lambda: self._file.unlink(missing_ok=True), self._written, self._not_written, key="write")
            return
        if not self._lock.isLocked():
            self._prepare()
        content = json.dumps(
            {
                "path": str(self._avatar.path) if self._avatar.path else None,
                "digest": self._avatar.digest,
                "title": self._title_of(),
                "saved_at": datetime.now(UTC).isoformat(),
                "document": self._avatar.document().to_json(),
            }
        )
        self._lane.submit(lambda: self._keep(content.encode()), self._written, self._not_written, key="write")

    def _keep(self, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        write_atomically(self._file, content)

    def _written(self, _: object) -> None:
        self._has_failed = False
        for file in self._adopted:
            self.discard(file)
        self._adopted = []

    def _not_written(self, error: Exception) -> None:
        if not self._has_failed:
            self._has_failed = True
            self.failed.emit(error)

    def _prepare(self) -> None:
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock.tryLock(0)

    def _sweep(self) -> None:
        """Remove locks of sessions that left nothing, and files that died while they were written."""
        own = self._file.with_suffix(".lock")
        for lock in self._folder.glob("*.lock"):
            if lock != own and not lock.with_suffix(".json").exists() and self._is_abandoned(lock):
                with contextlib.suppress(OSError):
                    lock.unlink(missing_ok=True)
        for half in self._folder.glob(".*.json.*"):
            if time.time() - _modified(half) > HALF_WRITTEN_S:
                with contextlib.suppress(OSError):
                    half.unlink(missing_ok=True)

    def _is_abandoned(self, file: Path) -> bool:
        lock = QLockFile(str(file.with_suffix(".lock")))
        lock.setStaleLockTime(0)
        is_free = lock.tryLock(0)
        if not is_free and not lock.getLockInfo()[0] and lock.removeStaleLockFile():  # the power failed while it was written
            is_free = lock.tryLock(0)
        if is_free:
            lock.unlock()
        return is_free


def _ignore(_: object) -> None:
    pass


def _modified(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def _read(file: Path) -> Recovered:
    data = json.loads(file.read_text(encoding="utf-8"))
    path = Path(data["path"]) if data["path"] else None
    saved_at = datetime.fromisoformat(data["saved_at"]).astimezone()
    document = parse_document(data["document"], str(file))
    return Recovered(document, path, saved_at, file, str(data.get("title", "")), data.get("digest"))
