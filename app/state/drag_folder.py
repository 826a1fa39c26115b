"""Pictures on their way out of the window by drag: files in a folder of the system's, gone when the window is, crash or not."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

from PySide6.QtCore import QLockFile

PREFIX = "likeness-drag-"
_LOCK = ".lock"


class DragFolder:
    """One window's folder; made when it is first wanted."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._lock: QLockFile | None = None

    def place(self, name: str) -> Path:
        """Where to write a file of this name.

        Raises:
            OSError: There is no room for temporary files.
        """
        if self._folder is None or not self._folder.is_dir():
            self._folder = Path(tempfile.mkdtemp(prefix=PREFIX))
            self._lock = _lock_of(self._folder)
            self._lock.tryLock(0)
        return self._folder / name

    def clear(self) -> None:
        """Remove what lies there."""
        if self._lock is not None:
            self._lock.unlock()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._folder = self._lock = None


def sweep() -> int:
    """Remove the folders of windows that died; how many there were."""
    removed = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if folder.is_symlink() or not folder.is_dir() or not _is_ours(folder):
                continue
            lock = _lock_of(folder)
            if lock.tryLock(0):
                lock.unlock()
                shutil.rmtree(folder, ignore_errors=True)
                removed += 1
    return removed


def _is_ours(folder: Path) -> bool:
    """Whether it is this user's: others' windows use the same place."""
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()


def _lock_of(folder: Path) -> QLockFile:
    lock = QLockFile(str(folder / _LOCK))
    lock.setStaleLockTime(0)
    return lock
