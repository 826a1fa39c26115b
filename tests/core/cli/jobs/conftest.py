"""Toy stages that run in this process, and runs in every state."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

import core.cli.jobs
import core.cli.jobs_queue
from core.jobs import JOBS, serving
from core.jobs.commands import ask
from core.jobs.events import append_event
from core.jobs.job import Job
from core.jobs.queue import Queue
from core.jobs.state import JobState, job_state, occupied
from core.reporting import SilentReporter
from tests.core.cli.jobs.seen import Make
from tests.core.jobs import toy_stages


@pytest.fixture(autouse=True)
def toy_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, kind in toy_stages.JOBS.items():
        monkeypatch.setitem(JOBS, name, kind)


class Ended:
    """A process that has ended."""

    def poll(self) -> int:
        return 0


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is started runs here and now, to its end; so does the queue."""

    def start(folder: Path, _environment: Mapping[str, str] | None = None, *, elsewhere: bool = False) -> Ended:
        assert not elsewhere
        with suppress(Exception):  # it is in the events, as that of a process is
            Job.open(folder).run(SilentReporter())
        return Ended()

    def serve_here(runs: Path) -> bool:
        return not Queue(runs).read().is_paused and serving.serve(runs)

    monkeypatch.setattr(core.cli.jobs, "start", start)
    monkeypatch.setattr(serving, "start", start)
    monkeypatch.setattr(serving, "_EVERY_S", 0.001)
    monkeypatch.setattr(core.cli.jobs_queue, "ensure_serving", serve_here)


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "runs"
    monkeypatch.setenv("LIKENESS_RUNS", str(folder))
    return folder


@pytest.fixture
def make(runs: Path) -> Iterator[Make]:
    """Makes a run in a state."""
    with ExitStack() as workers:

        def made(name: str, state: JobState = JobState.WAITING, kind: str = "count", **settings: Any) -> Path:
            folder = Job.begin(runs / name, kind, settings).folder
            if state in (JobState.RUNNING, JobState.STOPPING):
                workers.enter_context(occupied(folder))
            if state is not JobState.WAITING:
                append_event(folder, "started")
            if state in (JobState.STOPPED, JobState.FINISHED):
                append_event(folder, str(state))
            if state is JobState.FAILED:
                remedies = [{"title": "Resume with 1 step", "settings": {"steps": 1}}]
                append_event(folder, "failed", cause="out_of_memory", error="There was not enough memory.", remedies=remedies)
            if state is JobState.STOPPING:
                ask(folder, "stop")
            assert job_state(folder) is state
            return folder

        yield made
