"""Many photos on the page: the gallery, one of them on the page and back, several faces, and all of them to files."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, Qt, QUrl
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from typing_extensions import override

from app.main_window import MainWindow
from app.pages.create.page import CreatePage
from app.widgets.batch_save_dialog import BatchSaveDialog
from app.widgets.text_dialog import TextDialog
from core.avatar.document import carried_document, read_document
from core.images import read_photo
from tests.app.conftest import FakeReadings

TWO = [(0.0, 0.0, 50.0, 50.0), (60.0, 0.0, 110.0, 50.0)]


@pytest.fixture
def page(window: MainWindow) -> CreatePage:
    return window.page


@pytest.fixture
def answer_folder(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path | None], None]:
    def answer(path: Path | None) -> None:
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(path or ""))
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path / "group.png") if path else "", ""))

    answer(None)
    return answer


def folder_of(photo: Path, count: int) -> Path:
    folder = photo.parent / "holiday"
    folder.mkdir(exist_ok=True)
    for number in range(count):
        (folder / f"{number:02}.png").write_bytes(photo.read_bytes())
    return folder


def drop(page: CreatePage, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    page.files.take(data)


def through(page: CreatePage, count: int) -> bool:
    items = page.batch.batch.items
    return len(items) == count and all(item.state in ("done", "attention") for item in items)


@pytest.fixture
def three(qtbot: QtBot, page: CreatePage, photo: Path) -> CreatePage:
    """A page whose gallery has three avatars."""
    drop(page, folder_of(photo, 3))
    qtbot.waitUntil(lambda: through(page, 3) and len(page.batch.gallery.list.ids) == 3)
    return page


def click(qtbot: QtBot, page: CreatePage, row: int) -> None:
    view = page.batch.gallery.list
    place = view.visualRect(view.model().index(row, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))


def opened(qtbot: QtBot, page: CreatePage, row: int) -> None:
    click(qtbot, page, row)
    qtbot.waitUntil(lambda: page.photo.stage == "ready" and not page.batch.is_shown)


def saved(qtbot: QtBot, page: CreatePage) -> None:
    qtbot.mouseClick(page.batch.gallery.save, Qt.MouseButton.LeftButton)
    dialog = page.findChildren(BatchSaveDialog)[-1]
    qtbot.mouseClick(dialog.ok_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.batch._saving is None and page.notice.isVisible())


def test_folder_becomes_a_gallery_with_its_avatars(qtbot: QtBot, three: CreatePage, window: MainWindow) -> None:
    gallery = three.batch.gallery
    assert gallery.isVisible()
    assert not three.panel.isVisible()
    assert gallery.title.whole == "3 photos"
    qtbot.waitUntil(lambda: gallery.about.text() == "3 avatars")
    qtbot.waitUntil(lambda: all(three.batch.pictures.avatar(one) is not None for one in gallery.list.ids))
    qtbot.waitUntil(lambda: all(three.batch.pictures.face(one) is not None for one in gallery.list.ids))
    for name in ("undo", "reset_field", "export", "save"):  # of the one avatar that is not seen
        assert not window.actions_by_id[name].isEnabled()
    qtbot.keyClick(gallery.list, Qt.Key.Key_Escape)

    assert three.panel.isVisible()
    assert not gallery.isVisible()
    assert window.actions_by_id["save"].isEnabled()
    assert three.batch.bar.isVisible()


def test_several_files_are_opened_as_many(qtbot: QtBot, page: CreatePage, photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = sorted(folder_of(photo, 2).iterdir())
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(path) for path in paths], ""))
    page.files.open()
    qtbot.waitUntil(lambda: through(page, 2))

    assert page.batch.is_shown


def test_folder_is_asked_for_and_opened(
    qtbot: QtBot, page: CreatePage, photo: Path, answer_folder: Callable[[Path | None], None]
) -> None:
    page.files.open_folder()
    assert not page.batch.is_shown
    folder = folder_of(photo, 2)
    answer_folder(folder)
    page.files.open_folder()
    qtbot.waitUntil(lambda: through(page, 2))

    assert page.batch.is_shown


class Presses(QObject):
    """Counts the presses of the mouse that reach anybody."""

    count = 0

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
        return False


def test_double_click_opens_one_and_hits_nothing_behind_it(qtbot: QtBot, three: CreatePage) -> None:
    view = three.batch.gallery.list
    place = view.viewport().mapTo(three.window(), view.visualRect(view.model().index(1, 0)).center())
    handle, presses = three.window().windowHandle(), Presses(three)
    QApplication.instance().installEventFilter(presses)  # type: ignore[union-attr]
    qtbot.mouseClick(handle, Qt.MouseButton.LeftButton, pos=place)
    assert not three.batch.is_shown
    assert presses.count > 0
    presses.count = 0
    qtbot.mouseClick(handle, Qt.MouseButton.LeftButton, pos=place)
    assert presses.count == 0
    qtbot.mouseClick(handle, Qt.MouseButton.LeftButton, pos=place)

    assert presses.count > 0  # only one


def test_changes_to_one_of_them_are_kept_and_come_back(qtbot: QtBot, three: CreatePage) -> None:
    opened(qtbot, three, 1)
    assert three.files.title == "01"
    assert three.avatar.state.estimate is not None
    assert not three.avatar.undo_stack.canUndo()
    three.avatar.edit({"glasses": "frame_2"})
    qtbot.keyClick(three, Qt.Key.Key_Escape)
    assert three.batch.is_shown
    assert three.findChildren(TextDialog) == []
    second = three.batch.batch.items[1]
    assert second.is_changed
    assert three.batch.gallery.list.get(second.id).note == "Changed"  # type: ignore[union-attr]
    opened(qtbot, three, 0)
    assert three.avatar.vector["glasses"] != "frame_2"
    three.batch.show_batch()
    opened(qtbot, three, 1)

    assert three.avatar.vector["glasses"] == "frame_2"
    assert three.avatar.state.provenance["glasses"].by == "edited"
    assert [item.is_changed for item in three.batch.batch.items] == [False, True, False]


def test_one_that_was_only_looked_at_is_as_it_was(qtbot: QtBot, three: CreatePage) -> None:
    opened(qtbot, three, 0)
    three.avatar.edit({"glasses": "frame_2"})
    three.editing.undo()
    three.batch.show_batch()

    assert three.batch.batch.items[0].document is None


def test_work_on_the_page_is_asked_about_before_one_of_many_takes_its_place(qtbot: QtBot, page: CreatePage, photo: Path) -> None:
    with qtbot.waitSignal(page.photo.estimated):
        page.files.open_path(photo)
    page.avatar.edit({"glasses": "frame_2"})
    drop(page, folder_of(photo, 2))
    qtbot.waitUntil(lambda: through(page, 2) and len(page.batch.gallery.list.ids) == 2)
    click(qtbot, page, 0)
    dialog = page.findChildren(TextDialog)[-1]
    assert page.avatar.vector["glasses"] == "frame_2"
    qtbot.mouseClick(dialog.cancel, Qt.MouseButton.LeftButton)
    assert page.avatar.vector["glasses"] == "frame_2"
    assert page.batch.is_shown


def test_something_else_on_the_page_does_not_go_into_the_gallery(qtbot: QtBot, three: CreatePage, photo: Path) -> None:
    opened(qtbot, three, 0)
    with qtbot.waitSignal(three.photo.estimated):
        three.files.open_path(photo)
    three.avatar.edit({"glasses": "frame_2"})
    three.batch.show_batch()

    assert [item.document for item in three.batch.batch.items] == [None, None, None]
    assert three.avatar.vector["glasses"] == "frame_2"


def test_what_is_wrong_is_said_with_what_to_do(qtbot: QtBot, page: CreatePage, photo: Path) -> None:
    folder = folder_of(photo, 1)
    (folder / "bad.png").write_bytes(b"no picture")
    drop(page, folder)
    qtbot.waitUntil(lambda: through(page, 2) and len(page.batch.gallery.list.ids) == 2)
    gallery = page.batch.gallery
    click(qtbot, page, 1)
    assert page.batch.is_shown
    assert "bad.png is not a" in gallery.detail.text.text()
    assert gallery.detail.retry.isVisible()
    assert not gallery.detail.open.isVisible()
    qtbot.waitUntil(lambda: gallery.about.text() == "1 avatar  ·  1 needs attention")
    (folder / "bad.png").write_bytes(photo.read_bytes())
    qtbot.mouseClick(gallery.retry_all, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: {item.state for item in page.batch.batch.items} == {"done"})

    assert not gallery.retry_all.isVisible()
    qtbot.mouseClick(gallery.detail.remove, Qt.MouseButton.LeftButton)
    assert len(page.batch.batch.items) == 1


def test_filter_shows_what_needs_attention(qtbot: QtBot, page: CreatePage, photo: Path) -> None:
    folder = folder_of(photo, 2)
    (folder / "bad.png").write_bytes(b"no picture")
    drop(page, folder)
    qtbot.waitUntil(lambda: through(page, 3) and len(page.batch.gallery.list.ids) == 3)
    gallery = page.batch.gallery
    buttons = {one.text(): one for one in gallery.filters.findChildren(QAbstractButton)}
    qtbot.mouseClick(buttons["Needs attention  1"], Qt.MouseButton.LeftButton)
    assert [gallery.list.get(one).name for one in gallery.list.ids] == ["bad.png"]  # type: ignore[union-attr]
    qtbot.mouseClick(buttons["Done  2"], Qt.MouseButton.LeftButton)
    assert len(gallery.list.ids) == 2


def test_face_is_chosen_on_the_page(qtbot: QtBot, page: CreatePage, photo: Path, readings: FakeReadings) -> None:
    readings.boxes = list(TWO)
    drop(page, folder_of(photo, 1))
    qtbot.waitUntil(lambda: through(page, 1) and len(page.batch.gallery.list.ids) == 1)
    click(qtbot, page, 0)
    qtbot.waitUntil(lambda: page.photo.stage == "choosing")
    with qtbot.waitSignal(page.photo.estimated):
        qtbot.keyClick(page.photo_column.image_view, Qt.Key.Key_2)
    qtbot.waitUntil(lambda: page.batch.batch.items[0].state == "done")
    page.batch.show_batch()

    assert page.batch.batch.items[0].document is None  # chosen, but not changed
    qtbot.waitUntil(lambda: page.batch.gallery.about.text() == "1 avatar")


def test_all_faces_of_a_photo_and_their_portrait(
    qtbot: QtBot,
    page: CreatePage,
    photo: Path,
    readings: FakeReadings,
    answer_folder: Callable[[Path | None], None],
    tmp_path: Path,
) -> None:
    readings.boxes = list(TWO)
    page.files.open_path(photo)
    qtbot.waitUntil(lambda: page.photo.stage == "choosing")
    assert page.photo_column.all_faces.isVisible()
    page.batch.group_portrait()
    qtbot.waitUntil(lambda: page.batch.portrait is not None and page.batch.portrait.picture is not None)
    assert page.batch.portrait is not None
    assert len(page.batch.batch.items) == 2
    answer_folder(tmp_path)
    qtbot.mouseClick(page.batch.portrait.dialog.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: (tmp_path / "group.png").is_file() and page.notice.isVisible())
    height, width, _ = read_photo(tmp_path / "group.png").shape

    assert width > 256
    assert height > 256
    page.batch.leave_gallery()
    page.batch.group_portrait()  # the same group once more, not its faces twice
    qtbot.wait(50)
    assert len(page.batch.batch.items) == 2


def test_portrait_without_anybody_says_what_it_needs(page: CreatePage) -> None:
    page.batch.group_portrait()

    assert "several faces" in page.notice.text


def test_all_are_saved_under_free_names(
    qtbot: QtBot, three: CreatePage, answer_folder: Callable[[Path | None], None], tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "01.png").write_bytes(b"mine")
    (folder / "02.avatar.json").write_bytes(b"mine")
    answer_folder(folder)
    opened(qtbot, three, 0)
    three.avatar.edit({"glasses": "frame_2"})
    three.batch.show_batch()
    saved(qtbot, three)

    names = ["00", "01-2", "02-2"]
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["01.png", "02.avatar.json", *(f"{name}{ending}" for name in names for ending in (".png", ".avatar.json"))]
    )
    assert (folder / "01.png").read_bytes() == b"mine"
    assert read_document(folder / "00.avatar.json").values["glasses"] == "frame_2"
    assert carried_document(folder / "00.png") is not None
    assert "3 avatars are in out" in three.notice.text
    assert not three.batch.has_unsaved_work


def test_folder_that_cannot_be_written_loses_nothing(
    qtbot: QtBot, three: CreatePage, answer_folder: Callable[[Path | None], None], tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    answer_folder(tmp_path / "file")
    saved(qtbot, three)

    assert "cannot be written" in three.notice.text
    assert "Save elsewhere…" in [one.text() for one in three.notice.findChildren(QAbstractButton)]
    assert len(three.batch._done) == 3


def test_full_disk_is_told_before_anything_is_written(
    qtbot: QtBot,
    three: CreatePage,
    answer_folder: Callable[[Path | None], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1000})())
    answer_folder(tmp_path / "out")
    saved(qtbot, three)

    assert "not enough room" in three.notice.text
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.usefixtures("answer_folder")
def test_nothing_is_saved_if_the_person_changes_their_mind(qtbot: QtBot, three: CreatePage) -> None:
    qtbot.mouseClick(three.batch.gallery.save, Qt.MouseButton.LeftButton)
    dialog = three.findChildren(BatchSaveDialog)[-1]
    for box in (dialog.documents, dialog.pictures):
        box.setChecked(False)
    assert not dialog.ok_button.isEnabled()
    dialog.pictures.setChecked(True)
    qtbot.mouseClick(dialog.ok_button, Qt.MouseButton.LeftButton)  # and no folder is chosen

    assert three.batch._saving is None


def test_window_asks_before_it_closes_over_changed_avatars(qtbot: QtBot, three: CreatePage, window: MainWindow) -> None:
    opened(qtbot, three, 0)
    three.avatar.edit({"glasses": "frame_2"})
    three.batch.show_batch()
    three.avatar.start_anew()
    window.close()
    assert window.isVisible()
    dialog = three.findChildren(TextDialog)[-1]
    assert "1 avatar" in dialog.windowTitle()
    qtbot.mouseClick(dialog.buttons[0], Qt.MouseButton.LeftButton)

    assert not window.isVisible()


def test_forgotten_photo_is_out_of_the_gallery(three: CreatePage, photo: Path) -> None:
    three._forget_recent(photo.parent / "holiday" / "01.png")

    assert [item.name for item in three.batch.batch.items] == ["00.png", "02.png"]


def test_photos_are_added_by_a_drop_on_the_gallery(qtbot: QtBot, three: CreatePage, photo: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(photo))])
    three.batch._take_dropped(data)
    qtbot.waitUntil(lambda: through(three, 4))

    assert three.batch.is_shown


def test_of_several_avatars_one_is_opened_and_photos_among_them_are_taken(
    qtbot: QtBot, page: CreatePage, photo: Path, tmp_path: Path
) -> None:
    avatars = [tmp_path / f"{number}.avatar.json" for number in range(2)]
    for path in avatars:
        path.write_text(page.avatar.document().to_json())
    drop(page, *avatars)
    qtbot.waitUntil(lambda: page.avatar.path == avatars[0])
    assert not page.batch.is_shown
    drop(page, avatars[0], photo)
    qtbot.waitUntil(lambda: through(page, 1))

    assert page.batch.batch.items[0].name == photo.name


def test_portrait_stands_beside_the_faces_and_is_opened_by_a_click(
    qtbot: QtBot, page: CreatePage, photo: Path, readings: FakeReadings
) -> None:
    readings.boxes = list(TWO)
    drop(page, folder_of(photo, 1))
    qtbot.waitUntil(lambda: through(page, 1) and len(page.batch.gallery.list.ids) == 1)
    page.batch.batch.split(page.batch.batch.items[0].id)
    gallery = page.batch.gallery
    qtbot.waitUntil(lambda: len(gallery.list.ids) == 3)
    group = gallery.list.ids[2]
    assert group < 0
    assert gallery.title.whole == "2 photos"
    qtbot.waitUntil(lambda: page.batch.pictures.avatar(group) is not None)
    click(qtbot, page, 2)
    qtbot.waitUntil(lambda: page.batch.portrait is not None and page.batch.portrait.picture is not None)
    first = page.batch.batch.items[0].id
    page.batch.batch.remove(first)
    assert len(gallery.list.ids) == 1
