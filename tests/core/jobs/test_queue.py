import json
import multiprocessing
from pathlib import Path

import pytest

from core.errors import FileNotWrittenError, JobError, SettingError
from core.jobs import queue, state
from core.jobs.queue import QUEUE, Entry, Queue, QueueContent
from core.jobs.runs import create_run
from core.jobs.state import occupied


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    for name in "abcd":
        create_run(tmp_path, "count", {}, name)
    return tmp_path


def order(runs: Path) -> str:
    return "".join(entry.run for entry in Queue(runs).read().entries)


def test_a_queue_that_nobody_used_is_empty(tmp_path: Path) -> None:
    assert Queue(tmp_path / "gone").read() == QueueContent()
    assert not (tmp_path / "gone").exists()


def test_runs_are_added_moved_and_removed(runs: Path) -> None:
    for name in "abcd":
        Queue(runs).add(name)

    assert order(runs) == "abcd"

    for run, place, expected in (("d", 0, "dabc"), ("d", 2, "abdc"), ("a", 99, "bdca"), ("c", -3, "cbda")):
        Queue(runs).move(run, place)

        assert order(runs) == expected

    Queue(runs).remove("b")

    assert order(runs) == "cda"


def test_what_was_said_of_a_run_is_kept(runs: Path) -> None:
    Queue(runs).add("a")
    Queue(runs).add("b", ["a", "c", "a"], "cuda:1")

    assert Queue(runs).read().entries == (Entry("a"), Entry("b", ("a", "c"), "cuda:1"))
    assert json.loads((runs / QUEUE).read_text())["entries"][1]["after"] == ["a", "c"]


def test_a_run_is_in_the_queue_once(runs: Path) -> None:
    Queue(runs).add("a")

    with pytest.raises(JobError, match="“a” is in the queue already"):
        Queue(runs).add("a")
    for verb in (lambda: Queue(runs).move("b", 0), lambda: Queue(runs).remove("b"), lambda: Queue(runs).retry("b")):
        with pytest.raises(JobError, match="“b” is not in the queue"):
            verb()
    assert order(runs) == "a"


@pytest.mark.parametrize(
    ("run", "after", "slot", "sentence"),
    [
        ("x", [], "cpu", "There is no run “x”"),
        ("a", ["x"], "cpu", "There is no run “x”"),
        ("../a", [], "cpu", "cannot be the name"),
        ("a", ["../b"], "cpu", "cannot be the name"),
        ("a", [], "gpu", "There is no slot “gpu”"),
        ("a", [], "cuda:-1", "There is no slot"),
        ("a", [], "cuda:0,", "There is no slot"),
        ("a", ["a"], "cpu", "would wait for each other"),
    ],
)
def test_what_makes_no_sense_is_refused(run: str, after: list[str], slot: str, sentence: str, runs: Path) -> None:
    with pytest.raises(SettingError, match=sentence):
        Queue(runs).add(run, after, slot)
    assert order(runs) == ""


def test_runs_cannot_wait_for_each_other_by_way_of_others(runs: Path) -> None:
    Queue(runs).add("a", ["b"])
    Queue(runs).add("b", ["c"])
    Queue(runs).add("d", ["a"])

    with pytest.raises(SettingError, match="“c” cannot wait for “d”: they would wait for each other"):
        Queue(runs).add("c", ["d"])
    Queue(runs).add("c")

    assert order(runs) == "abdc"


def test_paused_resumed_and_given_another_turn(runs: Path) -> None:
    Queue(runs).add("a")
    Queue(runs).pause("Lunch.")
    Queue(runs).change(lambda content: content.replace(Entry("a", starts=2, aside="It is broken.")))

    assert Queue(runs).read() == QueueContent((Entry("a", starts=2, aside="It is broken."),), is_paused=True, reason="Lunch.")

    Queue(runs).resume()
    Queue(runs).retry("a")

    assert Queue(runs).read() == QueueContent((Entry("a"),))


def test_a_crash_pauses_it_until_it_is_resumed(runs: Path) -> None:
    Queue(runs).add("a")
    with occupied(runs):
        Queue(runs).change(lambda content: QueueContent(content.entries, is_served=True))

        assert not Queue(runs).read().is_paused

        Queue(runs).resume()

        assert Queue(runs).read().is_served  # by a process that lives

    content = Queue(runs).read()

    assert (content.is_paused, content.reason) == (
        True,
        "The queue is paused because the process that works it off was killed. Resume it to go on.",
    )

    Queue(runs).add("b")

    assert Queue(runs).read().is_paused

    Queue(runs).resume()

    assert Queue(runs).read() == QueueContent((Entry("a"), Entry("b")))


def test_a_restart_of_the_machine_is_told(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Queue(runs).add("a")
    Queue(runs).change(lambda content: QueueContent(content.entries, is_served=True))
    with occupied(runs):
        pass
    (runs / "heartbeat").unlink()
    monkeypatch.setattr(state, "_machine", lambda: "here/another-boot")

    assert Queue(runs).read().reason == "The queue is paused because the machine went down. Resume it to go on."


def test_a_crash_over_an_empty_queue_is_none(runs: Path) -> None:
    Queue(runs).change(lambda _content: QueueContent(is_served=True))

    assert not Queue(runs).read().is_paused


@pytest.mark.parametrize(
    "text", ["", "[]", '{"entries": 3}', '{"entries": [{"run": "../../etc"}]}', '{"entries": [{"run": "a", "after": ["/"]}]}']
)
def test_a_damaged_queue_is_told_and_not_overwritten(text: str, runs: Path) -> None:
    (runs / QUEUE).write_text(text)

    for verb in (Queue(runs).read, lambda: Queue(runs).add("a"), Queue(runs).pause):
        with pytest.raises(JobError, match=r"queue\.json cannot be read: .*\. Remove it to begin with an empty queue\."):
            verb()
    assert (runs / QUEUE).read_text() == text


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(FileNotWrittenError, match="cannot be changed"):
        Queue(tmp_path / "file").pause()


def test_one_who_does_not_let_go_is_told(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_PATIENCE_S", 0.05)

    def inside(content: QueueContent) -> QueueContent:
        Queue(runs).pause()
        return content

    with pytest.raises(JobError, match="being changed by another process"):
        Queue(runs).change(inside)


def _count_up(runs: Path, times: int) -> None:
    def once(content: QueueContent) -> QueueContent:
        (entry,) = content.entries
        return content.replace(Entry(entry.run, starts=entry.starts + 1))

    for _ in range(times):
        Queue(runs).change(once)


def test_no_change_is_lost_among_several_processes(runs: Path) -> None:
    Queue(runs).add("a")
    processes = [multiprocessing.get_context("spawn").Process(target=_count_up, args=(runs, 8)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert Queue(runs).read().entries == (Entry("a", starts=16),)
