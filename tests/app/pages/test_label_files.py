from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.pages.label_page import LabelPage
from app.widgets.label_again_dialog import LabelAgainDialog
from tests.app.fake_engine import FakeEngine
from tests.app.label_photos import FACELESS, make_photos, read_without_networks
from tests.app.pages.test_label_page import fill, label_three, looks_at, make_set, press, settled, states


@pytest.fixture(autouse=True)
def _without_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    read_without_networks(monkeypatch)


@pytest.fixture
def folder(tmp_path: Path, engine: FakeEngine) -> Path:
    """A folder of photos, one without a face."""
    make_photos(tmp_path / "photos", engine, ["a", "b", "c", "d", f"z {FACELESS}"])
    return tmp_path / "photos"


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LabelPage:
    """The page of a window with a set of five photos, three of them labelled."""
    page = make_set(qtbot, window, tmp_path / "Faces.avatarset", monkeypatch)
    fill(qtbot, page, folder)
    label_three(qtbot, window, page)
    press(qtbot, window, Qt.Key.Key_Escape)
    return page


def label_again(qtbot: QtBot, window: MainWindow, page: LabelPage, count: int) -> None:
    window.actions_by_id["label_again"].trigger()
    dialog = page.findChildren(LabelAgainDialog)[-1]
    assert dialog.count.maximum() == 3
    dialog.count.setValue(count)
    with qtbot.waitSignal(page.work.set.opened):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def test_the_second_time_shows_nothing_of_the_first(
    qtbot: QtBot, window: MainWindow, page: LabelPage, open_window: Callable[[], MainWindow]
) -> None:
    label_again(qtbot, window, page, 2)
    assert states(page) == ["todo", "todo"]
    qtbot.waitUntil(lambda: page.overview.about.text().startswith("Second time  ·  0 of 2 labelled"))
    assert page.overview.first_button.isVisible()
    assert not page.overview.add_button.isVisible()
    assert page.work.starts.finished == {}

    page.undo_label()
    qtbot.waitUntil(lambda: page.notice.text == "There is nothing to take back.")
    names = [entry.item.name for entry in page.work.set.entries]
    page.go_on()
    looks_at(qtbot, page, names[0])
    assert page.work.paper is not None
    assert not page.work.paper.is_begun
    assert page.work.paper.vector["glasses"] == "none"
    press(qtbot, window, Qt.Key.Key_7)
    press(qtbot, window, Qt.Key.Key_Return)
    looks_at(qtbot, page, names[1])
    settled(qtbot, page)
    window.close()

    again = open_window()
    again.show_label()
    page = again.label_page
    qtbot.waitUntil(lambda: states(page) == ["done", "todo"])  # the second time goes on where it stopped
    with qtbot.waitSignal(page.work.set.opened):
        page.overview.first_button.click()
    assert states(page) == ["done", "unsure", "done", "todo", "todo"]
    assert not page.overview.first_button.isVisible()
    item = next(entry.item for entry in page.work.set.entries if entry.item.name == names[0])
    page.work.show(item.id)
    looks_at(qtbot, page, names[0])
    assert page.work.paper is not None
    assert page.work.paper.vector["glasses"] != "frame_7"


def test_nothing_can_be_labelled_again_before_something_is_finished(
    qtbot: QtBot, window: MainWindow, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_set(qtbot, window, tmp_path / "Faces.avatarset", monkeypatch)
    fill(qtbot, page, folder)
    page.files.label_again()
    assert "Finish some photos first" in page.notice.text
    assert not page.findChildren(LabelAgainDialog)
