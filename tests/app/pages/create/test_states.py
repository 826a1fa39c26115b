"""What the page says and still does where something that it needs is missing or broken."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot
from typing_extensions import override

from app import problems
from app.estimating import Estimating, Photo, Points
from app.main_window import MainWindow
from app.rendering import Rendering
from app.settings import Settings
from core.avatar.document import write_document
from core.avatar.posing import REST, Pose
from core.avatar.vector import AvatarVector
from core.engines import Camera, Detail
from core.errors import EngineError, ModelError
from core.faces.selfie import Selfie
from core.images import MAX_FILE_MB
from core.paths import MODELS_FOLDER
from core.rendering.device import NO_ADAPTER
from tests.app.conftest import FakeReadings
from tests.app.fake_engine import FakeEngine, fake_schema


class BrokenEngine(FakeEngine):
    """Draws only while it has no error."""

    error: Exception | None = None

    @override
    def render(self, vector: AvatarVector, camera: Camera, size: int, detail: Detail = "full", pose: Pose = REST):  # type: ignore[no-untyped-def]
        if self.error is not None:
            raise self.error
        return super().render(vector, camera, size, detail, pose)


@pytest.fixture
def engine() -> BrokenEngine:
    return BrokenEngine(fake_schema())


@pytest.fixture
def without_adapter(qtbot: QtBot, engine: BrokenEngine, readings: FakeReadings, photo: Path) -> MainWindow:  # noqa: ARG001  the engine draws the photo while it can
    engine.error = EngineError(NO_ADAPTER)
    window = MainWindow(engine.schema, Rendering(engine), Estimating(engine.schema, readings), Settings())
    qtbot.addWidget(window, before_close_func=lambda window: window.page.avatar.start_anew())
    window.resize(1024, 640)
    window.show()
    qtbot.waitUntil(window.page.avatar_view.trouble.isVisible)
    return window


def test_without_a_graphics_adapter_the_window_opens_and_photos_work(
    qtbot: QtBot, without_adapter: MainWindow, photo: Path, tmp_path: Path
) -> None:
    page = without_adapter.page
    trouble = page.avatar_view.trouble
    assert "mesa-vulkan-drivers" in trouble.reason.text()
    assert "mesa-vulkan-drivers" in page.avatar_view.accessibleDescription()
    assert page.avatar_view.rect().contains(trouble.geometry())
    with qtbot.waitSignal(page.photo.estimated):
        page.files.open_path(photo)

    assert page.photo.stage == "ready"
    assert page.avatar.vector["skin_tone"] == "tone_05"
    done: list[bool] = []
    page.avatar.save(tmp_path / "a.avatar.json", lambda: done.append(True), problems.report)
    qtbot.waitUntil(lambda: bool(done))


def test_last_picture_stays_and_is_drawn_again_once_that_works(qtbot: QtBot, window: MainWindow, engine: BrokenEngine) -> None:
    view = window.page.avatar_view
    qtbot.waitUntil(lambda: view.render_shown is not None and view.render_shown.shot.detail == "full")
    before = view.render_shown
    engine.error = EngineError("The graphics device does not draw.")
    window.page.avatar.edit({"hair_type": "bald"})
    qtbot.waitUntil(view.trouble.isVisible)
    assert view.trouble.reason.text() == "The graphics device does not draw."
    assert view.render_shown is before
    qtbot.mouseClick(view.trouble.again, Qt.MouseButton.LeftButton)
    assert view.render_shown is before
    engine.error = None
    qtbot.mouseClick(view.trouble.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not view.trouble.isVisible())

    assert view.render_shown is not None
    assert view.render_shown.shot.vector["hair_type"] == "bald"


def test_missing_network_is_said_with_what_still_works(
    qtbot: QtBot, window: MainWindow, photo: Path, readings: FakeReadings
) -> None:
    readings.error = ModelError(f"The model “toon_shape” is not installed: there is no {MODELS_FOLDER}/toon_shape.onnx.")
    window.page.files.open_path(photo)
    qtbot.waitUntil(window.page.notice.isVisible)
    window.page.avatar.edit({"hair_type": "bald"})

    assert "can be changed by hand" in window.page.notice.text
    assert "main.py doctor" in window.page.notice.text
    assert window.page.avatar.vector["hair_type"] == "bald"


class WithoutFinder(FakeReadings):
    """The network that reads faces is damaged."""

    @override
    def read(self, photo: Photo, face: int | None, placed: Points | None) -> Selfie:
        raise ModelError("regions.onnx does not match its card: it is damaged or was replaced. Install Likeness again.")


def test_damaged_reading_network_is_said_at_the_photo(
    qtbot: QtBot, photo: Path, open_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeReadings, "read", WithoutFinder.read)
    page = open_window().page
    page.files.open_path(photo)
    qtbot.waitUntil(lambda: page.photo.stage == "failed")

    assert "Install Likeness again" in page.photo_column.image_view.accessibleDescription()
    assert not page.photo.is_photos_fault
    page.avatar.edit({"hair_type": "bald"})
    assert page.avatar.vector["hair_type"] == "bald"


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        (
            "huge.jpg",
            lambda path: path.write_bytes(bytes((MAX_FILE_MB + 1) * 2**20)),
            (f"{MAX_FILE_MB + 1}", f"{MAX_FILE_MB}"),
        ),
        ("notes.txt", lambda path: path.write_text("no picture"), ("notes.txt",)),
        ("cut.png", lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 50), ("cut.png",)),
        ("empty.webp", lambda path: path.write_bytes(b""), ("empty.webp", "empty")),
        ("gone.jpg", lambda path: None, ("gone.jpg", "does not exist")),  # noqa: ARG005
        ("folder.avatar.json", lambda path: path.mkdir(), ("folder.avatar.json", "not a file")),
        ("big.avatar.json", lambda path: path.write_bytes(b" " * (5 * 2**20)), ("big.avatar.json", "4 MiB")),
        ("half.avatar.json", lambda path: path.write_text('{"format": "likeness.avatar"'), ("half.avatar.json", "JSON")),
    ],
)
def test_file_that_cannot_be_opened_is_named_and_nothing_is_lost(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, name: str, make: Callable[[Path], object], words: tuple[str, ...]
) -> None:
    page, path = window.page, tmp_path / name
    page.avatar.edit({"hair_type": "bald"})
    page.avatar.undo_stack.setClean()
    make(path)
    before = page.avatar.state
    page.files.open_path(path)
    said = ""

    def is_said() -> bool:
        nonlocal said
        said = f"{page.notice.text if page.notice.isVisible() else ''} {page.photo_column.image_view.accessibleDescription()}"
        return all(word in said for word in words)

    qtbot.waitUntil(is_said)
    assert page.avatar.state == before
    assert "Traceback" not in said


def test_avatar_of_another_engine_is_said(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    page, document = window.page, window.page.avatar.document()
    other = document.model_copy(update={"engine": document.engine.model_copy(update={"id": "other"})})
    write_document(other, tmp_path / "a.avatar.json")
    page.files.open_path(tmp_path / "a.avatar.json")
    qtbot.waitUntil(page.notice.isVisible)

    assert "Open it with engine other" in page.notice.text
    assert page.avatar.path is None


def test_damaged_settings_are_said_and_kept(home: Path, open_window: Callable[[], MainWindow], qtbot: QtBot) -> None:
    (home / "state").mkdir()
    (home / "state" / "window.ini").write_bytes(b"\0\0\0")
    page = open_window().page
    qtbot.waitUntil(page.notice.isVisible)

    assert "window.ini.bad" in page.notice.text
    assert (home / "state" / "window.ini.bad").read_bytes() == b"\0\0\0"


def test_work_that_cannot_be_kept_is_said_once(qtbot: QtBot, window: MainWindow, home: Path) -> None:
    page, folder = window.page, home / "state" / "recovery"
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    folder.write_text("a file in its place")
    page.avatar.edit({"hair_type": "bald"})
    qtbot.waitUntil(page.notice.isVisible)
    assert "save it now and then" in page.notice.text
    dismiss = next(one for one in page.notice.findChildren(QAbstractButton) if one.accessibleName() == "Dismiss")
    qtbot.mouseClick(dismiss, Qt.MouseButton.LeftButton)
    tried: list[bool] = []
    page.recovering.recovery._lane.submit(lambda: tried.append(True), lambda _: None)
    page.avatar.edit({"hair_type": "style_1"})
    page.recovering.recovery._write()
    qtbot.waitUntil(lambda: bool(tried))

    assert not page.notice.isVisible()
