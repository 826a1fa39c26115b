"""The lines of the palette: what was found, its letters that fit, where else it is, and its keys."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from app import theme
from core.words import tr

ROW, HEADING = 40, 32
"""Pixels."""

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Entry:
    """Something to find.

    Attributes:
        key: Stable name; what was used is remembered by it.
        text: What people read.
        take: Does it.
        place: Where else it is: its menu, or what kind of thing it is.
        keys: What does the same, as people write it.
        also: What else it is called.
        is_enabled: Whether it can be done now.
        values: What is tried on while it is chosen, by parameter id.
        worth: Points for being what people look for most.
    """

    key: str
    text: str
    take: Callable[[], object]
    place: str = ""
    keys: str = ""
    also: tuple[str, ...] = ()
    is_enabled: bool = True
    values: Mapping[str, Any] | None = None
    worth: float = 0.0


@dataclass(frozen=True)
class Row:
    """A line of the list: an entry with the letters that fit, or a heading."""

    entry: Entry | None
    text: str
    letters: tuple[int, ...] = ()


def row_height(row: Row) -> int:
    """Pixels."""
    return HEADING if row.entry is None else ROW


class Rows(QAbstractListModel):
    """What the list shows; headings cannot be chosen."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: Sequence[Row] = ()

    def show(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def row(self, index: _Index) -> Row | None:
        """The row at an index."""
        return self.rows[index.row()] if index.isValid() and index.row() < len(self.rows) else None

    @override
    def rowCount(self, parent: _Index | None = None) -> int:
        return len(self.rows)

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index)
        if row is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text
        if role == Qt.ItemDataRole.AccessibleTextRole and row.entry is not None:
            return ", ".join(filter(None, (row.text, row.entry.place, row.entry.keys)))
        return row if role == Qt.ItemDataRole.UserRole else None

    @override
    def flags(self, index: _Index) -> Qt.ItemFlag:
        row = self.row(index)
        is_entry = row is not None and row.entry is not None
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if is_entry else Qt.ItemFlag.NoItemFlags


class RowPainter(QStyledItemDelegate):
    """Paints a row: what it is called, with the letters that fit, where else it is, and its keys."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(100, row_height(index.data(Qt.ItemDataRole.UserRole)))

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: Row = index.data(Qt.ItemDataRole.UserRole)
        view = self.parent()
        assert isinstance(view, QListView)
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.entry is None:
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("secondary", view))
            painter.drawText(area.adjusted(12, 0, -12, -4), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, row.text)
        else:
            if state & QStyle.StateFlag.State_Selected:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("accent_soft", view))
                painter.drawRoundedRect(area, 8, 8)
            elif state & QStyle.StateFlag.State_MouseOver:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("field", view))
                painter.drawRoundedRect(area, 8, 8)
            left = self._paint_ends(painter, row.entry, area.adjusted(12, 0, -12, 0), view)
            self._paint_text(painter, row, area.adjusted(12, 0, left - area.right() - 12, 0), view)
        painter.restore()

    @staticmethod
    def _paint_ends(painter: QPainter, entry: Entry, area: QRect, view: QWidget) -> int:
        """Keys at the right end and the place before them; where what is painted begins."""
        painter.setFont(theme.font("small"))
        metrics, right = painter.fontMetrics(), area.right()
        align = Qt.AlignmentFlag.AlignCenter
        if entry.keys:
            cap = QRect(0, 0, metrics.horizontalAdvance(entry.keys) + 16, 24)
            cap.moveCenter(QPoint(right - cap.width() // 2, area.center().y()))
            painter.setPen(theme.color("line", view))
            painter.setBrush(theme.color("panel", view))
            painter.drawRoundedRect(QRectF(cap).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            painter.setPen(theme.color("secondary" if entry.is_enabled else "disabled", view))
            painter.drawText(cap, align, entry.keys)
            right = cap.left() - 8
        place = entry.place if entry.is_enabled else tr("not now")
        painter.setPen(theme.color("secondary" if entry.is_enabled else "disabled", view))
        width = min(metrics.horizontalAdvance(place) + 1, area.width() // 2)
        said = metrics.elidedText(place, Qt.TextElideMode.ElideMiddle, width)
        painter.drawText(QRect(right - width, area.top(), width, area.height()), align, said)
        return right - width

    @staticmethod
    def _paint_text(painter: QPainter, row: Row, area: QRect, view: QWidget) -> None:
        is_on = row.entry is not None and row.entry.is_enabled
        font = theme.font("body")
        text = QFontMetrics(font).elidedText(row.text, Qt.TextElideMode.ElideRight, area.width())
        strong = QTextCharFormat()
        strong.setFontWeight(QFont.Weight.Bold)
        strong.setForeground(theme.color("accent_text" if is_on else "disabled", view))
        ranges = []
        for letter in row.letters:
            if letter < len(text):
                part = QTextLayout.FormatRange()
                part.start, part.length, part.format = letter, 1, strong
                ranges.append(part)
        layout = QTextLayout(text, font)
        layout.setFormats(ranges)
        layout.beginLayout()
        line = layout.createLine()
        layout.endLayout()
        painter.setPen(theme.color("text" if is_on else "disabled", view))
        layout.draw(painter, QPointF(area.left(), area.center().y() - line.height() / 2 + 1))
