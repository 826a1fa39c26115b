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
from core.jobs.state import JobState
from core.words import tr, within

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
        self.setAccessibleName(tr("Jobs"))
        self._shown: Glance | None = None
        self._others = ""
        self.hide()

    def set_glances(self, active: Sequence[Glance], failed: Sequence[Glance], num_waiting: int = 0) -> None:
        """Say how those that run do, which failed since somebody looked, and how many wait."""
        self._shown = (*failed, *active)[0] if failed or active else None
        others = []
        if self._shown is not None and (more := len(active) - (not failed)) > 0:
            others.append(tr("{count} more running", count=more) if not failed else tr("{count} running", count=more))
        if len(failed) > 1:
            others.append(tr("{count} more failed", count=len(failed) - 1))
        if num_waiting:
            others.append(
                tr("{count} waiting", count=num_waiting) if self._shown else tr("{count} in the queue", count=num_waiting)
            )
        self._others = ",  ".join(others)
        self.setText(self._words())
        self.setAccessibleName(tr("Jobs: {words}", words=self.text()) if self.text() else tr("Jobs"))
        self.setVisible(bool(self.text()))
        self.update()

    def _words(self) -> str:
        glance = self._shown
        if glance is None:
            return self._others
        parts = [glance.title, within(tr(LOOKS[glance.state].word)), how_far(glance) if glance.is_active else "", self._others]
        return ", ".join(part for part in parts if part)

    @override
    def sizeHint(self) -> QSize:
        return QSize(320, HEIGHT)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        glance = self._shown
        look = LOOKS[JobState.WAITING if glance is None else glance.state]
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), theme.color("field" if self.underMouse() else "panel", self))
            painter.fillRect(0, 0, self.width(), 1, theme.color("line", self))
            paint_focus(painter, self, QRectF(self.rect()).adjusted(2.5, 2.5, -2.5, -2.5), 6)
            tint, x = theme.color(look.tone, self), 18.0
            theme.paint_icon(painter, look.icon, QRectF(x, HEIGHT / 2 - 8, 16, 16), tint)
            painter.setFont(theme.font("small"))
            x += 26
            x = self._write(painter, x, tr(look.word), look.tone)
            if glance is not None:
                x = self._write(painter, x, glance.title, "text")
            if glance is not None and glance.is_active:
                if glance.share is not None:
                    paint_progress(painter, QRectF(x, HEIGHT / 2 - 1.5, BAR, 3), glance.share, self)
                    x += BAR + 12
                x = self._write(painter, x, how_far(glance), "secondary")
            self._write(painter, x, self._others, "secondary")

    def _write(self, painter: QPainter, x: float, text: str, tone: str) -> float:
        """Write a text; where the next one begins."""
        painter.setPen(theme.color(tone, self))
        painter.drawText(QRectF(x, 0, self.width() - x, HEIGHT), Qt.AlignmentFlag.AlignVCenter, text)
        return x + painter.fontMetrics().horizontalAdvance(text) + (12 if text else 0)
