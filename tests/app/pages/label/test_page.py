from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.pages.label.page import LabelPage
from app.widgets.field_row import ChoiceRow, NumberRow
from app.widgets.label_set_dialog import LabelSetDialog
from core.labels.records import State
from tests.app.fake_engine import FakeEngine
from tests.app.label_photos import FACELESS, make_photos, read_without_networks

NO, SHIFT, CONTROL = (
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier,
)  # fmt: skip


@pytest.fixture(autouse=True)
def _without_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    read_without_networks(monkeypatch)


@pytest.fixture
def folder(tmp_path: Path, engine: FakeEngine) -> Path:
    """A folder of photos, one without a face."""
    make_photos(tmp_path / "photos", engine, ["a", "b", "c", "d", f"z {FACELESS}"])
    return tmp_path / "photos"


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = NO) -> None:
    """Press a key where the focus is, as a person does."""
    qtbot.keyClick(QApplication.focusWidget() or window, key, modifier)


def go_to_page(qtbot: QtBot, window: MainWindow) -> LabelPage:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    press(qtbot, window, Qt.Key.Key_2, CONTROL)
    assert window.label_page.isVisible()
    return window.label_page


def make_set(qtbot: QtBot, window: MainWindow, path: Path, monkeypatch: pytest.MonkeyPatch) -> LabelPage:
    """A new set, made as a person makes it."""
    page = go_to_page(qtbot, window)
    page.new_button.click()
    dialog = page.findChildren(LabelSetDialog)[-1]
    assert not dialog.ok_button.isEnabled()
    dialog.name.setText("Faces")
    dialog.designer.setText("Ada")
    dialog.blind.setCurrentIndex(0)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    with qtbot.waitSignal(page.work.set.opened):
        dialog.ok_button.click()
    window.activateWindow()  # without a window manager nobody gives the window its focus back
    qtbot.waitUntil(window.isActiveWindow)
    return page


