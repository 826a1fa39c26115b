import json
import os
import shutil
import time
from pathlib import Path

import pytest

from core.errors import FileNotWrittenError, JobError
from core.jobs.ending import TRASH, end_at_once, remove_run, seconds_unsaved
from core.jobs.events import append_event
from core.jobs.job import Job
from core.jobs.runs import list_runs
from core.jobs.state import occupied


def begin(runs: Path, name: str = "mine") -> Path:
    return Job.begin(runs / name, "count", {}).folder


def test_time_since_the_newest_checkpoint_also_of_a_stage_within(tmp_path: Path) -> None:
    folder = begin(tmp_path)
    assert seconds_unsaved(folder) is None

    for where, age in (("checkpoints", 500), ("finder/checkpoints", 100)):
        path = folder / where / "step-000000001.safetensors"
        path.parent.mkdir(parents=True)
        path.touch()
        os.utime(path, (time.time() - age, time.time() - age))
    unsaved = seconds_unsaved(folder)
    assert unsaved is not None
    assert unsaved == pytest.approx(100, abs=30)


def test_process_whose_number_was_given_to_another_is_left_alone(tmp_path: Path) -> None:
    folder = begin(tmp_path)
    with occupied(folder):
        told = json.loads((folder / "worker.json").read_text())
        (folder / "worker.json").write_text(json.dumps(told | {"process": os.getppid()}))

        with pytest.raises(JobError, match="Nobody can tell for sure which process works on mine"):
            end_at_once(folder)
    with pytest.raises(JobError, match="mine is not running"):
        end_at_once(folder)


def test_half_deleted_run_is_none_and_what_is_left_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = begin(tmp_path)

    def fail(path: Path) -> None:
        (path / "config.json").unlink()
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shutil, "rmtree", fail)
    with pytest.raises(
        FileNotWrittenError, match=r"not all of it could be deleted \(Permission denied\)\. Delete .*\.trash/mine-"
    ):
        remove_run(folder)
    assert list_runs(tmp_path) == []
    assert len(list((tmp_path / TRASH).iterdir())) == 1


def test_run_on_a_read_only_disk_stays_and_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = begin(tmp_path)

    def refuse(_path: Path, _target: Path) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(FileNotWrittenError, match=r"mine was not removed: Read-only file system\."):
        remove_run(folder)
    assert list_runs(tmp_path) == [folder]


def test_running_run_is_not_removed(tmp_path: Path) -> None:
    folder = begin(tmp_path)
    with occupied(folder):
        append_event(folder, "started")
        with pytest.raises(JobError, match=r"mine is running\. Stop it first"):
            remove_run(folder)
    remove_run(folder)

    assert list(tmp_path.iterdir()) == []
