"""`jobs queue`: which runs wait, in which order; and `jobs serve`, the process that starts them."""

from pathlib import Path
from typing import Annotated

import typer

from core.cli.arguments import Json
from core.cli.job_arguments import After, Done, Name, OtherSlot, Runs, find_run, told, typed
from core.cli.jobs_view import queue_rows
from core.cli.output import result, result_json, say
from core.jobs.queue import Queue, QueueContent
from core.jobs.serving import Standing, ensure_serving, outlooks, serve

queue_verbs = typer.Typer(help="List the queue and change it.", invoke_without_command=True, rich_markup_mode=None)


@queue_verbs.callback()
def queue(context: typer.Context, runs: Runs, as_json: Json = False) -> None:
    """List the queue, or change it with a verb."""
    if context.invoked_subcommand is None:
        list_queue(runs, as_json)


@queue_verbs.command("list")
def list_queue(runs: Runs, as_json: Json = False) -> None:
    """List the runs that wait, in the order of their turns."""
    content, looks = Queue(runs).read(), outlooks(runs)
    if as_json:
        rows = [{"name": name, **row} for name, row in queue_rows(looks).items()]
        result_json(
            {"is_paused": content.is_paused, "reason": content.reason or None, "is_served": content.is_served, "runs": rows}
        )
        return
    if not looks:
        result("Nothing waits in the queue.")
    for place, look in enumerate(looks, 1):
        result(f"{place:>3}  {look.entry.run:<32} {look.entry.slot:<7} {look.text}")
    _say_why_idle(runs, content)


@queue_verbs.command("add")
def add_to_queue(name: Name, runs: Runs, after: After = None, slot: OtherSlot = "", as_json: Json = False) -> None:
    """Put a run at the end of the queue that is there already: one that never began, or ended."""
    folder, queue = find_run(runs, name), Queue(runs)
    queue.add(name, [find_run(runs, other).name for other in after or []], slot or queue.slot_of(name))
    told(folder, take_turn(runs, name), as_json=as_json)


@queue_verbs.command("move")
def move_in_queue(
    name: Name,
    place: Annotated[int, typer.Argument(metavar="PLACE", min=1, help="1 is the first to start.")],
    runs: Runs,
    as_json: Json = False,
) -> None:
    """Put a run at another place in the order."""
    Queue(runs).move(name, place - 1)
    list_queue(runs, as_json)


@queue_verbs.command("remove")
def remove_from_queue(name: Name, runs: Runs, as_json: Json = False) -> None:
    """Take a run out of the queue; its folder stays, and it goes on where it runs."""
    Queue(runs).remove(name)
    list_queue(runs, as_json)


@queue_verbs.command("pause")
def pause_queue(runs: Runs, as_json: Json = False) -> None:
    """Start no more runs; those that run go on."""
    Queue(runs).pause()
    list_queue(runs, as_json)


@queue_verbs.command("resume")
def resume_queue(runs: Runs, as_json: Json = False) -> None:
    """Start runs again."""
    Queue(runs).resume()
    ensure_serving(runs)
    list_queue(runs, as_json)


def serve_queue(runs: Runs) -> None:
    """Work off the queue until nothing is left to start."""
    if not serve(runs):
        say(f"Another process works off the queue of {runs}.")


def take_turn(runs: Path, name: str) -> Done:
    """See that the queue is worked off, and say how a run in it stands."""
    ensure_serving(runs)
    look = next((look for look in outlooks(runs) if look.entry.run == name), None)
    if look is None or look.standing in (Standing.RUNNING, Standing.DONE):
        return Done("started", "started.")
    content = Queue(runs).read()
    if content.is_paused:
        return Done("queued", f"waits. {content.reason or 'The queue is paused.'} `{typed(runs, 'queue', 'resume')}` goes on.")
    return Done("queued", f"is in the queue. {look.text}")


def _say_why_idle(runs: Path, content: QueueContent) -> None:
    if content.is_paused:
        say(f"{content.reason or 'The queue is paused.'} `{typed(runs, 'queue', 'resume')}` goes on.")
