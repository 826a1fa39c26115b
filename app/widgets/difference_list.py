"""Photos on which two sides differ, each with what either says."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from app import theme
from app.widgets.agreement_lines import said_text
from app.widgets.buttons import with_alpha
from app.widgets.ground import paint_ground, paint_picture
from app.widgets.label_grid import Pictures
from core.avatar.schema import DiscreteParameter, Parameter
from core.avatar.vector import Value
from core.labels.comparing import Difference
from core.labels.records import Item
from core.words import tr

ROW, PICTURE, NAME = 84, 68, 84
ENTRY = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


class DifferenceList(QListView):
    """Photos in rows."""

    opened = Signal(object)
    """The `Item` that the person wants to see."""

    def __init__(self, pictures: Pictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Photos on which they differ"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self.setItemDelegate(_Painter(self))
        self.pictures = pictures
        self.rows = _Rows(self)
        self.setModel(self.rows)
        self.clicked.connect(lambda index: self.opened.emit(index.data(ENTRY)[0]))

    def set_differences(self, found: Sequence[tuple[Item, Difference]], parameter: Parameter, sides: tuple[str, str]) -> None:
        """Show these.

        Args:
            found: Photos and what is said of them.
            parameter: What it is about.
            sides: What the two sides are called.
        """
        self.rows.set_rows(found, parameter, sides)
        self.scrollToTop()

    @property
    def current(self) -> Item | None:
        """The chosen photo."""
        row = self.currentIndex().data(ENTRY)
        return None if row is None else row[0]

    def show_picture(self, item_id: int) -> None:
        """Paint a photo anew, whose face was read."""
        for place, (item, _) in enumerate(self.rows.found):
            if item.id == item_id:
                self.update(self.rows.index(place))
                return


class _Rows(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.found: Sequence[tuple[Item, Difference]] = ()
        self.parameter: Parameter | None = None
        self.sides = ("", "")

    def set_rows(self, found: Sequence[tuple[Item, Difference]], parameter: Parameter, sides: tuple[str, str]) -> None:
        self.beginResetModel()
        self.found, self.parameter, self.sides = found, parameter, sides
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.found)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or self.parameter is None:
            return None
        item, difference = self.found[index.row()]
        if role == ENTRY:
            return item, difference
        if role == Qt.ItemDataRole.DisplayRole:
            return item.name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            values = (difference.first, difference.second)
            said = (f"{side}: {said_text(self.parameter, value)}" for side, value in zip(self.sides, values, strict=True))
            return ", ".join([item.name, *said])
        return None


class _Painter(QStyledItemDelegate):
    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, ROW)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = self.parent()
        assert isinstance(view, DifferenceList)
        item, difference = index.data(ENTRY)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect)
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_soft" if is_chosen else "hover", view))
            painter.drawRoundedRect(area.adjusted(0, 1, 0, -1), 10, 10)
        picture = QRectF(area.left() + 8, area.top() + 8, PICTURE, PICTURE)
        paint_ground(painter, picture, 8)
        image = view.pictures(item.id)
        if image is not None:
            paint_picture(painter, image, picture, 8)
        words = QRectF(picture.right() + 12, area.top() + 9, area.right() - picture.right() - 20, 20)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("secondary", view))
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, _elided(painter, item.name, words.width()))
        for line, (side, value) in enumerate(zip(view.rows.sides, (difference.first, difference.second), strict=True)):
            self._paint_said(painter, view, (side, value), words.translated(0, 23.0 + 21.0 * line))
        painter.restore()

    def _paint_said(self, painter: QPainter, view: DifferenceList, said: tuple[str, Value], area: QRectF) -> None:
        parameter = view.rows.parameter
        assert parameter is not None
        side, value = said
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("secondary", view))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, _elided(painter, side, NAME - 8))
        place = area.adjusted(NAME, 0, 0, 0)
        srgb = parameter.option(str(value)).srgb if isinstance(parameter, DiscreteParameter) else None
        if srgb is not None:
            painter.setPen(with_alpha(theme.color("text", view), 0.12))
            painter.setBrush(QColor(*srgb))
            painter.drawEllipse(QRectF(place.left(), place.center().y() - 7, 14, 14))
            place = place.adjusted(20, 0, 0, 0)
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("text", view))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, _elided(painter, said_text(parameter, value), place.width()))


def _elided(painter: QPainter, text: str, width: float) -> str:
    return QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, width)
