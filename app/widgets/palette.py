"""One field that finds everything: commands, settings, what can be chosen, files."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QObject,
    QPoint,
    Qt,
    QTimer,
    Signal,
)  # fmt: skip
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAction,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
)  # fmt: skip
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)  # fmt: skip
from rapidfuzz import process
from typing_extensions import override

from app import theme
from app.widgets.ground import paint_card
from app.widgets.matching import match, plain
from app.widgets.palette_list import ROW, Entry, Row, RowPainter, Rows, row_height
from core.words import tr

WIDTH, TOP, BESIDE, MARGIN = 600, 64, 24, 8
MOST_ROWS, MOST_FOUND = 9, 40
MOST_USED = 4  # of what was used lately, shown before anything is typed
CLOSEST = 4  # shown where nothing is called what was typed
TRY_MS = 150  # how long an option is rested on before it is tried on

_LEAST_CLOSE = 60.0  # of 100, to be shown as perhaps meant
_USED = 6.0  # points for what was used last, less for what was before
_OFF = 15.0  # and off for what cannot be done now


def rank(wanted: str, entries: Sequence[Entry], used: Sequence[str] = ()) -> list[Row]:
    """The rows for what was typed, the best first.

    Args:
        wanted: Typed; for nothing, what was used lately and then everything that has keys or a menu.
        entries: All there is.
        used: Keys of what was used lately, the last first.
    """
    if not wanted.strip():
        return _suggestions(entries, used)
    bonus = {key: _USED * (1 - place / max(1, len(used))) for place, key in enumerate(used)}
    found = []
    for number, entry in enumerate(entries):
        fit = match(wanted, entry.text, entry.also)
        if fit is not None:
            score = fit.score + bonus.get(entry.key, 0.0) + entry.worth - (0 if entry.is_enabled else _OFF)
            found.append((-score, number, Row(entry, entry.text, fit.letters)))
    if found:
        return [row for _, _, row in sorted(found, key=lambda one: one[:2])[:MOST_FOUND]]
    names = [plain(entry.text) for entry in entries]
    closest = process.extract(plain(wanted), names, limit=CLOSEST, score_cutoff=_LEAST_CLOSE)
    if not closest:
        return [Row(None, tr("Nothing is called that. Try “hair”, or “save”."))]
    heading = Row(None, tr("Nothing is called “{text}”. Perhaps:", text=wanted.strip()))
    return [heading, *(Row(entries[number], entries[number].text) for _, _, number in closest)]


def _suggestions(entries: Sequence[Entry], used: Sequence[str]) -> list[Row]:
    by_key = {entry.key: entry for entry in entries}
    lately = [by_key[key] for key in used if key in by_key and by_key[key].is_enabled][:MOST_USED]
    others = [entry for entry in entries if entry.is_enabled and entry.key.startswith("command ") and entry not in lately]
    rows = [Row(None, tr("Used lately")), *(Row(entry, entry.text) for entry in lately)] if lately else []
    return [*rows, Row(None, tr("What can be done here")), *(Row(entry, entry.text) for entry in others)]


class Palette(QFrame):
    """Lies over the window's top. What had the focus gets it back before anything is done, so that commands know their row."""

    tried = Signal(object)
    """Values by parameter id to be seen while their entry is chosen; none once it is no longer."""
    used = Signal(str)
    """The key of the entry that was taken."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("palette")
        self.setAccessibleName(tr("Search"))
        self._entries: Sequence[Entry] = ()
        self._used: Sequence[str] = ()
        self._is_trying = False
        self._focus: QWidget | None = None
        self._closing: Sequence[str] = ()
        self._over: QWidget | None = None
        self.field, self.list, self.hint = QLineEdit(), QListView(), QLabel()
        self._rows = Rows(self)
        self._resting = QTimer(self, interval=TRY_MS, singleShot=True)
        self._resting.timeout.connect(self._try_on)
        self._lay_out()
        self.field.textChanged.connect(self._narrow)
        self.field.installEventFilter(self)
        window.installEventFilter(self)
        self.list.selectionModel().currentChanged.connect(self._choose)
        self.list.clicked.connect(lambda _: self._take())
        self.hide()

    def _lay_out(self) -> None:
        lens = QAction(self)
        lens.setIcon(theme.icon("search"))
        self.field.addAction(lens, QLineEdit.ActionPosition.LeadingPosition)
        for button in self.field.findChildren(QAbstractButton):
            button.setAccessibleName(tr("Find"))
        self.field.setPlaceholderText(tr("Find a command, a setting, or what it can be"))
        self.field.setAccessibleName(tr("Find a command, a setting, or what it can be"))
        self.field.setMinimumHeight(40)
        self.list.setModel(self._rows)
        self.list.setItemDelegate(RowPainter(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(tr("Found"))
        self.hint.setProperty("tone", "secondary")
        self.hint.setFont(theme.font("small"))
        self.hint.setText(tr("↑ ↓ choose    Enter does it    Esc closes"))
        self.hint.setContentsMargins(8, 0, 8, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        layout.addWidget(self.hint)

    def open_with(
        self, entries: Sequence[Entry], used: Sequence[str], closing: Sequence[str] = (), over: QWidget | None = None
    ) -> None:
        """Appear, with nothing typed.

        Args:
            entries: All there is to find.
            used: Keys of what was used lately, the last first.
            closing: Keys that close it again, as `QKeySequence` writes them.
            over: Lie over this widget, so that what is tried on can be seen beside it; else in the middle.
        """
        self._entries, self._used, self._closing, self._over = entries, used, closing, over
        focus = QApplication.focusWidget()
        self._focus = focus if focus is not None and not self.isAncestorOf(focus) else None
        self.field.clear()
        self._narrow("")
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_again(self) -> None:
        """Disappear; the focus goes back to where it was."""
        if self.isVisible():
            self._stop_trying()
            focus = QApplication.focusWidget()
            has_focus = focus is not None and self.isAncestorOf(focus)
            self.hide()
            if has_focus and self._focus is not None:
                self._focus.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def current(self) -> Entry | None:
        """The entry that Enter takes."""
        row = self._rows.row(self.list.currentIndex())
        return None if row is None else row.entry

    @property
    def texts(self) -> list[str]:
        """What the list shows, without headings."""
        return [row.text for row in self._rows.rows if row.entry is not None]

    # What happens while somebody types.

    def _narrow(self, wanted: str) -> None:
        self._rows.show(rank(wanted, self._entries, self._used))
        first = next((number for number, row in enumerate(self._rows.rows) if row.entry is not None), -1)
        self.list.setCurrentIndex(self._rows.index(first, 0))
        self.list.scrollToTop()
        self._place()

    def _choose(self) -> None:
        entry = self.current
        self._resting.start()
        if entry is not None and self.isVisible():
            said = "  ".join(filter(None, (entry.text, entry.place, entry.keys, "" if entry.is_enabled else tr("not now"))))
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.list, said))

    def _try_on(self) -> None:
        entry = self.current if self.isVisible() else None
        if entry is not None and entry.values is not None and entry.is_enabled:
            self._is_trying = True
            self.tried.emit(entry.values)
        else:
            self._stop_trying()

    def _stop_trying(self) -> None:
        self._resting.stop()
        if self._is_trying:
            self._is_trying = False
            self.tried.emit({})

    def _take(self) -> None:
        entry = self.current
        if entry is not None and entry.is_enabled:
            self.close_again()
            self.used.emit(entry.key)
            entry.take()

    def _walk(self, step: int) -> None:
        """Go so many rows further; past an end to the other one."""
        places = [number for number, row in enumerate(self._rows.rows) if row.entry is not None]
        here = self.list.currentIndex().row()
        if not places:
            return
        now = places.index(here) if here in places else -1
        to = (now + step) % len(places) if abs(step) == 1 else min(max(now + step, 0), len(places) - 1)
        self.list.setCurrentIndex(self._rows.index(places[to], 0))
        self.list.scrollTo(self._rows.index(0 if to == 0 else places[to], 0))

    def _place(self) -> None:
        """Below the bar, as high as what was found."""
        window = self._window
        height = min(sum(map(row_height, self._rows.rows)), ROW * MOST_ROWS, window.height() - 240)
        self.list.setFixedHeight(max(ROW, height))
        width = min(WIDTH, window.width() - 2 * BESIDE)
        left = (window.width() - width) // 2
        if self._over is not None and self._over.isVisible():
            width = min(WIDTH, self._over.width() - 2 * MARGIN)
            left = self._over.mapTo(window, QPoint()).x() + self._over.width() - MARGIN - width
        self.setGeometry(left, TOP, width, self.sizeHint().height())

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field:
            return self._hear(event)
        if self.isVisible() and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _hear(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # what is typed here is no command of the page behind
            return True
        if event.type() == QEvent.Type.FocusOut:
            QTimer.singleShot(0, self, self._look_at_focus)
        return event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._press(event)

    def _press(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: 1 - MOST_ROWS, Qt.Key.Key_PageDown: MOST_ROWS - 1}
        if key in steps:
            self._walk(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self._take()
        elif key == Qt.Key.Key_Escape or _written(event) in self._closing:
            self.close_again()
        else:
            return key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)  # there is nowhere to go
        return True

    def _look_at_focus(self) -> None:
        focus = QApplication.focusWidget()
        if self.isVisible() and focus is not None and not self.isAncestorOf(focus):
            self._focus = None
            self.close_again()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_card(painter, self)


def _written(event: QKeyEvent) -> str:
    return QKeySequence(event.keyCombination()).toString(QKeySequence.SequenceFormat.PortableText)
