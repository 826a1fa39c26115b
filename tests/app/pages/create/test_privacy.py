"""No file, no clipboard and no remains of ours hold what a camera wrote into a photo; and a photo can be forgotten."""

import base64
import gc
import json
import logging
import struct
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDrag, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QFileDialog
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.pages.create.page import CreatePage
from app.state import drag_folder
from app.state.batch_saving import Wish
from app.state.drag_folder import DragFolder
from app.widgets.export_dialog import ExportDialog
from app.widgets.text_dialog import TextDialog
from core.avatar.vector import AvatarVector
from core.engines import Camera
from tests.app.fake_engine import FakeEngine

MARK = "Grosvenor-Secret"
"""Stands in everything that the camera and the phone wrote into the photo."""
BLOCKS = (b"Exif", b"EXIF", b"eXIf", b"XMP ", b"http://ns.adobe", b"Photoshop", b"ICC_PROFILE", b"iCCP", b"GPS")
"""Where pictures keep such things."""


def tags() -> Image.Exif:
    """Where and when, with which camera and by whom, and a thumbnail."""
    exif = Image.Exif()
    exif[0x010F], exif[0x013B], exif[0x0132] = f"{MARK} make", f"{MARK} artist", "1999:12:31 23:59:58"
    exif.get_ifd(0x8769).update({0xA431: f"{MARK} serial", 0x9286: f"{MARK} comment".encode(), 0x9003: "1999:12:31 23:59:58"})
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 47.25), 3: "W", 4: (0.0, 8.0, 30.0), 28: f"{MARK} place".encode()})
    exif.get_ifd(1).update({0x0201: 0, 0x010E: f"{MARK} thumbnail"})
    return exif


@pytest.fixture(params=["jpg", "png", "webp"])
def told(request: pytest.FixtureRequest, tmp_path: Path, engine: FakeEngine) -> Path:
    """A photo that tells a lot."""
    path = tmp_path / "in" / f"{MARK} holiday.{request.param}"
    path.parent.mkdir()
    picture = Image.fromarray(engine.render(AvatarVector.default(engine.schema), Camera(), 200)).convert("RGB")
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{MARK} xmp</x:xmpmeta>".encode()
    if request.param == "png":
        info = PngInfo()
        info.add_text("Comment", f"{MARK} words")
        picture.save(path, exif=tags(), pnginfo=info)
    else:
        picture.save(path, exif=tags(), xmp=xmp)
    assert MARK.encode() in path.read_bytes()
    return path


@pytest.fixture
def page(window: MainWindow) -> CreatePage:
    window._settings.remember(export_size=256, export_turn_size=256, export_frames=24)
    return window.page


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    def one(path: Path) -> None:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))

    return one


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's folder for temporary files, for this test alone."""
    folder = tmp_path / "system"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def read(qtbot: QtBot, page: CreatePage, photo: Path) -> None:
    with qtbot.waitSignal(page.photo.estimated):
        page.files.open_path(photo)


def tells(content: bytes) -> list[str]:
    """What bytes hold that they should not."""
    found = [block.decode() for block in BLOCKS if block in content]
    return found + [MARK] * (MARK.encode() in content) + ["date"] * (b"1999:12:31" in content)


def readable(file: Path) -> str:
    """What a file says, names in it as they are written."""
    return file.read_text(errors="ignore").encode().decode("unicode_escape", errors="ignore")


def files_in(*folders: Path) -> list[Path]:
    return [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]


def test_check_sees_what_a_photo_tells(told: Path) -> None:
    assert {MARK, "date"} <= set(tells(told.read_bytes()))
    assert {"Exif", "EXIF", "eXIf"} & set(tells(told.read_bytes()))


ONE_KIND = pytest.mark.parametrize("told", ["jpg"], indirect=True)
"""Past the decoder all photos are pixels: where that was tested for one, it was for all."""


@ONE_KIND
@pytest.mark.parametrize(
    ("what", "kind"), [("Picture", "png"), ("Three views", "png"), ("Turntable", "webp"), ("Turntable", "gif"), ("Avatar", "")]
)
def test_exports_tell_nothing(
    qtbot: QtBot, page: CreatePage, told: Path, tmp_path: Path, answer: Callable[[Path], None], what: str, kind: str
) -> None:
    page.exporting._settings.remember(export_kind=kind if what == "Turntable" else "webp")
    read(qtbot, page, told)
    page.avatar.edit({"head_width": 0.9})
    out = tmp_path / "out"
    out.mkdir()
    answer(out / "a")
    page.exporting.export()
    dialog = page.findChildren(ExportDialog)[-1]
    for button in dialog.findChildren(QAbstractButton):
        if button.accessibleName() == f"Export: {what}":
            button.click()
    dialog.save_button.click()
    qtbot.waitUntil(lambda: page.notice.text.startswith("Exported"))

    (file,) = files_in(out)
    assert tells(file.read_bytes()) == []
    assert chunks(file) <= {"IHDR", "IDAT", "IEND", "iTXt", "VP8X", "ANIM", "ANMF", "VP8L", "VP8 ", "ALPH"}


