"""A run on a real Ray, which these tests start on this machine and end again."""

import json
import os
import secrets
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.errors import ClusterError
from core.jobs import JOBS
from core.jobs.cluster import RayJobs, required_cluster, write_cluster
from core.jobs.commands import ask
from core.jobs.elsewhere import run_elsewhere
from core.jobs.job import Job
from core.jobs.starting import log_tail
from core.jobs.state import JobState, job_state
from core.reporting import SilentReporter
from tests.core.jobs import toy_worker
from tests.core.jobs.test_starting import steps, turns, until

# It ends with its standard input, so that nothing of it outlives a test that is killed.
HEAD = """
import sys, ray
ray.init(num_cpus=2, include_dashboard=True, dashboard_host="127.0.0.1", dashboard_port=int(sys.argv[1]), _temp_dir=sys.argv[2],
         object_store_memory=80_000_000, logging_level="ERROR", log_to_driver=False)
print("ready", flush=True)
sys.stdin.read()
"""
TOKEN = secrets.token_hex(32)
PATIENCE = {
    "RAY_DASHBOARD_STARTUP_TIMEOUT_S": "300",
    "RAY_gcs_server_port_wait_time_s": "300",
    "RAY_agent_register_timeout_ms": "300000",
    "RAY_worker_register_timeout_seconds": "300",
}
"""What Ray waits for of itself; on a busy machine its own limits are short. One of 30 seconds cannot be set, so:"""
ATTEMPTS = 3
PATIENCE_S = 300.0


@pytest.fixture(scope="module")
def head() -> Iterator[str]:
    """The address of a Ray."""
    with ExitStack() as stack:
        said = []
        for _ in range(ATTEMPTS):
            address, why = _begin(stack)
            if not why:
                yield address
                return
            said.append(why)
        pytest.fail(f"Ray was begun {ATTEMPTS} times, and did not start: {said}")


def _begin(stack: ExitStack) -> tuple[str, str]:
    """Start a Ray that ends with the stack: its address, and why it did not start, if so."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    temporary = Path(tempfile.mkdtemp(prefix="ray-", dir="/tmp"))  # sockets lie in it, whose paths may not be long
    stack.callback(shutil.rmtree, temporary, ignore_errors=True)
    words = temporary / "words"
    with words.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", HEAD, str(port), str(temporary)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
            env={**os.environ, **PATIENCE, "RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": TOKEN},
        )
    stack.callback(_end, process)
    assert process.stdout is not None
    is_ready = process.stdout.readline() == "ready\n"
    return f"http://127.0.0.1:{port}", "" if is_ready else words.read_text(errors="replace")[-2000:]


def _end(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    process.wait(120)
    process.stdout.close()


@pytest.fixture(autouse=True)
def cluster(head: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, kind in toy_worker.SLOW.items():
        monkeypatch.setitem(JOBS, name, kind)
    monkeypatch.setenv("RAY_AUTH_TOKEN", TOKEN)
    (tmp_path / "shared").mkdir()
    program = shlex.join([sys.executable, str(Path(toy_worker.__file__).resolve())])
    write_cluster({"address": head, "folder": str(tmp_path / "shared"), "program": program})


def test_a_run_is_submitted_followed_stopped_resumed_and_fetched(tmp_path: Path) -> None:
    job = Job.begin(tmp_path / "runs" / "far", "pace", {"steps": 100000, "pause_ms": 5})
    with ThreadPoolExecutor(1) as other:
        follower = other.submit(run_elsewhere, job, SilentReporter())
        until(lambda: follower.done() or len(steps(job.folder)) > 10, PATIENCE_S)
        ask(job.folder, "stop")
        assert follower.result(PATIENCE_S) is False

    assert job_state(job.folder) is JobState.STOPPED
    done = json.loads((job.folder / "checkpoint.json").read_bytes())["done"]
    assert run_elsewhere(Job.begin(job.folder, "pace", {"steps": done + 20}), SilentReporter())
    assert job_state(job.folder) is JobState.FINISHED
    assert steps(job.folder)[-20:] == list(range(done + 1, done + 21))
    assert turns(job.folder) == ["started", "submitted", "stopped", "started", "submitted", "finished"]
    assert list((tmp_path / "shared").iterdir()) == []


def test_ray_runs_a_name_once_and_ends_what_it_is_told_to(tmp_path: Path) -> None:
    jobs = RayJobs(required_cluster())
    marker = tmp_path / "ran"
    line = f"echo ran >> {shlex.quote(str(marker))}; echo hello $LIKENESS_DATA; sleep 300"
    assert not jobs.status("likeness-once").is_known
    jobs.submit("likeness-once", line, {"LIKENESS_DATA": "there"})
    jobs.submit("likeness-once", line, {})
    until(lambda: "hello there" in jobs.log("likeness-once"), PATIENCE_S)
    assert jobs.status("likeness-once").is_known
    assert not jobs.status("likeness-once").has_ended
    jobs.stop("likeness-once")
    until(lambda: jobs.status("likeness-once").has_ended, PATIENCE_S)
    jobs.stop("likeness-once")  # once more does nothing

    assert marker.read_text() == "ran\n"
    assert log_tail(tmp_path) == []


def test_who_shows_no_token_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAY_AUTH_TOKEN", "another")
    with pytest.raises(ClusterError, match=r"(?i)auth"):
        RayJobs(required_cluster())
