import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from core.jobs import JOBS, serving, starting
from core.jobs.cluster import write_cluster
from core.jobs.commands import ask
from core.jobs.events import append_event
from core.jobs.job import Job
from core.jobs.queue import Entry, Queue, QueueContent
from core.jobs.runs import create_run
from core.jobs.serving import (
    Standing,
    ensure_serving,
    judge,
    outlooks,
    serve,
    serve_those_after,
)
from core.jobs.state import JobState, is_worked_on, job_state, occupied, read_worker
from core.reporting import SilentReporter
from tests.core.jobs import toy_worker

WAITING, RUNNING, FINISHED, FAILED, LOST, STOPPED = (
    JobState.WAITING, JobState.RUNNING, JobState.FINISHED, JobState.FAILED, JobState.LOST, JobState.STOPPED,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _toy_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "command", toy_worker.command)
    monkeypatch.setattr(serving, "command", toy_worker.serving_command)
    monkeypatch.setattr(serving, "slots", lambda: ("cpu",))
    monkeypatch.setattr(serving, "_EVERY_S", 0.05)
    for name, kind in toy_worker.SLOW.items():
        monkeypatch.setitem(JOBS, name, kind)


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Path]:
    """A runs folder, whose processes end with the test."""
    folder = tmp_path / "runs"
    folder.mkdir()
    yield folder
    for process in psutil.process_iter():
        try:
            is_ours = str(folder) in " ".join(process.cmdline()) or process.environ().get("LIKENESS_RUNS") == str(folder)
            if is_ours and process.pid != os.getpid():
                process.kill()
        except psutil.Error:
            continue


def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def standings(
    entries: list[Entry],
    states: dict[str, JobState | None],
    taken: dict[str, str] | None = None,
    present: tuple[str, ...] = ("cpu",),
) -> list[Standing]:
    return [one.standing for one in judge(QueueContent(tuple(entries)), states, taken or {}, present)]


def test_the_first_takes_the_slot_and_the_others_wait_for_it() -> None:
    entries = [Entry("a"), Entry("b"), Entry("c", slot="cuda:0")]
    states: dict[str, JobState | None] = dict.fromkeys("abc", WAITING)
    looks = judge(QueueContent(tuple(entries)), states, {}, ("cpu", "cuda:0"))

    assert [look.standing for look in looks] == ["next", "waiting", "next"]
    assert looks[1].text == "It waits for cpu, where “a” works."
    assert standings(entries, states, {"cpu": "x"}) == ["waiting", "waiting", "stuck"]


def test_a_run_on_several_gpus_takes_each_of_them() -> None:
    entries = [Entry("a", slot="cuda:0,1"), Entry("b", slot="cuda:1"), Entry("c", slot="cuda:2"), Entry("d", slot="cuda:2,7")]
    states: dict[str, JobState | None] = dict.fromkeys("abcd", WAITING)
    present = ("cpu", "cuda:0", "cuda:1", "cuda:2")
    looks = judge(QueueContent(tuple(entries)), states, {}, present)

    assert [look.standing for look in looks] == ["next", "waiting", "next", "stuck"]
    assert looks[3].text.startswith("This machine has no cuda:7;")
    assert standings(entries, states, {"cuda:1": "x"}, present)[0] == "waiting"


@pytest.mark.parametrize(
    ("entry", "state", "standing"),
    [
        (Entry("a"), WAITING, "next"),
        (Entry("a"), STOPPED, "next"),  # somebody queued it to go on
        (Entry("a"), FINISHED, "next"),  # with more time
        (Entry("a"), FAILED, "next"),
        (Entry("a"), LOST, "next"),
        (Entry("a"), RUNNING, "running"),
        (Entry("a"), JobState.STOPPING, "running"),
        (Entry("a"), None, "stuck"),
        (Entry("a", starts=1), FINISHED, "done"),
        (Entry("a", starts=1), FAILED, "stuck"),
        (Entry("a", starts=1), STOPPED, "stuck"),
        (Entry("a", starts=1), LOST, "next"),
        (Entry("a", starts=2), LOST, "stuck"),
        (Entry("a", starts=1), WAITING, "next"),  # the queue was killed between counting and starting
        (Entry("a", starts=2), WAITING, "stuck"),
        (Entry("a", starts=2), RUNNING, "running"),
        (Entry("a", starts=1, aside="x"), LOST, "stuck"),
        (Entry("a", starts=1, aside="x"), RUNNING, "running"),  # somebody started it all the same
        (Entry("a", starts=1, aside="x"), FINISHED, "done"),
    ],
)
def test_an_entry_stands_as_its_run_does(entry: Entry, state: JobState | None, standing: str) -> None:
    assert standings([entry], {"a": state}) == [standing]


