"""The photos of an evaluation set as a grid: each with its face and how far its label is."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QImage, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from app import theme
from app.widgets.ground import paint_cell, paint_ground, paint_picture
from app.widgets.label_words import look_of
from core.labels.records import Entry
from core.words import tr

PICTURE = 132
CELL = QSize(156, 196)
BAR = 14  # pixels beside the photos
ENTRY = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex
Pictures = Callable[[int], QImage | None]
"""Photo id -> its face, or None while it is being read."""


class LabelGrid(QListView):
    """Photos in rows; one of them is chosen."""

    opened = Signal(int)
    """The id of the photo that the person wants to label."""

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Photos"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setGridSize(CELL)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self.pictures, self._is_choosing = pictures, False
        self.photos = EntryModel(self)
        self.setModel(self.photos)
        self.setItemDelegate(_Painter(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.clicked.connect(self._open)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        room = self.width() - BAR  # whether there is a scroll bar or not, or its coming would take a column away
        self.setGridSize(QSize(room // max(1, room // CELL.width()), CELL.height()))
        super().resizeEvent(event)

    @property
    def current(self) -> int | None:
        """The id of the chosen photo."""
        entry = self.currentIndex().data(ENTRY)
        return entry.item.id if isinstance(entry, Entry) else None

    @property
    def chosen(self) -> list[int]:
        """The ids of the chosen photos, in their order: Ctrl and Shift choose several."""
        return [self.photos.entries[row].item.id for row in sorted(index.row() for index in self.selectedIndexes())]

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._is_choosing = bool(event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier))
        super().mouseReleaseEvent(event)

    def _open(self, index: QModelIndex) -> None:
        if not self._is_choosing:
            self.opened.emit(index.data(ENTRY).item.id)

    @property
    def ids(self) -> list[int]:
        """The photos in the list, in order."""
        return [entry.item.id for entry in self.photos.entries]

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show these photos; the chosen one stays chosen."""
        before = self.current
        self.photos.set_entries(entries)
        if before is not None:
            self.choose(before)

    def choose(self, item_id: int) -> None:
        """Choose a photo, and scroll to it."""
        row = self.photos.row_of(item_id)
        if row is not None:
            self.setCurrentIndex(self.photos.index(row))
            self.scrollTo(self.photos.index(row))

    def show_picture(self, item_id: int) -> None:
        """Paint a photo anew, whose face was read."""
        row = self.photos.row_of(item_id)
        if row is not None:
            self.update(self.photos.index(row))


class EntryModel(QAbstractListModel):
    """Photos with how far somebody is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []
        self._rows: dict[int, int] = {}

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show these."""
        new = {entry.item.id: row for row, entry in enumerate(entries)}
        if list(new) == list(self._rows):
            changed = [row for row, (old, entry) in enumerate(zip(self.entries, entries, strict=True)) if old != entry]
            self.entries = list(entries)
            for row in changed:
                self.dataChanged.emit(self.index(row), self.index(row))
            return
        self.beginResetModel()
        self.entries, self._rows = list(entries), new
        self.endResetModel()

    def row_of(self, item_id: int) -> int | None:
        """The row of a photo."""
        return self._rows.get(item_id)

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.entries)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self.entries[index.row()]
        if role == ENTRY:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.item.name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return _in_words(entry)
        return None


class _Painter(QStyledItemDelegate):
    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return CELL

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = self.parent()
        assert isinstance(view, LabelGrid)
        entry: Entry = index.data(ENTRY)
        cell = QRectF(option.rect.left(), option.rect.top(), CELL.width(), CELL.height()).adjusted(2, 2, -2, -2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        has_focus = bool(option.state & QStyle.StateFlag.State_Selected) and view.hasFocus()
        paint_cell(painter, view, cell, option.state, has_focus=has_focus)
        picture = QRectF(cell.center().x() - PICTURE / 2, cell.top() + 8, PICTURE, PICTURE)
        self._paint_picture(painter, view, entry, picture)
        self._paint_words(painter, view, entry, QRectF(picture.left(), picture.bottom() + 6, PICTURE, 40))
        painter.restore()

    def _paint_picture(self, painter: QPainter, view: LabelGrid, entry: Entry, area: QRectF) -> None:
        paint_ground(painter, area, 10)
        image = view.pictures(entry.item.id) if entry.item.problem is None else None
        if image is not None:
            paint_picture(painter, image, area, 10, 0.45 if entry.state == "skipped" else 1.0)
        elif entry.item.problem is not None:
            icon = QRectF(0, 0, 32, 32)
            icon.moveCenter(area.center())
            theme.paint_icon(painter, "photo", icon, theme.color("secondary", view))
        if entry.flags:
            badge = QRectF(area.right() - 30, area.top() + 6, 24, 24)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("panel", view))
            painter.drawEllipse(badge)
            theme.paint_icon(painter, "flag", badge.adjusted(4, 4, -4, -4), theme.color("amber_text", view))

    def _paint_words(self, painter: QPainter, view: LabelGrid, entry: Entry, area: QRectF) -> None:
        look = look_of(entry)
        tint = theme.color(look.tone, view)
        small = theme.font("small")
        painter.setFont(small)
        painter.setPen(theme.color("text", view))
        name = QFontMetricsF(small).elidedText(entry.item.name, Qt.TextElideMode.ElideMiddle, area.width())
        painter.drawText(QRectF(area.left(), area.top(), area.width(), 18), Qt.AlignmentFlag.AlignVCenter, name)
        line = QRectF(area.left(), area.top() + 19, area.width(), 18)
        theme.paint_icon(painter, look.icon, QRectF(line.left() - 1, line.top() + 1, 16, 16), tint)
        painter.setPen(tint)
        painter.drawText(line.adjusted(20, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, tr(look.word))
        beside = tr("blind") if entry.item.is_blind else ""
        if entry.has_note:
            beside = f"{tr('note')}  {beside}".strip()
        painter.setPen(theme.color("secondary", view))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, beside)


def _in_words(entry: Entry) -> str:
    words = [entry.item.name, *filter(None, [entry.item.subject]), tr(look_of(entry).word)]
    if entry.item.problem is not None:
        words.append(entry.item.problem)
    if entry.item.is_blind:
        words.append(tr("always labelled from nothing"))
    words += map(tr, entry.flags)
    if entry.has_note:
        words.append(tr("has a note"))
    return ", ".join(words)
