"""The second click of a double-click, where one click is enough."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from typing_extensions import override

_CLICKS = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick, QEvent.Type.MouseButtonRelease)


class SecondClick(QObject):
    """Takes away the second click of who double-clicks on what one click opens: it would hit what has come in its place."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._at = QPointF()
        self._waiting = QTimer(self, singleShot=True)
        self._waiting.timeout.connect(self._end)

    def take(self, at: QPointF) -> None:
        """Take the next click, if it comes at once and here: a place on the screen, in its pixels."""
        self._at = at
        self._waiting.start(QApplication.doubleClickInterval())
        if (app := QCoreApplication.instance()) is not None:
            app.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in _CLICKS or not isinstance(event, QMouseEvent):
            return False
        if (event.globalPosition() - self._at).manhattanLength() > QApplication.startDragDistance():
            self._end()
            return False
        if event.type() == QEvent.Type.MouseButtonRelease:
            self._end()
        return True

    def _end(self) -> None:
        self._waiting.stop()
        if (app := QCoreApplication.instance()) is not None:
            app.removeEventFilter(self)
