"""What was open last, the sample face, and what stands beside a photo that gave no avatar."""

from collections.abc import Callable
from pathlib import Path
from shutil import copy2

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QFileDialog
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.pages.create.page import CreatePage
from app.pages.create.photos import SAMPLE
from app.widgets import file_dialogs
from app.widgets.recent_strip import RecentButton
from core.avatar.vector import AvatarVector
from core.errors import ModelError
from core.paths import RESOURCES
from tests.app.conftest import FakeReadings


@pytest.fixture
def page(window: MainWindow) -> CreatePage:
    return window.page


def read(qtbot: QtBot, page: CreatePage, photo: Path) -> None:
    with qtbot.waitSignal(page.photo.estimated):
        page.files.open_path(photo)


def recent(page: CreatePage) -> list[RecentButton]:
    return page.photo_column.image_view.recents.buttons


def names(page: CreatePage) -> list[str]:
    return [one.card.path.name for one in recent(page)]


def press(qtbot: QtBot, page: CreatePage, text: str) -> None:
    button = next(one for one in page.notice.findChildren(QAbstractButton) if one.text() == text and one.isVisible())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_what_was_open_is_offered_where_a_photo_is_wanted(qtbot: QtBot, page: CreatePage, photo: Path) -> None:
    read(qtbot, page, photo)
    qtbot.waitUntil(lambda: names(page) == [photo.name])
    page.files.new()
    assert recent(page)[0].isVisible()
    assert not recent(page)[0].card.picture.isNull()
    with qtbot.waitSignal(page.photo.estimated):
        qtbot.mouseClick(recent(page)[0], Qt.MouseButton.LeftButton)
    assert page.photo.photo is not None
    assert page.photo.photo.path == photo


def test_another_session_offers_it_too(
    qtbot: QtBot, page: CreatePage, photo: Path, open_window: Callable[[], MainWindow]
) -> None:
    read(qtbot, page, photo)
    qtbot.waitUntil(lambda: names(page) == [photo.name])
    again = open_window().page
    qtbot.waitUntil(lambda: names(again) == [photo.name])

    assert [action.text() for action in again.photos.menu.actions() if action.text()] == [photo.name, "Clear recents"]
    again.photos.clear_recents()
    qtbot.waitUntil(lambda: names(again) == [])
    assert not again.photos.menu.isEnabled()


def test_saved_avatar_is_among_them(qtbot: QtBot, page: CreatePage, photo: Path, tmp_path: Path) -> None:
    read(qtbot, page, photo)
    with qtbot.waitSignal(page.avatar.file_changed):
        page.avatar.save(tmp_path / "Ada.avatar.json", lambda: None, page.files.warn)
    qtbot.waitUntil(lambda: names(page)[:1] == ["Ada.avatar.json"])

    assert names(page) == ["Ada.avatar.json", photo.name]


def test_file_that_is_gone_can_be_located_or_removed(
    qtbot: QtBot, page: CreatePage, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(qtbot, page, photo)
    qtbot.waitUntil(lambda: names(page) == [photo.name])
    page.files.new()
    moved = photo.rename(tmp_path / "moved.png")
    page.photos.recents.look()
    qtbot.waitUntil(lambda: [one.card.is_missing for one in recent(page)] == [True])
    assert [action.text() for action in recent(page)[0].make_menu().actions()] == ["Locate…", "Remove from this list"]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(moved)], ""))
    with qtbot.waitSignal(page.photo.estimated):
        recent(page)[0].make_menu().actions()[0].trigger()
    qtbot.waitUntil(lambda: names(page) == ["moved.png"])
    page.files.new()
    recent(page)[0].make_menu().actions()[-1].trigger()
    qtbot.waitUntil(lambda: names(page) == [])


def test_sample_face_is_opened_and_not_remembered(qtbot: QtBot, page: CreatePage) -> None:
    with qtbot.waitSignal(page.photo.estimated):
        qtbot.mouseClick(page.photo_column.image_view._panel.sample, Qt.MouseButton.LeftButton)
    page.photos.recents.look()
    qtbot.wait(50)

    assert page.files.title == "Sample"
    assert page.photos.recents.entries == ()
    assert SAMPLE.stat().st_size < 60_000
    assert SAMPLE.name in (RESOURCES / "samples" / "README.md").read_text(encoding="utf-8")


