"""The photos and avatars that were open last, each with a small picture: all of it in one file of the state folder."""

import base64
import json
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QIODevice, QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter

from app import problems, theme
from app.tasks import Lane
from core.errors import AvatarError
from core.files import write_atomically
from core.paths import state_folder

MOST = 10
SIDE = 112  # pixels: sharp at twice the scale
MAX_BYTES = 2**20  # the file has some 40 kB; more is not ours
_QUALITY = 85


@dataclass(frozen=True)
class Recent:
    """A file that was open.

    Attributes:
        path: Where it was.
        picture: A JPEG of its face; empty for none.
        is_missing: Whether it is not there any more.
    """

    path: Path
    picture: bytes = b""
    is_missing: bool = False


Change = Callable[[Sequence[Recent]], list[Recent]]


class Recents(QObject):
    """Remembers them, the newest first. The disk is read and written on a thread of its own: a folder may be far away."""

    changed = Signal()
    """There are others, or a file came or went."""

    def __init__(self, file: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file or state_folder() / "recents.json"
        self._lane = Lane("recents")
        self._changes: deque[Change] = deque()
        self.entries: Sequence[Recent] = ()
        """What is remembered, once it is read."""

    def look(self) -> None:
        """Read what is remembered, also by another window, and whether the files are still there."""
        self._lane.submit(lambda: _looked(_read(self._file)), self._take, problems.report, key="look")

    def note(self, path: Path, image: QImage | None) -> None:
        """Remember that a file was opened; without a picture the one that it had is kept."""
        path = path.absolute()

        def noted(before: Sequence[Recent]) -> list[Recent]:
            picture = _jpeg(image) if image is not None and not image.isNull() else b""
            old = next((one.picture for one in before if one.path == path), b"")
            return [Recent(path, picture or old), *(one for one in before if one.path != path)][:MOST]

        self._change(noted)

    def move(self, path: Path, to: Path) -> None:
        """A file is elsewhere now; it stays in its place."""
        there = to.absolute()

        def moved(before: Sequence[Recent]) -> list[Recent]:
            return [Recent(there, one.picture) if one.path == path else one for one in before if one.path != there]

        self._change(moved)

    def forget(self, path: Path) -> None:
        """Remember a file no more: its name, its place and its picture."""
        gone = {path, path.absolute()}
        self._change(lambda before: [one for one in before if one.path not in gone])

    def clear(self) -> None:
        """Forget all."""
        self._change(lambda _: [])

    def close(self) -> None:
        """Write what is not written yet, and end the thread."""
        self._lane.close(self._write_changes)

    def _change(self, change: Change) -> None:
        self._changes.append(change)
        self._lane.submit(self._write_changes, self._take, self._fail, key="change", urgency=1)

    def _write_changes(self) -> list[Recent]:
        """Do what was asked for, in the order in which it was."""
        entries = _read(self._file)  # anew: another window may have remembered something meanwhile
        has_news = bool(self._changes)
        while self._changes:
            entries = self._changes.popleft()(entries)
        if has_news:
            _write(self._file, entries)
        return _looked(entries)

    def _take(self, entries: list[Recent]) -> None:
        if entries != self.entries:
            self.entries = tuple(entries)
            self.changed.emit()

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, AvatarError | OSError):  # a full disk costs the list, and nobody's attention
            problems.report(error)


def _read(file: Path) -> list[Recent]:
    """What the file says; nothing where it is damaged."""
    try:
        if file.stat().st_size > MAX_BYTES:
            return []
        data: Any = json.loads(file.read_text(encoding="utf-8"))
        found = [Recent(Path(one["path"]), base64.b64decode(one["picture"])) for one in data["recent"]]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []
    return [one for one in found if one.path.is_absolute()][:MOST]


def _write(file: Path, entries: Sequence[Recent]) -> None:
    data = [{"path": str(one.path), "picture": base64.b64encode(one.picture).decode()} for one in entries]
    file.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file, json.dumps({"recent": data}).encode())


def _looked(entries: Sequence[Recent]) -> list[Recent]:
    return [Recent(one.path, one.picture, not _is_there(one.path)) for one in entries]


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _jpeg(image: QImage) -> bytes:
    """A square of it, small, on the ground that all pictures stand on."""
    side = min(image.width(), image.height())
    square = image.copy((image.width() - side) // 2, (image.height() - side) // 2, side, side)
    small = square.scaled(QSize(SIDE, SIDE), Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    picture = QImage(small.size(), QImage.Format.Format_RGB32)
    picture.fill(QColor(theme.PICTURE_INNER))
    with QPainter(picture) as painter:
        painter.drawImage(0, 0, small)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "JPEG", _QUALITY)  # type: ignore[call-overload]  # the stubs want bytes
    return bytes(buffer.data().data())
