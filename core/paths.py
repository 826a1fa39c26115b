"""Where resources, models, packs and a user's own files live. The only place that knows."""

import os
from pathlib import Path

import platformdirs

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
MODELS_FOLDER = RESOURCES / "models"
ENGINES_FOLDER = RESOURCES / "engines"

_NAME = "likeness"


def data_folder() -> Path:
    """Where a user's own packs and models live; `LIKENESS_HOME` moves it and everything else of the user's."""
    return _home("data") or Path(platformdirs.user_data_dir(_NAME, appauthor=False))


def state_folder() -> Path:
    """Where recovery files, recent files and the window's geometry live."""
    return _home("state") or Path(platformdirs.user_state_dir(_NAME, appauthor=False))


def cache_folder() -> Path:
    """Where thumbnails live; everything in it may be deleted."""
    return _home("cache") or Path(platformdirs.user_cache_dir(_NAME, appauthor=False))


def runs_folder() -> Path:
    """Where run folders are made and looked for: `LIKENESS_RUNS`, or `runs` beside the code of a checkout, or the user's own."""
    named = os.environ.get("LIKENESS_RUNS")
    if named:
        return Path(named)
    root = RESOURCES.parent
    return root / "runs" if (root / ".git").exists() and _home("data") is None else data_folder() / "runs"


def training_data_folder() -> Path | None:
    """The portraits and teachers for training (`../shared/data` or `LIKENESS_DATA`), or None where they are absent."""
    named = os.environ.get("LIKENESS_DATA")
    folder = Path(named) if named else RESOURCES.parent.parent / "shared" / "data"
    return folder if folder.is_dir() else None


def _home(part: str) -> Path | None:
    home = os.environ.get("LIKENESS_HOME")
    return Path(home) / part if home else None
