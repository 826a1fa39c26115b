"""Ending a run's process at once, without a checkpoint, and removing a run."""

import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path

import psutil

from core.errors import AvatarError, FileNotWrittenError, JobError
from core.jobs.elsewhere import stop_elsewhere
from core.jobs.events import append_event
from core.jobs.failures import explain
from core.jobs.job import Job
from core.jobs.state import JobState, is_of_another_start, is_worked_on, job_state, read_worker

TRASH = ".trash"
"""Beside the run folders: where one lies while it is deleted, so that a half deleted run is never taken for one."""

_LOCK = "worker.lock"
_PATIENCE_S = 10.0


def seconds_unsaved(folder: Path) -> float | None:
    """How long ago the newest checkpoint of a run was written, in seconds; None where there is none."""
    try:
        newest = max((path.stat().st_mtime for path in folder.rglob("checkpoints/step-*.safetensors")), default=None)
    except OSError:
        return None
    return None if newest is None else max(0.0, time.time() - newest)


def end_at_once(folder: Path) -> None:
    """Kill the process that works on a run, with those that it started, and record it as interrupted.

    Raises:
        JobError: No process of this machine works on it, or it cannot be ended.
        ClusterError: It runs on a cluster, which does not answer.
        FileNotWrittenError: It is ended, and the folder cannot be written.
    """
    worker = _worker(folder)
    stop_elsewhere(folder)
    try:
        for process in [worker, *worker.children(recursive=True)]:  # the worker first: it would take a lost child for a failure
            _kill(process)
    except psutil.AccessDenied as error:
        raise JobError(f"{folder.name} belongs to another user, who alone can end it.") from error
    except psutil.NoSuchProcess:
        pass  # ended by itself meanwhile
    until = time.monotonic() + _PATIENCE_S
    while is_worked_on(folder):
        if time.monotonic() > until:
            raise JobError(f"{folder.name} was told to end at once, and its process {worker.pid} has not ended yet.")
        time.sleep(0.05)
    if job_state(folder) is JobState.LOST:
        append_event(folder, "failed", **explain(KeyboardInterrupt(), _config(folder)).as_event())


def remove_run(folder: Path) -> None:
    """Delete a run folder for good; links in it are removed, and what they lead to is not.

    Raises:
        JobError: A process works on it.
        ClusterError: It may run on a cluster, which does not answer.
        FileNotWrittenError: It cannot be deleted, or not all of it.
    """
    if job_state(folder) in (JobState.RUNNING, JobState.STOPPING):
        raise JobError(f"{folder.name} is running. Stop it first.")
    stop_elsewhere(folder)
    away = folder.parent / TRASH / f"{folder.name}-{secrets.token_hex(4)}"
    try:
        away.parent.mkdir(exist_ok=True)
        folder.rename(away)
    except OSError as error:
        raise FileNotWrittenError(f"{folder} was not removed: {error.strerror or error}.") from error
    try:
        shutil.rmtree(away)
    except OSError as error:
        left = f"{folder.name} is removed, but not all of it could be deleted ({error.strerror or error})"
        raise FileNotWrittenError(f"{left}. Delete {away} yourself.") from error
    with suppress(OSError):  # others are being deleted there
        away.parent.rmdir()


def _worker(folder: Path) -> psutil.Process:
    """The process of this machine that holds the run's lock; a number that was given to another process since is not it."""
    told = read_worker(folder) or {}
    lock = (folder / _LOCK).resolve()
    try:
        if is_worked_on(folder) and not is_of_another_start(folder):
            process = psutil.Process(int(told["process"]))
            if any(Path(file.path) == lock for file in process.open_files()):
                return process
    except psutil.AccessDenied as error:
        raise JobError(f"{folder.name} belongs to another user, who alone can end it.") from error
    except (psutil.Error, KeyError, TypeError, ValueError, OverflowError):
        pass
    if is_worked_on(folder):
        if is_of_another_start(folder):
            raise JobError(
                f"{folder.name} runs on {told.get('host', 'another machine')}. Only a program there can end it at once."
            )
        raise JobError(f"Nobody can tell for sure which process works on {folder.name}. Have it stop, or end it yourself.")
    raise JobError(f"{folder.name} is not running.")


def _kill(process: psutil.Process) -> None:
    with suppress(psutil.NoSuchProcess):
        process.kill()


def _config(folder: Path) -> object:
    try:
        return Job.open(folder).config
    except AvatarError:
        return None  # the remedies then name no settings
