"""What is settled where designers differ: the photo that is looked at, what was chosen, and which photos are left.

The window shows each choice at once, and what the store answers when nothing is under way any more.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.state.label_values import AddingReporter
from app.state.open_set import OpenSet
from app.tasks import Lane
from core.avatar.vector import AvatarVector, Value
from core.labels.records import SETTLED, By, Item
from core.reporting import Reporter
from core.words import mark, tr

if TYPE_CHECKING:  # loaded on the lane's thread: the window starts without SQLAlchemy
    from core.labels.evaluation_set import EvaluationSet
    from core.labels.settling import Settling

AWAY_S = 120.0
"""Whoever does nothing for longer was not settling: no single step takes more."""


@dataclass(frozen=True, eq=False)
class Sitting:
    """The photo that is looked at.

    Attributes:
        item: The photo.
        picture: Its aligned face, framed like the avatar.
        avatars: What each designer says, by name.
        avatar: What is settled by now, and of what is open how it stands.
        by: Of every parameter whether designers agree (`copied`), it was chosen (`edited`) or it is open (`default`).
    """

    item: Item
    picture: QImage | None
    avatars: Mapping[str, AvatarVector]
    avatar: AvatarVector
    by: Mapping[str, By]

    @property
    def is_open(self) -> bool:
        """Whether there is anything left to choose."""
        return any(by == "default" and self.avatar.shows(key) for key, by in self.by.items())

    def with_values(self, values: Mapping[str, Value]) -> "Sitting":
        """With something chosen."""
        chosen: dict[str, By] = dict.fromkeys(values, "edited")
        return replace(self, avatar=self.avatar.with_values(values), by={**self.by, **chosen})


@dataclass(frozen=True)
class _Found:
    settling: "Settling"
    items: dict[int, Item]
    done: set[int]


class Settlement(QObject):
    """Owns the photo that is looked at; all that is chosen is written by the open set, in order."""

    shown = Signal()
    """`sitting` or how many photos are left changed."""
    moved_on = Signal()
    """Another photo is looked at."""
    progressed = Signal(int, int)
    """How many labels of how many are read."""
    ahead = Signal(object)
    """The `Sitting` that comes next."""
    finished = Signal()
    """No photo is left, or there never was one."""
    said = Signal(str)
    """Something to confirm, in a sentence."""

    def __init__(self, open_set: OpenSet, lane: Lane, parent: QObject | None = None) -> None:
        """Settle.

        Args:
            open_set: The set; writes what is chosen.
            lane: Where all labels are compared.
            parent: Qt's.
        """
        super().__init__(parent)
        self._set, self._lane = open_set, lane
        self._reading = AddingReporter(self.progressed.emit)
        self._settling: Settling | None = None
        self._items: dict[int, Item] = {}
        self._done: set[int] = set()
        self._wanted: int | None = None
        self._next: Sitting | None = None
        self._pending = 0
        self._since = time.monotonic()
        self.sitting: Sitting | None = None
        self._set.opened.connect(lambda _: self._forget())

    @property
    def photos(self) -> Sequence[int]:
        """The ids of the photos on which designers differ."""
        return list(self._items)

    @property
    def left(self) -> int:
        """How many of them are not settled."""
        return len(self._items) - len(self._done)

    @property
    def place(self) -> int:
        """Which of the photos is looked at, from 1."""
        return self.photos.index(self.sitting.item.id) + 1 if self.sitting is not None else 0

    # What the person asked for.

    def begin(self, item_id: int | None = None) -> None:
        """Compare all labels, and look at a photo, or at the first that is not settled."""
        desk = self._set.desk
        self._forget()
        if desk is not None:
            self._reading = reporter = AddingReporter(self.progressed.emit)
            work, done = partial(self._find, desk.set, reporter), partial(self._take, reporter, item_id)
            self._lane.submit(work, done, self._set.failed.emit, key="settle")

    def put_away(self) -> None:
        """Look at no photo."""
        self._forget()

    def choose(self, values: Mapping[str, Value]) -> None:
        """Settle values of this photo; on the disk as soon as the disk allows."""
        sitting, settling = self.sitting, self._settling
        if sitting is None or settling is None:
            return
        item_id, seconds = sitting.item.id, self._lap()
        self.sitting = sitting.with_values(values)
        self._pending += 1
        self._set.do(
            lambda: (settling.settle(item_id, values, seconds), _sit(settling, sitting.item, sitting.picture)),
            lambda answer: self._settled(answer[0].state == "done", answer[1]),
            partial(self._refused, item_id),
        )
        self.shown.emit()

    def accept(self) -> None:
        """Be done with this photo where nothing of it is open, and go to the next that is not settled."""
        if self.sitting is not None and not self.sitting.is_open and self.sitting.item.id not in self._done:
            self._done.add(self.sitting.item.id)  # as it stands; only what would hide a difference was chosen
            self.choose({})
        self.step_open(1)

    def step(self, by: int) -> None:
        """Look at the next photo on which designers differ (1), or the one before (-1)."""
        if self._wanted is not None and 0 <= (place := self.photos.index(self._wanted) + by) < len(self._items):
            self.show(self.photos[place])

    def step_open(self, by: int) -> None:
        """Look at the next photo that is not settled (1), or the last one before (-1)."""
        following = self._following(by)
        if following is None:
            self.sitting = self._wanted = None
            self.finished.emit()
        else:
            self.show(following)

    def show(self, item_id: int) -> None:
        """Look at a photo."""
        self._wanted = item_id
        if self._next is not None and self._next.item.id == item_id:
            self._present(self._next)
        else:
            self._read(item_id)

    def undo(self) -> None:
        """Take back what was settled last, on whichever photo it was."""
        self._move("undo", mark("Took back what was settled on {name}."), mark("There is nothing to take back."))

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._move("redo", mark("Settled {name} again."), mark("There is nothing to do again."))

    # What follows from it.

    def _forget(self) -> None:
        self._reading.stop()
        self._settling = self.sitting = self._wanted = self._next = None
        self._items, self._done = {}, set()

    def _find(self, evaluation_set: "EvaluationSet", reporter: Reporter) -> _Found:
        from core.labels import overview
        from core.labels.settling import Settling, disagreements

        schema = self._set.schema
        settling = Settling(evaluation_set, schema, self._set.designer)
        entries = {one.item.id: one for one in overview.entries(evaluation_set, overview.View(SETTLED, schema.engine))}
        found = disagreements(evaluation_set, schema, reporter=reporter)
        differing = {one.item_id for one in found}
        still = {one.item_id for one in found if one.settled is None}
        # Where e.g. a bald head was settled on, the colours of hair that designers gave are no question any more.
        hidden = {one for one in still if entries[one].state == "done" and not settling.case(one).open_ids}
        items = {key: entry.item for key, entry in entries.items() if key in differing}
        return _Found(settling, items, differing - still | hidden)

    def _take(self, reporter: Reporter, item_id: int | None, found: _Found) -> None:
        if reporter.should_stop():
            return
        self._settling, self._items, self._done = found.settling, found.items, found.done
        if item_id in self._items:
            self.show(item_id)
        else:
            self.step_open(1)

    def _following(self, by: int) -> int | None:
        photos = self.photos
        here = photos.index(self._wanted) if self._wanted in photos else (-1 if by > 0 else 0)
        order = [photos[(here + by * distance) % len(photos)] for distance in range(1, len(photos) + 1)] if photos else []
        return next((one for one in order if one not in self._done), None)

    def _read(self, item_id: int, *, is_ahead: bool = False) -> None:
        if self._settling is not None and item_id in self._items:
            item = self._items[item_id]
            self._set.do(partial(_sit, self._settling, item), self._keep_ahead if is_ahead else self._came)

    def _came(self, sitting: Sitting) -> None:
        if sitting.item.id == self._wanted:
            self._present(sitting)

    def _present(self, sitting: Sitting) -> None:
        is_other = self.sitting is None or self.sitting.item.id != sitting.item.id
        self.sitting = sitting
        if is_other:
            self._since = time.monotonic()
            self.moved_on.emit()
        self.shown.emit()
        following = self._following(1)
        if following is not None and following != sitting.item.id and (self._next is None or self._next.item.id != following):
            self._read(following, is_ahead=True)

    def _keep_ahead(self, sitting: Sitting) -> None:
        if sitting.item.id in self._items:
            self._next = sitting
            self.ahead.emit(sitting)

    def _settled(self, is_done: bool, sitting: Sitting) -> None:
        self._pending -= 1
        item_id = sitting.item.id
        if item_id not in self._items:
            return  # of the set that was open before
        (self._done.add if is_done else self._done.discard)(item_id)
        if item_id == self._wanted and not self._pending:
            self.sitting = sitting
        self.shown.emit()

    def _refused(self, item_id: int, error: Exception) -> None:
        self._pending -= 1
        if item_id == self._wanted:
            self._read(item_id)
        self._set.failed.emit(error)

    def _move(self, kind: Literal["undo", "redo"], words: str, nothing: str) -> None:
        settling, seconds = self._settling, self._lap()
        if settling is None:
            return

        def moved(answer: object) -> None:
            label = getattr(answer, "label", None)
            item = None if label is None else self._items.get(label.item_id)
            if label is None or item is None:
                self.said.emit(tr(nothing))
                return
            (self._done.add if label.state == "done" else self._done.discard)(item.id)
            self._next = None
            self.show(item.id)
            self.said.emit(tr(words, name=item.name))

        self._set.do(partial(getattr(settling, kind), seconds), moved)

    def _lap(self) -> float:
        """Seconds since the last action."""
        before, self._since = self._since, time.monotonic()
        return min(AWAY_S, self._since - before)


def _sit(settling: "Settling", item: Item, picture: QImage | None = None) -> Sitting:
    """How a photo stands now, with its picture, read where it is not known."""
    from core.labels import overview

    if picture is None:
        jpeg = overview.crop(settling.evaluation_set, item.id).jpeg
        picture = QImage.fromData(jpeg).convertToFormat(QImage.Format.Format_RGB32)
    case = settling.case(item.id)
    return Sitting(item, picture, case.avatars, case.avatar, case.by)
