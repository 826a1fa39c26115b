"""How far each parameter agrees, one below the other: a dot at what was measured, and a bar over its 95 % interval."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from app import theme
from app.widgets.agreement_lines import MINUS, Line, Section
from app.widgets.option_gallery import component_icon
from core.words import tr, trn, within

ROW, HEAD = 36, 52
NAME, VALUE, INTERVAL, BESIDE, PHOTOS = 184, 64, 96, 96, 56
PAD = 12
ENTRY = Qt.ItemDataRole.UserRole

Index = QModelIndex | QPersistentModelIndex
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class AgreementTable(QListView):
    """Parameters in two sections; one of them may be chosen."""

    chosen = Signal(str)
    """The id of the parameter that the person looks at."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Agreement by setting"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setItemDelegate(_Painter(self))
        self.lines = LineModel(self)
        self.setModel(self.lines)
        self.selectionModel().currentChanged.connect(self._say_chosen)

    @property
    def current(self) -> str | None:
        """The id of the chosen parameter."""
        line = self.currentIndex().data(ENTRY)
        return line.parameter.id if isinstance(line, Line) else None

    def set_sections(self, sections: Sequence[Section]) -> None:
        """Show these; the chosen parameter stays chosen where it is still there."""
        before = self.current
        self.lines.set_sections(sections)
        if before is not None:
            self.choose(before)

    def choose(self, parameter_id: str) -> None:
        """Choose a parameter."""
        row = self.lines.row_of(parameter_id)
        if row is not None:
            self.setCurrentIndex(self.lines.index(row))

    def _say_chosen(self) -> None:
        if self.current is not None:
            self.chosen.emit(self.current)


class LineModel(QAbstractListModel):
    """Sections with their heads, flat."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[tuple[Section, Line | None]] = []

    def set_sections(self, sections: Sequence[Section]) -> None:
        """Show these."""
        self.beginResetModel()
        self.rows = [(section, line) for section in sections for line in (None, *section.lines)]
        self.endResetModel()

    def row_of(self, parameter_id: str) -> int | None:
        """The row of a parameter."""
        return next((row for row, (_, line) in enumerate(self.rows) if line and line.parameter.id == parameter_id), None)

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.rows)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        is_line = index.isValid() and self.rows[index.row()][1] is not None
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if is_line else Qt.ItemFlag.NoItemFlags

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        section, line = self.rows[index.row()]
        if role == ENTRY:
            return line or section
        if role == Qt.ItemDataRole.DisplayRole:
            return section.title if line is None else line.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return section.title if line is None else in_words(section, line)
        return None


class _Painter(QStyledItemDelegate):
    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(320, ROW if isinstance(index.data(ENTRY), Line) else HEAD)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        table = self.parent()
        assert isinstance(table, AgreementTable)
        section, line = table.lines.rows[index.row()]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect)
        if line is None:
            self._paint_head(painter, table, section, area)
        else:
            self._paint_row(painter, option, table, area)
            self._paint_line(painter, table, (section, line), area.adjusted(PAD, 0, -PAD, 0))
        painter.restore()

    def _paint_row(self, painter: QPainter, option: QStyleOptionViewItem, table: QWidget, area: QRectF) -> None:
        is_chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent_soft" if is_chosen else "hover", table))
            painter.drawRoundedRect(area.adjusted(0, 1, 0, -1), 8, 8)

    def _paint_head(self, painter: QPainter, table: QWidget, section: Section, area: QRectF) -> None:
        area = area.adjusted(PAD, 14, -PAD, 0)
        name, track, _, interval, beside, photos = _columns(area, section)
        painter.setPen(theme.color("text", table))
        painter.setFont(theme.font("body", strong=True))
        painter.drawText(name, LEFT, section.title)
        painter.setPen(theme.color("secondary", table))
        painter.setFont(theme.font("small"))
        unit = " %" if section.lines and section.lines[0].unit else ""
        for align, number in ((LEFT, section.low), (RIGHT, section.high)):
            painter.drawText(track, align, f"{number * 100:.0f}".replace("-", MINUS) + (unit if number else ""))
        painter.drawText(track, Qt.AlignmentFlag.AlignCenter, section.measure)
        painter.drawText(interval, RIGHT, "95 %")
        painter.drawText(beside, RIGHT, section.beside)
        painter.drawText(photos, RIGHT, tr("Photos"))

    def _paint_line(self, painter: QPainter, table: QWidget, row: tuple[Section, Line], area: QRectF) -> None:
        section, line = row
        name, track, value, interval, beside, photos = _columns(area, section)
        theme.paint_icon(
            painter, component_icon(line.parameter.component), QRectF(name.left(), name.center().y() - 9, 18, 18),
            theme.color("secondary", table),
        )  # fmt: skip
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("text", table))
        words = name.adjusted(28, 0, -8, 0)
        painter.drawText(
            words, LEFT, QFontMetricsF(painter.font()).elidedText(line.title, Qt.TextElideMode.ElideRight, words.width())
        )
        painter.drawText(value, RIGHT, line.value_text)
        painter.drawText(beside, RIGHT, line.beside_text)
        painter.setPen(theme.color("secondary", table))
        painter.setFont(theme.font("small"))
        painter.drawText(interval, RIGHT, line.interval_text)
        painter.drawText(photos, RIGHT, str(line.photos))
        self._paint_interval(painter, table, row, track)

    def _paint_interval(self, painter: QPainter, table: QWidget, row: tuple[Section, Line], track: QRectF) -> None:
        section, line = row

        def at(value: float) -> float:
            return track.left() + (value - section.low) / (section.high - section.low) * track.width()

        middle = track.center().y()
        painter.setPen(QPen(theme.color("line", table), 1.0))
        painter.drawLine(QPointF(track.left(), middle), QPointF(track.right(), middle))
        if section.low < 0:
            painter.drawLine(QPointF(at(0), track.top() + 4), QPointF(at(0), track.bottom() - 4))
        painter.setPen(Qt.PenStyle.NoPen)
        accent = theme.color("accent", table)
        if line.figure.low is not None and line.figure.high is not None:
            painter.setBrush(accent)
            painter.setOpacity(0.32)
            left, right = at(line.figure.low), at(line.figure.high)
            painter.drawRoundedRect(QRectF(left, middle - 3, max(6.0, right - left), 6), 3, 3)
            painter.setOpacity(1.0)
        painter.setBrush(accent)
        painter.drawEllipse(QPointF(at(line.figure.value), middle), 4.5, 4.5)


def in_words(section: Section, line: Line) -> str:
    """A line for people who cannot see it."""
    words = [line.title, f"{within(section.measure)} {line.value_text}"]
    if line.interval_text:
        words.append(tr("95 % interval {interval}", interval=line.interval_text))
    if line.beside_text:
        beside = tr("kappa") if section.beside == "κ" else within(section.beside)
        words.append(f"{beside} {line.beside_text}")
    return ", ".join([*words, trn("{count} photo", "{count} photos", line.photos)])


def _columns(area: QRectF, section: Section) -> list[QRectF]:
    """Name, track, value, interval, what stands beside, photos."""
    is_narrow = area.width() < 640
    widths = [NAME - 24 * is_narrow, 0.0, VALUE, INTERVAL, (BESIDE if "→" in section.beside else 56), PHOTOS]
    widths[1] = max(40.0, area.width() - sum(widths))
    found, left = [], area.left()
    for width in widths:
        found.append(QRectF(left, area.top(), width, area.height()))
        left += width
    return found
