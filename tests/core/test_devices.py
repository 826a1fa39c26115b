"""Teams of threads stand for teams of processes here; real ones are in tests/core/jobs/test_together.py."""

import copy
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import distributed, nn

from core.checkpoint import Training
from core.devices import ALONE, Team, join
from core.errors import DivergedError, ProcessLostError, SettingError
from core.reporting import SilentReporter
from core.stages.fitting import Schedule, fit

COUNT = 2


class Recording(SilentReporter):
    """Keeps what it hears, and asks to stop after so many questions."""

    def __init__(self, stop_after: int = 1000) -> None:
        self.heard: list[Any] = []
        self.left = stop_after

    def progress(self, step: int, total: int) -> None:  # type: ignore[explicit-override]
        self.heard.append((step, total))

    def should_stop(self) -> bool:  # type: ignore[explicit-override]
        self.left -= 1
        return self.left < 0


@pytest.fixture(autouse=True)
def _loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLOO_SOCKET_IFNAME", "lo")


def together(work: Callable[[Team], Any], count: int = COUNT) -> list[Any]:
    """What each of a team's members returns or raises."""
    _network()  # before two threads make one each
    store, found = distributed.HashStore(), [None] * count  # type: ignore[attr-defined]

    def run(rank: int) -> None:
        group: Any = distributed.ProcessGroupGloo(store, rank, count, timedelta(minutes=3))
        try:
            found[rank] = work(Team(torch.device("cpu"), rank, count, group))
        except Exception as error:  # noqa: BLE001
            found[rank] = error.with_traceback(None)  # type: ignore[call-overload]  # frames would keep the group alive

    threads = [threading.Thread(target=run, args=(rank,)) for rank in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(240)
    return found


@cache
def _network() -> nn.Sequential:
    torch.manual_seed(3)
    layers = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(16, 1))
    return layers.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def network() -> nn.Sequential:
    return copy.deepcopy(_network())  # torch's random numbers are the same for all threads


def pictures(rng: np.random.Generator, count: int) -> torch.Tensor:
    return torch.from_numpy(rng.normal(size=(count, 1, 4, 4)).astype(np.float32))


def loss_of(training: Training, batch: torch.Tensor) -> torch.Tensor:
    answer: torch.Tensor = training.network(batch)
    return (answer - batch.mean(dim=(1, 2, 3))[:, None]).square().mean()


def fitted(folder: Path, team: Team, steps: int, reporter: SilentReporter) -> tuple[bool, Training]:
    training = Training(network(), 7, team=team)
    is_done = fit(
        training,
        Schedule(0, steps, 1e-2),
        lambda _: loss_of(training, pictures(training.rng, team.share(8))),
        dict,
        folder,
        reporter,
    )
    return is_done, training


def tensors(training: Training) -> list[torch.Tensor]:
    return [*training.network.state_dict().values(), *training.average.state_dict().values()]


