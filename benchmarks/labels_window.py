"""What a large evaluation set costs in the window: `.venv/bin/python benchmarks/labels_window.py [PHOTOS]`, 10,000 unless told.

In the studio's own Label page, drawn offscreen. From opening the set to its photos standing in the grid, painted (SQLAlchemy is
loaded meanwhile); then, of each the first time and the median of seven until it is painted: another filter, letters in the
search, an edit of one label, the next photo; and, field by field, another field, a digit, only what was not chosen yet. “Stop” is
the longest time that the window did not answer meanwhile.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.main_window import MainWindow

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

BEAT_MS, LIMIT_S, TIMES = 2, 60.0, 7


class Session:
    """Uses the Label page, and watches how long its event loop does not answer."""

    def __init__(self, window: "MainWindow") -> None:
        from PySide6.QtCore import Qt, QTimer

        self.page = window.label_page
        self._last, self._longest = time.perf_counter(), 0.0
        self._timer = QTimer(window, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def measure(self, name: str, act: Callable[[], object], is_done: Callable[[], bool], times: int = TIMES) -> None:
        """Do it several times; say how long until it is done and painted, and how long the window stopped."""
        taken = []
        self._longest = 0.0
        for _ in range(times):
            began = time.perf_counter()
            self._last = began
            act()
            self._until(is_done)
            self.page.grab()
            taken.append((time.perf_counter() - began) * 1000)
        _say(f"{name:<28} first {taken[0]:7.0f} ms   median {statistics.median(taken):7.0f} ms   stop {self._longest:5.0f} ms")

    def wait(self, seconds: float) -> None:
        """Let the window run."""
        until = time.perf_counter() + seconds
        self._until(lambda: time.perf_counter() > until)

    def _until(self, is_done: Callable[[], bool]) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        loop, began = QEventLoop(), time.perf_counter()

        def look() -> None:
            if is_done() or time.perf_counter() - began > LIMIT_S:
                loop.quit()

        timer = QTimer(interval=1)
        timer.timeout.connect(look)
        timer.start()
        loop.exec()
        if not is_done():
            raise TimeoutError("the window does not get there")

    def _beat(self) -> None:
        now = time.perf_counter()
        self._longest = max(self._longest, (now - self._last) * 1000)
        self._last = now


def main(photos: int = 10_000) -> None:
    """Measure and say."""
    with tempfile.TemporaryDirectory(prefix="likeness-labels-") as folder:
        os.environ |= {"LIKENESS_HOME": folder, "QT_QPA_PLATFORM": "offscreen"}
        path = Path(folder) / "large.avatarset"
        _fill(path, photos)
        from app.application import open_studio

        window, _ = open_studio("toon")
        window.resize(1280, 800)
        window.show_label()
        session = Session(window)
        session.wait(5)  # the engine draws its first picture
        use(session, str(path), photos)
        use_fields(session)
        window.close()


def use(session: Session, location: str, photos: int) -> None:
    """Open a set, look at its photos in several ways, and label."""
    page = session.page
    grid, states, work = page.overview.grid, page.overview.states, page.work
    session.measure("open", lambda: work.set.open(location, "Ada"), lambda: len(grid.ids) == photos, times=1)
    session.wait(1)
    shown = cycle((("unsure", photos // 10), ("todo", photos // 2), ("all", photos)))
    wanted = 0

    def choose() -> None:
        nonlocal wanted
        state, wanted = next(shown)
        states.chosen.emit(state)

    session.measure("another filter", choose, lambda: len(grid.ids) == wanted)
    states.chosen.emit("all")
    words = cycle(("77", "777", ""))
    session.measure("letters in the search", lambda: page.overview.search.setText(next(words)), lambda: True)
    page.overview.search.setText("")
    work.show(next(entry.item.id for entry in work.set.entries if entry.state == "done"))
    session.wait(2)
    values = cycle((0.2, 0.4, 0.6))

    def edit() -> None:
        work.edit({"nose_width": next(values)})

    session.measure("an edit, written", edit, lambda: not +work._pending)
    session.wait(1)
    shown_id = 0

    def step() -> None:
        nonlocal shown_id
        shown_id = work.paper.item.id if work.paper is not None else 0
        work.step(1)

    session.measure("the next photo", step, lambda: work.paper is not None and work.paper.item.id != shown_id)


def use_fields(session: Session) -> None:
    """Label field by field."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    page, fields = session.page, session.page.fields
    grid, listed = fields.view.grid, list[None]()
    fields.work.listed.connect(lambda: listed.append(None))
    before = 0

    def walk(by: int) -> None:
        nonlocal before
        before = len(listed)
        fields.view.walk(by)

    page.show_photos()
    session.measure("field by field, opened", page.show_fields, lambda: bool(listed), times=1)
    session.measure("another field", lambda: walk(1), lambda: len(listed) > before)
    fields.view.starts.chosen.emit("blind")  # nothing to wait for but the window
    session.wait(2)
    row = 0

    def press() -> None:
        nonlocal row
        row = grid.currentIndex().row()
        QTest.keyClick(grid, Qt.Key.Key_5)

    fields.ask(next(one for one in fields.view.questions if one.key == "glasses"))
    session.wait(2)
    session.measure("a digit, and the next photo", press, lambda: grid.currentIndex().row() > row)
    session.measure("not chosen yet", fields.view.only_open.click, lambda: True)


def _fill(path: Path, photos: int) -> None:
    from benchmarks.labels import fill
    from core.engines import engine_schema
    from core.labels.evaluation_set import EvaluationSet

    schema = engine_schema("toon")
    with EvaluationSet.create(path, "Large", [schema]) as large:
        fill(large, schema, photos)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
