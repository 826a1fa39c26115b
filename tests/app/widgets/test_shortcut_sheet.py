from collections.abc import Mapping
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.actions import COMMANDS, Command, set_keys
from app.settings import Settings
from app.shortcuts import Shortcuts
from app.widgets.key_edit import KeyEdit
from app.widgets.shortcut_list import Line
from app.widgets.shortcut_sheet import ShortcutSheet

NO, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier,
)  # fmt: skip


def command(name: str) -> Command:
    return next(one for one in COMMANDS if one.id == name)


@pytest.fixture
def actions(qapp: QApplication) -> Mapping[str, QAction]:
    return {one.id: QAction(one.text, qapp) for one in COMMANDS}


@pytest.fixture
def shortcuts(actions: Mapping[str, QAction], tmp_path: Path) -> Shortcuts:
    return Shortcuts(actions, Settings(tmp_path / "window.ini"))


@pytest.fixture
def sheet(qtbot: QtBot, shortcuts: Shortcuts) -> ShortcutSheet:
    sheet = ShortcutSheet(shortcuts, "label")
    sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(sheet)
    sheet.show()
    sheet.activateWindow()
    qtbot.waitUntil(sheet.isActiveWindow)
    return sheet


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = NO) -> None:
    """Press a key where the focus is, as a person does."""
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifier)


def line_of(sheet: ShortcutSheet, name: str) -> Line:
    return next(one for one in sheet.list.shown if one.command is not None and one.command.id == name)


def test_the_pages_own_keys_stand_first_and_all_are_there(sheet: ShortcutSheet) -> None:
    lines = sheet.list.shown
    headings = [one.text for one in lines if one.is_heading]
    assert headings == ["Label", "Everywhere", "Create", "Train"]
    assert {one.command.id for one in lines if one.command is not None} == {one.id for one in COMMANDS}
    assert line_of(sheet, "accept").keys == ("Enter",)
    assert line_of(sheet, "redo_label").spoken == "Redo, Ctrl+Shift+Z or Ctrl+Y, Label"
    assert line_of(sheet, "remove_job").spoken == "Remove this job, no keys, Train"
    assert any(one.keys == ("Arrows",) and one.command is None for one in lines)


def test_everything_has_a_name_to_be_read_aloud(sheet: ShortcutSheet) -> None:
    sheet.list.ask()
    widgets = [*sheet.findChildren(QAbstractButton), *sheet.findChildren(QLineEdit), *sheet.findChildren(KeyEdit), sheet.list]
    assert [one for one in widgets if not one.accessibleName()] == []
    model = sheet.list.model()
    rows = [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())]
    assert "Unsure, U, Label" in rows
    assert "Everywhere" in rows


def test_by_keyboard_alone_a_command_gets_other_keys(sheet: ShortcutSheet, actions: Mapping[str, QAction]) -> None:
    for key in (Qt.Key.Key_U, Qt.Key.Key_N, Qt.Key.Key_S):
        press(key)
    shown = sheet.list.shown
    assert [one.text for one in shown if one.is_heading] == ["Label", "Create"]
    assert all("uns" in one.spoken.casefold() for one in shown if not one.is_heading)
    assert shown[1].text == "Unsure"
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Up)
    press(Qt.Key.Key_Return)
    assert isinstance(QApplication.focusWidget(), KeyEdit)
    press(Qt.Key.Key_M, CONTROL)
    assert actions["mark_unsure"].shortcut().toString() == "Ctrl+M"
    assert line_of(sheet, "mark_unsure").spoken == "Unsure, Ctrl+M, Label, changed"
    assert QApplication.focusWidget() is sheet.list
    press(Qt.Key.Key_Insert)
    press(Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert "Enter always means" in sheet.message.text()
    press(Qt.Key.Key_F7)
    assert [one.toString() for one in actions["mark_unsure"].shortcuts()] == ["Ctrl+M", "F7"]
    press(Qt.Key.Key_Delete)
    press(Qt.Key.Key_Delete)
    assert actions["mark_unsure"].shortcuts() == []
    press(Qt.Key.Key_Tab)
    sheet.reset.setFocus()
    press(Qt.Key.Key_Return)
    assert actions["mark_unsure"].shortcut().toString() == "U"


def test_a_taken_key_is_told_and_can_be_left_or_taken_over(sheet: ShortcutSheet, shortcuts: Shortcuts) -> None:
    sheet.list.choose("mark_unsure")
    sheet.list.setFocus()
    for answer in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        press(Qt.Key.Key_Return)
        press(Qt.Key.Key_S)
        assert sheet.message.text() == "S is already “Skip this photo” on Label, which would have no keys left."
        assert QApplication.focusWidget() is sheet.yes
        assert shortcuts.keys(command("mark_unsure")) == ("U",)
        press(answer)
        assert not sheet.yes.isVisible()
    assert sheet.isVisible()
    assert shortcuts.keys(command("mark_unsure")) == ("S",)
    assert shortcuts.keys(command("skip_photo")) == ()
    sheet.list.choose("skip_photo")
    sheet.reset.click()
    assert sheet.message.text() == "S is already “Unsure” on Label, which would have no keys left."
    sheet.yes.click()
    assert shortcuts.keys(command("skip_photo")) == ("S",)
    sheet.reset_all.click()
    sheet.yes.click()
    assert not any(map(shortcuts.is_changed, COMMANDS))
    assert not sheet.reset_all.isEnabled()


def test_a_command_of_the_window_is_told_who_has_its_keys_on_every_page(sheet: ShortcutSheet, shortcuts: Shortcuts) -> None:
    sheet.list.choose("full_screen")
    sheet.list.setFocus()
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_R)
    assert "“Reset this value” on Create and “Reset this value” on Label" in sheet.message.text()
    sheet.no.click()
    assert shortcuts.keys(command("full_screen")) == ("F11",)


