"""What labels can begin from: the method's estimate, the photo before, a finished one that looks alike, or nothing."""

from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.estimating import Estimating
from app.problems import describe
from app.state.label_values import Beginning, Paper, Sheet, likeness
from core.avatar.document import Provenance
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.labels.records import By, Item, Label, Start, State
from core.methods import Estimate

KEPT = 64  # estimates

Face = Callable[[], tuple[NDArray[np.uint8], NDArray[np.float32]]]
"""Gives a photo and the quad of its face; called off the window's thread."""


class Starts(QObject):
    """Estimates photos ahead, and says what the label of a photo begins with."""

    ready = Signal(int)
    """The photo with this id has its estimate now, or there is none to be had."""

    def __init__(self, estimating: Estimating, schema: AvatarSchema, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._estimating, self._schema = estimating, schema
        self._known: OrderedDict[int, Estimate | str] = OrderedDict()
        self._asked: dict[int, int] = {}  # photo -> the urgency it was asked for with
        self._round = 0
        self._faces: Counter[int] = Counter()  # how often a photo's face was placed anew
        self.clear()

    def clear(self) -> None:
        """Forget everything: another set was opened."""
        self._round += 1
        self._known.clear()
        self._asked.clear()
        self.previous: tuple[str, AvatarVector] | None = None
        """The photo that was worked on before this one, by its sha256, and its avatar."""
        self.finished: dict[str, AvatarVector] = {}
        """Finished labels, by their photo's sha256."""

    def ask(self, item: Item, face: Face, urgency: int) -> None:
        """Have a photo estimated, unless it always is labelled from nothing."""
        if item.is_blind or item.id in self._known or self._asked.get(item.id, -100) >= urgency:
            return
        self._asked[item.id] = urgency
        this = self._round, item.id, self._faces[item.id]
        self._estimating.predict(
            face, partial(self._keep, this), lambda error: self._keep(this, describe(error).text), key=this, urgency=urgency
        )

    def estimate(self, item: Item) -> Estimate | None:
        """What the method thinks of a photo, where that is known already."""
        known = self._known.get(item.id)
        return known if isinstance(known, Estimate) else None

    def problem(self, item: Item) -> str:
        """Why a photo has no estimate; empty where it has one or may get it."""
        known = self._known.get(item.id)
        return known if isinstance(known, str) else ""

    def beginning(self, item: Item, start: Start) -> Beginning | None:
        """What a label begins with, if it is to begin so; None while that is on its way.

        What cannot be had, e.g. the one before the first, is replaced by nothing, and said to be so.
        """
        blind = Beginning("blind", AvatarVector.default(self._schema))
        if item.is_blind or start == "blind":
            return blind
        if start == "previous":
            before = self.previous
            return blind if before is None or before[0] == item.sha256 else Beginning("previous", before[1], before[0])
        if (estimate := self.estimate(item)) is None:
            return blind if self.problem(item) else None
        if start == "prediction":
            return Beginning("prediction", estimate.vector, estimate.method)
        others = {key: vector for key, vector in self.finished.items() if key != item.sha256}
        if not others:
            return blind
        nearest = max(others, key=lambda key: likeness(others[key], estimate.vector))
        return Beginning("similar", others[nearest], nearest)

    def paper(self, sheet: Sheet, start: Start) -> Paper:
        """What is shown of a photo.

        Args:
            sheet: What the set has of it.
            start: What its label begins from, where it is not begun.
        """
        item, label = sheet.item, sheet.label
        if label is None or label.state == "todo" or _is_untouched(label):
            found = self.beginning(item, start)
            beginning = found or Beginning("blind", AvatarVector.default(self._schema))
            by = cast(By, {"prediction": "predicted", "blind": "default"}.get(beginning.start, "copied"))
            state: State = "todo" if label is None else label.state
            sources = dict.fromkeys(beginning.vector.values(), by)
            is_begun, is_blind = False, start == "blind"
        else:
            beginning = Beginning(label.start, label.avatar(self._schema), label.started_from)
            state, sources = label.state, {key: by for key, by in label.provenance.items() if key in self._schema}
            found, is_begun, is_blind = beginning, True, label.start == "blind"
        estimate = None if is_blind else self.estimate(item)
        provenance = {key: self._source(key, by, sheet) for key, by in sources.items()}
        is_waiting = found is None and item.problem is None
        paper = Paper(item, sheet.picture, beginning.vector, provenance, state, beginning, is_begun, is_waiting, estimate)
        return paper if label is None else replace(paper, note=label.note, flags=label.flags)

    def forget(self, item: Item) -> None:
        """Forget what the method thinks of a photo: its face is another now."""
        self._known.pop(item.id, None)
        self._asked.pop(item.id, None)
        self._faces[item.id] += 1

    def _source(self, key: str, by: By, sheet: Sheet) -> Provenance:
        estimate = self.estimate(sheet.item) if by == "predicted" else None
        field = estimate.fields.get(key) if estimate is not None else None
        return Provenance(by=by, confidence=field.confidence if field is not None else None)

    def _keep(self, asked: tuple[int, int, int], known: Estimate | str) -> None:
        asked_in, item_id, face = asked
        if asked_in == self._round and face == self._faces[item_id]:
            self._asked.pop(item_id, None)
            self._known[item_id] = known
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
            self.ready.emit(item_id)


def _is_untouched(label: Label) -> bool:
    """Whether it was skipped before anything was done, so that it can still be begun."""
    return label.state == "skipped" and set(label.provenance.values()) <= {"default"}
