"""`train`: run one stage here; Ctrl-C stops it with a checkpoint, the same command goes on from there."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Annotated, Literal

import numpy as np
import typer
from numpy.typing import NDArray
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from core.cli.output import ExitCode, say, terminal
from core.errors import AvatarError
from core.jobs import JOBS
from core.jobs.cluster import RAY
from core.jobs.elsewhere import is_elsewhere, run_elsewhere
from core.jobs.following import leading
from core.jobs.job import Job
from core.jobs.serving import serve_those_after
from core.jobs.settings import read_settings

ECHO_S = 1.0
"""Seconds in which a second interrupt is the first one's echo: `timeout` signals the process and then its group."""


def train(
    stage: Annotated[str, typer.Argument(metavar="STAGE", help=f"One of {', '.join(JOBS)}.")],
    run: Annotated[Path, typer.Option("--run", metavar="DIR", help="The run folder; a begun run goes on.")],
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="Settings as JSON.")] = None,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A setting; may be repeated.")
    ] = None,
    on: Annotated[Literal["here", "ray"], typer.Option("--on", help="Work here, or follow it on the cluster.")] = "here",
) -> None:
    """Run one stage of training here.

    Ctrl-C stops it with a checkpoint; the same command goes on from there.
    """
    job = Job.begin(run, stage, read_settings(config, assignments or []))
    with TerminalReporter(JOBS[stage].title) as reporter, _stop_on_interrupt(reporter):
        is_finished = run_elsewhere(job, reporter) if on == RAY or is_elsewhere(run) else job.run(reporter)
    if is_finished:
        say(f"Finished. Everything is in {run}.")
        try:
            serve_those_after(run)
        except AvatarError as error:  # of the queue: the run itself is finished
            say(str(error))
        return
    say("Stopped. The same command goes on from here.")
    raise typer.Exit(ExitCode.FAILED)


class TerminalReporter:
    """Shows a stage's progress and its loss, or another number that it measured, in one line."""

    def __init__(self, title: str) -> None:
        self._measured: dict[str, float] = {}
        self._is_asked_to_stop = False
        self._progress = Progress(
            TextColumn(title),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[number]}"),
            console=terminal,
        )
        self._task: TaskID = self._progress.add_task(title, total=None, number="")

    def __enter__(self) -> "TerminalReporter":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def ask_to_stop(self) -> None:
        """The stage saves and ends at its next step."""
        self._is_asked_to_stop = True

    def progress(self, step: int, total: int) -> None:
        """Move the bar."""
        self._progress.update(self._task, completed=step, total=total)

    def measure(self, name: str, value: float, step: int) -> None:  # noqa: ARG002 - the bar shows the step
        """Show the number beside the bar."""
        self._measured[name] = value
        one = leading(list(self._measured))  # all of them would leave no room for the bar
        self._progress.update(self._task, number=f"{one.rpartition('/')[2]} {self._measured[one]:.4g}")

    def show(self, name: str, image: NDArray[np.uint8], step: int) -> None:
        """Nothing: the picture is in the run folder."""

    def should_stop(self) -> bool:
        """Whether Ctrl-C was pressed."""
        return self._is_asked_to_stop

    def should_checkpoint(self) -> bool:
        """Never: a stage keeps its own rhythm."""
        return False

    def should_sample(self) -> bool:
        """Never: a stage keeps its own rhythm."""
        return False


@contextmanager
def _stop_on_interrupt(reporter: TerminalReporter) -> Iterator[None]:
    """The first Ctrl-C asks the stage to stop, the next ends it at once; so does what a machine sends that shuts down."""
    first: list[float] = []

    def ask(_number: int, _frame: FrameType | None) -> None:
        if not first:
            first.append(time.monotonic())
            reporter.ask_to_stop()
            say("Stopping at the next step, with a checkpoint. Ctrl-C again ends at once and loses what is not saved.")
        elif time.monotonic() - first[0] > ECHO_S:
            raise KeyboardInterrupt

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
