"""How fast avatars are drawn: medians on this machine. Run with `.venv/bin/python benchmarks/rendering.py [ENGINE] [ROUNDS]`.

Wall-clock time says what a user waits; CPU time (all threads) says what it costs, and stays true on a busy machine.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from core.avatar.vector import AvatarVector
from core.engines import Camera, Detail, open_engine
from core.engines.pack import PackEngine
from core.rendering.device import adapter_summary

COLD = "import sys; from benchmarks.rendering import draw_once; draw_once(sys.argv[1])"


def draw_once(name: str) -> None:
    """The first picture of a process."""
    engine = open_engine(name)
    engine.render(AvatarVector.default(engine.schema), Camera(), 256, "light")


def measured(work: Callable[[int], object], rounds: int) -> str:
    """Medians of wall-clock and CPU time of `work(round)`."""
    for index in range(-3, 0):
        work(index)
    walls, cpus = [], []
    for index in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        work(index)
        walls.append(1000 * (time.perf_counter() - wall))
        cpus.append(1000 * (time.process_time() - cpu))
    wall, cpu = statistics.median(walls), statistics.median(cpus)
    return f"{wall:7.1f} ms  {1000 / wall:6.1f} per second   CPU {cpu:7.1f} ms"


def report(name: str, rounds: int) -> list[str]:
    """One line per measurement."""
    engine = open_engine(name)
    if not isinstance(engine, PackEngine):
        return [f"{name} is not made of meshes."]
    rng = np.random.default_rng(1)
    sampled = [AvatarVector.sample(engine.schema, rng) for _ in range(24)]
    slider = next(parameter for parameter in engine.schema.continuous if parameter.blend is None)
    base = AvatarVector.default(engine.schema)

    def triangles(vector: AvatarVector, detail: Detail) -> int:
        return sum(len(item.mesh.triangles) for item in engine.items(vector, detail))

    heaviest = max(sampled, key=lambda vector: triangles(vector, "full"))

    def dragged(index: int, start: AvatarVector = base) -> AvatarVector:
        return start.with_value(slider.id, (index % 11) / 10)

    def drawn(index: int) -> AvatarVector:
        return sampled[index % len(sampled)]

    work: dict[str, Callable[[int], object]] = {
        "drag a slider, light 256": lambda i: engine.render(dragged(i), Camera(), 256, "light"),
        "drag a slider, light 512": lambda i: engine.render(dragged(i), Camera(), 512, "light"),
        "still, full 512": lambda i: engine.render(dragged(i), Camera(), 512),
        "heaviest, light 256": lambda i: engine.render(dragged(i, heaviest), Camera(), 256, "light"),
        "heaviest, full 512": lambda i: engine.render(dragged(i, heaviest), Camera(), 512),
        "still, full 1024": lambda i: engine.render(dragged(i), Camera(), 1024),
        "thumbnail, light 96": lambda i: engine.render(drawn(i), Camera(), 96, "light"),
        "data: picture and masks, 128": lambda i: engine.render_pair(drawn(i), Camera(), 128),
        "data: picture and masks, 160": lambda i: engine.render_pair(drawn(i), Camera(), 160),
        "masks alone, light 160": lambda i: engine.render_masks(drawn(i), Camera(), 160, "light"),
    }
    for index in range(len(sampled)):  # every mesh is read once before the clock starts
        engine.render(drawn(index), Camera(), 64, "light")
    lines = [
        f"{title}: {triangles(vector, 'light')} triangles light, {triangles(vector, 'full')} full"
        for title, vector in (("default", base), (f"heaviest of {len(sampled)}", heaviest))
    ]
    lines += [f"{title:32s}{measured(function, rounds)}" for title, function in work.items()]
    return lines


def first_picture(name: str) -> str:
    """Seconds from starting Python to the first picture."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", COLD, name], check=True, cwd=Path(__file__).resolve().parent.parent)
    return f"{'first picture of a process':32s}{time.perf_counter() - start:7.2f} s"


def main() -> None:
    """Print the report."""
    name = sys.argv[1] if len(sys.argv) > 1 else "toon"
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 24
    load = os.getloadavg()[0]
    lines = [
        f"{name} on {adapter_summary()}, {os.cpu_count()} cores, load {load:.1f}",
        *report(name, rounds),
        first_picture(name),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
