"""Several processes that train together. torch takes long to load, so those that start real ones are slow."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from typing_extensions import override

from core.checkpoint import load_tensors
from core.configs import RenderAvatarsConfig
from core.devices import TEAM
from core.errors import ProcessLostError
from core.jobs import together
from core.jobs.commands import ask, is_asked
from core.jobs.events import EventReader
from core.jobs.failures import ExplainedError
from core.jobs.job import Job, Recorder
from core.jobs.state import JobState, job_state
from core.jobs.together import run_together, tell
from core.reporting import SilentReporter
from core.stages.render_avatars import render_avatars


class Heard(SilentReporter):
    def __init__(self) -> None:
        self.measured: list[tuple[str, float, int]] = []
        self.pictures: list[int] = []
        self.asks_to_stop = False

    @override
    def measure(self, name: str, value: float, step: int) -> None:
        self.measured.append((name, value, step))

    @override
    def show(self, name: str, image: np.ndarray, step: int) -> None:
        self.pictures.append(int(image[0, 0, 0]))

    @override
    def should_stop(self) -> bool:
        return self.asks_to_stop


def stands_in(monkeypatch: pytest.MonkeyPatch, work: Callable[[Path], None], until: str = "") -> list[subprocess.Popen[bytes]]:
    """In place of torchrun: a process that only waits for its end, beside which `work` does what the first one would."""
    processes: list[subprocess.Popen[bytes]] = []

    def start(_folder: Path, between: Path, _count: int) -> subprocess.Popen[bytes]:
        waits = f"import pathlib, time\nwhile not pathlib.Path({str(between / until)!r}).exists(): time.sleep(0.01)"
        processes.append(subprocess.Popen([sys.executable, "-c", waits], stdin=subprocess.PIPE))
        work(between)
        return processes[-1]

    monkeypatch.setattr(together, "_start", start)
    return processes


def test_what_the_first_process_reports_is_passed_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def work(between: Path) -> None:
        recorder = Recorder(between, SilentReporter())
        recorder.measure("loss", 0.5, 20)
        recorder.show("faces", np.full((4, 4, 3), 9, np.uint8), 20)
        tell(between, event="finished")

    heard = Heard()
    stands_in(monkeypatch, work)
    run_together(tmp_path, 2, heard)

    assert (heard.measured, heard.pictures) == ([("loss", 0.5, 20)], [9])
    assert together.TEAM == TEAM


def test_what_is_asked_is_handed_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    heard, asked = Heard(), []
    heard.asks_to_stop = True
    stands_in(monkeypatch, lambda between: tell(between, event="stopped"), "commands/stop")
    monkeypatch.setattr(together, "_judge", lambda between: asked.append(is_asked(between, "stop")))
    run_together(tmp_path, 2, heard)

    assert asked == [True]


def test_the_first_failure_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def work(between: Path) -> None:
        tell(between, event="failed", cause="out_of_memory", error="There was not enough memory.", traceback="at line 7")
        tell(between, event="failed", cause="lost", error="Another is gone.")

    stands_in(monkeypatch, work)
    with pytest.raises(ExplainedError, match="not enough memory") as caught:
        run_together(tmp_path, 2, SilentReporter())

    assert caught.value.failure.cause == "out_of_memory"
    assert caught.value.__notes__ == ["at line 7"]


@pytest.mark.parametrize("half", [None, "", '{"event": "fin'])
def test_an_end_without_a_word_is_told(half: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def work(between: Path) -> None:
        if half is not None:
            (between / together.OUTCOME).write_text(half)

    stands_in(monkeypatch, work)
    with pytest.raises(ProcessLostError):
        run_together(tmp_path, 2, SilentReporter())


def test_they_end_when_it_is_ended_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Interrupts(SilentReporter):
        @override
        def should_stop(self) -> bool:
            raise KeyboardInterrupt

    processes = stands_in(monkeypatch, lambda _: None, "never")
    with pytest.raises(KeyboardInterrupt):
        run_together(tmp_path, 2, Interrupts())

    assert processes[0].returncode == -signal.SIGKILL


@pytest.fixture(scope="module")
def renders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("renders")
    render_avatars(RenderAvatarsConfig(engine="toy", count=24, size=64, processes=1), folder, SilentReporter())
    return folder


def begun(folder: Path, renders: Path, **settings: Any) -> Job:
    shape = {"network": "shape", "renders": str(renders), "device": "cpu", "devices": 2, "batch": 4, "portraits": 1}
    return Job.begin(folder, "train_estimator", {**shape, **settings})


def until(condition: Callable[[], Any], seconds: float = 240) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def ranks() -> dict[str, psutil.Process]:
    """The processes that this one's torchrun started, by their rank."""
    children = [one for one in psutil.Process().children(recursive=True) if "core.jobs.rank" in " ".join(one.cmdline())]
    return {one.environ()["RANK"]: one for one in children if "RANK" in one.environ()}


