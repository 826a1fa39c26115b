"""Which avatar files are open, and where: a note in the state folder for each, which the system frees when its window dies."""

import contextlib
import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QLockFile, QSysInfo

from core.paths import state_folder


@dataclass(frozen=True)
class Holder:
    """Who has a file open.

    Attributes:
        pid: The number of the process.
        host: The computer.
        since: Since when, local time; None where that is not known.
    """

    pid: int
    host: str
    since: datetime | None

    @property
    def is_on_this_computer(self) -> bool:
        """Whether its window is one of this computer."""
        return self.host in ("", QSysInfo.machineHostName())


class FileClaims:
    """The files that one window has open. Nobody else claims one of them until it is let go, or the window is no more.

    Where no notes can be written, every file is free: saving still sees whether a file has changed meanwhile.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or state_folder() / "open"
        self._held: dict[Path, QLockFile] = {}
        self._notes: dict[Path, Path] = {}  # a folder far away is asked once who it is

    def take(self, path: Path) -> Holder | None:
        """Claim a file, besides those that are held already.

        Args:
            path: The file; it need not be there.

        Returns:
            Who has it open; None where it is ours now.
        """
        note = self._note_of(path)
        if note in self._held:
            return None
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
        lock = QLockFile(str(note))
        lock.setStaleLockTime(0)
        if not lock.tryLock(0) and lock.error() == QLockFile.LockError.LockFailedError:
            holder = _holder(lock, note)
            # A note that names nobody was being written when the power failed.
            if holder.pid or not lock.removeStaleLockFile() or not lock.tryLock(0):
                return holder
        if lock.isLocked():
            self._held[note] = lock
        return None

    def keep_only(self, path: Path | None) -> None:
        """Let go of all files but one."""
        kept = self._note_of(path) if path is not None else None
        for note in [note for note in self._held if note != kept]:
            self._held.pop(note).unlock()

    def _note_of(self, path: Path) -> Path:
        if path not in self._notes:
            identity = os.path.normcase(os.path.realpath(path)).encode(errors="surrogateescape")
            self._notes[path] = self._folder / f"{hashlib.sha256(identity).hexdigest()[:32]}.lock"
        return self._notes[path]


def _holder(lock: QLockFile, note: Path) -> Holder:
    pid, host, _ = lock.getLockInfo()
    try:
        since = datetime.fromtimestamp(note.stat().st_mtime).astimezone()
    except OSError:
        since = None
    return Holder(int(pid), str(host), since)
