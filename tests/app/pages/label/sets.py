"""What a person does with evaluation sets as a whole, for the tests of the label page's files."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.pages.label.page import LabelPage
from app.widgets.name_dialog import NameDialog
from app.widgets.text_dialog import TextDialog

LEFT = Qt.MouseButton.LeftButton


def command(window: MainWindow, name: str) -> None:
    """Choose a command in the menu."""
    assert window.actions_by_id[name].isVisible()
    window.actions_by_id[name].trigger()


def told(qtbot: QtBot, page: LabelPage, title: str) -> TextDialog:
    """Wait for what is said or asked under a title."""

    def found() -> list[TextDialog]:
        return [one for one in page.findChildren(TextDialog) if one.isVisible() and one.windowTitle() == title]

    qtbot.waitUntil(lambda: bool(found()))
    return found()[-1]


def take(qtbot: QtBot, dialog: TextDialog, text: str) -> None:
    """Press a button of a dialog."""
    qtbot.mouseClick(next(one for one in dialog.findChildren(QPushButton) if one.text() == text), LEFT)


def name(qtbot: QtBot, page: LabelPage, text: str) -> None:
    """Answer who it is."""
    dialog = next(one for one in page.findChildren(NameDialog) if one.isVisible())
    dialog.name.selectAll()
    qtbot.keyClicks(dialog.name, text)
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)


def notice(qtbot: QtBot, page: LabelPage, words: str) -> None:
    """Wait until a notice says so."""
    qtbot.waitUntil(lambda: page.notice.isVisible() and words in page.notice.text)


def offer(qtbot: QtBot, page: LabelPage, text: str) -> None:
    """Take what the notice offers."""
    qtbot.mouseClick(next(one for one in page.notice.findChildren(QPushButton) if one.text() == text), LEFT)


def answer_files(monkeypatch: pytest.MonkeyPatch, **answers: Path | None) -> None:
    """What file dialogs answer, by the method of `QFileDialog`; None is changing one's mind."""
    for method, path in answers.items():
        found = "" if path is None else str(path)
        answer = found if method == "getExistingDirectory" else (found, "")
        monkeypatch.setattr(QFileDialog, method, lambda *_, answer=answer: answer)