@pytest.mark.parametrize(
    ("before", "state", "standing", "text"),
    [
        (None, FINISHED, "next", "It is next."),
        (None, RUNNING, "waiting", "It waits for “a”."),
        (None, FAILED, "stuck", "It waits for “a”: it is failed and not in the queue. Start or add it."),
        (None, WAITING, "stuck", "It waits for “a”: it is waiting and not in the queue. Start or add it."),
        (None, None, "stuck", "It waits for “a”: its folder is gone."),
        (Entry("a"), WAITING, "waiting", "It waits for “a”."),
        (Entry("a"), FINISHED, "waiting", "It waits for “a”."),  # which goes on
        (Entry("a", starts=1), FINISHED, "next", "It is next."),
        (Entry("a", starts=1), FAILED, "stuck", "It waits for “a”: It failed. Give it another turn, or remove it."),
        (Entry("a", starts=1), LOST, "waiting", "It waits for “a”."),
        (Entry("a", starts=1, aside="The disk is full."), LOST, "stuck", "It waits for “a”: The disk is full."),
        (Entry("a", after=("b",)), WAITING, "stuck", "It waits for “a”: It waits for “b”: they wait for each other"),
    ],
)
def test_an_entry_waits_for_others(before: Entry | None, state: JobState | None, standing: str, text: str) -> None:
    entries = [Entry("b", ("a",)), *([before] if before else [])]
    look = judge(QueueContent(tuple(entries)), {"a": state, "b": WAITING}, {}, ("cpu",))[0]

    assert (look.standing, look.text) == (standing, text)


def test_any_number_may_be_on_the_cluster_and_none_where_there_is_none() -> None:
    entries = [Entry("a", slot="ray"), Entry("b", slot="ray"), Entry("c")]
    states: dict[str, JobState | None] = dict.fromkeys("abc", WAITING)

    assert standings(entries, states, {"ray": "x"}, ("cpu", "ray")) == ["next", "next", "next"]
    look = judge(QueueContent(tuple(entries)), states, {}, ("cpu",))[0]
    assert (look.standing, look.text) == (Standing.STUCK, "There is no cluster in the settings; `jobs cluster` names one.")


def test_a_run_followed_on_the_cluster_leaves_the_processor_to_others(tmp_path: Path) -> None:
    far, near = (Job.begin(tmp_path / name, "pace", {}) for name in ("far", "near"))
    queue = Queue(tmp_path)
    queue.add("near")
    with occupied(far.folder, slot="ray"):
        assert [look.standing for look in outlooks(tmp_path)] == ["next"]
    with occupied(far.folder, slot=""):  # no GPU: on the processor
        assert [look.standing for look in outlooks(tmp_path)] == ["waiting"]
    assert near.folder.is_dir()


def test_one_that_waits_does_not_hold_up_those_behind_it() -> None:
    states: dict[str, JobState | None] = {"a": FAILED, "b": WAITING, "c": WAITING}

    assert standings([Entry("a", starts=1), Entry("b", ("a",)), Entry("c")], states) == ["stuck", "stuck", "next"]


