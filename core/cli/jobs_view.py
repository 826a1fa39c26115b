"""The table of `jobs list`, and the live view that keeps it up to date."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from core.cli.job_arguments import typed
from core.cli.jobs_details import STYLES, clean, trend
from core.cli.keys import key_pressed, single_keys
from core.errors import JobError
from core.jobs.events import EVENTS
from core.jobs.following import JobFollower, leading
from core.jobs.glance import Glance, lasting, moment
from core.jobs.queue import Queue
from core.jobs.runs import list_runs
from core.jobs.serving import Outlook, outlooks
from core.jobs.state import JobState

EVERY_S = 1.0
"""How often the live view looks."""

_TAIL = 1 << 20  # bytes of a run's events that a line of the table is made of: days of training are not read for it
_TOLD = 3  # problems told below the table
_HIGH = 20  # lines of a terminal from which all of them are
_WIDE, _NARROW, _TINY = 110, 76, 52  # columns of a terminal: from there with bars and trends, with numbers, with times
_STATE, _SHARE, _WHEN, _NUMBER, _STAGE = 10, 4, 16, 16, 20
_BAR, _TREND, _GAP = 16, 12, 2


@dataclass
class Watched:
    """The runs of a folder, read again at each `look`; runs at rest cost one look at a file.

    Attributes:
        runs: Where the run folders lie.
        followers: Of each run, those that are worked on first, then those that wait, then the newest.
        queued: How runs stand in the queue, by name, as `queue_rows` has it.
        note: Why the queue starts no runs; empty where it does.
    """

    runs: Path
    followers: list[JobFollower] = field(default_factory=list)
    queued: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    note: str = ""
    _sizes: dict[Path, tuple[int, int] | None] = field(default_factory=dict)

    def look(self) -> None:
        """Read what is new; runs that are gone are forgotten, new ones taken up."""
        known = {follower.folder: follower for follower in self.followers}
        folders = list_runs(self.runs)
        self.followers = [known.get(folder) or JobFollower(folder, _TAIL) for folder in folders]
        self._sizes = {folder: self._sizes.get(folder) for folder in folders}
        for follower in self.followers:
            size = _size(follower.folder / EVENTS)
            is_resting = follower.state not in (JobState.RUNNING, JobState.STOPPING)
            if not (is_resting and size is not None and size == self._sizes[follower.folder]):
                while follower.refresh():  # a long run is read in pieces
                    pass
                self._sizes[follower.folder] = size
        self.queued, self.note = look_at_queue(self.runs)
        self.followers.sort(key=self._order)

    def _order(self, follower: JobFollower) -> tuple[int, float, str]:
        ranks = {JobState.RUNNING: 0, JobState.STOPPING: 0, JobState.WAITING: 1}
        rank = 3 if follower.problem else ranks.get(follower.state, 2)
        at = follower.ended or follower.began
        place = self.queued.get(follower.folder.name, {}).get("place", float("inf"))
        return (rank, place if rank == 1 else -at.timestamp() if at and rank == 2 else 0.0, follower.folder.name)


def look_at_queue(runs: Path) -> tuple[dict[str, dict[str, Any]], str]:
    """How runs stand in the queue (`queue_rows`), and why it starts none; empty where it does."""
    try:
        content = Queue(runs).read()
        rows = queue_rows(outlooks(runs)) if content.entries else {}
    except JobError as error:
        return {}, str(error)
    return rows, (content.reason or "The queue is paused.") if rows and content.is_paused else ""


def queue_rows(looks: Sequence[Outlook]) -> dict[str, dict[str, Any]]:
    """How runs stand in the queue, by name and in order, as JSON shows it."""
    return {
        look.entry.run: {
            "place": place,
            "slot": look.entry.slot,
            "after": list(look.entry.after),
            "starts": look.entry.starts,
            "standing": str(look.standing),
            "text": look.text,
        }
        for place, look in enumerate(looks, 1)
    }


def show_table(runs: Path) -> None:
    """Print the table of all runs once."""
    watched = Watched(runs)
    watched.look()
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=200)
    _write(console, Group(runs_table(watched, console.width), *problems(watched)))


def watch(runs: Path) -> None:
    """Show the runs until q or Ctrl-C; no run is touched.

    Raises:
        JobError: This is no terminal.
    """
    console = Console(highlight=False)
    if not console.is_terminal:
        raise JobError("--watch needs a terminal. Leave it out, or take --json.")
    watched = Watched(runs)
    with single_keys() as is_listening, Live(console=console, screen=True, auto_refresh=False) as live:
        try:
            while True:
                watched.look()
                live.update(live_picture(watched, console.width, console.height), refresh=True)
                if not is_listening:
                    time.sleep(EVERY_S)
                elif key_pressed(EVERY_S) in ("q", "Q", "\x1b"):
                    return
        except KeyboardInterrupt:
            return


def live_picture(watched: Watched, width: int, height: int) -> RenderableType:
    """One picture of the live view, as large as the terminal."""
    words = ["unreadable" if follower.problem else str(follower.state) for follower in watched.followers]
    counts = ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words))
    head = _cut(Text.assemble(("Likeness jobs", "bold"), f"  {counts or 'no runs'}  ", (clean(str(watched.runs)), "dim")))
    foot = _cut(Text("q leaves; the jobs go on. `jobs show NAME` says more about one.", style="dim"))
    told = problems(watched)[: _TOLD + 1 if height >= _HIGH else 2]
    rows = height - 6 - len(told)  # head, header, “and 3 more”, foot, and blanks
    return Group(head, Text(), runs_table(watched, width, most=max(1, rows), is_live=True), *told, Text(), foot)


def runs_table(watched: Watched, width: int, *, most: int | None = None, is_live: bool = False) -> RenderableType:
    """The table of runs.

    Args:
        watched: The runs.
        width: Columns of the terminal.
        most: Rows, None is all.
        is_live: Whether it is looked at while the runs go on: then with bars and trends.
    """
    if not watched.followers:
        return Text(f"There are no runs in {clean(str(watched.runs))}. Begin one: {typed(watched.runs, 'start')} STAGE")
    shown = watched.followers[:most]
    layout = _Layout.fit(shown, width, is_live=is_live)
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="dim")
    for title, columns in layout.columns():
        table.add_column(title, width=columns, no_wrap=True, overflow="ellipsis")
    for follower in shown:
        table.add_row(*layout.cells(follower, watched.queued.get(follower.folder.name)))
    hidden = len(watched.followers) - len(shown)
    return Group(table, Text(f"and {hidden} more", style="dim")) if hidden else table


def problems(watched: Watched) -> list[RenderableType]:
    """Why the queue rests and what went wrong with the newest runs, after a blank line a line each."""
    told: list[RenderableType] = [Text(), *([_cut(Text(clean(watched.note), style="yellow"))] if watched.note else [])]
    for follower in watched.followers:
        said = follower.problem or (follower.failure.text if follower.failure else "")
        if said and len(told) <= _TOLD:
            told.append(_cut(Text.assemble((clean(follower.folder.name), "bold"), f"  {clean(said)}")))
    return told if len(told) > 1 else []


@dataclass(frozen=True)
class _Layout:
    """Which columns a table has: the state and how far it is are always whole, the rest as far as there is room.

    Attributes:
        name: Columns for the name.
        stage: Columns for what is done, 0 is none.
        bar: Columns for the bar, 0 is none.
        when: Columns for the time, 0 is none.
        number: Columns for the last number with its trend, or for why a run waits, 0 is none.
        trend: Of these, for the trend.
    """

    name: int
    stage: int
    bar: int
    when: int
    number: int
    trend: int

    @classmethod
    def fit(cls, followers: Sequence[JobFollower], width: int, *, is_live: bool) -> "_Layout":
        """The widest that fits."""
        is_wide = width >= _WIDE
        bar, trend = (_BAR, _TREND) if is_live and is_wide else (0, 0)
        number = 0 if width < _NARROW else _NUMBER + (trend + 1 if trend else 0)
        when = _WHEN if width >= _TINY else 0
        taken = (_STATE, _SHARE + (bar + 1 if bar else 0), when, number)
        room = width - sum(columns + _GAP for columns in taken if columns)
        stage = max(len(follower.title) for follower in followers)
        name = min(max(4, *(len(follower.folder.name) for follower in followers)), max(room, 12))  # “name” has four letters
        room -= name + _GAP
        stage = min(stage, room) if room >= _STAGE else 0
        room -= stage + _GAP if stage else 0
        return cls(name, stage, bar, when, number + max(0, room) if number else 0, trend)

    def columns(self) -> list[tuple[str, int]]:
        """Title and width of each column."""
        progress = self.bar + 1 + _SHARE if self.bar else _SHARE
        texts = [("name", self.name), ("stage", self.stage), ("state", _STATE), ("done", progress)]
        every = [*texts, ("time", self.when), ("last number", self.number)]
        return [(title, columns) for title, columns in every if columns]

    def cells(self, follower: JobFollower, queued: Mapping[str, Any] | None) -> list[RenderableType]:
        """A row; of a run that waits for its turn, why, in place of its last number."""
        glance = Glance.of(follower)
        cells: list[RenderableType] = [clean(glance.name)]
        cells += [clean(glance.title)] if self.stage else []
        cells += [_state(glance), _progress(glance, self.bar)]
        cells += [_time(glance)] if self.when else []
        waits = queued is not None and not glance.is_active
        number = Text(clean(str(queued["text"])), style="dim") if queued and waits else _number(follower, self.trend)
        cells += [number] if self.number else []
        return cells


def _size(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _state(glance: Glance) -> Text:
    return Text("unreadable", style="bold red") if glance.problem else Text(str(glance.state), style=STYLES[glance.state])


def _progress(glance: Glance, bar: int) -> RenderableType:
    if glance.share is None:
        return ""
    share = Text(f"{glance.share:.0%}".rjust(_SHARE), style="" if glance.is_active else "dim")
    if not bar:
        return share
    line = Table.grid(padding=(0, 1, 0, 0))
    style = "green" if glance.is_active else "bright_black"
    line.add_row(ProgressBar(1.0, glance.share, bar, complete_style=style, finished_style=style), share)
    return line


def _time(glance: Glance) -> str:
    """How much longer it takes, since when it runs, or when it ended."""
    if glance.is_active and glance.seconds_left is not None:
        return f"{lasting(glance.seconds_left)} left"
    now = datetime.now(UTC)
    if glance.ended is not None and not glance.is_active:
        return moment(glance.ended, now)
    since = "since " if glance.is_active else ""
    return "" if glance.began is None else f"{since}{moment(glance.began, now)}"


def _number(follower: JobFollower, columns: int) -> str:
    if not follower.curves:
        return ""
    name = leading(list(follower.curves))
    curve = follower.curves[name]
    said = f"{clean(name.rpartition('/')[2])} {curve.values[-1]:.4g}"
    return f"{said[:_NUMBER]:<{_NUMBER}} {trend(curve, columns)}" if columns else said


def _cut(line: Text) -> Text:
    """A line that ends where the terminal does."""
    line.no_wrap, line.overflow = True, "ellipsis"
    return line


def _write(console: Console, picture: RenderableType) -> None:
    """Print without the blanks that fill lines up where nobody sees them."""
    if console.is_terminal:
        console.print(picture)
        return
    with console.capture() as captured:
        console.print(picture)
    for line in captured.get().splitlines():
        console.file.write(line.rstrip() + "\n")
