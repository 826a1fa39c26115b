"""Before a run starts: how long it takes, what it needs of memory, disk and data, and what stands in its way."""

import importlib.util
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil
from pathlib import Path
from typing import Any

import psutil

from core.jobs import JOBS
from core.jobs.cluster import RAY, read_cluster
from core.jobs.fields import fields_of
from core.jobs.job import CONFIG
from core.jobs.slots import CPU, gpus_of
from core.jobs.state import JobState, job_state
from core.paths import training_data_folder
from core.stages.durations import seconds_of

MODULES: Mapping[str, tuple[str, ...]] = {"build": ("skimage", "scipy", "fast_simplification"), "teachers": ("ai_edge_litert",)}
"""Extra -> modules that it installs."""

_MANIFEST = "manifest.json"  # written last by stages whose folder others read
_GB = 1e9


class Severity(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    WARNING = "warning"
    OBSTACLE = "obstacle"  # the run would fail


@dataclass(frozen=True)
class Finding:
    """Something to know before a run starts.

    Attributes:
        about: time | memory | disk | data | extras | cluster | devices, or the name of a setting.
        severity: How much it matters.
        text: One sentence.
    """

    about: str
    severity: Severity
    text: str


@dataclass(frozen=True)
class Needs:
    """What a kind of job takes, about.

    Attributes:
        memory: GB.
        disk: GB, besides `disk_each`.
        disk_each: Setting -> MB for each one of it.
        has_data: Whether it reads the training data.
        extras: Extras that must be installed.
    """

    memory: float
    disk: float = 0.1
    disk_each: Mapping[str, float] = field(default_factory=dict)
    has_data: bool = True
    extras: tuple[str, ...] = ()


NEEDS: Mapping[str, Needs] = {
    "label_faces": Needs(1.0, 0.2, extras=("build", "teachers")),
    "train_finder": Needs(2.0),
    "train_landmarks": Needs(4.6, 1.8),
    "train_parser": Needs(2.5),
    "render_avatars": Needs(1.0, disk_each={"count": 0.16}, has_data=False),
    "render_heads": Needs(1.5, disk_each={"heads": 2.0, "avatars": 2.0}, extras=("build", "teachers")),
    "train_estimator": Needs(2.0),
    "ship": Needs(2.5, disk_each={"count": 0.16}, extras=("build", "teachers")),
    "face_networks": Needs(4.6, 2.5, disk_each={"heads": 2.0, "avatars": 2.0}, extras=("build", "teachers")),
    "prepare_faces": Needs(1.0, 0.5, has_data=False),
}
"""Kind -> what it takes, besides time (core.stages.durations). From runs: memory of train_landmarks and train_parser, disk of all
but prepare_faces. The rest is estimated."""


def preflight(kind: str, config: Any, folder: Path, slot: str = CPU) -> tuple[Finding, ...]:
    """What is to be known before a run starts, what stands in its way first.

    Args:
        kind: Name in `JOBS`.
        config: The configuration it would run with.
        folder: The run folder, or the folder in which one would be made.
        slot: Where it would work. Of the cluster only its settings are looked at: what it has of data and memory is known there.

    Raises:
        SettingError: The settings of the cluster are damaged.
    """
    needs = NEEDS.get(kind)
    found = [*_inputs(kind, config), *_devices(config, slot)]
    if slot == RAY:
        found += _there(needs)
    elif needs is not None:
        found += [*_data(needs), *_extras(needs), _memory(needs.memory)]
    if needs is not None:
        found.append(_disk(_gigabytes(needs, config), folder))
    found.append(_time(config))
    order = list(reversed(Severity))
    return tuple(sorted(found, key=lambda one: order.index(one.severity)))


def expected_minutes(config: Any) -> float | None:
    """How long a run with this configuration takes on two CPU cores; None where nobody knows."""
    return sum(seconds_of(config)) / 60 or None


def _inputs(kind: str, config: Any) -> list[Finding]:
    """The folders that the settings name."""
    found = []
    for one in fields_of(JOBS[kind].config):
        if one.kind not in ("run", "folder"):
            continue
        value = str(getattr(config, one.name))
        if value:
            found.append(_input(one.name, Path(value), is_run=one.kind == "run"))
        elif one.is_required:
            what = f"a run of {one.run_of}" if one.run_of else "a folder"
            found.append(Finding(one.name, Severity.OBSTACLE, f"{one.title} must name {what}."))
    return found


def _input(name: str, folder: Path, *, is_run: bool) -> Finding:
    if not folder.is_dir():
        return Finding(name, Severity.OBSTACLE, f"{folder} is not there, which {name} names.")
    if not is_run or not (folder / CONFIG).is_file():
        return Finding(name, Severity.OK, f"{folder} is there.")
    state = job_state(folder)
    if state is JobState.FINISHED:
        return Finding(name, Severity.OK, f"{folder} is finished.")
    has_all = (folder / _MANIFEST).is_file() and state not in (JobState.RUNNING, JobState.STOPPING)
    if has_all:
        return Finding(name, Severity.WARNING, f"{folder} is {state}, not finished; what it made so far is used.")
    return Finding(name, Severity.OBSTACLE, f"{folder} is {state}, not finished, and {name} needs it.")


def _data(needs: Needs) -> list[Finding]:
    if not needs.has_data:
        return []
    data = training_data_folder()
    if data is None:
        return [Finding("data", Severity.OBSTACLE, "The training data is not here; set LIKENESS_DATA to its folder.")]
    return [Finding("data", Severity.OK, f"The training data is in {data}.")]


def _devices(config: Any, slot: str) -> list[Finding]:
    """Whether there are as many GPUs as the settings ask for."""
    count, device = getattr(config, "devices", 1), getattr(config, "device", "cpu")
    where, more = f"slot {slot} has", "take slot cuda:" + ",".join(str(number) for number in range(count))
    gpus = gpus_of(slot)
    if slot == RAY and (cluster := read_cluster()) is not None:
        gpus, where, more = ceil(cluster.gpus), "the cluster's settings give a run", f"`jobs cluster --set gpus={count}`"
    if device == "cpu" or gpus == count or (not gpus and device == "auto"):
        return []
    asked = f"devices is {count}" if gpus else "device is cuda"
    there = f"{asked}, and {where} {gpus or 'no'} GPU{'' if gpus == 1 else 's'}"
    if gpus > count:
        return [Finding("devices", Severity.WARNING, f"{there}; with devices={gpus} it uses them all.")]
    return [Finding("devices", Severity.OBSTACLE, f"{there}: {more}, or set {f'devices={gpus}' if gpus else 'device=cpu'}.")]


def _there(needs: Needs | None) -> list[Finding]:
    """Whether there is a cluster, and where its data is."""
    cluster = read_cluster()
    if cluster is None:
        return [Finding("cluster", Severity.OBSTACLE, "There is no cluster in the settings; `jobs cluster` names one.")]
    if needs is None or not needs.has_data:
        return []
    if cluster.data:
        return [Finding("data", Severity.OK, f"The cluster takes the training data from {cluster.data}.")]
    text = "The cluster's settings do not name its training data, so LIKENESS_DATA must be set there; `jobs cluster` names it."
    return [Finding("data", Severity.WARNING, text)]


def _extras(needs: Needs) -> list[Finding]:
    missing = [one for one in needs.extras if any(importlib.util.find_spec(module) is None for module in MODULES[one])]
    if missing:
        return [Finding("extras", Severity.WARNING, f"{' and '.join(missing)} will be installed first, which needs the network.")]
    return [Finding("extras", Severity.OK, "Everything it needs is installed.")] if needs.extras else []


def _gigabytes(needs: Needs, config: Any) -> float:
    return needs.disk + sum(each * getattr(config, name, 0) for name, each in needs.disk_each.items()) / 1000


def _disk(needed: float, folder: Path) -> Finding:
    at = next((one for one in (folder, *folder.parents) if one.exists()), Path.cwd())
    free = shutil.disk_usage(at).free / _GB
    left = max(0.0, needed - _size(folder)) if (folder / CONFIG).is_file() else needed
    text = f"It needs about {left:.1f} GB of disk, and {free:.1f} GB are free."
    if free < left:
        return Finding("disk", Severity.OBSTACLE, text)
    return Finding("disk", Severity.OK if free > left + 1 else Severity.WARNING, text)


def _size(folder: Path) -> float:
    """GB in a folder that may change meanwhile."""
    size = 0
    for path in folder.rglob("*"):
        try:
            size += path.lstat().st_size
        except OSError:
            continue  # deleted this moment
    return size / _GB


def _memory(needed: float) -> Finding:
    memory = psutil.virtual_memory()
    text = f"It needs about {needed:.1f} GB of memory, and {memory.available / _GB:.1f} of {memory.total / _GB:.1f} GB are free."
    if memory.total < needed * _GB:
        return Finding("memory", Severity.OBSTACLE, text)
    return Finding("memory", Severity.OK if memory.available > needed * _GB else Severity.WARNING, text)


def _time(config: Any) -> Finding:
    minutes = expected_minutes(config)
    if minutes is None:
        return Finding("time", Severity.OK, "Nobody knows how long it takes.")
    if minutes < 1:
        return Finding("time", Severity.OK, "It takes less than a minute.")
    hours, rest = divmod(max(1, round(minutes)), 60)
    text = f"{hours} h {rest} min" if hours else f"{rest} min"
    return Finding("time", Severity.OK, f"It takes about {text} on two processor cores.")