@pytest.mark.parametrize(
    ("devices", "standing"),
    [(None, "waiting waiting next"), ("", "waiting next next"), ("0", "next waiting next"), ("0,1", "next waiting waiting"),
     ("GPU-8a", "next waiting waiting"), ("-1", "waiting next next")],
)  # fmt: skip
def test_a_run_in_a_terminal_takes_the_slots_that_it_sees(
    devices: str | None, standing: str, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    present = ("cpu", "cuda:0", "cuda:1")
    monkeypatch.setattr(serving, "slots", lambda: present)
    for name, slot in zip("abc", present, strict=True):
        create_run(runs, "pace", {}, name)
        Queue(runs).add(name, (), slot)
    terminal = create_run(runs, "pace", {}, "terminal").folder
    if devices is None:
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    else:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", devices)
    with occupied(terminal):
        assert " ".join(look.standing for look in outlooks(runs)) == standing
    assert " ".join(look.standing for look in outlooks(runs)) == "next next next"

    (terminal / "worker.json").write_text(json.dumps({"machine": "elsewhere/1"}))
    append_event(terminal, "started")

    assert is_worked_on(terminal)
    assert " ".join(look.standing for look in outlooks(runs)) == "next next next"  # it takes the slots of another machine


def attempts(folder: Path) -> list[list[str]]:
    path = folder / "attempts"
    return [line.split() for line in path.read_text().splitlines()] if path.exists() else []


def test_a_chain_is_worked_off_in_order(runs: Path) -> None:
    for name in ("first", "second", "third"):
        create_run(runs, "pace", {"steps": 3}, name)
    Queue(runs).add("third", ["second"])
    Queue(runs).add("second", ["first"])
    Queue(runs).add("first")

    assert serve(runs)
    assert Queue(runs).read() == QueueContent()
    assert [job_state(runs / name) for name in ("first", "second", "third")] == [FINISHED] * 3
    ends = [(runs / name / "checkpoint.json").stat().st_mtime for name in ("first", "second", "third")]
    assert ends == sorted(ends)
    assert [one[2:] for one in attempts(runs / "first")] == [[]] or attempts(runs / "first")[0][2:] == [""]
    # Other tests of this process may have children that live.
    assert [one for one in psutil.Process().children() if one.status() == psutil.STATUS_ZOMBIE] == []


def test_what_kills_its_process_twice_is_set_aside_and_what_waits_for_it_says_so(runs: Path) -> None:
    create_run(runs, "pace", {"steps": 9, "dies_at": 2}, "deadly")
    create_run(runs, "pace", {"steps": 9, "refuses_at": 2}, "hungry")
    create_run(runs, "pace", {"steps": 2}, "last")
    create_run(runs, "pace", {}, "waits")
    Queue(runs).add("deadly")
    Queue(runs).add("waits", ["deadly"])
    Queue(runs).add("hungry")
    Queue(runs).add("last")

    assert serve(runs)
    assert [(look.entry.run, look.entry.starts, look.standing, look.text) for look in outlooks(runs)] == [
        ("deadly", 2, "stuck", "Its process was killed 2 times, so it is set aside. Give it another turn, or remove it."),
        (
            "waits",
            0,
            "stuck",
            "It waits for “deadly”: Its process was killed 2 times, so it is set aside. Give it another turn, or remove it.",
        ),
        ("hungry", 1, "stuck", "It failed. Give it another turn, or remove it."),
    ]
    assert (len(attempts(runs / "deadly")), len(attempts(runs / "hungry")), len(attempts(runs / "last"))) == (2, 1, 1)
    assert not Queue(runs).read().is_served


def test_what_stands_in_its_way_sets_a_run_aside_before_it_starts(runs: Path) -> None:
    create_run(runs, "train_finder", {"labels": "nowhere"}, "a")
    create_run(runs, "count", {}, "b")
    (runs / "b" / "config.json").write_text("{")
    Queue(runs).add("a")
    Queue(runs).add("b")

    assert serve(runs)
    assert [look.text.partition(" is ")[2] for look in outlooks(runs)] == ["not there, which labels names.", ""]
    assert "config.json cannot be read" in outlooks(runs)[1].text
    assert [entry.starts for entry in Queue(runs).read().entries] == [1, 1]
    assert job_state(runs / "a") is WAITING


def test_of_a_run_for_the_cluster_nothing_is_looked_for_here(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "slots", lambda: ("cpu", "ray"))
    monkeypatch.setenv("LIKENESS_DATA", str(runs / "nowhere"))
    write_cluster({"address": "http://head:8265", "folder": "/mnt/team", "data": "/mnt/data"})
    started: list[Path] = []

    def start(folder: Path, _environment: object, *, elsewhere: bool) -> subprocess.Popen[bytes]:
        assert elsewhere
        started.append(folder)
        append_event(folder, "stopped")
        return subprocess.Popen(["true"])

    monkeypatch.setattr(serving, "start", start)
    create_run(runs, "label_faces", {}, "a")
    Queue(runs).add("a", slot="ray")

    assert serve(runs)
    assert started == [runs / "a"]


def test_a_paused_queue_starts_nothing(runs: Path) -> None:
    create_run(runs, "pace", {}, "a")
    Queue(runs).add("a")
    Queue(runs).pause()

    assert serve(runs)
    assert not ensure_serving(runs)
    assert job_state(runs / "a") is WAITING
    assert outlooks(runs)[0].text == "The queue is paused."


def test_a_process_works_it_off_alone_and_goes_by_itself(runs: Path) -> None:
    create_run(runs, "pace", {"steps": 2000}, "a")
    create_run(runs, "pace", {"steps": 2}, "b")

    assert not ensure_serving(runs)  # nothing to do

    Queue(runs).add("a")
    Queue(runs).add("b")

    assert ensure_serving(runs)
    ensure_serving(runs)
    until(lambda: attempts(runs / "a"))
    server = (read_worker(runs) or {})["process"]

    assert not ensure_serving(runs)
    assert not serve(runs)
    assert (read_worker(runs) or {})["process"] == server != os.getpid()
    assert [look.standing for look in outlooks(runs)] == ["running", "waiting"]

    ask(runs / "a", "stop")
    until(lambda: job_state(runs / "b") is FINISHED)
    until(lambda: not is_worked_on(runs))

    assert [(look.entry.run, look.text) for look in outlooks(runs)] == [
        ("a", "It was stopped. Give it another turn, or remove it.")
    ]
    assert (len(attempts(runs / "a")), len(attempts(runs / "b"))) == (1, 1)


def test_a_run_that_was_begun_past_the_queue_has_it_go_on_with_what_waited_for_it(runs: Path) -> None:
    first = create_run(runs, "pace", {"steps": 2, "pause_ms": 1}, "first")
    create_run(runs, "pace", {"steps": 2}, "second")
    append_event(first.folder, "stopped")
    Queue(runs).add("second", ["first"])

    assert serve(runs)  # which finds nothing that it could start
    assert outlooks(runs)[0].text == "It waits for “first”: it is stopped and not in the queue. Start or add it."

    assert first.run(SilentReporter())
    assert serve_those_after(first.folder)
    until(lambda: job_state(runs / "second") is FINISHED)
    until(lambda: not is_worked_on(runs))

    assert Queue(runs).read() == QueueContent()
    assert not serve_those_after(first.folder)


def test_killed_it_leaves_its_run_running_and_the_queue_paused(runs: Path) -> None:
    create_run(runs, "pace", {"steps": 150}, "a")
    create_run(runs, "pace", {"steps": 2}, "b")
    Queue(runs).add("a")
    Queue(runs).add("b")
    server = subprocess.Popen([sys.executable, toy_worker.__file__, "serve"], env={**os.environ, "LIKENESS_RUNS": str(runs)})
    until(lambda: attempts(runs / "a"))
    os.kill(server.pid, signal.SIGKILL)
    server.wait()

    assert job_state(runs / "a") is RUNNING
    assert (
        Queue(runs).read().reason == "The queue is paused because the process that works it off was killed. Resume it to go on."
    )
    assert serve(runs)  # which finds it so, and starts nothing
    assert Queue(runs).read().is_paused
    assert job_state(runs / "b") is WAITING

    Queue(runs).resume()

    assert serve(runs)
    assert [job_state(runs / name) for name in "ab"] == [FINISHED, FINISHED]
    assert (len(attempts(runs / "a")), len(attempts(runs / "b"))) == (1, 1)  # none was started again


def test_a_queue_that_cannot_be_written_pauses_itself(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.errors import FileNotWrittenError

    def refuse(*_: object) -> bool:
        raise FileNotWrittenError("queue.json was not written: No space left on device.")

    create_run(runs, "pace", {}, "a")
    Queue(runs).add("a")
    monkeypatch.setattr(serving, "_count", refuse)

    with pytest.raises(FileNotWrittenError):
        serve(runs)
    assert Queue(runs).read().reason == "The queue is paused. queue.json was not written: No space left on device."
