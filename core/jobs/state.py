"""What state a run is in, told by its folder and by whether a process works on it: never by what some window remembers.

worker.lock     locked by the process that works on the run, for as long as it lives: no run is worked on twice
worker.json     which process that is, on which machine, and which GPUs it may see
heartbeat       touched by it every few seconds, for those who look from another machine
"""

import json
import os
import platform
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock, Timeout

from core.errors import JobError
from core.files import open_plain, write_atomically
from core.jobs.commands import COMMANDS, forget, is_asked
from core.jobs.events import Event, last_turn
from core.jobs.locks import locked

HEARTBEAT_S = 5.0
SILENT_S = 60.0
"""How old the heartbeat of a process on another machine may be before it counts as lost."""

START = "LIKENESS_START"
"""The variable by which a process knows which event `starting` it belongs to."""

_LOCK, _WORKER, _HEARTBEAT, _STARTING, _BEGINNING = "worker.lock", "worker.json", "heartbeat", "starting.json", "starting.lock"
_BEGIN_S = 10.0  # from saying that a process is started to knowing which
_LONGEST = 1 << 20  # bytes of what is read here; ours is a line
_PATIENCE_S = 2.0  # for those who only look, and hold the lock for a moment


class JobState(StrEnum):
    """What a run does."""

    WAITING = "waiting"
    RUNNING = "running"
    STOPPING = "stopping"  # it was asked to, and saves
    STOPPED = "stopped"
    FINISHED = "finished"
    FAILED = "failed"
    LOST = "lost"  # its process ended without a word: killed, out of memory, or the machine went down


def job_state(folder: Path) -> JobState:
    """What state the run of a folder is in."""
    is_at_work = is_worked_on(folder)
    turn = None if is_at_work else last_turn(folder)  # after looking for a process: one that ends in between has said so
    if is_at_work or (turn is not None and turn["event"] == "starting" and _is_loading(folder, turn)):
        return JobState.STOPPING if is_asked(folder, "stop") else JobState.RUNNING
    if turn is None:
        return JobState.WAITING
    return JobState.LOST if turn["event"] in ("starting", "started") else JobState(turn["event"])


def is_worked_on(folder: Path) -> bool:
    """Whether a process works on the run of a folder: on this machine by its lock, elsewhere by its heartbeat."""
    worker = read_worker(folder)
    if worker is None:
        return False
    if worker.get("machine") != _machine():
        return _is_beating(folder)
    try:
        return _is_locked(folder / _LOCK, worker)
    except FileNotFoundError:
        return False
    except OSError:  # a disk that has no locks, or another user's folder
        return _is_beating(folder)


