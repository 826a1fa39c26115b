"""Everything about one run, for people and as JSON, and how a part of it is put in a few letters."""

import math
import shlex
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from core.cli.job_arguments import typed
from core.jobs.failures import Failure
from core.jobs.fields import as_text
from core.jobs.following import Curve, JobFollower
from core.jobs.glance import Glance, lasting, moment
from core.jobs.state import JobState

STYLES = {
    JobState.WAITING: "dim",
    JobState.RUNNING: "bold green",
    JobState.STOPPING: "yellow",
    JobState.STOPPED: "",
    JobState.FINISHED: "",
    JobState.FAILED: "bold red",
    JobState.LOST: "bold red",
}
_BLOCKS = "▁▂▃▄▅▆▇█"


def run_row(follower: JobFollower, queued: Mapping[str, Any] | None) -> dict[str, Any]:
    """A run as JSON shows it in a list.

    Args:
        follower: What its folder says.
        queued: How it stands in the queue, as JSON shows that; None where it is not in it.
    """
    left, failure = follower.seconds_left(), follower.failure
    return {
        "name": follower.folder.name,
        "folder": str(follower.folder),
        "kind": follower.kind,
        "title": follower.title,
        "state": str(follower.state),
        "step": follower.progress[0],
        "total": follower.progress[1],
        "seconds_left": None if left is None else round(left, 1),
        "began": _iso(follower.began),
        "ended": _iso(follower.ended),
        "measured": {name: _last(curve) for name, curve in follower.curves.items()},
        "failure": None if failure is None else _failure_row(follower.folder, failure),
        "queue": None if queued is None else dict(queued),
        "error": follower.problem or None,
    }


def run_details(follower: JobFollower, queued: Mapping[str, Any] | None) -> dict[str, Any]:
    """Everything about a run, as JSON shows it."""
    return run_row(follower, queued) | {
        "settings": None if follower.config is None else asdict(follower.config),
        "samples": [{"name": one.name, "step": one.step, "path": str(one.path)} for one in follower.samples],
        "log": [clean(line) for line in follower.log()],
    }


def show_details(follower: JobFollower, queued: Mapping[str, Any] | None) -> None:
    """Print everything about a run."""
    console = Console(highlight=False)
    for line in _lines(follower, queued):
        console.print(line, soft_wrap=True)  # a command that the console broke could not be pasted


def _lines(follower: JobFollower, queued: Mapping[str, Any] | None) -> list[Text]:
    glance = Glance.of(follower)
    step, total = glance.progress
    said = [str(glance.state)]
    said += [f"{step:,} of {total:,} ({glance.share:.0%})"] if total else []
    said += [f"{lasting(glance.seconds_left)} left"] if glance.seconds_left is not None else []
    now = datetime.now(UTC)
    said += [f"place {queued['place']} in the queue: {queued['text']}"] if queued is not None and not glance.is_active else []
    said += [f"began {moment(glance.began, now)}"] if glance.began else []
    said += [f"ended {moment(glance.ended, now)}"] if glance.ended else []
    lines: list[Text] = [
        Text.assemble((clean(glance.name), "bold"), f"  {clean(glance.title)}"),
        Text(", ".join(said), style=STYLES[glance.state]),
        Text(clean(glance.problem)) if glance.problem else Text(clean(str(follower.folder)), style="dim"),
    ]
    lines += _failure_lines(follower)
    lines += [Text(), *_setting_lines(glance)]
    if follower.curves:
        lines.append(Text())
    for name, curve in follower.curves.items():
        lines.append(Text(f"  {clean(name):<24} {curve.values[-1]:>12.5g}  at {curve.steps[-1]:<9,} {trend(curve, 32)}"))
    if follower.samples:
        newest = follower.samples[-1]
        lines += [Text(), Text(f"  {len(follower.samples)} samples, the newest is {clean(str(newest.path))}")]
    log = follower.log(8)
    lines += [Text(), *(Text(f"  {clean(line)}", style="dim") for line in log)] if log else []
    return lines


def trend(curve: Curve, width: int) -> str:
    """A whole curve as a row of blocks, from its lowest to its highest; empty where there are too few values."""
    finite = [value for value in curve.values if math.isfinite(value)]
    if len(finite) < 2:
        return ""
    width = min(width, len(finite))
    cuts = [len(finite) * index // width for index in range(width + 1)]
    values = [sum(finite[start:end]) / (end - start) for start, end in pairwise(cuts)]
    low, high = min(values), max(values)
    return "".join(_BLOCKS[round((value - low) / ((high - low) or 1.0) * (len(_BLOCKS) - 1))] for value in values)


def clean(text: str) -> str:
    """A text from a folder that anybody may have written, without what would steer the terminal."""
    return "".join(letter if letter.isprintable() else " " if letter == "\t" else "�" for letter in text)


def _failure_row(folder: Path, failure: Failure) -> dict[str, Any]:
    remedies = [
        {"title": remedy.title, "settings": dict(remedy.settings), "command": _resume_command(folder, remedy.settings)}
        for remedy in failure.remedies
    ]
    return {"cause": failure.cause, "text": failure.text, "remedies": remedies}


def _failure_lines(follower: JobFollower) -> list[Text]:
    failure = follower.failure
    if failure is None:
        return []
    lines: list[Text] = [Text(), Text(clean(failure.text), style="red")]
    for remedy in failure.remedies:
        command = _resume_command(follower.folder, remedy.settings)
        lines.append(Text(f"  {clean(remedy.title) + ':':<36} {clean(command)}"))
    return lines


def _resume_command(folder: Path, settings: Any) -> str:
    changes = [word for name, value in settings.items() for word in ("--set", f"{name}={as_text(value)}")]
    return typed(folder.parent, "resume", folder.name, *changes)


def _setting_lines(glance: Glance) -> list[Text]:
    if glance.config is None:
        return []
    begun, default = asdict(glance.config), asdict(type(glance.config)())
    return [
        Text(f"  {name:<24} {clean(shlex.quote(as_text(value)))}", style="" if value != default[name] else "dim")
        for name, value in begun.items()
    ]


def _last(curve: Curve) -> dict[str, Any]:
    value = curve.values[-1]
    return {"step": curve.steps[-1], "value": value if math.isfinite(value) else None}


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="milliseconds")
