"""Following a run: what its events amount to, kept up to date at next to no cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.errors import SettingError
from core.jobs import JOBS
from core.jobs.events import TURNS, Event, EventReader, last_turn
from core.jobs.failures import Failure, lost, not_begun
from core.jobs.job import Job
from core.jobs.starting import log_tail
from core.jobs.state import JobState, job_state

_RECENT_S = 600.0  # how far back the pace is measured from
_MOST = 2**53  # of what is counted: more is nothing that a stage wrote, and too much for those who divide or draw it
_YEARS = range(1970, 9999)  # which every zone can show


@dataclass
class Curve:
    """One measured number over the run: steps and values, as long as each other."""

    steps: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Sample:
    """A picture that the stage showed: its name, the step, and the file."""

    name: str
    step: int
    path: Path


def leading(names: Sequence[str]) -> str:
    """The number to show where there is room for one: the loss that was measured first last, else the first of all.

    Args:
        names: At least one, in the order in which they were measured first; before a slash is the part of the stage.
    """
    return next((name for name in reversed(names) if name.rpartition("/")[2] == "loss"), names[0])


class JobFollower:
    """What a run folder says, read again at each `refresh`.

    Attributes:
        folder: The run folder.
        kind: Name in `JOBS`, or what the folder says where this version does not have it; empty where it cannot be read.
        config: The stage's configuration, or None where it cannot be read.
        problem: Why it cannot be read; empty where it can.
        state: What it does.
        progress: Step and total of the last progress, (0, 0) before any.
        curves: Measured numbers by name.
        samples: Pictures, oldest first.
        began: When it was started last, or None.
        ended: When it ended, or None.
        failure: Why it failed or was lost, or None.
    """

    def __init__(self, folder: Path, tail: int = 0) -> None:
        """Follow a run.

        Args:
            folder: The run folder.
            tail: Bytes of its events to begin with, from the end: curves and samples then lack what was before. 0 is all.
        """
        self.folder = folder
        self.kind, self.problem = "", ""
        self.config: Any = None
        self.state = JobState.WAITING
        self.failure: Failure | None = None
        self._reader = EventReader(folder, tail)
        self._forget()
        self._open()
        turn = last_turn(folder) if tail else None
        if turn is not None:
            self._hear(turn)

    @property
    def title(self) -> str:
        """What people read for the stage."""
        return JOBS[self.kind].title if self.kind in JOBS else self.kind

    def refresh(self) -> bool:
        """Read what is new; whether anything is."""
        before = self.state
        events = self._reader.read()
        if self._reader.began_again:
            self._forget()
        for event in events:
            self._hear(event)
        self.state = job_state(self.folder)
        if self.state is JobState.LOST and self.failure is None:
            self.failure = lost(self.config) if self._has_begun else not_begun(self.log(1))
        elif before is JobState.LOST and self.state in (JobState.RUNNING, JobState.STOPPING):
            self.failure = None  # started again, or another machine was only silent for a while
        return bool(events) or self.state is not before

    def seconds_left(self) -> float | None:
        """How much longer it takes at its recent pace; None where nobody can know."""
        if self.state not in (JobState.RUNNING, JobState.STOPPING) or len(self._pace) < 2:
            return None
        (start, done), (end, now) = self._pace[0], self._pace[-1]
        pace = (now - done) / max(end - start, 1e-9)
        step, total = self.progress
        return (total - step) / pace if pace > 0 and total else None

    def log(self, most: int = 40) -> list[str]:
        """The last lines of its log."""
        return log_tail(self.folder, most)

    def _open(self) -> None:
        try:
            job = Job.open(self.folder)
            self.kind, self.config, self.problem = job.kind, job.config, ""
        except SettingError as error:
            self.problem = str(error)

    def _forget(self) -> None:
        self.progress = (0, 0)
        self.curves: dict[str, Curve] = {}
        self.samples: list[Sample] = []
        self.began: datetime | None = None
        self.ended: datetime | None = None
        self.failure = None
        self._has_begun = False
        self._pace: list[tuple[float, int]] = []  # seconds and step

    def _hear(self, event: Event) -> None:
        try:
            if event["event"] in TURNS:
                self._turn(event)
            elif event["event"] == "measured":
                step, value = _count(event["step"]), float(event["value"])
                curve = self.curves.setdefault(str(event["name"]), Curve())
                curve.steps.append(step)
                curve.values.append(value)
            elif event["event"] == "shown":
                self._show(event)
            elif event["event"] == "progress":
                self._go_on(_count(event["step"]), _count(event["total"]), _when(event))
        except (KeyError, TypeError, ValueError, OverflowError):
            self._reader.skipped += 1  # a line of somebody else's making

    def _turn(self, event: Mapping[str, Any]) -> None:
        name = event["event"]
        if name in ("starting", "started"):
            self.began, self.ended, self.failure, self._pace = _when(event), None, None, []
            self._has_begun = name == "started"
            self._open()  # a run that goes on may have been given other settings
        else:
            self.ended = _when(event)
            self.failure = Failure.from_event(event) if name == "failed" else None

    def _show(self, event: Mapping[str, Any]) -> None:
        try:
            is_inside = (self.folder / str(event["path"])).resolve().is_relative_to(self.folder.resolve())
        except (OSError, RuntimeError) as error:  # links in a circle
            raise ValueError("a path to nowhere") from error
        if not is_inside:
            raise ValueError("a path out of the folder")
        self.samples.append(Sample(str(event["name"]), _count(event["step"]), self.folder / str(event["path"])))

    def _go_on(self, step: int, total: int, at: datetime) -> None:
        self.progress = (step, total)
        if self._pace and at.timestamp() < self._pace[-1][0]:
            self._pace.clear()  # the clock was set back
        self._pace.append((at.timestamp(), step))
        while self._pace[-1][0] - self._pace[0][0] > _RECENT_S or self._pace[0][1] > step:
            self._pace.pop(0)


def _count(value: Any) -> int:
    count = int(value)
    if not 0 <= count <= _MOST:
        raise ValueError("a count that is none")
    return count


def _when(event: Mapping[str, Any]) -> datetime:
    at = datetime.fromisoformat(str(event["at"]))
    if at.year not in _YEARS:
        raise ValueError("a time that is none")
    return at if at.tzinfo else at.replace(tzinfo=UTC)
