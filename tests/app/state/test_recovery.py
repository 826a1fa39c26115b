import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.state.avatar_document import EditedAvatar
from app.state.recovery import Recovery
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


def test_damaged_remains_are_removed(folder: Path) -> None:
    folder.mkdir()
    (folder / "old.json").write_text("{}")
    (folder / "older.json").write_text('{"path": null, "saved_at": "yesterday", "document": "x"}')
    _, recovery = make(folder)

    assert recovery.found() == []
    assert list(folder.glob("*.json")) == []
    recovery.close()