def listening(processes: list[psutil.Process]) -> list[str]:
    return [one.laddr.ip for process in processes for one in process.net_connections() if one.status == psutil.CONN_LISTEN]


def events(folder: Path) -> list[dict[str, Any]]:
    return EventReader(folder).read()


@pytest.mark.slow
def test_two_processes_train_a_network_stop_and_go_on(renders: Path, tmp_path: Path) -> None:
    job = begun(tmp_path, renders, steps=100_000)
    ports: list[str] = []

    def watch() -> None:
        until(lambda: any(one["event"] == "progress" for one in events(tmp_path)))
        ports.extend(listening(psutil.Process().children(recursive=True)))
        ask(tmp_path, "stop")

    watcher = threading.Thread(target=watch)
    watcher.start()

    assert not job.run(SilentReporter())
    watcher.join()
    assert job_state(tmp_path) is JobState.STOPPED
    assert ports
    assert set(ports) == {"127.0.0.1"}
    done = load_tensors(max((tmp_path / "checkpoints").iterdir()))[1]["step"]

    assert begun(tmp_path, renders, steps=done + 22).run(SilentReporter())
    assert job_state(tmp_path) is JobState.FINISHED
    assert (tmp_path / "toy_shape.onnx").is_file()
    assert load_tensors(max((tmp_path / "checkpoints").iterdir()))[1]["step"] == done + 22
    turns = [one["event"] for one in events(tmp_path) if one["event"] not in ("progress", "measured")]
    assert turns == ["started", "stopped", "started", "finished"]
    losses = [one["step"] for one in events(tmp_path) if one.get("name") == "loss"]
    assert len(losses) == len(set(losses))  # one process alone reports
    assert not ranks()


@pytest.mark.slow
@pytest.mark.parametrize("rank", ["0", "1"])
def test_a_killed_process_fails_the_run_soon(rank: str, renders: Path, tmp_path: Path) -> None:
    job, killed = begun(tmp_path, renders, steps=100_000), []

    def kill() -> None:
        until(lambda: any(one["event"] == "progress" for one in events(tmp_path)))
        ranks()[rank].kill()
        killed.append(time.monotonic())

    killer = threading.Thread(target=kill)
    killer.start()
    with pytest.raises((ProcessLostError, ExplainedError)):
        job.run(SilentReporter())
    killer.join()

    assert time.monotonic() - killed[0] < 45
    (failed,) = [one for one in events(tmp_path) if one["event"] == "failed"]
    assert failed["cause"] == "lost"
    assert failed["error"] == "One of its processes ended without a word: it was killed, or the memory was full."
    assert failed["remedies"][0] == {"title": "Resume with batches of 2", "settings": {"batch": 2}}
    until(lambda: not ranks(), 40)


@pytest.mark.slow
def test_an_error_of_the_stage_is_the_runs(renders: Path, tmp_path: Path) -> None:
    with pytest.raises(ExplainedError, match=r"A batch of 5 cannot be shared evenly by 2 devices\. Set batch to 4 or 6\."):
        begun(tmp_path, renders, batch=5).run(SilentReporter())

    assert events(tmp_path)[-1]["cause"] == "settings"


@pytest.mark.slow
def test_when_the_worker_is_killed_all_of_them_end(renders: Path, tmp_path: Path) -> None:
    begun(tmp_path, renders, steps=100_000)
    program = (
        "import sys; from pathlib import Path; from core.jobs.job import Job; from core.reporting import SilentReporter; "
        "Job.open(Path(sys.argv[1])).run(SilentReporter())"
    )
    worker = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], cwd=Path(__file__).parents[3])
    until(lambda: any(one["event"] == "progress" for one in events(tmp_path)))
    family = psutil.Process(worker.pid).children(recursive=True)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()

    assert len(family) >= 3  # torchrun and two
    until(lambda: not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in family), 40)
    assert job_state(tmp_path) is JobState.LOST
