"""A run elsewhere: here another process of this machine is the cluster; test_ray.py has a real one."""

import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.cli.train import TerminalReporter
from core.errors import ClusterError, FileNotWrittenError
from core.jobs import JOBS, elsewhere
from core.jobs.cluster import RAY, Status, write_cluster
from core.jobs.commands import ask
from core.jobs.elsewhere import PLACE, is_elsewhere, run_elsewhere, stop_elsewhere
from core.jobs.ending import remove_run
from core.jobs.events import append_event
from core.jobs.following import JobFollower
from core.jobs.job import Job
from core.jobs.starting import log_tail
from core.jobs.state import JobState, job_state, read_worker
from core.reporting import SilentReporter
from tests.core.jobs import toy_worker
from tests.core.jobs.test_starting import steps, turns, until


class Machine:
    """Takes submissions and runs them, each in a process group of its own."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.jobs: dict[str, subprocess.Popen[bytes]] = {}
        self.submitted: list[str] = []
        self.is_silent = False

    def submit(self, name: str, line: str, variables: dict[str, str]) -> None:
        self.submitted.append(name)
        with (self.logs / name).open("wb") as log:
            self.jobs[name] = subprocess.Popen(
                shlex.split(line), stdout=log, stderr=log, env={**os.environ, **variables}, start_new_session=True
            )

    def status(self, name: str) -> Status:
        if self.is_silent:
            raise ClusterError("It does not answer.")
        if name not in self.jobs:
            return Status(is_known=False, has_ended=False)
        return Status(is_known=True, has_ended=self.jobs[name].poll() is not None, text="It was killed.")

    def log(self, name: str) -> str:
        return (self.logs / name).read_text()

    def stop(self, name: str) -> None:
        if self.is_silent:
            raise ClusterError("It does not answer.")
        if name in self.jobs and self.jobs[name].poll() is None:
            os.killpg(self.jobs[name].pid, signal.SIGKILL)
            self.jobs[name].wait()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    for name, kind in toy_worker.SLOW.items():
        monkeypatch.setitem(JOBS, name, kind)
    monkeypatch.setattr(elsewhere, "_EVERY_S", 0.01)
    monkeypatch.setattr(elsewhere, "_ASK_EVERY_S", 0.02)
    (tmp_path / "shared").mkdir()
    (tmp_path / "logs").mkdir()
    program = shlex.join([sys.executable, str(Path(toy_worker.__file__).resolve())])
    write_cluster({"address": "http://nowhere:8265", "folder": str(tmp_path / "shared"), "program": program})
    machine = Machine(tmp_path / "logs")
    monkeypatch.setattr(elsewhere, "RayJobs", lambda _: machine)
    yield machine
    machine.is_silent = False
    for name in machine.jobs:
        machine.stop(name)


def begin(tmp_path: Path, **settings: object) -> Job:
    return Job.begin(tmp_path / "runs" / "far", "pace", {"steps": 30, "pause_ms": 1, **settings})


@pytest.mark.usefixtures("machine")
def test_a_run_there_is_told_here_whole_and_leaves_nothing_there(tmp_path: Path) -> None:
    job = begin(tmp_path)

    assert run_elsewhere(job, SilentReporter()) is True
    assert job_state(job.folder) is JobState.FINISHED
    assert steps(job.folder) == list(range(1, 31))
    assert turns(job.folder) == ["started", "submitted", "finished"]
    assert json.loads((job.folder / "checkpoint.json").read_bytes())["done"] == 30
    follower = JobFollower(job.folder)
    follower.refresh()
    assert [sample.path.is_file() for sample in follower.samples] == [True] * 6
    assert not is_elsewhere(job.folder)
    assert list((tmp_path / "shared").iterdir()) == []
    assert Job.open(job.folder).config == job.config


def test_it_stops_with_a_checkpoint_and_goes_on_here_or_there(tmp_path: Path, machine: Machine) -> None:
    job = begin(tmp_path, steps=100000, pause_ms=3)
    ended: list[bool] = []
    follower = threading.Thread(target=lambda: ended.append(run_elsewhere(job, SilentReporter())))
    follower.start()
    until(lambda: len(steps(job.folder)) > 8)
    assert job_state(job.folder) is JobState.RUNNING
    assert (read_worker(job.folder) or {})["devices"] == RAY
    ask(job.folder, "stop")
    follower.join(30)

    assert ended == [False]
    assert job_state(job.folder) is JobState.STOPPED
    done = json.loads((job.folder / "checkpoint.json").read_bytes())["done"]
    assert done >= 5
    assert Job.begin(job.folder, "pace", {"steps": done + 7}).run(SilentReporter())  # here
    assert run_elsewhere(Job.begin(job.folder, "pace", {"steps": done + 11}), SilentReporter())  # and there
    assert steps(job.folder)[-11:] == list(range(done + 1, done + 12))
    assert len(machine.submitted) == 2


def test_a_follower_that_is_killed_leaves_the_run_alone_and_the_next_one_tells_every_event_once(
    tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = begin(tmp_path, steps=300, pause_ms=3)

    class Killed(BaseException):
        pass

    def dies(folder: Path, event: str, **values: object) -> None:
        if event == "failed":
            raise Killed  # a killed process writes nothing
        append_event(folder, event, **values)
        if values.get("step") == 40:
            raise Killed

    monkeypatch.setattr(elsewhere, "append_event", dies)
    with pytest.raises(Killed):
        run_elsewhere(job, SilentReporter())
    assert job_state(job.folder) is JobState.LOST
    assert is_elsewhere(job.folder)

    monkeypatch.setattr(elsewhere, "append_event", append_event)
    assert run_elsewhere(job, SilentReporter()) is True
    assert steps(job.folder) == list(range(1, 301))
    assert len(machine.submitted) == 1
    assert len((job.folder / "attempts").read_text().splitlines()) == 1


@pytest.mark.usefixtures("machine")
def test_what_fails_there_fails_here_with_its_cause_and_remedies(tmp_path: Path) -> None:
    job = begin(tmp_path, refuses_at=7)
    with pytest.raises(ClusterError, match="not enough memory"):
        run_elsewhere(job, SilentReporter())

    follower = JobFollower(job.folder)
    follower.refresh()
    assert follower.state is JobState.FAILED
    assert follower.failure is not None
    assert follower.failure.cause == "out_of_memory"
    assert "MemoryError" in "\n".join(log_tail(job.folder))  # its log is here


@pytest.mark.usefixtures("machine")
def test_what_is_killed_there_is_lost_here_and_what_it_saved_is_not(tmp_path: Path) -> None:
    job = begin(tmp_path, dies_at=23)
    with pytest.raises(ClusterError, match="The cluster ended it: It was killed"):
        run_elsewhere(job, SilentReporter())

    follower = JobFollower(job.folder)
    follower.refresh()
    assert follower.failure is not None
    assert follower.failure.cause == "lost"
    assert json.loads((job.folder / "checkpoint.json").read_bytes())["done"] == 20


def test_a_cluster_that_is_silent_is_waited_for_and_not_for_ever(
    tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = begin(tmp_path, steps=400, pause_ms=3)
    thread = threading.Thread(target=lambda: run_elsewhere(job, SilentReporter()))
    thread.start()
    until(lambda: steps(job.folder))
    machine.is_silent = True
    time.sleep(0.2)
    assert thread.is_alive()
    assert job_state(job.folder) is JobState.RUNNING
    machine.is_silent = False
    thread.join(30)
    assert job_state(job.folder) is JobState.FINISHED

    machine.is_silent = True
    monkeypatch.setattr(elsewhere, "_PATIENCE_S", 0.1)
    other = Job.begin(tmp_path / "runs" / "other", "pace", {})
    with pytest.raises(ClusterError, match="does not answer"):
        run_elsewhere(other, SilentReporter())
    follower = JobFollower(other.folder)
    follower.refresh()
    assert follower.failure is not None
    assert follower.failure.cause == "cluster"


def test_inputs_go_along_and_are_named_as_they_are_there(tmp_path: Path, machine: Machine) -> None:
    labels = tmp_path / "runs" / "labels"
    labels.mkdir(parents=True)
    (labels / "manifest.json").write_text("{}")
    (labels / "secret").symlink_to("/etc/passwd")
    job = Job.begin(tmp_path / "runs" / "parser", "train_parser", {"labels": str(labels)})

    def submit(name: str, _line: str, variables: dict[str, str]) -> None:
        Machine.submit(machine, name, "true", variables)

    machine.submit = submit  # type: ignore[method-assign,assignment]
    with pytest.raises(ClusterError):
        run_elsewhere(job, SilentReporter())

    carried = next(path for path in (tmp_path / "shared").iterdir() if path.name.startswith("inputs-labels-"))
    assert [path.name for path in carried.iterdir()] == ["manifest.json"]
    assert Job.open(job.folder).config.labels == str(labels)


def test_carrying_is_told_and_can_be_stopped_and_leaves_nothing_half_there(tmp_path: Path, machine: Machine) -> None:
    labels = tmp_path / "labels"
    labels.mkdir()
    job = Job.begin(tmp_path / "runs" / "parser", "train_parser", {"labels": str(labels)})
    for path in (labels / "manifest.json", job.folder / "a.npy", job.folder / "b.npy"):
        path.write_bytes(bytes(2_000_000))
    told: list[tuple[int, int]] = []

    class Stops(SilentReporter):
        def progress(self, step: int, total: int) -> None:  # type: ignore[explicit-override]
            told.append((step, total))
            if step > 300:
                ask(job.folder, "stop")
                time.sleep(0.2)  # it looks for that ten times a second

    assert run_elsewhere(job, Stops()) is False
    assert told == [(167, 10_000), (333, 10_000)]  # of carrying, which is a twentieth of all
    assert job_state(job.folder) is JobState.STOPPED
    assert not is_elsewhere(job.folder)
    assert machine.submitted == []
    assert [path.name.partition("-")[0] for path in (tmp_path / "shared").iterdir()] == ["inputs"]
    follower = JobFollower(job.folder)
    follower.refresh()
    assert follower.progress == (167, 10_000)  # then it was asked to stop, within a second


STRANGE = [
    {"event": "progress"},
    {"event": "progress", "at": "2026-01-01", "step": "NaN", "total": 5},
    {"event": "progress", "at": "2026-01-01", "step": float("nan"), "total": 5},
    {"event": "progress", "at": "2026-01-01", "step": 1, "total": None},
    {"event": "measured", "at": "2026-01-01", "name": "loss", "value": 0.5},
    {"event": "measured", "at": "2026-01-01", "name": "[/loss]", "value": 0.5, "step": 1},
    {"event": "shown", "at": "2026-01-01", "name": "last", "path": ["x"], "step": 1},
    {"event": "submitted", "job": "another"},
    {"event": "started", "folder": "x"},
]


@pytest.mark.parametrize("strange", STRANGE, ids=json.dumps)
def test_lines_that_are_no_events_of_ours_are_passed_over(tmp_path: Path, machine: Machine, strange: dict[str, object]) -> None:
    heard = write_there(
        tmp_path, machine, strange, {"event": "measured", "at": "2026-01-01", "name": "loss", "value": 0.5, "step": 7}
    )

    assert turns(heard) == ["started", "submitted", "finished"]
    assert steps(heard) == [7]


def test_keys_that_no_event_has_are_left_out(tmp_path: Path, machine: Machine) -> None:
    extra = {"folder": "/", "there": 99, "job": "x"}
    heard = write_there(tmp_path, machine, {"event": "progress", "at": "2026-01-01", "step": 1, "total": 2, **extra}, end=extra)
    written = [json.loads(line) for line in (heard / "events.jsonl").read_text().splitlines()]

    assert written[2] == {"event": "progress", "at": "2026-01-01", "step": 5250, "total": 10_000, "there": 1}
    assert set(written[3]) == {"event", "at"}


def write_there(tmp_path: Path, machine: Machine, *lines: dict[str, object], end: dict[str, object] | None = None) -> Path:
    """A run here whose job there wrote these events and finished."""
    job = begin(tmp_path)

    def submit(name: str, _line: str, variables: dict[str, str]) -> None:
        events = [*lines, {"event": "finished", "at": "2026-01-01", **(end or {})}]
        (tmp_path / "shared" / name / "events.jsonl").write_text("".join(json.dumps(one) + "\n" for one in events))
        Machine.submit(machine, name, "true", variables)

    machine.submit = submit  # type: ignore[method-assign,assignment]
    assert run_elsewhere(job, TerminalReporter("Pace"))
    return job.folder


def test_what_lies_there_gets_nowhere_else_here(tmp_path: Path, machine: Machine) -> None:
    job = begin(tmp_path)
    secret = tmp_path / "secret"
    secret.write_text("mine")

    def submit(name: str, _line: str, variables: dict[str, str]) -> None:
        there = tmp_path / "shared" / name
        (there / "events.jsonl").write_text(json.dumps({"event": "finished", "at": "2026-01-01"}) + "\n")
        (there / "link").symlink_to(secret)
        (there / "worker.lock").write_text("theirs")
        (job.folder / "out").symlink_to(secret)
        (there / "out").write_text("overwritten")
        Machine.submit(machine, name, "true", variables)

    machine.submit = submit  # type: ignore[method-assign,assignment]
    assert run_elsewhere(job, SilentReporter())
    assert secret.read_text() == "mine"
    assert not (job.folder / "link").exists()
    assert (job.folder / "out").read_text() == "overwritten"
    assert not (job.folder / "out").is_symlink()


def test_a_run_that_may_be_there_is_not_removed_before_it_is_stopped_there(tmp_path: Path, machine: Machine) -> None:
    job = begin(tmp_path, steps=100000)
    (job.folder / PLACE).write_text(json.dumps({"job": "likeness-far-1"}))
    machine.submit("likeness-far-1", "sleep 60", {})
    machine.is_silent = True
    with pytest.raises(ClusterError, match="does not answer"):
        remove_run(job.folder)

    assert job.folder.is_dir()
    machine.is_silent = False
    stop_elsewhere(job.folder)
    assert machine.jobs["likeness-far-1"].poll() is not None
    assert not is_elsewhere(job.folder)
    remove_run(job.folder)


def test_a_damaged_place_is_said_and_nothing_is_submitted(tmp_path: Path, machine: Machine) -> None:
    job = begin(tmp_path)
    (job.folder / PLACE).write_text("{")
    with pytest.raises(ClusterError, match="is damaged"):
        run_elsewhere(job, SilentReporter())
    assert machine.submitted == []


def test_a_shared_disk_that_cannot_be_written_is_said(tmp_path: Path, machine: Machine) -> None:
    write_cluster({"folder": "/proc/nowhere"})
    with pytest.raises(FileNotWrittenError, match="/proc/nowhere"):
        run_elsewhere(begin(tmp_path), SilentReporter())
    assert machine.submitted == []
