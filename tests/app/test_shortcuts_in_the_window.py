"""Shortcuts as a person meets them: in the real window, by key events where the focus is."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from app.actions import COMMANDS, Command, in_words
from app.main_window import MainWindow
from app.widgets.job_form import JobForm
from app.widgets.shortcut_sheet import ShortcutSheet
from tests.app.fake_engine import FakeEngine
from tests.app.label_photos import make_photos, read_without_networks
from tests.app.pages.label.test_page import fill, make_set

NO, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier,
)  # fmt: skip


def command(name: str) -> Command:
    return next(one for one in COMMANDS if one.id == name)


@pytest.fixture
def fired(window: MainWindow) -> list[str]:
    """The ids of the commands that were done since."""
    done: list[str] = []
    for name, action in window.actions_by_id.items():
        action.triggered.connect(lambda _=False, name=name: done.append(name))
    return done


def activate(qtbot: QtBot, window: QWidget) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def fields_of(root: QWidget) -> list[QWidget]:
    """Everything on the screen in which one can type."""
    lines = [one for one in root.findChildren(QLineEdit) if not one.isReadOnly()]
    texts = [one for one in root.findChildren(QPlainTextEdit) if not one.isReadOnly()]
    boxes = [one for one in root.findChildren(QComboBox) if one.isEditable()]
    found = [*lines, *texts, *root.findChildren(QAbstractSpinBox), *boxes]
    return [one for one in found if one.isVisible() and one.isEnabled()]


def type_everything(window: MainWindow, field: QWidget) -> None:
    """Type every sign that is a shortcut somewhere, and the letters with Shift."""
    field.setFocus(Qt.FocusReason.OtherFocusReason)
    focus = QApplication.focusWidget()
    assert focus is field or (focus is not None and field.isAncestorOf(focus))
    signs = {keys.toString() for action in window.actions_by_id.values() for keys in action.shortcuts()}
    for sign in sorted(one for one in signs if len(one.removeprefix("Shift+")) == 1):
        is_shifted = sign.startswith("Shift+") or sign == "?"
        QTest.keyClicks(focus, sign[-1] if is_shifted else sign.lower(), SHIFT if is_shifted else NO)
        assert QApplication.focusWidget() is focus, (field.accessibleName(), sign)


def test_nothing_fires_while_one_types_on_create(qtbot: QtBot, window: MainWindow, fired: list[str]) -> None:
    activate(qtbot, window)
    window.page.panel.open_component("head")
    fields = fields_of(window.page)
    assert {"Find a setting or an option"} < {one.accessibleName() for one in fields}  # and boxes for numbers
    for field in fields:
        type_everything(window, field)
    assert fired == []
    assert set("gnrlhjkb\\?") <= set(window.page.panel.filter.text())
    QTest.keyClick(window.page, Qt.Key.Key_G)
    assert fired == ["randomise_part"]  # it would have fired


def test_nothing_fires_while_one_types_on_label(
    qtbot: QtBot, window: MainWindow, fired: list[str], tmp_path: Path, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_without_networks(monkeypatch)
    make_photos(tmp_path / "photos", engine, ["a", "b", "c", "d", "e"])
    page = make_set(qtbot, window, tmp_path / "faces.avatarset", monkeypatch)
    fill(qtbot, page, tmp_path / "photos")
    activate(qtbot, window)
    overview = fields_of(page)
    assert "Find a photo" in {one.accessibleName() for one in overview}
    fired.clear()
    for field in overview:
        type_everything(window, field)
    page.overview.search.clear()
    qtbot.waitUntil(lambda: page.overview.grid.photos.rowCount() == 5)
    page.go_on()
    qtbot.waitUntil(lambda: page.is_labelling)
    page.photos.view.panel.go_to("head_width")
    fields = fields_of(page)
    assert {"Note", "Find a setting or an option"} < {one.accessibleName() for one in fields}
    for field in fields:
        type_everything(window, field)
    assert fired == []
    assert set("usftcpadrnjkADR\\?") <= set(page.photos.view.note.text())


def test_nothing_fires_while_one_types_on_train(qtbot: QtBot, window: MainWindow, fired: list[str]) -> None:
    window.show_train()
    window.train_page.new_job()
    form = window.train_page.findChildren(JobForm)[-1]
    activate(qtbot, form)
    fields = fields_of(form)
    assert "Name" in {one.accessibleName() for one in fields}
    for field in fields:
        type_everything(window, field)
    assert fired == []
    form.reject()


def test_nothing_fires_while_one_looks_for_a_shortcut(qtbot: QtBot, window: MainWindow, fired: list[str]) -> None:
    window.show_label()
    window.show_shortcuts()
    sheet = window.findChildren(ShortcutSheet)[-1]
    activate(qtbot, sheet)
    type_everything(window, sheet.filter)
    assert fired == []
    sheet.close()


def test_the_test_would_see_a_field_that_lets_shortcuts_through(qtbot: QtBot, window: MainWindow, fired: list[str]) -> None:
    activate(qtbot, window)
    leaky = QWidget(window.page)
    leaky.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    leaky.show()
    leaky.setFocus()
    QTest.keyClick(leaky, Qt.Key.Key_G)
    assert fired == ["randomise_part"]


def test_what_changes_a_photo_is_done_once_however_long_its_keys_are_held(window: MainWindow) -> None:
    repeats = {name for name, action in window.actions_by_id.items() if action.autoRepeat()}
    assert repeats == {one.id for one in COMMANDS if one.repeats}
    assert not repeats & {"accept", "mark_unsure", "skip_photo", "flag_photo", "copy_previous", "take_prediction", "new", "close"}


def test_everything_that_names_keys_names_those_of_now(qtbot: QtBot, window: MainWindow) -> None:
    photo = window.label_page.photos.view
    assert photo.keys.text() == (
        "1–9, 0 choose  ·  J K settings  ·  Enter accepts  ·  U unsure  ·  S skips  ·  A D photos  ·  F1 all keys"
    )
    assert photo.accept.toolTip() == "Accept and go to the next unlabelled  Enter"
    assert window._menu_button.toolTip() == "Menu  F10"
    given = {
        "accept": ["Return", "Ctrl+M"], "mark_unsure": ["X"], "skip_photo": [], "next_photo": ["W"], "show_menu": ["F9"],
        "show_train": ["Ctrl+7"], "show_photos": [], "flag_photo": ["Shift+F"], "export": ["Ctrl+P"], "undo": ["Ctrl+B"],
    }  # fmt: skip
    for name, keys in given.items():
        window.shortcuts.assign(command(name), keys)
    assert photo.keys.text() == "1–9, 0 choose  ·  J K settings  ·  Enter accepts  ·  X unsure  ·  A W photos  ·  F1 all keys"
    tips = {one.toolTip() for one in window.findChildren(QWidget)}
    assert {"Unsure  X", "Skip this photo", "Next photo  W", "Menu  F9", "Train  Ctrl+7", "All photos"} <= tips
    assert {"Flag to look again  Shift+F", "Export picture  Ctrl+P", "Undo  Ctrl+B"} <= tips
    assert "Ctrl+P" in window.actions_by_id["export"].shortcut().toString()  # what the menu shows
    activate(qtbot, window)
    window.show_label()
    QTest.keyClick(window, Qt.Key.Key_7, CONTROL)
    assert window.train_page.isVisible()


def test_no_tooltip_names_keys_that_no_command_has(window: MainWindow) -> None:
    for one in COMMANDS:
        window.shortcuts.assign(one, [])
    names = {in_words(keys) for one in COMMANDS for keys in one.keys} - {"+", "-"}  # fixed where a face is placed
    said = {one.toolTip() for one in window.findChildren(QWidget)}
    left = {tip for tip in said if "  " in tip and tip.rpartition("  ")[2] in names}
    assert left == set()


def test_changed_keys_are_there_in_the_next_window(window: MainWindow, open_window: Callable[[], MainWindow]) -> None:
    window.shortcuts.assign(command("full_screen"), ["F8"])
    window.close()
    again = open_window()
    assert again.actions_by_id["full_screen"].shortcut().toString() == "F8"
    assert not again.page.notice.isVisible()


def test_a_settings_file_that_makes_no_sense_is_told(
    qtbot: QtBot, window: MainWindow, open_window: Callable[[], MainWindow]
) -> None:
    window._settings.remember(shortcuts={"accept": "Ctrl+Foo", "dance": "X", "undo": "Ctrl+N"})
    window.close()
    again = open_window()
    qtbot.waitUntil(again.page.notice.isVisible)
    text = again.page.notice.text
    assert "“Accept and go to the next unlabelled”: “Ctrl+Foo” is no key." in text
    assert "There is no command “dance”." in text
    assert "“Undo”: Ctrl+N is there for “New avatar” already." in text
    assert again.actions_by_id["undo"].shortcut().toString() == "Ctrl+Z"


def test_held_keys_last_while_they_are_held(qtbot: QtBot, window: MainWindow, photo: Path) -> None:
    with qtbot.waitSignal(window.page.photo.estimated):
        window.page.files.open_path(photo)
    activate(qtbot, window)
    window.shortcuts.assign(command("see_photo"), ["X"])
    view = window.page.avatar_view
    for let_go_in in (window.page, window.page.panel.filter):  # wherever the focus is by then
        QTest.keyPress(window.page, Qt.Key.Key_X)
        assert view._overlay is not None
        QTest.keyRelease(let_go_in, Qt.Key.Key_X)
        qtbot.waitUntil(lambda: view._overlay is None)
    QTest.keyPress(window.page, Qt.Key.Key_X)
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    activate(qtbot, other)  # away from the window: the release would never be heard
    qtbot.waitUntil(lambda: view._overlay is None)


def test_keys_can_always_be_given_back_without_keys(window: MainWindow) -> None:
    assert window.actions_by_id["show_shortcuts"] in window.menu.actions()
    assert window._menu_button.focusPolicy() & Qt.FocusPolicy.TabFocus
