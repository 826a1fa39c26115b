import json
from pathlib import Path

import pytest
from PIL import Image

from core.errors import DataError, FileNotWrittenError, JobError, SettingError
from core.jobs.elsewhere import run_elsewhere
from core.jobs.events import EVENTS, TURNS
from core.jobs.job import CONFIG, Job
from core.jobs.starting import start
from core.jobs.state import occupied
from core.reporting import SilentReporter
from tests.core.jobs.toy_stages import CountConfig
from tests.reporters import StopsAfter


def events(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / EVENTS).read_text().splitlines()]


def test_configuration_is_frozen_in_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "run"
    job = Job.begin(folder, "count", {"steps": "2"})
    frozen = json.loads((folder / CONFIG).read_text())

    assert job.config == CountConfig(steps=2)
    assert (frozen["kind"], frozen["config"]["steps"]) == ("count", 2)


def test_run_tells_what_happened(tmp_path: Path) -> None:
    job = Job.begin(tmp_path, "count", {"steps": 2})

    assert job.run(SilentReporter())
    assert [(event["event"], event.get("step")) for event in events(tmp_path)] == [
        ("started", None), ("measured", 1), ("progress", 1), ("measured", 2), ("shown", 2), ("progress", 2), ("finished", None),
    ]  # fmt: skip
    with Image.open(tmp_path / str(events(tmp_path)[4]["path"])) as shown:
        assert shown.getpixel((0, 0)) == (2, 2, 2)


def test_stopped_run_goes_on_where_it_was_as_if_never_stopped(tmp_path: Path) -> None:
    assert not Job.begin(tmp_path / "stopped", "count", {"steps": 4}).run(StopsAfter(2))
    assert json.loads((tmp_path / "stopped" / "checkpoint.json").read_text()) == 2
    assert Job.begin(tmp_path / "stopped", "count", {"steps": 4}).run(SilentReporter())
    assert Job.begin(tmp_path / "whole", "count", {"steps": 4}).run(SilentReporter())

    stopped, whole = (
        [(event.get("value"), event.get("step")) for event in events(tmp_path / name) if event["event"] == "measured"]
        for name in ("stopped", "whole")
    )
    assert stopped == whole
    turns = [event["event"] for event in events(tmp_path / "stopped") if event["event"] in TURNS]
    assert turns == ["started", "stopped", "started", "finished"]


def test_settings_need_not_be_repeated_to_resume(tmp_path: Path) -> None:
    Job.begin(tmp_path, "count", {"steps": 4, "label": "x"})

    assert Job.begin(tmp_path, "count", {}).config == CountConfig(steps=4, label="x")
    assert Job.begin(tmp_path, "count", {"steps": "4"}).config == CountConfig(steps=4, label="x")


def test_different_settings_are_refused_and_named(tmp_path: Path) -> None:
    Job.begin(tmp_path, "count", {"label": "x"})
    before = (tmp_path / CONFIG).read_bytes()

    with pytest.raises(SettingError, match=r"was begun with other settings: scale is 0\.5, not 0\.1; label is 'x', not 'y'\."):
        Job.begin(tmp_path, "count", {"label": "y", "scale": 0.1, "steps": 7})
    with pytest.raises(SettingError, match="holds a run of count, not of crash"):
        Job.begin(tmp_path, "crash", {})
    assert (tmp_path / CONFIG).read_bytes() == before


def test_a_run_that_ended_can_be_given_more_time(tmp_path: Path) -> None:
    Job.begin(tmp_path, "count", {"steps": 2, "label": "x"}).run(SilentReporter())

    assert Job.begin(tmp_path, "count", {"steps": 3}).run(SilentReporter())
    assert [event["step"] for event in events(tmp_path) if event["event"] == "measured"] == [1, 2, 3]
    assert Job.begin(tmp_path, "count", {}).config == CountConfig(steps=3, label="x")


