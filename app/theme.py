"""How the window looks: the colours of both themes, one type scale, icons, and one neutral ground for pictures."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache, partial
from string import Template
from typing import Literal

import shiboken6
from PySide6.QtCore import QByteArray, QEvent, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QStyle, QWidget

from core.paths import RESOURCES

Theme = Literal["system", "light", "dark"]

UNIT = 8
"""Pixels of the grid that distances are multiples of."""

PICTURE_INNER, PICTURE_OUTER = "#d4d5d8", "#bbbdc1"
"""The neutral ground behind photos and avatars, middle and corners: the same in both themes, so that skin is judged alike."""

TEXT_POINTS = {"small": 8.5, "body": 9.75, "title": 11.25, "large": 15.0}
"""The type scale, in points, so that it follows the system's text size."""

TURN_MS = 8
"""Between the steps of a change of themes, so that each is over before the next."""

SLICE_S = 0.006
"""How long widgets that nobody sees are styled at a time."""

_POLISHED = Qt.WidgetAttribute.WA_WState_Polished
_OF_ITS_OWN = Qt.WidgetAttribute.WA_SetStyle
"""Has a style of its own, which no change of the application's touches."""

_is_motion_reduced = False


@dataclass(frozen=True)
class Tokens:
    """The colours of a theme, `#rrggbb`."""

    canvas: str  # behind the pictures
    panel: str  # bars and the parameter panel
    field: str  # inputs and quiet buttons
    hover: str
    line: str
    text: str
    secondary: str
    disabled: str
    accent: str
    accent_hover: str
    accent_text: str  # the accent as text on panel and canvas
    accent_soft: str
    on_accent: str
    amber: str  # the mark of an unsure value
    amber_soft: str  # behind amber_text
    amber_text: str
    danger: str


LIGHT = Tokens(
    canvas="#f4f4f6", panel="#ffffff", field="#f1f1f4", hover="#e8e8ed", line="#e3e3e8", text="#1c1c21",
    secondary="#5e5e68", disabled="#a6a6b0",
    accent="#5b57d1", accent_hover="#4f4bc0", accent_text="#4f4bc0", accent_soft="#ecebfb", on_accent="#ffffff",
    amber="#bf7900", amber_soft="#fdf1dc", amber_text="#8a5600", danger="#b92b45",
)  # fmt: skip
DARK = Tokens(
    canvas="#151518", panel="#1d1d21", field="#2a2a30", hover="#34343b", line="#303036", text="#f2f2f5",
    secondary="#a9a9b4", disabled="#66666f",
    accent="#8d89f4", accent_hover="#a19df7", accent_text="#a5a2f8", accent_soft="#33315a", on_accent="#131318",
    amber="#f0b03f", amber_soft="#3b2f18", amber_text="#f0b03f", danger="#ff8496",
)  # fmt: skip


def tokens_of(palette: QPalette) -> Tokens:
    """The theme that a palette belongs to."""
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def color(name: str, widget: QWidget) -> QColor:
    """A token's colour in a widget's theme."""
    return QColor(getattr(tokens_of(widget.palette()), name))


def set_up(app: QApplication) -> None:
    """Fusion, the font and the icon; once, before `apply`."""
    app.setStyle("Fusion")
    app.setFont(font("body"))
    app.setWindowIcon(QIcon(str(RESOURCES / "icons" / "likeness.svg")))


def apply(app: QApplication, theme: Theme) -> None:
    """Show a theme at once; `system` asks the system, and is light where it does not answer."""
    app.setProperty("theme_wanted", None)
    tokens = _tokens(app, theme)
    if app.styleSheet() != _style(tokens):
        app.setStyleSheet("")  # a style sheet that replaces another costs Qt five times as much as one that comes new
    _put_on(app, tokens)


