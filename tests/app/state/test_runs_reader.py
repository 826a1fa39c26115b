from pathlib import Path

import pytest

from app.state import runs_reader as module
from app.state.runs_reader import RunsReader
from core.jobs import JOBS
from core.jobs.events import EVENTS, append_event
from core.jobs.following import JobFollower
from core.jobs.state import JobState
from tests.app.state.test_jobs import finished
from tests.core.jobs import toy_stages


@pytest.fixture(autouse=True)
def _toys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, kind in toy_stages.JOBS.items():
        monkeypatch.setitem(JOBS, name, kind)


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    return tmp_path / "runs"


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
