"""The parts of an avatar as a column of icons."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QVBoxLayout, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import keep_one_tab_stop, paint_focus
from app.widgets.option_gallery import component_icon
from core.words import mark, tr, trn, within

WIDTH = 80


class ComponentStrip(QWidget):
    """One tab per component; a dot marks those with unsure values, a ring those with values that nobody has chosen."""

    chosen = Signal(str)

    def __init__(self, components: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(tr("Parts of the avatar"))
        self._group = QButtonGroup(self)
        keep_one_tab_stop(self._group)
        self._tabs: dict[str, _Tab] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 12, 8, 8)
        layout.setSpacing(2)
        for component in components:
            tab = _Tab(component, self)
            tab.clicked.connect(lambda _=False, component=component: self.chosen.emit(component))
            self._group.addButton(tab)
            self._tabs[component] = tab
            layout.addWidget(tab)
        layout.addStretch(1)

    def choose(self, component: str | None) -> None:
        """Show which one is open; None for none."""
        self._group.setExclusive(False)
        for key, tab in self._tabs.items():
            tab.setChecked(key == component)
        self._group.setExclusive(True)

    def mark_unsure(self, components: set[str]) -> None:
        """Put the dot on these, and on no others."""
        for key, tab in self._tabs.items():
            tab.set_unsure(key in components)

    def mark_open(self, counts: Mapping[str, int]) -> None:
        """Put the ring on those where values are not chosen, and on no others.

        Args:
            counts: How many there are, by component.
        """
        for key, tab in self._tabs.items():
            tab.set_open(counts.get(key, 0))


class _Tab(QAbstractButton):
    def __init__(self, component: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._component = component
        self._is_unsure, self._num_open = False, 0
        self.setText(component_title(component))
        self.setAccessibleName(component_title(component))
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)  # painted anew when the mouse comes and goes
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFont(theme.font("small"))
        self.setMinimumHeight(40)
        self.setMaximumHeight(54)

    def set_unsure(self, is_unsure: bool) -> None:
        self._is_unsure = is_unsure
        self._tell()

    def set_open(self, count: int) -> None:
        self._num_open = count
        self._tell()

    def _tell(self) -> None:
        told = ""
        if self._is_unsure:
            told = tr("Has values to check")
        elif self._num_open:
            told = trn("{count} not chosen yet", "{count} not chosen yet", self._num_open)
        self.setAccessibleDescription(told)
        self.setToolTip(tr("{part}: {state}", part=self.text(), state=within(told)) if told else self.text())
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(WIDTH - 16, 54)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painter.setPen(Qt.PenStyle.NoPen)
            if self.isChecked() or self.underMouse():
                painter.setBrush(theme.color("accent_soft" if self.isChecked() else "hover", self))
                painter.drawRoundedRect(area, 10, 10)
            tint = theme.color("accent_text" if self.isChecked() else "secondary", self)
            is_tall = self.height() >= 48
            icon = QRectF(0, 0, 24, 24)
            icon.moveCenter(area.center())
            icon.moveTop(area.top() + (7 if is_tall else (area.height() - 24) / 2))
            theme.paint_icon(painter, component_icon(self._component), icon, tint)
            mark = QRectF(icon.right() + 1, icon.top() - 1, 6, 6)
            if self._is_unsure:
                painter.setBrush(theme.color("amber", self))
                painter.drawEllipse(mark)
            elif self._num_open:
                painter.setPen(QPen(theme.color("disabled", self), 1.2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(mark)
            if is_tall:
                painter.setPen(tint)
                room = area.adjusted(3, 0, -3, -6)
                text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(room.width()))
                painter.drawText(room, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, text)
            paint_focus(painter, self, area, 10)


_TITLES = {"facial_hair": mark("Beard"), "background": mark("Backdrop")}


def component_title(component: str) -> str:
    """What people read for a component."""
    return tr(_TITLES.get(component, component.replace("_", " ").capitalize()))
