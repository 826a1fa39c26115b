"""“Which is more you?” in the window, on a fake engine."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.pages.create.page import CreatePage
from app.widgets import which_dialog
from app.widgets.which_dialog import WhichDialog
from core.asking import NUM_QUESTIONS
from core.errors import EngineError
from tests.app.fake_engine import FakeEngine


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys pressed fast are all meant."""
    monkeypatch.setattr(which_dialog, "PAUSE_MS", 0)


@pytest.fixture
def page(window: MainWindow, photo: Path, qtbot: QtBot) -> CreatePage:
    """With a photo that was estimated."""
    window.page.files.open_path(photo)
    qtbot.waitUntil(lambda: window.page.avatar.state.estimate is not None)
    return window.page


def ask(page: CreatePage, qtbot: QtBot) -> WhichDialog:
    """Begin, and wait for the first question."""
    page.which.which_is_more_you()
    dialog = page.which.dialog
    assert dialog is not None
    wait(dialog, qtbot)
    return dialog


def wait(dialog: WhichDialog, qtbot: QtBot) -> None:
    """Until there are two pictures to choose from, or the outcome."""
    qtbot.waitUntil(lambda: (dialog.first.has_picture and dialog.second.has_picture) or dialog.keep.isVisibleTo(dialog))


def press(dialog: WhichDialog, key: Qt.Key, qtbot: QtBot) -> None:
    """Press a key, and wait for what follows."""
    QTest.keyClick(dialog, key)
    wait(dialog, qtbot)


def test_six_answers_and_the_outcome_is_one_step(page: CreatePage, qtbot: QtBot) -> None:
    before, steps = page.avatar.state, page.avatar.undo_stack.count()
    dialog = ask(page, qtbot)
    assert dialog.place.text() == f"1 of {NUM_QUESTIONS}"
    for _ in range(NUM_QUESTIONS):
        if dialog.keep.isVisibleTo(dialog):
            break
        press(dialog, Qt.Key.Key_Left, qtbot)
    assert dialog.keep.isVisibleTo(dialog)
    qtbot.waitUntil(lambda: not dialog.after._picture.isNull())
    dialog.keep.click()

    assert page.which.dialog is None
    assert page.avatar.undo_stack.count() == steps + 1
    assert page.avatar.undo_stack.undoText() == "“Which is more you?”"
    settled = [key for key, source in page.avatar.state.provenance.items() if source.by == "edited"]
    assert settled
    page.avatar.undo_stack.undo()
    assert page.avatar.state == before


def test_it_says_what_differs_and_only_that_differs(page: CreatePage, qtbot: QtBot) -> None:
    dialog = ask(page, qtbot)
    assert page.which._asking is not None
    question = page.which._asking.question
    assert question is not None
    first, second = question.vectors

    assert {p.id for p in page.avatar.schema if first[p.id] != second[p.id]} <= set(question.topic.ids)
    assert dialog.first.text() != dialog.second.text()
    assert dialog.first.text() in dialog.first.accessibleName()
    assert dialog.explained.text().startswith("They differ in one thing: ")
    assert all(button.accessibleName() for button in dialog.findChildren(QAbstractButton))


@pytest.mark.parametrize(("key", "sides"), [(Qt.Key.Key_1, "first"), (Qt.Key.Key_Right, "second"), (Qt.Key.Key_0, "neither")])
def test_keys_answer_and_backspace_takes_it_back(page: CreatePage, qtbot: QtBot, key: Qt.Key, sides: str) -> None:
    dialog = ask(page, qtbot)
    asking = page.which._asking
    assert asking is not None
    question = asking.question
    assert not dialog.back.isEnabled()
    press(dialog, key, qtbot)
    assert [answer for _, answer in asking.beliefs.answers] == [sides]
    assert dialog.place.text() == f"2 of {NUM_QUESTIONS}"
    press(dialog, Qt.Key.Key_Backspace, qtbot)

    assert asking.beliefs.answers == ()
    assert asking.question is question
    assert dialog.place.text() == f"1 of {NUM_QUESTIONS}"


def test_keys_answer_whatever_has_the_focus(page: CreatePage, qtbot: QtBot) -> None:
    dialog = ask(page, qtbot)
    dialog.neither.setFocus()
    QTest.keyClick(dialog.neither, Qt.Key.Key_Right)
    asking = page.which._asking

    assert asking is not None
    assert [answer for _, answer in asking.beliefs.answers] == ["second"]


def test_esc_stops_and_keeps_what_was_answered(page: CreatePage, qtbot: QtBot) -> None:
    dialog = ask(page, qtbot)
    press(dialog, Qt.Key.Key_Right, qtbot)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.keep.isVisibleTo(dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)

    assert page.which.dialog is None
    assert page.avatar.undo_stack.undoText() == "“Which is more you?”"


def test_esc_before_any_answer_just_leaves(page: CreatePage, qtbot: QtBot) -> None:
    before = page.avatar.state
    dialog = ask(page, qtbot)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)

    assert page.which.dialog is None
    assert page.avatar.state is before


def test_undo_all_leaves_the_avatar_as_it_was(page: CreatePage, qtbot: QtBot) -> None:
    before = page.avatar.state
    dialog = ask(page, qtbot)
    press(dialog, Qt.Key.Key_Right, qtbot)
    dialog.stop.click()
    dialog.undo.click()

    assert page.which.dialog is None
    assert page.avatar.state is before


