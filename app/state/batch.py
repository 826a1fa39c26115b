"""Many photos on their way to avatars: one after another, behind whatever a person does on the page."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from app import problems, tasks
from app.estimating import Estimating, Made, Photo
from core.avatar.document import AvatarDocument
from core.avatar.vector import AvatarVector
from core.creating import document_of
from core.errors import AvatarError, FaceError, NoFaceError, PhotoError, SeveralFacesError
from core.images import PHOTO_SUFFIXES, photos_in
from core.words import tr

State = Literal["waiting", "working", "done", "attention"]
"""How far a photo is; `attention`: a person has to say or do something."""
Cause = Literal["", "no_face", "several", "unreadable", "failed"]
"""Why it needs attention."""

MOST = 5000
"""Photos in a batch; more are refused with a sentence."""
URGENCY = -5
"""Below every photo that a person opens, and below what other pages predict ahead."""
_PACES = 20  # photos whose pace says how long the rest will take


@dataclass(frozen=True, eq=False)
class BatchItem:
    """One face of the batch.

    Attributes:
        id: Counts up from 1, and is never used again.
        source: The photo's file, or the photo itself where it is open already or has no file.
        name: What to call it.
        face: Which of the photo's faces, counted from 1; None for the only one.
        state: How far it is.
        cause: Why it needs attention.
        reason: The same in a sentence.
        num_faces: How many faces there are, where there are several and nobody said which one.
        made: What the photo gave.
        document: The avatar as a person changed it; None where nobody did.
        is_saved: Whether it is in a file as it is.
        group: The faces of one photo have the same number; 0 for none.
    """

    id: int
    source: Path | Photo
    name: str
    face: int | None = None
    state: State = "waiting"
    cause: Cause = ""
    reason: str = ""
    num_faces: int = 0
    made: Made | None = None
    document: AvatarDocument | None = None
    is_saved: bool = False
    group: int = 0

    @property
    def path(self) -> Path | None:
        """The photo's file, if it has one."""
        return self.source if isinstance(self.source, Path) else self.source.path

    @property
    def is_changed(self) -> bool:
        """Whether a person changed it and it is in no file."""
        return self.document is not None and not self.is_saved

    def to_document(self) -> AvatarDocument:
        """The avatar as it is now; only of what is done."""
        assert self.made is not None
        return self.document if self.document is not None else document_of(self.made.estimate)

    def vector(self) -> AvatarVector:
        """The same as a vector."""
        assert self.made is not None
        estimated = self.made.estimate.vector
        return self.document.vector(estimated.schema) if self.document is not None else estimated


