import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from core.errors import FileNotWrittenError
from core.jobs import events as events_module
from core.jobs.events import EVENTS, TURNS, EventReader, append_event, last_turn
from core.version import ROOT


def names(events: list[dict[str, Any]]) -> list[str]:
    return [event["event"] for event in events]


def test_what_is_appended_is_read_once(tmp_path: Path) -> None:
    reader = EventReader(tmp_path)
    append_event(tmp_path, "started", likeness="x")
    first = reader.read()
    append_event(tmp_path, "measured", name="ä\n", value=0.1, step=3)
    second = reader.read()

    assert [{key: one[key] for key in one if key != "at"} for one in first + second] == [
        {"event": "started", "likeness": "x"},
        {"event": "measured", "name": "ä\n", "value": 0.1, "step": 3},
    ]
    assert (reader.read(), reader.skipped) == ([], 0)


def test_torn_at_every_byte_only_the_last_event_is_missing_and_the_next_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / EVENTS
    append_event(tmp_path, "started", likeness="x")
    whole = path.stat().st_size
    append_event(tmp_path, "failed", error="“Zürich”")
    content = path.read_bytes()
    for cut in range(whole, len(content)):
        path.write_bytes(content[:cut])
        reader = EventReader(tmp_path)

        assert names(reader.read()) == ["started"]
        assert (last_turn(tmp_path) or {})["event"] == "started"

        append_event(tmp_path, "stopped")
        is_whole = cut == len(content) - 1  # but for its newline

        assert names(reader.read()) == (["failed", "stopped"] if is_whole else ["stopped"])
        assert reader.skipped == (0 if is_whole or cut == whole else 1)
        assert (last_turn(tmp_path) or {})["event"] == "stopped"


def test_an_only_event_without_its_end_did_not_happen(tmp_path: Path) -> None:
    (tmp_path / EVENTS).write_text('{"event": "finished"}')

    assert (last_turn(tmp_path), EventReader(tmp_path).read()) == (None, [])


def test_lines_of_others_are_passed_over_and_counted(tmp_path: Path) -> None:
    foreign = [b"", b"null", b"[]", b'"finished"', b'{"event": 3}', b"{", b"\xff\xfe", b"[" * 9999, b'{"name": "finished"}']
    append_event(tmp_path, "started")
    with (tmp_path / EVENTS).open("ab") as file:
        file.write(b"\n".join([*foreign, b""]))
    append_event(tmp_path, "measured", name="finished", value=1.0, step=1)
    reader = EventReader(tmp_path)

    assert names(reader.read()) == ["started", "measured"]
    assert reader.skipped == len(foreign)
    assert (last_turn(tmp_path) or {})["event"] == "started"


def test_a_line_longer_than_a_call_reads_does_not_stand_in_the_way(tmp_path: Path) -> None:
    append_event(tmp_path, "started")
    with (tmp_path / EVENTS).open("ab") as file:
        file.write(b"x" * 1000 + b"\n")
    append_event(tmp_path, "stopped")
    reader = EventReader(tmp_path)

    assert names([event for _ in range(20) for event in reader.read(most=100)]) == ["started", "stopped"]


def test_the_last_turn_is_found_behind_a_long_run(tmp_path: Path) -> None:
    line = json.dumps({"event": "measured", "name": "loss", "value": 0.5, "step": 1}) + "\n"
    append_event(tmp_path, "starting", token="x")
    with (tmp_path / EVENTS).open("a") as file:
        file.write(line * 50_000)  # three blocks, one of them ending in a line
        file.write("y" * (3 << 20))  # and a half line longer than a block

    assert (last_turn(tmp_path) or {})["token"] == "x"

    append_event(tmp_path, "finished")

    assert (last_turn(tmp_path) or {})["event"] == "finished"


