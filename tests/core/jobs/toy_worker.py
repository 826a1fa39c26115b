"""Runs a toy stage in a process of its own, as `main.py train` runs real ones: toy stages are in no table but a test's.

`python toy_worker.py train KIND --run DIR` works on a run, `serve` on the queue of LIKENESS_RUNS, and `read RUNS FILE` shows
every event of all runs in a file.
"""

import json
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from core.files import write_atomically  # noqa: E402
from core.jobs import JOBS, JobKind, starting  # noqa: E402
from core.jobs.elsewhere import run_elsewhere  # noqa: E402
from core.jobs.job import Job  # noqa: E402
from core.reporting import Reporter, SilentReporter  # noqa: E402


@dataclass(frozen=True)
class PaceConfig:
    """Count up slowly."""

    steps: int = 1000
    pause_ms: float = 10.0
    dies_at: int = -1  # step at which it kills its process
    refuses_at: int = -1  # step at which it has no memory


def pace(config: PaceConfig, folder: Path, reporter: Reporter) -> None:
    """Writes down that it worked, so that two at once would be seen; resumes where its checkpoint is."""
    checkpoint = folder / "checkpoint.json"
    done = json.loads(checkpoint.read_bytes())["done"] if checkpoint.exists() else 0
    with (folder / "attempts").open("a") as file:
        file.write(f"{os.getpid()} {done} {os.environ.get('CUDA_VISIBLE_DEVICES')}\n")
    while done < config.steps:
        if reporter.should_stop():
            return
        if done == config.dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        if done == config.refuses_at:
            raise MemoryError
        time.sleep(config.pause_ms / 1000)
        done += 1
        reporter.measure("loss", 1 / done, done)
        if done % 5 == 0 or done == config.steps:
            reporter.show("last", np.full((8, 8, 3), done % 256, np.uint8), done)
            write_atomically(checkpoint, json.dumps({"done": done, "filler": "x" * 4096}).encode())
        reporter.progress(done, config.steps)


SLOW = {"pace": JobKind("Pace", PaceConfig, "tests.core.jobs.toy_worker:pace")}


def command(job: Job, *, elsewhere: bool = False) -> list[str]:
    """In place of `starting.command`."""
    line = [sys.executable, __file__, "train", job.kind, "--run", str(job.folder.resolve())]
    return [*line, "--on", "ray"] if elsewhere else line


def serving_command() -> list[str]:
    """In place of `serving.command`."""
    return [sys.executable, __file__, "serve"]


def read(runs: Path, output: Path) -> None:
    """Show events, each at once."""
    from core.jobs.events import EventReader
    from core.jobs.runs import list_runs

    readers: dict[Path, EventReader] = {}
    with output.open("ab", buffering=0) as file:
        while True:
            for folder in list_runs(runs):
                for event in readers.setdefault(folder, EventReader(folder)).read():
                    file.write(json.dumps([folder.name, event]).encode() + b"\n")
            time.sleep(0.02)


def main() -> None:
    """Do what the command line says."""
    from tests.core.jobs import toy_stages

    JOBS.update({**toy_stages.JOBS, **SLOW})  # type: ignore[attr-defined]
    starting.command = command
    if sys.argv[1] == "serve":
        import core.jobs.serving
        from core.paths import runs_folder

        core.jobs.serving.command = serving_command
        core.jobs.serving.serve(runs_folder())
    elif sys.argv[1] == "read":
        read(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        job = Job.begin(Path(sys.argv[4]), sys.argv[2], {})
        run_elsewhere(job, SilentReporter()) if "--on" in sys.argv else job.run(SilentReporter())


if __name__ == "__main__":
    main()