def drop(widget: QWidget, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    QApplication.sendEvent(widget, QDragEnterEvent(QPoint(10, 10), copy, data, left, NO))
    QApplication.sendEvent(widget, QDropEvent(QPointF(10, 10), copy, data, left, NO))


def fill(qtbot: QtBot, page: LabelPage, folder: Path) -> None:
    with qtbot.waitSignal(page.work.set.added):
        drop(page, folder)
    qtbot.waitUntil(lambda: page.overview.grid.photos.rowCount() == 5)


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LabelPage:
    """The page of a window with a set of five photos."""
    page = make_set(qtbot, window, tmp_path / "Faces.avatarset", monkeypatch)
    fill(qtbot, page, folder)
    return page


def looks_at(qtbot: QtBot, page: LabelPage, name: str) -> None:
    """Wait until a photo is there, with what it begins with."""

    def is_there() -> bool:
        paper = page.work.paper
        return page.is_labelling and paper is not None and paper.item.name == name and not paper.is_waiting

    qtbot.waitUntil(is_there)
    assert page.photos.view.name.whole == name


def states(page: LabelPage) -> list[State]:
    return [entry.state for entry in page.work.set.entries]


def settled(qtbot: QtBot, page: LabelPage) -> None:
    qtbot.waitUntil(lambda: not +page.work._pending)


def label_three(qtbot: QtBot, window: MainWindow, page: LabelPage) -> None:
    """Label three photos, by keys alone."""
    press(qtbot, window, Qt.Key.Key_Return)
    looks_at(qtbot, page, "a.png")
    page.photos.view.panel.go_to("glasses")
    press(qtbot, window, Qt.Key.Key_3)
    assert page.work.paper is not None
    assert page.work.paper.vector["glasses"] == "frame_3"
    press(qtbot, window, Qt.Key.Key_0)
    assert page.work.paper.vector["glasses"] == "none"
    press(qtbot, window, Qt.Key.Key_2)
    press(qtbot, window, Qt.Key.Key_Return)
    looks_at(qtbot, page, "b.png")
    assert page.photos.view.current_ids == ("glasses",)  # the designer goes on with the same question
    press(qtbot, window, Qt.Key.Key_U)
    looks_at(qtbot, page, "c.png")
    press(qtbot, window, Qt.Key.Key_5)
    press(qtbot, window, Qt.Key.Key_Return)
    looks_at(qtbot, page, "d.png")
    settled(qtbot, page)
    assert states(page) == ["done", "unsure", "done", "todo", "todo"]


def test_the_whole_life_of_a_set_by_keys_alone(
    qtbot: QtBot, open_window: Callable[[], MainWindow], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    page = make_set(qtbot, window, tmp_path / "Faces.avatarset", monkeypatch)
    fill(qtbot, page, folder)
    assert "4 photos added, 1 has no face to label." in page.notice.text

    label_three(qtbot, window, page)
    for name in ("c.png", "c.png", "c.png", "b.png"):  # accepted, five, begun; unsure
        with qtbot.waitSignal(page.work.said):
            press(qtbot, window, Qt.Key.Key_Z, CONTROL)
        looks_at(qtbot, page, name)
    assert states(page) == ["done", "draft", "todo", "todo", "todo"]
    with qtbot.waitSignal(page.work.said):
        press(qtbot, window, Qt.Key.Key_Z, CONTROL | SHIFT)
    qtbot.waitUntil(lambda: states(page)[1] == "unsure")
    press(qtbot, window, Qt.Key.Key_D, SHIFT)
    looks_at(qtbot, page, "c.png")
    press(qtbot, window, Qt.Key.Key_4)
    window.close()

    again = open_window()
    with qtbot.waitSignal(again.label_page.work.set.opened):
        page = go_to_page(qtbot, again)
    qtbot.waitUntil(lambda: page.overview.resume_button.text() == "Go on labelling")
    press(qtbot, again, Qt.Key.Key_Return)
    looks_at(qtbot, page, "c.png")
    assert page.work.paper is not None
    assert page.work.paper.vector["glasses"] == "frame_4"
    assert states(page) == ["done", "unsure", "draft", "todo", "todo"]


def test_keys_do_nothing_while_one_writes(qtbot: QtBot, window: MainWindow, page: LabelPage) -> None:
    page.go_on()
    looks_at(qtbot, page, "a.png")
    press(qtbot, window, Qt.Key.Key_T)
    note = page.photos.view.note
    assert note.hasFocus()
    for key in (Qt.Key.Key_S, Qt.Key.Key_U, Qt.Key.Key_F, Qt.Key.Key_1):
        press(qtbot, window, key)
    assert note.text() == "suf1"
    assert states(page)[0] == "todo"
    press(qtbot, window, Qt.Key.Key_Return)  # ends the note, and accepts nothing
    assert not note.hasFocus()
    settled(qtbot, page)
    assert page.work.paper is not None
    assert (page.work.paper.item.name, page.work.paper.note, page.work.paper.state) == ("a.png", "suf1", "todo")


def test_a_note_that_is_being_written_stays_with_its_photo(qtbot: QtBot, page: LabelPage) -> None:
    page.go_on()
    looks_at(qtbot, page, "a.png")
    page.write_note()
    qtbot.keyClicks(page.photos.view.note, "glare")
    qtbot.mouseClick(page.photos.view.accept, Qt.MouseButton.LeftButton)
    looks_at(qtbot, page, "b.png")
    assert page.photos.view.note.text() == ""
    settled(qtbot, page)
    assert [entry.has_note for entry in page.work.set.entries[:2]] == [True, False]


def test_enter_presses_the_button_with_the_focus(qtbot: QtBot, window: MainWindow, page: LabelPage) -> None:
    page.go_on()
    looks_at(qtbot, page, "a.png")
    page.photos.view.skip.setFocus(Qt.FocusReason.TabFocusReason)
    press(qtbot, window, Qt.Key.Key_Return)
    looks_at(qtbot, page, "b.png")
    assert states(page)[:2] == ["skipped", "todo"]


def test_j_and_k_walk_through_all_parts(qtbot: QtBot, window: MainWindow, page: LabelPage) -> None:
    page.go_on()
    looks_at(qtbot, page, "a.png")
    seen = []
    for _ in range(40):
        seen.append(page.photos.view.current_ids)
        press(qtbot, window, Qt.Key.Key_J)
        if page.photos.view.current_ids == seen[0]:
            break
    core = {p.id for p in page.work.schema if p.group == "core"}
    assert {key for ids in seen for key in ids} == core
    press(qtbot, window, Qt.Key.Key_K)
    assert page.photos.view.current_ids == seen[-1]


def test_digits_stand_on_the_row_that_is_chosen_and_on_no_other(qtbot: QtBot, page: LabelPage) -> None:
    page.go_on()
    looks_at(qtbot, page, "a.png")
    page.photos.view.panel.go_to("glasses")
    row = page.photos.view.panel.row("glasses")
    assert isinstance(row, ChoiceRow)
    assert [tile.key for tile in row.chooser.tiles] == ["0", *"12345678"]
    page.photos.view.panel.go_to("hair_color")
    colours = page.photos.view.panel.row("hair_color")
    assert isinstance(colours, ChoiceRow)
    assert [tile.key for tile in colours.chooser.tiles] == [*"12345"]
    assert not any(tile.key for tile in row.chooser.tiles)
    page.photos.view.panel.go_to("head_width")
    assert isinstance(page.photos.view.panel.row("head_width"), NumberRow)
    assert not page.photos.view.choose_by_key("1")


def test_filters_and_what_the_overview_says(qtbot: QtBot, window: MainWindow, page: LabelPage) -> None:
    page.go_on()
    looks_at(qtbot, page, "a.png")
    page.flag_photo()
    press(qtbot, window, Qt.Key.Key_Return)
    looks_at(qtbot, page, "b.png")
    settled(qtbot, page)
    press(qtbot, window, Qt.Key.Key_Escape)
    overview = page.overview
    qtbot.waitUntil(lambda: "s a photo" in overview.about.text())
    assert overview.about.text().startswith("1 of 4 labelled")
    overview.states.chosen.emit("todo")
    assert [entry.item.name for entry in overview.grid.photos.entries] == ["b.png", "c.png", "d.png"]
    overview.states.chosen.emit("problem")
    assert [entry.item.name for entry in overview.grid.photos.entries] == ["z wall.png"]
    overview.states.chosen.emit("all")
    overview.flagged.setChecked(True)
    assert [entry.item.name for entry in overview.grid.photos.entries] == ["a.png"]
    overview.flagged.setChecked(False)
    overview.search.setText("C.PNG")
    assert [entry.item.name for entry in overview.grid.photos.entries] == ["c.png"]
    overview.search.setText("nobody")
    assert overview.nothing.isVisible()


def test_photos_that_are_dropped_before_there_is_a_set_are_kept_for_it(
    qtbot: QtBot, window: MainWindow, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = go_to_page(qtbot, window)
    drop(page, folder)
    dialog = page.findChildren(LabelSetDialog)[-1]
    dialog.name.setText("Faces")
    dialog.designer.setText("Ada")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "new"), ""))
    with qtbot.waitSignal(page.work.set.added):
        dialog.ok_button.click()
    assert (tmp_path / "new.avatarset").exists()
    qtbot.waitUntil(lambda: len(page.work.set.entries) == 5)


