"""What reading a face costs: time, memory, size on disk, and decoding large photos apart."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Pillow

from benchmarks.face_reading import RUNS_FOLDER, DevSet
from core.datasets.face_photos import cut_out
from core.faces.finding import FINDER_SIZE, find_faces
from core.faces.landmarks import LANDMARKS_SIZE
from core.faces.mirrored import ask_both_ways
from core.faces.reading import read_selfie, warm_up
from core.faces.selfie import MASK_SIZE
from core.models import find_model, shared_model

NETWORKS = ("finder", "landmarks", "parser")
_ROOT = Path(__file__).resolve().parent.parent
_LARGE = (8064, 6048)  # pixels: 48.8 megapixels, the largest that phones take
_ROUNDS = 25

_READ = """
import json, re, sys
from pathlib import Path
from core.faces.reading import read_selfie, warm_up
from core.images import read_photo

def most(): return int(re.search("VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024

before, photo = most(), read_photo(Path(sys.argv[1]))
warm_up()
read_selfie(photo, 1)
print(json.dumps([before, most()]))
"""
_DECODE = """
import json, resource, sys, time
from pathlib import Path
from core import images
images.warm_up()
start = time.perf_counter()
images.read_photo(Path(sys.argv[1]))
seconds = time.perf_counter() - start
images._decoder.stop()
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""


def measure_costs(dev: DevSet) -> dict[str, Any]:
    """Medians in milliseconds, wall clock and CPU; megabytes."""
    photo = cut_out(np.random.default_rng(0), dev.faces[0], 0.3).photo
    path = RUNS_FOLDER / "one_megapixel.png"
    Pillow.fromarray(photo).save(path)
    warm_up()
    start, peak = json.loads(_in_own_process(_READ, path))
    costs: dict[str, Any] = {
        "picture": f"{photo.shape[1]} × {photo.shape[0]}, one face",
        "find_faces": _timed(lambda: find_faces(photo)),
        "networks alone": _timed(_networks()),
        "read_selfie, everything": _timed(lambda: read_selfie(photo, 1)),
        "megabytes on disk": {name: round(find_model(name).stat().st_size / 1e6, 2) for name in NETWORKS},
        "megabytes of memory": f"{peak:.0f} at most while reading, {start:.0f} before",
    }
    costs["megabytes on disk"]["all"] = round(sum(costs["megabytes on disk"].values()), 2)
    for name, large in _large_photos().items():
        seconds, cpu, memory = json.loads(_in_own_process(_DECODE, large))
        costs[f"decoding 48 megapixels, {name}"] = f"{seconds:.1f} s ({cpu:.1f} s of CPU), {memory:.0f} MB at most"
    return costs


def _networks() -> Callable[[], object]:
    """As for one photo: landmarks are placed, then placed again in a better crop and its mirror, and both are parsed."""
    sizes = {"finder": FINDER_SIZE, "landmarks": LANDMARKS_SIZE, "parser": MASK_SIZE}
    empty = {name: np.zeros((size, size, 3), np.uint8) for name, size in sizes.items()}
    once = [(shared_model(name), empty[name][None]) for name in ("finder", "landmarks")]
    return lambda: (
        [network(pictures=picture) for network, picture in once],
        [ask_both_ways(name, empty[name]) for name in ("landmarks", "parser")],
    )


def _timed(work: Callable[[], object]) -> dict[str, float]:
    work()
    wall, cpu = [], []
    for _ in range(_ROUNDS):
        start, started = time.perf_counter(), time.process_time()
        work()
        wall.append(1000 * (time.perf_counter() - start))
        cpu.append(1000 * (time.process_time() - started))
    return {
        "wall_ms": round(statistics.median(wall), 1),
        "cpu_ms": round(statistics.median(cpu), 1),
        "fastest_ms": round(min(wall), 1),
    }


def _in_own_process(code: str, path: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    done = subprocess.run([sys.executable, "-c", code, str(path)], env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def _large_photos() -> dict[str, Path]:
    """Photos of 48 megapixels, made once."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    paths = {name: RUNS_FOLDER / f"large.{name.lower()}" for name in ("HEIC", "JPEG")}
    if not all(path.exists() for path in paths.values()):
        rng = np.random.default_rng(0)
        small = Pillow.fromarray(rng.integers(0, 256, (756, 1008, 3), np.uint8)).resize(_LARGE, Pillow.Resampling.BICUBIC)
        small.save(paths["JPEG"], quality=88)
        small.save(paths["HEIC"], quality=50)
    return paths
