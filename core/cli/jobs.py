"""`jobs`: runs that go on without a terminal. Every verb works on folders, so anybody who shares the disk can type it."""

import os
import shlex
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from core.cli.arguments import Json
from core.cli.job_arguments import (
    AT_REST,
    After,
    AtOnce,
    Done,
    Name,
    Names,
    OtherSlot,
    Runs,
    Settings,
    Slot,
    find_run,
    for_each,
    told,
    typed,
)
from core.cli.jobs_cluster import cluster
from core.cli.jobs_details import clean, run_details, run_row, show_details
from core.cli.jobs_queue import queue_verbs, serve_queue, take_turn
from core.cli.jobs_view import Watched, look_at_queue, show_table, watch
from core.cli.output import result, result_json, say
from core.errors import JobError, SettingError
from core.files import open_plain
from core.jobs import JOBS
from core.jobs.cluster import RAY
from core.jobs.commands import Command, ask
from core.jobs.ending import end_at_once, remove_run, seconds_unsaved
from core.jobs.fields import fields_of
from core.jobs.following import JobFollower
from core.jobs.glance import lasting
from core.jobs.job import CHANGEABLE, CONFIG, Job
from core.jobs.preflight import Severity, preflight
from core.jobs.queue import Queue
from core.jobs.runs import create_run
from core.jobs.settings import make_config, read_settings
from core.jobs.slots import CPU, checked, environment_of, lacking, slots
from core.jobs.starting import LOG, log_tail, start
from core.jobs.state import JobState, is_worked_on, job_state
from core.jobs.tensorboard_files import write_event_files

jobs = typer.Typer(help="Start, watch and steer runs that go on without a terminal.", no_args_is_help=True, rich_markup_mode=None)
jobs.add_typer(queue_verbs, name="queue")
jobs.command("serve", hidden=True)(serve_queue)
jobs.command("cluster")(cluster)

_ACTIVE = (JobState.RUNNING, JobState.STOPPING)
_FOLLOW_S = 0.5


@jobs.command("start")
def start_job(  # noqa: PLR0913 - one for each option
    stage: Annotated[str, typer.Argument(metavar="STAGE", help=f"One of {', '.join(JOBS)}.")],
    runs: Runs,
    assignments: Settings = None,
    config: Annotated[Path | None, typer.Option(metavar="FILE", help="Settings as JSON.")] = None,
    name: Annotated[str, typer.Option(metavar="NAME", help="Of the run's folder; a time and the stage unless told.")] = "",
    after: After = None,
    slot: Slot = CPU,
    at_once: AtOnce = False,
    as_json: Json = False,
) -> None:
    """Begin a run that goes on without this terminal, when its turn in the queue comes."""
    before = [find_run(runs, other).name for other in after or []]
    if at_once and before:
        raise SettingError("--now does not wait, --after does: take one of them.")
    settings = read_settings(config, assignments or [])
    if stage in JOBS:
        settings |= _named_runs(stage, settings, runs)
        if not before:  # what others make first cannot be looked for yet
            _look_ahead(stage, make_config(JOBS[stage].config, settings), runs, slot, at_once=at_once)
    job = create_run(runs, stage, settings, name)
    if at_once:
        start(job.folder, environment_of(slot), elsewhere=slot == RAY)
        told(
            job.folder, Done("started", f"started. `{typed(runs, 'show', job.folder.name)}` tells how it goes."), as_json=as_json
        )
        return
    try:
        Queue(runs).add(job.folder.name, before, slot)
    except SettingError:
        remove_run(job.folder)
        raise
    told(job.folder, take_turn(runs, job.folder.name), as_json=as_json)


@jobs.command("list")
def list_jobs(
    runs: Runs,
    is_live: Annotated[bool, typer.Option("--watch", help="Look again every second, until q.")] = False,
    as_json: Json = False,
) -> None:
    """List the runs: what they do, how far they are, and what went wrong."""
    if is_live and as_json:
        raise SettingError("--watch is for people, --json for programs: take one of them.")
    if is_live:
        watch(runs)
        return
    if not as_json:
        show_table(runs)
        return
    watched = Watched(runs)
    watched.look()
    result_json([run_row(follower, watched.queued.get(follower.folder.name)) for follower in watched.followers])


@jobs.command("show")
def show_job(name: Name, runs: Runs, as_json: Json = False) -> None:
    """Show everything about a run: settings, numbers, and why it failed with what helps."""
    follower = JobFollower(find_run(runs, name))
    while follower.refresh():  # a long run is read in pieces
        pass
    queued = look_at_queue(runs)[0].get(name)
    if as_json:
        result_json(run_details(follower, queued))
    else:
        show_details(follower, queued)


