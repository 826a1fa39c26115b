"""Several stages in one run folder, one after the other: what is done is not done again."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.reporting import Reporter, divided
from core.stages.durations import seconds_of


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

    Progress is told as that of the whole chain, of which each link has the share that its duration is likely to have; what it
    measures has its name and a slash before it.
    """
    models = folder / "models"
    models.mkdir(parents=True, exist_ok=True)
    seconds = [sum(seconds_of(link.config)) for link in links]
    for link, part in zip(links, divided(reporter, seconds, [link.name for link in links]), strict=True):
        if reporter.should_stop():
            return
        own = folder / link.name
        own.mkdir(exist_ok=True)
        if not (link.result and (own / link.result).exists()):
            part.progress(0, 1)
            link.stage(link.config, own, part)
        for path in sorted(own.glob("*.onnx")):
            # The card last: a model without its card is not there.
            shutil.copy(path, models)
            shutil.copy(path.with_suffix(".json"), models)
    if not reporter.should_stop():
        part.progress(1, 1)
