from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.pages.create.looking import CreateLooking
from app.settings import Settings
from app.widgets.avatar_view import Over
from core.engines import CAMERAS
from tests.app.conftest import FakeReadings

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def opened(qtbot: QtBot, window: MainWindow, photo: Path) -> MainWindow:
    """A window with a photo."""
    window.page.files.open_path(photo)
    qtbot.waitUntil(lambda: window.page.avatar.state.estimate is not None)
    return window


def looking(window: MainWindow) -> CreateLooking:
    return window.page.looking


def trigger(window: MainWindow, *commands: str) -> None:
    for command in commands:
        window.actions_by_id[command].trigger()


def turn(qtbot: QtBot, window: MainWindow) -> None:
    view = window.page.avatar_view
    qtbot.mousePress(view, LEFT, pos=QPoint(100, 100))
    qtbot.mouseMove(view, QPoint(160, 100))
    qtbot.mouseRelease(view, LEFT, pos=QPoint(160, 100))


@pytest.mark.parametrize("way", ["wipe", "blink", "overlay"])
def test_one_picture_takes_the_room_and_shows_the_avatar_from_the_front(qtbot: QtBot, opened: MainWindow, way: str) -> None:
    page = opened.page
    beside = page.avatar_view.width()
    turn(qtbot, opened)
    assert page.avatar_view.camera != CAMERAS["front"]
    trigger(opened, f"compare_{way}")

    assert page.avatar_view.camera == CAMERAS["front"]
    assert not page.photo_column.isVisible()
    assert page.avatar_view.width() > 1.2 * beside
    assert isinstance(page.avatar_view.over.what, QImage)
    trigger(opened, f"compare_{way}")  # the same key leads back
    assert page.photo_column.isVisible()
    assert page.avatar_view.width() == beside
    assert page.avatar_view.over == Over()


def test_the_way_is_chosen_in_the_line_below_and_remembered(
    qtbot: QtBot, opened: MainWindow, open_window: Callable[[], MainWindow], photo: Path
) -> None:
    qtbot.mouseClick(looking(opened).line.ways._buttons["overlay"], LEFT)
    slider = looking(opened).line.opacity
    assert slider.isVisible()
    qtbot.mousePress(slider, LEFT, pos=QPoint(slider.width() - 9, 12))
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(slider.width() - 9, 12))
    assert opened.page.avatar_view.over.opacity == pytest.approx(1.0, abs=0.05)
    assert Settings().now.compare_way == "overlay"

    again = open_window()
    assert looking(again).comparison.way == "beside"  # there is no photo yet
    assert not looking(again).line.ways.isVisible()
    again.page.files.open_path(photo)
    qtbot.waitUntil(lambda: again.page.photo.stage == "ready")
    assert looking(again).comparison.way == "overlay"
    assert again.page.avatar_view.over.opacity == pytest.approx(1.0, abs=0.05)


def test_what_no_setting_means_is_side_by_side(opened: MainWindow) -> None:
    opened._settings.remember(compare_way="upside down", compare_opacity=999)
    looking(opened)._show()
    assert looking(opened).comparison.way == "beside"


def test_a_face_that_is_chosen_or_placed_is_seen_beside_the_avatar(
    qtbot: QtBot, opened: MainWindow, photo: Path, readings: FakeReadings
) -> None:
    trigger(opened, "compare_wipe", "look_closer")
    trigger(opened, "place_face")
    assert opened.page.photo.stage == "placing"
    assert opened.page.photo_column.isVisible()
    scale = opened.page.photo_column.placer.scale
    trigger(opened, "look_closer")  # the key enlarges what is looked at
    assert opened.page.photo_column.placer.scale > scale
    assert looking(opened).zoom.zoom.factor == 1
    opened.page.photo.stop_placing()
    assert looking(opened).comparison.way == "wipe"
    readings.boxes = [(0, 0, 50, 50), (60, 0, 110, 50)]
    opened.page.files.open_path(photo)
    qtbot.waitUntil(lambda: opened.page.photo.stage == "choosing")
    assert opened.page.photo_column.isVisible()


def test_photo_and_avatar_are_looked_at_equally_closely_unless_the_avatar_is_turned(qtbot: QtBot, opened: MainWindow) -> None:
    page, zoom = opened.page, looking(opened).zoom
    image, avatar = page.photo_column.image_view, page.avatar_view
    trigger(opened, "look_closer", "look_closer")
    assert image._zoom == avatar._zoom == zoom.zoom
    assert zoom.zoom.factor == pytest.approx(1.96)
    trigger(opened, "look_further")
    assert zoom.zoom.factor == pytest.approx(1.4)
    turn(qtbot, opened)
    trigger(opened, "look_closer")
    assert (image._zoom.factor, avatar._zoom.factor) != (zoom.zoom.factor, zoom.zoom.factor)
    assert image._zoom.factor == pytest.approx(1.4)
    trigger(opened, "look_from_front")
    assert image._zoom.factor == avatar._zoom.factor == 1
    assert avatar.camera == CAMERAS["front"]