def change(app: QApplication, theme: Theme) -> None:
    """Show another theme while the window is used: in turns of the event loop that keep nobody waiting.

    Nothing is seen of it before what can be seen is done; what is hidden follows.
    """
    is_changing = app.property("theme_wanted") is not None
    app.setProperty("theme_wanted", theme)
    if not is_changing:
        if app.styleSheet() == _style(_tokens(app, theme)):
            app.setProperty("theme_wanted", None)
        else:
            _Change(app).begin()


class _Change:
    """The way from one theme to the next.

    What costs is how many widgets Qt styles at once. So those that are hidden are taken out before, and styled after it.
    """

    def __init__(self, app: QApplication) -> None:
        self._app, self._before = app, app.styleSheet()
        self._windows = [window for window in app.topLevelWidgets() if window.isVisible()]
        self._hidden = [one for one in app.allWidgets() if not one.isVisible() and one.testAttribute(_POLISHED)]
        self._left = list(self._hidden)

    def begin(self) -> None:
        """Take the hidden ones out, a few at a time, and go on."""
        if self._is_over(self._take_out):
            for number, step in enumerate((self._undress, self._colour, self._dress, self._end), 1):
                self._later(TURN_MS * number, partial(self._take, step))
        else:
            self._later(0, self.begin)

    def _later(self, wait_ms: int, act: Callable[[], None]) -> None:
        QTimer.singleShot(wait_ms, self._app, partial(act))  # the partial keeps this object alive, which a bare method would not

    def _is_over(self, act: Callable[[QWidget], None]) -> bool:
        begun = time.perf_counter()
        while self._left and time.perf_counter() - begun < SLICE_S:
            widget = self._left.pop()
            if shiboken6.isValid(widget):
                act(widget)
        return not self._left

    def _take_out(self, widget: QWidget) -> None:
        if self._app.styleSheet() == self._before and not widget.isVisible():  # else `apply` came in between
            self._app.style().unpolish(widget)
            widget.setAttribute(_POLISHED, False)
            widget.setAttribute(_OF_ITS_OWN)

    def _take(self, step: Callable[[], None]) -> None:
        if step == self._end or self._app.property("theme_wanted") is not None:  # else `apply` came in between
            step()

    def _undress(self) -> None:
        for window in filter(shiboken6.isValid, self._windows):
            window.setUpdatesEnabled(False)
        self._app.setStyleSheet("")

    def _colour(self) -> None:
        self._app.setPalette(_palette(_tokens(self._app, self._app.property("theme_wanted"))))

    def _dress(self) -> None:
        _put_on(self._app, _tokens(self._app, self._app.property("theme_wanted")))
        self._app.setProperty("theme_wanted", None)

    def _end(self) -> None:
        for window in filter(shiboken6.isValid, self._windows):
            window.setUpdatesEnabled(True)
        self._left = self._hidden
        self._later(TURN_MS, self._dress_hidden)  # once what can be seen is painted

    def _dress_hidden(self) -> None:
        if not self._is_over(self._dress_one):
            self._later(0, self._dress_hidden)

    def _dress_one(self, widget: QWidget) -> None:
        widget.setAttribute(_OF_ITS_OWN, False)
        for kind in (QEvent.Type.Polish, QEvent.Type.StyleChange):
            self._app.sendEvent(widget, QEvent(kind))


def follow_system(app: QApplication, chosen: Callable[[], Theme]) -> None:
    """Change with the system, where that is what was chosen."""
    # Later: the system says so of changes of ours as well, in the midst of them.
    app.styleHints().colorSchemeChanged.connect(lambda _: QTimer.singleShot(0, app, lambda: change(app, chosen())))


def reduce_motion(is_reduced: bool) -> None:
    """Have nothing move by itself from now on, or have it move again; see `animation_ms`."""
    global _is_motion_reduced
    _is_motion_reduced = is_reduced


