"""How far the labels of the open set agree: read and measured off the window's thread, and drawn by the one that draws."""

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.rendering import Rendering
from app.state.label_values import AddingReporter
from app.state.open_set import OpenSet
from app.tasks import Lane
from core.avatar.vector import AvatarVector
from core.labels.agreement import Figure, Pair, distance_agreement
from core.labels.comparing import Comparison, Measured, comparisons, measured
from core.labels.records import Item
from core.reporting import Reporter
from core.soundness.telling_apart import distance, seen

if TYPE_CHECKING:  # loaded on the lane's thread: the window starts without SQLAlchemy
    from core.labels.evaluation_set import EvaluationSet

MOST_DRAWN = 200
"""Pairs that are drawn to see how different avatars look; of more, so many by chance: the interval says what that costs."""

Found = tuple[list[Comparison], Mapping[str, Item]]


class Agreement(QObject):
    """Compares labels. Nothing of it is kept: whoever looks again sees what was labelled meanwhile."""

    read = Signal(object)
    """The labels were read: a list of `Comparison`."""
    progressed = Signal(int, int)
    """How many labels of how many are read, or parameters measured."""
    measured = Signal(object)
    """A list of `core.labels.comparing.Measured` of the comparison that was asked for last."""
    drawing = Signal(int, int)
    """How many pairs of avatars of how many are drawn; 0 of 0 once it has ended, or was stopped."""
    drawn = Signal(object, int)
    """How different the avatars look, a `Figure`, and of how many pairs."""
    failed = Signal(object)
    """The error."""

    def __init__(self, open_set: OpenSet, rendering: Rendering, lane: Lane, parent: QObject | None = None) -> None:
        """Compare.

        Args:
            open_set: The set.
            rendering: Draws avatars.
            lane: Where all labels are compared.
            parent: Qt's.
        """
        super().__init__(parent)
        self._set, self._rendering = open_set, rendering
        self._schema = open_set.schema.group("core")
        self._lane = lane
        self._stop, self._stop_drawing = threading.Event(), threading.Event()
        self._reading = AddingReporter(self.progressed.emit)
        self._distances: dict[tuple[AvatarVector, AvatarVector], float] = {}
        self.items: Mapping[str, Item] = {}
        """The photos of the set, by their sha256."""

    def look(self) -> None:
        """Read the labels."""
        desk = self._set.desk
        self.stop()
        if desk is not None:
            self._reading = reporter = AddingReporter(self.progressed.emit)
            work = partial(self._read, desk.set, reporter)
            self._lane.submit(work, partial(self._take, reporter), self.failed.emit, key="read", urgency=1)

    def compare(self, comparison: Comparison) -> None:
        """Measure how far each parameter agrees."""
        self.stop()
        self._stop = stop = threading.Event()
        self._lane.submit(partial(self._measure, comparison, stop), partial(self._tell, stop), self.failed.emit, key="measure")

    def draw(self, comparison: Comparison) -> None:
        """Measure how different the avatars look; each is drawn when there is nothing else to draw."""
        self.stop_drawing()
        self._stop_drawing = stop = threading.Event()
        pairs = _drawn_from(comparison.pairs)
        waiting = deque(pair for pair in pairs if (pair.first, pair.second) not in self._distances)
        self._draw_next(pairs, waiting, stop)

    def stop(self) -> None:
        """Read and measure no more of what was asked for."""
        self._reading.stop()
        self._stop.set()
        self.stop_drawing()

    def stop_drawing(self) -> None:
        """Draw no more of what was asked for; what was drawn is kept."""
        if not self._stop_drawing.is_set():
            self._stop_drawing.set()
            self.drawing.emit(0, 0)

    def _read(self, evaluation_set: "EvaluationSet", reporter: Reporter) -> Found:
        from core.labels import overview
        from core.labels.opinions import all_opinions

        entries = overview.entries(evaluation_set, overview.View("", self._schema.engine))
        return comparisons(all_opinions(evaluation_set, self._set.schema, reporter)), {
            one.item.sha256: one.item for one in entries
        }

    def _take(self, reporter: Reporter, found: Found) -> None:
        if not reporter.should_stop():
            listed, self.items = found
            self.read.emit(listed)

    def _measure(self, comparison: Comparison, stop: threading.Event) -> list[Measured]:
        found, total = [], len(self._schema.continuous) + len(self._schema.discrete)
        for step, one in enumerate(measured(comparison, self._schema)):
            if one is not None:
                found.append(one)
            if stop.is_set():
                break
            self.progressed.emit(step + 1, total)
        return found

    def _tell(self, stop: threading.Event, found: list[Measured]) -> None:
        if not stop.is_set():
            self.measured.emit(found)

    def _draw_next(self, pairs: Sequence[Pair], waiting: deque[Pair], stop: threading.Event) -> None:
        if stop.is_set():
            return
        if not waiting:
            distances = self._distances
            self._lane.submit(
                lambda: distance_agreement(pairs, lambda first, second: distances[first, second]),
                partial(self._tell_drawn, stop, len(pairs)),
            )
            return
        self.drawing.emit(len(pairs) - len(waiting), len(pairs))
        pair = waiting.popleft()

        def keep(apart: float) -> None:
            self._distances[pair.first, pair.second] = apart
            self._draw_next(pairs, waiting, stop)

        self._see(pair, keep, stop)

    def _see(self, pair: Pair, done: Callable[[float], None], stop: threading.Event) -> None:
        """Draw the two one after the other, so that whatever else is to be drawn waits for one avatar at most."""

        def then(first: Any) -> None:
            if not stop.is_set():
                self._rendering.ask(lambda engine: distance(first, seen(engine, pair.second)), done, self._give_up)

        self._rendering.ask(lambda engine: seen(engine, pair.first), then, self._give_up)

    def _give_up(self, error: Exception) -> None:
        self.stop_drawing()
        self.failed.emit(error)

    def _tell_drawn(self, stop: threading.Event, count: int, figure: Figure | None) -> None:
        if not stop.is_set():
            self.stop_drawing()
            self.drawn.emit(figure, count)


def _drawn_from(pairs: Sequence[Pair]) -> list[Pair]:
    if len(pairs) <= MOST_DRAWN:
        return list(pairs)
    chosen = np.random.default_rng(0).choice(len(pairs), MOST_DRAWN, replace=False)
    return [pairs[place] for place in sorted(chosen)]
