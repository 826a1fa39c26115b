"""What the mouse rests on in a grid of choices, so that it can be seen on the avatar before it is chosen."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent
from typing_extensions import override

from app.widgets.choice_grid import Choice, ChoiceGrid, ChoiceTile

REST_MS, NEXT_MS = 300, 120
"""How long the mouse is on a tile before it is tried on; on the next one, while one is."""


class Trying(QObject):
    """Watches one grid. Only a mouse that moves tries something on, so nothing is by what appears below it."""

    tried = Signal(object)
    """The `Choice` that the mouse rests on; None once it does no longer."""

    def __init__(self, grid: ChoiceGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self._under: Choice | None = None  # where the mouse moved last
        self._is_on = False
        self._resting = QTimer(self, singleShot=True)
        self._resting.timeout.connect(self._try_on)
        grid.installEventFilter(self)
        grid.chosen.connect(lambda _: self.forget())
        for tile in grid.tiles:
            tile.setMouseTracking(True)

    def forget(self) -> None:
        """The avatar is shown as it is again; until the mouse comes to another tile it stays so."""
        self._resting.stop()
        self._is_on = False

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(watched, ChoiceTile):
            if kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent) and event.buttons() == Qt.MouseButton.NoButton:
                self._come(watched.choice)
            elif kind == QEvent.Type.MouseButtonPress:
                self._resting.stop()
            elif kind == QEvent.Type.Leave:
                self._under = None
                self._resting.stop()
        elif watched is self._grid and kind == QEvent.Type.Enter:
            self._watch_tiles()
        elif watched is self._grid and kind in (QEvent.Type.Leave, QEvent.Type.Hide):
            self._end()
        return False

    def _watch_tiles(self) -> None:
        # Only while the mouse is over the grid: hundreds of tiles get thousands of events when the theme changes.
        for tile in self._grid.tiles:
            tile.installEventFilter(self)

    def _come(self, choice: Choice) -> None:
        if choice is not self._under:
            self._under = choice
            self._resting.start(NEXT_MS if self._is_on else REST_MS)

    def _try_on(self) -> None:
        self._is_on = True
        self.tried.emit(self._under)

    def _end(self) -> None:
        was_on, self._under = self._is_on, None
        for tile in self._grid.tiles:
            tile.removeEventFilter(self)
        self.forget()
        if was_on:
            self.tried.emit(None)
