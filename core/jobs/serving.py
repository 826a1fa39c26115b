"""Working off the queue of a runs folder, in a process of its own, of which one at most lives for each folder.

It holds the lock of the runs folder as a worker holds its run's (core.jobs.state), starts the runs whose turn it is, each
detached, and goes when nothing is left that it could start. Killed, it leaves the runs running and the queue paused.
"""

import dataclasses
import logging
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core.errors import AvatarError, JobError
from core.jobs.cluster import RAY
from core.jobs.job import CONFIG, Job
from core.jobs.preflight import Severity, preflight
from core.jobs.queue import Entry, Queue, QueueContent, crashed
from core.jobs.runs import list_runs
from core.jobs.slots import CPU, environment_of, lacking, parts_of, slots
from core.jobs.starting import detached, start
from core.jobs.state import JobState, is_of_another_start, is_worked_on, job_state, occupied, read_worker
from core.version import ROOT

LOG = "queue.log"
MOST_STARTS = 2
"""How often a run is started whose process is killed; then it is set aside."""

_EVERY_S = 1.0
_AT_WORK = (JobState.RUNNING, JobState.STOPPING)

_servers: list[subprocess.Popen[bytes]] = []  # started from here; kept to be polled, so that none of them stays as a zombie

logger = logging.getLogger(__name__)


class Standing(StrEnum):
    """How a run in the queue stands."""

    RUNNING = "running"
    NEXT = "next"  # it is started now, unless the queue is paused
    WAITING = "waiting"  # it will be its turn by itself
    STUCK = "stuck"  # somebody has to do something
    DONE = "done"


@dataclass(frozen=True)
class Outlook:
    """How an entry stands, and why, in a sentence."""

    entry: Entry
    standing: Standing
    text: str


def serve(runs: Path) -> bool:
    """Work off the queue of a runs folder until nothing is left that can be started.

    Returns:
        Whether it did; not if another process does.

    Raises:
        JobError: The queue cannot be read.
        FileNotWrittenError: It cannot be written.
    """
    machine_too = is_of_another_start(runs)
    with ExitStack() as stack:
        try:
            stack.enter_context(occupied(runs))
        except JobError:
            return False
        _work_off(Queue(runs), machine_too=machine_too)
    return True


def ensure_serving(runs: Path) -> bool:
    """Start a process that works off the queue, if there is something to start and none does; whether one was started.

    Raises:
        JobError: The queue cannot be read, or the process could not be started.
        FileNotWrittenError: The runs folder cannot be written.
    """
    content = Queue(runs).read()
    if content.is_served or content.is_paused or not content.entries:
        return False
    _servers[:] = [one for one in _servers if one.poll() is None]
    _servers.append(detached(command(), runs / LOG, {"LIKENESS_RUNS": str(runs.resolve())}))
    return True


def serve_those_after(folder: Path) -> bool:
    """Have the queue worked off if something in it waits for this run, which is finished; whether a process was started for it.

    Whoever began that run past the queue, nobody may be there to see its end: what waited for it while it was stopped or failed
    could not be started then, so that the queue's process went.

    Raises:
        JobError: The queue cannot be read, or the process could not be started.
        FileNotWrittenError: The runs folder cannot be written.
    """
    runs, name = folder.resolve().parent, folder.resolve().name
    return any(name in entry.after for entry in Queue(runs).read().entries) and ensure_serving(runs)


def command() -> list[str]:
    """What a person would type to work off a queue here."""
    return [sys.executable, str(ROOT / "main.py"), "jobs", "serve"]


def outlooks(runs: Path) -> tuple[Outlook, ...]:
    """How each run in the queue stands, in order.

    Raises:
        JobError: The queue cannot be read.
    """
    return _look(Queue(runs).read(), runs, slots())


