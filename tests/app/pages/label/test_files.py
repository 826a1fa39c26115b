from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.pages.label.page import LabelPage
from app.state.set_places import remembered
from app.widgets.label_again_dialog import LabelAgainDialog
from app.widgets.name_dialog import NameDialog
from app.widgets.server_dialog import ServerDialog
from tests.app.fake_engine import FakeEngine
from tests.app.label_photos import FACELESS, make_photos, read_without_networks
from tests.app.pages.label.sets import answer_files, command, name, notice, offer, told
from tests.app.pages.label.test_page import drop, fill, go_to_page, label_three, looks_at, make_set, press, settled, states


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
    assert dialog.count.text() == "3"
    qtbot.keyClicks(dialog.count, "4")
    assert not dialog.ok_button.isEnabled()
    dialog.count.selectAll()
    qtbot.keyClicks(dialog.count, str(count))
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
    assert not page.overview.agreement_button.isVisible()
    for one in ("show_agreement", "settle_differences"):
        command(window, one)
        notice(qtbot, page, "the first labels are not shown")
        assert page.overview.isVisible()
        page.notice.hide()
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


def test_recent_sets_are_offered_and_those_that_are_gone_are_grey(
    qtbot: QtBot, window: MainWindow, page: LabelPage, tmp_path: Path
) -> None:
    first = tmp_path / "Faces.avatarset"
    with qtbot.waitSignal(page.work.set.opened):
        page.work.set.create(tmp_path / "Other.avatarset", "Other", "Ada", 0.0)
    assert remembered(window._settings.now.recent_sets) == [str(tmp_path / "Other.avatarset"), str(first)]
    page.files.recents.aboutToShow.emit()
    actions = page.files.recents.actions()
    assert [action.text().partition("  ")[0] for action in actions] == ["Other", "Faces"]
    with qtbot.waitSignal(page.work.set.opened):
        actions[1].trigger()
    assert page.title == "Faces"
    (tmp_path / "Other.avatarset").unlink()
    page.files.recents.aboutToShow.emit()
    assert [action.isEnabled() for action in page.files.recents.actions()] == [True, False]


def test_somebody_else_labels_on_the_same_machine(qtbot: QtBot, window: MainWindow, page: LabelPage) -> None:
    command(window, "change_designer")
    with qtbot.waitSignal(page.work.set.opened):
        name(qtbot, page, "Bo")
    assert states(page) == ["todo"] * 5
    assert page.work.set.designer == "Bo"
    assert window._settings.now.designer == "Bo"
    assert [page.overview.designers.itemText(row) for row in range(page.overview.designers.count())] == ["My labels", "Ada"]
    command(window, "change_designer")
    dialog = next(one for one in page.findChildren(NameDialog) if one.isVisible())
    assert [dialog.box.itemText(row) for row in range(dialog.box.count())] == ["Ada"]
    with qtbot.waitSignal(page.work.set.opened):
        name(qtbot, page, "Ada")
    assert states(page) == ["done", "unsure", "done", "todo", "todo"]


def test_no_password_is_kept_or_shown(qtbot: QtBot, window: MainWindow) -> None:
    page = go_to_page(qtbot, window)
    command(window, "open_server")
    dialog = next(one for one in page.findChildren(ServerDialog) if one.isVisible())
    assert dialog.password.echoMode() == QLineEdit.EchoMode.Password
    assert not dialog.ok_button.isEnabled()
    qtbot.keyClicks(dialog.address, "postgresql://ada@127.0.0.1:9/faces")
    qtbot.keyClicks(dialog.password, "s3cret")
    qtbot.keyClicks(dialog.designer, "Ada")
    qtbot.keyClick(dialog.designer, Qt.Key.Key_Return)
    notice(qtbot, page, "does not answer")
    assert "s3cret" not in page.notice.text
    offer(qtbot, page, "Sign in…")
    again = next(one for one in page.findChildren(ServerDialog) if one.isVisible() and one is not dialog)
    assert again.address.text() == "postgresql://ada@127.0.0.1:9/faces"
    assert again.password.text() == ""


def test_a_set_on_a_server_is_opened_again_without_its_password(
    qtbot: QtBot, window: MainWindow, page: LabelPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    location, path = "postgresql://ada:s3cret@server/faces", Path(page.work.set.location)
    from app.state.label_desk import Desk

    opened = []
    real = Desk.open

    def open_file(location: str, *rest: Any) -> Desk:
        opened.append(location)
        return real(path, *rest)

    monkeypatch.setattr(Desk, "open", open_file)
    with qtbot.waitSignal(page.work.set.opened):
        page.files._open(location, "Ada")
    with qtbot.waitSignal(page.work.set.opened):
        page.work.set.reopen()
    assert opened == [location, location]  # as long as the window is open
    remembers = window._settings.now
    assert remembers.label_set == remembered(remembers.recent_sets)[0] == "postgresql://ada@server/faces"
    assert "s3cret" not in window.windowTitle()
    window._settings._store.sync()
    assert "s3cret" not in Path(window._settings._store.fileName()).read_text()


def test_many_problems_are_a_list_to_read_and_copy(qtbot: QtBot, page: LabelPage, tmp_path: Path, engine: FakeEngine) -> None:
    bad = tmp_path / "bad"
    bad.mkdir()
    for count in range(40):
        (bad / f"bad{count:02}.png").write_bytes(b"no picture")
    make_photos(bad, engine, ["good"])
    with qtbot.waitSignal(page.work.set.added):
        drop(page, bad)
    assert "40 cannot be opened" in page.notice.text
    assert "\n" not in page.notice.text
    offer(qtbot, page, "Show all 40")
    lines = told(qtbot, page, "Photos with a problem").list.toPlainText().splitlines()
    assert len(lines) == 40
    assert all(line.startswith(f"bad{count:02}.png: ") for count, line in enumerate(lines))


def test_a_set_for_another_engine_is_refused_with_both_named(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.engines.toy import SCHEMA
    from core.labels.evaluation_set import EvaluationSet

    EvaluationSet.create(tmp_path / "toys.avatarset", "Toys", [SCHEMA]).close()
    page = go_to_page(qtbot, window)
    window._settings.remember(designer="Ada")
    answer_files(monkeypatch, getOpenFileName=tmp_path / "toys.avatarset")
    page.files.open_set()
    notice(qtbot, page, "is for toy, not for fake")
    assert page.empty.isVisible()
