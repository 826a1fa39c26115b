import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.pages.label.page import LabelPage
from core.errors import AvatarError, FileNotWrittenError, LabelError
from tests.app.fake_engine import FakeEngine
from tests.app.label_photos import make_photos, read_without_networks
from tests.app.pages.label.sets import answer_files, command, name, notice, offer, take, told
from tests.app.pages.label.test_page import fill, label_three, looks_at, make_set, press, settled, states


@pytest.fixture(autouse=True)
def _without_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    read_without_networks(monkeypatch)


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, tmp_path: Path, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> LabelPage:
    """The page of a window with a set of five photos, three of them labelled."""
    page = make_set(qtbot, window, tmp_path / "Faces.avatarset", monkeypatch)
    make_photos(tmp_path / "photos", engine, ["a", "b", "c", "d", "e"])
    fill(qtbot, page, tmp_path / "photos")
    label_three(qtbot, window, page)
    press(qtbot, window, Qt.Key.Key_Escape)
    return page


def open_photo(qtbot: QtBot, page: LabelPage, name: str) -> None:
    page.window().activateWindow()  # without a window manager nobody gives the window its focus back
    qtbot.waitUntil(page.window().isActiveWindow)
    page.work.show(next(entry.item.id for entry in page.work.set.entries if entry.item.name == name))
    looks_at(qtbot, page, name)


def freeze(qtbot: QtBot, window: MainWindow, page: LabelPage) -> str:
    command(window, "lock_set")
    take(qtbot, told(qtbot, page, "Freeze Faces?"), "Freeze")
    dialog = told(qtbot, page, "Frozen")
    digest = dialog.list.toPlainText()
    dialog.reject()
    assert len(digest) == 64
    qtbot.waitUntil(page.overview.frozen.isVisible)
    return digest


def test_a_frozen_set_says_so_and_leads_to_its_next_version(
    qtbot: QtBot, window: MainWindow, page: LabelPage, tmp_path: Path
) -> None:
    digest = freeze(qtbot, window, page)
    assert "Version 1 is frozen" in page.overview.frozen.text.text()
    assert not page.overview.add_button.isVisible()
    page.overview.frozen.copy_button.click()
    assert QGuiApplication.clipboard().text() == digest
    command(window, "verify_set")
    notice(qtbot, page, "what was frozen")

    open_photo(qtbot, page, "d.png")
    page.photos.view.panel.go_to("glasses")
    press(qtbot, window, Qt.Key.Key_5)
    notice(qtbot, page, "Faces, version 1, is frozen")
    qtbot.waitUntil(lambda: states(page)[3] == "todo")  # what was shown at once was not taken
    offer(qtbot, page, "Make version 2…")
    take(qtbot, told(qtbot, page, "Go on with version 2?"), "Make version 2")
    notice(qtbot, page, "This is version 2 now.")
    assert (tmp_path / "Faces.v1.avatarset").exists()
    qtbot.waitUntil(lambda: not page.overview.frozen.isVisibleTo(page.overview))
    open_photo(qtbot, page, "d.png")
    press(qtbot, window, Qt.Key.Key_5)
    settled(qtbot, page)
    assert states(page)[3] == "draft"


