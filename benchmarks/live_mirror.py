"""How fast the live mirror is: `xvfb-run -a .venv/bin/python benchmarks/live_mirror.py [SECONDS] [--video FILE] [--keep FILE]`.

A face moves about: scikit-image's astronaut (NASA, public domain), shifted, turned, nearer and farther, in daylight and shade, at
25 frames of 1280 x 720 a second. `--keep FILE.avi` writes them as a video, which `--video FILE.avi` plays by Qt Multimedia;
without it they come from memory. Prints how often a second the avatar is drawn, the face followed and the avatar
estimated; how long it takes from a frame to the picture that shows it; how often a choice changed; and the longest times that the
window did not answer, and the longest work that it did in one go, which other programs do not lengthen. The load of the machine
is printed beside it.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

if TYPE_CHECKING:
    from app.main_window import MainWindow

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

WIDTH, HEIGHT, RATE, LENGTH_S = 1280, 720, 25, 8
WARM_S = 4.0
CHILD = "import sys; from benchmarks.live_mirror import measure; measure(float(sys.argv[1]), sys.argv[2])"

Picture = NDArray[np.uint8]


def moving_face(count: int) -> Iterator[Picture]:
    """Frames (720, 1280, 3) of a face that moves about and comes back to where it began."""
    from PIL import Image
    from skimage import data

    from core.faces.align import Frame, wider
    from core.faces.reading import read_selfie

    image = np.asarray(data.astronaut())
    portrait = Image.fromarray(Frame(wider(read_selfie(image).quad, 1.6), HEIGHT).crop(image))
    for index in range(count):
        turn = 2 * np.pi * index / count
        side = round(HEIGHT * (1.0 + 0.12 * np.sin(2 * turn)))
        face = portrait.rotate(9 * np.sin(3 * turn), Image.Resampling.BILINEAR, fillcolor=(120, 118, 116)).resize((side, side))
        scene = Image.new("RGB", (WIDTH, HEIGHT), (120, 118, 116))
        middle = (WIDTH / 2 + 70 * np.sin(turn) + 25 * np.sin(5 * turn), HEIGHT / 2 + 30 * np.sin(2 * turn))
        scene.paste(face, (round(middle[0] - side / 2), round(middle[1] - side / 2)))
        light = 0.85 + 0.15 * np.cos(turn)
        noise = np.random.default_rng(index).normal(0, 3, (HEIGHT, WIDTH, 1))
        yield np.clip(np.asarray(scene) * light + noise, 0, 255).astype(np.uint8)


def measure(seconds: float, video: str) -> None:
    """A session in a process of its own: prints what it measured as JSON."""
    from app.application import open_studio

    window, app = open_studio("toon")
    session = _Session(window)
    result = session.measure(seconds, video)
    window.close()
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()
    app.exit()


class _Session:
    """Opens the mirror in a window and watches it."""

    def __init__(self, window: "MainWindow") -> None:
        self._page = window.page
        self._last, self._worked = time.perf_counter(), time.thread_time()
        self._gaps: list[float] = []
        self._work: list[float] = []
        self._delays: list[float] = []
        self._sizes: list[int] = []
        self._choices: list[tuple[str, ...]] = []

    def measure(self, seconds: float, video: str) -> dict[str, Any]:
        """Everything, by name."""
        from PySide6.QtCore import QTimer

        from benchmarks.window import let_run

        page = self._page
        if not video:
            page.camera.sources = _from_memory()
        while page.avatar_view.render_shown is None:
            let_run(0.05)
        let_run(3)
        beat = QTimer(page, interval=2)
        beat.timeout.connect(self._beat)
        beat.start()
        self._last, self._worked = time.perf_counter(), time.thread_time()
        if video:
            page.camera.follow_video(Path(video))
        else:
            page.camera.live_mirror()
        begun = time.perf_counter()
        while page.camera.mirror is None or not page.camera.mirror.is_ready:
            let_run(0.02)
            if time.perf_counter() - begun > 60:
                return {"failed": page.photo_column.camera.trouble.text}
        first = time.perf_counter() - begun
        opening, mirror = max(self._gaps), page.camera.mirror
        opening_work = max(self._work)
        mirror.drew.connect(self._note)
        let_run(WARM_S)
        self._gaps.clear()
        self._work.clear()
        self._delays.clear()
        counts = dict.fromkeys(("drawn", "followed", "estimated"), 0.0)
        steps = max(1, round(seconds / 2))
        for _ in range(steps):
            let_run(2)
            rates = mirror.rates
            for name in counts:
                counts[name] += getattr(rates, name) / steps
        changes = sum(one != other for one, other in zip(self._choices, self._choices[1:], strict=False))
        page.camera.leave()
        return {
            **counts, "first": first, "opening": 1000 * opening, "stall": 1000 * max(self._gaps),
            "stalls": sum(gap > 0.05 for gap in self._gaps), "delay": 1000 * statistics.median(self._delays),
            "opening_work": 1000 * opening_work,
            "work": 1000 * max(self._work), "size": statistics.median(self._sizes), "changes": changes,
        }  # fmt: skip

    def _beat(self) -> None:
        at = time.perf_counter()
        self._gaps.append(at - self._last)
        worked = time.thread_time()
        self._work.append(worked - self._worked)
        self._last, self._worked = at, worked

    def _note(self, image: Any) -> None:
        mirror = self._page.camera.mirror
        if mirror is not None and mirror.latest is not None and mirror.estimate is not None:
            self._delays.append(time.monotonic() - mirror.latest[0].frame.at)
            self._sizes.append(image.width())
            vector = mirror.estimate.vector
            self._choices.append(tuple(str(vector[choice.id]) for choice in vector.schema.discrete))


def _from_memory() -> Any:
    """Sources whose camera shows the moving face."""
    from PySide6.QtCore import QTimer

    from app.state.camera_frames import Frame, FrameSource, Sources, now
    from app.state.camera_pixels import image_of, square_of_image

    frames = list(moving_face(RATE * LENGTH_S))

    class Moving(FrameSource):
        is_mirrored = True

        @override
        def start(self) -> None:
            self._timer, self._count = QTimer(self, interval=1000 // RATE), 0
            self._timer.timeout.connect(self._give)
            self._timer.start()

        @override
        def stop(self) -> None:
            self._timer.stop()

        def _give(self) -> None:
            self._count += 1
            picture = frames[self._count % len(frames)]
            self.arrived.emit(Frame(lambda most: square_of_image(image_of(picture), most), now()))

    class Memory(Sources):
        @override
        def prepare(self) -> None:
            pass

        @override
        def devices(self) -> list[tuple[str, str]]:
            return []

        @override
        def camera(self, device: str) -> FrameSource:
            return Moving()

    return Memory()


def report(seconds: float, video: str) -> list[str]:
    """One line per measurement."""
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="likeness-") as home:
        done = subprocess.run(
            [sys.executable, "-c", CHILD, str(seconds), video],
            cwd=ROOT, env={**os.environ, "LIKENESS_HOME": home}, stdout=subprocess.PIPE, check=True, timeout=180 + 3 * seconds,
        )  # fmt: skip
    got = json.loads(done.stdout.splitlines()[-1])
    if "failed" in got:
        return [got["failed"]]
    return [
        f"{os.cpu_count()} cores, load {before:.1f} before, frames from {'a video file' if video else 'memory'}",
        f"avatar drawn            {got['drawn']:8.1f} a second, {got['size']:.0f} pixels",
        f"face followed           {got['followed']:8.1f} a second",
        f"avatar estimated        {got['estimated']:8.1f} a second",
        f"frame to picture        {got['delay']:8.0f} ms, median age of the newest frame with a face when a picture is shown",
        f"first avatar after      {got['first']:8.2f} s",
        f"choices changed         {got['changes']:8d} times in {seconds + WARM_S:.0f} s",
        f"longest stall opening   {got['opening']:8.0f} ms",
        f"longest stall following {got['stall']:8.0f} ms, {got['stalls']} over 50 ms",
        f"longest work opening    {got['opening_work']:8.0f} ms of the processor's time, on the window's thread in one go",
        f"longest work following  {got['work']:8.0f} ms",
    ]


def main() -> None:
    """Measure and write one line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=20.0)
    parser.add_argument("--video", default="", help="a video file; without it, frames from memory")
    parser.add_argument("--keep", type=Path, help="write the moving face as a video to this file, and measure nothing")
    arguments = parser.parse_args()
    if arguments.keep is not None:
        from benchmarks.video_file import write_avi

        write_avi(arguments.keep, list(moving_face(RATE * LENGTH_S)), RATE)
    else:
        sys.stdout.write("\n".join(report(arguments.seconds, arguments.video)) + "\n")


if __name__ == "__main__":
    main()
