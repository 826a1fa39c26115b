"""Starting a run in a process of its own, which outlives whoever started it."""

import os
import secrets
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.errors import JobError
from core.files import open_plain
from core.jobs.cluster import RAY
from core.jobs.commands import COMMANDS, forget
from core.jobs.events import append_event
from core.jobs.job import Job, check_links
from core.jobs.state import START, begun, tell_starting
from core.version import ROOT

LOG = "log.txt"


def start(folder: Path, environment: Mapping[str, str] | None = None, *, elsewhere: bool = False) -> subprocess.Popen[bytes]:
    """Begin or resume the run of a folder, detached: own session, output to log.txt.

    Args:
        folder: A folder that `Job.begin` made.
        environment: Variables to change for it.
        elsewhere: On the cluster, followed by the process that is begun here.

    Returns:
        The process, for those who want to hear of its end; nobody needs to.

    Raises:
        SettingError: There is no run in the folder, or it is of a stage or of settings that this version does not have.
        JobError: It is being worked on, a link leads out of its folder, or the process could not be started.
        FileNotWrittenError: The folder cannot be written.
    """
    job = Job.open(folder)
    check_links(folder)  # before the log and the locks are written
    with begun(folder):
        for asked in COMMANDS:
            forget(folder, asked)  # of an earlier process
        token = secrets.token_hex(8)
        append_event(folder, "starting", token=token)
        process = detached(command(job, elsewhere=elsewhere), folder / LOG, {START: token, **(environment or {})})
        tell_starting(folder, token, process.pid)
    return process


def detached(line: Sequence[str], log: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a process that outlives this one: own session, output to the end of a file, these variables changed.

    Raises:
        JobError: It could not be started.
    """
    try:
        with log.open("ab") as file:
            return subprocess.Popen(
                line,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
            )
    except OSError as error:
        raise JobError(f"{line[0]} could not be started for {log.parent}: {error.strerror or error}.") from error


def command(job: Job, *, elsewhere: bool = False) -> list[str]:
    """What a person would type to begin or resume a run, here or on the cluster."""
    line = [sys.executable, str(ROOT / "main.py"), "train", job.kind, "--run", str(job.folder.resolve())]
    return [*line, "--on", RAY] if elsewhere else line


def log_tail(folder: Path, most: int = 40) -> list[str]:
    """The last lines of a run's log."""
    try:
        with open_plain(folder / LOG) as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 65536))
            return file.read().decode(errors="replace").splitlines()[-most:]
    except OSError:
        return []
