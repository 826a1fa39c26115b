"""The jobs of the runs folder, followed off the GUI thread. Holds no truth of its own: what it says is what the folders say."""

import subprocess
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QFile, QObject, QTimer, Signal

from app import tasks
from app.state.runs_reader import Detail, Look, QueueLook, RunsReader, line_of
from core.errors import AvatarError, FileNotWrittenError, JobError
from core.jobs.cluster import RAY
from core.jobs.commands import Command, ask
from core.jobs.ending import remove_run
from core.jobs.glance import Glance
from core.jobs.job import Job
from core.jobs.queue import Entry, Queue
from core.jobs.runs import create_run
from core.jobs.serving import ensure_serving, outlooks
from core.jobs.slots import environment_of
from core.jobs.starting import start
from core.jobs.state import is_worked_on
from core.words import tr

EVERY_MS = 1000


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
            slot = Queue(self.folder).slot_of(folder.name)
            self._children.append(start(folder, environment_of(slot), elsewhere=slot == RAY))

        tasks.run(begin, self._done, failed)

    def create(
        self, job: tuple[str, Mapping[str, str]], turn: Entry, is_queued: bool, done: Callable[[Path], None], failed: tasks.Failed
    ) -> None:
        """Make a run, and start it or put it into the queue.

        Args:
            job: The kind, and the settings as texts by name.
            turn: Its name, what it waits for in the queue, and where it works.
            is_queued: Whether it waits for its turn.
            done: Gets its folder.
            failed: Gets the error.
        """
        kind, settings = job

        def begin() -> Path:
            folder = create_run(self.folder, kind, dict(settings), turn.run).folder
            if is_queued:
                try:
                    Queue(self.folder).add(turn.run, turn.after, turn.slot)
                except AvatarError:
                    remove_run(folder)  # or its name would be taken when the person tries again
                    raise
                ensure_serving(self.folder)
            else:
                self._children.append(start(folder, environment_of(turn.slot), elsewhere=turn.slot == RAY))
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

    def move(self, folder: Path, by: int, failed: tasks.Failed) -> None:
        """Have a run take its turn before the one that is `by` places before it in line, or after the one that comes after."""

        def change() -> None:
            order, line = [one.entry.run for one in outlooks(self.folder)], line_of(outlooks(self.folder))
            if folder.name not in line:
                raise JobError(tr("“{name}” does not wait in the queue any more.", name=folder.name))
            place = line.index(folder.name) + by
            if 0 <= place < len(line):
                Queue(self.folder).move(folder.name, order.index(line[place]))

        tasks.run(change, self._done, failed)

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
    queue = Queue(folder.parent)
    queue.add(folder.name, slot=queue.slot_of(folder.name))
    ensure_serving(folder.parent)


def _set_paused(runs: Path, *, is_paused: bool) -> None:
    if is_paused:
        Queue(runs).pause()
    else:
        Queue(runs).resume()
        ensure_serving(runs)


def _to_trash(folder: Path) -> None:
    if is_worked_on(folder):
        raise JobError(tr("{name} is being worked on. Stop it first.", name=folder.name))
    if not QFile.moveToTrash(str(folder)):
        raise FileNotWrittenError(
            tr("{folder} could not be moved to the trash. Delete the folder yourself, if you want it gone.", folder=folder)
        )
    queue = Queue(folder.parent)
    if queue.read().find(folder.name) is not None:
        queue.remove(folder.name)