def _is_locked(path: Path, worker: dict[str, Any]) -> bool:
    """Whether a worker holds the lock; those who look at the same moment are none."""
    if sys.platform == "win32":  # no lock that those who look can share
        try:
            with FileLock(path, timeout=0):
                return False
        except Timeout:
            return psutil.pid_exists(int(worker.get("process", 0)))
    import fcntl

    with open_plain(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def read_worker(folder: Path) -> dict[str, Any] | None:
    """Machine, process number and begin of the last process that worked on a run; None where none did."""
    return _read(folder / _WORKER)


def is_of_another_start(folder: Path) -> bool:
    """Whether the last process that worked on a run did so on another machine, or before this one was started anew."""
    worker = read_worker(folder)
    return worker is not None and worker.get("machine") != _machine()


def _read(path: Path) -> dict[str, Any] | None:
    try:
        with open_plain(path) as file:
            content = json.loads(file.read(_LONGEST))
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


@contextmanager
def occupied(folder: Path, slot: str | None = None) -> Iterator[None]:
    """Work on a run: nobody else can, and everybody sees it.

    Args:
        folder: The run folder.
        slot: Where it works, unless that is the GPUs that this process may see.

    Raises:
        JobError: Another process works on it, or did so since this one was started.
        FileNotWrittenError: The folder cannot be written.
    """
    token = os.environ.pop(START, None)  # taken away: what this process starts is not it

    def busy() -> str:
        worker = read_worker(folder) or {}
        where = f"process {worker.get('process')} on {worker.get('host')}"
        return f"{folder} is being worked on already, by {where}. Stop that first, or choose another folder."

    done = threading.Event()
    beat = threading.Thread(target=_beat, args=(folder / _HEARTBEAT, done), name="heartbeat", daemon=True)
    with locked(folder / _LOCK, _PATIENCE_S, busy, f"{folder} cannot be worked in"):
        try:
            if token is None:
                for command in COMMANDS:
                    forget(folder, command)  # what was asked of an earlier process
            elif (last_turn(folder) or {}).get("token") != token:
                raise JobError(f"{folder} was started once more while this process began. It leaves the run to the other one.")
            me = {
                "machine": _machine(),
                "host": platform.node(),
                "process": os.getpid(),
                "at": time.time(),
                "devices": _devices() if slot is None else slot,
            }
            _touch(folder / _HEARTBEAT)  # before its name: whoever reads that elsewhere finds a heart that beats
            write_atomically(folder / _WORKER, json.dumps(me).encode())
            beat.start()
            yield
        finally:
            done.set()
            if beat.is_alive():
                beat.join(_PATIENCE_S)  # or it would touch a folder that somebody removes now


@contextmanager
def begun(folder: Path) -> Iterator[None]:
    """Start a process for a run: of several who do, one gets so far.

    Raises:
        JobError: A process works on it or begins to.
        FileNotWrittenError: The folder cannot be written.
    """
    busy = f"{folder} is being started by somebody else."
    with locked(folder / _BEGINNING, _PATIENCE_S, lambda: busy, f"{folder} cannot be worked in"):
        if job_state(folder) in (JobState.RUNNING, JobState.STOPPING):
            raise JobError(f"{folder} is being worked on already.")
        yield


def tell_starting(folder: Path, token: str, process: int) -> None:
    """Say which process was started for a run; the event `starting` with the same token came before it."""
    write_atomically(folder / _STARTING, json.dumps({"token": token, "machine": _machine(), "process": process}).encode())


def _is_loading(folder: Path, turn: Event) -> bool:
    """Whether the process that was started lives: it loads, or installs what the stage needs."""
    told = _read(folder / _STARTING) or {}
    if told.get("token") != turn.get("token"):  # started this moment, or whoever started it was killed at it
        return _seconds_since(turn) < _BEGIN_S
    if told.get("machine") != _machine():
        return _seconds_since(turn) < SILENT_S
    try:
        process = psutil.Process(int(told["process"]))
        return process.status() != psutil.STATUS_ZOMBIE and str(folder.resolve()) in process.cmdline()
    except (psutil.Error, KeyError, TypeError, ValueError, OverflowError):
        return False


def _seconds_since(event: Event) -> float:
    try:
        return abs(datetime.now(UTC) - datetime.fromisoformat(event["at"])).total_seconds()
    except (KeyError, TypeError, ValueError, OverflowError):
        return float("inf")


def _devices() -> str | None:
    """Which GPUs this process may see, None where nobody said: the queue gives each of them to one run at a time."""
    return os.environ.get("CUDA_VISIBLE_DEVICES")


def _beat(path: Path, done: threading.Event) -> None:
    while not done.wait(HEARTBEAT_S):
        _touch(path)


def _touch(path: Path) -> None:
    with suppress(OSError):
        path.touch()


def _is_beating(folder: Path) -> bool:
    """Whether the heartbeat is young, by the clock of the disk that it is on."""
    try:
        return abs(_disk_time(folder) - (folder / _HEARTBEAT).stat().st_mtime) < SILENT_S  # in the future: a clock was set back
    except OSError:
        return False


def _disk_time(folder: Path) -> float:
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".clock.") as file:
            return Path(file.name).stat().st_mtime
    except OSError:
        return time.time()


def _machine() -> str:
    """This machine since it was started: the same name on another machine or after a restart is another one."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    with suppress(OSError):
        return f"{platform.node()}/{boot.read_text().strip()}"
    return platform.node()
