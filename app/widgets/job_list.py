"""The list of jobs: what each one is, and what it does."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetricsF, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from app import theme
from app.widgets.job_words import LOOKS, how_far
from core.jobs.glance import Glance
from core.words import tr

ROW = 64
GLANCE, BESIDE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1

NOWHERE: Mapping[str, str] = MappingProxyType({})

Index = QModelIndex | QPersistentModelIndex


class JobList(QListView):
    """Jobs in rows; one of them is chosen."""

    chosen = Signal(object)
    """The folder of the job that was chosen, or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Jobs"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setItemDelegate(_Painter(self))
        self._model = JobsModel(self)
        self.setModel(self._model)
        self.selectionModel().currentChanged.connect(lambda now, _: self.chosen.emit(_folder(now)))

    @property
    def current(self) -> Path | None:
        """The folder of the chosen job."""
        return _folder(self.currentIndex())

    def set_glances(self, glances: Sequence[Glance], places: Mapping[str, str] = NOWHERE) -> None:
        """Show these jobs in this order; the chosen one stays chosen, and another is chosen where it is gone.

        Args:
            glances: The jobs.
            places: Name of a job -> its place in the queue, in words.
        """
        before = self.current
        row = self.currentIndex().row()
        self.selectionModel().blockSignals(True)
        self._model.set_glances(glances, places)
        self.selectionModel().blockSignals(False)
        if before is not None and self.choose(before):
            return
        if glances:
            self.choose(glances[min(max(row, 0), len(glances) - 1)].folder)
        elif before is not None:
            self.chosen.emit(None)

    def choose(self, folder: Path) -> bool:
        """Choose the job of a folder; whether there is one."""
        row = self._model.row_of(folder)
        if row >= 0 and row != self.currentIndex().row():
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(self._model.index(row), flags)
        return row >= 0


class JobsModel(QAbstractListModel):
    """Glances for Qt's list."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._glances: tuple[Glance, ...] = ()
        self._places: Mapping[str, str] = NOWHERE

    def set_glances(self, glances: Sequence[Glance], places: Mapping[str, str] = NOWHERE) -> None:
        """Show these; rows that only changed are changed in place."""
        if [one.folder for one in glances] == [one.folder for one in self._glances]:
            before = (self._glances, self._places)
            self._glances, self._places = tuple(glances), places
            for row, (old, new) in enumerate(zip(before[0], self._glances, strict=True)):
                if old != new or before[1].get(new.name) != places.get(new.name):
                    self.dataChanged.emit(self.index(row), self.index(row))
            return
        self.beginResetModel()
        self._glances, self._places = tuple(glances), places
        self.endResetModel()

    def row_of(self, folder: Path) -> int:
        """The row of a job, -1 where there is none."""
        return next((row for row, one in enumerate(self._glances) if one.folder == folder), -1)

    @override
    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._glances)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._glances):
            return None
        glance = self._glances[index.row()]
        place = "" if glance.is_active else self._places.get(glance.name, "")
        beside = how_far(glance) or place
        words = ", ".join(
            filter(None, (f"{glance.title}, {glance.name}: {tr(LOOKS[glance.state].word)}", how_far(glance), place))
        )
        texts = {
            Qt.ItemDataRole.DisplayRole: glance.title,
            Qt.ItemDataRole.ToolTipRole: glance.problem or words,
            Qt.ItemDataRole.AccessibleTextRole: words,
            GLANCE: glance,
            BESIDE: beside,
        }
        return texts.get(role)


class _Painter(QStyledItemDelegate):
    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, ROW)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = self.parent()
        assert isinstance(view, JobList)
        glance: Glance = index.data(GLANCE)
        look = LOOKS[glance.state]
        area = QRectF(option.rect).adjusted(8, 2, -8, -2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if is_chosen or is_hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_soft" if is_chosen else "field", view))
            painter.drawRoundedRect(area, 10, 10)
        if is_chosen and view.hasFocus():
            painter.setPen(theme.color("accent", view))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        tint = theme.color(look.tone, view)
        theme.paint_icon(painter, look.icon, QRectF(area.left() + 10, area.top() + 10, 20, 20), tint)
        inner = area.adjusted(40, 9, -12, -10)
        small = theme.font("small")
        painter.setFont(small)
        painter.setPen(tint)
        taken = _right(painter, tr(look.word), QRectF(inner.left(), inner.top(), inner.width(), 20))
        painter.setFont(theme.font("body", strong=is_chosen))
        painter.setPen(theme.color("text", view))
        _left(painter, glance.title, QRectF(inner.left(), inner.top(), inner.width() - taken, 20))
        painter.setFont(small)
        painter.setPen(theme.color("secondary", view))
        taken = _right(painter, index.data(BESIDE), QRectF(inner.left(), inner.top() + 20, inner.width(), 18))
        _left(painter, glance.name, QRectF(inner.left(), inner.top() + 20, inner.width() - taken, 18))
        if glance.is_active:
            paint_progress(painter, QRectF(inner.left(), area.bottom() - 6, inner.width(), 3), glance.share, view)
        painter.restore()


def paint_progress(painter: QPainter, area: QRectF, share: float | None, widget: QWidget) -> None:
    """Draw a thin bar; without a share it is drawn faint all over, because nobody knows how far it is."""
    radius = area.height() / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("line", widget))
    painter.drawRoundedRect(area, radius, radius)
    if share:
        painter.setBrush(theme.color("accent", widget))
        painter.drawRoundedRect(area.adjusted(0, 0, max(area.height(), area.width() * share) - area.width(), 0), radius, radius)


def _left(painter: QPainter, text: str, area: QRectF) -> None:
    shown = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)


def _right(painter: QPainter, text: str, area: QRectF) -> float:
    """Draw a text at the right; how much room it takes with its distance."""
    painter.drawText(area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
    return QFontMetricsF(painter.font()).horizontalAdvance(text) + 12 if text else 0.0


def _folder(index: Index) -> Path | None:
    glance = index.data(GLANCE) if index.isValid() else None
    return glance.folder if isinstance(glance, Glance) else None
