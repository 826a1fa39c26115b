"""How the window feels: medians on this machine. Run with `xvfb-run -a .venv/bin/python benchmarks/window.py [ENGINE] [ROUNDS]`.

Start: from the birth of the process to the first turn of the event loop after the window was painted, and to the first picture of
the avatar. Drag: pictures per second while a slider of the real panel is dragged with the mouse. Stall: the longest time that the
event loop did not answer. On a busy machine all of it is worse; the load is printed beside it.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.main_window import MainWindow

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

DRAG_S = 4.0
CHILD = "import sys; from benchmarks.window import start, use; {'start': start, 'use': use}[sys.argv[1]](*sys.argv[2:])"


def start(engine: str) -> None:
    """A start of the window, in a process of its own: prints its times in seconds."""
    import psutil

    from app.application import open_studio

    born = psutil.Process().create_time()
    window, app = open_studio(engine)
    times: dict[str, float] = {}

    def look() -> None:
        times.setdefault("usable", time.time() - born)
        times.setdefault("CPU", time.process_time())
        if window.page.avatar_view.render_shown is not None:
            times["picture"] = time.time() - born
            window.close()
            _say(times)
            app.quit()

    _every(10, look)  # a busy loop would take the time that the picture needs
    app.exec()


def use(engine: str, photo: str) -> None:
    """A session in a process of its own: prints what it measured."""
    from app.application import open_studio

    window, app = open_studio(engine)
    session = _Session(window)
    result = session.measure(Path(photo))
    window.page.avatar.start_anew()
    window.close()
    _say(result)
    app.exit()


class _Session:
    """Uses a window as a person would, and watches how long its event loop does not answer."""

    def __init__(self, window: "MainWindow") -> None:
        self._page = window.page
        self._view = window.page.avatar_view
        self._last: float | None = None
        self._longest = 0.0
        self._shown: set[int] = set()
        self._kept: list[object] = []
        _every(2, self._beat)

    def measure(self, photo: Path) -> dict[str, float]:
        """Everything, by name."""
        import psutil

        self._until(lambda: self._view.render_shown is not None, 60)
        result = {"stall until the first picture": self._stall()}
        self._wait(3)
        self._stall()
        result["slider drag"] = self._drag()
        result["stall while dragging"] = self._stall()
        self._wait(2)
        self._stall()
        for component in self._page.panel.components:
            self._page.panel.open_component(component)
            self._wait(1)
        result["stall opening parts"] = self._stall()
        self._page.files.open_path(photo)
        self._until(lambda: self._page.photo.stage in ("ready", "failed"), 30)
        self._wait(2)
        result["stall with a photo"] = self._stall()
        result["memory"] = psutil.Process().memory_info().rss / 2**20
        return result

    def _drag(self) -> float:
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtTest import QTest

        from app.widgets.field_row import NumberRow

        rows = (self._page.panel.row(parameter.id) for parameter in self._page.avatar.schema.continuous)
        row = next(row for row in rows if isinstance(row, NumberRow))
        self._page.panel.open_component(row.component)
        self._wait(3)
        slider, y, step = row.slider, row.slider.height() // 2, 0
        QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(20, y))
        self._stall()
        self._shown.clear()
        begun = time.perf_counter()
        while time.perf_counter() - begun < DRAG_S:
            step += 1
            QTest.mouseMove(slider, QPoint(20 + step * 7 % (slider.width() - 40), y))
            let_run(0.015)
        speed = len(self._shown) / (time.perf_counter() - begun)
        QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(60, y))
        return speed

    def _beat(self) -> None:
        now = time.perf_counter()
        if self._last is not None:
            self._longest = max(self._longest, 1000 * (now - self._last))
        self._last = now
        render = self._view.render_shown
        if render is not None and id(render) not in self._shown:
            self._shown.add(id(render))
            self._kept.append(render)  # so that no other render gets its id

    def _stall(self) -> float:
        """The longest stall since the last question, milliseconds."""
        longest, self._longest = self._longest, 0.0
        return longest

    def _wait(self, seconds: float) -> None:
        let_run(seconds)

    def _until(self, is_done: Callable[[], bool], limit_s: float) -> None:
        begun = time.perf_counter()
        while not is_done() and time.perf_counter() - begun < limit_s:
            self._wait(0.01)


def report(engine: str, rounds: int) -> list[str]:
    """One line per measurement."""
    starts = [_child("start", engine) for _ in range(rounds + 1)][1:]
    uses = [_child("use", engine, _astronaut()) for _ in range(max(1, rounds // 3))]
    lines = [f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, engine {engine}"]
    lines += [f"start to {name:23} {_median(starts, name):8.2f} s" for name in ("usable", "picture")]
    lines += [f"{'CPU time until usable':32} {_median(starts, 'CPU'):8.2f} s"]
    lines += [f"{'slider drag':32} {_median(uses, 'slider drag'):8.1f} pictures/s"]
    lines += [f"{name:32} {_median(uses, name):8.0f} ms" for name in uses[0] if name.startswith("stall")]
    return [*lines, f"{'memory':32} {_median(uses, 'memory'):8.0f} MB"]


def _child(*arguments: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="likeness-") as home:
        done = subprocess.run(
            [sys.executable, "-c", CHILD, *arguments],
            cwd=ROOT, env={**os.environ, "LIKENESS_HOME": home}, stdout=subprocess.PIPE, check=True, timeout=300,
        )  # fmt: skip
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _astronaut() -> str:
    from skimage import data

    from core.images import write_png

    path = Path(tempfile.gettempdir()) / "likeness-astronaut.png"
    write_png(path, data.astronaut())
    return str(path)


def let_run(seconds: float) -> None:
    """Let the window run; `QTest.qWait` would sleep without letting go of the interpreter, and no other thread would work."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def _every(interval_ms: int, act: Callable[[], None]) -> None:
    from PySide6.QtCore import QCoreApplication, Qt, QTimer

    timer = QTimer(QCoreApplication.instance(), interval=interval_ms, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(act)
    timer.start()


def _median(results: list[dict[str, float]], name: str) -> float:
    return statistics.median(result[name] for result in results)


def _say(result: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.stdout.write("\n".join(report(sys.argv[1] if len(sys.argv) > 1 else "toon", int((sys.argv[2:] or ["5"])[0]))) + "\n")
