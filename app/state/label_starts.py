"""What labels can begin from: the method's estimate, the photo before, a finished one that looks alike, or nothing."""

from collections import OrderedDict
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from app.estimating import Estimating
from app.problems import describe
from app.state.label_values import Beginning, likeness
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.labels.records import Item, Start
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
        this = self._round, item.id
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

    def _keep(self, asked: tuple[int, int], known: Estimate | str) -> None:
        if asked[0] == self._round:
            self._asked.pop(asked[1], None)
            self._known[asked[1]] = known
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
            self.ready.emit(asked[1])
