from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from core.checkpoint import Training, load_tensors, save_tensors, start_from
from core.errors import FileNotWrittenError, ModelError


def _training() -> Training:
    torch.manual_seed(3)
    return Training(nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 1)), seed=5)


def _step(training: Training) -> None:
    batch = torch.from_numpy(training.rng.normal(size=(16, 4)).astype(np.float32))
    training.network.train()
    training.apply(((training.network(batch) - batch[:, :1]) ** 2).mean(), rate=1e-2)


def _weights(training: Training) -> list[torch.Tensor]:
    return [*training.network.state_dict().values(), *training.average.state_dict().values()]


def test_a_resumed_run_is_the_uninterrupted_one(tmp_path: Path) -> None:
    straight = _training()
    for _ in range(6):
        _step(straight)
    halted = _training()
    for _ in range(3):
        _step(halted)
    halted.save(tmp_path)
    torch.manual_seed(99)
    resumed = Training(_training().network, seed=77)

    assert resumed.resume(tmp_path)
    for _ in range(3):
        _step(resumed)
    assert resumed.step == 6
    assert all(torch.equal(a, b) for a, b in zip(_weights(resumed), _weights(straight), strict=True))


def test_only_the_newest_checkpoints_stay(tmp_path: Path) -> None:
    training = _training()
    for _ in range(4):
        _step(training)
        training.save(tmp_path)

    assert [path.name for path in sorted((tmp_path / "checkpoints").iterdir())] == [
        "step-000000003.safetensors",
        "step-000000004.safetensors",
    ]


def test_without_a_checkpoint_there_is_nothing_to_resume(tmp_path: Path) -> None:
    assert not _training().resume(tmp_path)


def test_a_damaged_checkpoint_is_named(tmp_path: Path) -> None:
    path = _training().save(tmp_path)
    path.write_bytes(path.read_bytes()[:-100])

    with pytest.raises(ModelError, match=r"step-000000000\.safetensors is not a checkpoint of ours, or is damaged"):
        _training().resume(tmp_path)


def test_a_damaged_checkpoint_costs_no_more_than_the_time_since_the_one_before(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    training = _training()
    _step(training)
    training.save(tmp_path)
    _step(training)
    newest = training.save(tmp_path)
    newest.write_bytes(newest.read_bytes()[:-100])
    resumed = _training()

    assert resumed.resume(tmp_path)
    assert resumed.step == 1
    assert "step-000000002.safetensors is not a checkpoint of ours, or is damaged" in caplog.text
    assert "Going on from the one before it." in caplog.text
    (tmp_path / "checkpoints" / "step-000000001.safetensors").write_bytes(b"")
    with pytest.raises(ModelError, match=r"step-000000002\.safetensors"):
        _training().resume(tmp_path)


def test_another_networks_checkpoint_is_refused(tmp_path: Path) -> None:
    _training().save(tmp_path)

    with pytest.raises(ModelError, match="is of another network"):
        Training(nn.Linear(3, 3), seed=1).resume(tmp_path)


def test_values_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    save_tensors(tmp_path / "x.safetensors", {"w": torch.tensor([1.0, float("nan")])}, {})

    with pytest.raises(ModelError, match="not finite, in w"):
        load_tensors(tmp_path / "x.safetensors")


def test_somebody_elses_safetensors_file_is_refused(tmp_path: Path) -> None:
    save_file({"w": torch.zeros(2)}, tmp_path / "x.safetensors")

    with pytest.raises(ModelError, match="not a checkpoint of ours"):
        load_tensors(tmp_path / "x.safetensors")


def test_facts_and_tensors_survive(tmp_path: Path) -> None:
    tensors = {"a": torch.arange(6).reshape(2, 3).T, "b": torch.tensor(2.5)}
    save_tensors(tmp_path / "x.safetensors", tensors, {"step": 3, "name": "größer"})
    loaded, facts = load_tensors(tmp_path / "x.safetensors")

    assert facts == {"step": 3, "name": "größer"}
    assert all(torch.equal(loaded[name], tensors[name]) for name in tensors)


def test_a_folder_that_cannot_be_written_is_an_error_for_the_user(tmp_path: Path) -> None:
    with pytest.raises(FileNotWrittenError):
        save_tensors(tmp_path / "none" / "x.safetensors", {"a": torch.zeros(1)}, {})


def test_a_run_starts_from_the_averaged_weights_of_another_where_they_fit(tmp_path: Path) -> None:
    other = _training()
    for _ in range(3):
        _step(other)
    other.save(tmp_path)
    network = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 2))
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}

    assert start_from(network, tmp_path, but=["0.bias"]) == 6
    after, averaged = network.state_dict(), other.average.state_dict()
    for name in after:
        kept = name == "0.bias" or name.startswith("3.")  # asked for, and of another shape
        assert torch.equal(after[name], before[name] if kept else averaged[name]), name


def test_nothing_to_start_from_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no checkpoint"):
        start_from(nn.Linear(2, 2), tmp_path)
    _training().save(tmp_path)
    with pytest.raises(ModelError, match="nothing in it fits"):
        start_from(nn.Conv2d(3, 3, 3), tmp_path)
