"""The search of the window."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.actions import COMMANDS
from app.main_window import MainWindow
from app.widgets.palette import Palette


def search(window: MainWindow, text: str = "") -> Palette:
    """Open the search and type."""
    window.actions_by_id["find_anything"].trigger()
    palette = window.finding.palette
    assert palette is not None
    assert palette.isVisible()
    QTest.keyClicks(palette.field, text)
    return palette


def enter(palette: Palette) -> None:
    QTest.keyClick(palette.field, Qt.Key.Key_Return)


@pytest.mark.parametrize("page", ["create", "label", "train"])
def test_every_command_of_a_page_is_found_by_its_text(window: MainWindow, page: str) -> None:
    window.actions_by_id[f"show_{page}"].trigger()
    palette = search(window)
    there = [one for one in COMMANDS if one.is_on(page) and not one.is_held and one.id != "find_anything"]
    for command in there:
        palette.field.setText(window.actions_by_id[command.id].text())
        found = [row.entry.key for row in palette._rows.rows if row.entry is not None]
        assert f"command {command.id}" in found[:6]


def test_commands_of_other_pages_are_not_there(window: MainWindow) -> None:
    window.show_train()
    palette = search(window, "new")

    assert "New job…" in palette.texts
    assert "New avatar" not in palette.texts
    palette.field.setText("hair")
    assert not any("hair" in text.lower() for text in palette.texts)


def test_a_command_is_done_and_remembered(window: MainWindow, open_window: Callable[[], MainWindow]) -> None:
    enter(search(window, "train"))
    assert window.pages.currentWidget() is window.train_page
    window.show_create()
    palette = search(window)

    assert palette.texts[0] == "Train"
    palette.close_again()
    assert open_window()._settings.now.found_lately == "command show_train"


def test_a_setting_goes_to_its_row(window: MainWindow) -> None:
    palette = search(window, "glasses")
    setting = next(row.entry for row in palette._rows.rows if row.entry is not None and row.entry.key == "setting glasses")
    assert palette.texts[0] == setting.text
    enter(palette)

    assert window.page.panel.row("glasses").isVisible()


def test_an_option_is_tried_on_and_taken_as_one_step(window: MainWindow, qtbot: QtBot) -> None:
    page = window.page
    before = page.avatar.vector
    palette = search(window, "frame 3")
    qtbot.waitUntil(lambda: page.avatar_view.vector == before.with_value("glasses", "frame_3"))
    assert page.avatar.vector == before
    enter(palette)

    assert page.avatar.vector["glasses"] == "frame_3"
    assert page.avatar.undo_stack.count() == 1


def test_esc_leaves_the_avatar_as_it_was(window: MainWindow, qtbot: QtBot) -> None:
    page = window.page
    before = page.avatar.vector
    palette = search(window, "frame 3")
    qtbot.waitUntil(lambda: page.avatar_view.vector == before.with_value("glasses", "frame_3"))
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)

    assert page.avatar_view.vector == before
    assert page.avatar.undo_stack.count() == 0


def test_a_pure_shape_is_found_by_its_name(window: MainWindow) -> None:
    enter(search(window, "heart"))

    weights = [window.page.avatar.vector[f"head_type_{one}"] for one in range(1, 7)]
    assert weights == [0.0, 0.0, 0.0, 1.0, 0.0, 0.0]


def test_the_search_lies_over_the_panel_so_that_the_avatar_is_seen(window: MainWindow) -> None:
    palette = search(window)
    avatar = window.page.avatar_view
    there = avatar.rect().translated(avatar.mapTo(window, avatar.rect().topLeft()))

    assert not palette.geometry().intersects(there)


def test_its_own_keys_close_it(window: MainWindow) -> None:
    palette = search(window)
    QTest.keyClick(palette.field, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)

    assert not palette.isVisible()


def test_files_that_were_open_last_are_found(window: MainWindow, photo: Path, qtbot: QtBot) -> None:
    window.page.photos.recents.note(photo, None)
    qtbot.waitUntil(lambda: bool(window.page.photos.recents.entries))
    enter(search(window, "selfie"))

    qtbot.waitUntil(lambda: window.page.photo.photo is not None and window.page.photo.photo.path == photo)
