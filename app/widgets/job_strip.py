"""One quiet line at the bottom of the other pages: what the jobs do."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import paint_focus
from app.widgets.job_list import paint_progress
from app.widgets.job_words import LOOKS, how_far
from core.jobs.glance import Glance

HEIGHT = 36
BAR = 120.0  # pixels


class JobStrip(QAbstractButton):
    """Says how the jobs go; a click is for those who want to know more. Hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setToolTip("Show the jobs  Ctrl+3")
        self.setAccessibleName("Jobs")
        self._shown: Glance | None = None
        self._others = ""
        self.hide()

    def set_glances(self, active: Sequence[Glance], failed: Sequence[Glance]) -> None:
        """Say how those that run do, and which failed since somebody looked."""
        self._shown = (*failed, *active)[0] if failed or active else None
        others = []
        if self._shown is not None and (more := len(active) - (not failed)) > 0:
            others.append(f"{more} more running" if not failed else f"{more} running")
        if len(failed) > 1:
            others.append(f"{len(failed) - 1} more failed")
        self._others = ",  ".join(others)
        self.setText(self._words())
        self.setAccessibleName(f"Jobs: {self.text()}" if self._shown else "Jobs")
        self.setVisible(self._shown is not None)
        self.update()

    def _words(self) -> str:
        glance = self._shown
        if glance is None:
            return ""
        parts = [glance.title, LOOKS[glance.state].word.lower(), how_far(glance) if glance.is_active else "", self._others]
        return ", ".join(part for part in parts if part)

    @override
    def sizeHint(self) -> QSize:
        return QSize(320, HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        glance = self._shown
        if glance is None:
            return
        look = LOOKS[glance.state]
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), theme.color("field" if self.underMouse() else "panel", self))
            painter.fillRect(0, 0, self.width(), 1, theme.color("line", self))
            paint_focus(painter, self, QRectF(self.rect()).adjusted(2.5, 2.5, -2.5, -2.5), 6)
            tint, x = theme.color(look.tone, self), 18.0
            theme.paint_icon(painter, look.icon, QRectF(x, HEIGHT / 2 - 8, 16, 16), tint)
            painter.setFont(theme.font("small"))
            x += 26
            x = self._write(painter, x, look.word, look.tone)
            x = self._write(painter, x, glance.title, "text")
            if glance.is_active and glance.share is not None:
                paint_progress(painter, QRectF(x, HEIGHT / 2 - 1.5, BAR, 3), glance.share, self)
                x += BAR + 12
            if glance.is_active:
                x = self._write(painter, x, how_far(glance), "secondary")
            self._write(painter, x, self._others, "secondary")

    def _write(self, painter: QPainter, x: float, text: str, tone: str) -> float:
        """Write a text; where the next one begins."""
        painter.setPen(theme.color(tone, self))
        painter.drawText(QRectF(x, 0, self.width() - x, HEIGHT), Qt.AlignmentFlag.AlignVCenter, text)
        return x + painter.fontMetrics().horizontalAdvance(text) + (12 if text else 0)
