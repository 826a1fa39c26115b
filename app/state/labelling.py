"""One designer's work: the photo that is looked at, every change to its label, and the photos that come next, made ready ahead.

The window shows each step at once, and what the store answers when nothing is under way any more. Where the store refuses, the
label is shown again as it is there.
"""

import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from PySide6.QtCore import QObject, Signal

from app.estimating import Estimating
from app.settings import Settings
from app.state.label_starts import Starts
from app.state.label_values import Beginning, Look, Paper, Sheet, vector_of
from app.state.open_set import OpenSet
from core.avatar.document import Provenance
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector, Value
from core.labels.records import By, Label, Start, State

if TYPE_CHECKING:  # loaded on the lane's thread: the window starts without SQLAlchemy
    from core.labels.labelling import Labelling, Moved

AHEAD = 3
"""Photos that are made ready before they are looked at."""

KEPT = 16  # sheets
AWAY_S = 120.0
"""Whoever does nothing for longer was not labelling: no single step takes more."""

FLAG = "look again"

_NOT_BLIND = "This photo is always labelled from nothing, so that it can be compared with the others."


class LabelWork(QObject):
    """Owns the photo that is looked at; all that it does is written by its set, in order."""

    shown = Signal()
    """`paper` changed."""
    moved_on = Signal()
    """Another photo is looked at."""
    ahead = Signal(object)
    """An `AvatarVector` that may be looked at soon."""
    said = Signal(str)
    """Something to confirm, in a sentence."""
    finished = Signal()
    """No photo is left to label."""

    def __init__(self, schema: AvatarSchema, estimating: Estimating, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.schema, self._settings = schema, settings
        self.set = OpenSet(schema, settings, self)
        self.starts = Starts(estimating, schema, self)
        self.starts.ready.connect(self._take_estimate)
        self.set.opened.connect(self._begin)
        self._forget()

    def _forget(self) -> None:
        self.paper: Paper | None = None
        self.walk: Sequence[int] = ()
        """The photos that the next and the one before are looked for among; empty for all."""
        self._sheets: OrderedDict[int, Sheet] = OrderedDict()
        self._pending: Counter[int] = Counter()
        self._wanted: int | None = None  # the photo that is shown, or will be once it is read
        self._last: int | None = None  # where the designer stopped
        self._since = time.monotonic()
        self.starts.clear()

    def _begin(self, look: Look) -> None:
        self._forget()
        self._last = look.last
        assert self.set.desk is not None
        self.set.do(partial(self.set.desk.finished, look.entries), self.starts.finished.update)
        self.shown.emit()

    @property
    def start(self) -> Start:
        """What labels begin from."""
        start = self._settings.now.label_start
        return cast(Start, start) if start in get_args(Start) else "prediction"

    # Which photo is looked at.

    def resume(self) -> None:
        """Go to where the designer stopped: the photo at hand if it is not finished, else the next one to label."""
        last = self.set.entry(self._last)
        if last is not None and last.state == "draft" and last.item.problem is None:
            self.show(last.item.id)
        else:
            self._go_to_unlabelled(1, self._last)

    def show(self, item_id: int) -> None:
        """Look at a photo."""
        if self.set.row(item_id) is None:
            return
        self._wanted = item_id
        if item_id in self._sheets:
            self._sheets.move_to_end(item_id)
            self._present()
        else:
            self._read(item_id)

    def step(self, by: int) -> None:
        """Look at the next photo (1), or the one before (-1)."""
        ids = self.walk or [entry.item.id for entry in self.set.entries]
        if self._wanted in ids and 0 <= (place := ids.index(self._wanted) + by) < len(ids):
            self.show(ids[place])

    def step_unlabelled(self, by: int) -> None:
        """Look at the next photo that is not finished (1), or the last one before (-1)."""
        self._go_to_unlabelled(by, self._wanted)

    def put_away(self) -> None:
        """Look at no photo."""
        self._last = self._wanted or self._last
        self.paper = self._wanted = None
        self.shown.emit()

    def _go_to_unlabelled(self, by: int, after: int | None) -> None:
        following = self.set.unlabelled(by, after)
        if following:
            self.show(following[0])
        else:
            self.finished.emit()

    # What the designer does.

    def drag(self, values: Mapping[str, Value]) -> None:
        """Show other values while a gesture goes on; nothing is written yet."""
        if self.paper is not None:
            self.paper = replace(self.paper, vector=self.paper.vector.with_values(values))
            self.shown.emit()

    def edit(self, values: Mapping[str, Value], by: By = "edited") -> None:
        """Change values; on the disk as soon as the disk allows."""
        self._act(
            lambda paper: paper.with_values(values, by),
            lambda labelling, item_id, seconds: labelling.edit(item_id, values, by, seconds),
        )

    def reset(self, parameter_ids: tuple[str, ...]) -> None:
        """Give values back what the method saw, where the designer may know, else the defaults."""
        if (paper := self.paper) is not None:
            origins = paper.origins()
            self.edit({key: origins[key] for key in parameter_ids}, "default" if paper.estimate is None else "predicted")

    def take_prediction(self) -> None:
        """Take what the method sees for all that the designer has not set."""
        if (paper := self.paper) is None or self._refuses_hints(paper):
            return
        if not paper.is_begun:
            self.choose_start("prediction")
            return
        estimate = self.starts.estimate(paper.item)
        if estimate is None:
            self.said.emit(self.starts.problem(paper.item) or "The prediction is still on its way.")
        else:
            self.edit({key: estimate.vector[key] for key in paper.untouched()}, "predicted")

    def copy_previous(self) -> None:
        """Take the values of the photo before for all that the designer has not set."""
        if (paper := self.paper) is None or self._refuses_hints(paper):
            return
        before = self.starts.previous
        if before is None or before[0] == paper.item.sha256:
            self.said.emit("There is no photo before this one to copy from.")
        elif not paper.is_begun:
            self.choose_start("previous")
        else:
            self.edit({key: before[1][key] for key in paper.untouched()}, "copied")

    def choose_start(self, start: Start) -> None:
        """Begin this photo and those to come from something else."""
        self._settings.remember(label_start=start)
        if self.paper is not None and not self.paper.is_begun:
            self._present()

    def settle(self, state: Literal["done", "unsure", "skipped"]) -> None:
        """Say how far this label is, and go to the next photo that is not finished."""
        paper = self.paper
        if paper is None or paper.item.problem is not None:
            return
        if paper.is_waiting and state != "skipped":
            self.said.emit("The prediction is still on its way.")
            return
        needs_beginning = state != "skipped" or paper.is_begun
        self._act(
            lambda paper: replace(paper, state=state, is_begun=needs_beginning),
            lambda labelling, item_id, seconds: labelling.set_state(item_id, state, seconds),
            begins=needs_beginning,
        )
        if state != "skipped":
            self.starts.previous = paper.item.sha256, paper.vector
        if state == "done":
            self.starts.finished[paper.item.sha256] = paper.vector
        self._go_to_unlabelled(1, paper.item.id)

    def flag(self) -> None:
        """Mark the photo to be looked at again, or take the mark away."""
        if self.paper is not None:
            flags = tuple(sorted({*self.paper.flags} ^ {FLAG}))
            self._act(
                lambda paper: replace(paper, flags=flags, is_begun=True),
                lambda labelling, item_id, seconds: labelling.annotate(item_id, flags=flags, seconds=seconds),
            )

    def annotate(self, note: str) -> None:
        """Write the note."""
        if self.paper is not None and note != self.paper.note:
            self._act(
                lambda paper: replace(paper, note=note, is_begun=True),
                lambda labelling, item_id, seconds: labelling.annotate(item_id, note=note, seconds=seconds),
            )

    def undo(self) -> None:
        """Take back the last action, on whichever photo it was."""
        self._move("undo", "Took back the change to {}.", "There is nothing to take back.")

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._move("redo", "Did the change to {} again.", "There is nothing to do again.")

    def _refuses_hints(self, paper: Paper) -> bool:
        if paper.item.is_blind:
            self.said.emit(_NOT_BLIND)
        return paper.item.is_blind

    def _lap(self) -> float:
        """Seconds since the last action."""
        before, self._since = self._since, time.monotonic()
        return min(AWAY_S, self._since - before)

    def _act(
        self,
        change: Callable[[Paper], Paper],
        action: "Callable[[Labelling, int, float], Label]",
        *,
        begins: bool = True,
    ) -> None:
        paper, desk = self.paper, self.set.desk
        if paper is None or desk is None or paper.item.problem is not None:
            return
        item_id, seconds = paper.item.id, self._lap()
        beginning = paper.beginning if begins and not paper.is_begun else None
        state: State = "draft" if begins and paper.state in ("todo", "skipped") and not paper.is_begun else paper.state
        self.paper = change(replace(paper, state=state, is_waiting=False))
        entry = self.set.entry(item_id)
        if entry is not None:
            note = bool(self.paper.note)
            self.set.put(replace(entry, state=self.paper.state, flags=self.paper.flags, has_note=note))
        self._pending[item_id] += 1
        self.set.do(
            lambda: desk.act(item_id, beginning, lambda labelling: action(labelling, item_id, seconds)),
            partial(self._acted, item_id),
            partial(self._refused, item_id),
        )
        self.shown.emit()

    def _acted(self, item_id: int, label: Label) -> None:
        self._pending[item_id] -= 1
        self._take_label(item_id, label)

    def _refused(self, item_id: int, error: Exception) -> None:
        self._pending[item_id] -= 1
        self._sheets.pop(item_id, None)
        self.set.look()
        if item_id == self._wanted:
            self._read(item_id)
        self.set.failed.emit(error)

    def _take_label(self, item_id: int, label: Label) -> None:
        """Believe what the store has, where nothing newer is under way."""
        if item_id in self._sheets:
            self._sheets[item_id] = replace(self._sheets[item_id], label=label)
        entry = self.set.entry(item_id)
        if entry is None or self._pending[item_id]:
            return
        self.set.put(replace(entry, state=label.state, flags=label.flags, has_note=bool(label.note), seconds=label.seconds))
        if item_id == self._wanted and item_id in self._sheets:
            self.paper = self._paper(self._sheets[item_id])
            self.shown.emit()

    def _move(self, kind: Literal["undo", "redo"], words: str, nothing: str) -> None:
        desk, seconds = self.set.desk, self._lap()
        if desk is None:
            return

        def moved(moved: "Moved | None") -> None:
            entry = None if moved is None else self.set.entry(moved.label.item_id)
            if moved is None or entry is None:
                self.said.emit(nothing)
                return
            self._take_label(entry.item.id, moved.label)
            self.show(entry.item.id)
            self.said.emit(words.format(entry.item.name))

        self.set.do(partial(getattr(desk, kind), seconds), moved)

    # What is made ready.

    def _read(self, item_id: int) -> None:
        entry, desk = self.set.entry(item_id), self.set.desk
        if entry is not None and desk is not None:
            self.set.do(partial(desk.sheet, entry.item), self._keep)

    def _keep(self, sheet: Sheet) -> None:
        item_id = sheet.item.id
        if self.set.row(item_id) is None:
            return  # of the set that was open before
        self._sheets[item_id] = sheet
        while len(self._sheets) > KEPT:
            self._sheets.popitem(last=False)
        if item_id == self._wanted:
            self._present()
        else:
            self._make_ready(sheet)

    def _present(self) -> None:
        """Show the wanted photo as the store has it."""
        assert self._wanted is not None
        sheet, before = self._sheets[self._wanted], self.paper
        is_other = before is None or before.item.id != sheet.item.id
        if is_other:
            self._since = time.monotonic()
        self._ask_estimate(sheet, -1)
        if is_other or not self._pending[self._wanted]:
            self.paper = self._paper(sheet)
            self.shown.emit()
        if is_other:
            self.moved_on.emit()
        for distance, item_id in enumerate(self.set.unlabelled(1, self._wanted, AHEAD)):
            if item_id in self._sheets:
                self._make_ready(self._sheets[item_id], -2 - distance)
            else:
                self._read(item_id)

    def _make_ready(self, sheet: Sheet, urgency: int = -2) -> None:
        self._ask_estimate(sheet, urgency)
        is_next = [sheet.item.id] == self.set.unlabelled(1, self._wanted)  # drawing all of them would take too long
        if is_next and not (paper := self._paper(sheet)).is_waiting:
            self.ahead.emit(paper.vector)

    def _ask_estimate(self, sheet: Sheet, urgency: int) -> None:
        if sheet.crop is None:
            return
        item, crop = sheet.item, sheet.crop

        def face() -> Any:
            from app.state.label_desk import picture_of

            return picture_of(item, crop)

        self.starts.ask(item, face, urgency)

    def _take_estimate(self, item_id: int) -> None:
        sheet = self._sheets.get(item_id)
        if sheet is None:
            return
        if item_id != self._wanted:
            self._make_ready(sheet)
        elif self.paper is not None and not self._pending[item_id]:
            self.paper = self._paper(sheet)
            self.shown.emit()

    def _paper(self, sheet: Sheet) -> Paper:
        item, label = sheet.item, sheet.label
        if label is None or label.state == "todo" or _is_untouched(label):
            found = self.starts.beginning(item, self.start)
            beginning = found or Beginning("blind", AvatarVector.default(self.schema))
            by = cast(By, {"prediction": "predicted", "blind": "default"}.get(beginning.start, "copied"))
            state: State = "todo" if label is None else label.state
            sources = dict.fromkeys(beginning.vector.values(), by)
            is_begun, is_blind = False, self.start == "blind"
        else:
            beginning = Beginning(label.start, vector_of(label, self.schema), label.started_from)
            state, sources = label.state, {key: by for key, by in label.provenance.items() if key in self.schema}
            found, is_begun, is_blind = beginning, True, label.start == "blind"
        estimate = None if is_blind else self.starts.estimate(item)
        provenance = {key: self._source(key, by, sheet) for key, by in sources.items()}
        is_waiting = found is None and item.problem is None
        paper = Paper(item, sheet.picture, beginning.vector, provenance, state, beginning, is_begun, is_waiting, estimate)
        return paper if label is None else replace(paper, note=label.note, flags=label.flags)

    def _source(self, key: str, by: By, sheet: Sheet) -> Provenance:
        estimate = self.starts.estimate(sheet.item) if by == "predicted" else None
        field = estimate.fields.get(key) if estimate is not None else None
        return Provenance(by=by, confidence=field.confidence if field is not None else None)


def _is_untouched(label: Label) -> bool:
    """Whether it was skipped before anything was done, so that it can still be begun."""
    return label.state == "skipped" and set(label.provenance.values()) <= {"default"}
