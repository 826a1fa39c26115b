import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QFile
from pytestqt.qtbot import QtBot

from app.state import jobs as module
from app.state.jobs import Detail, Jobs, RunsReader
from core.errors import FileNotWrittenError, JobError
from core.jobs import JOBS
from core.jobs.commands import is_asked
from core.jobs.events import EVENTS, append_event
from core.jobs.following import JobFollower
from core.jobs.job import Job
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

    def start(folder: Path) -> Started:
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
    jobs.create(("count", {"steps": "7", "is_fast": "false"}, "mine"), is_queued=False, done=made.append, failed=never)
    qtbot.waitUntil(lambda: bool(made))

    assert made == started == [runs / "mine"]
    assert Job.open(runs / "mine").config == toy_stages.CountConfig(steps=7, is_fast=False)
    errors: list[Exception] = []
    jobs.create(("count", {}, "mine"), is_queued=False, done=made.append, failed=errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert "already" in str(errors[0])


def test_remedy_changes_settings_before_it_resumes(qtbot: QtBot, jobs: Jobs, runs: Path, started: list[Path]) -> None:
    folder = begun(runs, "one")
    jobs.resume(folder, {"steps": 9}, never)
    qtbot.waitUntil(lambda: bool(started))

    assert json.loads((folder / "config.json").read_text())["config"]["steps"] == 9


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


def test_runs_at_rest_are_left_alone_until_something_is_written(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [finished(runs, f"run-{number}") for number in range(3)]
    reader = RunsReader(runs)
    for _ in range(2):
        reader.look(None)
    asked: list[Path] = []
    real = JobFollower.refresh

    def refresh(follower: JobFollower) -> bool:
        asked.append(follower.folder)
        return real(follower)

    monkeypatch.setattr(JobFollower, "refresh", refresh)
    reader.look(None)
    assert asked == []
    append_event(folders[1], "started")
    look = reader.look(None)

    assert asked == [folders[1]]
    assert {one.name: one.state for one in look.glances}["run-1"] is JobState.LOST


def test_followed_run_is_read_even_where_there_is_no_time(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [finished(runs, f"run-{number}") for number in range(4)]
    monkeypatch.setattr(module, "BUDGET_S", -1.0)
    reader = RunsReader(runs)
    look = reader.look(folders[2])

    assert [one.folder for one in look.glances] == [folders[2]]
    assert not look.is_whole
    assert look.detail is not None
    monkeypatch.undo()
    assert len(reader.look(None).glances) == 4


def test_curve_that_begins_again_replaces_the_old_one(runs: Path) -> None:
    folder = finished(runs, "one", steps=5)
    reader = RunsReader(runs)
    before = reader.look(folder).detail
    lines = (folder / EVENTS).read_text().splitlines(keepends=True)
    (folder / "new").write_text("".join(lines[:3]))
    (folder / "new").replace(folder / EVENTS)
    after = reader.look(folder).detail

    assert before is not None
    assert after is not None
    assert len(before.curves["loss"][0]) == 5
    assert len(after.curves["loss"][0]) == 1


def test_only_the_run_that_is_looked_at_is_read_from_its_beginning(runs: Path) -> None:
    folder = finished(runs, "long")
    for step in range(3000):
        append_event(folder, "measured", name="loss", value=1.0, step=step)
    reader = RunsReader(runs)
    assert [one.state for one in reader.look(None).glances] == [JobState.FINISHED]
    detail = reader.look(folder).detail

    assert detail is not None
    assert len(detail.curves["loss"][0]) == 3002
    assert detail.glance.state is JobState.FINISHED
