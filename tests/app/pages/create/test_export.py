import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDrag, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QFileDialog
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.pages.create.page import CreatePage
from app.widgets.export_dialog import ExportDialog
from app.widgets.pasteboard import can_take
from core.avatar.document import KEYWORD, AvatarDocument, carried_document, read_document
from core.avatar.vector import AvatarVector
from core.images import write_png
from tests.app.fake_engine import FakeEngine

SPARE = {"size": 256, "turn_size": 256, "frames": 24}


@pytest.fixture
def page(window: MainWindow) -> CreatePage:
    window._settings.remember(**{f"export_{name}": value for name, value in SPARE.items()})
    return window.page


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Has every file dialog answer a path."""

    def one(path: Path) -> None:
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))

    return one


def opened(page: CreatePage, *names: str) -> ExportDialog:
    """The dialog, after pressing buttons of it."""
    page.exporting.export()
    dialog = page.findChildren(ExportDialog)[-1]
    for name in names:
        next(b for b in dialog.findChildren(QAbstractButton) if b.accessibleName() == name).click()
    return dialog


def offer(page: CreatePage, name: str) -> QAbstractButton:
    return next(b for b in page.notice.findChildren(QAbstractButton) if name in b.text())


def picture_of(page: CreatePage, path: Path, text: str | None) -> Path:
    picture = FakeEngine(page.avatar.schema).render(page.avatar.vector, page.avatar_view.camera, 200)
    write_png(path, picture, None if text is None else {KEYWORD: text})
    return path


def test_exported_picture_opens_again_as_the_avatar(
    qtbot: QtBot, page: CreatePage, tmp_path: Path, answer: Callable[[Path], None]
) -> None:
    page.avatar.edit({"hair_type": "bald", "head_width": 0.9})
    page.editing.lock_field()
    made, before = page.avatar.vector, page.avatar.document()
    answer(tmp_path / "Zoë.png")
    opened(page).save_button.click()
    qtbot.waitUntil(lambda: "Exported Zoë.png" in page.notice.text)
    assert carried_document(tmp_path / "Zoë.png") == before

    page.avatar.start_anew()
    page.files.open_path(tmp_path / "Zoë.png")
    qtbot.waitUntil(lambda: page.avatar.vector == made)
    assert page.avatar.document() == before
    assert (page.files.title, page.avatar.path, page.avatar.is_dirty) == ("Zoë", None, False)
    assert page.photo.stage == "empty"


def test_dropped_picture_with_an_avatar_is_the_avatar(qtbot: QtBot, page: CreatePage, tmp_path: Path) -> None:
    vector = page.avatar.vector.with_value("glasses", "frame_2")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(picture_of(page, tmp_path / "a.png", AvatarDocument.of(vector).to_json())))])

    assert page.files.take(data)
    qtbot.waitUntil(lambda: page.avatar.vector == vector)


def test_picture_without_an_avatar_is_a_photo(qtbot: QtBot, page: CreatePage, tmp_path: Path) -> None:
    with qtbot.waitSignal(page.photo.estimated):
        page.files.open_path(picture_of(page, tmp_path / "a.png", None))

    assert page.files.title == "a"


@pytest.mark.parametrize("text", ["{", "{}", "x" * (4 * 2**20 + 1)])
def test_damaged_avatar_in_a_picture_is_told_and_can_still_be_a_photo(
    text: str, qtbot: QtBot, page: CreatePage, tmp_path: Path
) -> None:
    before = page.avatar.state
    page.files.open_path(picture_of(page, tmp_path / "a.png", text))
    qtbot.waitUntil(page.notice.isVisible)
    assert "The avatar in" in page.notice.text
    assert page.avatar.state == before
    with qtbot.waitSignal(page.photo.estimated):
        offer(page, "Open as a photo").click()


def test_without_embedding_neither_file_nor_clipboard_hold_the_avatar(
    qtbot: QtBot, page: CreatePage, tmp_path: Path, answer: Callable[[Path], None]
) -> None:
    answer(tmp_path / "a.png")
    opened(page, "Embed the avatar").save_button.click()
    qtbot.waitUntil(lambda: "Exported" in page.notice.text)
    assert carried_document(tmp_path / "a.png") is None
    assert not page.files._settings.now.export_embeds

    opened(page).copy_button.click()
    qtbot.waitUntil(lambda: page.notice.text == "Copied.")
    assert QGuiApplication.clipboard().mimeData().text() == ""
    assert QGuiApplication.clipboard().image().width() == 256


def test_sheet_has_three_views(qtbot: QtBot, page: CreatePage, tmp_path: Path, answer: Callable[[Path], None]) -> None:
    answer(tmp_path / "a.png")
    opened(page, "Export: Three views", "Background: Mint").save_button.click()
    qtbot.waitUntil(lambda: "Exported" in page.notice.text)
    with Image.open(tmp_path / "a.png") as sheet:
        pixels = np.asarray(sheet)

    assert pixels.shape == (256, 768, 3)
    assert pixels[0, 0].tolist() == [196, 226, 208]
    assert not np.array_equal(pixels[:, :256], pixels[:, 512:])


@pytest.mark.parametrize(("name", "kind"), [("Format: WebP", "webp"), ("Format: GIF", "gif")])
def test_turntable_says_how_far_it_is_and_what_came_of_it(
    name: str, kind: str, qtbot: QtBot, page: CreatePage, tmp_path: Path, answer: Callable[[Path], None]
) -> None:
    path, progress = tmp_path / f"a.{kind}", page.exporting.progress
    answer(path)
    dialog = opened(page, "Export: Turntable", name)
    page.notice.warn("Something that stays until it is dismissed.")
    assert dialog.estimate.text().startswith("About ")
    assert not dialog.copy_button.isVisible()
    shown: list[float] = []
    dialog.save_button.click()
    assert page.exporting._turn is not None
    page.exporting._turn.progressed.connect(lambda *_: shown.append(progress.line.share or 0))
    assert progress.isVisible()
    assert not page.notice.geometry().intersects(progress.stop.geometry().translated(progress.pos()))
    page.notice.warn("Something else.")
    assert not page.notice.geometry().intersects(progress.stop.geometry().translated(progress.pos()))
    page.notice.hide()
    qtbot.waitUntil(lambda: "Exported" in page.notice.text)

    assert not progress.isVisible()
    assert len(shown) == 24
    assert shown == sorted(shown)
    with Image.open(path) as moving:
        assert (moving.size, getattr(moving, "n_frames", 1)) == ((256, 256), 24)
    assert f"Exported a.{kind}: {path.stat().st_size / 1000:.0f} kB" in page.notice.text


def test_stopped_turntable_writes_nothing(
    qtbot: QtBot, page: CreatePage, engine: FakeEngine, tmp_path: Path, answer: Callable[[Path], None]
) -> None:
    engine.delay_s = 0.02
    answer(tmp_path / "a.webp")
    opened(page, "Export: Turntable").save_button.click()
    turn = page.exporting._turn
    assert turn is not None
    with qtbot.waitSignal(turn.progressed):
        pass
    opened(page).save_button.click()
    assert "still being drawn" in page.notice.text
    page.exporting.progress.stop.click()
    drawn = engine.num_renders
    qtbot.wait(200)

    assert not page.exporting.progress.isVisible()
    assert engine.num_renders <= drawn + 2
    assert list(tmp_path.iterdir()) == []
    assert page.notice.text == "Stopped. Nothing was written."


def test_drag_comes_before_the_frames_of_a_turn(
    qtbot: QtBot, page: CreatePage, engine: FakeEngine, tmp_path: Path, answer: Callable[[Path], None]
) -> None:
    engine.delay_s = 0.02
    answer(tmp_path / "a.webp")
    opened(page, "Export: Turntable").save_button.click()
    page.avatar.drag({"head_width": 0.9})
    qtbot.waitUntil(lambda: page.avatar_view.render_shown.shot.vector == page.avatar.vector)  # type: ignore[union-attr]

    assert page.exporting._turn is not None
    assert len(page.exporting._turn._pictures) < 12
    page.exporting.stop()


def test_gif_asks_for_a_background_and_gives_the_choice_back(page: CreatePage) -> None:
    dialog = opened(page, "Export: Turntable", "Format: GIF")
    colors = [dialog.order.color]
    assert not dialog.background.tiles[0].isVisible()
    assert "no soft edges" in dialog.note.text()
    next(b for b in dialog.findChildren(QAbstractButton) if b.accessibleName() == "Format: WebP").click()
    colors.append(dialog.order.color)
    assert colors == [(255, 255, 255), None]
    dialog.reject()


def test_avatar_itself_is_exported_beside_its_own_file(
    qtbot: QtBot, page: CreatePage, tmp_path: Path, answer: Callable[[Path], None]
) -> None:
    page.avatar.edit({"hair_type": "bald"})
    answer(tmp_path / "copy")
    opened(page, "Export: Avatar").save_button.click()
    qtbot.waitUntil(lambda: "Exported copy.avatar.json" in page.notice.text)

    assert read_document(tmp_path / "copy.avatar.json") == page.avatar.document()
    assert page.avatar.path is None
    assert page.avatar.is_dirty


@pytest.mark.parametrize("what", ["Export: Picture", "Export: Turntable", "Export: Avatar"])
def test_full_disk_can_be_tried_again_and_elsewhere(
    what: str,
    qtbot: QtBot,
    page: CreatePage,
    engine: FakeEngine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: Callable[[Path], None],
) -> None:
    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    real = os.fsync
    monkeypatch.setattr(os, "fsync", full)
    answer(tmp_path / "a")
    opened(page, what).save_button.click()
    qtbot.waitUntil(lambda: "the disk is full" in page.notice.text)
    drawn = engine.num_renders
    page.notice.hide()
    offer(page, "Try again").click()
    qtbot.waitUntil(page.notice.isVisible)
    monkeypatch.setattr(os, "fsync", real)
    answer(tmp_path / "b")
    offer(page, "Save elsewhere…").click()
    qtbot.waitUntil(lambda: "Exported b." in page.notice.text)

    assert [path.name.split(".")[0] for path in tmp_path.iterdir()] == ["b"]
    assert engine.num_renders <= drawn + 4  # the avatar in the window lives on


def test_every_choice_is_remembered_and_nonsense_is_not(page: CreatePage, tmp_path: Path, answer: Callable[[Path], None]) -> None:
    answer(tmp_path / "a.gif")
    opened(page, "Export: Turntable", "Format: GIF", "Background: Rose").save_button.click()
    page.exporting.stop()
    again = opened(page)
    assert (again.choice.what, again.choice.kind, again.choice.background) == ("turn", "gif", "rose")
    again.reject()
    page.files._settings.remember(export_what="film", export_background="plaid", export_frames=7, export_size=300)

    assert opened(page).choice.what == "picture"


def test_picture_is_dragged_out_with_its_avatar_and_not_in_again(
    qtbot: QtBot, page: CreatePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[QMimeData] = []
    monkeypatch.setattr(QDrag, "exec", lambda drag, *_: given.append(drag.mimeData()))
    handle, middle = page.exporting.handle, QPoint(16, 16)
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(handle, middle + QPoint(40, 0))
    qtbot.waitUntil(lambda: len(given) == 1)
    file = Path(given[0].urls()[0].toLocalFile())

    assert carried_document(file) == page.avatar.document()
    assert given[0].imageData().width() == 1024
    assert not can_take(given[0])
    with Image.open(file) as picture:
        assert picture.size == (1024, 1024)
    page.exporting.close_down()
    assert not file.exists()


def test_handle_that_is_only_pressed_drags_nothing(qtbot: QtBot, page: CreatePage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QDrag, "exec", lambda *_: pytest.fail("dragged"))
    qtbot.mouseClick(page.exporting.handle, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.exporting.handle._file is not None)

    assert "drag" in page.notice.text


def test_avatar_of_another_engine_in_a_picture_is_refused(qtbot: QtBot, page: CreatePage, tmp_path: Path) -> None:
    document = AvatarDocument.of(AvatarVector.default(page.avatar.schema))
    other = document.model_copy(update={"engine": document.engine.model_copy(update={"id": "mini"})})
    page.files.open_path(picture_of(page, tmp_path / "a.png", other.to_json()))
    qtbot.waitUntil(page.notice.isVisible)

    assert "mini" in page.notice.text
