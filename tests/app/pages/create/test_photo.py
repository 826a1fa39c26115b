"""Advice about a photo, and placing a face by hand, as a person meets them on the page."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.pages.create.page import CreatePage
from app.widgets.face_placer import HANDLE
from app.widgets.text_dialog import TextDialog
from core.faces.checks import Advice
from tests.app.conftest import READ, FakeReadings

DARK = Advice("too_dark", "The light is dim. Face a window.", 0.1, 0.2)
BLURRED = Advice("blurred", "The photo is blurred. Hold still.", 1.0, 2.0)
SEVERAL = Advice("several", "There are several faces.", 2.0, 1.5)


@pytest.fixture
def page(window: MainWindow) -> CreatePage:
    return window.page


@pytest.fixture
def placing(qtbot: QtBot, page: CreatePage, photo: Path, readings: FakeReadings) -> CreatePage:
    """A page on which a photo without a face was opened."""
    readings.boxes = []
    page.files.open_path(photo)
    qtbot.waitUntil(lambda: page.photo.stage == "placing")
    return page


def read(qtbot: QtBot, page: CreatePage, photo: Path) -> None:
    with qtbot.waitSignal(page.photo.estimated):
        page.files.open_path(photo)


def geometries(page: CreatePage) -> list[object]:
    column = page.photo_column
    return [widget.geometry() for widget in (column, column.image_view, page.avatar_view, page.panel)]


def focused(page: CreatePage) -> QWidget:
    widget = page.window().focusWidget()
    assert widget is not None
    return widget


def test_advice_is_shown_without_moving_anything_and_goes_with_the_next_photo(
    qtbot: QtBot, page: CreatePage, photo: Path, readings: FakeReadings
) -> None:
    read(qtbot, page, photo)
    note, before = page.photo_column.note, geometries(page)
    assert not note.texts
    readings.advice = (DARK, BLURRED)
    read(qtbot, page, photo)
    assert note.texts == (DARK.text, BLURRED.text)
    assert geometries(page) == before
    assert page.findChildren(TextDialog) == []
    readings.advice = ()
    read(qtbot, page, photo)

    assert not note.texts


def test_dismissed_advice_stays_away_while_the_avatar_is_edited(
    qtbot: QtBot, page: CreatePage, photo: Path, readings: FakeReadings
) -> None:
    readings.advice = (DARK,)
    read(qtbot, page, photo)
    qtbot.mouseClick(page.photo_column.note.dismiss, Qt.MouseButton.LeftButton)
    page.avatar.edit({"hair_type": "bald"})
    page.editing.undo()
    assert not page.photo_column.note.texts
    page.place_face()
    qtbot.keyClick(focused(page), Qt.Key.Key_Escape)

    assert page.photo.stage == "ready"
    assert not page.photo_column.note.texts


def test_passers_by_are_fine_and_are_told_of_only_if_nobody_chose(
    qtbot: QtBot, page: CreatePage, photo: Path, readings: FakeReadings
) -> None:
    readings.boxes = [(0, 0, 50, 50), (60, 0, 160, 100)]
    readings.advice = (SEVERAL, DARK)
    page.files.open_path(photo)
    qtbot.waitUntil(lambda: page.photo.stage == "choosing")
    assert "Which face" in page.photo_column.note.texts[0]
    assert page.photo_column.image_view.hasFocus()
    with qtbot.waitSignal(page.photo.estimated):
        qtbot.keyClick(page.photo_column.image_view, Qt.Key.Key_1)

    assert page.photo_column.note.texts == (DARK.text,)


def test_photo_without_a_face_is_placed_with_the_mouse(qtbot: QtBot, placing: CreatePage, readings: FakeReadings) -> None:
    column = placing.photo_column
    assert column.placer.isVisible()
    assert not column.image_view.isVisible()
    assert column.choose_another.isVisible()
    assert "No face was found" in column.note.texts[0]
    handle, centre = column.placer.handles[2], QPoint(HANDLE // 2, HANDLE // 2)
    before, scale = column.placer.points, column.placer.scale
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=centre)
    qtbot.mouseMove(handle, centre + QPoint(12, 8))
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=centre)
    with qtbot.waitSignal(placing.photo.estimated):
        qtbot.mouseClick(column.use_face, Qt.MouseButton.LeftButton)
    (placed,) = readings.placed

    np.testing.assert_allclose(placed - before, [(0, 0), (0, 0), (12 / scale, 8 / scale)], atol=1.01 / scale)
    assert placing.photo.stage == "ready"
    assert column.image_view.isVisible()
    assert focused(placing) is column
    assert placing.avatar.vector["skin_tone"] == "tone_05"
    assert placing.avatar.undo_stack.count() == 1
    placing.editing.undo()
    assert placing.avatar.vector["skin_tone"] != "tone_05"


def test_photo_without_a_face_is_placed_with_the_keyboard(qtbot: QtBot, placing: CreatePage, readings: FakeReadings) -> None:
    placer = placing.photo_column.placer
    before, scale = placer.points, placer.scale
    assert focused(placing) is placer.handles[0]
    qtbot.keyClick(focused(placing), Qt.Key.Key_Left)
    qtbot.keyClick(focused(placing), Qt.Key.Key_Tab)
    qtbot.keyClick(focused(placing), Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(placing.photo.estimated):
        qtbot.keyClick(focused(placing), Qt.Key.Key_Return)
    (placed,) = readings.placed

    np.testing.assert_allclose((placed - before) * scale, [(-1, 0), (10, 0), (0, 0)], atol=1e-3)


def test_tab_goes_from_the_points_to_the_buttons(qtbot: QtBot, placing: CreatePage) -> None:
    column = placing.photo_column
    passed = []
    for _ in range(8):
        passed.append(focused(placing))
        qtbot.keyClick(focused(placing), Qt.Key.Key_Tab)

    assert passed[:3] == list(column.placer.handles)
    assert column.use_face in passed
    assert passed.index(column.choose_another) == passed.index(column.use_face) + 1


def test_escape_leaves_the_photo_with_both_ways_on(qtbot: QtBot, placing: CreatePage, readings: FakeReadings) -> None:
    view = placing.photo_column.image_view
    qtbot.keyClick(focused(placing), Qt.Key.Key_Escape)
    assert placing.photo.can_place
    assert view.isVisible()
    assert not placing.photo_column.note.texts
    qtbot.mouseClick(view._panel.place, Qt.MouseButton.LeftButton)

    assert placing.photo.stage == "placing"
    assert readings.placed == []
    assert placing.avatar.undo_stack.count() == 0


def test_escape_while_a_point_is_held(qtbot: QtBot, placing: CreatePage) -> None:
    handle = placing.photo_column.placer.handles[0]
    centre = QPoint(HANDLE // 2, HANDLE // 2)
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=centre)
    qtbot.keyClick(handle, Qt.Key.Key_Escape)
    qtbot.mouseMove(handle, centre + QPoint(9, 9))
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=centre)

    assert placing.photo.stage == "failed"


def test_face_can_be_placed_though_one_was_found(qtbot: QtBot, window: MainWindow, photo: Path, readings: FakeReadings) -> None:
    page = window.page
    action = window.actions_by_id["place_face"]
    assert not action.isEnabled()
    read(qtbot, page, photo)
    assert action.isEnabled()
    page.avatar.edit({"glasses": "frame_2"})
    qtbot.keyClick(window, Qt.Key.Key_H)
    assert page.photo.stage == "placing"
    assert not action.isEnabled()
    np.testing.assert_allclose(page.photo_column.placer.points, READ)
    with qtbot.waitSignal(page.photo.estimated):
        qtbot.keyClick(focused(page), Qt.Key.Key_Return)
    assert len(readings.placed) == 1
    page.editing.undo()

    assert page.avatar.vector["glasses"] == "frame_2"


def test_cancelled_placing_changes_nothing(qtbot: QtBot, page: CreatePage, photo: Path, readings: FakeReadings) -> None:
    read(qtbot, page, photo)
    before, portrait = page.avatar.state, page.photo.portrait
    qtbot.mouseClick(page.photo_column.place_face, Qt.MouseButton.LeftButton)
    qtbot.keyClick(focused(page), Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.mouseClick(page.photo_column.give_up, Qt.MouseButton.LeftButton)

    assert (page.photo.stage, page.photo.portrait, page.avatar.state) == ("ready", portrait, before)
    assert readings.placed == []


def test_another_photo_while_placing(qtbot: QtBot, placing: CreatePage, photo: Path, readings: FakeReadings) -> None:
    readings.boxes = [(40, 40, 160, 180)]
    read(qtbot, placing, photo)

    assert placing.photo.stage == "ready"
    assert not placing.photo_column.placer.isVisible()
    assert readings.placed == []


def test_points_that_are_no_face_cannot_be_used(qtbot: QtBot, placing: CreatePage, readings: FakeReadings) -> None:
    column = placing.photo_column
    column.placer.handles[2].setFocus()
    for _ in range(60):
        qtbot.keyClick(column.placer.handles[2], Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
        if not column.use_face.isEnabled():
            break
    assert not column.use_face.isEnabled()
    assert "in line with the eyes" in column.note.texts[0]
    qtbot.keyClick(focused(placing), Qt.Key.Key_Return)
    assert readings.placed == []
    qtbot.keyClick(column.placer.handles[2], Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(column.placer.handles[2], Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)

    assert column.use_face.isEnabled()


def test_turned_photo_is_placed_as_it_is_seen(qtbot: QtBot, page: CreatePage, tmp_path: Path, readings: FakeReadings) -> None:
    path, tags = tmp_path / "turned.jpg", Image.Exif()
    tags[0x0112] = 6  # a quarter clockwise
    Image.fromarray(np.full((300, 600, 3), 128, np.uint8)).save(path, exif=tags)
    readings.boxes = []
    page.files.open_path(path)
    qtbot.waitUntil(lambda: page.photo.stage == "placing")
    placer = page.photo_column.placer

    assert placer.points[2][0] == pytest.approx(150)
    assert placer.points[:, 1].mean() == pytest.approx(300, abs=40)
    assert placer.scale == pytest.approx(placer.height() / 600)
