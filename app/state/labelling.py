"""One designer's work: the photo that is looked at, every change to its label, and the photos that come next, made ready ahead.

The window shows each step at once, and what the store answers when nothing is under way any more. Where the store refuses, the
label is shown again as it is there.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal, cast, get_args

from PySide6.QtCore import QObject, Signal

from app.estimating import Estimating
from app.settings import Settings
from app.state.label_sheets import Sheets
from app.state.label_starts import Starts
from app.state.label_values import Look, Paper, Sheet
from app.state.open_set import OpenSet
from app.state.watch import Watch
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector, Value
from core.labels.records import By, Label, Start, State
from core.words import mark, tr

if TYPE_CHECKING:  # loaded on the lane's thread: the window starts without SQLAlchemy
    from core.labels.labelling import Labelling, Moved

FLAG = mark("look again")

_NOT_BLIND = mark("This photo is always labelled from nothing, so that it can be compared with the others.")


@dataclass(eq=False)
class _Act:
    """Something that was done, and whether it is on the disk; the lane's thread says so."""

    is_written: bool = False


class LabelWork(QObject):
    """Owns the photo that is looked at; all that it does is written by its set, in order."""

    shown = Signal()
    """`paper` changed."""
    moved_on = Signal()
    """Another photo is looked at."""
    said = Signal(str)
    """Something to confirm, in a sentence."""
    finished = Signal()
    """No photo is left to label."""

    def __init__(self, schema: AvatarSchema, estimating: Estimating, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.schema, self._settings = schema, settings
        self.set = OpenSet(schema, settings, self)
        self.starts = Starts(estimating, schema, self)
        self.watch = Watch()
        self.sheets = Sheets(self.set, self.starts, self)
        self.sheets.came.connect(self._take_sheet)
        self.starts.ready.connect(self._take_estimate)
        self.set.opened.connect(self._begin)
        self._forget()

    def _forget(self) -> None:
        self.paper: Paper | None = None
        self.walk: Sequence[int] = ()
        """The photos that the next and the one before are looked for among; empty for all."""
        self._pending: Counter[int] = Counter()
        self._unanswered: list[_Act] = []  # what was done last and may be refused yet, and was not taken back
        self._wanted: int | None = None  # the photo that is shown, or will be once it is read
        self._last: int | None = None  # where the designer stopped
        self.before: AvatarVector | None = None
        """The avatar of this photo before the last change."""
        self._is_dragging = False
        self.starts.clear()
        self.sheets.clear()

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
        if last is not None and last.state in ("todo", "draft") and last.item.problem is None:
            self.show(last.item.id)
        else:
            self._go_to_unlabelled(1, self._last)

    def show(self, item_id: int) -> None:
        """Look at a photo."""
        if self.set.row(item_id) is not None:
            self._wanted = item_id
            self.sheets.want(item_id)

    def step(self, by: int, *, is_unlabelled: bool = False) -> None:
        """Look at the next photo (1), or the one before (-1), of all or of those that are not finished."""
        if is_unlabelled:
            self._go_to_unlabelled(by, self._wanted)
            return
        ids = self.walk or [entry.item.id for entry in self.set.entries]
        if self._wanted in ids and 0 <= (place := ids.index(self._wanted) + by) < len(ids):
            self.show(ids[place])

    @property
    def sheet(self) -> Sheet | None:
        """What the set has of the photo that is looked at."""
        return None if self.paper is None else self.sheets.get(self.paper.item.id)

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
            if not self._is_dragging:
                self.before, self._is_dragging = self.paper.vector, True
            self.paper = replace(self.paper, vector=self.paper.vector.with_values(values))
            self.shown.emit()

    def edit(self, values: Mapping[str, Value], by: By = "edited") -> None:
        """Change values; on the disk as soon as the disk allows."""
        self._act(
            lambda paper: paper.with_values(values, by),
            lambda labelling, item_id, seconds: labelling.edit(item_id, values, by, seconds),
        )
        self.shown.emit()

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
            self.said.emit(self.starts.problem(paper.item) or tr("The prediction is still on its way."))
        else:
            self.edit({key: estimate.vector[key] for key in paper.untouched()}, "predicted")

    def copy_previous(self) -> None:
        """Take the values of the photo before for all that the designer has not set."""
        if (paper := self.paper) is None or self._refuses_hints(paper):
            return
        before = self.starts.previous
        if before is None or before[0] == paper.item.sha256:
            self.said.emit(tr("There is no photo before this one to copy from."))
        elif not paper.is_begun:
            self.choose_start("previous")
        else:
            self.edit({key: before[1][key] for key in paper.untouched()}, "copied")

    def choose_start(self, start: Start) -> None:
        """Begin this photo and those to come from something else."""
        self._settings.remember(label_start=start)
        if self.paper is not None and not self.paper.is_begun:
            self.show(self.paper.item.id)

    def settle(self, state: Literal["done", "unsure", "skipped"]) -> None:
        """Say how far this label is, and go to the next photo that is not finished."""
        paper = self.paper
        if paper is None or paper.item.problem is not None:
            return
        if paper.is_waiting and state != "skipped":
            self.said.emit(tr("The prediction is still on its way."))
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
        if self.paper is not None and self.paper.item.id == paper.item.id:  # the next one is not there yet
            self.shown.emit()

    def flag(self) -> None:
        """Mark the photo to be looked at again, or take the mark away."""
        if self.paper is not None:
            flags = tuple(sorted({*self.paper.flags} ^ {FLAG}))
            self._act(
                lambda paper: replace(paper, flags=flags),
                lambda labelling, item_id, seconds: labelling.annotate(item_id, flags=flags, seconds=seconds),
                begins=False,
            )
            self.shown.emit()

    def annotate(self, note: str) -> None:
        """Write the note."""
        if self.paper is not None and note != self.paper.note:
            self._act(
                lambda paper: replace(paper, note=note),
                lambda labelling, item_id, seconds: labelling.annotate(item_id, note=note, seconds=seconds),
                begins=False,
            )
            self.shown.emit()

    def undo(self) -> None:
        """Take back the last action, on whichever photo it was."""
        self._move("undo", mark("Took back the change to {name}."), mark("There is nothing to take back."))

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._move("redo", mark("Did the change to {name} again."), mark("There is nothing to do again."))

    def _refuses_hints(self, paper: Paper) -> bool:
        if paper.item.is_blind:
            self.said.emit(tr(_NOT_BLIND))
        return paper.item.is_blind

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
        item_id, seconds, act = paper.item.id, self.watch.lap(), _Act()
        beginning = paper.beginning if begins and not paper.is_begun else None
        state: State = "draft" if begins and paper.state in ("todo", "skipped") and not paper.is_begun else paper.state
        self.paper = change(replace(paper, state=state, is_waiting=paper.is_waiting and not begins))
        if self.paper.vector != paper.vector and not self._is_dragging:
            self.before = paper.vector
        self._is_dragging = False
        entry = self.set.entry(item_id)
        if entry is not None:
            note = bool(self.paper.note)
            self.set.put(replace(entry, state=self.paper.state, flags=self.paper.flags, has_note=note))
        self._pending[item_id] += 1
        self._unanswered.append(act)

        def write() -> Label:
            label = desk.act(item_id, beginning, lambda labelling: action(labelling, item_id, seconds))
            act.is_written = True
            return label

        self.set.do(write, partial(self._acted, item_id, act), partial(self._refused, item_id, act))

    def _answered(self, item_id: int, act: _Act) -> None:
        self._pending[item_id] -= 1
        if act in self._unanswered:
            self._unanswered.remove(act)

    def _acted(self, item_id: int, act: _Act, label: Label) -> None:
        self._answered(item_id, act)
        self.take_label(item_id, label)

    def _refused(self, item_id: int, act: _Act, error: Exception) -> None:
        self._answered(item_id, act)
        self.sheets.drop(item_id)
        if not self._pending[item_id]:
            self.set.look()
            if item_id == self._wanted:
                self.sheets.read(item_id)
        self.set.failed.emit(error)

    def take_label(self, item_id: int, label: Label) -> None:
        """Believe what the store has, where nothing newer is under way."""
        self.sheets.take_label(label)
        entry = self.set.entry(item_id)
        if entry is None or self._pending[item_id]:
            return
        self.set.put(replace(entry, state=label.state, flags=label.flags, has_note=bool(label.note), seconds=label.seconds))
        if item_id == self._wanted and (sheet := self.sheets.get(item_id)) is not None:
            self._take_paper(sheet)
        elif item_id == self._wanted:  # something before was refused
            self.sheets.read(item_id)

    def _take_paper(self, sheet: Sheet) -> None:
        self.paper = self.starts.paper(sheet, self.start)
        self.shown.emit()

    def _move(self, kind: Literal["undo", "redo"], words: str, nothing: str) -> None:
        desk, seconds = self.set.desk, self.watch.lap()
        if desk is None:
            return
        act = self._unanswered.pop() if kind == "undo" and self._unanswered else None

        def move() -> "Moved | None":
            if act is not None and not act.is_written:
                return None  # it was refused: what was done before that stays
            moved: Moved | None = getattr(desk, kind)(seconds)
            return moved

        def moved(moved: "Moved | None") -> None:
            entry = None if moved is None else self.set.entry(moved.label.item_id)
            if moved is None or entry is None:
                if act is None:
                    self.said.emit(tr(nothing))
                return
            if self.paper is not None and self._wanted == entry.item.id:
                self.before = self.paper.vector
            self.take_label(entry.item.id, moved.label)
            self.show(entry.item.id)
            self.said.emit(tr(words, name=entry.item.name))

        self.set.do(move, moved)

    def _take_sheet(self, item_id: int) -> None:
        sheet, before = self.sheets.get(item_id), self.paper
        if sheet is None or item_id != self._wanted:
            self.sheets.prepare_next(item_id, self._wanted, self.start)
            return
        is_other = before is None or before.item.id != item_id
        if is_other:
            self.watch.begin()
            self.before, self._is_dragging = None, False
        if is_other or not self._pending[item_id]:
            self._take_paper(sheet)
        if is_other:
            self.moved_on.emit()
        self.sheets.prepare(item_id, self.start)

    def _take_estimate(self, item_id: int) -> None:
        sheet = self.sheets.get(item_id)
        if sheet is None:
            return
        if item_id != self._wanted:
            self.sheets.prepare_next(item_id, self._wanted, self.start)
        elif self.paper is not None and not self._pending[item_id]:
            self._take_paper(sheet)
