import dataclasses
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from core import configs
from core.jobs import JOBS, preflight
from core.jobs.cluster import write_cluster
from core.jobs.events import append_event
from core.jobs.job import Job
from core.jobs.preflight import NEEDS, Finding, Severity, expected_minutes
from core.jobs.state import occupied


@pytest.fixture(autouse=True)
def roomy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SimpleNamespace:
    """A machine with data, memory, disk and all extras."""
    machine = SimpleNamespace(free=100e9, memory=SimpleNamespace(total=16e9, available=8e9), modules={})
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("LIKENESS_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("core.jobs.preflight.shutil.disk_usage", lambda _path: SimpleNamespace(free=machine.free))
    monkeypatch.setattr("core.jobs.preflight.psutil.virtual_memory", lambda: machine.memory)
    monkeypatch.setattr("core.jobs.preflight.importlib.util.find_spec", lambda name: machine.modules.get(name, name))
    return machine


def found(kind: str, config: object, folder: Path, slot: str = "cpu") -> dict[str, Finding]:
    return {one.about: one for one in preflight.preflight(kind, config, folder, slot)}


def test_every_kind_says_what_it_needs_in_a_sentence_each(tmp_path: Path) -> None:
    assert set(NEEDS) == {kind for kind in JOBS if "tests." not in JOBS[kind].function}
    for kind in NEEDS:
        findings = preflight.preflight(kind, JOBS[kind].config(), tmp_path)

        assert {"time", "memory", "disk"} <= {one.about for one in findings}
        assert all(one.text.endswith(".") and ". " not in one.text for one in findings)
        assert all(hasattr(JOBS[kind].config(), setting) for setting in NEEDS[kind].disk_each)


def test_nothing_stands_in_the_way_of_a_run_that_has_all(tmp_path: Path) -> None:
    findings = found("ship", configs.ShipConfig(), tmp_path)

    assert {one.severity for one in findings.values()} == {Severity.OK}
    assert findings["time"].text == "It takes about 35 min on two processor cores."
    assert findings["disk"].text == "It needs about 0.7 GB of disk, and 100.0 GB are free."
    assert findings["memory"].text == "It needs about 2.5 GB of memory, and 8.0 of 16.0 GB are free."


def test_what_stands_in_the_way_comes_first(tmp_path: Path, roomy: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIKENESS_DATA", str(tmp_path / "nowhere"))
    roomy.free, roomy.memory = 0.1e9, SimpleNamespace(total=16e9, available=1e9)
    roomy.modules = {"ai_edge_litert": None}
    findings = preflight.preflight("ship", configs.ShipConfig(), tmp_path)
    severities = [one.severity for one in findings]

    assert severities == sorted(severities, key=["obstacle", "warning", "ok"].index)
    assert {one.about: one.severity for one in findings} == {
        "data": Severity.OBSTACLE,
        "disk": Severity.OBSTACLE,
        "memory": Severity.WARNING,
        "extras": Severity.WARNING,
        "time": Severity.OK,
    }


def test_a_machine_too_small_is_an_obstacle_and_a_disk_nearly_full_a_warning(tmp_path: Path, roomy: SimpleNamespace) -> None:
    roomy.memory, roomy.free = SimpleNamespace(total=2e9, available=1e9), 1.2e9
    findings = found("ship", configs.ShipConfig(), tmp_path)

    assert (findings["memory"].severity, findings["disk"].severity) == (Severity.OBSTACLE, Severity.WARNING)


def test_a_begun_run_needs_what_it_has_not_written_yet(tmp_path: Path, roomy: SimpleNamespace) -> None:
    roomy.free = 0.5e9
    job = Job.begin(tmp_path / "run", "ship", {})

    assert found("ship", job.config, job.folder)["disk"].severity is Severity.OBSTACLE

    with (job.folder / "renders").open("wb") as file:
        file.truncate(700_000_000)

    assert found("ship", job.config, job.folder)["disk"].severity is Severity.WARNING


def test_inputs_must_be_named_there_and_finished(tmp_path: Path) -> None:
    labels = tmp_path / "labels"

    def finding() -> tuple[Severity, str]:
        one = found("train_finder", configs.TrainFinderConfig(labels=str(labels)), tmp_path)["labels"]
        return one.severity, one.text

    assert found("train_finder", configs.TrainFinderConfig(), tmp_path)["labels"] == Finding(
        "labels", Severity.OBSTACLE, "Labels must name a run of label_faces."
    )
    assert finding() == (Severity.OBSTACLE, f"{labels} is not there, which labels names.")

    Job.begin(labels, "label_faces", {})

    assert finding() == (Severity.OBSTACLE, f"{labels} is waiting, not finished, and labels needs it.")

    (labels / "manifest.json").touch()
    with occupied(labels):
        assert finding() == (Severity.OBSTACLE, f"{labels} is running, not finished, and labels needs it.")
    append_event(labels, "stopped")

    assert finding() == (Severity.WARNING, f"{labels} is stopped, not finished; what it made so far is used.")

    append_event(labels, "finished")

    assert finding() == (Severity.OK, f"{labels} is finished.")

    shutil.rmtree(labels)
    labels.mkdir()  # from elsewhere, not a run

    assert finding() == (Severity.OK, f"{labels} is there.")


def test_of_a_run_on_the_cluster_only_what_is_needed_here_is_looked_for_here(
    tmp_path: Path, roomy: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    roomy.memory, roomy.modules = SimpleNamespace(total=1e9, available=1e9), {"ai_edge_litert": None}
    monkeypatch.setenv("LIKENESS_DATA", str(tmp_path / "nowhere"))
    config = configs.ShipConfig()
    assert found("ship", config, tmp_path, "ray")["cluster"] == Finding(
        "cluster", Severity.OBSTACLE, "There is no cluster in the settings; `jobs cluster` names one."
    )

    write_cluster({"address": "http://head:8265", "folder": "/mnt/team"})

    assert found("ship", config, tmp_path, "ray")["data"].severity is Severity.WARNING

    write_cluster({"data": "/mnt/data"})
    there = found("ship", config, tmp_path, "ray")

    assert {one.about: one.severity for one in there.values()} == {"data": "ok", "disk": "ok", "time": "ok"}
    assert there["data"].text == "The cluster takes the training data from /mnt/data."
    assert found("ship", config, tmp_path)["data"].severity is Severity.OBSTACLE
    assert set(found("render_avatars", configs.RenderAvatarsConfig(), tmp_path, "ray")) == {"disk", "time"}


@pytest.mark.parametrize(
    ("settings", "slot", "text"),
    [
        ({}, "cpu", ""),
        ({"devices": 2}, "cpu", ""),  # two processes share the processor
        ({"devices": 2, "device": "cpu"}, "cuda:0", ""),
        ({}, "cuda:1", ""),
        ({"devices": 2}, "cuda:0,1", ""),
        ({}, "ray", ""),  # it gives a run no GPU
        ({"devices": 2}, "cuda:0", "devices is 2, and slot cuda:0 has 1 GPU: take slot cuda:0,1, or set devices=1."),
        ({"devices": 3}, "cuda:1,4", "devices is 3, and slot cuda:1,4 has 2 GPUs: take slot cuda:0,1,2, or set devices=2."),
        ({"device": "cuda"}, "cpu", "device is cuda, and slot cpu has no GPUs: take slot cuda:0, or set device=cpu."),
        (
            {"device": "cuda"},
            "ray",
            "device is cuda, and the cluster's settings give a run no GPUs: `jobs cluster --set gpus=1`, or set device=cpu.",
        ),
    ],
)
def test_a_slot_must_have_the_gpus_that_are_asked_for(settings: dict[str, object], slot: str, text: str, tmp_path: Path) -> None:
    write_cluster({"address": "http://head:8265", "folder": "/mnt/team"})
    finding = found("train_finder", configs.TrainFinderConfig(**settings), tmp_path, slot).get("devices")  # type: ignore[arg-type]

    assert finding == (Finding("devices", Severity.OBSTACLE, text) if text else None)


def test_gpus_that_nothing_is_done_with_are_a_warning(tmp_path: Path) -> None:
    text = "devices is 1, and slot cuda:0,1 has 2 GPUs; with devices=2 it uses them all."
    assert found("train_finder", configs.TrainFinderConfig(), tmp_path, "cuda:0,1")["devices"] == Finding(
        "devices", Severity.WARNING, text
    )

    write_cluster({"address": "http://head:8265", "folder": "/mnt/team", "gpus": 2})
    there = found("train_finder", configs.TrainFinderConfig(devices=4), tmp_path, "ray")["devices"]
    assert there.text == (
        "devices is 4, and the cluster's settings give a run 2 GPUs: `jobs cluster --set gpus=4`, or set devices=2."
    )
    assert "devices" not in found("render_avatars", configs.RenderAvatarsConfig(), tmp_path, "cuda:0,1")


def test_inputs_that_may_be_left_out_are_not_asked_for(tmp_path: Path) -> None:
    assert {"measured_on", "start"}.isdisjoint(found("train_landmarks", configs.TrainLandmarksConfig(), tmp_path))


def test_time_follows_the_settings() -> None:
    assert expected_minutes(configs.TrainParserConfig(minutes=90, closer=0)) == pytest.approx(92)
    assert expected_minutes(configs.TrainParserConfig(minutes=90, steps=3000, closer=600)) == pytest.approx(2 + 40 + 4)
    landmarks = configs.TrainLandmarksConfig(minutes=20, steps=600, settling=5000)
    assert expected_minutes(landmarks) == pytest.approx(8 + 11 + 1)
    assert expected_minutes(dataclasses.replace(landmarks, steps=0)) == pytest.approx(8 + 20 + 1)
    assert expected_minutes(configs.RenderAvatarsConfig(count=600)) == pytest.approx(2)
    assert expected_minutes(None) is None
    assert expected_minutes(configs.PrepareFacesConfig()) is None


@pytest.mark.parametrize(("count", "text"), [(3, "less than a minute"), (600, "about 2 min"), (30_000, "about 1 h 40 min")])
def test_time_is_told_in_words(count: int, text: str, tmp_path: Path) -> None:
    assert text in found("render_avatars", configs.RenderAvatarsConfig(count=count), tmp_path)["time"].text


def test_a_kind_without_estimates_says_so(tmp_path: Path) -> None:
    (only,) = preflight.preflight("count", JOBS["count"].config(), tmp_path)

    assert only == Finding("time", Severity.OK, "Nobody knows how long it takes.")
