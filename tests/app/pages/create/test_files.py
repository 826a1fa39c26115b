"""Files that others have open or changed, folders that cannot be written, and what a crash left."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QFileDialog
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.pages.create.page import CreatePage
from app.state.avatar_document import EditedAvatar
from app.widgets import file_dialogs
from app.widgets.history import HistoryPopup
from app.widgets.recovery_dialog import RecoveryDialog, _Picture
from app.widgets.text_dialog import TextDialog
from core.avatar.document import AvatarDocument, read_document, write_document
from tests.app.fake_engine import fake_schema

LEFT = Qt.MouseButton.LeftButton

HOLD = """
import sys
from pathlib import Path
from app.state.claims import FileClaims
claims = FileClaims()
assert claims.take(Path(sys.argv[1])) is None
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def page(window: MainWindow) -> CreatePage:
    return window.page


@pytest.fixture
def avatar_file(tmp_path: Path) -> Path:
    """A saved avatar."""
    avatar = EditedAvatar(fake_schema())
    avatar.edit({"head_width": 0.9})
    path = tmp_path / "Ada.avatar.json"
    write_document(avatar.document(), path)
    return path


@pytest.fixture
def answer_file(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path | None], None]:
    def answer(path: Path | None) -> None:
        for name in ("getOpenFileName", "getSaveFileName"):
            monkeypatch.setattr(QFileDialog, name, lambda *_: (str(path or ""), ""))

    answer(None)
    return answer


def open_file(qtbot: QtBot, page: CreatePage, path: Path) -> None:
    page.files.open_path(path)
    qtbot.waitUntil(lambda: page.avatar.path == path)


def question(qtbot: QtBot, page: CreatePage, title: str) -> TextDialog:
    def asked() -> list[TextDialog]:
        return [one for one in page.findChildren(TextDialog) if one.isVisible() and title in one.windowTitle()]

    qtbot.waitUntil(lambda: bool(asked()))
    return asked()[-1]


def click(qtbot: QtBot, parent: QAbstractButton | TextDialog | RecoveryDialog | CreatePage, name: str) -> None:
    qtbot.mouseClick(next(one for one in parent.findChildren(QAbstractButton) if one.accessibleName() == name), LEFT)


# Two windows.


def test_second_window_opens_a_copy(
    qtbot: QtBot, open_window: Callable[[], MainWindow], avatar_file: Path, answer_file: Callable[[Path | None], None]
) -> None:
    first, second = open_window().page, open_window().page
    open_file(qtbot, first, avatar_file)
    second.files.open_path(avatar_file)
    asked = question(qtbot, second, "“Ada” is open in another window")
    assert "open there since" in asked.text.text()
    click(qtbot, asked, "Open a copy")
    qtbot.waitUntil(lambda: second.files.title == "Ada, a copy")
    assert second.avatar.path is None
    assert second.avatar.vector["head_width"] == pytest.approx(0.9)

    second.avatar.edit({"head_width": 0.1})
    answer_file(avatar_file)
    second.files.save()
    click(qtbot, question(qtbot, second, "is open in another window"), "Cancel")
    assert read_document(avatar_file).values["head_width"] == pytest.approx(0.9)
    first.files.new()
    second.files.save()  # nobody holds it now, and the file dialog asked
    qtbot.waitUntil(lambda: second.avatar.path == avatar_file)
    assert read_document(avatar_file).values["head_width"] == pytest.approx(0.1)


def test_file_is_let_go_when_its_window_closes(qtbot: QtBot, open_window: Callable[[], MainWindow], avatar_file: Path) -> None:
    first, second = open_window(), open_window()
    open_file(qtbot, first.page, avatar_file)
    first.close()
    open_file(qtbot, second.page, avatar_file)