def test_keys_that_cannot_be_used_are_refused_with_the_reason(sheet: ShortcutSheet, shortcuts: Shortcuts) -> None:
    sheet.list.choose("mark_unsure")
    sheet.list.setFocus()
    press(Qt.Key.Key_Return)
    for key, why in (
        (Qt.Key.Key_5, "5 always means"), (Qt.Key.Key_Tab, "Tab always means"), (Qt.Key.Key_Space, "Space always means"),
        (Qt.Key.Key_Left, "Left always means"),
    ):  # fmt: skip
        press(key)
        assert why in sheet.message.text()
    sheet.list.pressed.emit("")  # a key that Qt has no name for
    assert "has no name" in sheet.message.text()
    assert shortcuts.keys(command("mark_unsure")) == ("U",)
    press(Qt.Key.Key_M)  # it is still asked
    assert shortcuts.keys(command("mark_unsure")) == ("M",)


def test_a_modifier_alone_is_refused_and_goes_on_asking(sheet: ShortcutSheet, shortcuts: Shortcuts) -> None:
    sheet.list.choose("mark_unsure")
    sheet.list.setFocus()
    press(Qt.Key.Key_Return)
    editor = QApplication.focusWidget()
    assert isinstance(editor, KeyEdit)
    QTest.keyPress(editor, Qt.Key.Key_Shift, SHIFT)
    QTest.keyRelease(editor, Qt.Key.Key_Shift, NO)
    assert "Shift alone cannot be a shortcut" in sheet.message.text()
    press(Qt.Key.Key_M, SHIFT)
    assert shortcuts.keys(command("mark_unsure")) == ("Shift+M",)


def test_escape_gives_up_step_by_step(sheet: ShortcutSheet, shortcuts: Shortcuts) -> None:
    press(Qt.Key.Key_U)
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Escape)
    assert sheet.list.editor is None
    press(Qt.Key.Key_Escape)
    assert sheet.filter.text() == ""
    assert sheet.isVisible()
    press(Qt.Key.Key_Escape)
    assert not sheet.isVisible()
    assert not any(map(shortcuts.is_changed, COMMANDS))


def test_a_click_asks_and_one_elsewhere_gives_up(qtbot: QtBot, sheet: ShortcutSheet, shortcuts: Shortcuts) -> None:
    sheet.list.choose("mark_unsure")
    place = sheet.list.visualRect(sheet.list.currentIndex()).center()
    qtbot.mouseClick(sheet.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert sheet.list.editor is not None
    sheet.filter.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.waitUntil(lambda: sheet.list.editor is None)
    assert shortcuts.keys(command("mark_unsure")) == ("U",)


def test_fixed_keys_say_that_they_are(sheet: ShortcutSheet) -> None:
    sheet.filter.setText("arrows")
    press(Qt.Key.Key_Return)
    assert "always the same" in sheet.message.text()
    assert not sheet.add.isEnabled()
    sheet.filter.setText("nothing is called so")
    assert sheet.message.text() == "No command is called that."
    press(Qt.Key.Key_Return)
    assert sheet.list.editor is None


def test_nobody_else_hears_the_keys_that_are_asked_for(sheet: ShortcutSheet) -> None:
    fired = []
    action = QAction("Planted", sheet)
    set_keys(action, ["S", "Ctrl+M", "F1", "Return"])
    action.triggered.connect(lambda: fired.append(1))
    sheet.addAction(action)
    press(Qt.Key.Key_F1)
    assert fired == [1]  # it would hear them
    sheet.list.choose("mark_unsure")
    for key, modifier in ((Qt.Key.Key_S, NO), (Qt.Key.Key_M, CONTROL), (Qt.Key.Key_F1, NO), (Qt.Key.Key_Return, NO)):
        sheet.list.ask()
        press(key, modifier)
        sheet.no.click()
    assert fired == [1]


def test_held_keys_are_taken_once(qtbot: QtBot) -> None:
    editor, taken = KeyEdit(), list[str]()
    qtbot.addWidget(editor)
    editor.pressed.connect(taken.append)
    for is_repeated in (True, False, True, True):
        key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, NO, "\r", is_repeated)
        QApplication.sendEvent(editor, key)
    assert taken == ["Return"]


def test_enter_that_asked_and_is_still_held_is_no_answer(qtbot: QtBot) -> None:
    editor, taken = KeyEdit(), list[str]()
    qtbot.addWidget(editor)
    editor.pressed.connect(taken.append)
    for kind, at in (
        (QEvent.Type.KeyRelease, 500), (QEvent.Type.KeyPress, 500), (QEvent.Type.KeyRelease, 540), (QEvent.Type.KeyPress, 540),
        (QEvent.Type.KeyRelease, 580), (QEvent.Type.KeyPress, 900),
    ):  # fmt: skip
        key = QKeyEvent(kind, Qt.Key.Key_Return, NO, "\r")
        key.setTimestamp(at)
        QApplication.sendEvent(editor, key)
    assert taken == ["Return"]


@pytest.mark.parametrize(("scan", "written"), [(10, "Shift+1"), (19, "Shift+0"), (61, "?"), (0, "?")])
def test_the_digits_are_told_from_the_signs_above_them(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, scan: int, written: str
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    editor, taken = KeyEdit(), list[str]()
    qtbot.addWidget(editor)
    editor.pressed.connect(taken.append)
    QApplication.sendEvent(editor, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Question, SHIFT, scan, 0, 0, "?"))
    assert taken == [written]
