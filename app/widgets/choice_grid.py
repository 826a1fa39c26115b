"""A grid of things to choose from, one of them chosen: what thumbnails and swatches share."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QGridLayout, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import keep_one_tab_stop, paint_focus
from core.avatar.vector import Value
from core.words import tr

FORGET_MS = 2000
"""How long the first of two digits waits for the second."""


@dataclass(frozen=True)
class Choice:
    """One thing to choose.

    Attributes:
        id: Its id.
        name: What people read.
        values: What choosing it sets, by parameter id.
        srgb: Its colour, if it is one.
    """

    id: str
    name: str
    values: Mapping[str, Value] = field(default_factory=dict)
    srgb: tuple[int, int, int] | None = None


class ChoiceTile(QAbstractButton):
    """One choice in a grid; its name is its tooltip and its accessible name."""

    def __init__(self, choice: Choice, group: str, side: int) -> None:
        super().__init__()
        self.choice = choice
        self.key = ""  # the digit or digits that choose it, where there are any now
        self.share = ""  # how likely a method thought it, where that is shown
        self.setCheckable(True)
        self.setToolTip(self.told())
        self.setAccessibleName(f"{group}: {choice.name}")
        self.setFixedSize(side, side)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)  # painted anew when the mouse comes and goes
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def told(self) -> str:
        """What its tooltip says first."""
        return self.choice.name

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()  # the grid's: a button would move the focus and choose nothing
        else:
            super().keyPressEvent(event)

    def paint_ring(self, painter: QPainter, area: QRectF, radius: float) -> None:
        """Draw the ring of the chosen one, or the fainter one of that under the mouse or with the focus."""
        ring = area.adjusted(-2, -2, 2, 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.isChecked() or self.underMouse():
            tint, width = ("accent", 2.0) if self.isChecked() else ("disabled", 1.0)
            painter.setPen(QPen(theme.color(tint, self), width))
            painter.drawRoundedRect(ring, radius + 2, radius + 2)
        # Within the ring of the chosen one there is a second for the focus.
        inset = 3.5 if self.isChecked() else 0.0
        paint_focus(painter, self, ring.adjusted(inset, inset, -inset, -inset), radius + 2 - inset)
        if self.key:
            self.paint_key(painter)

    def paint_key(self, painter: QPainter) -> None:
        """Draw the digits that choose it."""
        badge = QRectF(1, 1, 10 + 6 * len(self.key), 16)
        painter.setPen(QPen(theme.color("line", self), 1.0))
        painter.setBrush(theme.color("panel", self))
        painter.drawRoundedRect(badge, 5, 5)
        painter.setPen(theme.color("text", self))
        painter.setFont(theme.font("small", strong=True))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, self.key)


class ChoiceGrid(QWidget):
    """Tiles in rows. Arrow keys choose the neighbour; beyond the edge they belong to whoever is around the grid."""

    chosen = Signal(object)
    """A `Choice`, by a person."""

    def __init__(self, name: str, tiles: Sequence[ChoiceTile], columns: int) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.tiles, self._columns = tuple(tiles), columns
        self._group = QButtonGroup(self)
        keep_one_tab_stop(self._group)
        self._has_keys, self._typed = False, ""
        self._forgetting = QTimer(self, interval=FORGET_MS, singleShot=True)
        self._forgetting.timeout.connect(lambda: self.show_keys(self._has_keys))
        self._natural, self._likely, self._shows_shares = self.tiles, dict[str, float](), False
        self._kept: frozenset[str] | None = None  # the ids that are looked for; None for all
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(theme.UNIT)
        self._layout.setColumnStretch(columns, 1)
        for tile in self.tiles:
            self._group.addButton(tile)
        self._lay_out()
        self._group.buttonClicked.connect(self._say_chosen)

    def choose(self, choice_id: str | None) -> None:
        """Show which one is chosen; None for none of them."""
        self._group.setExclusive(False)
        for tile in self.tiles:
            tile.setChecked(tile.choice.id == choice_id)
        self._group.setExclusive(True)

    def put_first(self, likely: Mapping[str, float], *, shows_shares: bool = False) -> None:
        """Put likely choices first, and say how likely they are; without any, all stand in their own order.

        Args:
            likely: Probability by choice id, the most likely first.
            shows_shares: Whether the tiles themselves say how likely, and not their tooltips alone.
        """
        if dict(likely) == self._likely and shows_shares == self._shows_shares:
            return
        self._likely, self._shows_shares = dict(likely), shows_shares
        by_id = {tile.choice.id: tile for tile in self._natural}
        first = [by_id[key] for key in likely if key in by_id]
        self._order([*first, *(tile for tile in self._natural if tile not in first)])
        for tile in self.tiles:
            share = likely.get(tile.choice.id)
            tile.share = tr("{percent} %", percent=f"{100 * share:.0f}") if shows_shares and share is not None else ""
            likeliness = "" if share is None else tr("{percent} % likely", percent=f"{100 * share:.0f}")
            tile.setToolTip("  ".join(filter(None, (tile.told(), likeliness))))
            tile.setAccessibleDescription(likeliness)
            tile.update()

    def narrow(self, kept: Collection[str] | None) -> None:
        """Show only the choices with these ids; None for all."""
        wanted = None if kept is None else frozenset(kept)
        if wanted != self._kept:
            self._kept = wanted
            for tile in self.tiles:
                tile.setVisible(wanted is None or tile.choice.id in wanted)
            self._lay_out()

    def _order(self, tiles: Sequence[ChoiceTile]) -> None:
        self.tiles = tuple(tiles)
        self._lay_out()
        for tile in tiles:  # Qt does not tell a tile that it has moved away from under the mouse: its ring would stay
            tile.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)

    @property
    def _seen(self) -> Sequence[ChoiceTile]:
        """The tiles that are shown, in their order."""
        return [tile for tile in self.tiles if self._kept is None or tile.choice.id in self._kept]

    def _lay_out(self) -> None:
        for index, tile in enumerate(self._seen):
            self._layout.addWidget(tile, index // self._columns, index % self._columns)
        self.show_keys(self._has_keys)
        for tile, following in pairwise(self.tiles):
            QWidget.setTabOrder(tile, following)

    def set_columns(self, columns: int) -> None:
        """Lay the tiles out anew."""
        self._layout.setColumnStretch(self._columns, 0)
        self._layout.setColumnStretch(columns, 1)
        self._columns = columns
        self._lay_out()

    def show_keys(self, has_keys: bool) -> None:
        """Show on the tiles which digits choose them, or on none of them; a first digit that was typed is forgotten.

        1 to 9 in the tiles' own order; 0 is none, or the tenth where there is no none. Where there are more, every one has two
        digits, so that none has to wait for a second: 01, 02, and so on, and 00 for none.
        """
        self._has_keys, self._typed = has_keys, ""
        self._forgetting.stop()
        self._show_keys_left()

    def choose_by_key(self, key: str) -> bool:
        """Choose what a digit stands for, or take it as the first of two; whether it can stand for anything."""
        keys, typed = self._by_key(), self._typed + key
        self._typed = typed if typed not in keys and any(code.startswith(typed) for code in keys) else ""
        self._show_keys_left()
        if self._typed:
            self._forgetting.start()
            return True
        self._forgetting.stop()
        if typed in keys:
            keys[typed].click()
        return typed in keys

    def _show_keys_left(self) -> None:
        keys = {id(tile): key for key, tile in self._by_key().items() if self._has_keys and key.startswith(self._typed)}
        for tile in self.tiles:
            tile.key = keys.get(id(tile), "")
            tile.update()

    def _by_key(self) -> dict[str, ChoiceTile]:
        nothing = [tile for tile in self._natural if tile.choice.id == "none"]
        rest = [tile for tile in self._natural if tile.choice.id != "none"]
        if len(self._natural) > 10:
            return {f"{number:02}": tile for number, tile in enumerate([*nothing, *rest], 0 if nothing else 1) if number < 100}
        return dict(zip("0123456789" if nothing else "1234567890", [*nothing, *rest], strict=False))

    def take_focus(self) -> None:
        """Give the focus to the chosen one."""
        chosen, seen = self._group.checkedButton(), self._seen
        (chosen if chosen is not None and chosen in seen else (*seen, *self.tiles)[0]).setFocus(Qt.FocusReason.TabFocusReason)

    def _say_chosen(self, tile: ChoiceTile) -> None:
        self.chosen.emit(tile.choice)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -self._columns, Qt.Key.Key_Down: self._columns,
        }  # fmt: skip
        step = steps.get(Qt.Key(event.key()))
        seen = self._seen
        focused = next((index for index, tile in enumerate(seen) if tile is self.focusWidget()), None)
        if step is None or focused is None or not 0 <= focused + step < len(seen):
            event.ignore()
            return
        neighbour = seen[focused + step]
        neighbour.setFocus(Qt.FocusReason.TabFocusReason)
        neighbour.click()
