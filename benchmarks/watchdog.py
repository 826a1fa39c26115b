"""Notices when a window's event loop does not get round, and says what kept it.

A timer beats on the GUI thread; a thread of its own sees when a beat is late, and looks where the GUI thread is. Each pause has
the time that a person waits, and the time that the GUI thread computed in it: on a machine that others use as well, only the
second is the program's own doing. What one waits for while other threads hold the interpreter is in the first alone.
"""

import faulthandler
import re
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from PySide6.QtCore import QObject, Qt, QTimer

ROOT = Path(__file__).resolve().parent.parent
BEAT_MS = 5
LATE_S = 0.02
"""A beat that is as late as this has the GUI thread looked at."""

LOOK_S = 0.004
DEPTH = 4
LINE = re.compile(r'File "([^"]+)", line (\d+) in (\S+)')


@dataclass(frozen=True)
class Pause:
    """A time in which the event loop did not get round.

    Attributes:
        action: What was being done.
        wall_ms: How long it took.
        cpu_ms: How long the GUI thread computed meanwhile.
        places: Where it was seen, the commonest first: the project's own functions, from the innermost outwards.
    """

    action: str
    wall_ms: float
    cpu_ms: float
    places: tuple[str, ...] = ()


@dataclass
class Watchdog:
    """Watches the thread that starts it, which must run an event loop.

    Attributes:
        bar_ms: Pauses at least this long, on the clock, are kept with their places.
    """

    bar_ms: float = 50.0
    pauses: list[Pause] = field(default_factory=list)
    """Those over the bar, in their order."""
    longest: list[Pause] = field(default_factory=list)
    """The longest of each action, measured by the GUI thread's own time."""

    def start(self, parent: QObject | None = None) -> None:
        """Begin to watch."""
        self._action = ""
        self._top = Pause("", 0.0, 0.0)
        self._seen: Counter[str] = Counter()
        self._thread_id = threading.get_ident()
        self._beat_at, self._cpu_at = time.perf_counter(), time.thread_time()
        self._timer = QTimer(parent, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()
        self._is_watching = True
        self._watcher = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Watch no longer."""
        self._beat()
        self._is_watching = False
        self._timer.stop()
        self._watcher.join()

    @contextmanager
    def during(self, action: str) -> Iterator[None]:
        """Name what is done now."""
        self._beat()
        self._action, self._top = action, Pause(action, 0.0, 0.0)
        try:
            yield
        finally:
            self._beat()
            self.longest.append(self._top)
            self._action, self._top = "", Pause("", 0.0, 0.0)

    def _beat(self) -> None:
        now, cpu = time.perf_counter(), time.thread_time()
        wall_ms, cpu_ms = 1000 * (now - self._beat_at), 1000 * (cpu - self._cpu_at)
        self._beat_at, self._cpu_at = now, cpu
        seen, self._seen = self._seen, Counter()
        pause = Pause(self._action, wall_ms, cpu_ms, tuple(place for place, _ in seen.most_common(3)))
        if cpu_ms > self._top.cpu_ms:
            self._top = pause
        if wall_ms >= self.bar_ms:
            self.pauses.append(pause)

    def _watch(self) -> None:
        with tempfile.TemporaryFile("w+") as file:
            while self._is_watching:
                time.sleep(LOOK_S)
                if time.perf_counter() - self._beat_at > LATE_S:
                    self._seen[place_of(stack(self._thread_id, file))] += 1


def stack(thread_id: int, file: IO[str]) -> list[tuple[Path, int, str]]:
    """Where a thread is: path, line and function, from the innermost outwards.

    Args:
        thread_id: As `threading.get_ident` gives it.
        file: To write to; `sys._current_frames` would be simpler, and crashes now and then where the other thread is at work.
    """
    file.seek(0)
    file.truncate()
    faulthandler.dump_traceback(file, all_threads=True)
    file.seek(0)
    for part in file.read().split("\n\n"):
        if part.lower().startswith((f"thread {thread_id:#018x}", f"current thread {thread_id:#018x}")):
            return [(Path(path), int(line), name) for path, line, name in LINE.findall(part)]
    return []


def place_of(frames: list[tuple[Path, int, str]]) -> str:
    """The innermost functions of this project on a stack, else Qt's own work."""
    places = []
    for path, line, name in frames:
        is_ours = path.is_relative_to(ROOT) and ".venv" not in path.parts and path.name != "watchdog.py"
        if is_ours and not (path.parent.name == "benchmarks" and name == "let_run"):
            places.append(f"{path.relative_to(ROOT)}:{line} {name}")
    ours = [place for place in places[:DEPTH] if not place.startswith("benchmarks/")]
    if ours and not places[0].startswith("benchmarks/"):
        return " < ".join(ours)
    return "Qt (layout, styles, painting of its own)" + (f" in {places[0]}" if places else "")
