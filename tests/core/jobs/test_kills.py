"""kill -9 of workers, of the queue and of readers at random points: what was shown stays, and nothing is done twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from core.jobs import JOBS, serving, starting
from core.jobs.events import EventReader
from core.jobs.queue import Queue
from core.jobs.runs import create_run, list_runs
from core.jobs.serving import Standing, outlooks
from core.jobs.state import JobState, job_state
from tests.core.jobs import toy_worker

KILLS = int(os.environ.get("LIKENESS_KILLS", "200"))
SEED = int(os.environ.get("LIKENESS_KILLS_SEED", "20261121"))
STEPS = 80


class Scene:
    """A runs folder with a queue, somebody who works it off, and somebody who reads."""

    def __init__(self, folder: Path) -> None:
        self.runs = folder / "runs"
        self.runs.mkdir()
        self.shown = folder / "shown"
        self.shown.mkdir()
        self.queue = Queue(self.runs)
        self.server: subprocess.Popen[bytes] | None = None
        self.reader = self._read()
        self.made = 0

    def add(self) -> None:
        """One more run; every other one waits for the one before it."""
        name = f"run-{self.made:03d}"
        create_run(self.runs, "pace", {"steps": STEPS, "pause_ms": 4}, name)
        self.queue.add(name, [f"run-{self.made - 1:03d}"] if self.made % 2 else [])
        self.made += 1

    def go_on(self) -> None:
        """What a person does: resume, give another turn, start again what is gone."""
        if self.server is None or self.server.poll() is not None:
            if self.queue.read().is_paused:
                self.queue.resume()
            for look in outlooks(self.runs):
                if look.standing is Standing.STUCK and look.entry.starts:
                    self.queue.retry(look.entry.run)
            self.server = subprocess.Popen(
                [sys.executable, toy_worker.__file__, "serve"],
                env={**os.environ, "LIKENESS_RUNS": str(self.runs)},
                stdin=subprocess.DEVNULL,
            )
        if self.reader.poll() is not None:
            self.reader = self._read()

    def settle(self) -> float:
        """Seconds that it takes from starting a queue to the first step of its first run: the span in which to kill."""
        self.add()
        began = time.monotonic()
        self.go_on()
        while not (self.runs / "run-000" / "attempts").exists():
            assert time.monotonic() - began < 60
            time.sleep(0.02)
        return min(time.monotonic() - began, 6.0)

    def kill(self, which: str) -> bool:
        """kill -9; whether there was anybody."""
        if which == "worker":
            workers = self.workers()
            for process in workers:
                process.kill()
            return bool(workers)
        process = self.server if which == "queue" else self.reader
        if process is None or process.poll() is not None:
            return False
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        if which == "queue" and self.queue.read().is_served:
            content = self.queue.read()

            assert content.is_paused or not content.entries
        return True

    def workers(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter():
            try:
                line = process.cmdline()
            except psutil.Error:
                continue
            if "train" in line and any(word.startswith(str(self.runs)) for word in line):
                found.append(process)
        return found

    def end(self) -> None:
        for process in (self.server, self.reader):
            if process is not None:
                process.kill()
                process.wait()
        for worker in self.workers():
            worker.kill()

    def _read(self) -> subprocess.Popen[bytes]:
        output = self.shown / f"{len(list(self.shown.iterdir())):03d}"
        output.touch()
        return subprocess.Popen([sys.executable, toy_worker.__file__, "read", str(self.runs), str(output)])


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setattr(starting, "command", toy_worker.command)
    monkeypatch.setattr(serving, "slots", lambda: ("cpu",))
    for name, kind in toy_worker.SLOW.items():
        monkeypatch.setitem(JOBS, name, kind)
    made = Scene(tmp_path.resolve())
    yield made
    made.end()


def events_of(folder: Path) -> tuple[list[dict[str, Any]], int]:
    reader = EventReader(folder)
    return reader.read(1 << 30), reader.skipped


def check_run(folder: Path) -> None:
    """The run was worked on by one process at a time, each going on from a whole checkpoint, until it was finished once."""
    events, skipped = events_of(folder)
    attempts = [line.split() for line in (folder / "attempts").read_text().splitlines()]
    begins = iter([int(attempt[1]) for attempt in attempts])
    step, best = 0, 0
    for event in events:
        if event["event"] == "started":
            step = -1
        elif event["event"] == "measured":
            step = next(begin for begin in begins if begin + 1 == event["step"]) + 1 if step == -1 else step + 1
            best = max(best, step)

            assert event["step"] == step
    turns = [event["event"] for event in events if event["event"] in ("started", "finished", "failed", "stopped")]

    assert skipped <= turns.count("started")  # the system may cut the line of a killed process short where it crosses a page
    assert best == STEPS
    assert (turns.count("finished"), turns[-1], set(turns)) == (1, "finished", {"started", "finished"})
    assert len({attempt[0] for attempt in attempts}) == len(attempts) <= turns.count("started")
    assert json.loads((folder / "checkpoint.json").read_bytes()) == {"done": STEPS, "filler": "x" * 4096}


def check_shown(scene: Scene) -> int:
    """Whatever a reader showed is still there, in the same order; how much it was."""
    written = {folder.name: events_of(folder)[0] for folder in list_runs(scene.runs)}
    count = 0
    for path in scene.shown.iterdir():
        seen: dict[str, list[Any]] = {}
        for line in path.read_bytes().split(b"\n")[:-1]:
            name, event = json.loads(line)
            seen.setdefault(name, []).append(event)
        for name, events in seen.items():
            assert events == written[name][: len(events)]
        count += sum(map(len, seen.values()))
    return count


@pytest.mark.slow
def test_whatever_is_killed_no_event_is_lost_and_no_run_is_done_twice(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    rng = random.Random(SEED)
    killed = dict.fromkeys(("worker", "queue", "reader"), 0)
    pace = scene.settle()
    while sum(killed.values()) < KILLS:
        if len(scene.queue.read().entries) < 2:
            scene.add()
        which = rng.choice(list(killed))
        scene.go_on()
        while which == "worker" and not scene.workers():
            if len(scene.queue.read().entries) < 2:
                scene.add()
            scene.go_on()
            time.sleep(0.05)
        time.sleep(rng.uniform(0.0, pace))
        killed[which] += scene.kill(which)
        for folder in list_runs(scene.runs):
            if (folder / "checkpoint.json").exists():
                assert json.loads((folder / "checkpoint.json").read_bytes())["done"] <= STEPS
    deadline = time.monotonic() + 300
    while any(job_state(folder) is not JobState.FINISHED for folder in list_runs(scene.runs)):
        assert time.monotonic() < deadline
        scene.go_on()
        time.sleep(0.2)
    time.sleep(0.5)
    for folder in list_runs(scene.runs):
        check_run(folder)

    shown, attempts = (
        check_shown(scene),
        sum(len((folder / "attempts").read_bytes().split(b"\n")) - 1 for folder in list_runs(scene.runs)),
    )
    with capsys.disabled():
        sys.stdout.write(
            f"\n{killed} killed, {scene.made} runs finished in {attempts} attempts, {shown} events shown, none lost\n"
        )

    assert shown > 10 * KILLS
    assert min(killed.values()) > KILLS // 10
