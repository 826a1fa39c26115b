import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.state.recents import MOST, SIDE, Recents


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "recents.json"


@pytest.fixture
def open_recents(file: Path) -> Iterator[Callable[[], Recents]]:
    opened: list[Recents] = []

    def open_one() -> Recents:
        opened.append(Recents(file))
        return opened[-1]

    yield open_one
    for recents in opened:
        recents.close()


@pytest.fixture
def recents(open_recents: Callable[[], Recents]) -> Recents:
    return open_recents()


def face(width: int = 300, height: int = 200) -> QImage:
    image = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.red)
    return image


def photo(folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(b"a photo")
    return path


def names(recents: Recents) -> list[str]:
    return [one.path.name for one in recents.entries]


def test_newest_come_first_ten_of_them_and_each_once(qtbot: QtBot, recents: Recents, tmp_path: Path) -> None:
    paths = [photo(tmp_path, f"{number}.jpg") for number in range(MOST + 3)]
    for path in paths:
        recents.note(path, None)
    recents.note(paths[8], None)
    qtbot.waitUntil(lambda: names(recents)[:1] == ["8.jpg"])

    assert names(recents) == ["8.jpg", *(f"{n}.jpg" for n in (12, 11, 10, 9, 7, 6, 5, 4, 3))]


def test_another_session_finds_them_with_their_pictures(
    qtbot: QtBot, recents: Recents, open_recents: Callable[[], Recents], tmp_path: Path
) -> None:
    recents.note(photo(tmp_path, "Ada’s.jpg"), face())
    recents.note(photo(tmp_path, "Ada’s.jpg"), None)  # opened again, before its face is read
    recents.close()
    again = open_recents()
    again.look()
    qtbot.waitUntil(lambda: bool(again.entries))
    image = QImage.fromData(again.entries[0].picture)

    assert names(again) == ["Ada’s.jpg"]
    assert (image.width(), image.height()) == (SIDE, SIDE)
    assert image.pixelColor(SIDE // 2, SIDE // 2).red() > 240


def test_file_that_is_gone_is_told_and_can_be_found_again(qtbot: QtBot, recents: Recents, tmp_path: Path) -> None:
    path, other = photo(tmp_path, "a.jpg"), photo(tmp_path, "b.jpg")
    recents.note(path, face())
    recents.note(other, None)
    path.rename(tmp_path / "moved.jpg")
    recents.look()
    qtbot.waitUntil(lambda: [one.is_missing for one in recents.entries] == [False, True])
    recents.move(path, tmp_path / "moved.jpg")
    qtbot.waitUntil(lambda: names(recents) == ["b.jpg", "moved.jpg"])

    assert not recents.entries[1].is_missing
    assert recents.entries[1].picture


def test_forgetting_leaves_nothing(qtbot: QtBot, recents: Recents, file: Path, tmp_path: Path) -> None:
    path, other = photo(tmp_path, "secret.jpg"), photo(tmp_path, "b.jpg")
    recents.note(path, face())
    recents.note(other, face())
    recents.forget(path)
    qtbot.waitUntil(lambda: names(recents) == ["b.jpg"])
    assert "secret" not in file.read_text()
    assert list(file.parent.iterdir()) == [file]
    recents.clear()
    qtbot.waitUntil(lambda: not recents.entries)

    assert json.loads(file.read_text()) == {"recent": []}


def test_two_windows_do_not_lose_each_others(
    qtbot: QtBot, recents: Recents, open_recents: Callable[[], Recents], tmp_path: Path
) -> None:
    other = open_recents()
    recents.note(photo(tmp_path, "a.jpg"), None)
    qtbot.waitUntil(lambda: bool(recents.entries))
    other.note(photo(tmp_path, "b.jpg"), None)
    qtbot.waitUntil(lambda: bool(other.entries))

    assert names(other) == ["b.jpg", "a.jpg"]


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"[]", b'{"recent": [{"path": 3}]}', b'{"recent": [{"path": "a.jpg", "picture": ""}]}', b"[" * 9999],
)
def test_damaged_file_is_as_none(qtbot: QtBot, recents: Recents, file: Path, content: bytes, tmp_path: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    recents.note(photo(tmp_path, "a.jpg"), None)
    qtbot.waitUntil(lambda: names(recents) == ["a.jpg"])


def test_folder_that_cannot_be_written_disturbs_nobody(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    recents = Recents(tmp_path / "state" / "recents.json")
    recents.note(photo(tmp_path, "a.jpg"), None)
    qtbot.wait(50)
    recents.close()

    assert recents.entries == ()
