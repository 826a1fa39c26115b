"""The row of snapshots below the avatar, and the slider that blends two of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QMenu, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import IconButton, paint_focus
from app.widgets.elided import Elided
from app.widgets.ground import paint_ground, paint_picture
from app.widgets.slider import Slider
from core.words import tr

SIDE, BADGE, BLEND = 40, 16, 24  # pixels of a thumbnail, of its letter, and of the slider below
GAP = 8


@dataclass(frozen=True)
class Thumb:
    """What is shown of a snapshot.

    Attributes:
        letter: Its letter.
        name: What a person calls it; empty for nothing but its letter.
        image: Its picture; None while it is drawn.
        is_shown: Whether the avatar is just this one now.
    """

    letter: str
    name: str = ""
    image: QImage | None = None
    is_shown: bool = False

    @property
    def spoken(self) -> str:
        """What it is called where there is room."""
        if self.name:
            return tr("Snapshot {letter}: {name}", letter=self.letter, name=self.name)
        return tr("Snapshot {letter}", letter=self.letter)


class SnapshotStrip(QWidget):
    """Takes snapshots, and shows, names, removes, compares and blends them; all by mouse and by keys."""

    take_wanted = Signal()
    """Keep the avatar as it is."""
    show_wanted = Signal(str)
    """Go back to one; its letter."""
    rename_wanted = Signal(str)
    """Call one something else; its letter."""
    remove_wanted = Signal(str)
    """Keep one no longer; its letter."""
    compare_wanted = Signal(str)
    """Compare the avatar with one; its letter."""
    blended = Signal(str, str, float, bool)
    """An avatar between two: their letters, the share of the second, and whether more will follow."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Snapshots"))
        self._chosen = ""
        self._tiles: dict[str, _Tile] = {}
        self.add = _Add()
        self.add.clicked.connect(self.take_wanted)
        self._hint = Elided(theme.font("small"), "secondary")
        self._hint.set_text(tr("Keep this avatar as a snapshot"))
        self.blend_button = IconButton("blend", tr("Blend two snapshots"), is_quiet=False)
        self.blend_button.setCheckable(True)
        self.blend_button.toggled.connect(self._show_blend)
        self._area = _Row()
        self._area.setAccessibleName(tr("Snapshots"))
        row = QWidget()
        self._row = QHBoxLayout(row)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GAP)
        self._area.setWidget(row)
        self.blend = BlendLine()
        self.blend.blended.connect(self.blended)
        upper = QHBoxLayout()
        upper.setSpacing(GAP)
        upper.addWidget(self._area, 100)  # as wide as its thumbnails, where there is room
        upper.addWidget(self.add)
        upper.addWidget(self._hint, 100)
        upper.addStretch(1)
        upper.addWidget(self.blend_button)
        self._area.setFixedHeight(SIDE)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(upper)
        layout.addWidget(self.blend)
        layout.addStretch(1)
        self.set_thumbs(())

    @property
    def chosen(self) -> str:
        """The letter of the one that a person dealt with last; empty where there is none."""
        return self._chosen if self._chosen in self._tiles else next(iter(self._tiles), "")

    def set_thumbs(self, thumbs: Sequence[Thumb]) -> None:
        """Show these; pictures that were there stay until there are others."""
        new = [thumb for thumb in thumbs if thumb.letter not in self._tiles]
        for letter in self._tiles.keys() - {thumb.letter for thumb in thumbs}:
            self._drop(letter)
        for place, thumb in enumerate(thumbs):
            if (tile := self._tiles.get(thumb.letter)) is None:
                tile = self._tiles[thumb.letter] = _Tile(self)
            elif thumb.image is None:
                thumb = replace(thumb, image=tile.thumb.image)
            tile.show_thumb(thumb)
            if self._row.indexOf(tile) != place:
                self._row.insertWidget(place, tile)
                tile.show()
        self._tiles = {thumb.letter: self._tiles[thumb.letter] for thumb in thumbs}
        self._hint.setVisible(not thumbs)
        self._area.setVisible(bool(thumbs))
        self._area.setMaximumWidth(max(1, len(thumbs) * (SIDE + GAP) - GAP))
        self.blend_button.setVisible(len(thumbs) > 1)
        if len(thumbs) < 2:
            self.blend_button.setChecked(False)
        if len(new) == 1:
            self._chosen = new[0].letter
            QTimer.singleShot(0, self, lambda: self._area.ensureWidgetVisible(self._tiles.get(self._chosen, self.add)))
        self.blend.shown = next((thumb.letter for thumb in thumbs if thumb.is_shown), "")
        self.blend.set_letters([*self._tiles])

    def set_picture(self, letter: str, image: QImage) -> None:
        """The picture of one is there."""
        if tile := self._tiles.get(letter):
            tile.show_thumb(replace(tile.thumb, image=image))

    def choose_pair(self, first: str, second: str) -> None:
        """Offer to blend two."""
        if first != second and {first, second} <= self._tiles.keys():
            self.blend.choose(first, second)
            self.blend_button.setChecked(True)

    # Of the tiles.

    def press(self, letter: str, modifiers: Qt.KeyboardModifier) -> None:
        """A tile was pressed: with Ctrl or Shift, it is to be blended with the one before."""
        if modifiers & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier):
            self.choose_pair(self.chosen, letter)
            return
        self._chosen = letter
        self._show(letter)

    def offer(self, letter: str, place: QPoint) -> None:
        """Show what can be done with one."""
        self._chosen = letter
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, do in (
            (tr("Show"), self._show),
            (tr("Compare with this"), self.compare_wanted.emit),
            (tr("Rename…"), self.rename_wanted.emit),
            (tr("Delete"), self.remove_wanted.emit),
        ):
            menu.addAction(text).triggered.connect(lambda _=False, do=do: do(letter))
        menu.popup(place)

    def walk(self, letter: str, step: int) -> None:
        """Go to the tile beside."""
        letters = [*self._tiles]
        place = letters.index(letter) + step
        if 0 <= place < len(letters):
            tile = self._tiles[letters[place]]
            tile.setFocus(Qt.FocusReason.TabFocusReason)
            self._area.ensureWidgetVisible(tile)

    def _show(self, letter: str) -> None:
        self.show_wanted.emit(letter)
        if self.blend.shown and self.blend.shown in self.blend.pair:
            self.blend.start()  # not where it was let go: that is another avatar

    def _drop(self, letter: str) -> None:
        tile = self._tiles.pop(letter)
        if tile.hasFocus():
            self.add.setFocus(Qt.FocusReason.OtherFocusReason)
        self._row.removeWidget(tile)
        tile.hide()
        tile.deleteLater()

    def _show_blend(self, shows: bool) -> None:
        if shows:
            letters = [*self._tiles]
            if self.blend.pair == ("", ""):
                place = max(1, letters.index(self.chosen))
                self.blend.choose(letters[place - 1], letters[place])
            self.blend.start()
        self.blend.setVisible(shows)

    @override
    def sizeHint(self) -> QSize:
        return QSize(240, SIDE + GAP + BLEND)


