import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractButton, QFileDialog
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.pages.create.page import CreatePage
from app.widgets.export_dialog import ExportDialog
from app.widgets.field_row import NumberRow
from app.widgets.text_dialog import TextDialog
from core.avatar.document import read_document
from core.errors import ModelError
from tests.app.conftest import FakeReadings


@pytest.fixture
def page(window: MainWindow) -> CreatePage:
    return window.page


@pytest.fixture
def answer_file(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path | None], None]:
    """Has every file dialog answer a path, or be cancelled."""

    def answer(path: Path | None) -> None:
        for name in ("getSaveFileName",):
            monkeypatch.setattr(QFileDialog, name, lambda *_: (str(path or ""), ""))
        monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path)] if path else [], ""))

    answer(None)
    return answer


def number_row(page: CreatePage, parameter_id: str) -> NumberRow:
    row = page.panel.row(parameter_id)
    assert isinstance(row, NumberRow)
    return row


def press(
    qtbot: QtBot, page: CreatePage, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.ControlModifier
) -> None:
    qtbot.keyClick(page.window(), key, modifier)


def question(page: CreatePage) -> TextDialog:
    return page.findChildren(TextDialog)[-1]


def test_load_drag_undo_save_reopen_export(
    qtbot: QtBot,
    window: MainWindow,
    open_window: Callable[[], MainWindow],
    photo: Path,
    tmp_path: Path,
    answer_file: Callable[[Path | None], None],
) -> None:
    page = window.page
    answer_file(photo)
    with qtbot.waitSignal(page.photo.estimated):
        qtbot.mouseClick(page.photo_column.image_view._panel.open, Qt.MouseButton.LeftButton)
    assert page.avatar.vector["skin_tone"] == "tone_05"
    assert page.files.title == "Ada’s selfie"

    page.panel.open_component("head")
    slider = number_row(page, "head_width").slider
    middle = slider.rect().center().y()
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(20, middle))
    for x in range(30, 130, 10):
        qtbot.mouseMove(slider, QPoint(x, middle))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(120, middle))
    dragged = page.avatar.vector
    assert dragged["head_width"] != pytest.approx(0.75)
    press(qtbot, page, Qt.Key.Key_Z)
    assert page.avatar.vector["head_width"] == pytest.approx(0.75)
    press(qtbot, page, Qt.Key.Key_Y)
    assert page.avatar.vector == dragged

    saved = tmp_path / "Ada.avatar.json"
    answer_file(tmp_path / "Ada")
    press(qtbot, page, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: not page.avatar.is_dirty)
    assert read_document(saved).vector(page.avatar.schema) == dragged
    assert window.windowTitle() == "Ada[*] – Likeness"

    picture = tmp_path / "Ada.png"
    answer_file(picture)
    press(qtbot, page, Qt.Key.Key_E)
    dialog = page.findChildren(ExportDialog)[-1]
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(picture.exists)
    with Image.open(picture) as exported:
        assert (exported.mode, exported.size) == ("RGBA", (1024, 1024))
        assert np.asarray(exported)[..., 3].min() == 0
    window.close()

    again = open_window()
    answer_file(saved)
    with qtbot.waitSignal(again.page.avatar.file_changed):
        press(qtbot, again.page, Qt.Key.Key_O)
    assert again.page.avatar.vector == dragged
    assert not again.page.avatar.is_dirty


def test_several_faces_are_chosen_by_number(qtbot: QtBot, page: CreatePage, photo: Path, readings: FakeReadings) -> None:
    readings.boxes = [(0, 0, 50, 50), (60, 0, 110, 50)]
    page.files.open_path(photo)
    qtbot.waitUntil(lambda: page.photo.stage == "choosing")
    assert "2 faces" in page.photo_column.image_view.accessibleDescription()
    with qtbot.waitSignal(page.photo.estimated):
        qtbot.keyClick(page.photo_column.image_view, Qt.Key.Key_2)

    assert page.photo.portrait is not None
    assert int(page.photo.portrait.selfie.wide[0, 0, 0]) == 2
    assert page.photo_column.other_face.isVisible()


