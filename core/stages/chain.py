"""Several stages in one run folder, one after the other: what is done is not done again."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.reporting import Reporter


@dataclass(frozen=True)
class Link:
    """One stage of a chain.

    Attributes:
        name: Of its folder in the run folder.
        stage: Called with (config, folder, reporter).
        config: The stage's configuration.
        result: The file in its folder that says it is done; a stage without one is always called, and finds out by itself.
    """

    name: str
    stage: Callable[[Any, Path, Reporter], None]
    config: Any
    result: str = ""


def run_chain(links: Sequence[Link], folder: Path, reporter: Reporter) -> None:
    """Run what is not done; what it trained (*.onnx with its card) is copied to models/ in the run folder.

    Progress is told as that of the whole chain, each link the same share.
    """
    models = folder / "models"
    models.mkdir(parents=True, exist_ok=True)
    for index, link in enumerate(links):
        if reporter.should_stop():
            return
        part = _Part(reporter, index, len(links))
        own = folder / link.name
        own.mkdir(exist_ok=True)
        part.progress(0, 1)
        if not (link.result and (own / link.result).exists()):
            link.stage(link.config, own, part)
        for path in sorted(own.glob("*.onnx")):
            # The card last: a model without its card is not there.
            shutil.copy(path, models)
            shutil.copy(path.with_suffix(".json"), models)
    if not reporter.should_stop():
        reporter.progress(1000 * len(links), 1000 * len(links))


class _Part:
    """Passes on what one stage reports, as its part of the whole progress."""

    def __init__(self, reporter: Reporter, index: int, count: int) -> None:
        self._reporter = reporter
        self._index = index
        self._count = count

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
