import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QImage, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.widgets.snapshot_strip import SnapshotStrip, Thumb

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def strip(qtbot: QtBot) -> SnapshotStrip:
    strip = SnapshotStrip()
    qtbot.addWidget(strip)
    strip.resize(270, 72)
    strip.show()
    strip.activateWindow()
    qtbot.waitUntil(strip.isActiveWindow)
    return strip


def tile(strip: SnapshotStrip, letter: str) -> QAbstractButton:
    return strip._tiles[letter]


def test_the_first_is_invited(qtbot: QtBot, strip: SnapshotStrip) -> None:
    assert strip._hint.isVisible()
    assert not strip.blend_button.isVisible()
    with qtbot.waitSignal(strip.take_wanted):
        qtbot.mouseClick(strip.add, LEFT)
    strip.set_thumbs([Thumb("A")])
    assert not strip._hint.isVisible()
    assert strip.chosen == "A"


def test_one_is_shown_by_a_click_or_by_keys_and_dealt_with_by_keys(qtbot: QtBot, strip: SnapshotStrip) -> None:
    strip.set_thumbs([Thumb("A"), Thumb("B", "Summer"), Thumb("C")])
    told: list[tuple[str, str]] = []
    for name in ("show_wanted", "rename_wanted", "remove_wanted"):
        getattr(strip, name).connect(lambda letter, name=name: told.append((name, letter)))
    qtbot.mouseClick(tile(strip, "A"), LEFT)
    tile(strip, "A").setFocus()
    qtbot.keyClick(tile(strip, "A"), Qt.Key.Key_Right)
    assert tile(strip, "B").hasFocus()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_F2, Qt.Key.Key_Delete):
        qtbot.keyClick(tile(strip, "B"), key)

    assert told == [("show_wanted", "A"), ("show_wanted", "B"), ("rename_wanted", "B"), ("remove_wanted", "B")]
    assert strip.chosen == "B"
    assert tile(strip, "B").accessibleName() == "Snapshot B: Summer"


def test_the_menu_of_one_offers_the_same(qtbot: QtBot, strip: SnapshotStrip) -> None:
    strip.set_thumbs([Thumb("A"), Thumb("B")])
    keyboard = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), QPoint(5, 5))
    QApplication.sendEvent(tile(strip, "B"), keyboard)
    menu = strip.findChild(QMenu)
    assert menu is not None
    offers = {action.text(): action for action in menu.actions()}
    assert list(offers) == ["Show", "Compare with this", "Rename…", "Delete"]
    with qtbot.waitSignal(strip.compare_wanted) as told:
        offers["Compare with this"].trigger()
    assert told.args == ["B"]
    menu.close()


def test_the_slider_of_the_blend_goes_to_the_end_that_is_shown(qtbot: QtBot, strip: SnapshotStrip) -> None:
    strip.set_thumbs([Thumb("A"), Thumb("B")])
    strip.choose_pair("A", "B")
    strip.show_wanted.connect(lambda shown: strip.set_thumbs([Thumb(letter, is_shown=letter == shown) for letter in "AB"]))
    slider = strip.blend.slider
    for letter, end in (("B", 1.0), ("A", 0.0)):
        slider.show_value(0.5)
        qtbot.mouseClick(tile(strip, letter), LEFT)
        assert slider.value() / slider.maximum() == end


def test_two_are_blended_by_ctrl_and_a_click(qtbot: QtBot, strip: SnapshotStrip) -> None:
    strip.set_thumbs([Thumb("A"), Thumb("B"), Thumb("C")])
    qtbot.mouseClick(tile(strip, "C"), LEFT)
    qtbot.mouseClick(tile(strip, "A"), LEFT, CTRL)
    assert strip.blend.isVisible()
    assert strip.blend.pair == ("C", "A")
    told: list[tuple[object, ...]] = []
    strip.blended.connect(lambda *of: told.append(of))
    slider = strip.blend.slider
    qtbot.mousePress(slider, LEFT, pos=QPoint(slider.width() // 2, 12))
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(slider.width() // 2, 12))
    assert [(one[:2], one[3]) for one in told] == [(("C", "A"), True), (("C", "A"), False)]
    assert told[0][2] == pytest.approx(0.5, abs=0.02)


def test_the_blend_begins_where_the_avatar_is(qtbot: QtBot, strip: SnapshotStrip) -> None:
    strip.set_thumbs([Thumb("A"), Thumb("B", is_shown=True)])
    qtbot.mouseClick(strip.blend_button, LEFT)
    assert strip.blend.pair == ("A", "B")
    assert strip.blend.slider.value() == strip.blend.slider.maximum()


def test_what_is_blended_can_be_another(strip: SnapshotStrip) -> None:
    strip.set_thumbs([Thumb("A"), Thumb("B"), Thumb("C")])
    strip.choose_pair("A", "B")
    strip.blend._second.picked.emit("C")
    assert strip.blend.pair == ("A", "C")
    strip.blend._first.picked.emit("C")  # they change places: nothing is blended with itself
    assert strip.blend.pair == ("C", "A")


def test_what_is_deleted_is_blended_no_more(strip: SnapshotStrip) -> None:
    strip.set_thumbs([Thumb("A"), Thumb("B"), Thumb("C")])
    strip.choose_pair("A", "B")
    strip.set_thumbs([Thumb("A"), Thumb("C")])
    assert strip.blend.pair == ("A", "C")
    strip.set_thumbs([Thumb("C")])
    assert not strip.blend.isVisible()
    assert not strip.blend_button.isVisible()
    strip.set_thumbs([])
    assert strip.chosen == ""


def test_a_picture_stays_until_there_is_another(strip: SnapshotStrip) -> None:
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(0)
    strip.set_thumbs([Thumb("A")])
    strip.set_picture("A", image)
    strip.set_picture("Z", image)  # was deleted meanwhile
    strip.set_thumbs([Thumb("A", "Named")])
    assert strip._tiles["A"].thumb.image is not None


def test_many_can_all_be_reached_by_keys(qtbot: QtBot, strip: SnapshotStrip) -> None:
    letters = "ABCDEFGHIJ"
    strip.set_thumbs([Thumb(letter) for letter in letters])
    tile(strip, "A").setFocus()
    for letter in letters[:-1]:
        qtbot.keyClick(tile(strip, letter), Qt.Key.Key_Right)
    last = tile(strip, "J")
    assert last.hasFocus()
    assert last.visibleRegion().boundingRect().width() == last.width()
    assert strip.add.visibleRegion().boundingRect().width() == strip.add.width()  # however many there are
    place = QPointF(20, 20)
    up = QWheelEvent(
        place, place, QPoint(), QPoint(0, 120 * 12), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(strip._area.viewport(), up)
    assert tile(strip, "A").visibleRegion().boundingRect().width() == tile(strip, "A").width()
