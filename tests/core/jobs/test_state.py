import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from core.errors import FileNotWrittenError, JobError
from core.jobs import state
from core.jobs.commands import ask, is_asked
from core.jobs.events import append_event
from core.jobs.following import JobFollower
from core.jobs.job import Job
from core.jobs.state import START, JobState, begun, is_worked_on, job_state, occupied, read_worker, tell_starting
from core.version import ROOT

_WORKER = """
import sys
from pathlib import Path
from core.jobs.events import append_event
from core.jobs.state import occupied
with occupied(Path(sys.argv[1])):
    append_event(Path(sys.argv[1]), "started")
    print("working", flush=True)
    sys.stdin.read()
    append_event(Path(sys.argv[1]), "finished")
"""


@contextmanager
def worker(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", _WORKER, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"working\n"
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def sleeper(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", *arguments]) as process:
        try:
            yield process
        finally:
            process.kill()


def as_elsewhere(folder: Path, machine: str = "elsewhere/1") -> None:
    """What a worker of another machine leaves on the disk."""
    (folder / "worker.json").write_text(json.dumps({"machine": machine, "host": "elsewhere", "process": os.getpid()}))
    (folder / "heartbeat").touch()


def backwards(path: Path, seconds: float) -> None:
    at = time.time() - seconds
    os.utime(path, (at, at))


def test_a_new_run_waits(tmp_path: Path) -> None:
    assert job_state(tmp_path) is JobState.WAITING
    assert job_state(tmp_path / "gone") is JobState.WAITING
    assert read_worker(tmp_path) is None


@pytest.mark.parametrize("turn", ["finished", "stopped", "failed"])
def test_a_run_that_said_how_it_ended_did(turn: str, tmp_path: Path) -> None:
    append_event(tmp_path, "started")
    append_event(tmp_path, turn)

    assert job_state(tmp_path) == turn


def test_a_run_is_running_stopping_and_lost_by_its_process_alone(tmp_path: Path) -> None:
    with worker(tmp_path) as process:
        assert job_state(tmp_path) is JobState.RUNNING
        assert (read_worker(tmp_path) or {})["process"] == process.pid

        ask(tmp_path, "stop")

        assert job_state(tmp_path) is JobState.STOPPING

        os.kill(process.pid, signal.SIGKILL)
        deadline = time.monotonic() + 5
        while job_state(tmp_path) is not JobState.LOST:
            assert time.monotonic() < deadline
            time.sleep(0.005)

        assert psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE  # nobody reaped it yet

    assert job_state(tmp_path) is JobState.LOST


def test_nobody_else_can_work_on_it_and_is_told_who_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "_PATIENCE_S", 0.05)
    with worker(tmp_path) as process:
        said = f"worked on already, by process {process.pid} on "
        with pytest.raises(JobError, match=said), occupied(tmp_path):
            pass
    with occupied(tmp_path):
        assert job_state(tmp_path) is JobState.RUNNING


def test_those_who_look_at_once_do_not_take_each_other_for_a_worker(tmp_path: Path) -> None:
    with worker(tmp_path) as process:
        os.kill(process.pid, signal.SIGKILL)
    seen: list[bool] = []

    def look() -> None:
        seen.extend(is_worked_on(tmp_path) for _ in range(60))

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(seen), any(seen)) == (360, False)