def test_another_process_holds_its_file(qtbot: QtBot, page: CreatePage, avatar_file: Path) -> None:
    session = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(avatar_file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert session.stdout is not None
    assert session.stdout.readline() == "held\n"
    page.files.open_path(avatar_file)
    click(qtbot, question(qtbot, page, "is open in another window"), "Cancel")
    assert page.avatar.path is None
    session.kill()
    session.communicate()

    open_file(qtbot, page, avatar_file)


def test_damaged_file_is_not_held(qtbot: QtBot, open_window: Callable[[], MainWindow], avatar_file: Path) -> None:
    good = avatar_file.read_text()
    avatar_file.write_text("{")
    first, second = open_window().page, open_window().page
    first.files.open_path(avatar_file)
    qtbot.waitUntil(first.notice.isVisible)
    avatar_file.write_text(good)

    open_file(qtbot, second, avatar_file)


# Changed by another program.


@pytest.fixture
def changed(qtbot: QtBot, page: CreatePage, avatar_file: Path) -> Iterator[CreatePage]:
    """A page whose file was changed by another program, and which is asked to save."""
    open_file(qtbot, page, avatar_file)
    page.avatar.edit({"head_width": 0.1})
    data = json.loads(avatar_file.read_text())
    data["values"]["head_width"] = 0.3
    avatar_file.write_text(json.dumps(data))
    page.files.save()
    yield page
    page.avatar.start_anew()


def test_other_changes_are_not_written_over_unasked(qtbot: QtBot, changed: CreatePage, avatar_file: Path) -> None:
    click(qtbot, question(qtbot, changed, "was changed by another program"), "Cancel")

    assert read_document(avatar_file).values["head_width"] == pytest.approx(0.3)
    assert changed.avatar.is_dirty


def test_other_changes_can_be_written_over(qtbot: QtBot, changed: CreatePage, avatar_file: Path) -> None:
    click(qtbot, question(qtbot, changed, "was changed by another program"), "Write over it")
    qtbot.waitUntil(lambda: not changed.avatar.is_dirty)

    assert read_document(avatar_file).values["head_width"] == pytest.approx(0.1)


def test_other_changes_can_be_opened(qtbot: QtBot, changed: CreatePage, avatar_file: Path) -> None:
    click(qtbot, question(qtbot, changed, "was changed by another program"), "Open theirs")
    qtbot.waitUntil(lambda: changed.avatar.vector["head_width"] == pytest.approx(0.3))

    assert changed.avatar.path == avatar_file


def test_both_can_be_kept(
    qtbot: QtBot, changed: CreatePage, avatar_file: Path, tmp_path: Path, answer_file: Callable[[Path | None], None]
) -> None:
    answer_file(tmp_path / "mine")
    click(qtbot, question(qtbot, changed, "was changed by another program"), "Save as")
    qtbot.waitUntil(lambda: changed.avatar.path == tmp_path / "mine.avatar.json")

    assert read_document(avatar_file).values["head_width"] == pytest.approx(0.3)


def test_completed_name_is_asked_about_again(
    page: CreatePage, avatar_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts: list[str] = []

    def choose(*words: object) -> tuple[str, str]:
        starts.append(str(words[2]))
        return (str(tmp_path / "Ada"), "") if len(starts) == 1 else (starts[-1], "")

    monkeypatch.setattr(QFileDialog, "getSaveFileName", choose)

    assert file_dialogs.ask_where_to_save(page, tmp_path / "x") == avatar_file
    assert starts == [str(tmp_path / "x"), str(avatar_file)]


@pytest.mark.parametrize("ending", [".png", ".webp", ".gif"])
def test_completed_name_of_a_picture_is_never_written_over_unasked(
    page: CreatePage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    (tmp_path / f"a{ending}").write_bytes(b"theirs")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "a"), ""))

    assert file_dialogs.ask_where_to_export(page, tmp_path / f"x{ending}") is None


