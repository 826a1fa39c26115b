from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.widgets.export_progress import ExportProgress


def test_card_says_how_far_it_is_and_stays_in_the_right_half(qtbot: QtBot) -> None:
    stage = QWidget()
    qtbot.addWidget(stage)
    card = ExportProgress(stage)
    stage.resize(1200, 700)
    stage.show()
    assert not card.isVisible()
    card.show_share("ada.webp", 9, 36)
    assert (card.line.share, card.accessibleDescription()) == (0.25, "ada.webp: 9 of 36")
    card.show_share("ada.webp", 36, 36)
    assert card.accessibleDescription() == "ada.webp: Writing"

    for width in (600, 1200):
        stage.resize(width, 500)
        assert width // 2 <= card.x()
        assert card.geometry().right() < width
        assert card.geometry().bottom() < 500


def test_stop_is_asked_for(qtbot: QtBot) -> None:
    stage = QWidget()
    qtbot.addWidget(stage)
    card = ExportProgress(stage)
    card.show_share("ada.webp", 0, 36)
    with qtbot.waitSignal(card.stop_wanted):
        card.stop.click()
