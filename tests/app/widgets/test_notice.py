import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.widgets.notice import MARGIN, Notice


@pytest.fixture
def stage(qtbot: QtBot) -> QWidget:
    stage = QWidget()
    stage.resize(900, 500)
    qtbot.addWidget(stage)
    stage.show()
    return stage


@pytest.fixture
def notice(stage: QWidget) -> Notice:
    notice = Notice()
    notice.lie_over(stage)
    return notice


def button(stage: QWidget, area: QRect) -> QPushButton:
    made = QPushButton(stage)
    made.setGeometry(area)
    made.show()
    return made


def test_it_lies_at_the_foot_in_the_middle(stage: QWidget, notice: Notice) -> None:
    notice.say("Done.")
    assert notice.geometry().bottom() + 1 == stage.height() - MARGIN
    assert notice.geometry().center().x() == pytest.approx(stage.width() / 2, abs=1)
    stage.resize(700, 400)
    assert notice.geometry().bottom() + 1 == 400 - MARGIN
    assert notice.width() == 700 - 2 * MARGIN


def test_it_covers_nothing_to_press(stage: QWidget, notice: Notice) -> None:
    taken = button(stage, QRect(300, 430, 200, 40))
    notice.say("Done.")
    assert not notice.geometry().intersects(taken.geometry())
    assert notice.geometry().bottom() < taken.y()
    taken.hide()
    notice.place()
    assert notice.geometry().bottom() + 1 == stage.height() - MARGIN


def test_where_everything_can_be_pressed_it_lies_at_the_foot(stage: QWidget, notice: Notice) -> None:
    button(stage, stage.rect())
    notice.warn("Not saved: the disk is full.")
    assert notice.geometry().bottom() + 1 == stage.height() - MARGIN


def test_what_is_scrolled_away_is_not_covered(stage: QWidget, notice: Notice) -> None:
    area, inside = QScrollArea(stage), QWidget()
    inside.resize(800, 2000)
    button(inside, QRect(0, 410, 800, 1500))
    area.setWidget(inside)
    area.setGeometry(0, 0, 900, 400)
    area.show()
    notice.say("Done.")
    assert notice.geometry().bottom() + 1 == stage.height() - MARGIN


def test_it_leaves_the_panel_alone(stage: QWidget, notice: Notice) -> None:
    row, panel = QHBoxLayout(stage), QWidget()
    panel.setObjectName("panel")
    panel.setFixedWidth(300)
    QVBoxLayout(panel).addWidget(QLabel("Nothing to press"))
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    row.addStretch(1)
    row.addWidget(panel)
    panel.show()
    row.activate()
    notice.say("Done.")
    assert notice.geometry() == QRect(MARGIN, 500 - MARGIN - notice.height(), 600 - 2 * MARGIN, notice.height())


def test_its_own_buttons_are_not_in_its_way(qtbot: QtBot, notice: Notice) -> None:
    taken: list[str] = []
    notice.ask("Restore it?", ("Restore", lambda: taken.append("restored")))
    place = notice.geometry()
    notice.place()
    assert notice.geometry() == place
    offer = next(one for one in notice.findChildren(QPushButton) if one.text() == "Restore")
    qtbot.mouseClick(offer, Qt.MouseButton.LeftButton)
    assert taken == ["restored"]
    assert notice.isHidden()