def test_folder_that_is_gone_is_said_in_plain_words(
    qtbot: QtBot, page: CreatePage, tmp_path: Path, answer_file: Callable[[Path | None], None]
) -> None:
    page.avatar.edit({"head_width": 0.9})
    answer_file(tmp_path / "gone" / "a")
    page.files.save()
    qtbot.waitUntil(page.notice.isVisible)

    assert page.notice.text.endswith("a.avatar.json was not written: its folder is not there any more.")


# What a crash left.


def leave(home: Path, name: str, title: str, saved_at: str, document: AvatarDocument, path: Path | None = None) -> Path:
    folder = home / "state" / "recovery"
    folder.mkdir(parents=True, exist_ok=True)
    data = {"path": str(path) if path else None, "title": title, "saved_at": saved_at, "document": document.to_json()}
    (folder / f"{name}.json").write_text(json.dumps(data))
    return folder / f"{name}.json"


@pytest.fixture
def left(home: Path, tmp_path: Path) -> list[Path]:
    """Three avatars and one damaged file."""
    avatar = EditedAvatar(fake_schema())
    files = []
    for number, title in enumerate(("Ada", "Grace", "Eileen"), 1):
        avatar.edit({"head_width": number / 10})
        path = tmp_path / "Ada.avatar.json" if title == "Ada" else None
        files.append(leave(home, title, title, f"2026-01-0{number}T10:00:00+00:00", avatar.document(), path))
    (files[0].parent / "bad.json").write_text("{}")
    return files


def listed(page: CreatePage) -> RecoveryDialog:
    page.recovering.recovered_work()
    return page.findChildren(RecoveryDialog)[-1]


def test_everything_that_was_kept_is_listed_and_restored(qtbot: QtBot, left: list[Path], page: CreatePage) -> None:
    qtbot.waitUntil(page.notice.isVisible)
    assert "3 avatars were kept" in page.notice.text
    click(qtbot, page, "Show")
    dialog = page.findChildren(RecoveryDialog)[-1]
    assert [row.work.title for row in dialog.rows] == ["Eileen", "Grace", "Ada"]
    pictures = dialog.findChildren(_Picture)
    qtbot.waitUntil(lambda: [one._image is not None for one in pictures] == [True] * 3)
    assert "bad.damaged" in " ".join(label.text() for label in dialog.findChildren(type(dialog._text)))
    page.avatar.edit({"hair_type": "bald"})
    qtbot.mouseClick(dialog.rows[2].restore, LEFT)
    click(qtbot, question(qtbot, page, "Save the changes"), "Discard")

    assert page.avatar.vector["head_width"] == pytest.approx(0.1)
    assert page.files.title == "Ada"
    assert page.avatar.is_dirty
    qtbot.waitUntil(lambda: not left[0].exists())
    assert left[1].exists()


@pytest.mark.usefixtures("left")
def test_damaged_settings_and_what_a_crash_left_are_both_said(
    qtbot: QtBot, home: Path, open_window: Callable[[], MainWindow]
) -> None:
    (home / "state" / "window.ini").write_bytes(bytes(3))
    notice = open_window().page.notice
    qtbot.waitUntil(notice.isVisible)

    assert "window.ini.bad" in notice.text
    assert "3 avatars were kept" in notice.text


def test_deciding_later_keeps_all(qtbot: QtBot, left: list[Path], page: CreatePage) -> None:
    dialog = listed(page)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)

    assert all(file.exists() for file in left)
    assert len(listed(page).rows) == 3


def test_one_is_discarded_at_once_and_all_after_a_question(qtbot: QtBot, left: list[Path], page: CreatePage) -> None:
    dialog = listed(page)
    qtbot.mouseClick(dialog.rows[0].discard, LEFT)
    assert [file.exists() for file in left] == [True, True, False]
    assert dialog.isVisible()
    qtbot.mouseClick(dialog.discard_all, LEFT)
    (asked,) = dialog.findChildren(TextDialog)
    click(qtbot, asked, "Keep them")
    assert left[0].exists()
    qtbot.mouseClick(dialog.discard_all, LEFT)
    click(qtbot, dialog.findChildren(TextDialog)[-1], "Discard all")

    assert [file.exists() for file in left] == [False, False, False]
    assert dialog.rows == []
    assert (left[0].parent / "bad.damaged").exists()


