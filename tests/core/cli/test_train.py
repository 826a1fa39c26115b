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
from core.jobs import JOBS
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


INTERRUPTED = """
import sys, time
from core.cli.program import run
from core.jobs import JOBS
from tests.core.jobs import toy_stages

def slowly(config, folder, reporter):
    (folder / "begun").touch()
    for step in range(1000):
        if reporter.should_stop():
            (folder / "saved").touch()
            return
        time.sleep(0.01)

toy_stages.count = slowly
JOBS.update(toy_stages.JOBS)
sys.exit(run(["train", "count", "--run", sys.argv[1]]))
"""


@pytest.mark.skipif(os.name != "posix", reason="interrupts by signal")
def test_interrupt_stops_with_a_checkpoint_and_says_how_to_go_on(tmp_path: Path) -> None:
    command = [sys.executable, "-c", INTERRUPTED, str(tmp_path)]
    with subprocess.Popen(command, cwd=bootstrap.ROOT, stderr=subprocess.PIPE, text=True) as process:
        for _ in range(2000):
            if (tmp_path / "begun").exists():
                break
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate()

    assert process.returncode == ExitCode.FAILED
    assert (tmp_path / "saved").exists()
    assert "with a checkpoint" in said
    assert "The same command goes on from here." in said
    assert "Traceback" not in said
