import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QFile
from pytestqt.qtbot import QtBot

from app.state import jobs as module
from app.state.jobs import Jobs
from app.state.runs_reader import Detail
from core.errors import FileNotWrittenError, JobError
from core.jobs import JOBS
from core.jobs.commands import is_asked
from core.jobs.events import append_event
from core.jobs.job import Job
from core.jobs.queue import Entry, Queue
from core.jobs.state import JobState, occupied
from core.reporting import SilentReporter
from tests.core.jobs import toy_stages


@pytest.fixture(autouse=True)
def _toys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, kind in toy_stages.JOBS.items():
        monkeypatch.setitem(JOBS, name, kind)


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def jobs(runs: Path) -> Iterator[Jobs]:
    state = Jobs(runs)
    yield state
    state.close()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Folders whose start was asked for; nothing is started."""
    folders: list[Path] = []

    def start(folder: Path, *_where: object, **_how: object) -> Started:
        folders.append(folder)
        return Started()

    monkeypatch.setattr(module, "start", start)
    return folders


class Started:
    """A process that ends at once."""

    returncode = 0

    def poll(self) -> int:
        return 0


def finished(runs: Path, name: str, steps: int = 2) -> Path:
    Job.begin(runs / name, "count", {"steps": steps}).run(SilentReporter())
    return runs / name


def begun(runs: Path, name: str) -> Path:
    return Job.begin(runs / name, "count", {}).folder


def never(error: Exception) -> None:
    raise AssertionError from error


def test_no_runs_are_told_apart_from_runs_not_read_yet(qtbot: QtBot, runs: Path) -> None:
    jobs = Jobs(runs)
    before = jobs.was_read
    with qtbot.waitSignal(jobs.changed):
        pass
    jobs.close()

    assert (before, jobs.was_read) == (False, True)
    assert jobs.glances == ()


def test_runs_come_change_and_go_as_their_folders_do(qtbot: QtBot, jobs: Jobs, runs: Path) -> None:
    folder = begun(runs, "one")
    qtbot.waitUntil(lambda: [one.state for one in jobs.glances] == [JobState.WAITING])
    Job.open(folder).run(SilentReporter())
    qtbot.waitUntil(lambda: [one.state for one in jobs.glances] == [JobState.FINISHED])
    folder.rename(runs.parent / "elsewhere")
    qtbot.waitUntil(lambda: jobs.glances == ())


def test_two_windows_agree(qtbot: QtBot, jobs: Jobs, runs: Path) -> None:
    other = Jobs(runs)
    folder = finished(runs, "one")
    with occupied(folder):
        qtbot.waitUntil(lambda: [one.state for one in jobs.glances] == [JobState.RUNNING])
        other.ask(folder, "stop", never)
        qtbot.waitUntil(lambda: [one.state for one in jobs.glances] == [JobState.STOPPING])
    qtbot.waitUntil(lambda: bool(jobs.glances) and jobs.glances == other.glances)
    other.close()


def test_detail_of_the_followed_run_grows_with_it(qtbot: QtBot, jobs: Jobs, runs: Path) -> None:
    folder = finished(runs, "one", steps=3)
    details: list[Detail] = []
    jobs.followed.connect(details.append)
    jobs.follow(folder)
    qtbot.waitUntil(lambda: bool(details) and "loss" in details[-1].curves)
    early = details[-1]
    np.testing.assert_array_equal(early.curves["loss"][0], [1, 2, 3])
    np.testing.assert_allclose(early.curves["loss"][1], [1, 1 / 2, 1 / 3])
    append_event(folder, "measured", name="loss", value=0.25, step=4)
    qtbot.waitUntil(lambda: len(details[-1].curves["loss"][0]) == 4)

    assert len(early.curves["loss"][0]) == 3
    assert [sample.path.name for sample in details[-1].samples] == ["last-000000003.png"]
    number = len(details)
    qtbot.wait(2500)
    assert len(details) == number  # nothing new, nothing said


def test_wishes_become_files_and_what_fails_is_told(qtbot: QtBot, jobs: Jobs, runs: Path) -> None:
    folder = begun(runs, "one")
    jobs.ask(folder, "checkpoint", never)
    qtbot.waitUntil(lambda: is_asked(folder, "checkpoint"))
    errors: list[Exception] = []
    jobs.ask(runs / "gone", "stop", errors.append)
    qtbot.waitUntil(lambda: bool(errors))

    assert isinstance(errors[0], FileNotWrittenError)


def test_created_job_is_started_with_its_settings(qtbot: QtBot, jobs: Jobs, runs: Path, started: list[Path]) -> None:
    made: list[Path] = []
    jobs.create(("count", {"steps": "7", "is_fast": "false"}), Entry("mine"), False, made.append, never)
    qtbot.waitUntil(lambda: bool(made))

    assert made == started == [runs / "mine"]
    assert Job.open(runs / "mine").config == toy_stages.CountConfig(steps=7, is_fast=False)
    errors: list[Exception] = []
    jobs.create(("count", {}), Entry("mine"), False, made.append, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert "already" in str(errors[0])


@pytest.mark.parametrize(("slot", "sees", "is_elsewhere"), [("cpu", "", False), ("cuda:1", "1", False), ("ray", "", True)])
def test_created_job_is_started_where_it_is_to_work(
    qtbot: QtBot, jobs: Jobs, monkeypatch: pytest.MonkeyPatch, slot: str, sees: str, is_elsewhere: bool
) -> None:
    asked: list[tuple[dict[str, str], bool]] = []

    def start(_folder: Path, environment: dict[str, str], *, elsewhere: bool) -> Started:
        asked.append((environment, elsewhere))
        return Started()

    monkeypatch.setattr(module, "start", start)
    made: list[Path] = []
    jobs.create(("count", {}), Entry("mine", slot=slot), False, made.append, never)
    qtbot.waitUntil(lambda: bool(made))

    assert asked == [({"CUDA_VISIBLE_DEVICES": sees}, is_elsewhere)]


def test_job_that_the_queue_refuses_leaves_no_folder(qtbot: QtBot, jobs: Jobs, runs: Path) -> None:
    errors: list[Exception] = []
    jobs.create(("count", {}), Entry("mine", ("gone",)), True, never, errors.append)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: bool(errors))

    assert "gone" in str(errors[0])
    assert not (runs / "mine").exists()


def test_runs_in_line_are_moved_past_each_other_and_never_past_one_that_runs(qtbot: QtBot, jobs: Jobs, runs: Path) -> None:
    for name in ("at-work", "one", "two", "three", "idle"):
        begun(runs, name)
    queue = Queue(runs)
    for name in ("at-work", "one", "two", "three"):
        queue.add(name)
    with occupied(runs / "at-work"):
        jobs.look()
        qtbot.waitUntil(lambda: jobs.queue.line == ("one", "two", "three"))
        assert [glance.name for glance in jobs.glances] == ["at-work", "one", "two", "three", "idle"]
        assert [sorted(jobs.queue.moves(runs / name)) for name in ("at-work", "one", "two", "three", "idle")] == [
            [], [1], [-1, 1], [-1], [],
        ]  # fmt: skip
        jobs.move(runs / "three", -1, never)
        qtbot.waitUntil(lambda: jobs.queue.line == ("one", "three", "two"))
        jobs.move(runs / "one", -1, never)  # is the first already
        jobs.move(runs / "one", 1, never)
        qtbot.waitUntil(lambda: jobs.queue.line == ("three", "one", "two"))
        errors: list[Exception] = []
        jobs.move(runs / "at-work", 1, errors.append)
        qtbot.waitUntil(lambda: bool(errors))

    assert [entry.run for entry in queue.read().entries] == ["at-work", "three", "one", "two"]
    assert "does not wait" in str(errors[0])


def test_run_that_is_removed_waits_no_more(
    qtbot: QtBot, jobs: Jobs, runs: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(QFile, "moveToTrash", lambda path: bool(Path(path).rename(tmp_path / "trash")))
    folder = begun(runs, "one")
    Queue(runs).add("one")
    jobs.remove(folder, never)
    qtbot.waitUntil(lambda: Queue(runs).read().entries == ())

    assert not folder.exists()


def test_remedy_changes_settings_before_it_resumes(qtbot: QtBot, jobs: Jobs, runs: Path, started: list[Path]) -> None:
    folder = begun(runs, "one")
    jobs.resume(folder, {"steps": 9}, never)
    qtbot.waitUntil(lambda: bool(started))

    assert json.loads((folder / "config.json").read_text())["config"]["steps"] == 9


def test_run_goes_on_on_the_slot_that_it_worked_on(qtbot: QtBot, jobs: Jobs, runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where: list[object] = []

    def start(_folder: Path, environment: object, *, elsewhere: bool) -> Started:
        where.append((environment, elsewhere))
        return Started()

    monkeypatch.setattr(module, "start", start)
    monkeypatch.setattr(module, "ensure_serving", lambda _: False)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    folder = begun(runs, "one")
    with occupied(folder):
        pass
    jobs.resume(folder, {}, never)
    qtbot.waitUntil(lambda: where == [({"CUDA_VISIBLE_DEVICES": "1"}, False)])
    jobs.enqueue(folder, never)
    qtbot.waitUntil(lambda: Queue(runs).read().entries == (Entry("one", slot="cuda:1"),))


def test_run_that_is_worked_on_is_not_removed(qtbot: QtBot, jobs: Jobs, runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = finished(runs, "one")
    moved: list[str] = []

    def move(path: str) -> bool:
        moved.append(path)
        return len(moved) > 1

    monkeypatch.setattr(QFile, "moveToTrash", move)
    errors: list[Exception] = []
    with occupied(folder):
        jobs.remove(folder, errors.append)
        qtbot.waitUntil(lambda: len(errors) == 1)
    jobs.remove(folder, errors.append)
    qtbot.waitUntil(lambda: len(errors) == 2)
    jobs.remove(folder, errors.append)
    qtbot.waitUntil(lambda: len(moved) == 2)

    assert [type(error) for error in errors] == [JobError, FileNotWrittenError]  # at work; the system has no trash
