import math
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from rich.console import Console, RenderableType

from core.cli import jobs_view
from core.cli.jobs_details import clean, trend
from core.cli.jobs_view import Watched, live_picture
from core.cli.output import ExitCode
from core.cli.program import run
from core.jobs.events import append_event
from core.jobs.following import Curve, JobFollower
from core.jobs.job import Job
from core.jobs.state import occupied


@pytest.fixture
def workers() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def begin(runs: Path, name: str, workers: ExitStack | None = None) -> Path:
    folder = Job.begin(runs / name, "count", {}).folder
    if workers is not None:
        workers.enter_context(occupied(folder))
        append_event(folder, "started")
        append_event(folder, "progress", step=1, total=2)
        for step in range(40):
            append_event(folder, "measured", name="loss", value=math.exp(-step), step=step)
    return folder


def lines(picture: RenderableType, width: int, height: int) -> list[str]:
    console = Console(width=width, height=height, force_terminal=True, color_system=None, legacy_windows=False)
    with console.capture() as captured:
        console.print(picture)
    return captured.get().splitlines()


@pytest.mark.parametrize(("width", "height"), [(40, 10), (80, 12), (130, 12), (300, 30)])
@pytest.mark.parametrize("count", [0, 1, 9])
def test_picture_is_never_larger_than_the_terminal(
    width: int, height: int, count: int, tmp_path: Path, workers: ExitStack
) -> None:
    for number in range(count):
        begin(tmp_path, f"{number}-{'x' * number}"[:100], workers if number < 3 else None)
    watched = Watched(tmp_path)
    watched.look()
    shown = lines(live_picture(watched, width, height), width, height)

    assert len(shown) <= height
    assert max(map(len, shown)) <= width
    assert "q leaves" in shown[-1]
    named = [line for line in shown if line.partition("-")[0].isdigit()]
    hidden = sum(int(line.split()[1]) for line in shown if line.startswith("and "))
    assert len(named) + hidden == count
    if count:
        assert "50%" in named[0]
        assert "running" in named[0]
    if count and width >= 130:
        assert "█" in named[0]
        assert "━" in named[0]


def test_run_that_goes_is_forgotten_and_a_new_one_taken_up(tmp_path: Path, workers: ExitStack) -> None:
    old = begin(tmp_path, "old")
    watched = Watched(tmp_path)
    watched.look()
    shutil.rmtree(old)
    begin(tmp_path, "new", workers)
    watched.look()

    assert [follower.folder.name for follower in watched.followers] == ["new"]


def test_runs_at_rest_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: ExitStack) -> None:
    append_event(begin(tmp_path, "rests"), "finished")
    begin(tmp_path, "works", workers)
    watched = Watched(tmp_path)
    watched.look()
    read: list[str] = []
    refresh = JobFollower.refresh

    def told(follower: JobFollower) -> bool:
        read.append(follower.folder.name)
        return refresh(follower)

    monkeypatch.setattr(JobFollower, "refresh", told)
    watched.look()
    assert read == ["works"]

    append_event(tmp_path / "rests", "started")
    watched.look()
    assert "rests" in read


def test_trend_is_of_the_whole_curve() -> None:
    falling = Curve(list(range(1000)), [float(1000 - step) for step in range(1000)])

    assert trend(falling, 8) == "█▇▆▅▄▃▂▁"
    assert trend(Curve([1, 2, 3], [1.0, math.nan, 3.0]), 8) == "▁█"
    assert trend(Curve([1, 2], [2.0, 2.0]), 8) == "▁▁"
    assert trend(Curve([1], [2.0]), 8) == ""


def test_clean_leaves_nothing_that_steers_a_terminal() -> None:
    assert clean("größe “1”\t━") == "größe “1” ━"
    assert clean("\x1b[2J\x07\r\n\x9b\u202e") == "�[2J�����"


def test_watching_needs_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["jobs", "list", "--watch", "--runs", str(tmp_path)]) == ExitCode.FAILED
    assert "--watch needs a terminal." in capsys.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_watching_ends_with_q_and_leaves_the_terminal_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: ExitStack
) -> None:
    import pty
    import termios

    begin(tmp_path, "mine", workers)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(jobs_view, "EVERY_S", 0.05)
    ours, theirs = pty.openpty()
    said = bytearray()

    def person() -> None:
        while b"mine" not in said:
            said.extend(os.read(ours, 65536))
        os.write(ours, b"\x1b[A")  # an arrow is no Escape
        seen = len(said)
        while len(said) < seen + 500:
            said.extend(os.read(ours, 65536))
        os.write(ours, b"q")
        with os.fdopen(os.dup(ours), "rb", buffering=0) as rest:
            while b"\x1b[?1049l" not in said:
                said.extend(rest.read(65536))

    with os.fdopen(theirs, "r") as keyboard, os.fdopen(os.dup(theirs), "w") as screen:
        before = termios.tcgetattr(keyboard)
        monkeypatch.setattr(sys, "stdin", keyboard)
        monkeypatch.setattr(sys, "stdout", screen)
        watcher = threading.Thread(target=person, daemon=True)
        watcher.start()
        began = time.monotonic()
        jobs_view.watch(tmp_path)
        watcher.join(10)
        after = termios.tcgetattr(keyboard)

    assert time.monotonic() - began < 10
    assert after == before
    assert b"running" in said
    os.close(ours)


def test_watching_ends_with_control_c(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(tmp_path, "mine")
    console = Console(force_terminal=True, width=80, height=20)
    monkeypatch.setattr(jobs_view, "Console", lambda **_: console)

    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", interrupt)

    with console.capture() as captured:
        jobs_view.watch(tmp_path)
    assert "mine" in captured.get()
