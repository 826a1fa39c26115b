"""A run folder: which stage, with which configuration, and what happened. If it is not in the folder, it did not happen.

    config.json     kind, version of the code, and the configuration, frozen when the run begins
    inputs.json     digests of the folders it was begun with (core.jobs.inputs)
    events.jsonl    started, progress, measured, shown, finished, stopped, failed (core.jobs.events)
    commands/       what it is asked to do (core.jobs.commands)
    worker.*        who works on it (core.jobs.state)
    samples/        pictures that the stage showed
    log.txt         what a detached process said (core.jobs.starting)

Everything else in the folder is the stage's own.
"""

import dataclasses
import importlib
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from traceback import format_exc
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import FileNotWrittenError, JobError, SettingError
from core.files import open_plain, write_atomically
from core.images import write_png
from core.jobs import JOBS
from core.jobs.commands import Commands, forget
from core.jobs.events import append_event
from core.jobs.failures import explain
from core.jobs.fields import fields_of
from core.jobs.inputs import check_inputs
from core.jobs.settings import differences, make_config
from core.jobs.state import is_worked_on, occupied
from core.jobs.together import run_together
from core.reporting import Reporter
from core.version import code_version

CONFIG = "config.json"
CHANGEABLE = ("minutes", "steps", "threads", "processes", "device", "devices", "measured_on", "batch", "rate")
"""Settings that a resumed run may change: one that ended can be given more time, one that failed smaller batches."""
_LONGEST = 1 << 24  # bytes of a configuration
_PROGRESS_S = 1.0  # between two progress events


@dataclass(frozen=True)
class Job:
    """One stage with its configuration in its folder.

    Attributes:
        folder: The run folder.
        kind: Name in `JOBS`.
        config: The stage's configuration.
    """

    folder: Path
    kind: str
    config: Any

    @classmethod
    def begin(cls, folder: Path, kind: str, settings: dict[str, Any]) -> "Job":
        """A new run, or the one that was begun in this folder.

        Args:
            folder: Made where it is not there.
            kind: Name in `JOBS`.
            settings: Values by name. Those that a begun run has already must be the same, but for how long it goes on and what
                of the machine it takes (`CHANGEABLE`); none of them need be repeated. Paths of folders are taken from where this
                process works, and kept whole: the run may go on from somewhere else.

        Raises:
            SettingError: There is no such stage or setting, or the folder belongs to a different run.
            JobError: A process works on the run, which does not hear of other settings.
            FileNotWrittenError: The folder cannot be written.
        """
        if kind not in JOBS:
            raise SettingError(f"There is no stage “{kind}”; there are {', '.join(JOBS)}.")
        begun = _read_begun(folder)
        if begun is not None:
            return cls._resume(folder, kind, settings, begun)
        config = _with_whole_paths(make_config(JOBS[kind].config, settings))
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileNotWrittenError(f"{folder} cannot be a run folder: {error.strerror or error}.") from error
        frozen = {"kind": kind, "likeness": code_version(), "config": dataclasses.asdict(config)}
        write_atomically(folder / CONFIG, (json.dumps(frozen, indent=2) + "\n").encode())
        return cls(folder, kind, config)

    @classmethod
    def open(cls, folder: Path) -> "Job":
        """The run that was begun in a folder.

        Raises:
            SettingError: None was, or it cannot be read.
        """
        begun = _read_begun(folder)
        if begun is None:
            raise SettingError(f"There is no run in {folder}.")
        kind = begun.get("kind")
        if kind not in JOBS:
            raise SettingError(f"{folder} holds a run of “{kind}”, which this version does not have.")
        return cls(folder, str(kind), make_config(JOBS[str(kind)].config, begun.get("config", {})))

    @classmethod
    def _resume(cls, folder: Path, kind: str, settings: dict[str, Any], begun: dict[str, Any]) -> "Job":
        if begun.get("kind") != kind:
            raise SettingError(f"{folder} holds a run of {begun.get('kind')}, not of {kind}. Choose another folder.")
        config = _with_whole_paths(make_config(JOBS[kind].config, begun.get("config", {})))
        asked = _with_whole_paths(make_config(JOBS[kind].config, settings, config))
        changed = differences(config, dataclasses.replace(asked, **{name: getattr(config, name) for name in _changeable(config)}))
        if changed:
            raise SettingError(
                f"{folder} was begun with other settings: {'; '.join(changed)}. "
                "Leave them out to resume it, or choose another folder."
            )
        if asked != config:
            if is_worked_on(folder):
                raise JobError(f"{folder} is being worked on, so its settings stay as they are. Stop it first.")
            write_atomically(
                folder / CONFIG, (json.dumps({**begun, "config": dataclasses.asdict(asked)}, indent=2) + "\n").encode()
            )
        return cls(folder, kind, asked)

    def run(self, reporter: Reporter) -> bool:
        """Run the stage here and now.

        Returns:
            Whether it is finished; it is not if it was asked to stop.

        Raises:
            JobError: Another process works on it, or a link leads out of its folder.
        """
        module, _, name = JOBS[self.kind].function.partition(":")
        check_links(self.folder)
        with occupied(self.folder):
            recorder = Recorder(self.folder, reporter)
            append_event(self.folder, "started", likeness=code_version())
            try:
                check_inputs(self.folder, self.config)
                devices = getattr(self.config, "devices", 1)
                if devices > 1:
                    run_together(self.folder, devices, recorder)
                else:
                    getattr(importlib.import_module(module), name)(self.config, self.folder, recorder)
            except BaseException as error:
                recorder.flush()
                append_event(self.folder, "failed", **explain(error, self.config).as_event(), traceback=format_exc())
                raise
            recorder.flush()
            append_event(self.folder, "stopped" if recorder.was_stopped else "finished")
            forget(self.folder, "stop")
        return not recorder.was_stopped


