"""What a job is and does, and the buttons for what can be done with it now."""

from collections.abc import Set as AbstractSet

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import IconButton, text_button
from app.widgets.elided import Elided
from app.widgets.job_list import paint_progress
from app.widgets.job_words import LOOKS, in_a_line
from core.jobs.commands import Command
from core.jobs.glance import Glance
from core.jobs.state import JobState
from core.words import tr


class JobHeader(QWidget):
    """The buttons follow the state that the folder says, and nothing else."""

    stop_wanted = Signal()
    resume_wanted = Signal()
    queue_wanted = Signal(bool)
    """Whether it is to wait in the queue."""
    move_wanted = Signal(int)
    """By how many places it is to be moved in the queue; before is less than 0."""
    command_wanted = Signal(str)
    """A `Command`."""
    again_wanted = Signal()
    """The person wants a new job with the same settings."""
    folder_wanted = Signal()
    remove_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.line = Elided(theme.font("large", strong=True)), Elided(theme.font("body"), "secondary")
        self.state = _State()
        self.resume = text_button(tr("Resume"), "primary")
        self.queue = text_button(tr("Add to queue"), "raised")
        self.stop = text_button(tr("Stop"), "raised")
        self.checkpoint, self.sample = text_button(tr("Checkpoint now"), "raised"), text_button(tr("Sample now"), "raised")
        self.up, self.down = IconButton("up", tr("Earlier in the queue")), IconButton("down", tr("Later in the queue"))
        self.again = IconButton("copy", tr("New job with these settings"))
        self.folder = IconButton("open", tr("Open the folder"))
        self.remove = IconButton("remove", tr("Remove"))
        self._bar = _Bar()
        self._is_queued = False
        self._lay_out()
        self.resume.clicked.connect(self.resume_wanted)
        self.queue.clicked.connect(lambda: self.queue_wanted.emit(not self._is_queued))
        self.stop.clicked.connect(self.stop_wanted)
        self.checkpoint.clicked.connect(lambda: self.command_wanted.emit("checkpoint"))
        self.sample.clicked.connect(lambda: self.command_wanted.emit("sample"))
        self.up.clicked.connect(lambda: self.move_wanted.emit(-1))
        self.down.clicked.connect(lambda: self.move_wanted.emit(1))
        self.again.clicked.connect(self.again_wanted)
        self.folder.clicked.connect(self.folder_wanted)
        self.remove.clicked.connect(self.remove_wanted)

    def _lay_out(self) -> None:
        below = QHBoxLayout()
        below.setSpacing(12)
        below.addWidget(self.state)
        below.addWidget(self.line, 1)
        row = QHBoxLayout()
        row.setSpacing(theme.UNIT)
        row.addWidget(self.title, 1)
        for button in (self.sample, self.checkpoint, self.stop, self.queue, self.resume):
            row.addWidget(button)
        for icon in (self.up, self.down, self.again, self.folder, self.remove):
            row.addWidget(icon)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addSpacing(4)
        layout.addLayout(below)
        layout.addSpacing(12)
        layout.addWidget(self._bar)

    def set_glance(
        self, glance: Glance, asked: AbstractSet[Command], queued: str | None = None, moves: AbstractSet[int] = frozenset()
    ) -> None:
        """Show a job.

        Args:
            glance: What it does.
            asked: What it was asked for and has not done yet.
            queued: How it stands in the queue, in a sentence; None where it is not in it.
            moves: By how many places it can be moved in the queue: -1, 1.
        """
        self._is_queued = queued is not None
        self.title.set_text(glance.title)
        said = f"  ·  {queued}" if queued and not glance.is_active else ""
        self.line.set_text(in_a_line(glance) + said)
        self.state.set_state(glance.state)
        self._bar.set_share(glance.share, glance.is_active)
        is_running, is_known = glance.state is JobState.RUNNING, not glance.problem
        for button, command, text in (
            (self.checkpoint, "checkpoint", tr("Checkpoint now")),
            (self.sample, "sample", tr("Sample now")),
        ):
            _set(button, is_running, command not in asked, text if command not in asked else tr("Asked for…"))
        _set(self.stop, glance.is_active, is_running, tr("Stop") if is_running else tr("Stopping…"))
        can_start = not glance.is_active and glance.state is not JobState.FINISHED and is_known
        has_remedies = glance.has_failed and glance.failure is not None and bool(glance.failure.remedies)  # buttons of the card
        _set(
            self.resume,
            can_start and not has_remedies,
            can_start,
            tr("Start") if glance.state is JobState.WAITING else tr("Resume"),
        )
        _set(self.queue, can_start, can_start, tr("Take out of queue") if self._is_queued else tr("Add to queue"))
        for icon, by in ((self.up, -1), (self.down, 1)):
            icon.setVisible(bool(moves))
            icon.setEnabled(by in moves)
        self.again.setVisible(is_known)
        self.remove.setVisible(not glance.is_active)


class _State(QWidget):
    """The state's icon and word."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(20)
        self._state = JobState.WAITING
        self.setAccessibleName(tr("State"))

    def set_state(self, state: JobState) -> None:
        self._state = state
        self.setAccessibleDescription(tr(LOOKS[state].word))
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(
            28 + round(QFontMetricsF(theme.font("body", strong=True)).horizontalAdvance(tr(LOOKS[self._state].word))), 20
        )

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        look = LOOKS[self._state]
        with QPainter(self) as painter:
            tint = theme.color(look.tone, self)
            theme.paint_icon(painter, look.icon, QRectF(-2, 0, 20, 20), tint)
            painter.setFont(theme.font("body", strong=True))
            painter.setPen(tint)
            painter.drawText(QRectF(24, 0, self.width() - 24, 20), Qt.AlignmentFlag.AlignVCenter, tr(look.word))


class _Bar(QWidget):
    """A thin line between the header and the rest: how far the job is."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(3)
        self._share: float | None = None
        self._is_active = False

    def set_share(self, share: float | None, is_active: bool) -> None:
        self._share, self._is_active = share, is_active
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            paint_progress(painter, QRectF(self.rect()), self._share if self._is_active else None, self)


def _set(button: QPushButton, is_there: bool, can_be_pressed: bool, text: str) -> None:
    button.setVisible(is_there)
    button.setEnabled(can_be_pressed)
    if button.text() != text:
        button.setText(text)
        button.setAccessibleName(text)
