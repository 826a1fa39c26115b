"""What a list says about a run, at one moment."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.jobs.events import EVENTS
from core.jobs.failures import Failure
from core.jobs.following import JobFollower
from core.jobs.state import JobState
from core.words import mark, tr, trn


@dataclass(frozen=True)
class Glance:
    """A run at one moment.

    Attributes:
        folder: The run folder.
        kind: Name in `core.jobs.JOBS`, or what the folder says.
        title: What people read for the stage.
        state: What it does.
        progress: Step and total, (0, 0) where nobody said.
        seconds_left: How much longer it takes, or None.
        began: When it was started last, or None.
        ended: When it ended, or None.
        config: Its configuration, or None where it cannot be read.
        failure: Why it failed or was lost, or None.
        last_sign: When it was heard of last, or None.
        problem: Why the folder cannot be read; empty where it can.
    """

    folder: Path
    kind: str
    title: str
    state: JobState
    progress: tuple[int, int] = (0, 0)
    seconds_left: float | None = None
    began: datetime | None = None
    ended: datetime | None = None
    config: Any = None
    failure: Failure | None = None
    last_sign: datetime | None = None
    problem: str = ""

    @staticmethod
    def of(follower: JobFollower) -> "Glance":
        """What a follower read last."""
        return Glance(
            follower.folder,
            follower.kind,
            follower.title or "A run that cannot be read",
            follower.state,
            follower.progress,
            follower.seconds_left(),
            follower.began,
            follower.ended,
            follower.config,
            follower.failure,
            _last_sign(follower.folder),
            follower.problem,
        )

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.folder.name

    @property
    def is_active(self) -> bool:
        """Whether a process works on it."""
        return self.state in (JobState.RUNNING, JobState.STOPPING)

    @property
    def has_failed(self) -> bool:
        """Whether it ended in a way that nobody wanted."""
        return self.state in (JobState.FAILED, JobState.LOST)

    @property
    def share(self) -> float | None:
        """How much of it is done, in [0, 1]; None where nobody said."""
        step, total = self.progress
        return min(1.0, max(0.0, step / total)) if total > 0 else None


def _last_sign(folder: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp((folder / EVENTS).stat().st_mtime, UTC)
    except (OSError, ValueError, OverflowError):  # gone, or of a time that is none
        return None


def counted(number: int) -> str:
    """A count for people, in groups of three digits: "12 000"."""
    return f"{number:,}".replace(",", "\u202f")


_MONTHS = (
    mark("Jan"), mark("Feb"), mark("Mar"), mark("Apr"), mark("May"), mark("Jun"),
    mark("Jul"), mark("Aug"), mark("Sep"), mark("Oct"), mark("Nov"), mark("Dec"),
)  # fmt: skip


def lasting(seconds: float) -> str:
    """A time in words, as coarse as a forecast is: "40 s", "12 min", "3 h 20 min"."""
    if seconds < 60:
        return tr("{count} s", count=max(1, round(seconds)))
    minutes = round(seconds / 60)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return tr("{count} min", count=minutes)
    if hours < 10 and rest:
        return tr("{hours} h {minutes} min", hours=hours, minutes=rest)
    return tr("{count} h", count=hours) if hours < 48 else trn("{count} day", "{count} days", round(hours / 24))


def moment(at: datetime, now: datetime) -> str:
    """When something happened, as short as it is clear: "18:11", "yesterday 18:11", "3 Nov 18:11", "3 Nov 2025"."""
    at, now = at.astimezone(), now.astimezone()
    days = (now.date() - at.date()).days
    if days == 0:
        return f"{at:%H:%M}"
    if days == 1:
        return tr("yesterday {time}", time=f"{at:%H:%M}")
    month = tr(_MONTHS[at.month - 1])
    if at.year == now.year:
        return tr("{day} {month} {time}", day=at.day, month=month, time=f"{at:%H:%M}")
    return tr("{day} {month} {year}", day=at.day, month=month, year=at.year)
