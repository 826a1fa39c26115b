import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.advice_note import AdviceNote

TEXTS = ("The light is dim. Face a window.", "The photo is blurred. Hold still.", "Your eyes are closed. Open them.")


@pytest.fixture
def outside(qtbot: QtBot) -> QWidget:
    outside = QWidget()
    qtbot.addWidget(outside)
    outside.resize(1200, 200)
    with qtbot.waitExposed(outside):
        outside.show()
    return outside


@pytest.fixture
def note(outside: QWidget) -> AdviceNote:
    note = AdviceNote(outside)
    note.setGeometry(100, 100, 400, 72)
    note.show()
    return note


def shown(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def test_most_important_advice_comes_first_and_the_rest_on_demand(qtbot: QtBot, note: AdviceNote) -> None:
    note.advise(TEXTS)
    assert shown(note) == [TEXTS[0]]
    assert note.more.text() == "2 more"
    assert note.accessibleDescription() == " ".join(TEXTS)
    qtbot.mouseClick(note.more, Qt.MouseButton.LeftButton)
    assert shown(note.popover) == list(TEXTS[1:])
    qtbot.keyClick(note.popover, Qt.Key.Key_Escape)

    assert not note.popover.isVisible()
    assert shown(note) == [TEXTS[0]]


def test_one_piece_of_advice_offers_no_more(note: AdviceNote) -> None:
    note.advise(TEXTS[:1])

    assert not note.more.isVisible()
    assert note.dismiss.isVisible()


def test_advice_is_read_and_dismissed_with_the_keyboard(qtbot: QtBot, note: AdviceNote) -> None:
    note.advise(TEXTS)
    note.more.setFocus()
    qtbot.keyClick(note.more, Qt.Key.Key_Return)
    assert note.popover.isVisible()
    qtbot.keyClick(note.popover, Qt.Key.Key_Escape)
    qtbot.keyClick(note.more, Qt.Key.Key_Tab)
    assert note.dismiss.hasFocus()
    qtbot.keyClick(note.dismiss, Qt.Key.Key_Space)

    assert note.texts == ()
    assert shown(note) == []


def test_advice_takes_no_focus(note: AdviceNote) -> None:
    other = QWidget(note.parentWidget())
    other.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    other.show()
    other.setFocus()
    note.advise(TEXTS)
    note.guide("Do this.")

    assert other.hasFocus()


def test_guidance_cannot_be_dismissed_and_replaces_advice(qtbot: QtBot, note: AdviceNote) -> None:
    note.advise(TEXTS)
    qtbot.mouseClick(note.more, Qt.MouseButton.LeftButton)
    note.guide("Put the points on the eyes.")

    assert shown(note) == ["Put the points on the eyes."]
    assert not note.popover.isVisible()
    assert not note.dismiss.isVisible()
    assert not note.more.isVisible()


@pytest.mark.parametrize("width", [240, 400, 900])
def test_advice_stays_in_its_room(note: AdviceNote, width: int) -> None:
    note.resize(width, 72)
    for texts in (TEXTS, TEXTS[:1], ("A sentence that is as long as advice may be, and then a second one on what to do.",) * 2):
        note.advise(texts)
        card = note.more.parentWidget()
        assert card is not None
        assert note.rect().contains(card.geometry())
        (label,) = (label for label in card.findChildren(QLabel) if label.isVisible())
        assert label.height() >= label.heightForWidth(label.width())
        assert card.rect().contains(label.mapTo(card, QPoint(0, 0)))
        note.grab()


def test_new_advice_is_announced_once(note: AdviceNote, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: said.append(event.message()))
    note.advise(TEXTS)
    note.advise(TEXTS)
    note.clear()
    note.guide("Do this.")

    assert said == [" ".join(TEXTS), "Do this."]
