"""Whether a long session stays as large as it began: thousands of edits, hundreds of photos.

`xvfb-run -a .venv/bin/python benchmarks/memory.py [--edits 10000] [--photos 200]`.

Real engine and networks. The photos are cuts of scikit-image's `astronaut`, each a little different. Memory is the process's own
(resident), after a first share of the work that fills caches; beside it, what kinds of objects became more.
"""

import argparse
import gc
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.window import let_run

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from app.main_window import MainWindow

LOOKS = 10
"""How often memory is looked at in the course of one kind of work."""

WARM = 3
"""The look from which on nothing should grow any more."""


class Session:
    """A window that is used for long."""

    def __init__(self, window: "MainWindow", app: "QApplication", folder: Path) -> None:
        self._app, self._page, self._folder = app, window.page, folder
        self._rng = np.random.default_rng(0)

    def edit(self, count: int) -> None:
        """So many edits, each one step that can be taken back; every fifth is taken back."""
        schema = self._page.avatar.schema
        for number in range(count):
            parameter = list(schema)[int(self._rng.integers(len(list(schema))))]
            values = self._page.avatar.vector.values()
            if parameter in schema.continuous:
                values[parameter.id] = float(self._rng.random())
            else:
                options = next(one for one in schema.discrete if one.id == parameter.id).options
                values[parameter.id] = options[int(self._rng.integers(len(options)))].id
            self._page.avatar.edit({parameter.id: values[parameter.id]})
            if number % 5 == 4:
                self._page.avatar.undo_stack.undo()
            if number % 100 == 0:
                parts = self._page.panel.components
                self._page.panel.open_component(parts[number // 100 % len(parts)])
            let_run(0.3 if number % 100 == 99 else 0.001)

    def open_photos(self, count: int) -> None:
        """So many photos, each read and estimated."""
        from skimage import data

        from core.images import write_png

        picture = data.astronaut()
        for _ in range(count):
            left, top = (int(self._rng.integers(0, 60)) for _ in range(2))
            light = self._rng.uniform(0.8, 1.15)
            cut = np.clip(picture[top : top + 400, left : left + 400] * light, 0, 255).astype(np.uint8)
            path = self._folder / "photo.png"
            write_png(path, np.ascontiguousarray(cut))
            self._page.avatar.start_anew()
            self._page.files.open_path(path)
            self._until(lambda: self._page.avatar.state.estimate is not None)
            let_run(0.05)

    def _until(self, is_so: Callable[[], bool], limit_s: float = 30.0) -> None:
        begun = time.perf_counter()
        while not is_so() and time.perf_counter() - begun < limit_s:
            let_run(0.01)


def objects(app: "QApplication") -> Counter[str]:
    """Live objects by type: Qt's by their own count, Python's by the collector's."""
    from PySide6.QtCore import QObject

    gc.collect()
    counted = Counter(type(one).__name__ for one in gc.get_objects())
    counted["widgets"] = len(app.allWidgets())
    roots: list[QObject] = [app, *[one for one in app.topLevelWidgets() if one.parent() is None]]
    counted["QObjects within windows"] = sum(len(root.findChildren(QObject)) for root in roots)
    return counted


def watch(name: str, count: int, work: Callable[[int], None], app: "QApplication") -> None:
    """Do work in parts, and say how memory went."""
    import psutil

    process, sizes = psutil.Process(), []
    before: Counter[str] = Counter()
    begun = time.perf_counter()
    for look in range(LOOKS):
        work(count // LOOKS)
        let_run(1.0)
        if look == WARM - 1:
            before = objects(app)
        gc.collect()
        sizes.append(process.memory_info().rss / 2**20)
    slope = np.polyfit(np.arange(WARM - 1, LOOKS), sizes[WARM - 1 :], 1)[0]
    grown = objects(app) - before
    _say(f"{name}: {count} in {time.perf_counter() - begun:.0f} s")
    _say("  resident, MB: " + " ".join(f"{size:.0f}" for size in sizes))
    _say(f"  after warming up {slope * LOOKS / count * 1000:+.1f} MB per thousand")
    _say(
        "  more than after warming up: " + (", ".join(f"{kind} +{n}" for kind, n in grown.most_common(12) if n > 5) or "nothing")
    )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Use the window for long, and say how memory went."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument("--photos", type=int, default=200)
    asked = parser.parse_args()
    from app.application import open_studio

    with tempfile.TemporaryDirectory(prefix="likeness-") as folder:
        window, app = open_studio("toon")
        session = Session(window, app, Path(folder))
        session.open_photos(1)
        let_run(2.0)
        for name, count, work in (("edits", asked.edits, session.edit), ("photos", asked.photos, session.open_photos)):
            if count:
                watch(name, count, work, app)
        window.page.avatar.start_anew()
        window.close()
        let_run(0.5)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="likeness-") as home:
        os.environ["LIKENESS_HOME"] = home
        main()
