import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from core.errors import JobError, SettingError
from core.jobs import JOBS, starting
from core.jobs.commands import ask
from core.jobs.events import EventReader
from core.jobs.following import JobFollower
from core.jobs.job import Job
from core.jobs.starting import LOG, log_tail, start
from core.jobs.state import JobState, job_state, read_worker
from core.reporting import SilentReporter
from tests.core.jobs import toy_worker


@pytest.fixture(autouse=True)
def _toy_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "command", toy_worker.command)
    for name, kind in toy_worker.SLOW.items():
        monkeypatch.setitem(JOBS, name, kind)


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Processes to end with the test."""
    processes: list[subprocess.Popen[bytes]] = []
    yield processes
    for process in processes:
        process.kill()
        process.wait()


def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def turns(folder: Path) -> list[str]:
    return [one["event"] for one in EventReader(folder).read() if one["event"] not in ("measured", "shown", "progress")]


def steps(folder: Path) -> list[int]:
    return [one["step"] for one in EventReader(folder).read() if one["event"] == "measured"]


def test_what_is_started_is_what_a_person_would_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    job = Job.begin(tmp_path / "a b", "render_avatars", {})
    line = starting.command(job)
    assert starting.command(job, elsewhere=True) == [*line, "--on", "ray"]

    assert line[:1] == [sys.executable]
    assert line[2:] == ["train", "render_avatars", "--run", str((tmp_path / "a b").resolve())]


def test_started_stopped_killed_and_resumed(tmp_path: Path, started: list[subprocess.Popen[bytes]]) -> None:
    Job.begin(tmp_path, "pace", {"steps": 60})
    started.append(start(tmp_path, {"CUDA_VISIBLE_DEVICES": "7"}))

    assert job_state(tmp_path) is JobState.RUNNING  # from the first moment on

    until(lambda: steps(tmp_path))
    worker = read_worker(tmp_path) or {}

    assert (worker["process"], worker["devices"]) == (started[0].pid, "7")
    assert psutil.Process(started[0].pid).pid == os.getsid(started[0].pid)  # a session of its own

    ask(tmp_path, "stop")
    started[0].wait(30)

    assert job_state(tmp_path) is JobState.STOPPED

    started.append(start(tmp_path))
    done = len(steps(tmp_path))
    until(lambda: len(steps(tmp_path)) > done + 10)
    os.kill(started[1].pid, signal.SIGKILL)
    until(lambda: job_state(tmp_path) is JobState.LOST)
    started.append(start(tmp_path))

    assert started[2].wait(30) == 0
    assert job_state(tmp_path) is JobState.FINISHED
    assert turns(tmp_path) == ["starting", "started", "stopped", "starting", "started", "starting", "started", "finished"]
    assert sorted(set(steps(tmp_path))) == list(range(1, 61))
    assert json.loads((tmp_path / "checkpoint.json").read_text())["done"] == 60


def test_a_stop_asked_for_while_it_loads_is_heard(tmp_path: Path, started: list[subprocess.Popen[bytes]]) -> None:
    Job.begin(tmp_path, "pace", {"steps": 100_000})
    ask(tmp_path, "stop")  # of an earlier process: forgotten
    started.append(start(tmp_path))

    assert job_state(tmp_path) is JobState.RUNNING

    ask(tmp_path, "stop")

    assert job_state(tmp_path) is JobState.STOPPING
    assert started[0].wait(30) == 0
    assert (job_state(tmp_path), steps(tmp_path)) == (JobState.STOPPED, [])


def test_of_several_starts_at_once_exactly_one_works(tmp_path: Path, started: list[subprocess.Popen[bytes]]) -> None:
    Job.begin(tmp_path, "pace", {"steps": 3})
    refused: list[JobError] = []
    ready = threading.Barrier(4)

    def begin() -> None:
        ready.wait()
        try:
            started.append(start(tmp_path))
        except JobError as error:
            refused.append(error)

    threads = [threading.Thread(target=begin) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    started[0].wait(30)

    assert (len(started), len(refused)) == (1, 3)
    assert turns(tmp_path) == ["starting", "started", "finished"]


def test_a_process_that_ends_before_its_stage_begins_is_lost_and_says_why(
    tmp_path: Path, started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    Job.begin(tmp_path, "pace", {})
    monkeypatch.setattr(
        starting, "command", lambda job, **_: [sys.executable, "-c", "raise SystemExit('No room.')", str(job.folder)]
    )
    started.append(start(tmp_path))
    started[0].wait()
    follower = JobFollower(tmp_path)
    follower.refresh()

    assert follower.state is JobState.LOST
    assert follower.failure is not None
    assert (follower.failure.cause, follower.failure.text) == (
        "not_begun",
        "Its process ended before the stage began; its log ends with “No room”.",
    )


def test_a_program_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Job.begin(tmp_path, "pace", {})
    monkeypatch.setattr(starting, "command", lambda _job, **_: [str(tmp_path / "nothing")])

    with pytest.raises(JobError, match=r"nothing could not be started for .*: No such file"):
        start(tmp_path)


def test_a_folder_without_a_run_is_not_started(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="There is no run in"):
        start(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_run_worked_on_in_the_foreground_is_not_started(tmp_path: Path) -> None:
    job = Job.begin(tmp_path, "count", {"steps": 2})
    said: list[str] = []

    class Starts(SilentReporter):
        def measure(self, *_: object) -> None:  # type: ignore[explicit-override]
            try:
                start(tmp_path)
            except JobError as error:
                said.append(str(error))

    job.run(Starts())

    assert said == [f"{tmp_path} is being worked on already."] * 2
    assert turns(tmp_path) == ["started", "finished"]


def test_the_end_of_the_log(tmp_path: Path) -> None:
    assert log_tail(tmp_path) == []

    (tmp_path / LOG).write_bytes(b"\xff\n" + b"x" * 70_000 + b"\n" + b"".join(b"%d\n" % n for n in range(99)))

    assert log_tail(tmp_path, 2) == ["97", "98"]
