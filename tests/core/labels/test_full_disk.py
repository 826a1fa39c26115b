"""A set on a small disk of its own that fills up: a real one, that only a child process sees."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.core.labels import small_disk

ALONE = ["unshare", "-rm"]
"""What a process is started with that may mount a disk which nobody else sees."""


def can_mount(folder: Path) -> bool:
    if shutil.which("unshare") is None:
        return False
    mount = [*ALONE, "mount", "-t", "tmpfs", "tmpfs", str(folder)]
    return subprocess.run(mount, capture_output=True, check=False).returncode == 0


@pytest.fixture
def steps(tmp_path: Path) -> dict[str, dict[str, Any]]:
    if not can_mount(tmp_path):
        pytest.skip("nobody but the system may mount a disk here")
    command = [*ALONE, sys.executable, small_disk.__file__, str(tmp_path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=120)
    return {row["step"]: row for row in map(json.loads, done.stdout.splitlines())}


def test_a_full_disk_is_told_loses_nothing_and_work_goes_on_when_there_is_room(steps: dict[str, dict[str, Any]]) -> None:
    full = "the disk is full; nothing was changed. Make room, and do it again."

    assert steps["edit"]["told"].endswith(full)
    assert steps["edit"]["same"]
    assert steps["edit"]["note"] == steps["edit"]["last"] > 0  # the last one that was told as done
    assert (steps["begin"]["told"].endswith(full), steps["begin"]["begun"]) == (True, False)
    assert steps["list"]["code"] == [0, ""]
    for step, sentence in {"export": "was not written: No space left", "pack": "make room", "new": full}.items():
        code, told = steps[step]["code"]
        assert (code, sentence in told) == (1, True), step
        assert "Traceback" not in told
    left = [name for name in steps["files"]["names"] if not name.startswith("faces.avatarset")]
    assert left == ["somebody else's film"]
    assert (steps["room"]["width"], steps["room"]["note"], steps["room"]["integrity"]) == (0.25, steps["edit"]["last"], "ok")
    assert steps["lock"]["code"] == [0, ""]