def test_a_set_that_cannot_be_opened_is_told(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = go_to_page(qtbot, window)
    broken = tmp_path / "broken.avatarset"
    broken.write_text("no set at all")
    window._settings.remember(designer="Ada")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(broken), ""))
    page.files.open_set()
    qtbot.waitUntil(page.notice.isVisible)
    assert "is no evaluation set" in page.notice.text
    assert page.empty.isVisible()


def test_commands_do_no_harm_where_there_is_nothing_to_label(qtbot: QtBot, window: MainWindow) -> None:
    page = go_to_page(qtbot, window)
    for key in (
        Qt.Key.Key_U, Qt.Key.Key_S, Qt.Key.Key_F, Qt.Key.Key_A, Qt.Key.Key_D, Qt.Key.Key_C, Qt.Key.Key_P, Qt.Key.Key_R,
        Qt.Key.Key_N, Qt.Key.Key_T, Qt.Key.Key_1, Qt.Key.Key_Escape,
    ):  # fmt: skip
        press(qtbot, window, key)
    press(qtbot, window, Qt.Key.Key_Z, CONTROL)
    assert page.empty.isVisible()
    assert not page.notice.isVisible()


def test_options_are_tried_on_and_nothing_is_written(qtbot: QtBot, window: MainWindow, page: LabelPage) -> None:
    def shown() -> str:
        render = page.photos.view.avatar.render_shown
        return str(render.shot.vector["glasses"]) if render is not None else ""

    press(qtbot, window, Qt.Key.Key_Return)
    looks_at(qtbot, page, "a.png")
    page.photos.view.panel.go_to("glasses")
    row = page.photos.view.panel.row("glasses")
    assert isinstance(row, ChoiceRow)
    tile = row.chooser.tiles[3]
    qtbot.waitUntil(tile.isVisible)
    qtbot.mouseMove(page.photos.view.name)
    qtbot.mouseMove(tile)
    qtbot.waitUntil(lambda: shown() == "frame_3")
    paper = page.work.paper
    assert paper is not None
    assert (paper.vector["glasses"], paper.is_begun) == ("none", False)
    qtbot.mouseMove(page.photos.view.name)
    qtbot.waitUntil(lambda: shown() == "none")

    qtbot.mouseMove(tile)
    qtbot.waitUntil(lambda: shown() == "frame_3")
    press(qtbot, window, Qt.Key.Key_Return)  # what is there is accepted, not what is tried on
    looks_at(qtbot, page, "b.png")
    qtbot.waitUntil(lambda: shown() == "none")
    press(qtbot, window, Qt.Key.Key_A)
    looks_at(qtbot, page, "a.png")
    settled(qtbot, page)
    assert states(page) == ["done", "todo", "todo", "todo", "todo"]
    assert page.work.paper is not None
    assert page.work.paper.vector["glasses"] == "none"
    assert page.work.paper.provenance["glasses"].by == "predicted"


def test_a_typed_number_is_one_step_and_belongs_to_its_photo(qtbot: QtBot, window: MainWindow, page: LabelPage) -> None:
    press(qtbot, window, Qt.Key.Key_Return)
    looks_at(qtbot, page, "a.png")
    page.photos.view.panel.go_to("head_width")
    for key in (Qt.Key.Key_7, Qt.Key.Key_2):
        press(qtbot, window, key)
    assert page.work.paper is not None
    assert page.work.paper.vector["head_width"] == pytest.approx(0.72)
    press(qtbot, window, Qt.Key.Key_8)  # and at once on, before it could become 80
    press(qtbot, window, Qt.Key.Key_D)
    looks_at(qtbot, page, "b.png")
    assert page.work.paper.vector["head_width"] == 0.75
    for expected in (0.72, 0.75):  # the number before, and what was there
        with qtbot.waitSignal(page.work.said):
            press(qtbot, window, Qt.Key.Key_Z, CONTROL)
        looks_at(qtbot, page, "a.png")
        assert page.work.paper.vector["head_width"] == pytest.approx(expected)
