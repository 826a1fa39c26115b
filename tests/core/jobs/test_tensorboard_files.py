import builtins
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from core.errors import FileNotWrittenError, JobError
from core.jobs.events import EVENTS, append_event
from core.jobs.job import Job
from core.jobs.tensorboard_files import SUFFIX, Written, write_event_files
from core.reporting import SilentReporter


def read(folder: Path) -> EventAccumulator:
    accumulator = EventAccumulator(str(folder), size_guidance={"scalars": 0, "images": 0})
    accumulator.Reload()
    return accumulator


def test_what_was_measured_and_shown_is_read_back(tmp_path: Path) -> None:
    run = tmp_path / "mine"
    Job.begin(run, "count", {"steps": 3}).run(SilentReporter())

    assert write_event_files(run, tmp_path / "out") == Written(tmp_path / "out" / "mine", 3, 1, 0)
    read_back = read(tmp_path / "out" / "mine")
    assert [(one.step, one.value) for one in read_back.Scalars("loss")] == [(1, 1.0), (2, 0.5), (3, pytest.approx(1 / 3))]
    (shown,) = read_back.Images("last")
    assert (shown.step, shown.width, shown.height) == (3, 8, 8)
    assert shown.encoded_image_string == (run / "samples" / "last-000000003.png").read_bytes()
    assert "tensorflow" not in sys.modules


def test_written_again_they_replace_ours_and_no_others(tmp_path: Path) -> None:
    run, out = tmp_path / "mine", tmp_path / "out" / "mine"
    Job.begin(run, "count", {"steps": 1}).run(SilentReporter())
    out.mkdir(parents=True)
    (out / "events.out.tfevents.1.other").touch()
    for _ in range(2):
        write_event_files(run, tmp_path / "out")

    assert len(list(out.glob(f"*{SUFFIX}"))) == 1
    assert len(list(out.iterdir())) == 2


def test_lines_of_others_and_pictures_outside_are_left_out(tmp_path: Path) -> None:
    run = tmp_path / "mine"
    run.mkdir()
    Job.begin(tmp_path / "other", "count", {"steps": 1}).run(SilentReporter())
    (run / "damaged.png").write_bytes(b"no picture")
    os.mkfifo(run / "pipe.png")
    measured: list[dict[str, Any]] = [
        {"name": "loss", "value": 1, "step": 2}, {"name": "loss", "value": 1, "step": 1 << 70}, {"value": 1, "step": 1},
    ]  # fmt: skip
    for values in measured:
        append_event(run, "measured", **values)
    for path in ("../other/samples/last-000000001.png", "gone.png", "damaged.png", "pipe.png"):
        append_event(run, "shown", name="last", path=path, step=1)
    with (run / EVENTS).open("a") as file:
        file.write('{"event": "measured", "at": "never", "name": "loss", "value": 1, "step": 3}\n')

    assert write_event_files(run, tmp_path / "out") == Written(tmp_path / "out" / "mine", 1, 0, 7)


def test_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "out").touch()

    with pytest.raises(FileNotWrittenError, match=r"out/mine was not written"):
        write_event_files(tmp_path / "mine", tmp_path / "out")


def test_without_tensorboard_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *arguments: Any, **named: Any) -> Any:
        if name.startswith("tensorboard"):
            raise ImportError(name)
        return real(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", refuse)

    with pytest.raises(JobError, match=r"main\.py setup tensorboard"):
        write_event_files(tmp_path / "mine", tmp_path / "out")