def chunks(path: Path) -> set[str]:
    """The parts of a PNG or a WebP; nothing for other files."""
    content, found = path.read_bytes(), set()
    if path.suffix == ".png":
        at = 8
        while at < len(content):
            (length,) = struct.unpack_from(">I", content, at)
            found.add(content[at + 4 : at + 8].decode())
            at += length + 12
    elif path.suffix == ".webp":
        at = 12
        while at < len(content):
            (length,) = struct.unpack_from("<I", content, at + 4)
            found.add(content[at : at + 4].decode())
            at += 8 + length + length % 2
    elif path.suffix == ".gif":
        with Image.open(path) as picture:
            assert "comment" not in picture.info
    return found


def test_what_stays_on_this_computer_tells_nothing_but_the_files_name(
    qtbot: QtBot, page: CreatePage, told: Path, tmp_path: Path, home: Path, answer: Callable[[Path], None]
) -> None:
    read(qtbot, page, told)
    page.avatar.edit({"head_width": 0.9})
    qtbot.waitUntil(lambda: bool(list((home / "state" / "recovery").glob("*.json"))))
    answer(tmp_path / "Ada")
    page.files.save()
    qtbot.waitUntil(lambda: page.avatar.path is not None)
    recents = home / "state" / "recents.json"
    qtbot.waitUntil(lambda: recents.exists() and len(json.loads(recents.read_text())["recent"]) == 2)

    assert tells((tmp_path / "Ada.avatar.json").read_bytes()) == []
    for file in files_in(home):
        assert tells(file.read_bytes().replace(told.stem.encode(), b"")) == []
    for entry in json.loads(recents.read_text())["recent"]:
        assert tells(base64.b64decode(entry["picture"])) == []


@ONE_KIND
def test_batch_tells_nothing(qtbot: QtBot, page: CreatePage, told: Path, tmp_path: Path) -> None:
    page.batch.take([told])
    qtbot.waitUntil(lambda: [one.state for one in page.batch.batch.items] == ["done"])
    out = tmp_path / "out"
    out.mkdir()
    page.batch._save(Wish(out, size=256), page.batch.batch.items)
    qtbot.waitUntil(lambda: len(files_in(out)) == 2 and page.batch._saving is None)

    for file in files_in(out):
        assert tells(file.read_bytes()) == []


@ONE_KIND
def test_clipboard_tells_nothing(qtbot: QtBot, page: CreatePage, told: Path) -> None:
    read(qtbot, page, told)
    page.exporting.copy_picture()
    qtbot.waitUntil(lambda: page.notice.text == "Copied.")
    data = QGuiApplication.clipboard().mimeData()

    assert tells(data.text().encode()) == []
    assert data.imageData().textKeys() == []
    for kind in data.formats():
        assert tells(bytes(data.data(kind).data())) == []


