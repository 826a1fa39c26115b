"""Train everything that ships for an engine: render its avatars, then train its three estimators. One run folder holds it all."""

import shutil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.configs import RenderAvatarsConfig, ShipConfig, TrainEstimatorConfig
from core.reporting import Reporter
from core.stages.render_avatars import render_avatars
from core.stages.train_estimator import train_estimator


def ship(config: ShipConfig, folder: Path, reporter: Reporter) -> None:
    """Write models/ENGINE_NETWORK.onnx with their cards into the run folder; the same call again goes on where it stopped.

    To ship them, copy models/ to resources/models.
    """
    renders = folder / "renders"
    parts = _Parts(reporter, 4)
    render_avatars(RenderAvatarsConfig(config.engine, config.count, seed=config.seed), renders, parts)
    networks = (
        # The baseline keeps the paper's weights of the losses, at which numbers are hardly learnt beside the discrete parameters.
        TrainEstimatorConfig("baseline", str(renders), config.baseline_minutes, threads=0, seed=config.seed),
        TrainEstimatorConfig("shape", str(renders), config.shape_minutes, threads=0, discrete_weight=1.0, seed=config.seed),
        TrainEstimatorConfig("details", str(renders), config.details_minutes, threads=0, discrete_weight=1.0, seed=config.seed),
    )
    models = folder / "models"
    models.mkdir(exist_ok=True)
    for settings in networks:
        if reporter.should_stop():
            return
        parts.begin_next()
        trained, name = folder / settings.network, f"{config.engine}_{settings.network}"
        trained.mkdir(exist_ok=True)
        if not (trained / f"{name}.json").exists():
            train_estimator(settings, trained, parts)
        for path in trained.glob(f"{name}.*"):
            shutil.copy(path, models)


class _Parts:
    """Passes on what the stages of a chain report, as parts of one progress."""

    def __init__(self, reporter: Reporter, count: int) -> None:
        self._reporter = reporter
        self._count = count
        self._index = 0

    def begin_next(self) -> None:
        self._index += 1

    def progress(self, step: int, total: int) -> None:
        self._reporter.progress(round(1000 * (self._index + step / max(1, total))), 1000 * self._count)

    def measure(self, name: str, value: float, step: int) -> None:
        self._reporter.measure(name, value, step)

    def show(self, name: str, image: NDArray[np.uint8], step: int) -> None:
        self._reporter.show(name, image, step)

    def should_stop(self) -> bool:
        return self._reporter.should_stop()

    def should_checkpoint(self) -> bool:
        return self._reporter.should_checkpoint()

    def should_sample(self) -> bool:
        return self._reporter.should_sample()
