"""The real stages as jobs in the real window: it is killed and opened again, they are stopped, resumed and finished."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from core.jobs.ending import end_at_once
from core.jobs.events import EventReader
from core.jobs.job import Job
from core.jobs.runs import list_runs
from core.jobs.state import JobState, is_worked_on, job_state
from core.paths import training_data_folder
from core.reporting import SilentReporter
from tests.app import window_session

PATIENCE_S = 1800.0
"""For one visit to the window, on a busy machine."""

SHOTS = os.environ.get("LIKENESS_SHOTS", "")
"""A folder for pictures of what is seen on the screen that DISPLAY names; without it there is neither."""

TINY: Mapping[str, tuple[Mapping[str, str], float, tuple[str, ...]]] = {
    "train_estimator": ({"renders": "renders", "minutes": "2", "batch": "2"}, 0.05, ("toy_baseline.onnx",)),
    "ship": (
        {
            "engine": "Toy",
            "count": "12",
            "baseline_minutes": "2",
            "shape_minutes": "0.02",
            "details_minutes": "0.02",
            "portraits": "4",
        },
        0.03,
        ("models/toy_baseline.onnx", "models/toy_shape.onnx", "models/toy_details.onnx"),
    ),
    "face_networks": (
        {
            "finder_steps": "2",
            "landmarks_steps": "2",
            "parser_steps": "2",
            "settling": "0",
            "closer": "0",
            "heads": "2",
            "avatars": "2",
            "portraits": "6",
            "threads": "1",
        },
        0.005,
        ("models/finder.onnx", "models/landmarks.onnx", "models/parser.onnx"),
    ),
}
"""Stage -> settings with which it really runs, the share of it that is done when the window is killed, what it makes."""


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    runs = tmp_path / "runs"
    monkeypatch.setenv("LIKENESS_RUNS", str(runs))
    yield runs
    for folder in list_runs(runs):
        if is_worked_on(folder):
            end_at_once(folder)


def visit(steps: Sequence[Sequence[object]]) -> list[Any]:
    """Open the window, do these steps in it, and give what was seen; a window that is to hold is killed then."""
    line = [sys.executable, window_session.__file__, json.dumps([["go_to", "train"], *steps])]
    environment = {**os.environ, **({"QT_QPA_PLATFORM": "xcb"} if SHOTS else {}), "OMP_NUM_THREADS": "1"}
    seen = []
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=environment) as window:
        patience = threading.Timer(PATIENCE_S, window.kill)
        patience.start()
        assert window.stdout is not None
        for said in window.stdout:
            seen.append(json.loads(said))
            if seen[-1] == "holds":
                window.kill()
        patience.cancel()

    assert window.returncode == (-signal.SIGKILL if "holds" in seen else 0)
    return [one for one in seen if one != "holds"]


def shot(kind: str, name: str) -> list[Sequence[object]]:
    """A picture of what is seen, where one is wanted."""
    return [["shoot", str(Path(SHOTS) / f"{kind}-{name}.png")]] if SHOTS else []


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(TINY))
def test_stage_survives_the_window_and_is_stopped_and_resumed_in_it(kind: str, runs: Path) -> None:
    settings, share, made = TINY[kind]
    if kind != "train_estimator" and training_data_folder() is None:
        pytest.skip("the training data is not here")
    if kind == "train_estimator":
        Job.begin(runs / "renders", "render_avatars", {"engine": "toy", "count": 40, "processes": 1}).run(SilentReporter())
    folder = runs / "mine"
    form = [one[1] for one in shot(kind, "1-form")]
    new = ["new", kind, "mine", settings, *form]
    (begun,) = visit([new, ["see", "mine", "running", share], *shot(kind, "2-running"), ["hold"]])
    assert job_state(folder) is JobState.RUNNING  # the window is dead

    again: list[Sequence[object]] = [["choose", "mine"], ["see", "mine", "running", share], *shot(kind, "3-reopened")]
    stop: list[Sequence[object]] = [["stop"], ["see", "mine", "stopped"], *shot(kind, "4-stopped"), ["hold"]]
    seen = visit([*again, *stop])
    assert [one["state"] for one in seen] == ["running", "stopped"]
    assert seen[0]["share"] >= begun["share"]
    assert job_state(folder) is JobState.STOPPED

    rest: list[Sequence[object]] = [
        ["resume"],
        ["see", "mine", "running"],
        *shot(kind, "5-resumed"),
        ["see", "mine", "finished", 1.0],
        *shot(kind, "6-finished"),
    ]
    seen = visit([["choose", "mine"], ["see", "mine", "stopped"], *rest])
    assert [one["state"] for one in seen] == ["stopped", "running", "finished"]
    turns = [one["event"] for one in EventReader(folder).read() if one["event"] in ("starting", "started", "stopped", "finished")]
    assert turns == ["starting", "started", "stopped", "starting", "started", "finished"]
    assert [name for name in made if not (folder / name).is_file()] == []