def test_photo_without_a_face_puts_the_avatar_before_aside_and_it_comes_back(
    qtbot: QtBot, page: CreatePage, photo: Path, readings: FakeReadings
) -> None:
    read(qtbot, page, photo)
    before = page.avatar.state
    page.avatar.set_locked(("hair_type",), True)
    readings.boxes = []
    page.files.open_path(photo)
    qtbot.waitUntil(lambda: page.photo.stage == "placing")

    assert page.avatar.vector["skin_tone"] == page.avatar.schema["skin_tone"].default
    assert page.avatar.vector["hair_type"] == "style_7"  # locked
    assert "put aside" in page.notice.text
    press(qtbot, page, "Bring it back")
    assert page.avatar.vector == before.vector
    assert page.avatar.state.estimate is before.estimate


def test_edited_work_is_asked_about_and_kept_until_then(
    qtbot: QtBot, page: CreatePage, photo: Path, readings: FakeReadings
) -> None:
    read(qtbot, page, photo)
    page.avatar.edit({"glasses": "frame_2"})
    edited = page.avatar.state
    readings.boxes = []
    page.files.open_path(photo)
    assert page.avatar.state is edited
    page.photos.open(photo)  # the person said that the changes may go
    qtbot.waitUntil(lambda: page.photo.stage == "placing")

    assert page.avatar.vector["glasses"] == page.avatar.schema["glasses"].default
    assert not page.avatar.undo_stack.canUndo()


def test_file_that_cannot_be_opened_changes_nothing(qtbot: QtBot, page: CreatePage, photo: Path, tmp_path: Path) -> None:
    read(qtbot, page, photo)
    page.avatar.edit({"glasses": "frame_2"})
    edited = page.avatar.state
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(b"no picture")
    page.photos.open(bad)  # the person said that the changes may go; they need not
    qtbot.waitUntil(lambda: "bad.jpg" in page.notice.text)

    assert page.photo.stage == "ready"
    assert page.avatar.state is edited


def test_without_a_model_no_avatar_of_another_photo_stands_beside(
    qtbot: QtBot, page: CreatePage, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(qtbot, page, photo)

    def refuse(*_: object) -> None:
        raise ModelError("The model “toon_shape” is not installed.")

    monkeypatch.setattr(page.photo._estimating, "_estimate", refuse)
    with qtbot.waitSignal(page.photo.estimate_failed):
        page.files.open_path(photo)

    assert page.avatar.state.estimate is None
    assert page.avatar.vector["skin_tone"] == page.avatar.schema["skin_tone"].default
    assert "not installed" in page.notice.text
    page.editing.undo()
    assert page.avatar.vector["skin_tone"] == "tone_05"


def test_while_a_face_is_chosen_nobody_elses_avatar_stands_beside(
    qtbot: QtBot, page: CreatePage, photo: Path, readings: FakeReadings, tmp_path: Path
) -> None:
    with qtbot.waitSignal(page.photo.estimated):
        page.files.open_path(photo)
    before = page.avatar.vector
    readings.boxes = [(0, 0, 50, 50), (60, 0, 160, 100)]
    page.files.open_path(Path(copy2(photo, tmp_path / "two.png")))
    qtbot.waitUntil(lambda: page.photo.stage == "choosing")

    assert page.avatar.vector == AvatarVector.default(page.avatar.schema)
    page.editing.undo()
    assert page.avatar.vector == before  # nothing is lost
    page.editing.redo()
    with qtbot.waitSignal(page.photo.estimated):
        page.photo.choose(2)
    page.avatar.edit({"head_width": 0.1})
    page.photo.choose_again()
    assert page.avatar.vector["head_width"] == 0.1  # it is of this photo


def test_photo_beside_an_avatar_leaves_it_as_it_is(
    qtbot: QtBot, page: CreatePage, photo: Path, readings: FakeReadings, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.avatar.edit({"hair_type": "style_3"})
    state = page.avatar.state
    monkeypatch.setattr(file_dialogs, "ask_for_photos", lambda *_: [photo])
    with qtbot.waitSignal(page.photo.estimated):
        page.photos.photo_beside()
    assert page.photo.stage == "ready"
    assert page.avatar.state is state
    readings.boxes = []
    page.photos.photo_beside()
    qtbot.waitUntil(lambda: page.photo.stage == "placing")
    assert page.avatar.state is state

    readings.boxes = [(40, 40, 160, 180)]
    page.avatar.start_anew()
    with qtbot.waitSignal(page.photo.estimated):
        page.files.open_path(photo)
    assert page.avatar.state.estimate is not None  # as ever
