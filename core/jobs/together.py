"""A stage whose devices train together: torchrun starts a process for each (core.jobs.rank), and this one stands for all of them.

It holds the run's lock and alone writes its events. The first of the others reports into a folder between them, as a stage does
into its run folder; what is asked of the run is handed on there. All of them end when this process ends, however it does: they
hold the other end of a pipe. No port is opened that others than this machine can reach.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import JobError, ProcessLostError
from core.jobs.commands import ask
from core.jobs.events import Event, EventReader
from core.jobs.failures import ExplainedError, Failure
from core.reporting import Reporter
from core.version import ROOT

TEAM = "LIKENESS_TEAM"
"""The variable that names the folder between the processes (core.devices has the same; it loads torch)."""
OUTCOME = "outcome.json"
"""In that folder: how the first process ended, or the one that failed before it."""

_EVERY_S = 0.1
_LOOPBACK = "lo0" if sys.platform == "darwin" else "lo"


def run_together(folder: Path, count: int, reporter: Reporter) -> None:
    """Run a stage in several processes that train together.

    Args:
        folder: Of a run that `Job.begin` made; this process holds its lock.
        count: How many processes.
        reporter: Hears of it, and is asked what to do.

    Raises:
        ExplainedError: It failed in one of them.
        ProcessLostError: One of them ended without a word.
        JobError: They could not be started.
    """
    with tempfile.TemporaryDirectory(prefix="likeness-") as name:
        between = Path(name)
        process = _start(folder, between, count)
        assert process.stdin is not None
        try:
            _follow(process, between, reporter)
        finally:
            process.stdin.close()  # they end with it
            process.kill()
            process.wait()
        _judge(between)


def _start(folder: Path, between: Path, count: int) -> subprocess.Popen[bytes]:
    # Not --standalone: it opens two ports to everybody. A file does as well, where all processes are on one machine.
    meeting = ["--nnodes=1", "--rdzv-backend=c10d", f"--rdzv-endpoint={between / 'meeting'}", "--rdzv-conf=store_type=file"]
    line = [sys.executable, "-m", "torch.distributed.run", *meeting, f"--nproc-per-node={count}"]
    ours = {
        TEAM: str(between),
        "TORCH_DISABLE_SHARE_RDZV_TCP_STORE": "1",
        "GLOO_SOCKET_IFNAME": _LOOPBACK,
        "NCCL_SOCKET_IFNAME": _LOOPBACK,
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1"),  # as torchrun would, with a warning
    }
    try:
        return subprocess.Popen(
            [*line, "-m", "core.jobs.rank", str(folder.resolve())],
            stdin=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for this process, which asks them to stop
            env={**os.environ, **ours},
        )
    except OSError as error:
        raise JobError(f"The processes that train together could not be started: {error.strerror or error}.") from error


def _follow(process: subprocess.Popen[bytes], between: Path, reporter: Reporter) -> None:
    """Pass on what is reported and what is asked, until they have ended."""
    events = EventReader(between)
    is_over = False
    while not is_over:
        is_over = process.poll() is not None
        for event in events.read():
            _pass_on(event, between, reporter)
        if reporter.should_stop():
            ask(between, "stop")
        if reporter.should_checkpoint():
            ask(between, "checkpoint")
        if reporter.should_sample():
            ask(between, "sample")
        time.sleep(0 if is_over else _EVERY_S)


def _pass_on(event: Event, between: Path, reporter: Reporter) -> None:
    if event["event"] == "progress":
        reporter.progress(event["step"], event["total"])
    elif event["event"] == "measured":
        reporter.measure(event["name"], event["value"], event["step"])
    elif event["event"] == "shown":
        from PIL import Image  # here alone: the window, which imports this, starts without it

        reporter.show(event["name"], np.asarray(Image.open(between / event["path"])), event["step"])


def tell(between: Path, **outcome: Any) -> None:
    """Say how it ended; whoever says so first is right, because others fail when one of them has failed."""
    with suppress(FileExistsError), (between / OUTCOME).open("x", encoding="utf-8") as file:
        json.dump(outcome, file)


def _judge(between: Path) -> None:
    try:
        outcome = json.loads((between / OUTCOME).read_bytes())
    except (OSError, ValueError):
        raise ProcessLostError("One of the processes that trained together ended without a word.") from None
    if outcome["event"] == "failed":
        error = ExplainedError(Failure.from_event(outcome))
        error.add_note(str(outcome.get("traceback", "")))
        raise error
