"""What happened in a run folder: events.jsonl, one JSON object a line, appended and never changed.

A line is written with one call to the system, so that readers and killed writers leave at most the last line half; such a half
line is passed over, and the next event begins on a line of its own.
"""

import errno
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from core.errors import FileNotWrittenError
from core.files import open_plain

EVENTS = "events.jsonl"
TURNS = ("starting", "started", "finished", "stopped", "failed")
"""Events that change what state a run is in."""

_BLOCK = 1 << 20
_LONGEST = 1 << 22  # bytes of an event

Event = dict[str, Any]


def append_event(folder: Path, event: str, **values: Any) -> None:
    """Add an event to a run.

    Raises:
        FileNotWrittenError: The disk is full or the folder cannot be written.
    """
    line = json.dumps({"event": event, "at": datetime.now(UTC).isoformat(timespec="milliseconds"), **values}).encode() + b"\n"
    path = folder / EVENTS
    try:
        with path.open("a+b", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            if size:
                file.seek(size - 1)
                line = line if file.read(1) == b"\n" else b"\n" + line
            written = file.write(line)
    except OSError as error:
        raise FileNotWrittenError(f"{path} was not written: {error.strerror or error}.") from error
    if written != len(line):
        raise FileNotWrittenError(f"{path} was not written: the disk is full.") from OSError(errno.ENOSPC, "the disk is full")


def last_turn(folder: Path) -> Event | None:
    """The newest event that changed the run's state, read from the end of the file; None where nothing happened yet."""
    path = folder / EVENTS
    try:
        status = path.stat()
        return _last_turn(path, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    except OSError:
        return None  # deleted, or out of reach for now


@lru_cache(maxsize=1024)  # of a long run that was lost, the turn lies far from the end; a file that grew is another key
def _last_turn(path: Path, *_which: int) -> Event | None:
    for line in _lines_backwards(path, tuple(f'"{turn}"'.encode() for turn in TURNS)):
        event = _read(line)
        if event is not None and event["event"] in TURNS:
            return event
    return None


@dataclass
class EventReader:
    """Reads the events of a run as they come; costs nothing where nothing came.

    Attributes:
        folder: The run folder.
        tail: Bytes from the end of the file at which to begin, for those who need no more of a long run; 0 is all.
        skipped: How many lines were not events.
        began_again: Whether the last call found another file than the one before, and began at its first event.
    """

    folder: Path
    tail: int = 0
    skipped: int = 0
    began_again: bool = False
    _offset: int = field(default=0, repr=False)
    _file: tuple[int, int] | None = field(default=None, repr=False)  # which file it is that was read
    _is_inside: bool = field(default=False, repr=False)  # in a line that is longer than a call reads

    def read(self, most: int = 1 << 24) -> list[Event]:
        """The events since the last call, at most as many as `most` bytes hold; begins again where the file was replaced."""
        path = self.folder / EVENTS
        self.began_again = False
        try:
            status = path.stat()
            if status.st_size == self._offset and self._file == (status.st_dev, status.st_ino):
                return []
            with open_plain(path) as file:
                self._turn_to(file)
                file.seek(self._offset)
                content = file.read(most)
        except OSError:
            return []  # deleted, or out of reach for now
        whole = content.rfind(b"\n") + 1
        if not whole and len(content) == most:  # no event is that long: passed over, or nothing after it would ever be read
            self._offset += most
            self._is_inside = True
            return []
        self._offset += whole
        lines = content[:whole].split(b"\n")[:-1]
        if self._is_inside and lines:
            lines[0], self._is_inside = b"", False
        events = [event for event in map(_read, lines) if event is not None]
        self.skipped += len(lines) - len(events)
        return events

    def _turn_to(self, file: BinaryIO) -> None:
        """Begin anew where this is another file than the one that was read, or has become shorter."""
        status = os.fstat(file.fileno())
        which = (status.st_dev, status.st_ino)
        if self._file == which and status.st_size >= self._offset:
            return
        self.began_again = self._file is not None
        self._offset, self._is_inside = 0, False
        if self._file is None and 0 < self.tail < status.st_size:
            self._offset = file.seek(status.st_size - self.tail)
            self._is_inside = not file.readline().endswith(b"\n")
            self._offset = self._offset if self._is_inside else file.tell()
        self._file = which


def _read(line: bytes) -> Event | None:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) and isinstance(event.get("event"), str) else None


def _lines_backwards(path: Path, sought: tuple[bytes, ...]) -> Iterator[bytes]:
    """Whole lines of a file that hold something sought, the last one first."""
    with open_plain(path) as file:
        end = file.seek(0, os.SEEK_END)
        rest = b""  # the beginning of what was read
        is_whole = False  # once the newline that ends the last whole line was seen: a half line at the end is dropped
        while end:
            start = max(0, end - _BLOCK)
            file.seek(start)
            block = file.read(end - start) + rest
            rest, newline, _ = block.partition(b"\n")
            rest = rest[:_LONGEST]  # of a line that is longer than any event, enough to tell that it is none
            if any(one in block for one in sought):  # of most of a long run, nothing more need be done
                lines = block.split(b"\n")[1:]
                yield from (line for line in reversed(lines if is_whole else lines[:-1]) if any(one in line for one in sought))
            is_whole = is_whole or bool(newline)
            end = start
        if is_whole and any(one in rest for one in sought):
            yield rest
