"""The queue of a runs folder: which runs wait to be started, in which order, on which slot, after which others.

queue.json holds what people want and what was counted, nothing that the run folders tell themselves. A process of its own works
it off (core.jobs.serving); where that one ended without a word, the queue is paused until somebody resumes it.
"""

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from core.errors import JobError, SettingError
from core.files import write_atomically
from core.jobs.job import CONFIG
from core.jobs.locks import locked
from core.jobs.runs import run_folder
from core.jobs.slots import CPU, checked, worked_on
from core.jobs.state import is_of_another_start, is_worked_on

QUEUE = "queue.json"

_LOCK = "queue.lock"
_PATIENCE_S = 10.0  # for others who change the queue, each in milliseconds


@dataclass(frozen=True)
class Entry:
    """A run that waits for its turn, or has it.

    Attributes:
        run: Name of its folder.
        after: Runs that must be finished before.
        slot: Where it works (core.jobs.slots).
        starts: How often the queue began to start it; counted before each start, so that no crash is forgotten.
        aside: Why it is not started any more; empty where it is.
    """

    run: str
    after: tuple[str, ...] = ()
    slot: str = CPU
    starts: int = 0
    aside: str = ""


@dataclass(frozen=True)
class QueueContent:
    """What queue.json says.

    Attributes:
        entries: In the order in which they are started.
        is_paused: Whether none is started.
        reason: Why it is paused, where nobody asked for it.
        is_served: Whether a process works it off, and did not say that it ended.
    """

    entries: tuple[Entry, ...] = ()
    is_paused: bool = False
    reason: str = ""
    is_served: bool = False

    def find(self, run: str) -> Entry | None:
        """The entry of a run, or None."""
        return next((entry for entry in self.entries if entry.run == run), None)

    def replace(self, entry: Entry) -> "QueueContent":
        """With this entry in place of the one of the same run, if it is still there."""
        return self.of(entry if one.run == entry.run else one for one in self.entries)

    def of(self, entries: Iterable[Entry]) -> "QueueContent":
        """With these entries."""
        return dataclasses.replace(self, entries=tuple(entries))


_CONTENT = TypeAdapter(QueueContent)


