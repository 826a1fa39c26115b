"""Many photos at once: `xvfb-run -a .venv/bin/python benchmarks/batch.py [PHOTOS] [ENGINE]`.

Photos are cut from the sample face, each a little differently. Measured: photos per second until all are avatars; the longest
time that the event loop did not answer, and how much of it the window itself worked, while they are made, while the gallery is
scrolled from end to end, and while photos are opened and left again; the memory before, after a quarter and after all of them.
The load of the machine is printed beside it: on a busy one all of it is worse.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from app.main_window import MainWindow

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

LIMIT_S = 1800.0


def make_photos(folder: Path, count: int) -> None:
    """JPEGs of the sample face, cropped and brightened by chance."""
    from PIL import Image, ImageEnhance

    from app.pages.create.photos import SAMPLE

    rng = np.random.default_rng(7)
    with Image.open(SAMPLE) as sample:
        whole = sample.convert("RGB")
    for number in range(count):
        left, top = rng.integers(0, 60, 2)
        photo = whole.crop((left, top, int(left) + 440, int(top) + 440)).resize((880, 880))
        ImageEnhance.Brightness(photo).enhance(rng.uniform(0.8, 1.2)).save(folder / f"photo {number:04}.jpg", quality=90)


def measure(count: int, engine: str) -> list[str]:
    """One line per measurement."""
    import psutil

    from app.application import open_studio
    from benchmarks.window import let_run

    folder = Path(os.environ["LIKENESS_HOME"]) / "photos"
    folder.mkdir(parents=True)
    make_photos(folder, count)
    process = psutil.Process()
    window, _ = open_studio(engine)
    beat = _Beat()
    _until(lambda: window.page.avatar_view.render_shown is not None)
    window.warm_up()
    let_run(3)
    page, batch = window.page, window.page.batch.batch
    lines = [f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, engine {engine}, {count} photos"]
    memory = [process.memory_info().rss]
    beat.longest()
    began = time.perf_counter()
    page.batch.take([folder])
    _until(lambda: len([one for one in batch.items if one.state == "done"]) >= count // 4)
    memory.append(process.memory_info().rss)
    _until(lambda: len(batch.items) == count and all(one.state in ("done", "attention") for one in batch.items))
    seconds = time.perf_counter() - began
    memory.append(process.memory_info().rss)
    done = sum(one.state == "done" for one in batch.items)
    lines.append(f"{'photos to avatars':32} {count / seconds:8.2f} a second ({done} done)")
    lines.append(f"{'stall while they are made':32} {beat.longest()}")
    _scroll(window)
    lines.append(f"{'stall while scrolling':32} {beat.longest()}")
    memory.append(process.memory_info().rss)
    for item in batch.items[:5]:
        page.batch.open(item.id)
        _until(lambda: page.photo.stage == "ready")
        let_run(0.5)
        page.batch.go_back()
        let_run(0.5)
    lines.append(f"{'stall opening and leaving':32} {beat.longest()}")
    names = ("before", "after a quarter", "after all", "after scrolling through all")
    lines += [f"{'memory ' + name:32} {value / 2**20:8.0f} MB" for name, value in zip(names, memory, strict=True)]
    page.avatar.start_anew()
    window.close()
    return lines


def _scroll(window: "MainWindow") -> None:
    from benchmarks.window import let_run

    bar = window.page.batch.gallery.list.verticalScrollBar()
    for step in range(101):
        bar.setValue(round(bar.maximum() * step / 100))
        let_run(0.05)
    let_run(5)


def _until(is_done: Callable[[], bool]) -> None:
    from benchmarks.window import let_run

    began = time.perf_counter()
    while not is_done() and time.perf_counter() - began < LIMIT_S:
        let_run(0.05)


class _Beat:
    """Watches how long the event loop does not answer."""

    def __init__(self) -> None:
        from PySide6.QtCore import QCoreApplication, Qt, QTimer

        self._last, self._longest = (time.perf_counter(), time.thread_time()), (0.0, 0.0)
        timer = QTimer(QCoreApplication.instance(), interval=2, timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(self._beat)
        timer.start()

    def longest(self) -> str:
        """The longest pause since the last question, and the longest time that the window itself worked in one."""
        (pause, work), self._longest = self._longest, (0.0, 0.0)
        return f"{pause:8.0f} ms, at most {work:.0f} ms of them the window's own work"

    def _beat(self) -> None:
        now, worked = time.perf_counter(), time.thread_time()
        pause, work = 1000 * (now - self._last[0]), 1000 * (worked - self._last[1])
        self._longest = max(self._longest[0], pause), max(self._longest[1], work)
        self._last = now, worked


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="likeness-") as home:
        os.environ["LIKENESS_HOME"] = home
        measured = measure(int((sys.argv[1:] or ["200"])[0]), (sys.argv[2:] or ["toon"])[0])
    sys.stdout.write("\n".join(measured) + "\n")