class BlendLine(QWidget):
    """Two letters and a slider between them."""

    blended = Signal(str, str, float, bool)
    """The letters, the share of the second, and whether more will follow."""

    def __init__(self) -> None:
        super().__init__()
        self._first, self._second = _LetterButton(tr("Blend from")), _LetterButton(tr("Blend to"))
        self.slider = Slider(tr("Share of the second snapshot"))
        self.slider.setToolTip(tr("Blend: drag from one snapshot to the other"))
        self.slider.dragged.connect(lambda share: self._blend(share, is_moving=True))
        self.slider.edited.connect(lambda share: self._blend(share, is_moving=False))
        self.shown = ""
        """The letter of what the avatar is now; empty where it is none of them."""
        for button in (self._first, self._second):
            button.picked.connect(self._pick)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._first)
        layout.addWidget(self.slider, 1)
        layout.addWidget(self._second)
        self.setFixedHeight(BLEND)
        self.hide()

    @property
    def pair(self) -> tuple[str, str]:
        """The letters; empty before any were chosen."""
        return self._first.letter, self._second.letter

    def set_letters(self, letters: Sequence[str]) -> None:
        """Which there are; those that are gone are chosen no more."""
        for button in (self._first, self._second):
            button.letters = tuple(letters)
        if not set(self.pair) <= set(letters):
            others = [letter for letter in letters if letter not in self.pair]
            kept = [letter if letter in letters else others.pop(0) if others else "" for letter in self.pair]
            self.choose(*(kept if all(self.pair) and all(kept) else ("", "")))

    def choose(self, first: str, second: str) -> None:
        """Blend these; changes nothing yet."""
        self._first.show_letter(first)
        self._second.show_letter(second)
        self.start()

    def start(self) -> None:
        """Stand where the avatar is: at the second, if it is that, else at the first."""
        self.slider.show_value(float(self.shown == self._second.letter))

    def _pick(self, letter: str) -> None:
        picking = self.sender()
        first, second = self.pair
        if picking is self._first:
            self.choose(letter, first if letter == second else second)
        else:
            self.choose(second if letter == first else first, letter)

    def _blend(self, share: float, *, is_moving: bool) -> None:
        if all(self.pair):
            self.blended.emit(*self.pair, share, is_moving)


