"""Photos in a grid, each with what its label says of one parameter."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QKeyEvent, QPainter, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import with_alpha
from app.widgets.choice_grid import Choice
from app.widgets.ground import paint_ground, paint_picture
from app.widgets.label_grid import BAR, Pictures
from app.widgets.label_question import Question
from core.labels.records import Answer, Item
from core.words import tr

CELL = 140  # the least width, pixels
BELOW = 68  # for what the label says
OPTION = 52
ITEM = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


class FieldGrid(QListView):
    """Photos in rows; arrow keys walk from one to the next, and several can be chosen at once."""

    chosen = Signal()
    """Other photos are chosen, or another one of them is looked at."""
    seen = Signal(object)
    """Ids of the photos that can be seen, and of as many after them."""

    def __init__(
        self,
        pictures: Pictures,
        answer: Callable[[int], Answer | None],
        option: Callable[[Choice], QImage | None],
        parent: QWidget | None = None,
    ) -> None:
        """Make an empty grid.

        Args:
            pictures: Gives the face of a photo.
            answer: What a photo's label says; None while that is on its way.
            option: Gives a choice's picture.
            parent: Qt's.
        """
        super().__init__(parent)
        self.setAccessibleName(tr("Photos"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.pictures, self.answer, self.option = pictures, answer, option
        self.question: Question | None = None
        self.photos = _Photos(self)
        self.setModel(self.photos)
        self.setItemDelegate(_Painter(self))
        self._looking = QTimer(self, interval=30, singleShot=True)
        self._looking.timeout.connect(self._say_seen)
        self._gathering = QTimer(self, interval=0, singleShot=True)  # a click changes what is chosen and what is looked at
        self._gathering.timeout.connect(self.chosen)
        # Not by overriding `currentChanged`: Qt calls that while the list is destroyed, which ends the program (PySide 6.11).
        self.selectionModel().currentChanged.connect(lambda *_: self._gathering.start())
        self.selectionModel().selectionChanged.connect(lambda *_: self._gathering.start())
        self.verticalScrollBar().valueChanged.connect(lambda _: self._looking.start())

    @property
    def current(self) -> int | None:
        """The id of the photo that is looked at."""
        item = self.currentIndex().data(ITEM)
        return item.id if isinstance(item, Item) else None

    @property
    def chosen_ids(self) -> list[int]:
        """The photos that a choice is made for, in order; the one that is looked at, where there are no others."""
        rows = sorted(index.row() for index in self.selectedIndexes())
        if not rows and self.currentIndex().isValid():
            rows = [self.currentIndex().row()]
        return [self.photos.items[row].id for row in rows]

    def set_items(self, items: Sequence[Item]) -> None:
        """Show these photos; the one that is looked at stays so, where it is among them."""
        before = self.current
        if [item.id for item in items] != [*self.photos.rows]:
            self.photos.set_items(items)
            self.choose(before if before in self.photos.rows else items[0].id if items else None)
        self.viewport().update()
        self._looking.start()

    def choose(self, item_id: int | None) -> None:
        """Choose a photo alone, and scroll to it."""
        row = self.photos.rows.get(item_id) if item_id is not None else None
        if row is not None:
            self.selectionModel().setCurrentIndex(self.photos.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.scrollTo(self.photos.index(row))

    def step(self, by: int) -> bool:
        """Go to the next photo (1), or the one before (-1); whether there is one."""
        row = self.currentIndex().row() + by
        if not 0 <= row < self.photos.rowCount():
            return False
        self.choose(self.photos.items[row].id)
        return True

    def repaint_photo(self, item_id: int) -> None:
        """Paint a photo anew: its face was read, or its label says something else."""
        row = self.photos.rows.get(item_id)
        if row is not None:
            self.photos.dataChanged.emit(self.photos.index(row), self.photos.index(row))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        # Whether there is a scroll bar or not, or its coming would take a column away; so would the last pixel.
        room = self.width() - BAR - 1
        width = room // max(1, room // CELL)
        self.setGridSize(QSize(width, width + BELOW))
        super().resizeEvent(event)
        self._looking.start()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._looking.start()

    @override
    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        step = {QAbstractItemView.CursorAction.MoveLeft: -1, QAbstractItemView.CursorAction.MoveRight: 1}.get(action)
        here = self.currentIndex()
        if step is None or not here.isValid():
            return super().moveCursor(action, modifiers)
        # On to the next row, too: to whoever labels, the photos are one line.
        return self.photos.index(min(max(here.row() + step, 0), self.photos.rowCount() - 1))

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        others = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if event.text().strip() and not event.modifiers() & others:
            event.ignore()  # a digit chooses; a list would look for a photo of that name
        else:
            super().keyPressEvent(event)

    def _say_seen(self) -> None:
        if not self.isVisible() or not self.photos.items:
            return
        cell, columns = self.gridSize(), max(1, (self.width() - BAR) // self.gridSize().width())
        first = self.verticalScrollBar().value() // cell.height() * columns
        count = (self.viewport().height() // cell.height() + 2) * columns
        self.seen.emit([item.id for item in self.photos.items[first : first + 2 * count]])


class _Photos(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.items: list[Item] = []
        self.rows: dict[int, int] = {}

    def set_items(self, items: Sequence[Item]) -> None:
        self.beginResetModel()
        self.items, self.rows = list(items), {item.id: row for row, item in enumerate(items)}
        self.endResetModel()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.items)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        item = self.items[index.row()]
        if role == ITEM:
            return item
        if role == Qt.ItemDataRole.ToolTipRole:
            return item.name
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            view = self.parent()
            assert isinstance(view, FieldGrid)
            return ", ".join([item.name, *_in_words(view.question, view.answer(item.id), is_blind=item.is_blind)])
        return None


class _Painter(QStyledItemDelegate):
    def __init__(self, view: FieldGrid) -> None:
        super().__init__(view)
        self._options: dict[tuple[int, float], QPixmap] = {}

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        assert isinstance(view, FieldGrid)
        return view.gridSize()

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = self.parent()
        assert isinstance(view, FieldGrid)
        item: Item = index.data(ITEM)
        cell = QRectF(option.rect.topLeft(), view.gridSize()).adjusted(2, 2, -2, -2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_chosen, is_current = bool(option.state & QStyle.StateFlag.State_Selected), index == view.currentIndex()
        if is_chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_soft" if is_chosen else "hover", view))
            painter.drawRoundedRect(cell, 12, 12)
        if is_current:
            painter.setPen(theme.color("accent" if view.hasFocus() else "disabled", view))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), 12, 12)
        side = cell.width() - 12
        face = QRectF(cell.left() + 6, cell.top() + 6, side, side)
        if (image := view.pictures(item.id)) is not None:
            paint_picture(painter, image, face, 8)
        else:
            paint_ground(painter, face, 8)
        self._paint_answer(painter, view, item, QRectF(face.left(), face.bottom() + 4, side, cell.bottom() - face.bottom() - 8))
        painter.restore()

    def _paint_answer(self, painter: QPainter, view: FieldGrid, item: Item, area: QRectF) -> None:
        answer, question = view.answer(item.id), view.question
        option = QRectF(area.left(), area.center().y() - OPTION / 2, OPTION, OPTION)
        words = _in_words(question, answer, is_blind=item.is_blind)
        if answer is not None and question is not None:
            self._paint_option(painter, view, question.nearest(answer.values), option)
        else:
            option.setWidth(0)
        tone = "secondary"
        if answer is not None and (answer.is_chosen or answer.is_unsure):
            tone = "amber_text" if answer.is_unsure else "accent_text"
        small = theme.font("small")
        text = QRectF(option.right() + (8 if option.width() else 2), area.top(), 0, 0)
        text.setRight(area.right())
        for line, (word, tint) in enumerate(zip(words, ("text", tone)[-len(words) :], strict=True)):
            box = QRectF(text.left(), area.center().y() + (line - len(words) / 2) * 17, text.width(), 17)
            painter.setFont(small)
            painter.setPen(theme.color(tint, view))
            shown = QFontMetricsF(small).elidedText(word, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_option(self, painter: QPainter, view: FieldGrid, choice: Choice, area: QRectF) -> None:
        if choice.srgb is not None:
            painter.setPen(with_alpha(theme.color("text", view), 0.12))
            painter.setBrush(QColor(*choice.srgb))
            painter.drawEllipse(area.adjusted(6, 6, -6, -6))
            return
        if (image := view.option(choice)) is None:
            paint_ground(painter, area, 8)
        else:
            painter.drawPixmap(area.topLeft(), self._drawn(image, painter.device().devicePixelRatioF()))

    def _drawn(self, image: QImage, ratio: float) -> QPixmap:
        """An option on its ground, drawn once for all photos: shading each anew takes most of the time."""
        key = image.cacheKey(), ratio
        if key not in self._options:
            pixmap = QPixmap(round(OPTION * ratio), round(OPTION * ratio))
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            area = QRectF(0, 0, OPTION, OPTION)
            with QPainter(pixmap) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                paint_ground(painter, area, 8)
                paint_picture(painter, image, area, 8)
            self._options[key] = pixmap
        return self._options[key]


def _in_words(question: Question | None, answer: Answer | None, *, is_blind: bool) -> list[str]:
    """What is chosen, and how that came."""
    if answer is None or question is None:
        return [tr("Looking…")]
    if answer.is_chosen or answer.is_unsure:
        how = tr("Unsure") if answer.is_unsure else tr("Chosen")
    else:
        how = {"predicted": tr("Predicted"), "copied": tr("Copied")}.get(answer.by, tr("Blind") if is_blind else tr("Not chosen"))
    return [question.words(answer.values), how]
