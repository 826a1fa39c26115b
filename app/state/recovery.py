"""Unsaved work survives a crash: it is written beside the window's state soon after every edit."""

import contextlib
import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer

from app.state.avatar_document import EditedAvatar
from app.tasks import Lane
from core.avatar.document import AvatarDocument, parse_document
from core.errors import AvatarError
from core.files import write_atomically
from core.paths import state_folder

DELAY_MS = 800


@dataclass(frozen=True)
class Recovered:
    """Work of a session that ended without saving it.

    Attributes:
        document: The avatar.
        path: The file it belonged to, if any.
        saved_at: When it was last edited, local time.
        file: The recovery file.
    """

    document: AvatarDocument
    path: Path | None
    saved_at: datetime
    file: Path


class Recovery(QObject):
    """Keeps one session's unsaved work on the disk, and finds what earlier sessions left."""

    def __init__(self, avatar: EditedAvatar, folder: Path | None = None) -> None:
        super().__init__(avatar)
        self._avatar = avatar
        self._folder = folder or state_folder() / "recovery"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file = self._folder / f"{uuid.uuid4().hex}.json"
        # A lock that the operating system frees tells a crashed session's file from a living one's.
        self._lock = QLockFile(str(self._file.with_suffix(".lock")))
        self._lock.setStaleLockTime(0)
        self._lock.tryLock(0)
        self._lane = Lane("recovery")
        self._timer = QTimer(self, interval=DELAY_MS, singleShot=True)
        self._timer.timeout.connect(self._write)
        avatar.changed.connect(self._timer.start)
        avatar.file_changed.connect(self._timer.start)

    def found(self) -> list[Recovered]:
        """What earlier sessions left, newest first; unreadable remains are removed."""
        remains = []
        for file in self._folder.glob("*.json"):
            if file == self._file or not self._is_abandoned(file):
                continue
            try:
                remains.append(_read(file))
            except (AvatarError, OSError, ValueError, KeyError):
                self.discard(file)
        return sorted(remains, key=lambda recovered: recovered.saved_at, reverse=True)

    def discard(self, file: Path) -> None:
        """Remove a recovery file."""
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)
            file.with_suffix(".lock").unlink(missing_ok=True)

    def close(self) -> None:
        """End the session in order: nothing is left to recover."""
        self._timer.stop()
        self._lane.close()
        self._lock.unlock()
        self.discard(self._file)

    def _write(self) -> None:
        if not self._avatar.is_dirty:
            self._lane.submit(lambda: self._file.unlink(missing_ok=True), _ignore, key="write")
            return
        content = json.dumps(
            {
                "path": str(self._avatar.path) if self._avatar.path else None,
                "saved_at": datetime.now(UTC).isoformat(),
                "document": self._avatar.document().to_json(),
            }
        )
        self._lane.submit(lambda: write_atomically(self._file, content.encode()), _ignore, key="write")

    def _is_abandoned(self, file: Path) -> bool:
        lock = QLockFile(str(file.with_suffix(".lock")))
        lock.setStaleLockTime(0)
        is_free = lock.tryLock(0)
        if is_free:
            lock.unlock()
        return is_free


def _ignore(_: object) -> None:
    pass


def _read(file: Path) -> Recovered:
    data = json.loads(file.read_text(encoding="utf-8"))
    path = Path(data["path"]) if data["path"] else None
    saved_at = datetime.fromisoformat(data["saved_at"]).astimezone()
    return Recovered(parse_document(data["document"], str(file)), path, saved_at, file)
