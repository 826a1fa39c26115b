"""The evaluation set that is open: its photos, how far each is, and photos on their way in.

The store is worked on by one thread, in the order of what the person did.
"""

import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app import tasks
from app.settings import Settings
from app.state.label_values import AddingReporter, Look
from app.state.set_places import with_recent, without_password
from core.avatar.schema import AvatarSchema
from core.errors import LabelError
from core.labels.records import Entry, SetFacts
from core.reporting import Reporter
from core.words import mark, tr

if TYPE_CHECKING:  # loaded on the lane's thread: the window starts without SQLAlchemy
    from app.state.label_desk import Desk

READING = mark("Reading photos")
CLOSE_S = 20.0  # the longest wait for what is being written when the window closes


class OpenSet(QObject):
    """Owns the store and the list of its photos."""

    opened = Signal(object)
    """Another set is open: its `Look`."""
    listed = Signal()
    """Which photos there are changed."""
    entry_changed = Signal(int)
    """How far the photo in this row of `entries` is, changed."""
    failed = Signal(object)
    """The error."""
    not_opened = Signal(str, object)
    """A location that could not be opened, and the error."""
    working = Signal(str, int, int)
    """What goes on beside the labelling, and how much of how much of it is done; 0 of 0 while nobody knows."""
    worked = Signal()
    """Nothing goes on beside the labelling any more."""
    added = Signal(object)
    """What became of each file: a list of `core.labels.adding.Added`."""

    def __init__(self, schema: AvatarSchema, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.schema, self._settings = schema, settings
        self._lane, self._turn = tasks.Lane("labels"), 0
        self._work: tuple[AddingReporter, threading.Event] | None = None
        self._looked_at = 0.0
        self._is_closed = False
        self.desk: Desk | None = None
        self.facts: SetFacts | None = None
        self.entries: list[Entry] = []
        self.designers: Sequence[str] = ()
        self.location = ""
        """A file, or the address of a server."""
        self._rows: dict[int, int] = {}
        self.working.connect(self._look_now_and_then)
        self.worked.connect(self.look)

    @property
    def is_open(self) -> bool:
        """Whether there is a set to work on."""
        return self.desk is not None

    @property
    def is_working(self) -> bool:
        """Whether something goes on beside the labelling."""
        return self._work is not None

    @property
    def is_second(self) -> bool:
        """Whether photos are labelled a second time, without a look at the first labels."""
        return self.desk is not None and self.desk.is_second

    @property
    def designer(self) -> str:
        """Who labels."""
        return self._settings.now.designer

    def do(self, work: tasks.Work, done: tasks.Done = lambda _: None, failed: tasks.Failed | None = None) -> None:
        """Have something done to the store after all that was asked for before."""
        self._turn -= 1
        self._lane.submit(work, done, failed or self.failed.emit, urgency=self._turn)

    def carry_out(self, title: str, work: Callable[[Reporter], Any], done: tasks.Done) -> None:
        """Have something long done beside the labelling, after all that was asked for before; one thing at a time.

        Args:
            title: What goes on, e.g. "Packing".
            work: Called off the window's thread.
            done: Called with its result.
        """
        if self._work is not None or self._is_closed:
            return
        reporter, ended, written = AddingReporter(partial(self.working.emit, title)), threading.Event(), threading.Event()
        self._work = reporter, ended
        self.working.emit(title, 0, 0)
        self.do(written.set)

        def carried_out() -> Any:
            try:
                written.wait()
                return work(reporter)
            finally:
                ended.set()

        def through(answer: tasks.Done, result: Any) -> None:
            self._work = None
            if not self._is_closed:
                self.worked.emit()
                answer(result)

        tasks.run(carried_out, partial(through, done), partial(through, self.failed.emit))

    def stop_work(self, wait_s: float = 0.0) -> None:
        """Stop what goes on beside the labelling as soon as it can."""
        if self._work is not None:
            reporter, ended = self._work
            reporter.stop()
            ended.wait(wait_s)

    def create(self, path: Path, name: str, designer: str, blind_share: float, engines: Sequence[str] = ()) -> None:
        """Make a set and open it.

        Args:
            path: Its file.
            name: What people call it.
            designer: Who labels.
            blind_share: In [0, 1]: of the photos, how many are always labelled from nothing.
            engines: Other avatars that it is for, beside the window's.
        """

        def make() -> "Desk":
            from app.state.label_desk import Desk

            return Desk.create(path, name, blind_share, self.schema, designer, engines)

        self._open(make, str(path), designer)

    def open(self, location: str, designer: str, again: int = 0, done: Callable[[], None] | None = None) -> None:
        """Open a set.

        Args:
            location: A file, or the address of a server.
            designer: Who labels.
            again: How many photos to label a second time; 0 for the first time.
            done: Called when it is open.
        """

        def find() -> "Desk":
            from app.state.label_desk import Desk

            return Desk.open(location if "://" in location else Path(location), self.schema, designer, again)

        self._open(find, location, designer, again, done)

    def reopen(self, done: Callable[[], None] | None = None) -> None:
        """Open the same set again: what was read of it before is forgotten."""
        self.open(self.location, self.designer, self._settings.now.label_again, done)

    def _open(
        self,
        make: "Callable[[], Desk]",
        location: str,
        designer: str,
        again: int = 0,
        done: Callable[[], None] | None = None,
    ) -> None:
        def opened(answer: "tuple[Desk, Look]") -> None:
            before, (self.desk, look) = self.desk, answer
            if before is not None:
                self.do(before.close)
            self.location = location
            self._settings.remember(
                label_set=without_password(location),
                recent_sets=with_recent(self._settings.now.recent_sets, location),
                designer=designer.strip(),
                label_again=again if self.is_second else 0,
            )
            self._take(look)
            self.opened.emit(look)
            if done is not None:
                done()

        def begin() -> "tuple[Desk, Look]":
            desk = make()
            return desk, desk.look()

        self.stop_work(wait_s=CLOSE_S)
        self.do(begin, opened, partial(self.not_opened.emit, location))

    def close(self) -> None:
        """Let go of the set, once everything is written."""
        if self._is_closed:
            return
        self._is_closed = True
        self.stop_work(wait_s=CLOSE_S)
        written = threading.Event()
        self.do(written.set)
        written.wait(CLOSE_S)  # a closing lane drops what waits
        self._lane.close(self.desk.close if self.desk is not None else None)
        self.desk = None

    # Its photos.

    def row(self, item_id: int | None) -> int | None:
        """Where a photo is in `entries`."""
        return None if item_id is None else self._rows.get(item_id)

    def entry(self, item_id: int | None) -> Entry | None:
        """A photo with how far the designer is."""
        row = self.row(item_id)
        return None if row is None else self.entries[row]

    def put(self, entry: Entry) -> None:
        """Say how far the designer is with a photo."""
        row = self._rows[entry.item.id]
        if self.entries[row] != entry:
            self.entries[row] = entry
            self.entry_changed.emit(row)

    def unlabelled(self, by: int, after: int | None, limit: int = 1) -> list[int]:
        """Photos that are not finished, from one on, then from the beginning again.

        Args:
            by: 1, or -1 for those before.
            after: The photo to begin beside; None begins at the first.
            limit: How many at most.
        """
        count, found = len(self.entries), list[int]()
        row = self.row(after)
        here = row if row is not None else -1
        for distance in range(1, count + 1):
            entry = self.entries[(here + by * distance) % count]
            if entry.state in ("todo", "draft") and entry.item.problem is None and entry.item.id != after:
                found.append(entry.item.id)
                if len(found) == limit:
                    break
        return found

    def look(self) -> None:
        """Read the list of photos again."""
        if self.desk is not None:
            self.do(self.desk.look, self._take)

    def _take(self, look: Look) -> None:
        self.facts, self.entries, self.designers = look.facts, list(look.entries), look.designers
        self._rows = {entry.item.id: row for row, entry in enumerate(self.entries)}
        self.listed.emit()

    def jpeg(self, item_id: int) -> bytes:
        """A photo's aligned face; for other threads.

        Raises:
            LabelError: There is none, or no set.
        """
        if (desk := self.desk) is None:
            raise LabelError(tr("No evaluation set is open."))
        return desk.jpeg(item_id)

    # Adding photos.

    def add(self, paths: Sequence[Path]) -> None:
        """Add photos and folders of them, while the labelling goes on; they are seen as they come."""
        if (desk := self.desk) is None or self.is_working:
            return
        self.carry_out(tr(READING), partial(desk.add, paths), self.added.emit)

    def _look_now_and_then(self, title: str, _step: int, _total: int) -> None:
        if title == tr(READING) and time.monotonic() - self._looked_at > 1.0:
            self._looked_at = time.monotonic()
            self.look()
