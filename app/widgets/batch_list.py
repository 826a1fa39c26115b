"""A list of photos beside their avatars, however long: only what is seen is drawn, and only for that pictures are asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)  # fmt: skip
from PySide6.QtGui import QFontMetricsF, QImage, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from app import theme
from app.widgets.ground import paint_cell, paint_ground, paint_picture
from app.widgets.second_click import SecondClick
from core.words import mark, tr

PICTURE = 96
CELL = QSize(2 * PICTURE + 28, PICTURE + 64)
BAR = 14  # pixels beside the list
TILE = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex
Pictures = Callable[[int], QImage | None]
"""A photo's id -> its picture, or None while that is on its way."""
State = Literal["waiting", "working", "done", "attention"]


@dataclass(frozen=True)
class _Look:
    word: str
    icon: str
    tone: str


LOOKS = {
    "waiting": _Look(mark("Waiting"), "waiting", "secondary"),
    "working": _Look(mark("Working"), "running", "accent_text"),
    "done": _Look(mark("Done"), "finished", "accent_text"),
    "attention": _Look(mark("Needs attention"), "alert", "amber_text"),
}


@dataclass(frozen=True)
class Tile:
    """One photo.

    Attributes:
        id: Names it to whoever gives its pictures.
        name: What it is called.
        state: How far it is.
        note: What is told instead of its state, in few words: `No face`, `Changed`.
        reason: The same in a sentence, with what to do.
        num_faces: How many faces there are to choose from; 0 where there is nothing to choose.
        is_group: Whether it is one picture of several avatars, beside no photo.
        is_of_group: Whether it is one of several faces of a photo.
        can_open: Whether it can be seen on the page.
        can_retry: Whether reading it again may help.
    """

    id: int
    name: str
    state: State
    note: str = ""
    reason: str = ""
    num_faces: int = 0
    is_group: bool = False
    is_of_group: bool = False
    can_open: bool = False
    can_retry: bool = False

    @property
    def word(self) -> str:
        """How far it is, in few words."""
        return self.note or tr(LOOKS[self.state].word)


