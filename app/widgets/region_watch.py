"""Which setting a person rests on, so that what it is about can be shown in the pictures."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from app.widgets.field_row import FieldRow

REST_MS = 150
"""How long the mouse or the focus is on a row before its region is shown."""
LINGER_MS = 1800
"""How long the focus shows a region: long enough to be seen, and then the face is to be seen as it is."""


class RegionWatch(QObject):
    """Watches rows. As soon as something is changed or tried on, no region is shown until another row is rested on."""

    wanted = Signal(object)
    """The `FieldRow` whose region is to be shown; None for none."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._row: FieldRow | None = None
        self._shown: FieldRow | None = None
        self._under_mouse: FieldRow | None = None
        self._resting = QTimer(self, interval=REST_MS, singleShot=True)
        self._resting.timeout.connect(self._show)
        self._lingering = QTimer(self, interval=LINGER_MS, singleShot=True)
        self._lingering.timeout.connect(self._end)
        QApplication.instance().focusChanged.connect(self._follow_focus)  # type: ignore[union-attr]

    def add(self, row: FieldRow) -> None:
        """Watch a row."""
        row.installEventFilter(self)
        for changed in (row.dragged, row.edited):
            changed.connect(self._forget)
        row.tried.connect(lambda values: self._forget() if values else None)

    def _rest_on(self, row: FieldRow | None) -> None:
        if row is not self._row:
            self._row = row
            self._resting.start()

    def _show(self) -> None:
        self._lingering.stop()
        if self._row is not self._shown:
            self._shown = self._row
            self.wanted.emit(self._row)
        if self._row is not None and self._row is not self._under_mouse:
            self._lingering.start()

    def _end(self) -> None:
        self._resting.stop()
        self._lingering.stop()
        if self._shown is not None:
            self._shown = None
            self.wanted.emit(None)

    def _forget(self, *_: object) -> None:
        """The face is to be seen as it is."""
        self._end()

    def _follow_focus(self, _: QWidget | None, now: QWidget | None) -> None:
        row = now
        while row is not None and not isinstance(row, FieldRow):
            row = row.parentWidget()
        if isinstance(row, FieldRow) and row.window().isActiveWindow() and not row.underMouse() and self._watches(row):
            self._row = None
            self._rest_on(row)

    def _watches(self, row: FieldRow) -> bool:
        parent = self.parent()
        return isinstance(parent, QWidget) and parent.isAncestorOf(row)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, FieldRow):
            if event.type() == QEvent.Type.Enter:
                self._under_mouse = watched
                self._rest_on(watched)
            elif event.type() in (QEvent.Type.Leave, QEvent.Type.Hide) and watched is self._under_mouse:
                self._under_mouse = None
                self._rest_on(None)
        return False
