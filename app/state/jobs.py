"""The jobs of the runs folder, followed off the GUI thread. Holds no truth of its own: what it says is what the folders say."""

import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QFile, QObject, QTimer, Signal

from app import tasks
from core.errors import FileNotWrittenError, JobError
from core.jobs.commands import COMMANDS, Command, ask, is_asked
from core.jobs.events import EVENTS
from core.jobs.following import Curve, JobFollower, Sample
from core.jobs.glance import Glance
from core.jobs.job import Job
from core.jobs.queue import Queue
from core.jobs.runs import create_run, list_runs
from core.jobs.serving import Outlook, Standing, ensure_serving, outlooks
from core.jobs.starting import start
from core.jobs.state import JobState, is_worked_on

EVERY_MS = 1000
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
        glances: The runs that were read so far, the active ones first, then the newest.
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
    def num_waiting(self) -> int:
        """How many runs wait for their turn."""
        return sum(one.standing in (Standing.NEXT, Standing.WAITING) for one in self.outlooks)


class Jobs(QObject):
    """What the jobs do, read once a second, and the verbs of a person who watches them."""

    changed = Signal()
    """Runs came, went or changed."""
    followed = Signal(object)
    """The `Detail` of the run that is looked at, when it changed."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder = folder
        self.glances: tuple[Glance, ...] = ()
        self.queue = QueueLook()
        self.was_read = False
        """Whether all runs were read once, so that an empty list means that there are none."""
        self._followed: Path | None = None
        self._detail: Detail | None = None
        self._reader = RunsReader(folder)
        self._children: list[subprocess.Popen[bytes]] = []  # kept to be waited for; nothing is concluded from them
        self._lane = tasks.Lane("jobs")
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self.look()

    def follow(self, folder: Path | None) -> None:
        """Read one run closely from now on."""
        if folder != self._followed:
            self._followed, self._detail = folder, None
            self.look()

    def look(self) -> None:
        """Read what is new."""
        for child in tuple(self._children):
            if child.poll() is not None:
                self._children.remove(child)
        self._lane.submit(partial(self._reader.look, self._followed), self._heard, key="look")

    def ask(self, folder: Path, command: Command, failed: tasks.Failed) -> None:
        """Ask a run for something."""
        tasks.run(lambda: ask(folder, command), self._done, failed)

    def resume(self, folder: Path, changes: Mapping[str, Any], failed: tasks.Failed) -> None:
        """Start a run or have it go on, with some of its settings changed."""

        def begin() -> None:
            if changes:
                Job.begin(folder, Job.open(folder).kind, dict(changes))
            self._children.append(start(folder))

        tasks.run(begin, self._done, failed)

    def create(
        self, job: tuple[str, Mapping[str, str], str], *, is_queued: bool, done: Callable[[Path], None], failed: tasks.Failed
    ) -> None:
        """Make a run, and start it or put it into the queue.

        Args:
            job: The kind, the settings as texts by name, and the name.
            is_queued: Whether it waits for its turn.
            done: Gets its folder.
            failed: Gets the error.
        """
        kind, settings, name = job

        def begin() -> Path:
            folder = create_run(self.folder, kind, dict(settings), name).folder
            if is_queued:
                _enqueue(folder)
            else:
                self._children.append(start(folder))
            return folder

        def begun(folder: Path) -> None:
            self.look()
            done(folder)

        tasks.run(begin, begun, failed)

    def enqueue(self, folder: Path, failed: tasks.Failed) -> None:
        """Have a run wait for its turn."""
        tasks.run(lambda: _enqueue(folder), self._done, failed)

    def take_out(self, folder: Path, failed: tasks.Failed) -> None:
        """Have a run wait no more."""
        tasks.run(lambda: Queue(self.folder).remove(folder.name), self._done, failed)

    def set_paused(self, is_paused: bool, failed: tasks.Failed) -> None:
        """Start no more runs of the queue, or go on with them."""
        tasks.run(partial(_set_paused, self.folder, is_paused=is_paused), self._done, failed)

    def remove(self, folder: Path, failed: tasks.Failed) -> None:
        """Move a run that nobody works on to the system's trash."""
        tasks.run(lambda: _to_trash(folder), self._done, failed)

    def close(self) -> None:
        """Look no more; the jobs go on."""
        self._timer.stop()
        self._lane.close()
        for child in self._children:
            child.returncode = child.poll() or 0  # they outlive the window, which Python would warn about

    def _done(self, _result: object) -> None:
        self.look()

    def _heard(self, look: Look) -> None:
        is_news = (look.glances, look.queue) != (self.glances, self.queue) or (look.is_whole and not self.was_read)
        self.glances, self.queue = look.glances, look.queue
        self.was_read = self.was_read or look.is_whole
        if is_news:
            self.changed.emit()
        detail = look.detail
        if detail is not None and detail.glance.folder == self._followed and not detail.is_like(self._detail):
            self._detail = detail
            self.followed.emit(detail)
        if not look.is_whole or (detail is None and any(glance.folder == self._followed for glance in look.glances)):
            self.look()


def _enqueue(folder: Path) -> None:
    Queue(folder.parent).add(folder.name)
    ensure_serving(folder.parent)


def _set_paused(runs: Path, *, is_paused: bool) -> None:
    if is_paused:
        Queue(runs).pause()
    else:
        Queue(runs).resume()
        ensure_serving(runs)


def _to_trash(folder: Path) -> None:
    if is_worked_on(folder):
        raise JobError(f"{folder.name} is being worked on. Stop it first.")
    if not QFile.moveToTrash(str(folder)):
        raise FileNotWrittenError(f"{folder} could not be moved to the trash. Delete the folder yourself, if you want it gone.")


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
        glances = sorted((run.glance for run in self._runs.values() if run.read_at), key=_order)
        return Look(tuple(glances), chosen.detail() if chosen else None, is_whole, QueueLook.of(self.folder))


def _order(glance: Glance) -> tuple[bool, float, str]:
    return (not glance.is_active, -(glance.began.timestamp() if glance.began else 0.0), glance.name)


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