def same(one: Sequence[torch.Tensor], other: Sequence[torch.Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def test_a_team_has_the_same_weights_stops_together_and_goes_on(tmp_path: Path) -> None:
    reporters = [Recording(stop_after=3), Recording()]  # the second one is never asked
    (stopped, first), (_, second) = together(lambda team: fitted(tmp_path, team, 6, reporters[team.rank]))

    assert (stopped, first.step, second.step) == (False, 3, 3)
    assert same(tensors(first), tensors(second))
    assert first.rng.random() != second.rng.random()  # each has drawn pictures of its own

    (is_done, first), (others, second) = together(lambda team: fitted(tmp_path, team, 6, SilentReporter()))

    assert (is_done, others, first.step, second.step) == (True, False, 6, 6)  # the first one alone goes on to export
    assert same(tensors(first), tensors(second))
    assert [path.name for path in sorted((tmp_path / "checkpoints").iterdir())] == [
        "step-000000003.safetensors",
        "step-000000006.safetensors",
    ]


def test_a_step_of_a_team_is_that_of_the_joined_batch() -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(16, 8), nn.Tanh(), nn.Linear(8, 1))  # without batch normalisation
    batch = pictures(np.random.default_rng(1), 8)

    def stepped(team: Team) -> Training:
        training = Training(copy.deepcopy(model), 1, team=team)
        training.apply(loss_of(training, batch[team.rank :: team.count]), 1e-3)
        return training

    alone = stepped(ALONE)
    wanted = [weight.grad for weight in alone.network.parameters()]
    for training in together(stepped):
        for weight, gradient in zip(training.network.parameters(), wanted, strict=True):
            torch.testing.assert_close(weight.grad, gradient)
        for ours, theirs in zip(tensors(training), tensors(alone), strict=True):
            torch.testing.assert_close(ours, theirs)


def test_batch_normalisation_keeps_the_mean_of_what_all_have_seen() -> None:
    batch = pictures(np.random.default_rng(1), 8)

    def kept(team: Team) -> torch.Tensor:
        training = Training(network(), 1, team=team)
        training.apply(loss_of(training, batch[team.rank :: team.count]), 1e-3)
        mean = training.network.get_submodule("1").running_mean
        assert isinstance(mean, torch.Tensor)
        return mean

    one, other = together(kept)

    assert torch.equal(one, other)
    torch.testing.assert_close(one, kept(ALONE))


def test_weights_that_get_no_gradient_on_one_device_do_not_confuse_the_others() -> None:
    model = nn.ModuleList([nn.Linear(2, 1), nn.Linear(2, 1)])

    def stepped(team: Team) -> Training:
        training = Training(copy.deepcopy(model), 1, team=team)
        training.apply(training.network.get_submodule(str(team.rank))(torch.ones(1, 2)).sum(), 1e-2)
        return training

    one, other = together(stepped)

    assert same(tensors(one), tensors(other))


def test_all_begin_with_the_weights_of_the_first() -> None:
    def begun(team: Team) -> Training:
        training = Training(network(), 1, team=team)
        with torch.no_grad():
            next(training.network.parameters()).fill_(team.rank)
        training.join_in()
        return training

    one, other = together(begun)

    assert same(tensors(one), tensors(other))
    assert not next(other.network.parameters()).any()


def test_a_loss_that_is_no_number_on_one_device_ends_the_run_on_all(tmp_path: Path) -> None:
    def diverge(team: Team) -> None:
        training = Training(nn.Linear(1, 1), 1, team=team)
        spoilt = torch.tensor(float("nan") if team.rank == 1 else 1.0)
        fit(training, Schedule(0, 9, 0.1), lambda _: training.network(spoilt[None]).sum(), dict, tmp_path, SilentReporter())

    assert [type(error) for error in together(diverge)] == [DivergedError, DivergedError]


def test_of_one_that_is_gone_the_others_hear() -> None:
    def leave(team: Team) -> float:
        if team.rank == 1:
            raise ZeroDivisionError
        return team.told(1.0)

    first, second = together(leave)

    assert (type(first), type(second)) == (ProcessLostError, ZeroDivisionError)


@pytest.mark.parametrize(
    ("batch", "count", "near"), [(9, 2, "Set batch to 8 or 10."), (1, 2, "Set batch to 2."), (10, 4, "Set batch to 8 or 12.")]
)
def test_a_batch_that_cannot_be_shared_is_refused_with_those_that_can(batch: int, count: int, near: str) -> None:
    with pytest.raises(SettingError, match="cannot be shared evenly") as caught:
        Team(torch.device("cpu"), 0, count).share(batch)

    assert str(caught.value).endswith(near)
    assert ALONE.share(batch) == batch


def gpus(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: count > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: count)


def test_auto_is_a_gpu_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for count in (0, 1):
        gpus(monkeypatch, count)
        found.append([join(name).device.type for name in ("auto", "cpu")])

    assert found == [["cpu", "cpu"], ["cuda", "cpu"]]


def test_threads_are_those_asked_for() -> None:
    before = torch.get_num_threads()
    try:
        join("cpu", threads=before + 1)
        join("cpu")

        assert torch.get_num_threads() == before + 1
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize(
    ("device", "count", "seen", "sentence"),
    [
        ("cuda", 1, 0, "Torch sees no GPU here"),
        ("tpu", 1, 0, "There is no device “tpu”; there are auto, cpu, cuda."),
        ("cpu", 0, 0, "Set devices to 1 or more"),
        ("auto", 3, 2, "Torch sees 2 of 3 GPUs here. Start the run on a slot of 3 (--slot cuda:0,1,2), or set devices."),
        ("cpu", 2, 0, "Several devices train together only where they are started by"),
    ],
)
def test_devices_that_are_not_there_are_refused(
    device: str, count: int, seen: int, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gpus(monkeypatch, seen)

    with pytest.raises(SettingError) as caught:
        join(device, count)

    assert sentence in str(caught.value)
