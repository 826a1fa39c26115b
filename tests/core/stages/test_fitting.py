from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import nn

from core.checkpoint import Training
from core.errors import DivergedError
from core.reporting import SilentReporter
from core.stages.fitting import Schedule, fit


class Measures(SilentReporter):
    """Keeps what is measured, and asks for a checkpoint at every step."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def measure(self, name: str, value: float, step: int) -> None:  # type: ignore[explicit-override]
        del value, step
        self.names.append(name)

    def should_checkpoint(self) -> bool:  # type: ignore[explicit-override]
        return True


def test_rate_rises_and_falls_over_the_steps() -> None:
    training, schedule = Training(nn.Linear(2, 1), 1), Schedule(0, 1000, 1.0)
    rates = []
    for training.step in range(1000):
        rates.append(schedule.rate(training))

    assert rates[0] == pytest.approx(1 / 60)
    assert max(rates) == rates[59] == pytest.approx(1, abs=0.02)
    assert rates[500] == pytest.approx(0.5, abs=0.01)
    assert rates[999] == pytest.approx(0.01)


def test_loss_that_is_no_number_ends_the_run_and_spoils_no_checkpoint(tmp_path: Path) -> None:
    training = Training(nn.Linear(2, 1), 1)
    losses: Iterator[float] = iter([1.0, 1.0, float("nan"), 1.0])

    def loss_of(_done: float) -> torch.Tensor:
        answer: torch.Tensor = training.network(torch.ones(1, 2)).sum()
        return answer + next(losses)

    with pytest.raises(DivergedError, match="at step 3"):
        fit(training, Schedule(0, 10, 0.1), loss_of, dict, tmp_path, Measures())

    again = Training(nn.Linear(2, 1), 1)
    assert again.resume(tmp_path)
    assert again.step == 2
    assert all(bool(weight.isfinite().all()) for weight in again.network.parameters())