def judge(
    content: QueueContent, states: Mapping[str, JobState | None], taken: Mapping[str, str], present: tuple[str, ...]
) -> tuple[Outlook, ...]:
    """How each entry stands.

    Args:
        content: The queue.
        states: States of runs by name; None where there is no folder.
        taken: Slots on which a run works -> which run.
        present: Slots that there are.
    """
    found = []
    filling = dict(taken)
    for entry in content.entries:
        standing, text = (
            _ended(entry, states.get(entry.run)) or _held_up(entry, content, states) or _placed(entry, filling, present)
        )
        if standing is Standing.NEXT:
            filling |= dict.fromkeys(parts_of(entry.slot), entry.run)
            if content.is_paused:
                text = content.reason or "The queue is paused."
        found.append(Outlook(entry, standing, text))
    return tuple(found)


_Judged = tuple[Standing, str]
_TURN = "Give it another turn, or remove it."
_ENDED: Mapping[JobState, _Judged] = {
    JobState.FINISHED: (Standing.DONE, "It is finished."),
    JobState.FAILED: (Standing.STUCK, f"It failed. {_TURN}"),
    JobState.STOPPED: (Standing.STUCK, f"It was stopped. {_TURN}"),
}


def _ended(entry: Entry, state: JobState | None) -> _Judged | None:
    """How it stands if it is not to be started: it works, has ended, or cannot; else None."""
    if state is None:
        return Standing.STUCK, "Its folder is gone. Remove it."
    if state in _AT_WORK:
        return Standing.RUNNING, "It is running."
    if entry.aside and state is not JobState.FINISHED:
        return Standing.STUCK, entry.aside
    if entry.starts == 0:
        return None
    if state in (JobState.LOST, JobState.WAITING) and entry.starts >= MOST_STARTS:
        return Standing.STUCK, f"Its process was killed {entry.starts} times, so it is set aside. {_TURN}"
    return _ENDED.get(state)


def _held_up(
    entry: Entry, content: QueueContent, states: Mapping[str, JobState | None], seen: frozenset[str] = frozenset()
) -> _Judged | None:
    """How it stands if it waits for other runs; None where all of them are finished."""
    waits: _Judged | None = None
    for name in entry.after:
        other, state = content.find(name), states.get(name)
        if state is JobState.FINISHED and (other is None or other.starts):
            continue
        judged = (Standing.STUCK, "they wait for each other") if name in seen else None
        if judged is None and other is None:
            judged = _unqueued(state)
        elif judged is None and other is not None:
            judged = _ended(other, state) or _held_up(other, content, states, seen | {entry.run})
        standing, why = judged or (Standing.WAITING, "its turn comes")
        if standing is Standing.STUCK:
            return standing, f"It waits for “{name}”: {why}"
        waits = Standing.WAITING, f"It waits for “{name}”."
    return waits


def _unqueued(state: JobState | None) -> _Judged:
    """How a run stands that is not in the queue and not finished."""
    if state is None:
        return Standing.STUCK, "its folder is gone."
    if state in _AT_WORK:
        return Standing.RUNNING, "it is running."
    return Standing.STUCK, f"it is {state} and not in the queue. Start or add it."


def _placed(entry: Entry, taken: Mapping[str, str], present: tuple[str, ...]) -> _Judged:
    """How it stands with its slot."""
    why = lacking(entry.slot, present)
    if why:
        return Standing.STUCK, why
    busy = [part for part in parts_of(entry.slot) if part in taken and part != RAY]
    if busy:
        return Standing.WAITING, f"It waits for {busy[0]}, where “{taken[busy[0]]}” works."
    return Standing.NEXT, "It is next."


def _look(content: QueueContent, runs: Path, present: tuple[str, ...]) -> tuple[Outlook, ...]:
    names = {name for entry in content.entries for name in (entry.run, *entry.after)}
    states = {name: job_state(runs / name) if (runs / name / CONFIG).is_file() else None for name in names}
    taken: dict[str, str] = {}
    for folder in list_runs(runs):
        state = states.get(folder.name) or job_state(folder)
        if state in _AT_WORK:
            taken |= dict.fromkeys(_slots_of(folder, content.find(folder.name), present), folder.name)
    return judge(content, states, taken, present)


