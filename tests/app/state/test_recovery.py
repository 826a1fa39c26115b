import json
import subprocess
import sys
from functools import partial
from itertools import cycle
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from app.state import recovery
from app.state.avatar_document import EditedAvatar
from app.state.recovery import DELAY_MS, Recovery
from core.errors import FileNotWrittenError
from tests.app.fake_engine import fake_schema

CRASH = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from app.state.avatar_document import EditedAvatar
from app.state.recovery import Recovery
from tests.app.fake_engine import fake_schema
app = QCoreApplication([])
avatar = EditedAvatar(fake_schema())
recovery = Recovery(avatar, Path(sys.argv[1]))
avatar.edit({"head_width": 0.9})
recovery._timer.setInterval(0)
recovery._timer.start()
while not recovery._file.exists():
    app.processEvents()
os._exit(9)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "recovery"


def make(folder: Path) -> tuple[EditedAvatar, Recovery]:
    avatar = EditedAvatar(fake_schema())
    return avatar, Recovery(avatar, folder)


def test_work_of_a_session_that_died_is_found(folder: Path) -> None:
    code = subprocess.run([sys.executable, "-c", CRASH, str(folder)], check=False, cwd=Path.cwd()).returncode
    _, recovery = make(folder)
    found = recovery.found()

    assert code == 9
    assert [recovered.document.values["head_width"] for recovered in found] == [pytest.approx(0.9)]
    assert found[0].path is None
    recovery.discard(found[0].file)
    assert recovery.found() == []
    recovery.close()


def test_work_of_a_living_session_is_left_alone(qtbot: QtBot, folder: Path) -> None:
    avatar, living = make(folder)
    avatar.edit({"head_width": 0.9})
    qtbot.waitUntil(lambda: bool(list(folder.glob("*.json"))))
    _, other = make(folder)

    assert other.found() == []
    living.close()
    other.close()


def test_orderly_end_leaves_nothing(qtbot: QtBot, folder: Path) -> None:
    avatar, recovery = make(folder)
    avatar.edit({"head_width": 0.9})
    qtbot.waitUntil(lambda: bool(list(folder.glob("*.json"))))
    recovery.close()

    assert list(folder.iterdir()) == []


def test_saved_work_needs_no_recovery(qtbot: QtBot, folder: Path, tmp_path: Path) -> None:
    avatar, recovery = make(folder)
    avatar.edit({"head_width": 0.9})
    qtbot.waitUntil(lambda: bool(list(folder.glob("*.json"))))
    avatar.save(tmp_path / "a.avatar.json", lambda: None, lambda _: None)
    qtbot.waitUntil(lambda: not list(folder.glob("*.json")))
    recovery.close()


def test_a_long_drag_is_written_while_it_goes_on(qtbot: QtBot, folder: Path) -> None:
    avatar, recovery = make(folder)

    def written() -> dict[Path, int]:
        return {file: file.stat().st_mtime_ns for file in folder.glob("*.json")}

    def has_changed(before: dict[Path, int]) -> bool:
        return written() != before

    hand = QTimer(interval=20)
    places = cycle((0.2, 0.4, 0.6, 0.8))
    hand.timeout.connect(lambda: avatar.drag({"head_width": next(places)}))
    hand.start()
    try:
        for _ in range(2):  # and again: the second write is not kept waiting by the drag either
            qtbot.waitUntil(partial(has_changed, written()), timeout=10_000)
    finally:
        hand.stop()
    recovery.close()

    assert DELAY_MS <= 1000  # of the two seconds the rest is for the disk


def test_snapshots_are_kept_too(qtbot: QtBot, folder: Path) -> None:
    avatar, recovery = make(folder)
    avatar.snapshots.take()
    qtbot.waitUntil(lambda: bool(list(folder.glob("*.json"))))
    kept = json.loads(next(folder.glob("*.json")).read_text())
    recovery.close()

    assert [one["letter"] for one in json.loads(kept["document"])["snapshots"]] == ["A"]


def test_damaged_remains_are_kept_as_damaged(folder: Path) -> None:
    folder.mkdir()
    (folder / "old.json").write_text("{}")
    (folder / "older.json").write_text('{"path": null, "saved_at": "yesterday", "document": "x"}')
    (folder / "list.json").write_text("[]")
    (folder / "orphan.lock").write_text("")
    _, recovery = make(folder)

    assert recovery.found() == []
    assert sorted(file.name for file in recovery.damaged) == ["list.damaged", "old.damaged", "older.damaged"]
    assert list(folder.glob("*.json")) == []
    assert not (folder / "orphan.lock").exists()
    recovery.close()


def test_full_disk_is_said_once_and_stops_nothing(qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    avatar, kept = make(folder)
    said: list[Exception] = []
    kept.failed.connect(said.append)
    tried: list[Path] = []

    def refuse(path: Path, _: bytes) -> None:
        tried.append(path)
        raise FileNotWrittenError("The disk is full.")

    def is_tried(times: int) -> bool:
        return len(tried) == times

    monkeypatch.setattr(recovery, "write_atomically", refuse)
    for number in range(1, 4):
        avatar.edit({"head_width": number / 10})
        qtbot.waitUntil(partial(is_tried, number))
    qtbot.waitUntil(lambda: len(said) == 1)
    monkeypatch.undo()
    avatar.edit({"head_width": 0.9})
    qtbot.waitUntil(lambda: bool(list(folder.glob("*.json"))))
    kept.close()

    assert [str(error) for error in said] == ["The disk is full."]


def test_folder_that_cannot_be_made_stops_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file in its place")
    avatar, kept = make(tmp_path / "state" / "recovery")
    said: list[Exception] = []
    kept.failed.connect(said.append)
    avatar.edit({"head_width": 0.9})
    qtbot.waitUntil(lambda: len(said) == 1)

    assert kept.found() == []
    assert kept.damaged == []
    kept.close()


def test_restored_work_is_removed_only_once_it_is_kept_again(qtbot: QtBot, folder: Path) -> None:
    subprocess.run([sys.executable, "-c", CRASH, str(folder)], check=False, cwd=Path.cwd())
    avatar, kept = make(folder)
    (left,) = kept.found()
    avatar.take_over(left.document, left.path, is_recovered=True)
    kept.adopt(left.file)

    assert left.file.exists()
    assert kept.found() == []
    qtbot.waitUntil(lambda: not left.file.exists())
    assert len(list(folder.glob("*.json"))) == 1
    kept.close()
    assert list(folder.iterdir()) == []
