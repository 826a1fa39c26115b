from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.pages.label.page import LabelPage
from core.labels.locking import lock
from core.labels.overview import crop
from core.labels.records import Item
from tests.app.conftest import FakeReadings
from tests.app.fake_engine import FakeEngine
from tests.app.label_photos import CROWDED, FACELESS, make_photos, read_without_networks
from tests.app.pages.label.test_page import looks_at, make_set, press, settled

TWO = [(10.0, 40.0, 90.0, 160.0), (110.0, 40.0, 190.0, 160.0)]
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def _without_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    read_without_networks(monkeypatch)


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LabelPage:
    """The page of a window with a set of four photos: two good ones, a crowd and a wall."""
    make_photos(tmp_path / "photos", engine, ["a", "b", CROWDED, FACELESS])
    page = make_set(qtbot, window, tmp_path / "Faces.avatarset", monkeypatch)
    with qtbot.waitSignal(page.work.set.added):
        page.work.set.add([tmp_path / "photos"])
    qtbot.waitUntil(lambda: len(page.work.set.entries) == 4)
    return page


def item(page: LabelPage, name: str) -> Item:
    return next(entry.item for entry in page.work.set.entries if entry.item.name == name)


def corner(page: LabelPage, name: str) -> float:
    """Where the quad of a photo begins, as the store has it."""
    assert page.work.set.desk is not None
    return crop(page.work.set.desk.set, item(page, name).id).quad[0][0]


def go_to(qtbot: QtBot, page: LabelPage, name: str) -> None:
    page.work.show(item(page, name).id)
    looks_at(qtbot, page, name)


def stage(qtbot: QtBot, page: LabelPage, wanted: str) -> None:
    qtbot.waitUntil(lambda: page.photos.mend.mending.face.stage == wanted)


def mended(qtbot: QtBot, page: LabelPage, name: str) -> None:
    qtbot.waitUntil(lambda: item(page, name).problem is None and page.photos.view.face.shows_face)


def test_one_of_several_faces_is_chosen_by_its_digit_and_labelled(
    qtbot: QtBot, window: MainWindow, page: LabelPage, readings: FakeReadings
) -> None:
    readings.boxes = TWO
    was_blind = item(page, "crowd.png").is_blind
    go_to(qtbot, page, "crowd.png")
    stage(qtbot, page, "choosing")
    assert not page.photos.view.accept.isEnabled()
    assert not page.photos.view.panel.isEnabled()
    press(qtbot, window, Qt.Key.Key_2)
    mended(qtbot, page, "crowd.png")
    assert corner(page, "crowd.png") == 22
    assert item(page, "crowd.png").is_blind == was_blind
    looks_at(qtbot, page, "crowd.png")
    assert page.photos.view.panel.current_row() is not None  # the designer goes on labelling with the keys
    press(qtbot, window, Qt.Key.Key_Return)
    settled(qtbot, page)
    assert next(entry for entry in page.work.set.entries if entry.item.name == "crowd.png").state == "done"


def test_a_face_among_several_is_chosen_by_a_click(qtbot: QtBot, page: LabelPage, readings: FakeReadings) -> None:
    readings.boxes = TWO
    go_to(qtbot, page, "crowd.png")
    stage(qtbot, page, "choosing")
    view = page.photos.view.face.whole.image_view
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(round(0.25 * view.width()), round(0.5 * view.height())))
    mended(qtbot, page, "crowd.png")
    assert corner(page, "crowd.png") == 21


