"""The line below the avatar: where it is seen from, how it is compared, and where its picture is taken hold of."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QActionGroup, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget
from typing_extensions import override

from app.widgets.buttons import IconButton, Segments
from app.widgets.comparing import Way
from app.widgets.slider import Slider
from core.words import mark, tr

VIEWS = (("front", mark("Front")), ("three-quarter", mark("Three-quarter")), ("side", mark("Side")))
WAY_WORDS: dict[Way, str] = {
    "beside": mark("Side by side"),
    "wipe": mark("Wipe"),
    "blink": mark("Blink"),
    "overlay": mark("Overlay"),
}
SLIDER = 96  # pixels
GAPS = (8, 2)  # pixels between the parts, and where there is little room


class ViewLine(QWidget):
    """As wide as the picture above it; where that is narrow, views are icons."""

    compared_wanted = Signal(str)
    """Something else to compare with: its key."""

    def __init__(self) -> None:
        super().__init__()
        view_icons = {"front": "front", "three-quarter": "turned", "side": "profile"}
        self.views = Segments([(key, tr(text)) for key, text in VIEWS], tr("View"), icons=view_icons)
        self.ways = Segments(
            [(key, tr(text)) for key, text in WAY_WORDS.items()], tr("Compare"), icons={key: key for key in WAY_WORDS}
        )
        self.ways.show_icons(True)
        self.opacity = Slider(tr("How much of the photo is seen"), 0.5)
        self.opacity.setFixedWidth(SLIDER)
        self.opacity.setToolTip(tr("How much of the photo is seen"))
        self.with_button = IconButton("expand", tr("Compare with…"), size=20)
        self.with_button.clicked.connect(self.ask_what)
        self.menu = QMenu(self)
        self._group = QActionGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 8)
        layout.setSpacing(GAPS[0])
        layout.addWidget(self.views)
        layout.addStretch(1)
        layout.addWidget(self.opacity)
        layout.addWidget(self.ways)
        layout.addWidget(self.with_button)
        self._row = layout
        self.show_choices((), "", "beside")

    def add_handle(self, handle: QWidget) -> None:
        """Put something at the end of the line."""
        self._row.addWidget(handle)

    def show_choices(self, choices: Sequence[tuple[str, str]], compared: str, way: Way) -> None:
        """Show what the avatar can be compared with, and how it is.

        Args:
            choices: Keys and names; none for nothing, as without a photo.
            compared: The key of what it is compared with.
            way: How.
        """
        self.menu.clear()
        for key, name in choices:
            action = self.menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(key == compared)
            self._group.addAction(action)
            action.triggered.connect(lambda _=False, key=key: self.compared_wanted.emit(key))
        self.ways.setVisible(bool(choices))
        self.ways.choose(way)
        self.with_button.setVisible(len(choices) > 1)
        names = dict(choices)
        self.with_button.set_text(tr("Compared with: {name}", name=names.get(compared, "")))
        self.opacity.setVisible(way == "overlay" and bool(choices))
        self._fit()

    def ask_what(self) -> None:
        """Have the person choose what the avatar is compared with."""
        self.menu.popup(self.with_button.mapToGlobal(QPoint(0, self.with_button.height())))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        self.views.show_icons(False)
        parts = [item.widget() for place in range(self._row.count()) if (item := self._row.itemAt(place)) is not None]
        shown = [part for part in parts if part is not None and part.isVisibleTo(self)]
        needed = sum(min(part.sizeHint().width(), part.maximumWidth()) for part in shown) + GAPS[0] * len(shown)
        self.views.show_icons(needed > self.width())
        self._row.setSpacing(GAPS[needed > self.width()])