def test_nothing_to_recover_is_said(page: CreatePage) -> None:
    dialog = listed(page)

    assert "no unsaved work" in dialog._text.text()
    dialog.reject()


def test_work_for_another_engine_is_shown_and_cannot_be_restored(home: Path, open_window: Callable[[], MainWindow]) -> None:
    document = EditedAvatar(fake_schema()).document()
    other = document.model_copy(update={"engine": document.engine.model_copy(update={"id": "other"})})
    leave(home, "a", "A", "2026-01-01T10:00:00+00:00", other)
    (row,) = listed(open_window().page).rows

    assert not row.restore.isEnabled()
    assert "engine other" in row.accessibleDescription()


def test_work_of_a_file_that_is_open_elsewhere_comes_as_a_copy(
    qtbot: QtBot, open_window: Callable[[], MainWindow], left: list[Path], avatar_file: Path
) -> None:
    first, second = open_window().page, open_window().page
    open_file(qtbot, first, avatar_file)
    qtbot.mouseClick(listed(second).rows[2].restore, LEFT)

    assert second.avatar.path is None
    assert second.files.title == "Ada"
    assert "open in another window" in second.notice.text
    assert left[0].parent.is_dir()


# The title.


def test_title_says_where_and_when_it_was_saved(qtbot: QtBot, window: MainWindow, avatar_file: Path) -> None:
    assert window.title_label.toolTip() == "Not saved to a file yet"
    open_file(qtbot, window.page, avatar_file)
    assert window.title_label.text() == "Ada"
    assert window.title_label.toolTip() == str(avatar_file)
    assert window.state_label.text().startswith("Saved ")
    window.page.avatar.edit({"head_width": 0.1})
    assert window.state_label.text() == "•  Edited"
    window.page.files.save()
    qtbot.waitUntil(lambda: window.state_label.text().startswith("Saved "))


# The history.


def test_history_goes_to_any_step(qtbot: QtBot, window: MainWindow, page: CreatePage) -> None:
    for number in range(1, 4):
        page.avatar.edit({"head_width": number / 10})
    page.avatar.edit({"hair_type": "bald"})
    page.editing.undo()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    (popup,) = window.findChildren(HistoryPopup)
    said = [popup.list.item(row).text() for row in range(popup.list.count())]
    assert said == ["Hair style", "Head width", "Head width", "Head width", "The beginning"]
    assert popup.list.currentRow() == 1
    qtbot.keyClick(popup.list, Qt.Key.Key_Down)
    assert page.avatar.vector["head_width"] == pytest.approx(0.2)
    qtbot.keyClick(popup.list, Qt.Key.Key_End)
    assert page.avatar.vector["head_width"] == pytest.approx(0.5)
    qtbot.keyClick(popup.list, Qt.Key.Key_Home)
    assert page.avatar.vector["hair_type"] == "bald"
    qtbot.mouseClick(popup.list.viewport(), LEFT, pos=popup.list.visualItemRect(popup.list.item(4)).center())

    assert page.avatar.vector["hair_type"] == "style_3"
    assert not popup.isVisible()


def test_history_marks_the_saved_step(qtbot: QtBot, window: MainWindow, page: CreatePage, avatar_file: Path) -> None:
    open_file(qtbot, page, avatar_file)
    page.avatar.edit({"head_width": 0.1})
    page.history.show_history()
    popup = window.findChildren(HistoryPopup)[-1]

    assert [popup.list.item(row).text() for row in range(2)] == ["Head width", "As it was opened  (saved)"]
    popup.close()