@jobs.command("log")
def show_log(
    name: Name,
    runs: Runs,
    is_followed: Annotated[bool, typer.Option("--follow", help="Go on until the run ends; Ctrl-C leaves it alone.")] = False,
    lines: Annotated[int, typer.Option(min=1, metavar="N", help="How many lines, from the end.")] = 40,
    as_json: Json = False,
) -> None:
    """Print the last lines of what a run's process said."""
    folder = find_run(runs, name)
    if is_followed and as_json:
        raise SettingError("--follow is for people, --json for programs: take one of them.")
    if as_json:
        result_json({"name": name, "lines": [clean(line) for line in log_tail(folder, lines)]})
    elif is_followed:
        _follow(folder, lines)
    elif not (folder / LOG).exists():
        say(f"{name} has no log: it runs in somebody's terminal, or {AT_REST[JobState.WAITING]}.")
    else:
        for line in log_tail(folder, lines):
            result(clean(line))


@jobs.command("stop")
def stop_jobs(
    names: Names,
    runs: Runs,
    at_once: Annotated[bool, typer.Option("--now", help="End its process at once, without a checkpoint.")] = False,
    as_json: Json = False,
) -> None:
    """Have runs save and end; `jobs resume` goes on from there."""
    for_each(runs, names, _end if at_once else _stop, as_json=as_json)


@jobs.command("checkpoint")
def checkpoint_jobs(names: Names, runs: Runs, as_json: Json = False) -> None:
    """Have runs save a checkpoint at their next step."""
    for_each(runs, names, lambda folder: _ask(folder, "checkpoint", "saves at its next step."), as_json=as_json)


@jobs.command("sample")
def sample_jobs(names: Names, runs: Runs, as_json: Json = False) -> None:
    """Have runs show samples at their next step."""
    for_each(runs, names, lambda folder: _ask(folder, "sample", "shows samples at its next step."), as_json=as_json)


@jobs.command("resume")
def resume_job(
    name: Name,
    runs: Runs,
    assignments: Settings = None,
    slot: OtherSlot = "",
    at_once: AtOnce = False,
    as_json: Json = False,
) -> None:
    """Have a run go on from its last checkpoint, with other settings where they may change, or on another slot."""
    folder = find_run(runs, name)
    settings = read_settings(None, assignments or [])
    state = job_state(folder)
    if state in _ACTIVE:
        raise JobError(f"{name} is running already.")
    job = Job.open(folder)
    if state is JobState.FINISHED and not settings:
        raise JobError(f"{name} is finished. Give it more to do with --set, e.g. of {', '.join(CHANGEABLE[:2])}.")
    queue = Queue(runs)
    slot, settings = slot or queue.slot_of(name), settings | _named_runs(job.kind, settings, runs)
    entry = queue.read().find(name)
    if at_once or entry is None or not entry.after:
        _look_ahead(job.kind, make_config(JOBS[job.kind].config, settings, job.config), folder, slot, at_once=at_once)
    Job.begin(folder, job.kind, settings)
    if at_once:
        start(folder, environment_of(slot), elsewhere=slot == RAY)
        told(folder, Done("started", "goes on."), as_json=as_json)
        return
    if entry is None:
        queue.add(name, slot=slot)
    else:
        queue.retry(name, slot)
    told(folder, take_turn(runs, name), as_json=as_json)


