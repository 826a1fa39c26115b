import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.widgets.batch_gallery import BatchGallery, Work, in_words, time_in_words
from app.widgets.batch_list import Tile


@pytest.fixture
def asked() -> list[int]:
    """Photos of which a picture was asked for."""
    return []


@pytest.fixture
def gallery(qtbot: QtBot, asked: list[int]) -> BatchGallery:
    def picture(tile_id: int) -> QImage | None:
        asked.append(tile_id)
        return None

    gallery = BatchGallery(picture, picture)
    qtbot.addWidget(gallery)
    gallery.resize(1024, 584)
    gallery.show()
    return gallery


def tiles(count: int) -> list[Tile]:
    return [Tile(number + 1, f"{number:04}.jpg", "done", can_open=True) for number in range(count)]


def test_of_a_thousand_only_those_that_are_seen_are_drawn(qtbot: QtBot, gallery: BatchGallery, asked: list[int]) -> None:
    gallery.set_tiles(tiles(1000))
    qtbot.waitExposed(gallery)
    gallery.grab()
    assert 0 < len(set(asked)) < 40
    asked.clear()
    gallery.list.verticalScrollBar().setValue(gallery.list.verticalScrollBar().maximum())
    gallery.grab()

    assert 1000 in asked
    assert 1 not in asked
    assert len(set(asked)) < 40


def test_one_that_is_further_keeps_the_choice_and_the_place(gallery: BatchGallery) -> None:
    gallery.set_tiles(tiles(200))
    gallery.list.choose(100)
    at = gallery.list.verticalScrollBar().value()
    gallery.update_tile(Tile(3, "0002.jpg", "attention", "No face found", "No face was found. Do this.", can_retry=True))
    assert gallery.list.current is not None
    assert gallery.list.current.id == 100
    assert gallery.list.verticalScrollBar().value() == at > 0
    gallery.filters.chosen.emit("attention")
    assert gallery.list.ids == [3]
    gallery.update_tile(Tile(3, "0002.jpg", "done"))

    assert gallery.list.ids == []
    assert gallery.nothing.text() == "No photo is like that."


def test_enter_opens_what_can_be_opened_and_escape_leaves(qtbot: QtBot, gallery: BatchGallery) -> None:
    gallery.set_tiles([Tile(1, "a.jpg", "done", can_open=True), Tile(2, "b.jpg", "attention", reason="Broken.", can_retry=True)])
    opened: list[int] = []
    gallery.opened.connect(opened.append)
    gallery.list.choose(2)
    qtbot.keyClick(gallery.list, Qt.Key.Key_Return)
    assert opened == []
    assert gallery.detail.text.text() == "b.jpg: Broken."
    qtbot.keyClick(gallery.list, Qt.Key.Key_Left)
    qtbot.keyClick(gallery.list, Qt.Key.Key_Return)
    assert opened == [1]
    with qtbot.waitSignal(gallery.close_wanted):
        qtbot.keyClick(gallery.list, Qt.Key.Key_Escape)


def test_ctrl_and_a_click_chooses_several_and_opens_none(qtbot: QtBot, gallery: BatchGallery) -> None:
    gallery.set_tiles(tiles(4))
    opened: list[int] = []
    gallery.opened.connect(opened.append)
    view = gallery.list
    for row in (0, 2):
        place = QPoint(view.visualRect(view.model().index(row, 0)).center())
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, place)

    assert gallery.chosen == [1, 3]
    assert opened == []


def test_every_tile_says_in_words_what_its_icon_says(gallery: BatchGallery) -> None:
    gallery.set_tiles([Tile(1, "a.jpg", "waiting"), Tile(2, "b.jpg", "attention", "No face found", "No face. Do this.")])
    model, role = gallery.list.model(), Qt.ItemDataRole.AccessibleTextRole

    assert [model.index(row, 0).data(role) for row in range(2)] == ["a.jpg: Waiting", "b.jpg: No face. Do this."]


@pytest.mark.parametrize(
    ("work", "words"),
    [
        (Work(), ""),
        (Work(12, 40, 1, 130.0, is_running=True), "12 of 40  ·  about 2 min left"),
        (Work(12, 40, 1, None, is_running=True), "12 of 40"),
        (Work(12, 40, 1, 130.0), "12 of 40  ·  stopped"),
        (Work(40, 40, 0), "40 avatars"),
        (Work(40, 40, 3), "37 avatars  ·  3 need attention"),
        (Work(1, 4, is_running=True, is_saving=True), "Saving 1 of 4"),
    ],
)
def test_what_goes_on_is_said(work: Work, words: str) -> None:
    assert in_words(work) == words


@pytest.mark.parametrize(("seconds", "words"), [(0, "5 s"), (31, "30 s"), (55, "1 min"), (3000, "50 min"), (9000, "2 h")])
def test_times_are_round(seconds: float, words: str) -> None:
    assert time_in_words(seconds) == words
