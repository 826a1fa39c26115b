import os
from pathlib import Path

import pytest

from core.errors import SettingError
from core.jobs.cluster import forget_cluster, write_cluster
from core.jobs.job import Job
from core.jobs.slots import _own_slots, checked, environment_of, gpus_of, lacking, parts_of, slots, worked_on
from core.jobs.state import occupied


@pytest.mark.parametrize(("slot", "gpus"), [("cpu", 0), ("cuda:0", 1), ("cuda:1,0", 2), ("cuda:12", 1), ("ray", 0)])
def test_slots_are_known_by_how_they_are_written(slot: str, gpus: int) -> None:
    assert checked(slot) == slot
    assert gpus_of(slot) == gpus


@pytest.mark.parametrize("slot", ["", "gpu", "cuda", "cuda:", "cuda:x", "cuda:0,", "cuda:0,0", "cuda:1234", "cpu ", "cuda:0\n"])
def test_other_slots_are_refused(slot: str) -> None:
    with pytest.raises(SettingError, match="There is no slot"):
        checked(slot)


def test_what_a_slot_lacks_is_said_in_a_sentence() -> None:
    assert parts_of("cuda:1,7") == ("cuda:1", "cuda:7")
    assert lacking("cuda:1,7", ("cpu", "cuda:1")) == "This machine has no cuda:7; there are cpu, cuda:1."
    assert lacking("ray", ("cpu",)) == "There is no cluster in the settings; `jobs cluster` names one."
    assert [lacking(slot, ("cpu", "cuda:1", "ray")) for slot in ("cpu", "cuda:1", "ray")] == ["", "", ""]


@pytest.mark.parametrize(
    ("devices", "slot"), [("", "cpu"), ("3", "cuda:3"), ("0,1", "cuda:0,1"), ("-1", "cpu"), ("GPU-1f", "cpu"), (None, "cpu")]
)
def test_a_run_is_remembered_to_have_worked_on_its_slot(
    devices: str | None, slot: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Job.begin(tmp_path / "run", "render_avatars", {}).folder
    assert worked_on(folder) == "cpu"
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if devices is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", devices)
    with occupied(folder):
        pass

    assert worked_on(folder) == slot


def test_a_run_that_was_on_the_cluster_goes_on_there_while_there_is_one(tmp_path: Path) -> None:
    with occupied(tmp_path, slot="ray"):
        pass
    assert worked_on(tmp_path) == "cpu"
    write_cluster({"address": "http://head:8265", "folder": "/mnt"})
    assert worked_on(tmp_path) == "ray"
    forget_cluster()
    assert worked_on(tmp_path) == "cpu"


def test_there_is_a_slot_for_the_cluster_once_the_settings_have_one() -> None:
    assert "ray" not in slots()
    write_cluster({"address": "http://head:8265", "folder": "/mnt"})
    assert slots()[-1] == "ray"


def test_slots_are_those_that_the_driver_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _own_slots.cache_clear()
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\necho 'GPU 0: NVIDIA H100 (UUID: GPU-1)'\necho '  MIG x'\necho 'GPU 1: NVIDIA H100'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    assert slots() == ("cpu", "cuda:0", "cuda:1")

    _own_slots.cache_clear()
    program.write_text("#!/bin/sh\necho 'NVIDIA-SMI has failed because it could not talk to the driver.'\nexit 9\n")

    assert slots() == ("cpu",)

    _own_slots.cache_clear()


def test_each_slot_sees_itself_alone() -> None:
    assert [environment_of(slot)["CUDA_VISIBLE_DEVICES"] for slot in ("cpu", "cuda:0", "cuda:0,1")] == ["", "0", "0,1"]
