import errno
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import errors
from core.configs import RenderAvatarsConfig, ShipConfig, TrainParserConfig
from core.files import write_atomically
from core.jobs.failures import CAUSES, Failure, Remedy, explain, lost, not_begun

PARSER = TrainParserConfig(batch=16, rate=2e-3)


class OutOfMemoryError(RuntimeError):
    """Like torch's, by its name alone."""


class GPUInternalError(Exception):
    """Like wgpu's, by its name alone."""


class GPUOutOfMemoryError(Exception):
    """Like wgpu's, by its name alone."""


def provoked(function: Any, *arguments: Any) -> BaseException:
    try:
        function(*arguments)
    except BaseException as error:  # noqa: BLE001
        return error
    raise AssertionError("nothing was provoked")


def full_disk(folder: Path) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", refuse)
        write_atomically(folder / "weights", b"")


def while_handling(first: Exception, second: Exception) -> None:
    try:
        raise first
    except type(first):
        raise second  # noqa: B904


def killed_child() -> None:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        pool.submit(os.kill, pool.submit(os.getpid).result(), signal.SIGKILL).result()


def too_much_memory() -> None:
    np.zeros(1 << 60, np.uint8)


CASES = [
    ("out_of_memory", lambda _: provoked(too_much_memory)),
    ("out_of_memory", lambda _: OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has 79 GiB.")),
    ("out_of_memory", lambda _: RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried 9")),
    ("out_of_memory", lambda _: GPUOutOfMemoryError("Not enough memory left.")),
    ("disk_full", lambda _: OSError(errno.ENOSPC, "No space left on device")),
    ("disk_full", lambda folder: provoked(full_disk, folder)),
    ("disk_full", lambda _: OSError(errno.EDQUOT, "Disk quota exceeded")),
    ("diverged", lambda _: errors.DivergedError("The loss is no number at step 7. Lower the learning rate.")),
    ("wrong_schema", lambda _: errors.WrongEngineError("Made for toon 2, this is toon 3.")),
    ("wrong_schema", lambda _: errors.NewerVersionError("Made by a newer version.")),
    ("driver_gone", lambda _: RuntimeError("CUDA error: unspecified launch failure. Compile with TORCH_USE_CUDA_DSA.")),
    ("driver_gone", lambda _: errors.EngineError("There is no graphics adapter here.")),
    ("driver_gone", lambda _: GPUInternalError("Parent device is lost")),
    ("lost", lambda _: provoked(killed_child)),
    ("cluster", lambda _: errors.ClusterError("The cluster at http://head:8265 does not answer.")),
    ("data", lambda _: errors.DataError("There are no portraits. Set LIKENESS_DATA.")),
    ("model", lambda _: errors.ModelError("step-9 is damaged. Go back to an older checkpoint.")),
    ("settings", lambda _: errors.SettingError("There is no engine “moon”.")),
    ("not_written", lambda folder: provoked(write_atomically, folder / "gone" / "x", b"")),
    ("interrupted", lambda _: KeyboardInterrupt()),
    ("other", lambda _: errors.FaceError("The face cannot be used.")),
    ("bug", lambda _: provoked(lambda: 1 / 0)),
    ("bug", lambda _: RuntimeError("a\n" + "b " * 500)),
    ("bug", lambda _: AssertionError()),
]


@pytest.mark.parametrize(("cause", "make"), CASES)
def test_each_cause_is_recognised_and_told_in_a_sentence_or_two(cause: str, make: Any, tmp_path: Path) -> None:
    failure = explain(make(tmp_path), PARSER)
    sentences = [one for one in failure.text.replace(". ", ".|").split("|") if one]

    assert failure.cause == cause
    assert 1 <= len(sentences) <= 2
    assert len(set(sentences)) == len(sentences)
    assert len(failure.text) < 300
    assert "\n" not in failure.text
    assert failure.remedies
    assert Failure.from_event(failure.as_event()) == failure


def test_no_cause_is_without_a_case() -> None:
    assert {cause for cause, _ in CASES} | {"not_begun"} == set(CAUSES)
    assert len(set(CAUSES)) == len(CAUSES)


def test_a_killed_child_is_what_it_seems() -> None:
    assert isinstance(provoked(killed_child), BrokenProcessPool)


def test_smaller_batches_and_fewer_processes_are_offered_where_there_are_such_settings() -> None:
    error = MemoryError()

    assert explain(error, PARSER).remedies[0] == Remedy("Resume with batches of 8", {"batch": 8})
    assert explain(error, RenderAvatarsConfig(processes=4)).remedies[0] == Remedy("Resume with 2 processes", {"processes": 2})
    for config in (TrainParserConfig(batch=1), RenderAvatarsConfig(processes=1), ShipConfig()):
        assert [remedy.settings for remedy in explain(error, config).remedies] == [{}]


def test_a_slower_rate_is_offered_where_training_diverged() -> None:
    error = errors.DivergedError("x")

    assert explain(error, PARSER).remedies[0] == Remedy("Resume with a learning rate of 0.001", {"rate": 1e-3})
    assert [remedy.settings for remedy in explain(error, ShipConfig()).remedies] == [{}]


def test_what_an_error_came_from_counts_unless_it_says_that_it_does_not() -> None:
    wrapped = provoked(while_handling, MemoryError(), errors.DataError("x"))
    unrelated = provoked(while_handling, MemoryError(), errors.DataError("x"))
    unrelated.__suppress_context__ = True

    assert explain(wrapped, PARSER).cause == "out_of_memory"
    assert explain(unrelated, PARSER).cause == "data"


def test_errors_in_a_circle_end() -> None:
    first, second = RuntimeError("a"), RuntimeError("b")
    first.__cause__, second.__cause__ = second, first

    assert explain(first, PARSER).cause == "bug"


def test_a_lost_run_and_one_that_never_began() -> None:
    failure = lost(PARSER)
    assert failure.cause == "lost"
    # The system kills a process that takes too much memory, and nobody says so.
    assert [dict(remedy.settings) for remedy in failure.remedies] == [{}, {"batch": PARSER.batch // 2}]
    assert [dict(remedy.settings) for remedy in lost(None).remedies] == [{}]
    assert not_begun(["a", "core.errors.SettingError: There is no x."]).text == (
        "Its process ended before the stage began; its log ends with “core.errors.SettingError: There is no x”."
    )
    assert not_begun([]).text == "Its process ended before the stage began."


def test_an_older_event_without_remedies_is_read() -> None:
    assert Failure.from_event({"event": "failed", "error": "x"}) == Failure("other", "x")
