"""Every command and its keys, in rows under the names of the pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from app import theme
from app.actions import Command
from app.widgets.key_edit import KeyEdit
from core.words import tr

ROW, HEADING, CHIP = 36, 44, 24  # pixels
EDIT_WIDTH, MARGIN = 168, 24
LINE = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Line:
    """One row.

    Attributes:
        text: The command, or the name of those that follow.
        keys: In words.
        command: The command; None for a heading, and for keys that cannot be changed.
        is_heading: Whether it names those that follow.
        is_changed: Whether a person gave it other keys.
        place: Under which heading it stands.
    """

    text: str
    keys: tuple[str, ...] = ()
    command: Command | None = None
    is_heading: bool = False
    is_changed: bool = False
    place: str = ""

    @property
    def spoken(self) -> str:
        """What is read aloud."""
        state = tr("fixed") if self.command is None else tr("changed") if self.is_changed else ""
        return ", ".join(filter(None, (self.text, tr(" or ").join(self.keys) or tr("no keys"), self.place, state)))

    def has(self, words: Sequence[str]) -> bool:
        """Whether all words stand in it."""
        whole = f"{self.text} {' '.join(self.keys)} {self.place}".casefold()
        return all(word in whole for word in words)


class ShortcutList(QListView):
    """One row is chosen; Enter or a click on it asks for its new keys."""

    chosen = Signal()
    """Another row is chosen."""
    edit_wanted = Signal()
    add_wanted = Signal()
    remove_wanted = Signal()
    pressed = Signal(str)
    """New keys were pressed for the chosen row, see `KeyEdit`."""
    pressed_alone = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Shortcuts"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setItemDelegate(_Painter(self))
        self._lines = QStandardItemModel(self)
        self.setModel(self._lines)
        self.editor: KeyEdit | None = None
        self.clicked.connect(lambda _: self.edit_wanted.emit())
        self.selectionModel().currentChanged.connect(lambda *_: self.chosen.emit())

    @property
    def current(self) -> Line | None:
        """The chosen row."""
        line = self.currentIndex().data(LINE)
        return line if isinstance(line, Line) else None

    @property
    def shown(self) -> list[Line]:
        """The rows that are not filtered away."""
        return [self._line(row) for row in range(self._lines.rowCount()) if not self.isRowHidden(row)]

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Show these rows; where only their keys changed, the chosen one stays chosen."""
        if self._lines.rowCount() != len(lines):
            self._lines.clear()
            for _ in lines:
                self._lines.appendRow(QStandardItem())
        for row, line in enumerate(lines):
            item = self._lines.item(row)
            item.setData(line, LINE)
            item.setText(line.text)
            item.setData(line.text if line.is_heading else line.spoken, Qt.ItemDataRole.AccessibleTextRole)
            enabled = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
            item.setFlags(Qt.ItemFlag.NoItemFlags if line.is_heading else enabled)

    def narrow(self, words: str) -> None:
        """Show only the rows that have all these words, and the headings of those."""
        wanted = words.casefold().split()
        places = set()
        for row in reversed(range(self._lines.rowCount())):
            line = self._line(row)
            is_shown = line.text in places if line.is_heading else line.has(wanted)
            places |= {line.place} if is_shown else set()
            self.setRowHidden(row, not is_shown)
        if not self.currentIndex().isValid() or self.isRowHidden(self.currentIndex().row()):
            self.choose_first()

    def choose_first(self) -> None:
        """Choose the first row there is."""
        rows = (row for row in range(self._lines.rowCount()) if not self.isRowHidden(row) and not self._line(row).is_heading)
        self.setCurrentIndex(self._lines.index(next(rows, -1), 0))
        self.scrollToTop()

    def choose(self, command_id: str) -> None:
        """Choose the row of a command."""
        for row in range(self._lines.rowCount()):
            command = self._line(row).command
            if command is not None and command.id == command_id:
                self.setCurrentIndex(self._lines.index(row, 0))

    def ask(self) -> None:
        """Ask for the chosen row's new keys, in its place."""
        self.scrollTo(self.currentIndex())
        self.edit(self.currentIndex())

    def stop_asking(self) -> None:
        """Show the row's keys again."""
        if self.editor is not None:
            editor, self.editor = self.editor, None
            editor.blockSignals(True)  # it gives up as well when it loses the focus
            self.closeEditor(editor, QStyledItemDelegate.EndEditHint.NoHint)
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _line(self, row: int) -> Line:
        line = self._lines.item(row).data(LINE)
        assert isinstance(line, Line)
        return line

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        wanted = {
            Qt.Key.Key_Return: self.edit_wanted, Qt.Key.Key_Enter: self.edit_wanted, Qt.Key.Key_Space: self.edit_wanted,
            Qt.Key.Key_Insert: self.add_wanted, Qt.Key.Key_Plus: self.add_wanted,
            Qt.Key.Key_Delete: self.remove_wanted, Qt.Key.Key_Backspace: self.remove_wanted,
        }.get(Qt.Key(event.key()))  # fmt: skip
        if wanted is None:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            wanted.emit()


