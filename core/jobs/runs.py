"""The folder that run folders lie in."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from core.errors import SettingError
from core.jobs.job import CONFIG, Job

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def run_folder(runs: Path, name: str) -> Path:
    """The folder of the run of this name; no name leads out of `runs`.

    Raises:
        SettingError: It cannot be the name of a run.
    """
    if not _NAME.fullmatch(name) or name.endswith("."):
        raise SettingError(f"“{name}” cannot be the name of a run: letters, digits, dots, dashes and underscores, 100 at most.")
    return runs / name


def create_run(runs: Path, kind: str, settings: dict[str, Any], name: str = "") -> Job:
    """A new run that waits to be started.

    Args:
        runs: Made where it is not there.
        kind: Name in `JOBS`.
        settings: Values by name.
        name: Of its folder; a time and the kind where it is empty.

    Raises:
        SettingError: There is such a run already, or no such stage or setting.
        FileNotWrittenError: The folder cannot be written.
    """
    folder = run_folder(runs, name or free_name(runs, kind))
    if folder.exists():
        raise SettingError(f"There is a run “{name}” already. Choose another name.")
    return Job.begin(folder, kind, settings)


def free_name(runs: Path, kind: str) -> str:
    """A name that no run has yet: the time and the kind."""
    stem = f"{datetime.now().astimezone():%Y%m%d-%H%M%S}-{kind}"
    names = (stem if number == 1 else f"{stem}-{number}" for number in range(1, 1000))
    return next(name for name in names if not (runs / name).exists())


def list_runs(runs: Path) -> list[Path]:
    """The run folders, by name; links are passed over, so that nothing outside is ever shown or removed."""
    try:
        folders = sorted(folder for folder in runs.iterdir() if folder.is_dir() and not folder.is_symlink())
    except OSError:
        return []
    return [folder for folder in folders if (folder / CONFIG).is_file()]