def test_changing_ones_mind_changes_nothing(
    qtbot: QtBot, window: MainWindow, page: LabelPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(tmp_path.rglob("*.avatarset"))
    answer_files(monkeypatch, getOpenFileName=None, getSaveFileName=None, getExistingDirectory=None)
    page.overview.grid.choose(page.work.set.entries[0].item.id)
    for one in ("merge_set", "import_labels", "export_labels", "pack_set", "unpack_set", "open_set", "lock_set", "forget_photos"):
        command(window, one)
        assert not page.work.set.is_working
    for title in ("Freeze Faces?", "Forget this photo?"):
        take(qtbot, told(qtbot, page, title), "Cancel")
    command(window, "verify_set")
    notice(qtbot, page, "is not frozen")
    assert sorted(tmp_path.rglob("*.avatarset")) == before
    assert states(page) == ["done", "unsure", "done", "todo", "todo"]


def test_labels_go_out_as_a_table_and_come_back_with_every_problem_by_its_line(
    qtbot: QtBot, window: MainWindow, page: LabelPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_files(monkeypatch, getSaveFileName=tmp_path / "labels", getOpenFileName=tmp_path / "labels.csv")
    command(window, "export_labels")
    notice(qtbot, page, "3 labels written")
    rows = list(csv.reader((tmp_path / "labels.csv").read_text("utf-8-sig").splitlines()))
    column = {title: place for place, title in enumerate(rows[0])}
    names = [row[column["name"]] for row in rows]
    rows[names.index("c.png")][column["value"]] = "9000"
    for row in rows[1:]:
        row[column["designer"]] = "Bo"
        if row[column["name"]] == "b.png":
            row[column["photo"]] = "0" * 64
    with (tmp_path / "labels.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)

    command(window, "import_labels")
    dialog = told(qtbot, page, "Imported labels.csv")
    assert dialog.text.text() == "1 label added, 0 there already. 2 lines could not be taken."
    lines = dialog.list.toPlainText().splitlines()
    assert [line.partition(":")[0] for line in lines] == [f"Line {names.index(one) + 1}" for one in ("b.png", "c.png")]
    assert page.work.set.designers == ["Ada", "Bo"]
    assert states(page) == ["done", "unsure", "done", "todo", "todo"]


def test_a_set_is_packed_unpacked_and_merged_back_and_conflicts_are_told(
    qtbot: QtBot, window: MainWindow, page: LabelPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "photos" / "e.png").unlink()
    answer_files(
        monkeypatch,
        getSaveFileName=tmp_path / "sent",
        getOpenFileName=tmp_path / "sent.zip",
        getExistingDirectory=tmp_path,
    )
    command(window, "pack_set")
    dialog = told(qtbot, page, "Packed sent.zip")
    assert dialog.text.text().startswith("Packed with 4 photos. 1 could not be read")
    assert dialog.list.toPlainText().startswith("e.png: ")
    dialog.reject()

    with qtbot.waitSignal(page.work.set.opened):
        command(window, "unpack_set")
    assert page.work.set.location == str(tmp_path / "sent" / "sent.avatarset")
    assert states(page) == ["done", "unsure", "done", "todo", "todo"]
    open_photo(qtbot, page, "a.png")
    page.photos.view.panel.go_to("glasses")
    press(qtbot, window, Qt.Key.Key_7)
    settled(qtbot, page)

    with qtbot.waitSignal(page.work.set.opened):
        page.files.open(str(tmp_path / "Faces.avatarset"))
    answer_files(monkeypatch, getOpenFileName=tmp_path / "sent" / "sent.avatarset")
    command(window, "merge_set")
    dialog = told(qtbot, page, "Merged sent")
    assert dialog.text.text().startswith("0 photos and 0 labels added, 2 there already. 1 label of the same designer differ")
    assert dialog.list.toPlainText().startswith("a.png, Ada: ")
    assert "glasses" in dialog.list.toPlainText()


def test_a_person_is_forgotten_with_every_photo_of_theirs(
    qtbot: QtBot, window: MainWindow, page: LabelPage, tmp_path: Path
) -> None:
    entries = page.work.set.entries
    grid = page.overview.grid
    grid.choose(entries[0].item.id)
    press(qtbot, window, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert grid.chosen == [entries[0].item.id, entries[1].item.id]
    command(window, "name_subject")
    name(qtbot, page, "Zoe")
    qtbot.waitUntil(lambda: [entry.item.subject for entry in page.work.set.entries[:3]] == ["Zoe", "Zoe", None])

    grid.choose(entries[1].item.id)
    command(window, "forget_photos")
    dialog = told(qtbot, page, "Forget Zoe?")
    assert dialog.list.toPlainText().splitlines() == ["a.png", "b.png"]
    take(qtbot, dialog, "Forget Zoe")
    dialog = told(qtbot, page, "Forgotten")
    assert dialog.text.text().startswith("2 photos and 2 labels are gone")
    assert str(tmp_path / "photos" / "a.png") in dialog.list.toPlainText()
    assert [entry.item.name for entry in page.work.set.entries] == ["c.png", "d.png", "e.png"]
    assert b"Zoe" not in (tmp_path / "Faces.avatarset").read_bytes()
    page.undo_label()
    qtbot.waitUntil(lambda: page.is_labelling)  # only what is left can be taken back
    assert page.work.paper is not None
    assert page.work.paper.item.name == "c.png"


def test_the_photo_that_is_looked_at_is_the_one_that_is_forgotten(qtbot: QtBot, window: MainWindow, page: LabelPage) -> None:
    page.overview.grid.choose(page.work.set.entries[0].item.id)
    open_photo(qtbot, page, "a.png")
    page.next_photo()
    looks_at(qtbot, page, "b.png")
    command(window, "forget_photos")
    take(qtbot, told(qtbot, page, "Forget this photo?"), "Forget this photo")
    told(qtbot, page, "Forgotten")
    assert [entry.item.name for entry in page.work.set.entries] == ["a.png", "c.png", "d.png", "e.png"]


def test_a_set_that_is_moved_while_it_is_open_loses_nothing_that_was_saved(
    qtbot: QtBot, window: MainWindow, page: LabelPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "Faces.avatarset"
    open_photo(qtbot, page, "d.png")
    for ending in ("", "-wal", "-shm"):
        if Path(f"{path}{ending}").exists():
            Path(f"{path}{ending}").rename(tmp_path / f"moved.avatarset{ending}")
    page.photos.view.panel.go_to("glasses")
    press(qtbot, window, Qt.Key.Key_5)
    notice(qtbot, page, "was moved or replaced while it was open")
    offer(qtbot, page, "Open again")
    notice(qtbot, page, "There is no evaluation set")
    answer_files(monkeypatch, getOpenFileName=tmp_path / "moved.avatarset")
    with qtbot.waitSignal(page.work.set.opened):
        offer(qtbot, page, "Open another…")
    assert states(page) == ["done", "unsure", "done", "todo", "todo"]


def test_one_long_thing_at_a_time_and_it_can_be_stopped(
    qtbot: QtBot, window: MainWindow, page: LabelPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from threading import Event

    from app.state.whole_set import WholeSet

    goes_on = Event()

    def pack(_whole: WholeSet, _path: Path, reporter: object) -> None:
        reporter.progress(2, 5)  # type: ignore[attr-defined]
        while not reporter.should_stop():  # type: ignore[attr-defined]
            goes_on.set()

    monkeypatch.setattr(WholeSet, "pack", pack)
    answer_files(monkeypatch, getSaveFileName=tmp_path / "sent.zip")
    command(window, "pack_set")
    qtbot.waitUntil(lambda: page.overview.about.text() == "Packing  ·  3 of 5")
    assert goes_on.wait(5)
    for one in ("lock_set", "merge_set", "open_server", "change_designer", "forget_photos"):
        command(window, one)
        notice(qtbot, page, "One thing at a time")
    open_photo(qtbot, page, "d.png")  # the labelling goes on
    press(qtbot, window, Qt.Key.Key_Escape)
    qtbot.mouseClick(page.overview.stop_button, Qt.MouseButton.LeftButton)
    notice(qtbot, page, "Stopped. Nothing was written.")
    qtbot.waitUntil(lambda: page.overview.about.text().startswith("3 of 5 labelled"))
    assert page.overview.stop_button.isHidden()


def test_commands_ask_for_a_set_where_none_is_open(qtbot: QtBot, window: MainWindow) -> None:
    from tests.app.pages.label.test_page import go_to_page

    page = go_to_page(qtbot, window)
    for one in ("lock_set", "new_version", "verify_set", "merge_set", "import_labels", "export_labels", "pack_set",
                "name_subject", "forget_photos", "change_designer", "label_again"):  # fmt: skip
        page.notice.hide()
        command(window, one)
        assert page.notice.text == "Open a set first."


@pytest.mark.parametrize(
    ("error", "offered"),
    [
        (FileNotWrittenError("Faces: the disk is full; nothing was changed. Make room, and do it again."), None),
        (LabelError("postgresql://ada@server/faces does not answer. Nothing was changed."), "Open again"),
    ],
)
def test_an_edit_that_the_store_refuses_is_told_and_shown_as_not_made(
    qtbot: QtBot,
    window: MainWindow,
    page: LabelPage,
    monkeypatch: pytest.MonkeyPatch,
    error: AvatarError,
    offered: str | None,
) -> None:
    from app.state.label_desk import Desk

    open_photo(qtbot, page, "d.png")
    page.photos.view.panel.go_to("glasses")
    with monkeypatch.context() as patched:

        def refuse(*_: object) -> None:
            raise error

        patched.setattr(Desk, "act", refuse)
        press(qtbot, window, Qt.Key.Key_5)
        notice(qtbot, page, str(error))
        qtbot.waitUntil(lambda: states(page)[3] == "todo")
        qtbot.waitUntil(lambda: page.work.paper is not None and page.work.paper.vector["glasses"] == "none")
    if offered is not None:
        with qtbot.waitSignal(page.work.set.opened):
            offer(qtbot, page, offered)
        open_photo(qtbot, page, "d.png")
        page.photos.view.panel.go_to("glasses")
    press(qtbot, window, Qt.Key.Key_5)
    settled(qtbot, page)
    assert states(page) == ["done", "unsure", "done", "draft", "todo"]


def test_ctrl_and_shift_choose_photos_without_opening_them(qtbot: QtBot, page: LabelPage) -> None:
    grid = page.overview.grid
    ids = [entry.item.id for entry in page.work.set.entries]

    def click(row: int, modifier: Qt.KeyboardModifier) -> None:
        place = grid.visualRect(grid.photos.index(row)).center()
        qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, modifier, place)

    grid.choose(ids[0])
    click(2, Qt.KeyboardModifier.ShiftModifier)
    assert grid.chosen == ids[:3]
    click(1, Qt.KeyboardModifier.ControlModifier)
    assert grid.chosen == [ids[0], ids[2]]
    assert page.overview.isVisible()
    click(1, Qt.KeyboardModifier.NoModifier)
    looks_at(qtbot, page, "b.png")


def test_one_goes_on_with_the_photo_that_one_stopped_at(qtbot: QtBot, page: LabelPage) -> None:
    qtbot.mouseClick(page.overview.resume_button, Qt.MouseButton.LeftButton)
    looks_at(qtbot, page, "d.png")  # it was seen, and nothing was done yet
