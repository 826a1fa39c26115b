"""Stages that do next to nothing, in the ways that real ones do it."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import DataError
from core.jobs import JobKind
from core.reporting import Reporter


@dataclass(frozen=True)
class CountConfig:
    """Count up, one step at a time."""

    steps: int = 5
    scale: float = 0.5
    label: str = ""
    is_fast: bool = True
    sizes: tuple[int, ...] = (1, 2)


def count(config: CountConfig, folder: Path, reporter: Reporter) -> None:
    """Resumes where its checkpoint is."""
    checkpoint = folder / "checkpoint.json"
    done = json.loads(checkpoint.read_text()) if checkpoint.exists() else 0
    while done < config.steps:
        if reporter.should_stop():
            return
        done += 1
        checkpoint.write_text(json.dumps(done))
        reporter.measure("loss", 1 / done, done)
        reporter.progress(done, config.steps)
    reporter.show("last", np.full((8, 8, 3), done, np.uint8), done)


def refuse(_config: CountConfig, _folder: Path, _reporter: Reporter) -> None:
    """Has no data."""
    raise DataError("There is no data. Make some.")


def crash(_config: CountConfig, _folder: Path, _reporter: Reporter) -> None:
    """Has a bug."""
    raise ZeroDivisionError("planted")


JOBS = {name: JobKind(name.title(), CountConfig, f"tests.core.jobs.toy_stages:{name}") for name in ("count", "refuse", "crash")}
