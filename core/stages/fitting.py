"""The loop of steps that every stage that trains a network shares."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from core.checkpoint import Training
from core.errors import DivergedError
from core.reporting import Reporter

_CHECKPOINT_EVERY_S = 120.0
_MEASURE_EVERY_S = 120.0


@dataclass(frozen=True)
class Schedule:
    """How long and how fast to train. The learning rate rises over 60 steps and falls as a cosine.

    Attributes:
        minutes: Time to train.
        steps: Steps instead of time; 0 is time. A run by steps is the same however often it is interrupted.
        peak_rate: Highest learning rate.
    """

    minutes: float
    steps: int
    peak_rate: float

    def done(self, training: Training) -> float:
        """How much of the run is done, in [0, 1]."""
        done = training.step / self.steps if self.steps else training.seconds / (60 * self.minutes)
        return min(1.0, done)

    def rate(self, training: Training) -> float:
        """The learning rate of the next step."""
        fall = 0.5 * (1 + math.cos(math.pi * self.done(training)))
        return self.peak_rate * min(1.0, (training.step + 1) / 60) * max(0.01, fall)


def fit(
    training: Training,
    schedule: Schedule,
    loss_of: Callable[[float], Tensor],
    measure: Callable[[], Mapping[str, float]],
    folder: Path,
    reporter: Reporter,
) -> bool:
    """Train until the schedule ends or the reporter says stop; resumes from the folder's newest checkpoint.

    Args:
        training: What is trained.
        schedule: How long and how fast.
        loss_of: The loss of a fresh batch, given how much of the run is done.
        measure: Numbers of the averaged network.
        folder: The run folder.
        reporter: Hears of loss and measurements.

    Returns:
        Whether the schedule came to its end, and it is for this process to go on: of several that train together, the first.

    Raises:
        DivergedError: The loss is no number any more; checkpoints stay as they were.
        ProcessLostError: Another process that trains together with this one is gone.
    """
    team = training.team
    training.resume(folder)
    training.join_in()
    training.network.train()
    saved = measured = time.monotonic()
    while team.told(schedule.done(training) < 1 and not reporter.should_stop()):
        start = time.monotonic()
        loss = loss_of(schedule.done(training))
        value = team.mean(loss.item())
        if not math.isfinite(value):
            what = f"The loss is no number any more, at step {training.step + 1}."
            raise DivergedError(f"{what} Resume from the last checkpoint with a lower learning rate.")
        training.apply(loss, schedule.rate(training))
        now = time.monotonic()
        training.seconds = team.told(training.seconds + now - start)
        reporter.progress(round(1000 * schedule.done(training)), 1000)
        if training.step % 20 == 0:
            reporter.measure("loss", value, training.step)
        if not team.leads:
            continue
        if now - measured > _MEASURE_EVERY_S:
            _report(measure, training, reporter)
            measured = time.monotonic()
        if now - saved > _CHECKPOINT_EVERY_S or reporter.should_checkpoint():
            training.save(folder)
            saved = time.monotonic()
    team.leave()
    if not team.leads:
        return False
    training.save(folder)
    _report(measure, training, reporter)
    return schedule.done(training) >= 1


def _report(measure: Callable[[], Mapping[str, float]], training: Training, reporter: Reporter) -> None:
    with torch.no_grad():
        for name, value in measure().items():
            reporter.measure(name, value, training.step)
