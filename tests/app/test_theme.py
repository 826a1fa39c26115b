from string import Template

import pytest
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

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
