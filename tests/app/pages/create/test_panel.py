"""What the panel does with photo, pictures and clipboard."""

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.pages.create.page import CreatePage
from app.settings import Settings
from app.widgets.color_row import ColorRow
from app.widgets.seed_dialog import SeedDialog
from core.errors import ModelError


@pytest.fixture
def page(window: MainWindow) -> CreatePage:
    return window.page


@pytest.fixture
def with_photo(qtbot: QtBot, page: CreatePage, photo: Path) -> CreatePage:
    with qtbot.waitSignal(page.photo.estimated):
        page.files.open_path(photo)
    qtbot.waitUntil(lambda: page.panel._has_photo)
    return page


def press(qtbot: QtBot, page: CreatePage, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(page.window(), key, modifier)
    qtbot.keyRelease(page.window(), key, modifier)


def part(page: CreatePage, component: str) -> dict[str, object]:
    return {p.id: page.avatar.vector[p.id] for p in page.avatar.schema if p.component == component}


def seed_dialog(page: CreatePage) -> SeedDialog:
    return page.window().findChildren(SeedDialog)[-1]


def test_random_with_a_seed_gives_the_same_again_and_the_next(qtbot: QtBot, page: CreatePage) -> None:
    page.panel.open_component("hair")
    press(qtbot, page, Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    dialog = seed_dialog(page)
    dialog.seed.setText("17")
    dialog.again.click()
    first = part(page, "hair")
    dialog.again.click()
    assert dialog.seed.text() == "18"
    assert page.avatar.undo_stack.undoText() == "Random hair, seed 18"
    dialog.seed.setText("17")
    dialog.answer()

    assert part(page, "hair") == first
    assert page.avatar.undo_stack.undoText() == "Random hair, seed 17"
    assert page.avatar.undo_stack.count() == 3


@pytest.mark.parametrize("typed", ["", "-4", "1e9", "hair"])
def test_seed_that_is_no_number_cannot_be_used(page: CreatePage, typed: str) -> None:
    page.whole_parts.randomise_with_seed()
    dialog = seed_dialog(page)
    dialog.seed.setText(typed)

    assert not dialog.ok_button.isEnabled()
    dialog.reject()
    assert page.avatar.undo_stack.count() == 0


def test_a_part_goes_to_another_avatar_by_the_clipboard(qtbot: QtBot, page: CreatePage) -> None:
    page.avatar.edit({"hair_type": "style_9", "hair_color": "red", "head_width": 0.9})
    page.panel.open_component("hair")
    press(qtbot, page, Qt.Key.Key_C, Qt.KeyboardModifier.AltModifier)
    assert json.loads(QGuiApplication.clipboard().text())["component"] == "hair"
    page.avatar.start_anew()
    page.panel.open_component("eyes")
    press(qtbot, page, Qt.Key.Key_V, Qt.KeyboardModifier.AltModifier)

    assert part(page, "hair") == {"hair_type": "style_9", "hair_color": "red"}
    assert page.avatar.vector["head_width"] == 0.5
    assert page.panel.open_part == "hair"  # what was pasted is seen
    assert page.avatar.undo_stack.count() == 1


def test_a_copied_part_is_pasted_like_everything_else_too(qtbot: QtBot, page: CreatePage) -> None:
    page.avatar.edit({"hair_type": "style_9"})
    page.panel.open_component("hair")
    page.whole_parts.copy_part()
    page.avatar.start_anew()
    press(qtbot, page, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    assert page.avatar.vector["hair_type"] == "style_9"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", "Copy one first"),
        ("", "Copy one first"),
        ('{"format": "likeness.part"}', "damaged at"),
        ("other", "engine other"),
    ],
)
def test_foreign_text_is_refused_in_a_sentence(page: CreatePage, text: str, said: str) -> None:
    if text == "other":
        page.whole_parts.copy_part()
        text = QGuiApplication.clipboard().text().replace('"id": "fake"', '"id": "other"')
    QGuiApplication.clipboard().setText(text)
    page.whole_parts.paste_part()

    assert said in page.notice.text
    assert page.avatar.undo_stack.count() == 0


def test_locked_part_says_why_nothing_happens(qtbot: QtBot, page: CreatePage) -> None:
    page.panel.open_component("hair")
    press(qtbot, page, Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    before = part(page, "hair")
    press(qtbot, page, Qt.Key.Key_G)
    assert part(page, "hair") == before
    assert "locked" in page.notice.text
    press(qtbot, page, Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)

    assert not page.avatar.state.locks


def test_predict_again_keeps_what_is_locked(qtbot: QtBot, with_photo: CreatePage) -> None:
    page = with_photo
    page.avatar.edit({"hair_type": "bald", "skin_tone": "tone_01"})
    page.avatar.set_locked(("skin_tone",), True)
    count = page.avatar.undo_stack.count()
    press(qtbot, page, Qt.Key.Key_P)
    qtbot.waitUntil(lambda: page.avatar.vector["hair_type"] == "style_7")

    assert page.avatar.vector["skin_tone"] == "tone_01"
    assert page.avatar.undo_stack.count() == count + 1
    assert page.avatar.undo_stack.undoText() == "Predict again"
    assert page.notice.text == "Predicted again; what is locked stayed."


def test_one_part_can_be_predicted_again(qtbot: QtBot, with_photo: CreatePage) -> None:
    page = with_photo
    page.avatar.edit({"hair_type": "bald", "head_width": 0.1})
    page.panel.part_wanted.emit("predict_part", "hair")
    qtbot.waitUntil(lambda: page.avatar.vector["hair_type"] == "style_7")

    assert page.avatar.vector["head_width"] == pytest.approx(0.1)


def test_without_a_photo_it_says_to_open_one(qtbot: QtBot, page: CreatePage) -> None:
    press(qtbot, page, Qt.Key.Key_P)
    assert "Open a photo first" in page.notice.text
    page.panel.open_component("hair")
    press(qtbot, page, Qt.Key.Key_I)

    assert "Open one first" in page.notice.text
    assert not page.picking.pipette.is_out


def test_prediction_that_fails_is_said_and_changes_nothing(qtbot: QtBot, with_photo: CreatePage) -> None:
    page = with_photo
    assert page.whole_parts._estimating._method is not None
    page.whole_parts._estimating._method.error = ModelError("The model is gone.")  # type: ignore[attr-defined]
    before = page.avatar.state
    page.whole_parts.predict_again()
    qtbot.waitUntil(lambda: page.notice.text == "The model is gone.")

    assert page.avatar.state == before


def test_colour_is_taken_from_the_photo_in_one_step(qtbot: QtBot, with_photo: CreatePage) -> None:
    page = with_photo
    page.panel.open_component("hair")
    row = page.panel.row("hair_color")
    assert isinstance(row, ColorRow)
    qtbot.mouseClick(row.pick, Qt.MouseButton.LeftButton)
    pipette = page.picking.pipette
    qtbot.waitUntil(lambda: pipette.is_out)
    count = page.avatar.undo_stack.count()
    qtbot.mouseMove(pipette, QPoint(pipette.width() // 2, pipette.height() // 3))
    pipette._move_to(pipette.rect().center().toPointF())
    picked = pipette.picked
    assert picked is not None
    qtbot.keyClick(pipette, Qt.Key.Key_Return)

    assert page.avatar.vector["hair_color"] == picked.option
    assert page.avatar.undo_stack.count() == count + 1
    assert picked.name in page.notice.text
    assert page.panel.current_row() is row  # where the person was


def test_light_is_taken_out_of_a_colour_or_left_in(with_photo: CreatePage) -> None:
    page = with_photo
    assert page.picking._read is not None
    page.picking._read.light = np.array([1.5, 1.0, 0.5], np.float32)
    page.panel.pick_wanted.emit("hair_color")
    pipette = page.picking.pipette
    seen = []
    for _ in range(2):
        pipette._move_to(pipette.rect().center().toPointF())
        assert pipette.picked is not None
        seen.append(QColor(pipette.picked.seen))
        pipette._bar.corrects.click()

    assert seen[0].red() < seen[1].red()
    assert seen[0].green() == seen[1].green()
    assert seen[0].blue() > seen[1].blue()


def test_buttons_name_the_keys_as_they_are(page: CreatePage, window: MainWindow) -> None:
    row = page.panel.row("hair_color")
    assert isinstance(row, ColorRow)
    assert row.pick.toolTip() == "Take hair colour from the photo  I"
    window.actions_by_id["pick_colour"].setShortcut("Ctrl+I")
    assert row.pick.toolTip() == "Take hair colour from the photo  Ctrl+I"
    assert page.panel._section("hair").part.dice.toolTip() == "Hair: random  G"


def test_another_photo_puts_the_pipette_away(qtbot: QtBot, with_photo: CreatePage) -> None:
    page = with_photo
    page.panel.open_component("hair")
    press(qtbot, page, Qt.Key.Key_I)
    assert page.picking.pipette.isVisible()
    page.photo.clear()

    assert page.picking.pipette.isHidden()
    assert not page.panel._has_photo


def test_whether_light_is_corrected_is_remembered(qtbot: QtBot, with_photo: CreatePage) -> None:
    page = with_photo
    page.panel.open_component("hair")
    press(qtbot, page, Qt.Key.Key_I)
    page.picking.pipette._bar.corrects.click()
    qtbot.keyClick(page.picking.pipette, Qt.Key.Key_Escape)

    assert not Settings().now.corrects_light
    press(qtbot, page, Qt.Key.Key_I)
    assert not page.picking.pipette._bar.corrects.isChecked()


def test_regions_are_shown_in_the_avatar_and_can_be_turned_off(qtbot: QtBot, page: CreatePage, window: MainWindow) -> None:
    row = page.panel.row("skin_tone")  # the fake engine knows skin alone
    page.panel.region_wanted.emit(row)
    qtbot.waitUntil(lambda: page.avatar_view._region.is_on)
    page.avatar.edit({"head_width": 0.9})
    assert not page.avatar_view._region.is_on  # a change is seen as it is
    window.actions_by_id["show_regions"].trigger()
    page.panel.region_wanted.emit(row)

    assert not page.avatar_view._region.is_on
    assert not Settings().now.shows_regions


def test_no_region_hides_the_photo_while_a_colour_is_taken(qtbot: QtBot, with_photo: CreatePage) -> None:
    page = with_photo
    row = page.panel.row("skin_tone")
    page.panel.region_wanted.emit(row)
    qtbot.waitUntil(lambda: page.avatar_view._region.is_on)
    page.panel.pick_wanted.emit("skin_tone")
    assert not page.avatar_view._region.is_on
    page.panel.region_wanted.emit(row)

    assert not page.avatar_view._region.is_on


def test_a_region_that_comes_too_late_is_not_shown(qtbot: QtBot, page: CreatePage) -> None:
    page.panel.region_wanted.emit(page.panel.row("skin_tone"))
    page.panel.region_wanted.emit(None)
    qtbot.waitUntil(lambda: bool(page.regions._kept))

    assert not page.avatar_view._region.is_on
