"""The avatars of a batch on their way to files: one after another, no file overwritten, stopped at any time."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app import tasks
from app.rendering import Render, Rendering, Shot, Urgency
from app.state.batch import BatchItem
from app.state.export import to_rgba
from core.avatar.document import SUFFIX, AvatarDocument, write_document
from core.creating import file_stems
from core.engines import CAMERAS
from core.errors import FileNotWrittenError
from core.exporting import Order
from core.words import tr

DOCUMENT_BYTES = 12_000
"""Of an avatar's file, at most, for what we have measured."""
SPARE_BYTES = 20 * 2**20
"""To be left free on the disk."""


@dataclass(frozen=True)
class Wish:
    """What is to be written.

    Attributes:
        folder: Where to.
        documents: Whether as `*.avatar.json`.
        pictures: Whether as PNG.
        size: Of a picture, pixels.
        embeds: Whether pictures carry their avatar.
    """

    folder: Path
    documents: bool = True
    pictures: bool = True
    size: int = 1024
    embeds: bool = True


class BatchSaving(QObject):
    """Writes them, once; it goes when that is done."""

    progressed = Signal(int, int)
    """So many of so many are written."""
    written = Signal(object)
    """The `BatchItem` whose files are there."""
    ended = Signal(int, object)
    """How many were written, and the error that ended it; None where all were, or it was stopped."""

    def __init__(self, items: Sequence[BatchItem], wish: Wish, rendering: Rendering, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items, self._wish, self._rendering = items, wish, rendering
        self._stems: Sequence[str] = ()
        self._count = 0
        self._has_ended = False
        self._order = Order((CAMERAS["front"],), wish.size)

    def start(self) -> None:
        """Look for free names and room, and begin."""
        self.progressed.emit(0, len(self._items))
        tasks.run(self._prepare, self._begin, self._end)

    def stop(self) -> None:
        """Write no more; what is written stays."""
        self._end(None)

    def _prepare(self) -> list[str]:
        """Names of files that are not there yet. Raises FileNotWrittenError."""
        folder, wish = self._wish.folder, self._wish
        try:
            folder.mkdir(parents=True, exist_ok=True)
            taken = [path.name for path in folder.iterdir()]
            free = shutil.disk_usage(folder).free
        except OSError as error:
            raise FileNotWrittenError(
                tr("{folder} cannot be written: {why}. Choose another folder.", folder=folder, why=error.strerror or error)
            ) from error
        each = wish.documents * DOCUMENT_BYTES + wish.pictures * self._order.likely_bytes()
        needed = each * len(self._items) + SPARE_BYTES
        if free < needed:
            text = tr(
                "There is not enough room in {folder}: about {needed} MB are needed, {free} MB are free. "
                "Make room, or choose another folder.",
                folder=folder,
                needed=needed // 10**6,
                free=free // 10**6,
            )
            raise FileNotWrittenError(text)
        stems = [name.removesuffix(SUFFIX) if name.endswith(SUFFIX) else Path(name).stem for name in taken]
        # As paths: the stem of a name with dots in it is not the name.
        return file_stems([Path(f"{_safe(item)}.x") for item in self._items], stems)

    def _begin(self, stems: Sequence[str]) -> None:
        self._stems = stems
        self._next()

    def _next(self) -> None:
        if self._has_ended:
            return
        self.progressed.emit(self._count, len(self._items))
        if self._count == len(self._items):
            self._end(None)
            return
        item = self._items[self._count]
        document = item.to_document()
        if not self._wish.pictures:
            self._write(item, document, None)
            return
        shot = Shot(item.vector(), CAMERAS["front"], self._wish.size)
        done: Callable[[Render], None] = lambda render: self._write(item, document, render)  # noqa: E731 - it is called back
        self._rendering.draw(shot, done, self._end, urgency=Urgency.IDLE, key=("batch saving", id(self)))

    def _write(self, item: BatchItem, document: AvatarDocument, render: Render | None) -> None:
        if self._has_ended:
            return
        wish, stem = self._wish, self._stems[self._count]

        def work() -> None:
            if render is not None:
                content = self._order.encode([to_rgba(render.image)], document if wish.embeds else None)
                self._order.write(wish.folder / f"{stem}.png", content)
            if wish.documents:
                write_document(document, wish.folder / f"{stem}{SUFFIX}")

        tasks.run(work, lambda _: self._note(item), self._end)

    def _note(self, item: BatchItem) -> None:
        if self._has_ended:
            return
        self._count += 1
        self.written.emit(item)
        self._next()

    def _end(self, error: Exception | None) -> None:
        if not self._has_ended:
            self._has_ended = True
            self._rendering.forget(lambda key: key == ("batch saving", id(self)))
            self.ended.emit(self._count, error)
            self.deleteLater()


def _safe(item: BatchItem) -> str:
    """A name for its files: that of the photo, without its ending."""
    name = item.path.stem if item.path is not None else item.name
    name = f"{name}-{item.face}" if item.face is not None else name
    return "".join("_" if sign in '/\\:*?"<>|' or ord(sign) < 32 else sign for sign in name) or "avatar"