class Queue:
    """The queue of a runs folder; any process may read and change it at any time."""

    def __init__(self, runs: Path) -> None:
        """The queue of this folder, which need not be there."""
        self.runs = runs

    def read(self) -> QueueContent:
        """What it says now; paused where the process that worked it off ended without a word.

        Raises:
            JobError: queue.json is damaged.
        """
        content = self._read()
        if content.is_served and not is_worked_on(self.runs):
            content = self._read()  # it may have ended between the two looks, and said so
            if content.is_served:
                return crashed(content, machine_too=is_of_another_start(self.runs))
        return content

    def slot_of(self, run: str) -> str:
        """Where a run works that goes on: on its slot in the queue, or else where it worked last.

        Raises:
            JobError: The queue cannot be read.
        """
        entry = self.read().find(run)
        return worked_on(run_folder(self.runs, run)) if entry is None else entry.slot

    def add(self, run: str, after: Iterable[str] = (), slot: str = CPU) -> None:
        """Put a run at the end of the queue.

        Args:
            run: Name of its folder, which `create_run` or `Job.begin` made.
            after: Names of runs that must be finished before it starts; they need not be in the queue.
            slot: Where it works.

        Raises:
            SettingError: There is no such run or slot, or runs would wait for each other.
            JobError: It is in the queue already, or the queue cannot be read.
            FileNotWrittenError: The queue cannot be written.
        """
        entry = Entry(run, tuple(dict.fromkeys(after)), checked(slot))
        for name in (run, *entry.after):
            if not (run_folder(self.runs, name) / CONFIG).is_file():
                raise SettingError(f"There is no run “{name}” in {self.runs}.")

        def change(content: QueueContent) -> QueueContent:
            if content.find(run) is not None:
                raise JobError(f"“{run}” is in the queue already.")
            changed = content.of((*content.entries, entry))
            if run in _all_before(changed, entry.after):
                raise SettingError(f"“{run}” cannot wait for {_listed(entry.after)}: they would wait for each other.")
            return changed

        self.change(change)

    def move(self, run: str, place: int) -> None:
        """Put a run at a place in the order, 0 being the first; a place beyond the end is the end.

        Raises:
            JobError: It is not in the queue, or the queue cannot be read.
            FileNotWrittenError: The queue cannot be written.
        """

        def change(content: QueueContent) -> QueueContent:
            entry = _needed(content, run)
            others = [one for one in content.entries if one is not entry]
            others.insert(max(0, place), entry)
            return content.of(others)

        self.change(change)

    def remove(self, run: str) -> None:
        """Take a run out of the queue; it goes on where it runs already, and those after it wait for it all the same.

        Raises:
            JobError: It is not in the queue, or the queue cannot be read.
            FileNotWrittenError: The queue cannot be written.
        """

        def change(content: QueueContent) -> QueueContent:
            entry = _needed(content, run)
            return content.of(one for one in content.entries if one is not entry)

        self.change(change)

    def retry(self, run: str, slot: str = "") -> None:
        """Give a run another turn, which failed, was stopped or set aside; its starts are counted anew.

        Args:
            run: Name of its folder.
            slot: Where it works from now on; empty is where it did.

        Raises:
            SettingError: There is no such slot.
            JobError: It is not in the queue, or the queue cannot be read.
            FileNotWrittenError: The queue cannot be written.
        """
        wanted = checked(slot) if slot else ""

        def change(content: QueueContent) -> QueueContent:
            entry = _needed(content, run)
            return content.replace(dataclasses.replace(entry, starts=0, aside="", slot=wanted or entry.slot))

        self.change(change)

    def pause(self, reason: str = "") -> None:
        """Start no more runs; those that run go on.

        Raises:
            JobError: The queue cannot be read.
            FileNotWrittenError: The queue cannot be written.
        """
        self.change(lambda content: dataclasses.replace(content, is_paused=True, reason=reason))

    def resume(self) -> None:
        """Start runs again (`core.jobs.serving.ensure_serving` does it), also after a crash.

        Raises:
            JobError: The queue cannot be read.
            FileNotWrittenError: The queue cannot be written.
        """

        def change(content: QueueContent) -> QueueContent:
            is_served = content.is_served and is_worked_on(self.runs)
            return dataclasses.replace(content, is_paused=False, reason="", is_served=is_served)

        self.change(change)

    def change(self, function: Callable[[QueueContent], QueueContent]) -> QueueContent:
        """Change the queue as one step that nobody else gets between.

        Raises:
            JobError: The queue cannot be read, or others do not let go of it.
            FileNotWrittenError: The queue cannot be written.
        """
        path = self.runs / QUEUE
        busy = f"{path} is being changed by another process that does not end."
        with locked(self.runs / _LOCK, _PATIENCE_S, lambda: busy, f"{path} cannot be changed"):
            before = self._read()
            after = function(before)
            if after != before:
                write_atomically(path, _CONTENT.dump_json(after, indent=2) + b"\n")
            return after

    def _read(self) -> QueueContent:
        path = self.runs / QUEUE
        try:
            content = _CONTENT.validate_json(path.read_bytes())
            for entry in content.entries:
                checked(entry.slot)
                for name in (entry.run, *entry.after):
                    run_folder(self.runs, name)
        except FileNotFoundError:
            return QueueContent()
        except (OSError, ValidationError, SettingError) as error:
            said = str(error).partition("\n")[0].rstrip(".")
            raise JobError(f"{path} cannot be read: {said}. Remove it to begin with an empty queue.") from error
        return content


def crashed(content: QueueContent, *, machine_too: bool) -> QueueContent:
    """The queue whose process ended without a word, alone or with its machine: paused, if anything is in it."""
    if content.is_paused or not content.entries:
        return content
    what = "the machine went down" if machine_too else "the process that works it off was killed"
    return dataclasses.replace(content, is_paused=True, reason=f"The queue is paused because {what}. Resume it to go on.")


def _needed(content: QueueContent, run: str) -> Entry:
    entry = content.find(run)
    if entry is None:
        raise JobError(f"“{run}” is not in the queue.")
    return entry


def _all_before(content: QueueContent, runs: Iterable[str]) -> set[str]:
    """These runs, and all that they wait for."""
    found: set[str] = set()
    left = list(runs)
    while left:
        run = left.pop()
        entry = content.find(run)
        if run not in found and entry is not None:
            left.extend(entry.after)
        found.add(run)
    return found


def _listed(runs: Iterable[str]) -> str:
    return ", ".join(f"“{run}”" for run in runs)