def _slots_of(folder: Path, entry: Entry | None, present: tuple[str, ...]) -> tuple[str, ...]:
    """Slots of this machine that a run at work takes, whoever started it."""
    gpus = tuple(slot for slot in present if slot not in (CPU, RAY))
    if not is_worked_on(folder):  # it loads
        return parts_of(entry.slot) if entry is not None and entry.starts else (CPU, *gpus[:1])
    if is_of_another_start(folder):
        return ()
    devices = (read_worker(folder) or {}).get("devices")
    if devices == RAY:
        return (RAY,)
    if not isinstance(devices, str):
        return (CPU, *gpus[:1])  # nobody said: it may take the first GPU
    numbers = [one.strip() for one in devices.split(",") if one.strip() not in ("", "-1")]
    if not numbers:
        return (CPU,)
    return tuple(f"cuda:{one}" for one in numbers) if all(one.isdigit() for one in numbers) else gpus


def _work_off(queue: Queue, *, machine_too: bool) -> None:
    """Start what can be started until nothing can."""

    def begin(content: QueueContent) -> QueueContent:
        found = crashed(content, machine_too=machine_too) if content.is_served else content
        return dataclasses.replace(found, is_served=True)

    queue.change(begin)
    children: list[subprocess.Popen[bytes]] = []  # polled, so that none of them stays as a zombie
    try:
        while _go_on(queue, children):
            time.sleep(_EVERY_S)
            children[:] = [process for process in children if process.poll() is None]
    except AvatarError as error:
        why = f"The queue is paused. {error}"
        with suppress(AvatarError):
            queue.change(lambda content: dataclasses.replace(content, is_served=False, is_paused=True, reason=why))
        raise
    except KeyboardInterrupt:
        queue.change(lambda content: dataclasses.replace(content, is_served=False))


def _go_on(queue: Queue, children: list[subprocess.Popen[bytes]]) -> bool:
    """One look at everything; whether there will be something to do."""
    content = queue.read()
    looks = _look(content, queue.runs, slots())
    done = {look.entry for look in looks if look.standing is Standing.DONE}
    if done:
        content = queue.change(lambda now: now.of(entry for entry in now.entries if entry not in done))
    if not content.is_paused:
        for look in looks:
            if look.standing is Standing.NEXT and _count(queue, look.entry):
                _begin(queue, look.entry, children)
        if children or any(look.standing in (Standing.RUNNING, Standing.NEXT, Standing.WAITING) for look in looks):
            return True
    # Whoever changed it since saw that it is served, and trusts in it: so look again.
    return queue.change(lambda now: dataclasses.replace(now, is_served=now != content)).is_served


def _count(queue: Queue, entry: Entry) -> bool:
    """Count a start before it happens; whether it may: nobody paused, removed or changed it since."""
    counted = dataclasses.replace(entry, starts=entry.starts + 1)
    return (
        queue.change(lambda now: now if now.is_paused or now.find(entry.run) != entry else now.replace(counted)).find(entry.run)
        == counted
    )


def _begin(queue: Queue, entry: Entry, children: list[subprocess.Popen[bytes]]) -> None:
    folder = queue.runs / entry.run
    try:
        job = Job.open(folder)
        found = preflight(job.kind, job.config, folder, entry.slot)
        obstacles = [one.text for one in found if one.severity is Severity.OBSTACLE]
        if obstacles:
            _set_aside(queue, entry.run, obstacles[0])
        else:
            children.append(start(folder, environment_of(entry.slot), elsewhere=entry.slot == RAY))
            logger.info("Started %s on %s.", entry.run, entry.slot)
    except AvatarError as error:
        if job_state(folder) not in _AT_WORK:  # otherwise somebody else started it this moment
            _set_aside(queue, entry.run, str(error))


def _set_aside(queue: Queue, run: str, why: str) -> None:
    logger.info("Set %s aside: %s", run, why)

    def change(now: QueueContent) -> QueueContent:
        entry = now.find(run)
        return now if entry is None else now.replace(dataclasses.replace(entry, aside=why))

    queue.change(change)