def test_folders_are_kept_with_whole_paths_wherever_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path)
    begun = Job.begin(tmp_path / "run", "train_finder", {"labels": "labels"}).config
    again = Job.begin(tmp_path / "run", "train_finder", {"labels": "labels", "measured_on": "dev"}).config
    monkeypatch.chdir(tmp_path / "there")

    assert (begun.labels, begun.measured_on) == (str(tmp_path / "labels"), "")
    assert again.measured_on == str(tmp_path / "dev")
    assert Job.open(tmp_path / "run").config == again
    with pytest.raises(SettingError, match="labels is"):  # another folder of that name
        Job.begin(tmp_path / "run", "train_finder", {"labels": "labels"})


def test_run_of_settings_that_are_gone_is_refused(tmp_path: Path) -> None:
    (tmp_path / CONFIG).write_text(json.dumps({"kind": "count", "config": {"step": 4}}))

    with pytest.raises(SettingError, match="no setting “step”"):
        Job.begin(tmp_path, "count", {})


@pytest.mark.parametrize("text", ["", "[]", "{", "\x00\xff"])
def test_damaged_configuration_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / CONFIG).write_text(text)

    with pytest.raises(SettingError, match=r"config\.json"):
        Job.begin(tmp_path, "count", {})


def test_unknown_stage_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"There is no stage “counts”; there are label_faces, "):
        Job.begin(tmp_path / "run", "counts", {})
    assert not (tmp_path / "run").exists()


def test_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(FileNotWrittenError, match="cannot be a run folder"):
        Job.begin(tmp_path / "file" / "run", "count", {})


def test_failure_is_told_and_passed_on(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        Job.begin(tmp_path / "refuse", "refuse", {}).run(SilentReporter())
    with pytest.raises(ZeroDivisionError):
        Job.begin(tmp_path / "crash", "crash", {}).run(SilentReporter())

    refused, crashed = (events(tmp_path / name)[-1] for name in ("refuse", "crash"))
    assert (refused["cause"], refused["error"]) == ("data", "There is no data. Make some.")
    assert crashed["cause"] == "bug"
    assert "ZeroDivisionError: planted" in str(crashed["error"])
    assert "toy_stages.py" in str(crashed["traceback"])


def test_settings_of_a_run_at_work_stay_as_they_are(tmp_path: Path) -> None:
    Job.begin(tmp_path, "count", {"steps": 2})
    before = (tmp_path / CONFIG).read_bytes()
    with occupied(tmp_path):
        assert Job.begin(tmp_path, "count", {"steps": 2}).config.steps == 2
        with pytest.raises(JobError, match="is being worked on, so its settings stay"):
            Job.begin(tmp_path, "count", {"steps": 3})

    assert (tmp_path / CONFIG).read_bytes() == before
    assert Job.begin(tmp_path, "count", {"steps": 3}).config.steps == 3


@pytest.mark.parametrize("name", ["log.txt", "worker.lock", "starting.lock", "events.jsonl", "samples", "deep/models"])
def test_a_run_writes_through_no_link_out_of_its_folder(name: str, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("mine")
    job = Job.begin(tmp_path / "run", "count", {})
    link = job.folder / name
    link.parent.mkdir(exist_ok=True)
    link.symlink_to(outside / ("file" if "." in name else ""))
    (job.folder / "within").symlink_to(job.folder / "checkpoint.json")  # which is its own matter
    for begin in (start, lambda _: job.run(SilentReporter()), lambda _: run_elsewhere(job, SilentReporter())):
        with pytest.raises(JobError, match=f"{name} is a link that leads out of the run's folder"):
            begin(job.folder)

    assert [(path.name, path.read_text()) for path in outside.iterdir()] == [("file", "mine")]
    link.unlink()
    assert job.run(SilentReporter())


def test_a_link_in_a_circle_leads_nowhere(tmp_path: Path) -> None:
    job = Job.begin(tmp_path, "count", {})
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(JobError, match="round is a link"):
        job.run(SilentReporter())
