"""What the run folders say, read again and again at next to no cost: the runs, the queue, and the run that is looked at."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import JobError
from core.jobs.commands import COMMANDS, Command, is_asked
from core.jobs.events import EVENTS
from core.jobs.following import Curve, JobFollower, Sample
from core.jobs.glance import Glance
from core.jobs.queue import Queue
from core.jobs.runs import list_runs
from core.jobs.serving import Outlook, Standing, outlooks
from core.jobs.state import JobState

BUDGET_S = 0.3
"""How long one look may take; runs that were not read in it come next time."""

TAIL = 1 << 17
"""How much of the end of a run's events tells its state and progress, bytes; the run that is looked at is read whole."""

Signature = tuple[int, int | None, int | None]

Points = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Steps and values of a curve, (N,) each."""


@dataclass(frozen=True)
class Detail:
    """Everything about the run that is looked at.

    Attributes:
        glance: What the list says about it.
        curves: Its measured numbers by name.
        samples: Its pictures, oldest first.
        log: The last lines of its log.
        asked: What it was asked for and has not done yet.
    """

    glance: Glance
    curves: Mapping[str, Points]
    samples: tuple[Sample, ...]
    log: tuple[str, ...]
    asked: frozenset[Command]

    def is_like(self, other: "Detail | None") -> bool:
        """Whether it shows the same; curves only ever grow, so their lengths tell."""
        return (
            other is not None
            and (self.glance, self.samples, self.log, self.asked) == (other.glance, other.samples, other.log, other.asked)
            and [(name, len(curve[0])) for name, curve in self.curves.items()]
            == [(name, len(curve[0])) for name, curve in other.curves.items()]
        )


@dataclass(frozen=True)
class Look:
    """What one look at the runs folder found.

    Attributes:
        glances: The runs that were read so far: the active ones, those in the queue in its order, then the newest.
        detail: The run that is looked at, or None.
        is_whole: Whether all runs were read.
        queue: The queue.
    """

    glances: tuple[Glance, ...]
    detail: Detail | None
    is_whole: bool
    queue: "QueueLook"


@dataclass(frozen=True)
class QueueLook:
    """The queue at one moment.

    Attributes:
        outlooks: How each run in it stands, in order.
        is_paused: Whether none is started.
        text: Why it is paused or cannot be read, where nobody asked for it.
    """

    outlooks: tuple[Outlook, ...] = ()
    is_paused: bool = False
    text: str = ""

    @staticmethod
    def of(runs: Path) -> "QueueLook":
        """The queue of a runs folder."""
        try:
            content = Queue(runs).read()
            found = outlooks(runs) if content.entries else ()
        except JobError as error:
            return QueueLook(text=str(error))
        return QueueLook(found, content.is_paused, content.reason)

    def find(self, folder: Path) -> Outlook | None:
        """How a run stands, or None where it is not in the queue."""
        return next((one for one in self.outlooks if one.entry.run == folder.name), None)

    @property
    def line(self) -> tuple[str, ...]:
        """Names of the runs that are still to be started, in the order of their turns."""
        return line_of(self.outlooks)

    def moves(self, folder: Path) -> frozenset[int]:
        """By how many places a run can be moved in line: -1, 1."""
        line = self.line
        if folder.name not in line:
            return frozenset()
        place = line.index(folder.name)
        return frozenset(by for by in (-1, 1) if 0 <= place + by < len(line))

    @property
    def num_waiting(self) -> int:
        """How many runs wait for their turn."""
        return sum(one.standing in (Standing.NEXT, Standing.WAITING) for one in self.outlooks)


@dataclass
class RunsReader:
    """Reads run folders; used on one thread.

    Attributes:
        folder: The folder that they lie in.
    """

    folder: Path
    _runs: dict[Path, "_Run"] = field(default_factory=dict)

    def look(self, followed: Path | None) -> Look:
        """Read what is new, the run that is looked at and those that were never read first."""
        folders = list_runs(self.folder)
        self._runs = {folder: self._runs.get(folder) or _Run(folder) for folder in folders}
        until, is_whole = time.monotonic() + BUDGET_S, True
        chosen = self._runs.get(followed) if followed else None
        if chosen is not None:
            chosen.read_whole()
        for run in sorted(self._runs.values(), key=lambda run: (run.folder != followed, run.read_at)):
            if time.monotonic() < until or run.folder == followed:
                run.read()
            elif run.read_at == 0:
                is_whole = False
        queue = QueueLook.of(self.folder)
        places = {name: place for place, name in enumerate(queue.line)}
        glances = sorted((run.glance for run in self._runs.values() if run.read_at), key=partial(_order, places))
        return Look(tuple(glances), chosen.detail() if chosen else None, is_whole, queue)


def line_of(found: Iterable[Outlook]) -> tuple[str, ...]:
    """Names of the runs that are still to be started, in the order of their turns."""
    return tuple(one.entry.run for one in found if one.standing not in (Standing.RUNNING, Standing.DONE))


def _order(places: Mapping[str, int], glance: Glance) -> tuple[bool, int, float, str]:
    began = glance.began.timestamp() if glance.began else 0.0
    return (not glance.is_active, places.get(glance.name, len(places)), -began, glance.name)


class _Run:
    """One run folder, and how far it was read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.read_at = 0.0
        self._follower = JobFollower(folder, TAIL)
        self._is_whole = False
        self._seen: Signature | None = None
        self._arrays: dict[str, _Array] = {}

    @property
    def glance(self) -> Glance:
        return Glance.of(self._follower)

    def read(self) -> None:
        """Read what is new; a run at rest that nothing was written to since is left alone."""
        seen = _signature(self.folder)
        is_at_rest = self._follower.state not in (JobState.RUNNING, JobState.STOPPING)
        if not (self.read_at and is_at_rest and seen == self._seen):
            is_news = self._follower.refresh()
            self._seen = None if is_news else seen  # more may be left to read, or the state about to change
        self.read_at = time.monotonic()

    def read_whole(self) -> None:
        """Read it from its beginning from now on, because it is looked at."""
        if not self._is_whole:
            self._is_whole = True
            self._follower, self._seen = JobFollower(self.folder), None

    def detail(self) -> Detail:
        """Everything about it."""
        follower = self._follower
        for name, curve in follower.curves.items():
            if name not in self._arrays or self._arrays[name].curve is not curve:
                self._arrays[name] = _Array(curve)
        curves = {name: self._arrays[name].points() for name in follower.curves}
        asked = frozenset(command for command in COMMANDS if is_asked(self.folder, command))
        return Detail(self.glance, curves, tuple(follower.samples), tuple(follower.log(200)), asked)


class _Array:
    """A growing curve as arrays: what was given out before is never written to again."""

    def __init__(self, curve: Curve) -> None:
        self.curve = curve
        self._room = np.zeros((2, 1024))
        self._length = 0

    def points(self) -> Points:
        length = len(self.curve.values)
        if length > self._room.shape[1]:
            grown = np.zeros((2, 2 * length))
            grown[:, : self._length] = self._room[:, : self._length]
            self._room = grown
        self._room[0, self._length : length] = self.curve.steps[self._length : length]
        self._room[1, self._length : length] = self.curve.values[self._length : length]
        self._length = length
        return self._room[0, :length], self._room[1, :length]


def _signature(folder: Path) -> Signature | None:
    """Changes when an event is written, and when a process begins to work in the folder."""
    try:
        events = (folder / EVENTS).stat() if (folder / EVENTS).exists() else None
        return folder.stat().st_mtime_ns, events and events.st_mtime_ns, events and events.st_size
    except OSError:
        return None
