"""Run folders that are damaged or of somebody's making: whoever reads them says something, and hides no other run."""

import json
import os
import random
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from core.cli.jobs_details import run_details, show_details
from core.cli.jobs_view import Watched, problems, runs_table
from core.errors import JobError
from core.jobs.following import JobFollower
from core.jobs.job import CONFIG, Job
from core.jobs.queue import QUEUE
from core.jobs.serving import outlooks

SEED = int(os.environ.get("LIKENESS_DAMAGE_SEED", "20261122"))

WEIRD: tuple[Any, ...] = (
    None, True, -1, 0, 1e308, float("nan"), float("inf"), 10**30, 10**400, "", "x" * 300, "\x1b[2J", "\ud800", [], {}, [[1]],
    {"a": {"b": 1}}, "../../etc/passwd", "/dev/zero", "0001-01-01", "9999-12-31T23:59:59-23:59", "2026-01-01T00:00:00+00:00",
)  # fmt: skip

EVENTS: tuple[dict[str, Any], ...] = (
    {"event": "starting", "token": "t"},
    {"event": "started", "likeness": "x"},
    {"event": "progress", "step": 1, "total": 5},
    {"event": "measured", "name": "loss", "value": 1.0, "step": 2},
    {"event": "shown", "name": "a", "path": "samples/a.png", "step": 1},
    {"event": "failed", "cause": "other", "error": "x", "remedies": [{"title": "t", "settings": {"batch": 3}}]},
    {"event": "finished"},
)
FILES: dict[str, Any] = {
    "worker.json": {"machine": "x", "host": "h", "process": 1, "at": 1.0, "devices": ""},
    "starting.json": {"token": "t", "machine": "x", "process": 1},
}


def damaged(rng: random.Random, value: Any) -> Any:
    """A value with some of what is in it replaced or left out."""
    if rng.random() < 0.25:
        return rng.choice(WEIRD)
    if isinstance(value, dict):
        kept = {key: one for key, one in value.items() if rng.random() > 0.05}
        return {key: damaged(rng, one) if rng.random() < 0.3 else one for key, one in kept.items()}
    return [damaged(rng, one) for one in value] if isinstance(value, list) else value


def damage(rng: random.Random, runs: Path, name: str) -> Path:
    """A run, and the queue, with damage."""
    folder = Job.begin(runs / name, rng.choice(("render_avatars", "train_finder", "ship")), {}).folder
    lines = [{**one, "at": "2026-11-22T03:00:00+00:00"} for one in rng.sample(EVENTS, rng.randint(1, len(EVENTS)))]
    text = bytearray("\n".join(json.dumps(damaged(rng, one) if rng.random() < 0.7 else one) for one in lines).encode())
    for _ in range(rng.choice((0, 0, 0, 5))):
        text[rng.randrange(len(text))] = rng.randrange(256)
    (folder / "events.jsonl").write_bytes(text + rng.choice((b"", b"\n")))
    for file, content in FILES.items():
        if rng.random() < 0.6:
            (folder / file).write_text(json.dumps(damaged(rng, content)))
    if rng.random() < 0.3:
        (folder / CONFIG).write_text(json.dumps(damaged(rng, json.loads((folder / CONFIG).read_text()))))
    entry = {"run": name, "after": [f"r{rng.randrange(9)}"], "slot": rng.choice(("cpu", "ray", "cuda:0"))}
    (runs / QUEUE).write_text(json.dumps(damaged(rng, {"entries": [entry], "is_served": True})))
    return folder


def look(runs: Path, folder: Path, rng: random.Random) -> str:
    """Look at a run as the command line does: what is seen of all."""
    follower = JobFollower(folder, rng.choice((0, 50)))
    while follower.refresh():
        pass
    json.dumps(run_details(follower, None))
    show_details(follower, None)
    watched = Watched(runs)
    watched.look()
    console = Console(file=StringIO(), width=rng.choice((60, 100, 160)))
    console.print(runs_table(watched, console.width, is_live=True), *problems(watched))
    with suppress(JobError):  # which says that the queue cannot be read
        outlooks(runs)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("count", [25, pytest.param(2000, marks=pytest.mark.slow)])
def test_damaged_runs_are_told_and_hide_no_other(count: int, tmp_path: Path) -> None:
    rng = random.Random(SEED)
    Job.begin(tmp_path / "whole", "render_avatars", {})
    for number in range(count):
        folder = damage(rng, tmp_path, f"r{number}")
        seen = look(tmp_path, folder, rng)
        assert "whole" in seen
        assert folder.name in seen
        assert "\x1b" not in seen
        if number > 4:  # the list is long enough
            for path in (tmp_path / f"r{number - 5}").iterdir():
                path.unlink()
            (tmp_path / f"r{number - 5}").rmdir()


@pytest.mark.parametrize(
    "config",
    ["[]", "null", '{"kind": []}', '{"kind": "ship", "config": 3}', '{"config": {}}', pytest.param("[" * 100_000, id="deep")],
)
def test_a_configuration_that_is_none_is_said(config: str, tmp_path: Path) -> None:
    (tmp_path / CONFIG).write_text(config)
    follower = JobFollower(tmp_path)

    assert str(tmp_path / CONFIG) in follower.problem
