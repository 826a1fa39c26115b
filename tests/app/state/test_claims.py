import subprocess
import sys
from pathlib import Path

import pytest

from app.state.claims import FileClaims

HOLD = """
import sys
from pathlib import Path
from app.state.claims import FileClaims
claims = FileClaims(Path(sys.argv[1]))
print(claims.take(Path(sys.argv[2])), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    return tmp_path / "open"


def test_file_is_one_windows_until_it_lets_go(notes: Path, tmp_path: Path) -> None:
    one, other, file = FileClaims(notes), FileClaims(notes), tmp_path / "a.avatar.json"
    assert one.take(file) is None
    assert one.take(file) is None
    holder = other.take(file)
    assert holder is not None
    assert holder.is_on_this_computer
    assert holder.since is not None
    one.keep_only(tmp_path / "b.avatar.json")

    assert other.take(file) is None
    assert one.take(file) is not None


def test_keeping_one_keeps_it(notes: Path, tmp_path: Path) -> None:
    one, other, file = FileClaims(notes), FileClaims(notes), tmp_path / "a.avatar.json"
    one.take(file)
    one.take(tmp_path / "b.avatar.json")
    one.keep_only(file)

    assert other.take(file) is not None
    assert other.take(tmp_path / "b.avatar.json") is None


def test_another_way_to_the_same_file_is_the_same_file(notes: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")
    FileClaims(notes).take(tmp_path / "x")
    one, other = FileClaims(notes), FileClaims(notes)
    one.take(tmp_path / "folder" / "a.avatar.json")

    assert other.take(tmp_path / "link" / ".." / "folder" / "a.avatar.json") is not None


def test_another_process_holds_a_file_until_it_dies(notes: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.avatar.json"
    session = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(notes), str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert session.stdout is not None
    assert session.stdout.readline() == "None\n"
    claims = FileClaims(notes)
    holder = claims.take(file)
    assert holder is not None
    assert holder.pid == session.pid
    session.kill()
    session.communicate()

    assert claims.take(file) is None


def test_note_that_names_nobody_holds_nothing(notes: Path, tmp_path: Path) -> None:
    claims = FileClaims(notes)
    claims.take(tmp_path / "a")
    (note,) = notes.iterdir()
    claims.keep_only(None)
    note.write_text("")

    assert claims.take(tmp_path / "a") is None


def test_without_a_place_for_notes_every_file_is_free(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")

    assert FileClaims(tmp_path / "state" / "open").take(tmp_path / "a") is None
