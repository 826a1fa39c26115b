from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.state.language import language_names, speak
from core import words
from core.words import PSEUDO, VARIABLE, tr, use_language
from tests.core.test_words import catalogue


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalogue with one text."""
    monkeypatch.setattr(words, "LOCALES", tmp_path)
    monkeypatch.delenv(VARIABLE, raising=False)
    catalogue(tmp_path, "de", {"Save": "Sichern"})
    before = QLocale()
    yield
    QLocale.setDefault(before)
    use_language("")


def buttons(qtbot: QtBot) -> list[str]:
    """What Qt writes on buttons of its own."""
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel | QDialogButtonBox.StandardButton.Save)
    qtbot.addWidget(box)
    return sorted(button.text() for button in box.buttons())


@pytest.mark.usefixtures("german")
def test_qts_own_texts_are_in_the_language_too(qtbot: QtBot, qapp: QApplication) -> None:
    translators = speak(qapp, "de")

    assert tr("Save") == "Sichern"
    assert buttons(qtbot) == ["Abbrechen", "Speichern"]
    for one in translators:
        qapp.removeTranslator(one)


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("language", "system", "spoken"),
    [("de", "en_GB", "de_DE"), ("de", "de_AT", "de_AT"), ("en", "de_AT", "en_US"), ("en", "en_GB", "en_GB")],
)
def test_months_are_those_of_the_language_and_the_rest_is_the_systems_where_it_can_be(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, language: str, system: str, spoken: str
) -> None:
    QLocale.setDefault(QLocale(system))
    monkeypatch.setattr(QLocale, "system", staticmethod(lambda: QLocale(system)))

    for one in speak(qapp, language):
        qapp.removeTranslator(one)

    assert QLocale().name() == spoken


@pytest.mark.usefixtures("german")
def test_english_leaves_qt_as_it_is(qtbot: QtBot, qapp: QApplication) -> None:
    assert speak(qapp, "en") == ()
    assert tr("Save") == "Save"
    assert buttons(qtbot) == ["Cancel", "Save"]


@pytest.mark.usefixtures("german")
def test_pseudo_language_reaches_qts_own_texts_and_keeps_their_values(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, PSEUDO)

    translators = speak(qapp, "de")

    assert buttons(qtbot) == ["[Çåñçéļ~~]", "[Šåṽé~~]"]
    assert qapp.translate("QFileDialog", "%1 already exists.\nDo you want to replace it?").startswith("[%1 åļŕéåðý~~~ ")
    assert qapp.translate("QGuiApplication", "QT_LAYOUT_DIRECTION") == "QT_LAYOUT_DIRECTION"
    for one in translators:
        qapp.removeTranslator(one)


@pytest.mark.usefixtures("german")
def test_languages_are_called_as_who_speaks_them_does() -> None:
    assert language_names() == {"en": "English", "de": "Deutsch"}


@pytest.mark.usefixtures("german")
def test_menu_offers_languages_where_there_are_several(window: MainWindow) -> None:
    menus = {action.text(): action.menu() for action in window.menu.actions() if action.menu() is not None}
    choices = {action.text(): action for action in menus["Language"].actions()}  # type: ignore[attr-defined]
    assert choices["System language"].isChecked()

    choices["Deutsch"].trigger()

    assert window._settings.now.language == "de"
    assert "next time" in window.page.notice.text


def test_menu_offers_none_where_there_is_one(window: MainWindow) -> None:
    assert "Language" not in [action.text() for action in window.menu.actions()]