@pytest.mark.parametrize(("name", "content"), [("empty.jpg", b""), ("text.png", b"hello"), ("cut.jpg", b"\xff\xd8\xff\xe0" * 9)])
def test_bad_photo_is_said_in_place(qtbot: QtBot, page: CreatePage, tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    before = page.avatar.state
    page.files.open_path(tmp_path / name)
    qtbot.waitUntil(lambda: page.photo.stage == "failed")

    assert name in page.photo_column.image_view.accessibleDescription()
    assert "Traceback" not in page.photo_column.image_view.accessibleDescription()
    assert page.avatar.state == before
    assert page.findChildren(TextDialog) == []


def test_without_a_model_the_photo_stays_beside_the_default_avatar(
    qtbot: QtBot, page: CreatePage, photo: Path, readings: FakeReadings
) -> None:
    readings.error = ModelError("The model “toon_shape” is not installed.")
    page.files.open_path(photo)
    qtbot.waitUntil(page.notice.isVisible)

    assert page.notice.text.startswith("The model “toon_shape” is not installed. ")
    assert page.photo.stage == "ready"
    assert page.avatar.undo_stack.count() == 0


def test_bad_document_is_said_in_place(qtbot: QtBot, page: CreatePage, tmp_path: Path) -> None:
    path = tmp_path / "bad.avatar.json"
    path.write_text('{"format": "likeness.avatar"')
    page.files.open_path(path)
    qtbot.waitUntil(page.notice.isVisible)

    assert "bad.avatar.json" in page.notice.text


def test_photo_is_pasted_as_file_and_as_picture(qtbot: QtBot, page: CreatePage, photo: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(photo))])
    QGuiApplication.clipboard().setMimeData(data)
    with qtbot.waitSignal(page.photo.estimated):
        press(qtbot, page, Qt.Key.Key_V)
    QGuiApplication.clipboard().setImage(QImage(str(photo)))
    with qtbot.waitSignal(page.photo.estimated):
        press(qtbot, page, Qt.Key.Key_V)

    assert page.photo.photo is not None
    assert page.photo.photo.path is None


def test_empty_clipboard_is_said(qtbot: QtBot, page: CreatePage) -> None:
    QGuiApplication.clipboard().clear()
    press(qtbot, page, Qt.Key.Key_V)

    assert "no picture on the clipboard" in page.notice.text


def test_copied_avatar_can_be_pasted(qtbot: QtBot, page: CreatePage) -> None:
    page.avatar.edit({"hair_type": "bald"})
    press(qtbot, page, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: page.notice.text == "Copied.")
    assert not QGuiApplication.clipboard().image().isNull()
    page.avatar.start_anew()
    press(qtbot, page, Qt.Key.Key_V)

    assert page.avatar.vector["hair_type"] == "bald"
    assert page.avatar.state.provenance["hair_type"].by == "copied"


def test_cancelled_dialogs_change_nothing(qtbot: QtBot, page: CreatePage, answer_file: Callable[[Path | None], None]) -> None:
    answer_file(None)
    page.avatar.edit({"hair_type": "bald"})
    before = page.avatar.state
    for key in (Qt.Key.Key_O, Qt.Key.Key_S, Qt.Key.Key_E):
        press(qtbot, page, key)
    dialog = page.findChildren(ExportDialog)[-1]
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    dialog.reject()

    assert page.avatar.state == before
    assert page.avatar.is_dirty


def test_failed_save_stays_unsaved_and_can_go_elsewhere(
    qtbot: QtBot, page: CreatePage, tmp_path: Path, answer_file: Callable[[Path | None], None]
) -> None:
    page.avatar.edit({"hair_type": "bald"})
    answer_file(tmp_path / "gone" / "a")
    page.files.save()
    qtbot.waitUntil(page.notice.isVisible)
    assert "was not written" in page.notice.text
    assert page.avatar.is_dirty
    answer_file(tmp_path / "b")
    elsewhere = next(b for b in page.notice.findChildren(QAbstractButton) if "elsewhere" in b.accessibleName())
    qtbot.mouseClick(elsewhere, Qt.MouseButton.LeftButton)
    qtbot.waitUntil((tmp_path / "b.avatar.json").exists)


def test_new_photo_after_edits_asks_and_discards(qtbot: QtBot, page: CreatePage, photo: Path) -> None:
    page.avatar.edit({"hair_type": "bald"})
    page.files.open_path(photo)
    assert page.photo.stage == "empty"
    with qtbot.waitSignal(page.photo.estimated):
        qtbot.mouseClick(question(page).buttons[0], Qt.MouseButton.LeftButton)

    assert page.avatar.vector["hair_type"] == "style_7"


def test_second_photo_without_edits_asks_nothing(qtbot: QtBot, page: CreatePage, photo: Path) -> None:
    for _ in range(2):
        with qtbot.waitSignal(page.photo.estimated):
            page.files.open_path(photo)

    assert page.findChildren(TextDialog) == []