def _tokens(app: QApplication, theme: Theme) -> Tokens:
    """The colours of a theme; tells Qt, and so the frame of the window, which it is."""
    hints = app.styleHints()
    schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark, "system": Qt.ColorScheme.Unknown}
    if hints.colorScheme() != schemes[theme]:
        hints.setColorScheme(schemes[theme])
    is_dark = theme == "dark" or (theme == "system" and hints.colorScheme() == Qt.ColorScheme.Dark)
    return DARK if is_dark else LIGHT


def _style(tokens: Tokens) -> str:
    template = Template((RESOURCES / "style" / "style.qss").read_text(encoding="utf-8"))
    icons = {name: (RESOURCES / "icons" / f"{name}.svg").as_posix() for name in ("chevron", "checked")}
    return template.substitute(asdict(tokens), **icons)


def _put_on(app: QApplication, tokens: Tokens) -> None:
    app.setPalette(_palette(tokens))
    style = _style(tokens)
    if app.styleSheet() != style:
        app.setStyleSheet(style)


def font(scale: Literal["small", "body", "title", "large"], *, strong: bool = False) -> QFont:
    """A font of the type scale: Inter where it is installed, else the system's own."""
    chosen = QFont(["Inter", QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()])
    chosen.setStyleHint(QFont.StyleHint.SansSerif)
    chosen.setPointSizeF(TEXT_POINTS[scale])
    chosen.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
    return chosen


def paint_icon(painter: QPainter, name: str, rect: QRectF, tint: QColor) -> None:
    """Draw an icon of `resources/icons` in one colour."""
    ratio = painter.device().devicePixelRatio()
    pixmap = _icon(name, tint.name(QColor.NameFormat.HexArgb), round(rect.width() * ratio))
    painter.drawPixmap(rect, pixmap, QRectF(pixmap.rect()))


def icon(name: str) -> QIcon:
    """An icon in the quiet grey that both themes read well, for places that want a `QIcon`."""
    return QIcon(_icon(name, QColor("#8a8a94").name(QColor.NameFormat.HexArgb), 40))


def has_icon(name: str) -> bool:
    """Whether `resources/icons` has it."""
    return (RESOURCES / "icons" / f"{name}.svg").is_file()


def animation_ms(widget: QWidget, wanted: int) -> int:
    """How long a movement may take: 0 where the person asked for no motion, here or of the system.

    All that moves by itself asks here, and does not move where the answer is 0: fades, blinking, pictures that turn.
    """
    is_still = _is_motion_reduced or not widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration)
    return 0 if is_still else wanted


@lru_cache(maxsize=256)
def _icon(name: str, tint: str, size: int) -> QPixmap:
    svg = (RESOURCES / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    shade = QColor(tint)
    renderer = QSvgRenderer(QByteArray(svg.replace("currentColor", shade.name()).encode()))
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        painter.setOpacity(shade.alphaF())
        renderer.render(painter, QRectF(QPointF(0, 0), pixmap.size().toSizeF()))
    return pixmap


def _palette(tokens: Tokens) -> QPalette:
    role, palette = QPalette.ColorRole, QPalette()
    colors = {
        role.Window: tokens.canvas, role.WindowText: tokens.text, role.Base: tokens.panel, role.AlternateBase: tokens.field,
        role.Text: tokens.text, role.PlaceholderText: tokens.secondary, role.Button: tokens.field, role.ButtonText: tokens.text,
        role.BrightText: tokens.danger, role.Highlight: tokens.accent, role.HighlightedText: tokens.on_accent,
        role.Link: tokens.accent_text, role.LinkVisited: tokens.accent_text, role.Accent: tokens.accent,
        role.ToolTipBase: tokens.text, role.ToolTipText: tokens.panel, role.Light: tokens.panel, role.Midlight: tokens.field,
        role.Mid: tokens.line, role.Dark: tokens.line, role.Shadow: tokens.line,
    }  # fmt: skip
    for name, value in colors.items():
        palette.setColor(name, QColor(value))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(tokens.disabled))
    return palette
