"""What following costs: `.venv/bin/python benchmarks/jobs.py [RUNS] [EVENTS] [SECONDS]`, 20 runs of a million events, 20 s each.

One process works on all runs and appends five events a second to each; this one follows them as a window does, once a second.
Printed: how long the first reading takes, how much of a core following takes after that, and how much when all runs are lost,
whose last turn lies at the other end of their files. A million events take about 110 MB of disk.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.jobs import JOBS  # noqa: E402
from core.jobs.events import EVENTS, append_event  # noqa: E402
from core.jobs.following import JobFollower  # noqa: E402
from core.jobs.job import Job  # noqa: E402
from core.jobs.runs import list_runs  # noqa: E402
from core.jobs.serving import outlooks  # noqa: E402
from core.jobs.state import JobState, occupied  # noqa: E402

EVENTS_A_SECOND = 5
CHILD = "import sys; from benchmarks.jobs import work; work(*sys.argv[1:])"


def make(runs: Path, number: int, events: int) -> None:
    """Runs with a long past: one turn at the beginning, numbers and progress after it."""
    for index in range(number):
        job = Job.begin(runs / f"run-{index:02d}", next(iter(JOBS)), {})
        append_event(job.folder, "started")
        with (job.folder / EVENTS).open("a") as file:
            for step in range(events):
                at = datetime.fromtimestamp(1.7e9 + step / 1000, UTC).isoformat(timespec="milliseconds")
                event = {"event": "measured", "at": at, "name": "loss", "value": 1 / (step + 1), "step": step}
                if step % 10 == 9:
                    event = {"event": "progress", "at": at, "step": step, "total": events}
                file.write(json.dumps(event) + "\n")


def work(runs: str) -> None:
    """Work on all runs at once, until killed."""
    with ExitStack() as stack:
        folders = list_runs(Path(runs))
        for folder in folders:
            stack.enter_context(occupied(folder))
        print("working", flush=True)  # noqa: T201 - the parent waits for it
        step = 0
        while True:
            for folder in folders:
                for _ in range(EVENTS_A_SECOND):
                    step += 1
                    append_event(folder, "measured", name="loss", value=0.5, step=step)
            time.sleep(1)


def follow(followers: list[JobFollower], seconds: float) -> float:
    """The share of a core that it takes to look at all runs and at the queue once a second."""
    began, used = time.monotonic(), time.process_time()
    while time.monotonic() - began < seconds:
        for follower in followers:
            follower.refresh()
        outlooks(followers[0].folder.parent)
        time.sleep(1)
    return (time.process_time() - used) / (time.monotonic() - began)


def main(number: int = 20, events: int = 1_000_000, seconds: float = 20.0) -> None:
    """Measure and say."""
    runs = Path(tempfile.mkdtemp(prefix="likeness-jobs-"))
    worker: subprocess.Popen[str] | None = None
    try:
        make(runs, number, events)
        worker = subprocess.Popen([sys.executable, "-c", CHILD, str(runs)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert worker.stdout is not None
        worker.stdout.readline()
        began, used = time.monotonic(), time.process_time()
        followers = [JobFollower(folder) for folder in list_runs(runs)]
        for follower in followers:
            while follower.refresh() and follower.progress[0] < events - 10:
                continue
        _say(f"first reading: {time.process_time() - used:.1f} s of a core, {time.monotonic() - began:.1f} s")
        running = follow(followers, seconds)
        states = {follower.state for follower in followers}
        _say(f"following {number} runs of {events} events, {sorted(states)}: {running:.2%} of a core")
        worker.kill()
        worker.wait()
        for follower in followers:
            follower.refresh()
        assert {follower.state for follower in followers} == {JobState.LOST}
        _say(f"following the same, all lost: {follow(followers, seconds):.2%} of a core")
    finally:
        if worker is not None:
            worker.kill()
            worker.wait()
        shutil.rmtree(runs, ignore_errors=True)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
