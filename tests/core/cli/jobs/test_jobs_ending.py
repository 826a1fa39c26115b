"""How runs end at once and are removed."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import bootstrap
from core.cli.output import ExitCode
from core.cli.program import run
from core.jobs.events import EVENTS
from core.jobs.job import CONFIG
from core.jobs.state import JobState, job_state
from tests.core.cli.jobs.seen import Make, Said, read


@pytest.mark.parametrize("answer", [True, False])
def test_remove_asks_and_deletes(answer: bool, make: Make, runs: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said) -> None:
    make("a", JobState.STOPPED)
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n" if answer else "n\n"))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)

    assert run(["jobs", "remove", "a"]) == (ExitCode.DONE if answer else ExitCode.FAILED)
    assert "a: 0.0 MB, it was stopped." in capsys.readouterr().err
    assert [path.name for path in runs.iterdir()] == ([] if answer else ["a"])


def test_remove_refuses_a_running_run_and_follows_no_link(make: Make, runs: Path, tmp_path: Path, capsys: Said) -> None:
    running, other = make("a", JobState.RUNNING), make("b", JobState.LOST)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "photo").touch()
    (other / "link").symlink_to(outside)
    (outside / CONFIG).write_text("{}")
    (runs / "linked").symlink_to(outside)

    assert run(["jobs", "remove", "a", "b", "--yes"]) == ExitCode.FAILED
    assert "a: a is running. Stop it first." in capsys.readouterr().err
    assert running.exists()
    assert not other.exists()
    assert run(["jobs", "remove", "linked", "--yes"]) == ExitCode.USAGE
    assert (outside / "photo").exists()


WORKER = """
import subprocess, sys, time
from pathlib import Path
from core.jobs.events import append_event
from core.jobs.state import occupied

folder = Path(sys.argv[1])
with occupied(folder):
    append_event(folder, "started")
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    (folder / "child").write_text(str(child.pid))
    time.sleep(600)
"""


@pytest.mark.skipif(os.name != "posix", reason="looks for processes by signal")
def test_stop_now_ends_the_process_and_what_it_started_and_says_what_is_lost(make: Make, capsys: Said) -> None:
    folder = make("a")
    worker = subprocess.Popen([sys.executable, "-c", WORKER, str(folder)], cwd=bootstrap.ROOT)
    try:
        while not ((folder / "child").exists() and (folder / "child").read_text()):
            time.sleep(0.02)
        checkpoint = folder / "checkpoints" / "step-000000001.safetensors"
        checkpoint.parent.mkdir()
        checkpoint.touch()
        os.utime(checkpoint, (time.time() - 600, time.time() - 600))

        assert run(["jobs", "stop", "--now", "a"]) == ExitCode.DONE
        said = capsys.readouterr().err
        assert "a: the last 10 min, since its newest checkpoint, will be lost." in said
        assert worker.wait() == -signal.SIGKILL
        event = json.loads((folder / EVENTS).read_text().splitlines()[-1])
        assert (event["event"], event["cause"]) == ("failed", "interrupted")
        status = Path(f"/proc/{(folder / 'child').read_text()}/status")
        until = time.monotonic() + 10
        while status.exists() and "zombie" not in status.read_text() and time.monotonic() < until:
            time.sleep(0.01)
        assert not status.exists() or "zombie" in status.read_text()
    finally:
        worker.kill()
    assert run(["jobs", "stop", "--now", "a"]) == ExitCode.FAILED
    assert "not running: it failed." in capsys.readouterr().err


def test_stop_now_ends_no_process_of_another_machine(make: Make, capsys: Said) -> None:
    folder = make("a", JobState.RUNNING)
    told = json.loads((folder / "worker.json").read_text())
    (folder / "worker.json").write_text(json.dumps(told | {"machine": "other/boot", "host": "other"}))

    assert run(["jobs", "stop", "--now", "a"]) == ExitCode.FAILED
    assert "runs on other." in capsys.readouterr().err


@pytest.mark.slow
def test_job_is_started_for_real_and_its_failure_told(runs: Path, tmp_path: Path, capsys: Said) -> None:
    (tmp_path / "photos").mkdir()
    arguments = ["prepare_faces", "--name", "mine", "--set", f"photos={tmp_path / 'photos'}", "--runs", str(runs), "--json"]
    command = [sys.executable, "main.py", "jobs", "start", *arguments]
    done = subprocess.run(command, cwd=bootstrap.ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["done"] == "queued"
    while job_state(runs / "mine") in (JobState.WAITING, JobState.RUNNING):
        time.sleep(0.2)

    assert run(["jobs", "show", "mine", "--runs", str(runs), "--json"]) == ExitCode.DONE
    row = read(capsys)
    assert row["state"] == "failed"
    assert str(tmp_path / "photos") in row["failure"]["text"]
    assert row["log"]