def test_replaced_shortened_and_deleted_files_begin_again(tmp_path: Path) -> None:
    path = tmp_path / EVENTS
    append_event(tmp_path, "started", likeness="x")
    append_event(tmp_path, "stopped")
    reader = EventReader(tmp_path)
    reader.read()
    content = path.read_bytes()
    other = tmp_path / "other"
    other.write_bytes(content)
    other.replace(path)  # as long as the one before

    assert (names(reader.read()), reader.began_again) == (["started", "stopped"], True)

    path.write_bytes(content[: content.index(b"\n") + 1])

    assert (names(reader.read()), reader.began_again) == (["started"], True)

    path.unlink()

    assert (reader.read(), reader.began_again, last_turn(tmp_path)) == ([], False, None)

    append_event(tmp_path, "started")

    assert (names(reader.read()), reader.began_again) == (["started"], True)
    assert (reader.read(), reader.began_again) == ([], False)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk here that is always full")
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    (tmp_path / EVENTS).symlink_to("/dev/full")

    with pytest.raises(FileNotWrittenError) as caught:
        append_event(tmp_path, "started")
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.__cause__.errno == errno.ENOSPC


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of a file's size there")
def test_a_disk_that_fills_up_within_a_line_is_told_and_leaves_the_other_events(tmp_path: Path) -> None:
    import resource

    append_event(tmp_path, "started")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((tmp_path / EVENTS).stat().st_size + 10, hard))
    try:
        with pytest.raises(FileNotWrittenError, match="the disk is full"):
            append_event(tmp_path, "stopped")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    append_event(tmp_path, "failed")

    assert names(EventReader(tmp_path).read()) == ["started", "failed"]


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotWrittenError, match="was not written"):
        append_event(tmp_path / "gone", "started")


_WRITER = """
import sys
from pathlib import Path
from core.jobs.events import append_event
folder = Path(sys.argv[1])
for number in range(10**9):
    append_event(folder, "measured", name="loss", value=number / 7, step=number)
    print(number, flush=True)
"""


def test_no_event_is_lost_when_its_writer_is_killed(tmp_path: Path) -> None:
    told = tmp_path / "told"
    for kills, delay in enumerate((0.0, 0.013, 0.031), 1):
        with told.open("wb") as output:
            process = subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path)], stdout=output, cwd=ROOT)
            while not told.stat().st_size and process.poll() is None:
                time.sleep(0.005)
            time.sleep(delay)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        reader = EventReader(tmp_path)
        steps = [event["step"] for event in reader.read()]
        begin = max(index for index, step in enumerate(steps) if step == 0)
        last = int(told.read_text().split("\n")[-2])

        assert steps[begin:] == list(range(len(steps) - begin))
        assert len(steps) - begin > last
        assert reader.skipped <= kills  # the system may cut a line short where it crosses a page


@pytest.mark.parametrize("tail", [1, 30, 150, 10_000])
def test_reader_of_the_tail_begins_with_a_whole_line_and_goes_on_as_any_other(tail: int, tmp_path: Path) -> None:
    for step in range(20):
        append_event(tmp_path, "measured", name="loss", value=1, step=step)
    size = (tmp_path / EVENTS).stat().st_size
    reader, whole = EventReader(tmp_path, tail), EventReader(tmp_path)
    events, every = reader.read(), whole.read()

    assert events == every[len(every) - len(events) :]
    assert len(events) == min(20, (tail - 1) // (size // 20))
    append_event(tmp_path, "finished")
    assert reader.read() == whole.read() != []
    assert (reader.skipped, reader.began_again) == (0, False)


@pytest.mark.parametrize("block", [1, 2, 7, 64, 100, 1000])
@pytest.mark.parametrize("end", [b"", b'{"event": "fini', b'{"event": "stopped"}'])
def test_the_last_turn_is_found_wherever_blocks_are_cut(
    block: int, end: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events_module, "_BLOCK", block)
    for turn in ("starting", "started", "measured", "failed", "measured", "measured"):
        append_event(tmp_path, turn, name='"started"')
        with (tmp_path / EVENTS).open("ab") as file:
            file.write(end)
        turns = [event for event in EventReader(tmp_path).read() if event["event"] in TURNS]
        assert last_turn(tmp_path) == turns[-1]
        with (tmp_path / EVENTS).open("r+b") as file:
            file.truncate(file.seek(0, os.SEEK_END) - len(end))