def test_one_can_go_back_from_the_outcome(page: CreatePage, qtbot: QtBot) -> None:
    dialog = ask(page, qtbot)
    press(dialog, Qt.Key.Key_Right, qtbot)
    dialog.stop.click()
    dialog.back.click()
    wait(dialog, qtbot)

    assert dialog.place.text() == f"2 of {NUM_QUESTIONS}"
    assert not dialog.keep.isVisibleTo(dialog)


def test_cannot_tell_decides_nothing(page: CreatePage, qtbot: QtBot) -> None:
    before = page.avatar.state
    dialog = ask(page, qtbot)
    press(dialog, Qt.Key.Key_Down, qtbot)
    dialog.stop.click()
    assert "stays as it is" in dialog.explained.text()
    assert not dialog.undo.isVisibleTo(dialog)
    dialog.keep.click()

    assert page.avatar.state is before


def test_locked_and_edited_values_stay(page: CreatePage, qtbot: QtBot) -> None:
    page.avatar.edit({"hair_type": "style_9"})
    page.avatar.set_locked(("mouth_type", "nose_type"), is_locked=True)
    kept = {key: page.avatar.vector[key] for key in ("hair_type", "mouth_type", "nose_type")}
    dialog = ask(page, qtbot)
    while not dialog.keep.isVisibleTo(dialog):
        press(dialog, Qt.Key.Key_Left, qtbot)
    dialog.keep.click()

    assert {key: page.avatar.vector[key] for key in kept} == kept


def test_without_a_photo_it_says_what_to_do(window: MainWindow) -> None:
    window.page.which.which_is_more_you()

    assert window.page.which.dialog is None
    assert "Open a photo first" in window.page.notice.text


def test_with_everything_locked_it_says_so(page: CreatePage) -> None:
    page.avatar.set_locked(tuple(p.id for p in page.avatar.schema), is_locked=True)
    page.which.which_is_more_you()

    assert page.which.dialog is None
    assert "nothing to ask" in page.notice.text


def test_another_photo_ends_the_questions(page: CreatePage, qtbot: QtBot) -> None:
    ask(page, qtbot)
    page.avatar.start_anew()

    assert page.which.dialog is None


def test_an_engine_that_fails_ends_the_questions_with_a_sentence(
    page: CreatePage, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def fail(*_: object) -> None:
        raise EngineError("The graphics card is gone.")

    qtbot.waitUntil(lambda: page.avatar_view.render_shown is not None)
    monkeypatch.setattr(engine, "render", fail)
    page.which.which_is_more_you()
    qtbot.waitUntil(lambda: page.which.dialog is None)

    assert "The graphics card is gone." in page.notice.text


def test_the_next_question_is_drawn_before_anybody_answers(page: CreatePage, qtbot: QtBot) -> None:
    dialog = ask(page, qtbot)
    asking = page.which._asking
    assert asking is not None
    qtbot.waitUntil(lambda: len(asking._node.following) == 3 and all(one.is_ready for one in asking._node.following.values()))
    QTest.keyClick(dialog, Qt.Key.Key_Left)

    assert asking.stage == "asking"
    assert all(picture is not None for picture in asking.pictures)
    assert dialog.first.has_picture


def test_sharp_pictures_follow_the_light_ones(page: CreatePage, qtbot: QtBot) -> None:
    ask(page, qtbot)
    asking = page.which._asking
    assert asking is not None
    qtbot.waitUntil(lambda: all(picture is not None and picture.width() == 640 for picture in asking.pictures))


def test_a_key_pressed_twice_by_mistake_answers_once(page: CreatePage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    dialog = ask(page, qtbot)
    asking = page.which._asking
    assert asking is not None
    qtbot.waitUntil(lambda: all(one.is_ready for one in asking._node.following.values()))
    monkeypatch.setattr(which_dialog, "PAUSE_MS", 60_000)
    dialog._since.start()
    QTest.keyClick(dialog, Qt.Key.Key_Left)

    assert asking.beliefs.answers == ()


@pytest.mark.parametrize("size", [(1024, 640), (1360, 840)])
def test_it_fits_into_the_window(window: MainWindow, page: CreatePage, qtbot: QtBot, size: tuple[int, int]) -> None:
    window.resize(*size)
    dialog = ask(page, qtbot)

    assert dialog.width() <= size[0]
    assert dialog.height() <= size[1]
    assert dialog.photo.width() == dialog.first.width() >= 280
    for one in (dialog.photo, dialog.first, dialog.second, dialog.neither, dialog.stop, dialog.back):
        assert dialog.rect().contains(one.mapTo(dialog, one.rect().topLeft()))
        assert dialog.rect().contains(one.mapTo(dialog, one.rect().bottomRight()))


def test_it_says_where_nothing_is_marked_as_unsure(page: CreatePage, qtbot: QtBot) -> None:
    page.avatar.edit({"hair_type": "style_9"})
    dialog = ask(page, qtbot)

    assert "Nothing is marked as unsure" in dialog.explained.text()


def test_the_panel_and_a_key_lead_to_it(window: MainWindow, page: CreatePage, qtbot: QtBot) -> None:
    page.panel.settle_wanted.emit()
    dialog = page.which.dialog
    assert dialog is not None
    wait(dialog, qtbot)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    left = page.which.dialog
    window.actions_by_id["which_is_more_you"].trigger()

    assert left is None
    assert page.which.dialog is not None
