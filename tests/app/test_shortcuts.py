from collections.abc import Mapping
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication

from app.actions import COMMANDS, FIXED_KEYS, PAGES, Command, in_words, keys_in_words
from app.settings import Settings
from app.shortcuts import Shortcuts, as_written, parse, place_of, refusal

NO, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier,
)  # fmt: skip


def command(name: str) -> Command:
    return next(one for one in COMMANDS if one.id == name)


@pytest.fixture
def actions(qapp: QApplication) -> Mapping[str, QAction]:
    return {one.id: QAction(one.text, qapp) for one in COMMANDS}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "window.ini"


@pytest.fixture
def shortcuts(actions: Mapping[str, QAction], file: Path) -> Shortcuts:
    return Shortcuts(actions, Settings(file))


def opened(actions: Mapping[str, QAction], file: Path, *lines: str) -> Shortcuts:
    """What becomes of a file that somebody wrote."""
    file.write_text("\n".join(["[shortcuts]", *lines, ""]), encoding="utf-8")
    return Shortcuts(actions, Settings(file))


def all_keys(actions: Mapping[str, QAction], name: str) -> list[str]:
    return [one.toString() for one in actions[name].shortcuts()]


def test_the_table_writes_keys_as_they_are_compared_and_gives_none_twice(shortcuts: Shortcuts) -> None:
    for one in COMMANDS:
        assert [parse(keys) for keys in one.keys] == list(one.keys), one.id
        assert shortcuts.holders(one, one.keys) == [], one.id
        assert [refusal(one, keys) for keys in one.keys] == [""] * len(one.keys)
    assert [keys for fixed in FIXED_KEYS for keys in fixed.keys if parse(keys) != keys] == []


def test_without_changes_the_keys_are_those_of_the_table(shortcuts: Shortcuts, actions: Mapping[str, QAction]) -> None:
    assert shortcuts.problems == ()
    assert all_keys(actions, "redo") == ["Ctrl+Shift+Z", "Ctrl+Y"]
    assert all_keys(actions, "accept") == ["Enter", "Return"]  # the keypad's too
    assert keys_in_words(actions["accept"]) == "Enter"
    assert keys_in_words(actions["remove_job"]) == ""


@pytest.mark.parametrize(
    ("key", "modifiers", "written"),
    [
        (Qt.Key.Key_S, NO, "S"),
        (Qt.Key.Key_Z, CONTROL | SHIFT, "Ctrl+Shift+Z"),
        (Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier, "Return"),
        (Qt.Key.Key_5, Qt.KeyboardModifier.KeypadModifier, "5"),
        (Qt.Key.Key_Question, SHIFT, "?"),
        (Qt.Key.Key_Question, SHIFT | CONTROL, "Ctrl+?"),
        (Qt.Key.Key_1, SHIFT, "Shift+1"),
        (Qt.Key.Key_Backtab, SHIFT, "Shift+Tab"),
        (Qt.Key.Key_F5, SHIFT, "Shift+F5"),
        (Qt.Key.Key_Space, SHIFT, "Shift+Space"),
        (0x0424, NO, "Ф"),
        (Qt.Key.Key_Shift, SHIFT, ""),
        (Qt.Key.Key_AltGr, NO, ""),
        (Qt.Key.Key_unknown, NO, ""),
        (0, NO, ""),
    ],
)
def test_a_key_press_is_written_one_way(key: int, modifiers: Qt.KeyboardModifier, written: str) -> None:
    assert as_written(int(key), modifiers) == written


@pytest.mark.parametrize("text", ["", "garbage", "Ctrl+Foo", "Ctrl", "Shift", "Ctrl+K, Ctrl+S"])
def test_what_is_no_single_key_press_is_none(text: str) -> None:
    assert parse(text) == ""


def test_new_keys_are_there_at_once_and_after_a_restart(shortcuts: Shortcuts, actions: Mapping[str, QAction], file: Path) -> None:
    shortcuts.assign(command("mark_unsure"), ["M", "Ctrl+,", "Ctrl+;", ";"])
    shortcuts.assign(command("flag_photo"), [])
    assert all_keys(actions, "mark_unsure") == ["M", "Ctrl+,", "Ctrl+;", ";"]

    again = Shortcuts({one.id: QAction(one.text, shortcuts) for one in COMMANDS}, Settings(file))
    assert again.problems == ()
    assert again.keys(command("mark_unsure")) == ("M", "Ctrl+,", "Ctrl+;", ";")
    assert again.keys(command("flag_photo")) == ()
    assert again.keys(command("accept")) == ("Return",)


def test_only_differences_are_kept(shortcuts: Shortcuts, file: Path) -> None:
    shortcuts.assign(command("mark_unsure"), ["M"])
    assert Settings(file).now.shortcuts == {"mark_unsure": "M"}
    shortcuts.assign(command("mark_unsure"), ["U"])
    assert Settings(file).now.shortcuts == {}
    assert not shortcuts.is_changed(command("mark_unsure"))


