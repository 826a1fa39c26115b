"""Labelling field by field: one parameter of many photos after another.

A choice is shown at once, and what the store answers when nothing is under way any more. Where the store refuses, the answers
are read anew. A label that is not begun shows, and begins with, what it would in labelling photo by photo (`label_starts`).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from app.state.label_values import Beginning, Closer, Sheet, Wish
from app.state.labelling import LabelWork
from core.avatar.vector import AvatarVector, Value
from core.labels.records import Answer, By, Item, Label, Start
from core.words import mark, tr, trn

if TYPE_CHECKING:  # loaded on the lane's thread: the window starts without SQLAlchemy
    from app.state.label_field_desk import FieldDesk
    from core.labels.answers import Answers
    from core.labels.labelling import Moved

AT_ONCE = 200
"""For how many photos one choice may be made: writing them takes a second or two."""

REST_MS = 60  # how long the eye rests on a photo before its picture is read

_BY: Mapping[Start, By] = {"prediction": "predicted", "blind": "default"}


class FieldWork(QObject):
    """Owns which photos are asked about, and what is known of their answers."""

    listed = Signal()
    """Which photos there are, or what all of them say, changed."""
    changed = Signal(int)
    """What the photo with this id says, changed."""
    looked = Signal()
    """What is to be seen of the photo that is looked at, changed."""
    went_to = Signal(int)
    """Something was taken back, or done again, on the photo with this id."""
    said = Signal(str)
    """Something to tell, in a sentence."""

    def __init__(self, work: LabelWork, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self._desk: FieldDesk | None = None
        self.key, self.ids = "", tuple[str, ...]()
        self._items: dict[int, Item] = {}
        self._answers: dict[int, Answer] = {}  # of labels that are begun
        self._chosen: dict[int, frozenset[str]] = {}
        self._num_chosen, self._is_read = 0, False
        self._beginnings: dict[int, Beginning] = {}  # of the others, kept while they are looked at
        self._pending: Counter[int] = Counter()
        self._current: int | None = None
        self._sheet: Sheet | None = None
        self._reading = QTimer(self, interval=REST_MS, singleShot=True)
        self._reading.timeout.connect(self._read)
        work.starts.ready.connect(self._take_estimate)

    # Which photos, and what is asked.

    def begin(self, item_ids: Sequence[int]) -> None:
        """Ask about these photos, without those that have no face or were left out on purpose."""
        desk = self._work.set.desk
        if desk is None:
            return
        from app.state.label_field_desk import FieldDesk  # the store is open, so what it needs is loaded

        self._desk = FieldDesk(desk)
        entries = [entry for one in item_ids if (entry := self._work.set.entry(one)) is not None]
        self._items = {entry.item.id: entry.item for entry in entries if entry.item.problem is None and entry.state != "skipped"}
        self._answers, self._chosen, self._beginnings, self._pending = {}, {}, {}, Counter()
        self._num_chosen = 0
        self._current = self._sheet = None

    def ask(self, key: str, ids: tuple[str, ...]) -> None:
        """Ask for one parameter, or for those of one blend.

        Args:
            key: The parameter's id, or the blend's.
            ids: The parameters.
        """
        if self._desk is not None:
            self.key, self.ids = key, ids
            self._answers, self._is_read = {}, False
            self._num_chosen = self.counts([ids])[0]
            self._work.set.do(partial(self._desk.answers, key, ids), partial(self._take_answers, key))

    @property
    def items(self) -> list[Item]:
        """The photos."""
        return list(self._items.values())

    def answer(self, item_id: int) -> Answer | None:
        """What a photo's label says, or would begin with; None while that is on its way."""
        if item_id in self._answers:
            return self._answers[item_id]
        beginning = self._beginning(item_id)
        if beginning is None or not self._is_read:
            return None
        return Answer({one: beginning.vector[one] for one in self.ids}, _BY.get(beginning.start, "copied"))

    def is_chosen(self, item_id: int) -> bool:
        """Whether the designer chose what is asked for."""
        return not self._chosen.get(item_id, frozenset()).isdisjoint(self.ids)

    @property
    def num_chosen(self) -> int:
        """Of how many of the photos the designer chose what is asked for."""
        return self._num_chosen

    def counts(self, questions: Iterable[Collection[str]]) -> list[int]:
        """Of how many of the photos the designer chose a parameter, or one of a blend; for each of several."""
        alike = Counter(self._chosen[one] for one in self._items if one in self._chosen)  # one look at many photos
        return [sum(count for chosen, count in alike.items() if not chosen.isdisjoint(ids)) for ids in questions]

    def prepare(self, item_ids: Sequence[int]) -> None:
        """Find out what the labels of these photos begin with, the first ones first."""
        desk = self._desk
        if desk is None or self._work.start not in ("prediction", "similar"):
            return
        for item_id in reversed(item_ids):
            if item_id not in self._answers and item_id not in self._beginnings and not self._items[item_id].is_blind:
                self._work.starts.ask(self._items[item_id], partial(desk.face, self._items[item_id]), -2)

    def choose_start(self, start: Start) -> None:
        """Begin labels from something else."""
        self._work.choose_start(start)
        self._beginnings.clear()
        self.listed.emit()
        self.looked.emit()

    # What the designer does.

    def choose(self, wanted: Mapping[int, Mapping[str, Value]], *, is_unsure: bool = False) -> bool:
        """Choose values for photos; on the disk as soon as the disk allows.

        Args:
            wanted: Values by parameter id, by photo.
            is_unsure: Whether the designer doubts them.

        Returns:
            Whether they are chosen now; what stands in the way is said.
        """
        desk, facts = self._desk, self._work.set.facts
        if desk is None or facts is None or not wanted:
            return False
        if facts.is_locked:
            self.said.emit(
                tr(
                    "{name} is frozen, so its labels stay as they are. Go on with its next version to change them.",
                    name=facts.name,
                )
            )
        elif len(wanted) > AT_ONCE:
            self.said.emit(tr("Choose for at most {count} photos at once.", count=AT_ONCE))
        elif not self._is_read:
            self.said.emit(tr("The labels are still being read."))
        elif any(self.answer(item_id) is None for item_id in wanted):
            self.said.emit(tr("The prediction is still on its way."))
        else:
            self._choose(desk, wanted, is_unsure=is_unsure)
            return True
        return False

    def _choose(self, desk: "FieldDesk", wanted: Mapping[int, Mapping[str, Value]], *, is_unsure: bool) -> None:
        wishes = []
        for item_id, values in wanted.items():
            answer = self.answer(item_id)
            assert answer is not None
            new = Answer({**answer.values, **values}, "edited", is_unsure)
            if new != answer:
                wishes.append(Wish(item_id, dict(values), None if item_id in self._answers else self._beginning(item_id)))
                self._answers[item_id] = new
                self._set_chosen(item_id, self._chosen.get(item_id, frozenset()) | {*values})
                self._pending[item_id] += 1
        if not wishes:
            return
        ids, seconds = [wish.item_id for wish in wishes], self._work.watch.lap()
        self._work.set.do(
            partial(desk.choose, wishes, self.key, seconds, is_unsure=is_unsure),
            partial(self._acted, desk, ids),
            partial(self._refused, desk, ids),
        )
        for item_id in ids:
            self.changed.emit(item_id)
        if self._current in ids:
            self.looked.emit()

    def confirm(self, item_ids: Sequence[int]) -> bool:
        """Say that what these photos show is right; as `choose`."""
        return self.choose({item_id: self._values(item_id) for item_id in item_ids})

    def doubt(self, item_ids: Sequence[int]) -> bool:
        """Take what these photos show, with doubts; where all of them are doubted, without. As `choose`."""
        answers = [self.answer(item_id) for item_id in item_ids]
        is_unsure = not all(answer is not None and answer.is_unsure for answer in answers)
        return self.choose({item_id: self._values(item_id) for item_id in item_ids}, is_unsure=is_unsure)

    def nudge(self, item_ids: Sequence[int], by: float) -> bool:
        """Move a number of these photos a little; as `choose`."""
        values = {item_id: self._values(item_id) for item_id in item_ids}
        moved = {i: {one: min(1.0, max(0.0, float(v) + by)) for one, v in old.items()} for i, old in values.items()}
        return self.choose(moved)

    def undo(self) -> None:
        """Take back the last action, on whichever photos it was."""
        self._move("undo", mark("Took back the change to {name}."), mark("There is nothing to take back."))

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._move("redo", mark("Did the change to {name} again."), mark("There is nothing to do again."))

    def _values(self, item_id: int) -> Mapping[str, Value]:
        answer = self.answer(item_id)
        return {} if answer is None else answer.values

    def _move(self, kind: Literal["undo", "redo"], words: str, nothing: str) -> None:
        desk = self._desk
        if desk is None:
            return

        def moved(all_moved: "list[Moved]") -> None:
            last = {one.label.item_id: one.label for one in all_moved}
            for label in last.values():
                self._take(label)
            if not last:
                self.said.emit(tr(nothing))
                return
            here = list(last)[-1 if kind == "undo" else 0]
            entry = self._work.set.entry(here)
            name = entry.item.name if entry is not None else tr("a photo")
            self.said.emit(tr(words, name=name if len(last) == 1 else trn("{count} photo", "{count} photos", len(last))))
            if here in self._items:
                self.went_to.emit(here)

        self._work.set.do(partial(desk.move, kind, self._work.watch.lap()), moved)

    # What the store answers.

    def _take_answers(self, key: str, answers: "Answers") -> None:
        if key != self.key:
            return  # something else is asked by now
        under_way = {one: self._answers[one] for one in +self._pending if one in self._answers}
        mine = {one: self._chosen[one] for one in under_way}
        self._answers, self._is_read = {**answers.by_photo, **under_way}, True
        self._chosen = {**answers.chosen, **mine}
        self._num_chosen = self.counts([self.ids])[0]
        self.listed.emit()
        self.looked.emit()

    def _acted(self, desk: "FieldDesk", ids: Sequence[int], labels: Sequence[Label]) -> None:
        if desk is self._desk:
            self._pending.subtract(ids)
        for label in labels:
            self._take(label)

    def _refused(self, desk: "FieldDesk", ids: Sequence[int], error: Exception) -> None:
        if desk is self._desk:
            self._pending.subtract(ids)
            self._sheet = None
            self._work.set.do(desk.forget_refused)
            self.ask(self.key, self.ids)
            self._reading.start()
        self._work.set.look()
        self._work.set.failed.emit(error)

    def _take(self, label: Label) -> None:
        """Believe what the store has, where nothing newer is under way."""
        from core.labels.answers import answer_of, chosen_in

        item_id = label.item_id
        self._work.take_label(item_id, label)
        if item_id not in self._items or self._pending[item_id]:
            return
        if self._sheet is not None and self._sheet.item.id == item_id:
            self._sheet = replace(self._sheet, label=label)
        if label.state in ("todo", "skipped"):
            self._answers.pop(item_id, None)
            self._set_chosen(item_id, frozenset())
            self.prepare([item_id])
        else:
            self._answers[item_id] = answer_of(label, self._work.schema, self.key, self.ids)
            self._set_chosen(item_id, chosen_in(label))
        self.changed.emit(item_id)
        if item_id == self._current:
            self.looked.emit()

    def _set_chosen(self, item_id: int, chosen: frozenset[str]) -> None:
        was_chosen = self.is_chosen(item_id)
        self._chosen[item_id] = chosen
        self._num_chosen += self.is_chosen(item_id) - was_chosen

    # The photo that is looked at.

    def look_at(self, item_id: int | None) -> None:
        """Look at a photo more closely."""
        if item_id != self._current:
            self._current, self._sheet = item_id, None
            self._reading.start()
            self.looked.emit()

    @property
    def closer(self) -> Closer | None:
        """The photo that is looked at."""
        if self._current is None or (item := self._items.get(self._current)) is None:
            return None
        sheet, beginning, answer = self._sheet, self._beginning(item.id), self.answer(item.id)
        is_begun = item.id in self._answers
        label = sheet.label if sheet is not None and is_begun else None
        if label is not None and label.state not in ("todo", "skipped"):
            vector, start = label.avatar(self._work.schema), label.start
        else:
            vector = beginning.vector if beginning is not None else AvatarVector.default(self._work.schema)
            start = beginning.start if beginning is not None else self._work.start
        return Closer(
            item,
            sheet.picture if sheet is not None else None,
            vector if answer is None else vector.with_values(answer.values),
            start,
            is_begun,
            answer is None,
            self._work.starts.problem(item) if not item.is_blind and self._work.start in ("prediction", "similar") else "",
        )

    def _read(self) -> None:
        desk = self._work.set.desk
        if desk is not None and self._current is not None and self._current in self._items:
            self._work.set.do(partial(desk.sheet, self._items[self._current]), self._keep)

    def _keep(self, sheet: Sheet) -> None:
        if sheet.item.id == self._current:
            self._sheet = sheet
            self.looked.emit()

    def _beginning(self, item_id: int) -> Beginning | None:
        """What the label of a photo begins with, as it was shown first."""
        if item_id not in self._beginnings and item_id in self._items:
            beginning = self._work.starts.beginning(self._items[item_id], self._work.start)
            if beginning is not None:
                self._beginnings[item_id] = beginning
        return self._beginnings.get(item_id)

    def _take_estimate(self, item_id: int) -> None:
        if item_id in self._items and item_id not in self._answers:
            self.changed.emit(item_id)
            if item_id == self._current:
                self.looked.emit()