class Batch(QObject):
    """Owns the photos and works through them in their order, one at a time."""

    listed = Signal()
    """There are other photos."""
    changed = Signal(int)
    """The id of one that is further now, or is another avatar."""
    progressed = Signal()
    """More is done, it was stopped, or it goes on."""
    refused = Signal(object)
    """An error: nothing was added."""

    def __init__(self, estimating: Estimating, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._estimating = estimating
        self._items: dict[int, BatchItem] = {}
        self._count = self._groups = self._round = 0
        self._working: int | None = None
        self._first: deque[int] = deque()  # asked for again: before the others
        self._paces: deque[float] = deque(maxlen=_PACES)
        self.is_stopped = False

    @property
    def items(self) -> Sequence[BatchItem]:
        """All of them, in order."""
        return tuple(self._items.values())

    @property
    def is_running(self) -> bool:
        """Whether one is worked on."""
        return self._working is not None

    def get(self, item_id: int) -> BatchItem | None:
        """One of them; None where it is not there any more."""
        return self._items.get(item_id)

    def group(self, number: int) -> list[BatchItem]:
        """The avatars of one photo's faces, once all of them are through; none while one is not."""
        members = [item for item in self._items.values() if number and item.group == number]
        is_through = all(item.state in ("done", "attention") for item in members)
        return [item for item in members if item.state == "done" and item.made is not None] if is_through else []

    def remaining_s(self) -> float | None:
        """About how long the rest will take, in seconds; None while nobody knows."""
        left = sum(item.state in ("waiting", "working") for item in self._items.values())
        return left * sum(self._paces) / len(self._paces) if self._paces else None

    def add(self, paths: Iterable[Path]) -> None:
        """Add photos, and the photos of folders at any depth; those that are there already stay as they are."""
        asked, this = list(paths), self._round

        def take(found: Sequence[Path]) -> None:
            if this != self._round:
                return
            known = {item.source for item in self._items.values() if item.face is None}
            self._take([BatchItem(0, path, path.name) for path in found if path not in known])

        def refuse(error: Exception) -> None:
            if this == self._round:
                self.refused.emit(error)

        tasks.run(lambda: _listed(asked), take, refuse)

    def add_faces(self, photo: Photo, name: str, *, instead_of: int | None = None) -> int:
        """Add every face of a photo; the number of their group.

        Args:
            photo: With its faces.
            name: What to call it.
            instead_of: An item whose place they take.
        """
        self._groups += 1
        source = photo.path or photo  # an open photo takes 12 MB, its file can be read again
        new = [
            BatchItem(0, source, tr("{name}, face {number}", name=name, number=number), number, group=self._groups)
            for number in range(1, len(photo.faces) + 1)
        ]
        self._take(new, instead_of)
        return self._groups

    def split(self, item_id: int, done: Callable[[int], None] = lambda _: None) -> None:
        """Take all faces of a photo that has several; `done` is called with the number of their group."""
        item = self._items.get(item_id)
        if item is None:
            return

        def found(photo: Photo) -> None:
            if item_id in self._items and len(photo.faces) > 1:
                done(self.add_faces(photo, item.name, instead_of=item_id))

        def opened(photo: Photo) -> None:
            self._estimating.find(photo, found, failed)

        def failed(error: Exception) -> None:
            self._fail(item_id, error)

        if isinstance(item.source, Path):
            self._estimating.open(item.source, opened, failed)
        else:
            found(item.source)

    def retry(self, item_ids: Iterable[int]) -> None:
        """Read some of them again, before those that nobody has looked at yet."""
        for item_id in item_ids:
            item = self._items.get(item_id)
            if item is not None and item.state == "attention":
                self._set(replace(item, state="waiting", cause="", reason=""))
                self._first.append(item_id)
        self.go_on()

    def put(self, item: BatchItem) -> None:
        """Put a changed item in its place, if it is still there."""
        if item.id in self._items:
            self._set(item)
            self.progressed.emit()

    def remove(self, item_id: int) -> None:
        """Take one out."""
        if self._items.pop(item_id, None) is not None:
            self.listed.emit()
            self.progressed.emit()

    def stop(self) -> None:
        """Work on no more; what is worked on ends as if it had not begun."""
        self.is_stopped = True
        self._estimating.forget(lambda key: isinstance(key, tuple) and key[0] == "batch")
        item = self._items.get(self._working or 0)
        self._working, self._round = None, self._round + 1
        if item is not None:
            self._set(replace(item, state="waiting"))
        self.progressed.emit()

    def go_on(self) -> None:
        """Work through what waits."""
        self.is_stopped = False
        self._next()
        self.progressed.emit()

    def clear(self) -> None:
        """Forget all of it."""
        self.stop()
        self._items.clear()
        self._paces.clear()
        self.listed.emit()

    def _take(self, new: Sequence[BatchItem], instead_of: int | None = None) -> None:
        room = MOST - len(self._items)
        if len(new) > room:
            text = tr("That are {count} photos; a batch has up to {most}. Bring them in parts.", count=len(new), most=MOST)
            self.refused.emit(PhotoError(text))
            return
        numbered = []
        for item in new:
            self._count += 1
            numbered.append(replace(item, id=self._count))
        kept: dict[int, BatchItem] = {}
        for item in self._items.values():
            if item.id == instead_of:
                kept.update({one.id: one for one in numbered})
            else:
                kept[item.id] = item
        kept.update({one.id: one for one in numbered})
        self._items = kept
        self.listed.emit()
        self.go_on()

    def _next(self) -> None:
        if self._working is not None or self.is_stopped:
            return
        item = self._next_item()
        if item is None:
            return
        self._working, this, began = item.id, self._round, time.monotonic()
        self._set(replace(item, state="working"))

        def done(made: Made) -> None:
            if this == self._round:
                self._paces.append(time.monotonic() - began)
                self._end(item.id, lambda now: replace(now, state="done", made=made, document=None, is_saved=False))

        def failed(error: Exception) -> None:
            if this == self._round:
                self._paces.append(time.monotonic() - began)
                self._working = None
                self._fail(item.id, error)
                self._next()
                self.progressed.emit()

        self._estimating.make(item.source, item.face, done, failed, key=("batch", item.id), urgency=URGENCY)

    def _next_item(self) -> BatchItem | None:
        while self._first:
            item = self._items.get(self._first.popleft())
            if item is not None and item.state == "waiting":
                return item
        return next((item for item in self._items.values() if item.state == "waiting"), None)

    def _end(self, item_id: int, change: Callable[[BatchItem], BatchItem]) -> None:
        self._working = None
        if item_id in self._items:
            self._set(change(self._items[item_id]))
        self._next()
        self.progressed.emit()

    def _fail(self, item_id: int, error: Exception) -> None:
        item = self._items.get(item_id)
        if item is None:
            return
        cause, reason, count = _explained(error)
        self._set(replace(item, state="attention", cause=cause, reason=reason, num_faces=count))

    def _set(self, item: BatchItem) -> None:
        self._items[item.id] = item
        self.changed.emit(item.id)


def _explained(error: Exception) -> tuple[Cause, str, int]:
    """Why a photo needs attention, in a sentence that says what to do, and how many faces it has."""
    if isinstance(error, SeveralFacesError):
        text = tr("There are {count} faces in this photo. Choose one, or take all of them.", count=error.count)
        return "several", text, error.count
    if isinstance(error, NoFaceError | FaceError):
        return "no_face", tr("No face was found. Open it and say where the face is, or use another photo."), 0
    if isinstance(error, PhotoError):
        return "unreadable", str(error), 0
    if not isinstance(error, AvatarError):
        problems.report(error)
    return "failed", problems.describe(error).text, 0


def _listed(asked: Sequence[Path]) -> list[Path]:
    """The photos; what is neither a folder nor looks like a photo is refused by name when it is read."""
    found = photos_in(asked)
    if len(found) == 1 and found[0].is_dir():
        raise PhotoError(
            tr(
                "There is no photo in {folder}. Photos end in {endings}.",
                folder=found[0].name,
                endings=", ".join(sorted(PHOTO_SUFFIXES)),
            )
        )
    return found