def test_taken_keys_are_lost_by_who_had_them(shortcuts: Shortcuts, actions: Mapping[str, QAction]) -> None:
    assert shortcuts.holders(command("mark_unsure"), ["S"]) == [(command("skip_photo"), "S")]
    shortcuts.assign(command("mark_unsure"), ["S"])
    assert all_keys(actions, "skip_photo") == []
    assert all_keys(actions, "mark_unsure") == ["S"]
    assert shortcuts.holders(command("skip_photo"), ["S"]) == [(command("mark_unsure"), "S")]
    shortcuts.reset_all()
    assert all_keys(actions, "skip_photo") == ["S"]
    assert all_keys(actions, "mark_unsure") == ["U"]


def test_two_pages_may_use_the_same_keys_and_the_window_is_on_all_of_them(shortcuts: Shortcuts) -> None:
    assert shortcuts.holders(command("lock_field"), ["U", "Ctrl+O"]) == [(command("open"), "Ctrl+O")]
    assert {one.id for one, _ in shortcuts.holders(command("full_screen"), ["R"])} == {"reset_field", "reset_value"}
    assert [one.id for one, _ in shortcuts.holders(command("new_job"), ["F11"])] == ["full_screen"]
    assert [one.id for one, _ in shortcuts.holders(command("undo_label"), ["Ctrl+O"])] == ["open_set"]


@pytest.mark.parametrize(
    ("name", "keys", "why"),
    [
        ("mark_unsure", "5", "5 always means “Choose an option"),
        ("new_set", "0", "on Label"),
        ("full_screen", "1", "on Create"),
        ("lock_field", "Tab", "Tab always means “Go to the next control”. Press other keys."),
        ("lock_field", "Shift+Tab", "Go to the next control"),
        ("lock_field", "Return", "Enter always means “Press what has the focus”."),
        ("lock_field", "Space", "Press what has the focus"),
        ("lock_field", "Shift+Left", "move the slider"),
        ("next_photo", "Esc", "Leave what is open"),
        ("lock_field", "Alt+F4", "Alt+F4 belongs to the system"),
        ("lock_field", "Meta+L", "belongs to the system"),
        ("new_job", "5", ""),
        ("accept", "Return", ""),
        ("show_photos", "Esc", ""),
        ("take_first", "Shift+1", ""),
        ("move_up", "Alt+Left", ""),
        ("lock_field", "Shift+5", ""),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(name: str, keys: str, why: str) -> None:
    said = refusal(command(name), keys)
    assert why in said
    assert bool(said) is bool(why)


def test_a_file_written_by_hand_is_taken_as_far_as_it_makes_sense(actions: Mapping[str, QAction], file: Path) -> None:
    choosing = next(fixed.text for fixed in FIXED_KEYS if "0" in fixed.keys)
    lines = ("mark_unsure=M, Ctrl+G", "dance=X", "skip_photo=Ctrl+Foo", "flag_photo=A", "write_note=5", "next_photo=")
    shortcuts = opened(actions, file, *lines)
    assert set(shortcuts.problems) == {
        "There is no command “dance”.",
        "“Skip this photo”: “Ctrl+Foo” is no key.",
        "“Flag to look again”: A is there for “Photo before” already.",
        f"“Write a note”: 5 always means “{choosing}” on Label. Press other keys.",
    }
    found = {
        name: shortcuts.keys(command(name)) for name in ("mark_unsure", "skip_photo", "flag_photo", "write_note", "next_photo")
    }
    assert found == {
        "mark_unsure": ("M", "Ctrl+G"), "skip_photo": ("S",), "flag_photo": ("F",), "write_note": ("T",), "next_photo": (),
    }  # fmt: skip
    assert "dance" in file.read_text(encoding="utf-8")  # nobody's file is changed by looking at it


def test_exchanged_keys_are_no_conflict(actions: Mapping[str, QAction], file: Path) -> None:
    shortcuts = opened(actions, file, "mark_unsure=S", "skip_photo=U")
    assert shortcuts.problems == ()
    assert (shortcuts.keys(command("mark_unsure")), shortcuts.keys(command("skip_photo"))) == (("S",), ("U",))


def test_of_two_that_want_the_same_the_first_has_it(actions: Mapping[str, QAction], file: Path) -> None:
    shortcuts = opened(actions, file, "mark_unsure=M", "skip_photo=M")
    assert shortcuts.problems == ("“Skip this photo”: M is there for “Unsure” already.",)
    assert shortcuts.keys(command("skip_photo")) == ("S",)


@pytest.mark.parametrize(
    "text", ["[shortcuts]\n=X\n", "[shortcuts]\na/b=X\n", "[shortcuts]\naccept=@Invalid()\n", "shortcuts=X\n", "\x00["]
)
def test_no_file_stops_the_window(actions: Mapping[str, QAction], file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    shortcuts = Shortcuts(actions, Settings(file))
    for one in COMMANDS:
        assert shortcuts.holders(one, shortcuts.keys(one)) == []


def test_every_command_has_a_place() -> None:
    assert place_of(command("add_photos")) == "Label"
    assert place_of(command("full_screen")) == "Everywhere"
    assert {place_of(one) for one in COMMANDS} == {"Everywhere", *PAGES.values()}
    assert in_words("Ctrl+Return") == "Ctrl+Enter"
