import json
import os
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

import bootstrap
import core.cli.train
from core.cli.output import ExitCode
from core.cli.program import run
from core.cli.train import TerminalReporter
from core.configs import TrainFinderConfig
from core.jobs import JOBS, JobKind, serving
from core.jobs.events import append_event
from core.jobs.job import Job
from core.jobs.queue import Queue
from tests.core.jobs import toy_stages


@pytest.fixture(autouse=True)
def toy_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, kind in toy_stages.JOBS.items():
        monkeypatch.setitem(JOBS, name, kind)


def test_stage_runs_here_and_says_where_everything_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "run"

    assert run(["train", "count", "--run", str(folder), "--set", "steps=3"]) == ExitCode.DONE
    assert f"Everything is in {folder}" in capsys.readouterr().err
    assert json.loads((folder / "checkpoint.json").read_text()) == 3


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["counts"], ExitCode.USAGE, "There is no stage “counts”"),
        (["count", "--set", "steps"], ExitCode.USAGE, "“steps” is not of the form key=value."),
        (["count", "--set", "stepz=1"], ExitCode.USAGE, "There is no setting “stepz”"),
        (["count", "--config", "/nowhere.json"], ExitCode.USAGE, "/nowhere.json cannot be read"),
        (["refuse"], ExitCode.FAILED, "There is no data. Make some."),
    ],
)
def test_failure_is_a_sentence(
    arguments: list[str], code: ExitCode, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["train", *arguments, "--run", str(tmp_path / "run")]) == code
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said


def test_folders_in_settings_are_kept_with_whole_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(JOBS, "refuse", JobKind("Refuse", TrainFinderConfig, toy_stages.JOBS["refuse"].function))
    monkeypatch.chdir(tmp_path)

    assert run(["train", "refuse", "--run", "run", "--set", "labels=there/labels"]) == ExitCode.FAILED
    assert json.loads((tmp_path / "run" / "config.json").read_text())["config"]["labels"] == str(tmp_path / "there" / "labels")


def test_what_waits_in_the_queue_for_a_run_is_served_when_it_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served: list[Path] = []
    monkeypatch.setattr(serving, "ensure_serving", served.append)
    monkeypatch.chdir(tmp_path)
    for name in ("first", "second", "alone"):
        Job.begin(tmp_path / name, "count", {})
    append_event(tmp_path / "first", "stopped")
    Queue(tmp_path).add("second", ["first"])

    assert run(["train", "count", "--run", "alone"]) == ExitCode.DONE
    assert run(["train", "refuse", "--run", "refused"]) == ExitCode.FAILED
    assert served == []
    assert run(["train", "count", "--run", "first"]) == ExitCode.DONE
    assert served == [tmp_path]

    (tmp_path / "queue.json").write_text("{")

    assert run(["train", "count", "--run", "second"]) == ExitCode.DONE
    assert "queue.json cannot be read" in capsys.readouterr().err


INTERRUPTED = """
import sys, time
from core.cli import train
from core.cli.program import run
from core.configs import TrainFinderConfig
from core.jobs import JOBS, JobKind, serving
from core.jobs.events import append_event
from core.jobs.job import Job
from core.jobs.queue import Queue
from tests.core.jobs import toy_stages

train.ECHO_S = float(sys.argv[2])

def slowly(config, folder, reporter):
    (folder / "begun").touch()
    while not reporter.should_stop():
        time.sleep(0.01)
    (folder / "asked").touch()
    time.sleep(float(sys.argv[3]))
    (folder / "saved").touch()

toy_stages.count = slowly
JOBS.update(toy_stages.JOBS)
sys.exit(run(["train", "count", "--run", sys.argv[1]]))
"""


def start(folder: Path, echo_s: float, saving_s: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", INTERRUPTED, str(folder), str(echo_s), str(saving_s)]
    return subprocess.Popen(command, cwd=bootstrap.ROOT, stderr=subprocess.PIPE, text=True)


def interrupt_when(path: Path, process: subprocess.Popen[str], number: signal.Signals = signal.SIGINT) -> None:
    for _ in range(3000):
        if path.exists():
            break
        time.sleep(0.01)
    process.send_signal(number)


@pytest.mark.skipif(os.name != "posix", reason="interrupts by signal")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_stops_with_a_checkpoint_and_says_how_to_go_on(number: signal.Signals, tmp_path: Path) -> None:
    with start(tmp_path, 60, 0.3) as process:
        interrupt_when(tmp_path / "begun", process, number)
        interrupt_when(tmp_path / "asked", process, number)  # the echo that `timeout` sends
        _, said = process.communicate()

    assert process.returncode == ExitCode.FAILED
    assert (tmp_path / "saved").exists()
    assert said.count("with a checkpoint") == 1
    assert "The same command goes on from here." in said
    assert "Traceback" not in said


@pytest.mark.skipif(os.name != "posix", reason="interrupts by signal")
def test_second_interrupt_ends_at_once(tmp_path: Path) -> None:
    with start(tmp_path, 0, 60) as process:
        interrupt_when(tmp_path / "begun", process)
        interrupt_when(tmp_path / "asked", process)
        _, said = process.communicate()

    assert process.returncode != ExitCode.DONE
    assert not (tmp_path / "saved").exists()
    assert "Traceback" not in said
    assert json.loads((tmp_path / "events.jsonl").read_text().splitlines()[-1])["event"] == "failed"


def test_the_line_of_a_terminal_has_room_for_one_number(monkeypatch: pytest.MonkeyPatch) -> None:
    console = Console(file=StringIO(), width=80, force_terminal=True)
    monkeypatch.setattr(core.cli.train, "terminal", console)
    with TerminalReporter("Train the networks that read faces") as reporter:
        reporter.progress(1234, 10_000)
        for name in ("labels/faces", "finder/loss", "finder/found", "finder/extra"):
            reporter.measure(name, 0.25, 1)

    assert isinstance(console.file, StringIO)
    (*_, line) = (one for one in console.file.getvalue().splitlines() if "%" in one)
    assert "12%" in line
    assert "loss 0.25" in line
    assert "found" not in line