def test_reset_lock_and_random_by_key(qtbot: QtBot, page: CreatePage) -> None:
    none = Qt.KeyboardModifier.NoModifier
    page.panel.go_to("head_width")
    page.avatar.edit({"head_width": 0.9, "head_length": 0.9})
    press(qtbot, page, Qt.Key.Key_R, none)
    assert page.avatar.vector["head_width"] == 0.5
    assert page.avatar.vector["head_length"] == pytest.approx(0.9)
    press(qtbot, page, Qt.Key.Key_L, none)
    assert page.avatar.state.locks == {"head_width"}
    press(qtbot, page, Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    assert page.avatar.vector["head_length"] == 0.5
    press(qtbot, page, Qt.Key.Key_G, none)

    assert page.avatar.vector["head_width"] == 0.5
    assert page.avatar.vector["head_length"] != 0.5


def test_letters_typed_into_the_filter_are_no_commands(qtbot: QtBot, page: CreatePage) -> None:
    page.avatar.edit({"head_width": 0.9})
    press(qtbot, page, Qt.Key.Key_F)
    before = page.avatar.state
    qtbot.keyClicks(page.panel.filter, "lgrn")

    assert page.panel.filter.text() == "lgrn"
    assert page.avatar.state == before


def test_prediction_is_marked_and_unsure_values_are_found(qtbot: QtBot, page: CreatePage, photo: Path) -> None:
    with qtbot.waitSignal(page.photo.estimated):
        page.files.open_path(photo)
    press(qtbot, page, Qt.Key.Key_N, Qt.KeyboardModifier.NoModifier)
    row = page.panel.current_row()

    assert row is not None
    assert row.parameter_ids == ("hair_type",)
    assert row._unsure.isVisible()
    assert "20 % sure" in row._unsure.toolTip()


def test_held_key_shows_what_the_photo_gave(qtbot: QtBot, page: CreatePage, photo: Path) -> None:
    with qtbot.waitSignal(page.photo.estimated):
        page.files.open_path(photo)
    page.avatar.edit({"hair_type": "bald"})
    qtbot.keyPress(page, Qt.Key.Key_Backslash)
    view = page.avatar_view
    qtbot.waitUntil(lambda: view.render_shown is not None and view.render_shown.shot.vector["hair_type"] == "style_7")
    qtbot.keyRelease(page, Qt.Key.Key_Backslash)
    qtbot.waitUntil(lambda: view.render_shown is not None and view.render_shown.shot.vector["hair_type"] == "bald")


def test_views_turn_the_avatar(qtbot: QtBot, page: CreatePage) -> None:
    side = next(b for b in page.looking.views.findChildren(QAbstractButton) if b.accessibleName() == "View: Side")
    qtbot.mouseClick(side, Qt.MouseButton.LeftButton)
    assert page.avatar_view.camera.yaw == -85.0
    press(qtbot, page, Qt.Key.Key_0)

    assert page.avatar_view.camera.yaw == 0.0


def test_export_with_background_and_view(
    qtbot: QtBot, page: CreatePage, tmp_path: Path, answer_file: Callable[[Path | None], None]
) -> None:
    page.exporting.export()
    dialog = page.findChildren(ExportDialog)[-1]
    for name in ("View: Three-quarter", "Background: Rose"):
        button = next(b for b in dialog.findChildren(QAbstractButton) if b.accessibleName() == name)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog.size_box.setCurrentIndex(dialog.size_box.findData(256))
    dialog.size_box.activated.emit(dialog.size_box.currentIndex())
    assert [camera.yaw for camera in dialog.order.cameras] == [-28.0]
    answer_file(tmp_path / "ada")
    qtbot.mouseClick(dialog.save_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil((tmp_path / "ada.png").exists)
    with Image.open(tmp_path / "ada.png") as exported:
        pixels = np.asarray(exported.convert("RGBA"))

    assert pixels.shape == (256, 256, 4)
    assert pixels[0, 0].tolist() == [244, 208, 212, 255]
    remembered = page.files._settings.now
    assert (remembered.export_view, remembered.export_size, remembered.export_background) == ("three-quarter", 256, "rose")


def test_document_keeps_who_decided_what(
    qtbot: QtBot, page: CreatePage, photo: Path, tmp_path: Path, answer_file: Callable[[Path | None], None]
) -> None:
    with qtbot.waitSignal(page.photo.estimated):
        page.files.open_path(photo)
    page.avatar.edit({"glasses": "frame_2"})
    answer_file(tmp_path / "a")
    page.files.save()
    qtbot.waitUntil((tmp_path / "a.avatar.json").exists)
    provenance = json.loads((tmp_path / "a.avatar.json").read_text())["provenance"]

    assert provenance["glasses"] == {"by": "edited"}
    assert provenance["hair_type"] == {"by": "predicted", "confidence": 0.2, "method": "fake", "model": "0" * 64}
