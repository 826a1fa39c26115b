"""What the verbs of `labels` show: rows for programs, lines for people, a bar while they work."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from typing_extensions import override

from core.cli.output import result, say, terminal
from core.reporting import SilentReporter

if TYPE_CHECKING:
    from core.labels.records import Entry, SetFacts
    from core.labels.travelling import Conflict, Placed

_SHOWN = 20
"""Problems that are told in lines; `--json` has all."""


class _Bar(SilentReporter):
    """Moves a bar."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    @override
    def progress(self, step: int, total: int) -> None:
        self._progress.update(self._task, completed=step, total=total, visible=True)

    @override
    def show(self, name: str, image: NDArray[np.uint8], step: int) -> None:
        """Nothing: there is no place for pictures."""


@contextmanager
def working(title: str, after_stop: str = "Nothing was changed.") -> Iterator[SilentReporter]:
    """Someone to report to, who shows a bar on the terminal while the work goes on.

    Args:
        title: What is counted.
        after_stop: What Ctrl-C leaves, in a sentence.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=terminal, transient=True, disable=not terminal.is_terminal) as progress:
        try:
            yield _Bar(progress, progress.add_task(title, total=None, visible=False))
        except KeyboardInterrupt:
            say(f"Stopped. {after_stop}")
            raise


def facts_row(location: str, facts: "SetFacts") -> dict[str, Any]:
    """A set as a whole, for `--json`."""
    return {
        "set": location,
        "uid": facts.uid,
        "name": facts.name,
        "version": facts.version,
        "engines": {engine: {"version": one.version, "fingerprint": one.core} for engine, one in facts.engines.items()},
        "blind_share": facts.blind_share,
        "made_at": facts.made_at.isoformat(),
        "locked_at": facts.locked_at.isoformat() if facts.locked_at else None,
        "digest": facts.digest,
        "parent_digest": facts.parent_digest,
    }


def facts_line(facts: "SetFacts") -> str:
    """A set as a whole, for people."""
    frozen = f"frozen, {facts.digest}" if facts.is_locked else "open"
    return f"{facts.name}, version {facts.version}, for {', '.join(facts.engines)}, {frozen}"


def photo_row(entry: "Entry", *, has_view: bool) -> dict[str, Any]:
    """A photo, for `--json`, with how far somebody's label of it is where it was asked whose."""
    item = entry.item
    row: dict[str, Any] = {
        "photo": item.sha256, "name": item.name, "path": item.path, "width": item.width, "height": item.height,
        "is_blind": item.is_blind, "subject": item.subject, "problem": item.problem, "added_at": item.added_at.isoformat(),
    }  # fmt: skip
    if has_view:
        row |= {"state": entry.state, "flags": list(entry.flags), "has_note": entry.has_note, "seconds": entry.seconds}
    return row


def photo_line(entry: "Entry", *, has_view: bool) -> str:
    """A photo, for people."""
    item = entry.item
    words = [item.sha256[:12], f"{entry.state:<8}" if has_view else "", "blind" if item.is_blind else "     ", item.name]
    extra = [item.problem or "", *(f"#{flag}" for flag in entry.flags if has_view)]
    return " ".join("  ".join(word for word in (*words, *extra) if word).splitlines())  # a name may have an end of line in it


def placed_row(placed: "Placed") -> dict[str, Any]:
    """What became of labels that came, for `--json`."""
    return {"added": placed.added, "same": placed.same, "conflicts": [_conflict_row(one) for one in placed.conflicts]}


def tell_placed(placed: "Placed") -> None:
    """What became of labels that came, for people."""
    result(f"{placed.added} labels added, {placed.same} were here already.")
    if placed.conflicts:
        say(f"{len(placed.conflicts)} labels are here and there, and differ. They stayed as they are here:")
    tell_some(
        f"  {one.here.name}, {one.here.label.designer}, {one.here.label.engine}, take {one.here.label.take}: "
        f"{', '.join(one.fields[:5])}{' …' if len(one.fields) > 5 else ''}"
        for one in placed.conflicts
    )


def tell_some(lines: "Sequence[str] | Iterator[str]") -> None:
    """The first lines, and how many more there are."""
    every = list(lines)
    for line in every[:_SHOWN]:
        say(line)
    if len(every) > _SHOWN:
        say(f"  … and {len(every) - _SHOWN} more; --json has all.")


def _conflict_row(conflict: "Conflict") -> dict[str, Any]:
    here, there = conflict.here.label, conflict.there.label
    return {
        "photo": conflict.here.photo, "name": conflict.here.name, "designer": here.designer, "engine": here.engine,
        "take": here.take, "fields": list(conflict.fields), "here_changed_at": here.changed_at.isoformat(),
        "there_changed_at": there.changed_at.isoformat(),
    }  # fmt: skip