def test_those_who_look_leave_nothing_behind(tmp_path: Path) -> None:
    with worker(tmp_path) as process:
        before = sorted(path.name for path in tmp_path.iterdir())
        job_state(tmp_path)
        os.kill(process.pid, signal.SIGKILL)
    job_state(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_a_worker_elsewhere_is_known_by_its_heartbeat(tmp_path: Path) -> None:
    append_event(tmp_path, "started")
    as_elsewhere(tmp_path)

    assert job_state(tmp_path) is JobState.RUNNING

    backwards(tmp_path / "heartbeat", state.SILENT_S - 5)

    assert job_state(tmp_path) is JobState.RUNNING

    backwards(tmp_path / "heartbeat", state.SILENT_S + 5)

    assert job_state(tmp_path) is JobState.LOST

    backwards(tmp_path / "heartbeat", -3600)  # a clock was set back since

    assert job_state(tmp_path) is JobState.LOST

    (tmp_path / "heartbeat").unlink()

    assert job_state(tmp_path) is JobState.LOST


def test_after_a_restart_its_old_process_number_means_nothing(tmp_path: Path) -> None:
    with worker(tmp_path) as process:
        os.kill(process.pid, signal.SIGKILL)
    told = read_worker(tmp_path) or {}
    before = f"{told['host']}/another-boot"
    (tmp_path / "worker.json").write_text(json.dumps({**told, "machine": before, "process": os.getpid()}))
    backwards(tmp_path / "heartbeat", 300)

    assert job_state(tmp_path) is JobState.LOST


@pytest.mark.parametrize("left", [False, True], ids=["none", "old"])
def test_a_heart_beats_before_its_worker_is_named(left: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or whoever looks from another machine at that moment sees a lost run."""
    if left:
        (tmp_path / "heartbeat").touch()
        backwards(tmp_path / "heartbeat", 300)
    ages = []

    def write(path: Path, content: bytes) -> None:
        if path.name == "worker.json":
            ages.append(time.time() - (tmp_path / "heartbeat").stat().st_mtime)
        path.write_bytes(content)

    monkeypatch.setattr(state, "write_atomically", write)
    with occupied(tmp_path):
        pass

    assert [age < 100 for age in ages] == [True]


def test_a_heart_beats_while_it_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "HEARTBEAT_S", 0.01)
    with occupied(tmp_path):
        backwards(tmp_path / "heartbeat", 300)
        deadline = time.monotonic() + 5
        while time.time() - (tmp_path / "heartbeat").stat().st_mtime > 100:
            assert time.monotonic() < deadline
            time.sleep(0.005)


def test_a_folder_that_cannot_be_written_is_told_by_the_heartbeat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> bool:
        raise PermissionError(13, "Permission denied")

    with worker(tmp_path):
        monkeypatch.setattr(state, "_is_locked", refuse)

        assert job_state(tmp_path) is JobState.RUNNING

        backwards(tmp_path / "heartbeat", 300)

        assert job_state(tmp_path) is JobState.LOST


def test_a_folder_of_others_can_be_looked_at(tmp_path: Path) -> None:
    with worker(tmp_path):
        if os.geteuid() == 0:
            child = multiprocessing.get_context("fork").Process(target=_look_as_nobody, args=(tmp_path,))
            for folder in (tmp_path, *list(tmp_path.parents)[:3]):
                folder.chmod(0o755)
            child.start()
            child.join()

            assert child.exitcode == 0
        else:
            tmp_path.chmod(0o555)

            assert job_state(tmp_path) is JobState.RUNNING


def _look_as_nobody(folder: Path) -> None:
    os.setuid(65534)
    os._exit(0 if job_state(folder) is JobState.RUNNING else 1)


def test_a_folder_that_cannot_be_worked_in_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for enter in (occupied, begun):
        with pytest.raises(FileNotWrittenError, match="cannot be worked in"), enter(tmp_path / "file" / "x"):
            pass


def test_a_started_process_that_loads_is_running(tmp_path: Path) -> None:
    append_event(tmp_path, "starting", token="x")
    with sleeper(str(tmp_path.resolve())) as process:
        tell_starting(tmp_path, "x", process.pid)

        assert job_state(tmp_path) is JobState.RUNNING

        ask(tmp_path, "stop")

        assert job_state(tmp_path) is JobState.STOPPING

        os.kill(process.pid, signal.SIGKILL)
        while psutil.Process(process.pid).status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.005)

        assert job_state(tmp_path) is JobState.LOST
    with sleeper("another folder") as process:
        tell_starting(tmp_path, "x", process.pid)  # as where the number was given to another process since

        assert job_state(tmp_path) is JobState.LOST


def test_a_start_that_was_killed_before_its_process_was_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append_event(tmp_path, "starting", token="x")

    assert job_state(tmp_path) is JobState.RUNNING

    monkeypatch.setattr(state, "_BEGIN_S", 0.0)

    assert job_state(tmp_path) is JobState.LOST

    with sleeper(str(tmp_path.resolve())) as process:
        tell_starting(tmp_path, "an earlier one", process.pid)

        assert job_state(tmp_path) is JobState.LOST


def test_a_start_elsewhere_is_believed_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append_event(tmp_path, "starting", token="x")
    (tmp_path / "starting.json").write_text(json.dumps({"token": "x", "machine": "elsewhere/1", "process": 1}))

    assert job_state(tmp_path) is JobState.RUNNING

    monkeypatch.setattr(state, "SILENT_S", 0.0)

    assert job_state(tmp_path) is JobState.LOST


@pytest.mark.parametrize("text", ["", "[]", "{", "{}", '{"process": "many"}', '{"process": 1e999}'])
def test_damaged_files_are_as_none(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "_BEGIN_S", 0.0)
    append_event(tmp_path, "starting", token="x")
    told = json.dumps({"token": "x", "machine": state._machine()})
    for name in ("starting.json", "worker.json"):
        (tmp_path / name).write_text(text.replace('{"', f'{told[:-1]}, "'))

    assert job_state(tmp_path) is JobState.LOST


def test_a_clock_that_was_changed_or_a_time_that_is_none_does_not_keep_a_start_alive(tmp_path: Path) -> None:
    for at in ("2000-01-01T00:00:00+00:00", "2100-01-01T00:00:00+00:00", "yesterday", "0001-01-01T00:00:00+14:00", 3):
        append_event(tmp_path, "starting", token="x")
        lines = (tmp_path / "events.jsonl").read_text().splitlines()
        (tmp_path / "events.jsonl").write_text(json.dumps({**json.loads(lines[-1]), "at": at}) + "\n")

        assert job_state(tmp_path) is JobState.LOST


def test_only_the_process_of_the_newest_start_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append_event(tmp_path, "starting", token="first")
    append_event(tmp_path, "starting", token="second")
    ask(tmp_path, "stop")
    monkeypatch.setenv(START, "first")
    with pytest.raises(JobError, match="started once more"), occupied(tmp_path):
        pass
    monkeypatch.setenv(START, "second")
    with occupied(tmp_path):
        assert START not in os.environ
        assert is_asked(tmp_path, "stop")  # while it began

    append_event(tmp_path, "finished")
    monkeypatch.setenv(START, "second")
    with pytest.raises(JobError), occupied(tmp_path):
        pass


def test_a_process_that_nobody_started_forgets_what_was_asked_before(tmp_path: Path) -> None:
    ask(tmp_path, "stop")
    with occupied(tmp_path):
        assert not is_asked(tmp_path, "stop")


def test_a_run_that_is_begun_is_not_begun_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "_PATIENCE_S", 0.05)
    with begun(tmp_path), pytest.raises(JobError, match="being started by somebody else"), begun(tmp_path):
        pass
    append_event(tmp_path, "starting", token="x")
    with pytest.raises(JobError, match="being worked on already"), begun(tmp_path):
        pass


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
@pytest.mark.parametrize("name", ["worker.lock", "worker.json", "starting.json", "events.jsonl", "log.txt"])
def test_a_pipe_in_place_of_a_file_keeps_nobody_waiting(name: str, tmp_path: Path) -> None:
    folder = Job.begin(tmp_path / "run", "render_avatars", {}).folder
    (folder / "worker.json").write_text(json.dumps({"machine": state._machine(), "process": 1}))
    append_event(folder, "starting", token="x")
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    follower = JobFollower(folder)
    follower.refresh()

    assert follower.state in (JobState.WAITING, JobState.RUNNING, JobState.LOST)
    assert follower.log() == []


def test_a_file_that_never_ends_is_not_read_whole(tmp_path: Path) -> None:
    with (tmp_path / "worker.json").open("wb") as file:
        file.truncate(1 << 36)
    assert read_worker(tmp_path) is None
    assert job_state(tmp_path) is JobState.WAITING