@jobs.command("remove")
def remove_jobs(
    names: Names,
    runs: Runs,
    is_sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Delete runs with everything in their folders, for good."""
    folders = [find_run(runs, name) for name in names]
    if not is_sure:
        if sys.stdin is None or not sys.stdin.isatty():
            raise SettingError("Nobody is here to be asked whether the runs may be deleted for good. Say it with --yes.")
        for folder in folders:
            say(f"{folder.name}: {_size_in_words(folder)}, {AT_REST.get(job_state(folder), 'running')}.")
        typer.confirm("Delete for good?", abort=True, err=True)
    for_each(runs, names, _remove, as_json=as_json)


@jobs.command("tensorboard")
def write_tensorboard(
    name: Name,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Written are files in DIR/NAME.")],
    runs: Runs,
    as_json: Json = False,
) -> None:
    """Write a run's numbers and samples so far as files that TensorBoard shows."""
    written = write_event_files(find_run(runs, name), output)
    if as_json:
        facts = {"numbers": written.numbers, "samples": written.samples, "left_out": written.left_out}
        result_json({"name": name, "folder": str(written.folder), **facts})
        return
    result(str(written.folder))
    say(f"{written.numbers} numbers and {written.samples} samples. See: tensorboard --logdir {shlex.quote(str(output))}")
    if written.left_out:
        say(f"{written.left_out} lines or pictures could not be read and were left out.")


def _named_runs(stage: str, settings: dict[str, Any], runs: Path) -> dict[str, str]:
    """The settings that name a run in place of its folder, where no folder of that name is here."""
    fields = [field.name for field in fields_of(JOBS[stage].config) if field.kind in ("run", "folder")]
    named = {name: settings[name] for name in fields if isinstance(settings.get(name), str) and settings[name]}
    return {name: str(runs / value) for name, value in named.items() if (runs / value).is_dir() and not Path(value).exists()}


def _look_ahead(stage: str, config: Any, folder: Path, slot: str, *, at_once: bool) -> None:
    """Say what a run will need, and refuse one that cannot work.

    Raises:
        SettingError: There is no such slot.
        JobError: Something stands in its way.
    """
    if at_once and (why := lacking(checked(slot), slots())):  # the queue finds out by itself
        raise JobError(why)
    findings, is_resumed = preflight(stage, config, folder, checked(slot)), (folder / CONFIG).is_file()
    for finding in findings:
        if finding.severity is not Severity.OK or (finding.about == "time" and not is_resumed):
            say(finding.text)
    if any(finding.severity is Severity.OBSTACLE for finding in findings):
        raise JobError("So it was not started.")


def _ask(folder: Path, command: Command, sentence: str) -> Done:
    state = job_state(folder)
    if state not in _ACTIVE:
        raise JobError(f"not running: {AT_REST[state]}.")
    ask(folder, command)
    return Done("asked", sentence)


def _stop(folder: Path) -> Done:
    state, queue = job_state(folder), Queue(folder.parent)
    if state is JobState.STOPPING:
        return Done("asked", "stops already. `jobs stop --now` ends it without a checkpoint.")
    if state not in _ACTIVE and queue.read().find(folder.name) is not None:
        queue.remove(folder.name)
        return Done("taken_out", "was taken out of the queue.")
    return _ask(folder, "stop", "saves and stops.")


def _end(folder: Path) -> Done:
    """Say what is lost, then end it."""
    state = job_state(folder)
    if state not in _ACTIVE:
        raise JobError(f"not running: {AT_REST[state]}.")
    if not is_worked_on(folder):
        return _ask(folder, "stop", "only begins; it stops as soon as it has begun.")
    unsaved = seconds_unsaved(folder)
    since = "everything since it began" if unsaved is None else f"the last {lasting(unsaved)}, since its newest checkpoint,"
    say(f"{folder.name}: {since} will be lost.")
    end_at_once(folder)
    return Done("ended", "ended at once.")


def _remove(folder: Path) -> Done:
    remove_run(folder)
    queue = Queue(folder.parent)
    if queue.read().find(folder.name) is not None:
        queue.remove(folder.name)
    return Done("removed", "removed.")


def _follow(folder: Path, lines: int) -> None:
    """Print the last lines and what comes until the run ends."""
    path, offset = folder / LOG, _begin_of_last(folder / LOG, lines)
    try:
        while True:
            is_over = job_state(folder) not in _ACTIVE  # asked before reading, so that the last words are heard
            offset = _print_from(path, offset)
            if not folder.exists():
                raise JobError(f"{folder.name} is gone: somebody removed it.")
            if is_over:
                say(f"{folder.name}: {AT_REST.get(job_state(folder), 'it goes on')}.")
                return
            time.sleep(_FOLLOW_S)
    except KeyboardInterrupt:
        return


def _begin_of_last(path: Path, lines: int) -> int:
    """Where the last lines of a file begin, of its last 64 kB."""
    try:
        with open_plain(path) as file:
            start = max(0, file.seek(0, os.SEEK_END) - 65536)
            file.seek(start)
            content = file.read()
    except OSError:
        return 0
    ends = [match for match in range(len(content)) if content[match] == 10]
    return start + (ends[-lines - 1] + 1 if len(ends) > lines else 0)


def _print_from(path: Path, offset: int) -> int:
    """Print whole lines from there on, and say how far that was; a file that became shorter is read from the front."""
    try:
        with open_plain(path) as file:
            begin = file.seek(offset if offset <= file.seek(0, os.SEEK_END) else 0)
            content = file.read()
    except OSError:
        return offset
    whole = content.rfind(b"\n") + 1
    for line in content[:whole].decode(errors="replace").splitlines():
        result(clean(line))
    return begin + whole


def _size_in_words(folder: Path) -> str:
    size = sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_symlink() and path.is_file())
    return f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{size / 1e6:.1f} MB"
