"""How a job's state looks and reads, in the list, above the curves and at the bottom of every page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from core.jobs.glance import Glance, lasting, moment
from core.jobs.serving import Outlook, Standing
from core.jobs.state import JobState
from core.words import ENGLISH, PSEUDO, language, mark, tr


@dataclass(frozen=True)
class StateLook:
    """A state's word, its icon in `resources/icons`, and the token of its colour."""

    word: str
    icon: str
    tone: str


LOOKS: Mapping[JobState, StateLook] = {
    JobState.WAITING: StateLook(mark("Waiting"), "waiting", "secondary"),
    JobState.RUNNING: StateLook(mark("Running"), "running", "accent_text"),
    JobState.STOPPING: StateLook(mark("Stopping"), "stopped", "accent_text"),
    JobState.STOPPED: StateLook(mark("Stopped"), "stopped", "secondary"),
    JobState.FINISHED: StateLook(mark("Finished"), "finished", "secondary"),
    JobState.FAILED: StateLook(mark("Failed"), "alert", "danger"),
    JobState.LOST: StateLook(mark("Lost"), "lost", "amber_text"),
}
"""Never told apart by colour alone: each has its word and its shape."""


def how_far(glance: Glance) -> str:
    """What a list says beside the name: "62 %, 12 min left" or since when it runs, else when it ended or began."""
    if glance.is_active:
        parts = [] if glance.share is None else [f"{100 * glance.share:.0f} %"]
        if glance.seconds_left is not None:
            parts.append(tr("{time} left", time=lasting(glance.seconds_left)))
        if parts:
            return ", ".join(parts)
    at = glance.began if glance.is_active else glance.ended or glance.began
    if at is None:
        return ""
    when = moment(at, datetime.now(UTC))
    return tr("since {moment}", moment=when) if glance.is_active else when


def turns(found: Iterable[Outlook]) -> Mapping[str, str]:
    """Name of a run in the queue -> its place there: "next", "2nd in queue"; "held up" where its turn does not come by itself."""
    words = {}
    place = 0
    for one in found:
        if one.standing is Standing.STUCK:
            words[one.entry.run] = tr("held up")
        elif one.standing in (Standing.NEXT, Standing.WAITING):
            place += 1
            words[one.entry.run] = tr("next") if place == 1 else tr("{place} in queue", place=_ordinal(place))
    return words


def _ordinal(number: int) -> str:
    if language() not in (ENGLISH, PSEUDO):
        return f"{number}."
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def in_a_line(glance: Glance) -> str:
    """Everything that the header says about how it goes."""
    parts = [glance.name]
    if glance.share is not None:  # stages count in steps, portraits or thousandths
        parts.append(f"{100 * glance.share:.0f} %")
    if glance.is_active and glance.seconds_left is not None:
        parts.append(tr("{time} left", time=lasting(glance.seconds_left)))
    now = datetime.now(UTC)
    if glance.began is not None:
        parts.append(tr("began {moment}", moment=moment(glance.began, now)))
    if glance.ended is not None and not glance.is_active:
        parts.append(tr("ended {moment}", moment=moment(glance.ended, now)))
    return "  ·  ".join(parts)