class BatchList(QListView):
    """Photos in rows; a click or Enter opens one, Ctrl and Shift choose several."""

    opened = Signal(int)
    """The id of the photo that was clicked, or on which Enter was pressed."""
    chosen_changed = Signal()
    """Another one is chosen."""

    def __init__(self, photos: Pictures, avatars: Pictures) -> None:
        super().__init__()
        self.setAccessibleName(tr("Photos and their avatars"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setLayoutMode(QListView.LayoutMode.SinglePass)
        self.setGridSize(CELL)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self.photos, self.avatars, self._is_choosing = photos, avatars, False
        self._model = _Tiles(self)
        self.setModel(self._model)
        self.setItemDelegate(_Painter(self))
        self._second_click, self._clicked_at = SecondClick(self), QPointF()
        self.clicked.connect(self._click)

    @property
    def current(self) -> Tile | None:
        """The photo with the focus."""
        tile = self.currentIndex().data(TILE)
        return tile if isinstance(tile, Tile) else None

    @property
    def chosen(self) -> list[int]:
        """The ids of the chosen photos, in their order."""
        return [self._model.tiles[row].id for row in sorted(index.row() for index in self.selectedIndexes())]

    @property
    def ids(self) -> list[int]:
        """The photos in the list, in order."""
        return [tile.id for tile in self._model.tiles]

    def get(self, tile_id: int) -> Tile | None:
        """A photo of the list."""
        row = self._model.rows.get(tile_id)
        return None if row is None else self._model.tiles[row]

    def has(self, tile_id: int) -> bool:
        """Whether a photo is in the list."""
        return tile_id in self._model.rows

    def set_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show these photos; the chosen one stays chosen, and the list where it is."""
        before, at = self.current, self.verticalScrollBar().value()
        self._model.set_tiles(tiles)
        if before is not None and self.has(before.id):
            self.choose(before.id)
        self.verticalScrollBar().setValue(at)

    def update_tile(self, tile: Tile) -> None:
        """One of them is further."""
        self._model.update_tile(tile)

    def choose(self, tile_id: int) -> None:
        """Choose a photo, and scroll to it."""
        row = self._model.rows.get(tile_id)
        if row is not None:
            self.setCurrentIndex(self._model.index(row))

    def show_picture(self, tile_id: int) -> None:
        """Paint a photo anew, of which a picture came."""
        row = self._model.rows.get(tile_id)
        if row is not None:
            self.update(self._model.index(row))

    @override
    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.chosen_changed.emit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        room = self.width() - BAR  # whether there is a scroll bar or not, or its coming would take a column away
        self.setGridSize(QSize(room // max(1, room // CELL.width()), CELL.height()))
        super().resizeEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._is_choosing = bool(event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier))
        self._clicked_at = event.globalPosition()
        super().mouseReleaseEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current is not None:
            self.opened.emit(self.current.id)
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()  # the gallery's
        else:
            super().keyPressEvent(event)

    def _click(self, index: QModelIndex) -> None:
        if not self._is_choosing:
            self._second_click.take(self._clicked_at)
            self.opened.emit(index.data(TILE).id)


class _Tiles(QAbstractListModel):
    """The photos as Qt's views want them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tiles: list[Tile] = []
        self.rows: dict[int, int] = {}

    def set_tiles(self, tiles: Sequence[Tile]) -> None:
        rows = {tile.id: row for row, tile in enumerate(tiles)}
        if list(rows) == list(self.rows):
            for row, tile in enumerate(tiles):
                if tile != self.tiles[row]:
                    self.update_tile(tile)
            return
        self.beginResetModel()
        self.tiles, self.rows = list(tiles), rows
        self.endResetModel()

    def update_tile(self, tile: Tile) -> None:
        row = self.rows.get(tile.id)
        if row is not None:
            self.tiles[row] = tile
            self.dataChanged.emit(self.index(row), self.index(row))

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.tiles)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        tile = self.tiles[index.row()]
        if role == TILE:
            return tile
        if role == Qt.ItemDataRole.DisplayRole:
            return tile.name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return ": ".join(filter(None, (tile.name, tile.reason or tile.word)))
        return None


class _Painter(QStyledItemDelegate):
    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return CELL

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = self.parent()
        assert isinstance(view, BatchList)
        tile: Tile = index.data(TILE)
        cell = QRectF(option.rect.left(), option.rect.top(), CELL.width(), CELL.height()).adjusted(2, 2, -2, -2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus) and view.hasFocus()
        paint_cell(painter, view, cell, option.state, has_focus=has_focus)
        left = QRectF(cell.left() + 8, cell.top() + 8, PICTURE, PICTURE)
        if tile.is_group:
            both = QRectF(left.left(), left.top(), 2 * PICTURE + 8, PICTURE)
            self._paint_picture(painter, view, view.avatars(tile.id), both, "")
        else:
            self._paint_picture(painter, view, view.photos(tile.id), left, "photo")
        if tile.state == "done" and not tile.is_group:
            self._paint_picture(painter, view, view.avatars(tile.id), left.translated(PICTURE + 8, 0), "")
        elif not tile.is_group:
            self._paint_state(painter, view, tile, left.translated(PICTURE + 8, 0))
        self._paint_words(painter, view, tile, QRectF(left.left() + 2, left.bottom() + 6, 2 * PICTURE + 4, 40))
        painter.restore()

    def _paint_picture(self, painter: QPainter, view: BatchList, image: QImage | None, area: QRectF, icon: str) -> None:
        paint_ground(painter, area, 10)
        if image is not None and not image.isNull():
            paint_picture(painter, image, _filled(image, area), 10)
        elif icon:
            self._paint_icon(painter, view, icon, area, "secondary")

    def _paint_state(self, painter: QPainter, view: BatchList, tile: Tile, area: QRectF) -> None:
        """Where its avatar will be."""
        painter.setPen(theme.color("line", view))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        look = LOOKS[tile.state]
        self._paint_icon(painter, view, look.icon, area, look.tone)

    def _paint_icon(self, painter: QPainter, view: BatchList, icon: str, area: QRectF, tone: str) -> None:
        place = QRectF(0, 0, 24, 24)
        place.moveCenter(area.center())
        theme.paint_icon(painter, icon, place, theme.color(tone, view))

    def _paint_words(self, painter: QPainter, view: BatchList, tile: Tile, area: QRectF) -> None:
        look, small = LOOKS[tile.state], theme.font("small")
        painter.setFont(small)
        painter.setPen(theme.color("text", view))
        words = QFontMetricsF(small)
        name = words.elidedText(tile.name, Qt.TextElideMode.ElideMiddle, area.width())
        painter.drawText(QRectF(area.left(), area.top(), area.width(), 18), Qt.AlignmentFlag.AlignVCenter, name)
        line, tint = QRectF(area.left(), area.top() + 19, area.width(), 18), theme.color(look.tone, view)
        theme.paint_icon(painter, look.icon, QRectF(line.left() - 1, line.top() + 1, 16, 16), tint)
        painter.setPen(tint)
        note = words.elidedText(tile.word, Qt.TextElideMode.ElideRight, area.width() - 20)
        painter.drawText(line.adjusted(20, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, note)


def _filled(image: QImage, area: QRectF) -> QRectF:
    """Where a picture lies that is shown whole: photos that are not square stand in the middle."""
    scale = min(area.width() / image.width(), area.height() / image.height())
    place = QRectF(0, 0, image.width() * scale, image.height() * scale)
    place.moveCenter(area.center())
    return place