def check_links(folder: Path) -> None:
    """See that a run can write nowhere but into its own folder, whoever made that: in it, no link may lead out of it.

    Raises:
        JobError: One does.
    """
    own = folder.resolve()
    for top, folders, names in os.walk(folder):
        for path in (Path(top, name) for name in (*folders, *names)):
            if path.is_symlink() and not _leads_into(path, own):
                raise JobError(f"{path} is a link that leads out of the run's folder. Put what it leads to in its place.")


def _leads_into(link: Path, folder: Path) -> bool:
    try:
        return link.resolve().is_relative_to(folder)
    except (OSError, RuntimeError):  # in a circle
        return False


class Recorder:
    """Passes what a stage reports on to somebody, writes it into the run folder, and hears what is asked there."""

    def __init__(self, folder: Path, listener: Reporter) -> None:
        self.was_stopped = False
        self._folder = folder
        self._listener = listener
        self._commands = Commands(folder)
        self._progress: tuple[int, int] | None = None  # not written yet
        self._written = -_PROGRESS_S

    def progress(self, step: int, total: int) -> None:
        """Record it now and then, and pass it on."""
        self._progress = (step, total)
        if time.monotonic() - self._written >= _PROGRESS_S:
            self.flush()
        self._listener.progress(step, total)

    def flush(self) -> None:
        """Write the progress that was not written yet."""
        if self._progress is not None:
            append_event(self._folder, "progress", step=self._progress[0], total=self._progress[1])
            self._progress, self._written = None, time.monotonic()

    def measure(self, name: str, value: float, step: int) -> None:
        """Record it and pass it on."""
        append_event(self._folder, "measured", name=name, value=float(value), step=int(step))
        self._listener.measure(name, value, step)

    def show(self, name: str, image: NDArray[np.uint8], step: int) -> None:
        """Keep the picture and pass it on."""
        path = self._folder / "samples" / f"{name}-{step:09d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_png(path, image)
        append_event(self._folder, "shown", name=name, path=path.relative_to(self._folder).as_posix(), step=int(step))
        self._listener.show(name, image, step)

    def should_stop(self) -> bool:
        """Whether the listener or somebody else asks for it."""
        self.was_stopped = self.was_stopped or self._listener.should_stop() or self._commands.take("stop")
        return self.was_stopped

    def should_checkpoint(self) -> bool:
        """Whether the listener or somebody else asks for it."""
        return self._listener.should_checkpoint() or self._commands.take("checkpoint")

    def should_sample(self) -> bool:
        """Whether the listener or somebody else asks for it."""
        return self._listener.should_sample() or self._commands.take("sample")


def _with_whole_paths(config: Any) -> Any:
    named = [field.name for field in fields_of(type(config)) if field.kind in ("run", "folder") and getattr(config, field.name)]
    return dataclasses.replace(config, **{name: str(Path(getattr(config, name)).absolute()) for name in named})


def _changeable(config: Any) -> list[str]:
    names = [field.name for field in dataclasses.fields(config)]
    return [name for name in names if name in CHANGEABLE or name.endswith("_minutes")]


def _read_begun(folder: Path) -> dict[str, Any] | None:
    path = folder / CONFIG
    if not path.exists():
        return None
    try:
        with open_plain(path) as file:
            begun = json.loads(file.read(_LONGEST))
    except (OSError, ValueError, RecursionError) as error:
        raise SettingError(f"{path} cannot be read: {error}. Choose another folder.") from error
    if not (isinstance(begun, dict) and isinstance(begun.get("kind"), str) and isinstance(begun.get("config", {}), dict)):
        raise SettingError(f"{path} is not a run's configuration. Choose another folder.")
    return begun