class _Row(QScrollArea):
    """Thumbnails in a row; the wheel goes along it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for set_policy in (self.setVerticalScrollBarPolicy, self.setHorizontalScrollBarPolicy):
            set_policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().x() or event.angleDelta().y()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - round(turned / 120 * (SIDE + GAP)))


class _Add(QAbstractButton):
    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Take a snapshot"))
        self.setToolTip(tr("Take a snapshot"))
        self.setFixedSize(SIDE, SIDE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(self.rect())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("line" if self.isDown() or self.underMouse() else "hover", self))
            painter.drawRoundedRect(area, 8, 8)
            inner = QRectF(0, 0, 18, 18)
            inner.moveCenter(area.center())
            theme.paint_icon(painter, "plus", inner, theme.color("text" if self.underMouse() else "secondary", self))
            paint_focus(painter, self, area.adjusted(1, 1, -1, -1), 7)


class _Tile(QAbstractButton):
    """One snapshot: its picture, and its letter in the corner."""

    def __init__(self, strip: SnapshotStrip) -> None:
        super().__init__()
        self._strip = strip
        self._modifiers = Qt.KeyboardModifier.NoModifier
        self.thumb = Thumb("")
        self.setFixedSize(SIDE, SIDE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(lambda: strip.press(self.thumb.letter, self._modifiers))

    def show_thumb(self, thumb: Thumb) -> None:
        if thumb.image is self.thumb.image and replace(thumb, image=None) == replace(self.thumb, image=None):
            return  # as while a slider is dragged
        self.thumb = thumb
        self.setAccessibleName(thumb.spoken)
        self.setAccessibleDescription(tr("Shown now") if thumb.is_shown else "")
        self.setToolTip(
            tr(
                "{name}. Click to show it, Ctrl and click to blend it with the one before, right-click for more",
                name=thumb.spoken,
            )
        )
        self.update()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._modifiers = event.modifiers()
        super().mouseReleaseEvent(event)
        self._modifiers = Qt.KeyboardModifier.NoModifier

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        letter, key = self.thumb.letter, event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._strip.walk(letter, 1 if key == Qt.Key.Key_Right else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif key == Qt.Key.Key_F2:
            self._strip.rename_wanted.emit(letter)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._strip.remove_wanted.emit(letter)
        else:
            super().keyPressEvent(event)

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        self._strip.offer(self.thumb.letter, event.globalPos() if by_mouse else self.mapToGlobal(self.rect().bottomLeft()))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(self.rect())
            paint_ground(painter, area, 8)
            if self.thumb.image is not None:
                paint_picture(painter, self.thumb.image, area, 8)
            badge = QRectF(area.left() + 3, area.bottom() - BADGE - 3, BADGE, BADGE)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent" if self.thumb.is_shown else "panel", self))
            painter.drawRoundedRect(badge, 5, 5)
            painter.setPen(theme.color("on_accent" if self.thumb.is_shown else "text", self))
            painter.setFont(theme.font("small", strong=True))
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, self.thumb.letter)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if self.hasFocus():  # between picture and ring, so that it is seen on every hair
                painter.setPen(QPen(theme.color("panel", self), 2.0))
                painter.drawRoundedRect(area.adjusted(3, 3, -3, -3), 5, 5)
            if self.hasFocus() or self.thumb.is_shown or self.underMouse():
                ink = "accent" if self.hasFocus() or self.thumb.is_shown else "disabled"
                painter.setPen(QPen(theme.color(ink, self), 2.0))
                painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), 7, 7)


class _LetterButton(QAbstractButton):
    """A letter that can be another."""

    picked = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name, self.letter = name, ""
        self.letters: tuple[str, ...] = ()
        self.setFixedSize(32, BLEND)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self._ask)
        self.show_letter("")

    def show_letter(self, letter: str) -> None:
        self.letter = letter
        self.setAccessibleName(f"{self._name}: {letter}" if letter else self._name)
        self.setToolTip(self.accessibleName())
        self.update()

    def _ask(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for letter in self.letters:
            action = menu.addAction(letter)
            action.setCheckable(True)
            action.setChecked(letter == self.letter)
            action.triggered.connect(lambda _=False, letter=letter: self.picked.emit(letter))
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = QRectF(self.rect())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("line" if self.underMouse() or self.isDown() else "hover", self))
            painter.drawRoundedRect(area, 6, 6)
            painter.setPen(theme.color("text", self))
            painter.setFont(theme.font("small", strong=True))
            painter.drawText(area.adjusted(0, 0, -10, 0), Qt.AlignmentFlag.AlignCenter, self.letter)
            arrow = QRectF(area.right() - 13, area.center().y() - 5, 10, 10)
            theme.paint_icon(painter, "expand", arrow, theme.color("secondary", self))
            paint_focus(painter, self, area.adjusted(0.5, 0.5, -0.5, -0.5), 6)