class _Painter(QStyledItemDelegate):
    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, HEADING if index.data(LINE).is_heading else ROW)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view, line = self._view(), index.data(LINE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if line.is_heading:
            painter.setFont(theme.font("small", strong=True))
            painter.setPen(theme.color("secondary", view))
            painter.drawText(self._inner(option.rect).adjusted(0, 0, 0, -8), Qt.AlignmentFlag.AlignBottom, line.text)
        else:
            self._paint_ground(painter, option, view)
            inner = self._inner(option.rect)
            right = self._paint_keys(painter, inner, line, view)
            painter.setFont(theme.font("body"))
            painter.setPen(theme.color("text" if line.command is not None else "secondary", view))
            room = right - inner.left() - 16
            text = QFontMetricsF(painter.font()).elidedText(line.text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, view: "ShortcutList") -> None:
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_chosen or option.state & QStyle.StateFlag.State_MouseOver:
            area = self._inner(option.rect).adjusted(-11.5, 1.5, 9.5, -1.5)
            painter.setPen(theme.color("accent", view) if is_chosen and view.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_soft" if is_chosen else "field", view))
            painter.drawRoundedRect(area, 8, 8)

    def _paint_keys(self, painter: QPainter, area: QRectF, line: Line, view: "ShortcutList") -> float:
        """Paint the keys from the right; where they begin."""
        painter.setFont(theme.font("small", strong=line.is_changed))
        right = area.right()
        for words in reversed(line.keys or (tr("No keys"),)):
            width = max(CHIP, QFontMetricsF(painter.font()).horizontalAdvance(words) + 16)
            chip = QRectF(right - width, area.center().y() - CHIP / 2, width, CHIP)
            if line.keys and line.command is not None:
                painter.setPen(theme.color("line", view))
                painter.setBrush(theme.color("panel", view))
                painter.drawRoundedRect(chip.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            painter.setPen(theme.color("text" if line.keys and line.command is not None else "secondary", view))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, words)
            right -= width + 6
        if line.is_changed:
            right -= 16
            theme.paint_icon(painter, "draft", QRectF(right, area.center().y() - 7, 14, 14), theme.color("accent_text", view))
        return right

    @override
    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        view, editor = self._view(), KeyEdit(parent)
        editor.pressed.connect(view.pressed)
        editor.pressed_alone.connect(view.pressed_alone)
        editor.given_up.connect(view.stop_asking)
        view.editor = editor
        return editor

    @override
    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        place = self._inner(option.rect).toRect()
        editor.setGeometry(place.right() - EDIT_WIDTH + 1, place.top() + 3, EDIT_WIDTH, place.height() - 6)

    @override
    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        return False  # Tab, Enter and Escape are keys like others

    @override
    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """There is nothing to begin with."""

    def _view(self) -> ShortcutList:
        view = self.parent()
        assert isinstance(view, ShortcutList)
        return view

    def _inner(self, rect: QRect) -> QRectF:
        """Where text and keys stand: as wide as what is above the list, with or without a scroll bar."""
        return QRectF(rect.left() + MARGIN, rect.top(), self._view().width() - 2 * MARGIN, rect.height())