@ONE_KIND
def test_dragged_picture_tells_nothing_not_even_the_photos_name(
    qtbot: QtBot, page: CreatePage, told: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[tuple[str, bytes]] = []

    def carry(drag: QDrag, *_: object) -> Qt.DropAction:
        (url,) = drag.mimeData().urls()
        taken.append((Path(url.toLocalFile()).name, Path(url.toLocalFile()).read_bytes()))
        return Qt.DropAction.CopyAction

    monkeypatch.setattr(QDrag, "exec", carry)
    read(qtbot, page, told)
    handle = page.exporting.handle
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    qtbot.mouseMove(handle, QPoint(200, 200))
    qtbot.waitUntil(lambda: bool(taken))
    assert taken[0][0] == "Avatar.png"
    assert tells(taken[0][1]) == []
    assert files_in(temporary) != []
    page.exporting.forget_dragged()

    assert files_in(temporary) == []


# Pictures of windows that died.


def test_folders_of_dead_windows_are_removed_and_those_of_living_ones_kept(temporary: Path) -> None:
    living, dead, other = DragFolder(), DragFolder(), temporary / "likeness-other"
    other.mkdir()
    for folder in (living, dead):
        folder.place("a.png").write_bytes(b"x")
    assert dead._lock is not None
    dead._lock.unlock()  # as the system does when a process dies
    (temporary / f"{drag_folder.PREFIX}link").symlink_to(other)

    assert drag_folder.sweep() == 1
    assert [path.name for path in files_in(temporary)].count("a.png") == 1
    assert other.is_dir()
    living.clear()
    assert files_in(temporary) == []


# Forgetting.


def forget(qtbot: QtBot, page: CreatePage, name: str) -> str:
    page.privacy.forget_photo()
    asked = next(one for one in page.findChildren(TextDialog) if one.isVisible())
    qtbot.mouseClick(next(one for one in asked.buttons if one.accessibleName() == name), Qt.MouseButton.LeftButton)
    told = next(one for one in page.findChildren(TextDialog) if one.isVisible() and one.windowTitle().startswith("Forgotten"))
    said = told.list.toPlainText()
    told.reject()
    return said


@pytest.fixture
def worked(qtbot: QtBot, page: CreatePage, photo: Path, home: Path) -> CreatePage:
    """A page with a photo, some work, and everything that is kept of it."""
    read(qtbot, page, photo)
    page.avatar.edit({"head_width": 0.9})
    page.exporting.copy_picture()
    qtbot.waitUntil(lambda: page.notice.text == "Copied.")
    recovery, recents = home / "state" / "recovery", home / "state" / "recents.json"
    qtbot.waitUntil(lambda: any(photo.stem == json.loads(file.read_text())["title"] for file in recovery.glob("*.json")))
    qtbot.waitUntil(lambda: recents.exists() and len(json.loads(recents.read_text())["recent"]) == 1)
    return page


def test_everything_goes_with_the_photo(qtbot: QtBot, worked: CreatePage, photo: Path, home: Path) -> None:
    portrait, estimate = weakref.ref(worked.photo.portrait), weakref.ref(worked.avatar.state.estimate)
    said = forget(qtbot, worked, "Forget the avatar too")
    recents = home / "state" / "recents.json"
    qtbot.waitUntil(lambda: json.loads(recents.read_text())["recent"] == [])
    qtbot.waitUntil(lambda: not list((home / "state" / "recovery").glob("*.json")))

    assert worked.photo.stage == "empty"
    assert worked.avatar.vector == AvatarVector.default(worked.avatar.schema)
    assert worked.files.title == "Untitled"
    assert not QGuiApplication.clipboard().text()
    assert QGuiApplication.clipboard().image().isNull()
    assert str(photo) in said
    assert photo.exists()

    def is_gone() -> bool:
        gc.collect()
        return portrait() is None and estimate() is None

    qtbot.waitUntil(is_gone)
    assert all(photo.stem not in readable(file) for file in files_in(home))


def test_avatar_stays_if_wanted_without_what_came_from_the_photo(
    qtbot: QtBot, worked: CreatePage, photo: Path, home: Path
) -> None:
    vector = worked.avatar.vector
    forget(qtbot, worked, "Forget the photo")

    assert worked.avatar.vector == vector
    assert worked.avatar.has_unsaved_work
    assert worked.avatar.state.estimate is None
    assert worked.avatar.undo_stack.count() == 0
    assert {source.confidence for source in worked.avatar.document().provenance.values()} == {None}
    recovery = home / "state" / "recovery"
    qtbot.waitUntil(lambda: any("Untitled" in file.read_text() for file in recovery.glob("*.json")))
    assert all(photo.stem not in readable(file) for file in files_in(recovery))


def test_what_was_saved_is_named_and_stays(
    qtbot: QtBot, worked: CreatePage, tmp_path: Path, answer: Callable[[Path], None]
) -> None:
    answer(tmp_path / "Ada")
    worked.files.save()
    qtbot.waitUntil(lambda: worked.avatar.path is not None)
    said = forget(qtbot, worked, "Forget the avatar too")

    assert str(tmp_path / "Ada.avatar.json") in said
    assert (tmp_path / "Ada.avatar.json").exists()


def test_forgetting_can_be_left(qtbot: QtBot, worked: CreatePage) -> None:
    before = worked.avatar.state
    worked.privacy.forget_photo()
    asked = next(one for one in worked.findChildren(TextDialog) if one.isVisible())
    qtbot.keyClick(asked, Qt.Key.Key_Return)  # what Enter presses changes nothing

    assert not asked.isVisible()
    assert worked.photo.stage == "ready"
    assert worked.avatar.state == before


def test_without_a_photo_nothing_is_asked(page: CreatePage) -> None:
    page.privacy.forget_photo()

    assert "no photo" in page.notice.text
    assert page.findChildren(TextDialog) == []


@pytest.mark.usefixtures("caplog")
def test_log_forgets_the_photo_too(qtbot: QtBot, worked: CreatePage, photo: Path, tmp_path: Path) -> None:
    log = tmp_path / "window.log"
    handler = logging.FileHandler(log)
    logging.getLogger().addHandler(handler)
    try:
        logging.getLogger("app").warning("%s was too dark", photo)
        logging.getLogger("app").warning("something else")
        forget(qtbot, worked, "Forget the photo")
        qtbot.waitUntil(lambda: photo.name not in log.read_text())
        logging.getLogger("app").warning("and on")
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()

    assert [line for line in log.read_text().splitlines() if line] == ["something else", "and on"]
