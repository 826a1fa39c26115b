import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import Remembered, Settings


def test_nothing_remembered_yet(tmp_path: Path) -> None:
    assert Settings(tmp_path / "s.ini").now == Remembered()


def test_every_kind_of_value_comes_back(tmp_path: Path) -> None:
    changes = {"theme": "dark", "geometry": b"\x00\x01\xff", "photo_folder": "/tmp/ä b", "export_size": 2048}
    Settings(tmp_path / "s.ini").remember(**changes)

    assert Settings(tmp_path / "s.ini").now == Remembered(**changes)  # type: ignore[arg-type]


def test_damaged_settings_fall_back(tmp_path: Path) -> None:
    path = tmp_path / "s.ini"
    path.write_text("[General]\ntheme=purple\ngeometry=no bytes\nexport_size=large\n")

    assert Settings(path).now == Remembered()


@pytest.mark.parametrize(
    "content", [b"\x00\x01\x02" * 99, b"\xff\xfe[General]", b'{\n  "theme": "dark"\n}', b"[General]\ntheme=dark\nhalf a li"]
)
def test_file_of_something_else_is_kept_and_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "s.ini"
    path.write_bytes(content)
    settings = Settings(path)

    assert settings.now == Remembered()
    assert "s.ini.bad" in settings.problem
    assert (tmp_path / "s.ini.bad").read_bytes() == content
    settings.remember(theme="dark")
    assert Settings(path).now.theme == "dark"
    assert Settings(path).problem == ""


def test_folder_that_cannot_be_written_is_said_and_defaults_hold(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    settings = Settings(tmp_path / "home" / "state" / "s.ini")
    settings.remember(theme="dark")

    assert settings.now.theme == "dark"
    assert "cannot be written" in settings.problem


def test_settings_that_are_a_folder_are_said(tmp_path: Path) -> None:
    (tmp_path / "s.ini").mkdir()

    assert "could not be read" in Settings(tmp_path / "s.ini").problem


TWO = """
import sys
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from app.settings import Settings
app = QCoreApplication([])
settings, name = Settings(Path(sys.argv[1])), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
for number in range(200):
    settings.remember(**{name: str(number) * 50, "shortcuts": {"save": f"Ctrl+{name}"}})
    settings._store.sync()
"""


def test_two_processes_write_one_file_and_nothing_tears(tmp_path: Path) -> None:
    path, names = tmp_path / "s.ini", ("photo_folder", "avatar_folder")
    sessions = [
        subprocess.Popen([sys.executable, "-c", TWO, str(path), name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for name in names
    ]
    for session in sessions:
        assert session.stdout is not None
        session.stdout.readline()
    for session in sessions:
        assert session.stdin is not None
        session.stdin.write("go\n")
        session.stdin.flush()
    seen = 0
    while any(session.poll() is None for session in sessions):
        if path.exists():
            assert Settings(path).problem == ""
            seen += 1
    for session in sessions:
        session.communicate()

    now = Settings(path).now
    assert seen > 3
    assert (now.photo_folder, now.avatar_folder) == ("199" * 50, "199" * 50)
    assert list(tmp_path.glob("*.bad")) == []