def test_the_wheel_over_the_divider_looks_closer_too(opened: MainWindow) -> None:
    trigger(opened, "compare_wipe")
    divider = looking(opened).comparison.divider
    place, none = QPointF(16, 50), Qt.MouseButton.NoButton
    event = QWheelEvent(
        place, QPointF(divider.mapToGlobal(place)), QPoint(), QPoint(0, 120), none,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(divider, event)
    assert divider.value() == 500
    assert looking(opened).zoom.zoom.factor == pytest.approx(1.4)


def test_a_double_click_on_the_photo_shows_all_from_the_front(qtbot: QtBot, opened: MainWindow) -> None:
    turn(qtbot, opened)
    trigger(opened, "look_closer")
    qtbot.mouseDClick(opened.page.photo_column.image_view, LEFT)
    assert opened.page.avatar_view.camera == CAMERAS["front"]
    assert looking(opened).zoom.zoom.factor == 1


def test_a_snapshot_takes_the_place_of_the_photo(qtbot: QtBot, opened: MainWindow) -> None:
    page = opened.page
    trigger(opened, "take_snapshot")
    kept = page.avatar.vector
    page.avatar.edit({"glasses": "frame_4"})
    assert looking(opened).line.with_button.isVisible()
    names = [action.text() for action in looking(opened).line.menu.actions()]
    assert names == ["Photo", "Snapshot A"]
    looking(opened).line.menu.actions()[1].trigger()
    other = looking(opened).other_view
    qtbot.waitUntil(lambda: other.isVisible() and other.render_shown is not None and other.render_shown.shot.vector == kept)
    turn(qtbot, opened)
    assert other.camera == page.avatar_view.camera != CAMERAS["front"]  # both turn
    trigger(opened, "compare_wipe")
    assert page.avatar_view.over.what == kept
    assert page.avatar_view.camera != CAMERAS["front"]  # an avatar has sides
    page.avatar.snapshots.remove("A")
    assert isinstance(page.avatar_view.over.what, QImage)  # the photo again
    assert page.avatar_view.camera == CAMERAS["front"]


def test_without_a_photo_a_snapshot_is_compared(window: MainWindow) -> None:
    trigger(window, "compare_wipe")
    assert looking(window).comparison.way == "beside"
    trigger(window, "take_snapshot", "compare_wipe")
    assert looking(window).comparison.way == "wipe"
    assert window.page.avatar_view.over.what == window.page.avatar.vector
    window.page.files.new()


def test_nothing_in_the_line_is_clipped_in_the_smallest_window(qtbot: QtBot, opened: MainWindow) -> None:
    trigger(opened, "take_snapshot")
    for size in ((1024, 640), (1360, 840), (1920, 1080)):
        opened.resize(*size)
        qtbot.wait(20)
        for way in ("beside", "overlay"):
            looking(opened).compare(way)
            qtbot.wait(20)
            line = looking(opened).line
            parts = [line.views, line.ways, line.with_button, opened.page.exporting.handle]
            parts += [line.opacity] if way == "overlay" else []
            for part in parts:
                assert part.isVisible()
                assert part.width() >= min(part.sizeHint().width(), part.maximumWidth()), (size, way, part)
                assert line.rect().contains(part.geometry()), (size, way, part)
            edges = sorted((part.geometry().left(), part.geometry().right()) for part in parts)
            assert all(before[1] < after[0] for before, after in pairwise(edges))


def test_a_face_to_choose_is_seen_though_a_snapshot_is_compared(
    qtbot: QtBot, opened: MainWindow, photo: Path, readings: FakeReadings
) -> None:
    trigger(opened, "take_snapshot")
    looking(opened).compare_with("A")
    assert not opened.page.photo_column.isVisible()
    readings.boxes = [(0, 0, 50, 50), (60, 0, 110, 50)]
    opened.page.photo.open(photo)
    qtbot.waitUntil(lambda: opened.page.photo.stage == "choosing")
    assert opened.page.photo_column.isVisible()
    opened.page.photo.choose(1)
    qtbot.waitUntil(lambda: opened.page.photo.stage == "ready")
    assert looking(opened).other_view.isVisible()
    back = next(one for one in looking(opened).left.findChildren(QPushButton) if one.text() == "Back to the photo")
    qtbot.mouseClick(back, LEFT)
    assert opened.page.photo_column.isVisible()


def test_what_is_compared_holds_still(opened: MainWindow) -> None:
    lives = [opened.page.avatar_view._is_lively]
    for commands in (("compare_wipe",), ("hold_still", "compare_wipe"), ("hold_still",)):
        trigger(opened, *commands)
        lives.append(opened.page.avatar_view._is_lively)
    assert lives == [True, False, False, True]


def test_no_picture_of_a_photo_that_is_gone_is_kept(opened: MainWindow) -> None:
    trigger(opened, "take_snapshot", "compare_overlay")
    looking(opened).compare_with("A")
    opened.page.photo.clear()
    assert looking(opened)._picture == (None, None)


def test_the_pointer_says_what_a_drag_does(qtbot: QtBot, opened: MainWindow) -> None:
    image, avatar = opened.page.photo_column.image_view, opened.page.avatar_view
    qtbot.mouseMove(image, QPoint(50, 50))
    shapes = [image.cursor().shape(), avatar.cursor().shape()]
    trigger(opened, "look_closer")
    qtbot.mouseMove(image, QPoint(60, 50))
    shapes.append(image.cursor().shape())
    qtbot.mousePress(avatar, Qt.MouseButton.RightButton, pos=QPoint(60, 60))
    shapes.append(avatar.cursor().shape())
    qtbot.mouseRelease(avatar, Qt.MouseButton.RightButton, pos=QPoint(60, 60))
    shapes.append(avatar.cursor().shape())
    shape = Qt.CursorShape
    assert shapes == [
        shape.ArrowCursor, shape.OpenHandCursor, shape.OpenHandCursor, shape.SizeAllCursor, shape.OpenHandCursor,
    ]  # fmt: skip
