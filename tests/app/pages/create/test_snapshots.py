from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.state.snapshots import MOST
from app.widgets.name_dialog import NameDialog
from app.widgets.snapshot_strip import SnapshotStrip
from core.avatar.document import read_document

LEFT = Qt.MouseButton.LeftButton


def trigger(window: MainWindow, *commands: str) -> None:
    for command in commands:
        window.actions_by_id[command].trigger()


def strip(window: MainWindow) -> SnapshotStrip:
    return window.page.snapshots.strip


@pytest.fixture
def two(window: MainWindow) -> MainWindow:
    """A narrow head, and a wide one with glasses."""
    window.page.avatar.edit({"head_width": 0.0})
    trigger(window, "take_snapshot")
    window.page.avatar.edit({"head_width": 1.0, "glasses": "frame_2"})
    trigger(window, "take_snapshot")
    return window


def test_one_is_taken_pictured_shown_and_undone(qtbot: QtBot, two: MainWindow) -> None:
    avatar, tiles = two.page.avatar, strip(two)._tiles
    wide = avatar.vector
    qtbot.waitUntil(lambda: all(tile.thumb.image is not None for tile in tiles.values()))
    assert [tile.thumb.is_shown for tile in tiles.values()] == [False, True]
    qtbot.mouseClick(tiles["A"], LEFT)
    assert avatar.vector["head_width"] == 0.0
    assert [tile.thumb.is_shown for tile in tiles.values()] == [True, False]
    assert two.actions_by_id["undo"].text() == "Undo Snapshot A"
    trigger(two, "undo")
    assert avatar.vector == wide


def test_a_key_that_is_held_shows_the_one_that_was_chosen(qtbot: QtBot, two: MainWindow) -> None:
    qtbot.mouseClick(strip(two)._tiles["A"], LEFT)
    trigger(two, "undo")
    end = two.page.snapshots.see_snapshot()
    assert end is not None
    assert two.page.avatar_view.vector == two.page.avatar.snapshots.kept[0].state.vector
    assert two.page.avatar.vector != two.page.avatar_view.vector  # only shown
    end()
    assert two.page.avatar_view.vector == two.page.avatar.vector


def test_two_are_blended_by_the_slider_in_one_step(qtbot: QtBot, two: MainWindow) -> None:
    avatar, steps = two.page.avatar, two.page.avatar.undo_stack.count()
    trigger(two, "blend_snapshots")
    slider = strip(two).blend.slider
    qtbot.waitUntil(slider.isVisible)
    right = QPoint(slider.width() - 9, 12)
    qtbot.mousePress(slider, LEFT, pos=right)
    for x in range(slider.width() - 20, slider.width() // 4, -7):
        qtbot.mouseMove(slider, QPoint(x, 12))
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(slider.width() // 4, 12))

    assert 0.05 < float(avatar.vector["head_width"]) < 0.5
    assert avatar.vector["glasses"] == "none"
    assert avatar.undo_stack.count() == steps + 1
    assert two.actions_by_id["undo"].text() == "Undo Blend A and B"
    trigger(two, "blend_snapshots")
    assert not slider.isVisible()


def test_one_snapshot_cannot_be_blended_and_that_is_said(window: MainWindow) -> None:
    trigger(window, "take_snapshot", "blend_snapshots")
    assert "two snapshots" in window.page.notice.text
    assert not strip(window).blend.isVisible()
    window.page.files.new()


def test_one_is_named_and_deleted_and_comes_back(qtbot: QtBot, two: MainWindow) -> None:
    strip(two).rename_wanted.emit("A")
    dialog = two.page.findChildren(NameDialog)[-1]
    dialog.name.setText("Summer")
    dialog.ok_button.click()
    assert [one.title for one in two.page.avatar.snapshots.kept] == ["Summer", "B"]
    tile = strip(two)._tiles["A"]
    tile.setFocus()
    qtbot.keyClick(tile, Qt.Key.Key_Delete)
    assert [one.title for one in two.page.avatar.snapshots.kept] == ["B"]
    assert "Summer" in two.page.notice.text
    back = next(one for one in two.page.notice.findChildren(QPushButton) if one.text() == "Bring it back")
    qtbot.mouseClick(back, LEFT)
    assert [one.title for one in two.page.avatar.snapshots.kept] == ["Summer", "B"]


def test_when_all_letters_are_taken_that_is_said(window: MainWindow) -> None:
    for _ in range(MOST + 1):
        trigger(window, "take_snapshot")
    assert len(window.page.avatar.snapshots.kept) == MOST
    assert str(MOST) in window.page.notice.text
    window.page.avatar.start_anew()


def test_they_are_work_that_is_asked_about_saved_and_there_again(qtbot: QtBot, two: MainWindow, tmp_path: Path) -> None:
    page, path = two.page, tmp_path / "Ada.avatar.json"
    page.files._save_to(path, None)
    qtbot.waitUntil(lambda: not page.avatar.is_dirty)
    assert [one.letter for one in read_document(path).snapshots or ()] == ["A", "B"]
    trigger(two, "take_snapshot")
    assert page.avatar.has_unsaved_work
    page.avatar.start_anew()
    assert not strip(two)._tiles
    page.files.open_path(path)
    qtbot.waitUntil(lambda: list(strip(two)._tiles) == ["A", "B"])


def test_a_picture_of_an_earlier_avatar_with_the_same_letter_does_not_stay(qtbot: QtBot, two: MainWindow) -> None:
    snapshots = two.page.avatar.snapshots
    qtbot.waitUntil(lambda: strip(two)._tiles["A"].thumb.image is not None)
    first = strip(two)._tiles["A"].thumb.image
    snapshots.remove("A")
    trigger(two, "take_snapshot")  # the wide one has the letter now
    qtbot.waitUntil(lambda: strip(two)._tiles["A"].thumb.image is not None)
    assert first is not None
    assert strip(two)._tiles["A"].thumb.image != first