def test_a_face_that_nobody_found_is_placed_with_keys_and_escape_leads_back(
    qtbot: QtBot, window: MainWindow, page: LabelPage, readings: FakeReadings
) -> None:
    readings.boxes = []
    go_to(qtbot, page, "wall.png")
    stage(qtbot, page, "placing")
    press(qtbot, window, Qt.Key.Key_Escape)
    stage(qtbot, page, "failed")
    assert page.is_labelling
    press(qtbot, window, Qt.Key.Key_H)
    stage(qtbot, page, "placing")
    placer = page.photos.view.face.whole.placer
    before = float(placer.points[0][0])
    press(qtbot, window, Qt.Key.Key_Right, SHIFT)
    after = float(placer.points[0][0])
    assert after > before
    press(qtbot, window, Qt.Key.Key_Return)
    mended(qtbot, page, "wall.png")
    assert corner(page, "wall.png") == pytest.approx(20 + after / 10)
    assert "is placed" in page.notice.text


def test_a_face_can_be_placed_again_while_its_label_stays(qtbot: QtBot, window: MainWindow, page: LabelPage) -> None:
    go_to(qtbot, page, "a.png")
    page.work.edit({"glasses": "frame_2"})
    settled(qtbot, page)
    press(qtbot, window, Qt.Key.Key_H)
    stage(qtbot, page, "placing")
    press(qtbot, window, Qt.Key.Key_Escape)
    stage(qtbot, page, "empty")
    assert page.photos.view.face.shows_face
    press(qtbot, window, Qt.Key.Key_H)
    stage(qtbot, page, "placing")
    press(qtbot, window, Qt.Key.Key_Return)
    stage(qtbot, page, "empty")
    qtbot.waitUntil(lambda: "What was labelled of it stays" in page.notice.text)
    assert corner(page, "a.png") > 20
    assert page.work.paper is not None
    assert (page.work.paper.vector["glasses"], page.work.paper.state) == ("frame_2", "draft")


def test_the_face_of_a_frozen_set_is_not_placed_again(qtbot: QtBot, window: MainWindow, page: LabelPage) -> None:
    go_to(qtbot, page, "a.png")
    press(qtbot, window, Qt.Key.Key_H)
    stage(qtbot, page, "placing")
    assert page.work.set.desk is not None
    lock(page.work.set.desk.set)
    press(qtbot, window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "frozen" in page.notice.text)
    assert corner(page, "a.png") == 20
    press(qtbot, window, Qt.Key.Key_Escape)
    assert page.photos.view.face.shows_face


def test_moved_photos_are_told_and_all_found_in_one_search(
    qtbot: QtBot, page: LabelPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "photos").rename(tmp_path / "moved")
    go_to(qtbot, page, "a.png")
    line = page.photos.view.face.file
    qtbot.waitUntil(line.isVisible)
    assert page.photos.view.face.shows_face  # labelling goes on from the face in the set
    assert "is not at" in line.toolTip()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "moved"))
    qtbot.mouseClick(line.locate, Qt.MouseButton.LeftButton)
    menu = line.locate.findChild(QMenu)
    assert menu is not None
    with qtbot.waitSignal(page.photos.mend.mending.located):
        menu.actions()[1].trigger()
    menu.close()
    qtbot.waitUntil(lambda: "All 4 photos were found." in page.notice.text)
    qtbot.waitUntil(lambda: not line.isVisible())
    assert item(page, "a.png").path == str(tmp_path / "moved" / "a.png")


def test_another_picture_under_the_old_name_counts_as_missing(
    qtbot: QtBot, page: LabelPage, engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "photos" / "crowd.png").rename(tmp_path / "old crowd.png")
    make_photos(tmp_path / "photos", engine, ["x", "y", "z", "z2", "crowd"])
    go_to(qtbot, page, "crowd.png")
    whole = page.photos.view.face.whole
    qtbot.waitUntil(lambda: "another picture" in whole.image_view.accessibleDescription())
    assert page.photos.mend.mending.face.stage == "empty"  # nobody places the face of another picture
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(tmp_path / "old crowd.png")], ""))
    with qtbot.waitSignal(page.photos.mend.mending.located):
        page.photos.mend._locate(is_folder=False)
    assert item(page, "old crowd.png").path == str(tmp_path / "old crowd.png")
