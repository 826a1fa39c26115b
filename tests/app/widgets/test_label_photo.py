from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.pages.label.page import LabelPage
from app.widgets.label_photo import Facts, why
from app.widgets.zoom import Zoom
from tests.app.fake_engine import FakeEngine
from tests.app.label_photos import make_photos, read_without_networks
from tests.app.pages.label.test_page import looks_at, make_set, press, settled, states

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NO = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow, engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LabelPage:
    """The page of a window that looks at the first of two photos."""
    read_without_networks(monkeypatch)
    make_photos(tmp_path / "photos", engine, ["a", "b"])
    page = make_set(qtbot, window, tmp_path / "Faces.avatarset", monkeypatch)
    with qtbot.waitSignal(page.work.set.added):
        page.work.set.add([tmp_path / "photos"])
    qtbot.waitUntil(lambda: len(page.work.set.entries) == 2)
    page.go_on()
    looks_at(qtbot, page, "a.png")
    return page


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (Facts("a", "", "todo", "similar", like="b.jpg"), "Starts like b.jpg, the most alike of those you finished."),
        (Facts("a", "", "todo", "similar"), "None is finished yet, so it starts from nothing."),
        (Facts("a", "", "todo", "previous", like="b.jpg"), "Starts like b.jpg, the last one you accepted."),
        (Facts("a", "", "draft", "previous", is_begun=True, like="b.jpg"), "Begun like b.jpg."),
        (Facts("a", "", "draft", "similar", is_begun=True), "Begun from a similar photo."),
        (Facts("a", "", "todo", "prediction", problem="No network."), "No prediction: No network."),
        (Facts("a", "", "todo", "blind", is_blind=True), "Always labelled from nothing, so that it can be compared."),
        (Facts("a", "", "todo", "prediction", can_label=False), ""),
    ],
)
def test_what_a_label_begins_like_is_said(facts: Facts, said: str) -> None:
    assert why(facts) == said


def test_photo_and_avatar_are_zoomed_together_by_wheel_and_keys_and_stay_so(
    qtbot: QtBot, window: MainWindow, page: LabelPage
) -> None:
    image, avatar = page.photos.view.face.image, page.photos.view.avatar
    assert image.size() == avatar.size()
    place, none = QPointF(image.width() / 2, image.height() / 2), Qt.MouseButton.NoButton
    wheel = QWheelEvent(place, place, QPoint(), QPoint(0, 240), none, NO, Qt.ScrollPhase.NoScrollPhase, False)
    QApplication.sendEvent(image, wheel)
    once = page.photos.view.zoom.zoom
    assert once.factor > 1.5
    assert image._zoom == avatar._zoom == once
    press(qtbot, window, Qt.Key.Key_Plus)
    assert avatar._zoom.factor > once.factor
    press(qtbot, window, Qt.Key.Key_Minus)
    assert avatar._zoom.factor == pytest.approx(once.factor)
    press(qtbot, window, Qt.Key.Key_Return)
    looks_at(qtbot, page, "b.png")
    assert page.photos.view.face.image._zoom.factor == pytest.approx(once.factor)  # the same part of the next face
    press(qtbot, window, Qt.Key.Key_0, CONTROL)
    assert image._zoom == avatar._zoom == Zoom()


def test_the_file_gives_a_sharper_picture_than_the_set(qtbot: QtBot, page: LabelPage) -> None:
    assert page.work.paper is not None
    assert page.work.paper.picture is not None
    qtbot.waitUntil(lambda: page.photos.mend.mending.seen is not None)
    seen = page.photos.mend.mending.seen
    assert seen is not None
    assert seen.picture is not None
    assert page.photos.view.face.image._image == seen.picture
    assert seen.picture.width() == round(1.6 * 160)  # as many pixels as the photo has there


def test_a_key_that_is_held_shows_the_avatar_before_the_last_change(page: LabelPage) -> None:
    assert page.work.paper is not None
    before = page.work.paper.vector
    assert page.see_before() is None  # nothing was changed
    page.work.edit({"glasses": "frame_2"})
    after = page.work.paper.vector
    end = page.see_before()
    assert end is not None
    assert page.photos.view.avatar.vector == before
    end()
    assert page.photos.view.avatar.vector == after


def test_unsure_with_a_reason_writes_it_and_goes_on(qtbot: QtBot, window: MainWindow, page: LabelPage) -> None:
    press(qtbot, window, Qt.Key.Key_U, SHIFT)
    note = page.photos.view.note
    assert note.hasFocus()
    assert "Why" in note.placeholderText()
    press(qtbot, window, Qt.Key.Key_Escape)  # no reason after all
    assert states(page)[0] == "todo"
    assert note.placeholderText() == "Note"
    press(qtbot, window, Qt.Key.Key_U, SHIFT)
    qtbot.keyClicks(note, "su1")
    press(qtbot, window, Qt.Key.Key_Return)
    looks_at(qtbot, page, "b.png")
    settled(qtbot, page)
    assert states(page)[0] == "unsure"
    assert page.work.set.entries[0].has_note
    assert note.text() == ""


def test_no_time_counts_while_another_page_or_window_has_the_attention(
    qtbot: QtBot, window: MainWindow, page: LabelPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_counting() -> bool:
        return page.work.watch._since is not None

    assert is_counting()
    press(qtbot, window, Qt.Key.Key_1, CONTROL)
    assert not is_counting()
    press(qtbot, window, Qt.Key.Key_2, CONTROL)
    assert is_counting()
    inactive = Qt.ApplicationState.ApplicationInactive
    monkeypatch.setattr(QGuiApplication, "applicationState", lambda: inactive)
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    app.applicationStateChanged.emit(inactive)
    assert not is_counting()
