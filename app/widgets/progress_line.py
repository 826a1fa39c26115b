"""A thin line that says how far something is."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.widgets.job_list import paint_progress


class ProgressLine(QWidget):
    """It keeps its place where there is nothing to say."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setFixedHeight(4)
        self.setAccessibleName(name)
        self._share: float | None = None

    @property
    def share(self) -> float | None:
        """What it says."""
        return self._share

    def set_share(self, share: float | None) -> None:
        """Show how much is done, in [0, 1]; None for nothing."""
        self._share = share
        self.setAccessibleDescription("" if share is None else f"{share:.0%}")
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, 4)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        if self._share is not None:
            with QPainter(self) as painter:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                paint_progress(painter, QRectF(self.rect()), self._share, self)
