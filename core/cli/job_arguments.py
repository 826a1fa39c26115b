"""Arguments of the verbs of `jobs`, and what they say back about a run."""

import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rapidfuzz import process

from core.cli.output import ExitCode, result, result_json, say
from core.errors import AvatarError, SettingError
from core.jobs.runs import list_runs, run_folder
from core.jobs.state import JobState
from core.paths import runs_folder

Runs = Annotated[
    Path,
    typer.Option("--runs", metavar="DIR", default_factory=runs_folder, show_default=False, help="Where the run folders lie."),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The name of a run's folder; `jobs list` has them.")]
Names = Annotated[list[str], typer.Argument(metavar="NAME...", help="The names of runs' folders; `jobs list` has them.")]
Settings = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A setting; may be repeated.")]
After = Annotated[
    list[str] | None, typer.Option("--after", metavar="NAME", help="Wait until this run is finished; may be repeated.")
]
Slot = Annotated[
    str,
    typer.Option("--slot", metavar="SLOT", help="Where it works: cpu, cuda:N, cuda:N,M for several, or ray, the cluster."),
]
OtherSlot = Annotated[str, typer.Option("--slot", metavar="SLOT", help="Where it works from now on; where it did unless told.")]
AtOnce = Annotated[bool, typer.Option("--now", help="Start at once, past the queue.")]

AT_REST = {
    JobState.WAITING: "it has not been started",
    JobState.STOPPED: "it was stopped",
    JobState.FINISHED: "it is finished",
    JobState.FAILED: "it failed",
    JobState.LOST: "its process is lost",
}
"""Why a run that nobody works on is not running."""

_NEAR = 55.0  # of 100: below it, a name is no likely misspelling


@dataclass(frozen=True)
class Done:
    """What was done for a run.

    Attributes:
        token: For programs; docs/command_line.md has them all.
        sentence: For people.
    """

    token: str
    sentence: str


def find_run(runs: Path, name: str) -> Path:
    """The folder of a run that is there.

    Raises:
        SettingError: It is not; the text names those that it may have been meant for.
    """
    path = Path(name)
    if path.name != name and path.parent.resolve() == runs.resolve():
        raise SettingError(f"A run is named by its folder alone: {path.name}, not {name}.")
    folder = run_folder(runs, name)
    names = [one.name for one in list_runs(runs)]
    if name in names:
        return folder
    near = [found for found, _, _ in process.extract(name, names, limit=3, score_cutoff=_NEAR)]
    hint = f" Did you mean {' or '.join(near)}?" if near else " `jobs list` shows those there are." if names else ""
    raise SettingError(f"There is no run “{name}” in {runs}.{hint}")


def for_each(runs: Path, names: Sequence[str], do: Callable[[Path], Done], *, as_json: bool) -> None:
    """Do something to each of several runs, and say what came of it.

    Nothing is done where one of the names is unknown; where one of them cannot be done, the others are.

    Raises:
        SettingError: There is no such run.
        Exit: One of them failed.
    """
    rows = []
    for folder in [find_run(runs, name) for name in dict.fromkeys(names)]:
        try:
            done, error = do(folder), None
        except AvatarError as problem:
            done, error = Done("", ""), str(problem)
        rows.append({"name": folder.name, "done": done.token or None, "error": error})
        if not as_json:
            say(f"{folder.name}: {error or done.sentence}")
    if as_json:
        result_json(rows)
    if any(row["error"] for row in rows):
        raise typer.Exit(ExitCode.FAILED)


def told(folder: Path, done: Done, *, as_json: bool) -> None:
    """Say what was done for a run that was begun or goes on; its name alone is the result."""
    if as_json:
        result_json({"name": folder.name, "folder": str(folder), "done": done.token, "error": None})
    else:
        result(folder.name)
        say(f"{folder.name}: {done.sentence}")


def typed(runs: Path, *words: str) -> str:
    """What to type for a verb of `jobs`, ready to be pasted into a shell."""
    program = ["python3", sys.argv[0]] if Path(sys.argv[0]).name == "main.py" else ["likeness"]
    where = [] if runs == runs_folder() else ["--runs", str(runs)]
    return shlex.join([*program, "jobs", *words, *where])
