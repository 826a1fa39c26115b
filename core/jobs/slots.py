"""Slots: where a run works. `cpu`, a GPU by its number `cuda:0`, several `cuda:0,1`, or `ray`, the cluster."""

import re
import shutil
import subprocess
from collections.abc import Collection
from functools import cache
from pathlib import Path

from core.errors import AvatarError, SettingError
from core.jobs.cluster import RAY, read_cluster
from core.jobs.state import read_worker

CPU = "cpu"

_SLOT = re.compile(rf"cpu|cuda:[0-9]{{1,3}}(?:,[0-9]{{1,3}})*|{RAY}")


def checked(slot: str) -> str:
    """A slot as somebody wrote it.

    Raises:
        SettingError: It is none.
    """
    parts = parts_of(slot)
    if not _SLOT.fullmatch(slot) or len(set(parts)) < len(parts):
        raise SettingError(
            f"There is no slot “{slot}”; there are cpu, cuda:0, cuda:1 and so on, cuda:0,1 for several, and ray, the cluster."
        )
    return slot


def parts_of(slot: str) -> tuple[str, ...]:
    """The devices of a slot: of `cuda:0,1`, `cuda:0` and `cuda:1`."""
    kind, colon, numbers = slot.partition(":")
    return tuple(f"{kind}:{number}" for number in numbers.split(",")) if colon else (slot,)


def gpus_of(slot: str) -> int:
    """How many GPUs of this machine a run on a slot sees."""
    return 0 if slot in (CPU, RAY) else len(parts_of(slot))


def environment_of(slot: str) -> dict[str, str]:
    """The variables by which a run sees its slot alone."""
    return {"CUDA_VISIBLE_DEVICES": slot.partition(":")[2]}


def worked_on(folder: Path) -> str:
    """The slot that a run worked on last; `cpu` where it never did, nobody said on which, or the cluster is no more."""
    devices = (read_worker(folder) or {}).get("devices")
    if devices == RAY:
        return RAY if _has_cluster() else CPU
    try:
        return checked(f"cuda:{devices}")
    except SettingError:
        return CPU


def slots() -> tuple[str, ...]:
    """The slots of this machine: the processor, each GPU that the driver names, and the cluster where the settings have one."""
    return (*_own_slots(), *((RAY,) if _has_cluster() else ()))


def lacking(slot: str, present: Collection[str]) -> str:
    """What a slot lacks, in a sentence, where these are there; empty where nothing is missing."""
    missing = [part for part in parts_of(slot) if part not in present]
    if missing and slot == RAY:
        return "There is no cluster in the settings; `jobs cluster` names one."
    return f"This machine has no {missing[0]}; there are {', '.join(present)}." if missing else ""


@cache
def _own_slots() -> tuple[str, ...]:
    program = shutil.which("nvidia-smi")
    if program is None:
        return (CPU,)
    try:
        said = subprocess.run([program, "-L"], capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return (CPU,)
    gpus = sum(line.startswith("GPU ") for line in said.splitlines())
    return (CPU, *(f"cuda:{number}" for number in range(gpus)))


def _has_cluster() -> bool:
    try:
        return read_cluster() is not None
    except AvatarError:
        return False
