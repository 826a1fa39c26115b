from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from app import actions, problems, theme
from app.main_window import MainWindow
from app.settings import Settings
from app.widgets.job_form import JobForm
from app.widgets.shortcut_sheet import ShortcutSheet
from app.widgets.text_dialog import TextDialog
from core.jobs.events import append_event
from core.jobs.job import Job
from core.jobs.state import occupied


def test_every_command_has_its_action_and_no_key_is_taken_twice(window: MainWindow) -> None:
    for page in ("create", "label", "train"):
        keys = [key for command in actions.COMMANDS if command.is_on(page) for key in command.keys]
        assert len(set(keys)) == len(keys)
    assert set(window.actions_by_id) == {command.id for command in actions.COMMANDS}


def test_title_says_what_is_edited(window: MainWindow) -> None:
    assert (window.title_label.text(), window.state_label.text()) == ("Untitled", "")
    window.page.avatar.edit({"hair_type": "bald"})

    assert window.state_label.text() == "•  Edited"
    assert window.state_label.accessibleName() == "Edited"
    assert window.isWindowModified()
    assert window.actions_by_id["undo"].text() == "Undo hair style"


@pytest.mark.parametrize("name", ["light", "dark"])
def test_theme_is_remembered_and_looks_different(window: MainWindow, qtbot: QtBot, qapp: QApplication, name: str) -> None:
    window.actions_by_id[f"use_{name}_theme"].trigger()
    qtbot.waitUntil(lambda: qapp.property("theme_wanted") is None)
    canvas = window.grab().toImage().pixelColor(4, window.height() - 4).name()
    theme.apply(qapp, "light")

    assert canvas == (theme.LIGHT if name == "light" else theme.DARK).canvas
    assert Settings().now.theme == name


def test_geometry_is_remembered(open_window: Callable[[], MainWindow]) -> None:
    first = open_window()
    first.resize(1111, 777)
    first.close()
    settings = Settings().now

    assert settings.geometry


def test_closing_asks_about_edits_and_can_be_cancelled(qtbot: QtBot, window: MainWindow) -> None:
    window.page.avatar.edit({"hair_type": "bald"})
    window.close()
    assert window.isVisible()
    qtbot.mouseClick(window.page.findChildren(TextDialog)[-1].cancel, Qt.MouseButton.LeftButton)
    assert window.isVisible()
    window.close()
    qtbot.mouseClick(window.page.findChildren(TextDialog)[-1].buttons[0], Qt.MouseButton.LeftButton)

    assert not window.isVisible()


def test_crash_is_recovered(qtbot: QtBot, open_window: Callable[[], MainWindow], home: Path) -> None:
    first = open_window()
    first.page.avatar.edit({"hair_type": "bald"})
    folder = home / "state" / "recovery"
    qtbot.waitUntil(lambda: bool(list(folder.glob("*.json"))))
    (left,) = folder.glob("*.json")
    (folder / "crashed.json").write_bytes(left.read_bytes())
    second = open_window()
    qtbot.waitUntil(second.page.notice.isVisible)
    restore = next(b for b in second.page.notice.findChildren(QAbstractButton) if b.accessibleName() == "Restore")
    qtbot.mouseClick(restore, Qt.MouseButton.LeftButton)

    assert second.page.avatar.vector["hair_type"] == "bald"
    assert second.page.avatar.is_dirty
    qtbot.waitUntil(lambda: not (folder / "crashed.json").exists())


def test_our_bug_is_said_calmly_with_details_to_copy(qtbot: QtBot, window: MainWindow, caplog: pytest.LogCaptureFixture) -> None:
    problems.report(ZeroDivisionError("x"))
    copy = next(b for b in window.page.notice.findChildren(QAbstractButton) if b.accessibleName() == "Copy details")
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)

    assert "our fault" in window.page.notice.text
    assert "ZeroDivisionError" in QGuiApplication.clipboard().text()
    assert "ZeroDivisionError" in caplog.text


def test_every_size_down_to_the_minimum_can_be_painted(window: MainWindow) -> None:
    for width, height in ((1024, 640), (1100, 900), (1920, 1080)):
        window.resize(width, height)

        assert (window.grab().width(), window.width()) == (round(width * window.devicePixelRatioF()), width)
        view, image = window.page.avatar_view, window.page.photo_column.image_view
        assert view.size() == image.size()
        assert view.width() == view.height() >= 240


def test_sheet_lists_every_key(window: MainWindow) -> None:
    window.show_shortcuts()
    sheet = window.findChildren(ShortcutSheet)[-1]
    keys = {line.command.id: line.keys for line in sheet.list.shown if line.command is not None}

    assert (keys["export"], keys["redo"], keys["next_unsure"]) == (("Ctrl+E",), ("Ctrl+Shift+Z", "Ctrl+Y"), ("N",))
    sheet.close()


def test_pages_are_switched_by_keys_and_only_the_shown_one_hears_its_own(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert window.pages.currentWidget() is window.train_page
    assert not window.actions_by_id["export"].isEnabled()
    QTest.keyClick(window, Qt.Key.Key_L)
    assert not window.page.avatar.has_unsaved_work
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    form = window.train_page.findChildren(JobForm)[-1]
    assert form.isVisible()
    form.reject()
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.pages.currentWidget() is window.page
    assert window.actions_by_id["export"].isEnabled()
    assert not window.actions_by_id["undo"].isEnabled()
    assert not window.actions_by_id["new_job"].isEnabled()


def test_strip_says_what_failed_until_somebody_looked(qtbot: QtBot, window: MainWindow, home: Path) -> None:
    assert window.strip.isHidden()
    folder = Job.begin(home / "data" / "runs" / "one", "render_avatars", {}).folder
    append_event(folder, "started")
    qtbot.waitUntil(window.strip.isVisible)
    assert window.strip.text() == "Render avatars of sampled vectors, lost"
    qtbot.mouseClick(window.strip, Qt.MouseButton.LeftButton)
    assert window.pages.currentWidget() is window.train_page
    assert window.strip.isHidden()
    window.show_create()
    qtbot.wait(1500)
    assert window.strip.isHidden()
    with occupied(folder):
        qtbot.waitUntil(window.strip.isVisible)
        assert window.strip.accessibleName().startswith("Jobs: Render avatars of sampled vectors, running, since ")
    qtbot.waitUntil(lambda: "lost" in window.strip.text() or window.strip.isHidden())
