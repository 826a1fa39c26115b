"""Buttons of the window: icons, texts, and a few choices in a row."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QPushButton,
    QStyle,
    QStyleOptionButton,
    QToolTip,
    QWidget,
)
from typing_extensions import override

from app import theme
from app.actions import keys_in_words

ICON_SEGMENT = 26  # pixels of one of a few choices that are icons


class IconButton(QAbstractButton):
    """An icon that can be pressed; its text is its tooltip and its accessible name.

    Args:
        icon: A name in `resources/icons`.
        text: What it does.
        size: Side in pixels.
        is_quiet: Show it only while `is_revealed`, hovered, focused or checked.
    """

    def __init__(self, icon: str, text: str, parent: QWidget | None = None, *, size: int = 32, is_quiet: bool = False) -> None:
        super().__init__(parent)
        self.icon_name = icon
        self.is_quiet = is_quiet
        self.is_revealed = False
        self._size = size
        self.set_text(text)
        self.setFixedSize(size, size)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)  # painted anew when the mouse comes and goes
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_text(self, text: str) -> None:
        """Say what it does."""
        self.setToolTip(text)
        self.setAccessibleName(text.partition("  ")[0])

    def reveal(self, is_revealed: bool) -> None:
        """Show a quiet button, or hide it again; it keeps its place."""
        self.is_revealed = is_revealed
        self.update()

    def follow(self, action: QAction) -> None:
        """Press an action, and be enabled with it."""
        tell_keys(self, action)
        self.setAccessibleName(action.text().rstrip("…"))
        self.clicked.connect(action.trigger)
        action.changed.connect(lambda: self.setEnabled(action.isEnabled()))
        self.setEnabled(action.isEnabled())

    @override
    def sizeHint(self) -> QSize:
        return QSize(self._size, self._size)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self.is_quiet and not (self.is_revealed or self.underMouse() or self.hasFocus() or self.isChecked()):
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            tint = theme.color("text" if self.isEnabled() else "disabled", self)
            if self.isEnabled() and (self.underMouse() or self.isDown()):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("line" if self.isDown() else "hover", self))
                painter.drawRoundedRect(area, 8, 8)
            elif self.is_quiet and not self.isChecked():
                tint = theme.color("secondary" if self.isEnabled() else "disabled", self)
            if self.isChecked():
                tint = theme.color("accent_text", self)
            paint_focus(painter, self, area, 8)
            side = 20.0 if self._size >= 32 else 16.0
            inner = QRectF(0, 0, side, side)
            inner.moveCenter(QRectF(self.rect()).center())
            theme.paint_icon(painter, self.icon_name, inner, tint)


def tell_keys(widget: QWidget, action: QAction) -> None:
    """Have a tooltip say what an action does and which keys do it, as they are now and after each change."""

    def tell() -> None:
        widget.setToolTip("  ".join(filter(None, (action.text().rstrip("…"), keys_in_words(action)))))

    action.changed.connect(tell)
    tell()


def tell_keys_too(button: IconButton, action: QAction) -> None:
    """Have the tooltip of a button that is about one thing in particular end with the keys of the action that does the same."""

    def tell() -> None:
        button.setToolTip("  ".join(filter(None, (button.accessibleName(), keys_in_words(action)))))

    action.changed.connect(tell)
    tell()


def paint_focus(painter: QPainter, widget: QWidget, area: QRectF, radius: float) -> None:
    """Draw the focus ring, if the widget has the focus: in two tones, so that it is seen on pictures of any colour too."""
    if widget.hasFocus():
        pen = painter.pen()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for tint, width in (("panel", 5.0), ("accent", 2.0)):
            painter.setPen(QPen(theme.color(tint, widget), width))
            painter.drawRoundedRect(area, radius, radius)
        painter.setPen(pen)


def keep_one_tab_stop(group: QButtonGroup) -> None:
    """Have Tab go to the chosen button of a group, as with radio buttons; arrows go to the others.

    Qt does so as well, but comes to the first button where none of them has had the focus yet.
    """

    def follow(chosen: QAbstractButton, is_checked: bool) -> None:
        if is_checked:
            if any(button.hasFocus() for button in group.buttons()):
                chosen.setFocus(Qt.FocusReason.OtherFocusReason)
            for button in group.buttons():
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus if button is chosen else Qt.FocusPolicy.NoFocus)

    group.buttonToggled.connect(follow)


class TextButton(QPushButton):
    """A button with a text, which ends in dots where there is no room for all of it; the tooltip has the whole then."""

    @property
    def shown_text(self) -> str:
        """What of the text there is room for."""
        room = self.width() - 8 - (16 if self.menu() is not None else 0)
        if self.fontMetrics().horizontalAdvance(self.text()) <= room:
            return self.text()
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self.width() >= self.sizeHint().width():
            super().paintEvent(event)
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        with QPainter(self) as painter:  # the style would cut it off where its padding begins
            self.style().drawControl(QStyle.ControlElement.CE_PushButtonBevel, option, painter, self)
            painter.setPen(self.palette().buttonText().color())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.shown_text)

    @override
    def event(self, event: QEvent) -> bool:
        return _tells_whole(self, event) or super().event(event)


def _tells_whole(button: "TextButton | _Segment", event: QEvent) -> bool:
    """Show the whole text of a button as its tooltip, where there is no room for it and no other tooltip."""
    if not isinstance(event, QHelpEvent) or event.type() != QEvent.Type.ToolTip or button.toolTip():
        return False
    if button.shown_text != button.text():
        QToolTip.showText(event.globalPos(), button.text(), button)
    return True


def text_button(text: str, kind: str = "plain", parent: QWidget | None = None) -> QPushButton:
    """A button with a text: `plain`, `raised` on the canvas, `primary` for the one thing to do here, or `link`."""
    button = TextButton(text, parent)
    button.setAccessibleName(text.rstrip("…"))
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    if kind != "plain":
        button.setProperty(kind, True)
    return button


class Segments(QWidget):
    """A few choices in a row, one of them chosen."""

    chosen = Signal(str)

    def __init__(
        self,
        choices: Sequence[tuple[str, str]],
        name: str,
        parent: QWidget | None = None,
        *,
        icons: Mapping[str, str] | None = None,
    ) -> None:
        """Make a row.

        Args:
            choices: Their keys and texts.
            name: What is chosen.
            parent: Qt's.
            icons: Of each key, what is shown in place of the text while `show_icons`.
        """
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFixedHeight(32)
        self._group = QButtonGroup(self)
        keep_one_tab_stop(self._group)
        self._buttons: dict[str, _Segment] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(3, 3, 3, 3)
        layout.setSpacing(2)
        for key, text in choices:
            button = _Segment(text, f"{name}: {text}", self, (icons or {}).get(key, ""))
            button.clicked.connect(lambda _=False, key=key: self.chosen.emit(key))
            self._group.addButton(button)
            self._buttons[key] = button
            layout.addWidget(button)

    def choose(self, key: str | None) -> None:
        """Show a choice as chosen; None for none."""
        self._group.setExclusive(False)
        for other, button in self._buttons.items():
            button.setChecked(other == key)
        self._group.setExclusive(True)

    def set_text(self, key: str, text: str) -> None:
        """Change what one of them says."""
        button = self._buttons[key]
        if button.text() != text:
            button.setText(text)
            button.setAccessibleName(f"{self.accessibleName()}: {text}")
            button.updateGeometry()

    def show_icons(self, shows: bool) -> None:
        """Show icons in place of texts, which are tooltips then, or the texts."""
        for button in self._buttons.values():
            button.shows_icon = shows
            if not button.toolTip():
                button.setToolTip(button.text())
            button.updateGeometry()
            button.update()

    def tell_keys(self, key: str, action: QAction) -> None:
        """Say in the tooltip of one of them which keys do the same."""
        tell_keys(self._buttons[key], action)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover", self))
            painter.drawRoundedRect(QRectF(self.rect()), 9, 9)


class _Segment(QAbstractButton):
    def __init__(self, text: str, name: str, parent: QWidget, icon: str = "") -> None:
        super().__init__(parent)
        self.icon_name, self.shows_icon = icon, False
        self.setText(text)
        self.setAccessibleName(name)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFont(theme.font("small"))

    @override
    def sizeHint(self) -> QSize:
        if self.shows_icon:
            return QSize(ICON_SEGMENT, 26)
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 24, 26)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(self.rect())
            if self.isChecked():
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("panel", self))
                painter.drawRoundedRect(area, 7, 7)
            paint_focus(painter, self, area.adjusted(0.5, 0.5, -0.5, -0.5), 7)
            ink = theme.color("text" if self.isChecked() or self.underMouse() else "secondary", self)
            painter.setPen(ink)
            if self.shows_icon:
                inner = QRectF(0, 0, 18, 18)
                inner.moveCenter(area.center())
                theme.paint_icon(painter, self.icon_name, inner, ink)
                return
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.shown_text)

    @property
    def shown_text(self) -> str:
        """What of the text there is room for."""
        if self.shows_icon:
            return ""
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width() - 8)

    @override
    def event(self, event: QEvent) -> bool:
        return _tells_whole(self, event) or super().event(event)


def with_alpha(color: QColor, alpha: float) -> QColor:
    """A colour made translucent, alpha in [0, 1]."""
    translucent = QColor(color)
    translucent.setAlphaF(alpha)
    return translucent
