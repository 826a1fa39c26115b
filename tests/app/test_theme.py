from collections.abc import Iterator
from string import Template

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app import theme
from app.theme import DARK, LIGHT, Tokens
from app.widgets.option_gallery import component_icon
from app.widgets.parameter_panel import ORDER
from core.paths import RESOURCES

TEXT_ON = [
    (text, ground)
    for text in ("text", "secondary", "accent_text", "danger")
    for ground in ("canvas", "panel", "field")
] + [("on_accent", "accent"), ("on_accent", "accent_hover"), ("accent_text", "accent_soft"), ("text", "accent_soft"),
     ("amber_text", "amber_soft"), ("text", "hover"), ("secondary", "hover"), ("panel", "text")]  # fmt: skip
GRAPHICS_ON = [("accent", "panel"), ("accent", "canvas"), ("accent", "field")]


def luminance(color: str) -> float:
    """Source: WCAG 2.2, relative luminance."""
    channels = [channel / 255 for channel in QColor(color).getRgb()[:3]]  # type: ignore[index]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_measured_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_contrast(tokens: Tokens, text: str, ground: str) -> None:
    assert contrast(getattr(tokens, text), getattr(tokens, ground)) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), GRAPHICS_ON)
def test_graphics_contrast(tokens: Tokens, mark: str, ground: str) -> None:
    assert contrast(getattr(tokens, mark), getattr(tokens, ground)) >= 3.0


@pytest.mark.parametrize(("name", "tokens"), [("light", LIGHT), ("dark", DARK)])
def test_theme_reaches_palette_and_style(qapp: QApplication, name: theme.Theme, tokens: Tokens) -> None:
    theme.apply(qapp, name)

    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(tokens.canvas)
    assert theme.tokens_of(qapp.palette()) == tokens
    assert tokens.accent in qapp.styleSheet()


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> Iterator[QWidget]:
    theme.apply(qapp, "light")
    window = QWidget()
    layout = QVBoxLayout(window)
    for is_hidden in (False, True):
        label = QLabel("words")
        label.setProperty("tone", "secondary")
        layout.addWidget(label)
        label.setHidden(is_hidden)
    qtbot.addWidget(window)
    window.show()
    yield window
    theme.apply(qapp, "light")


def ink(label: QLabel) -> str:
    return label.palette().color(QPalette.ColorRole.WindowText).name()


def test_change_reaches_what_is_shown_and_what_will_be(qtbot: QtBot, qapp: QApplication, window: QWidget) -> None:
    shown, hidden = window.findChildren(QLabel)
    hidden.show()
    hidden.hide()
    theme.change(qapp, "dark")

    qtbot.waitUntil(lambda: qapp.property("theme_wanted") is None)
    assert theme.tokens_of(qapp.palette()) == DARK
    assert ink(shown) == DARK.secondary
    qtbot.waitUntil(window.updatesEnabled)
    qtbot.waitUntil(lambda: hidden.testAttribute(Qt.WidgetAttribute.WA_WState_Polished))
    hidden.show()
    assert ink(hidden) == DARK.secondary


def test_last_of_several_changes_counts(qtbot: QtBot, qapp: QApplication, window: QWidget) -> None:
    theme.change(qapp, "dark")
    qtbot.wait(theme.TURN_MS)
    theme.change(qapp, "light")

    qtbot.waitUntil(lambda: qapp.property("theme_wanted") is None)
    assert theme.tokens_of(qapp.palette()) == LIGHT
    assert ink(window.findChildren(QLabel)[0]) == LIGHT.secondary


def test_theme_applied_within_a_change_stays(qtbot: QtBot, qapp: QApplication, window: QWidget) -> None:
    theme.change(qapp, "dark")
    qtbot.wait(theme.TURN_MS // 2)
    theme.apply(qapp, "light")

    qtbot.waitUntil(window.updatesEnabled)
    qtbot.wait(4 * theme.TURN_MS)
    assert theme.tokens_of(qapp.palette()) == LIGHT
    assert LIGHT.accent in qapp.styleSheet()
    assert window.updatesEnabled()


def test_system_is_followed_while_the_window_is_open(qtbot: QtBot, qapp: QApplication, window: QWidget) -> None:
    assert window.isVisible()
    chosen: list[theme.Theme] = ["system"]
    theme.follow_system(qapp, lambda: chosen[0])
    qapp.styleHints().setColorScheme(Qt.ColorScheme.Dark)  # as the system does
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    chosen[0] = "dark"  # the offscreen platform has no scheme of its own that would stay

    qtbot.waitUntil(lambda: theme.tokens_of(qapp.palette()) == DARK)
    qtbot.waitUntil(lambda: qapp.property("theme_wanted") is None)
    qapp.styleHints().colorSchemeChanged.disconnect()


def test_reduced_motion_leaves_no_time_to_move(window: QWidget) -> None:
    assert theme.animation_ms(window, 140) == 140

    theme.reduce_motion(True)
    assert theme.animation_ms(window, 140) == 0
    theme.reduce_motion(False)


def test_style_names_only_tokens() -> None:
    style = Template((RESOURCES / "style" / "style.qss").read_text())

    assert set(style.get_identifiers()) <= {*Tokens.__dataclass_fields__, "chevron", "checked"}


def test_font_is_inter_or_the_systems_own() -> None:
    own = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()

    assert theme.font("body").families() == ["Inter", own]
    assert theme.font("body", strong=True).weight() == QFont.Weight.DemiBold


def test_every_shared_component_has_an_icon_of_its_own() -> None:
    assert [component for component in ORDER if component_icon(component) == "sliders"] == []
    assert component_icon("antlers") == "sliders"


def test_icons_take_one_colour() -> None:
    icons = [path for path in (RESOURCES / "icons").glob("*.svg") if path.stem not in ("likeness", "chevron", "checked")]

    assert icons
    assert all("currentColor" in path.read_text() and "#" not in path.read_text() for path in icons)
