"""The jobs: what runs, how it goes, and what can be done about it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid
from typing_extensions import override

from app import problems, tasks, theme
from app.state.jobs import Jobs
from app.state.runs_reader import Detail
from app.widgets.buttons import Segments, text_button
from app.widgets.empty_state import EmptyState
from app.widgets.failure_card import FailureCard
from app.widgets.job_form import JobForm, Wish
from app.widgets.job_header import JobHeader
from app.widgets.job_list import JobList
from app.widgets.job_log import JobLog
from app.widgets.job_words import turns
from app.widgets.notice import Notice
from app.widgets.queue_bar import QueueBar
from app.widgets.sample_strip import SampleStrip
from app.widgets.text_dialog import TextDialog
from core.errors import AvatarError, SettingError
from core.jobs import JOBS
from core.jobs.failures import Failure, Remedy
from core.jobs.fields import as_text, fields_of
from core.jobs.glance import Glance
from core.jobs.preflight import Finding, preflight
from core.jobs.queue import Entry
from core.jobs.runs import free_name
from core.jobs.serving import Standing
from core.jobs.settings import make_config
from core.jobs.slots import slots
from core.words import mark, tr

if TYPE_CHECKING:
    from app.widgets.curves import Curves

LIST_WIDTH = 312
CURVES_HEIGHT, LOG_HEIGHT = 216, 112  # pixels, the least
WHAT_FOR = mark(
    "A job trains a network or prepares what one learns from. It runs by itself: close the window, and it goes on; "
    "stop it, and it goes on later where it was."
)


class TrainPage(QWidget):
    """Watch and steer the jobs of `state`. Its public methods without arguments are commands of `app.actions`."""

    looked_at = Signal()
    """The person sees the page."""

    def __init__(self, state: Jobs) -> None:
        super().__init__()
        self.state = state
        self.list, self.queue = JobList(), QueueBar()
        self.header, self.card = JobHeader(), FailureCard()
        self.samples, self.log = SampleStrip(), JobLog(tr("Log"))
        self.settings = JobLog(tr("Settings"))
        self.below = Segments([("log", tr("Log")), ("settings", tr("Settings"))], tr("Below"))
        self.notice = Notice()
        self.curves: Curves | None = None
        self._detail: Detail | None = None
        self._wanted: Path | None = None  # to be chosen once it is in the list
        self._below = "log"  # what the person wants to see there
        self._lay_out()
        self._connect()
        self._show_jobs()

    def _lay_out(self) -> None:
        side = QWidget()
        side.setObjectName("panel")
        side.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        side.setFixedWidth(LIST_WIDTH)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.list, 1)
        column.addWidget(self.queue)
        self._side = side
        self.new_button = text_button(tr("New job…"), "raised")  # the primary one is in the bar above
        self.new_button.clicked.connect(self.new_job)
        self.empty = EmptyState(tr("Nothing has been trained here"), tr(WHAT_FOR), self.new_button)
        self._stack = QStackedWidget()
        for widget in (QWidget(), self.empty, self._make_detail()):
            self._stack.addWidget(widget)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(side)
        layout.addWidget(self._stack, 1)
        self.notice.lie_over(self._stack)

    def _make_detail(self) -> QWidget:
        self._curves_box, self._samples_box = QWidget(), _titled(tr("Samples"), self.samples)
        self._curves_box.setMinimumHeight(CURVES_HEIGHT)
        QVBoxLayout(self._curves_box).setContentsMargins(0, 0, 0, 0)
        self._unmeasured = QLabel()
        self._unmeasured.setProperty("tone", "secondary")
        self._unmeasured.setAlignment(Qt.AlignmentFlag.AlignCenter)
        texts = QStackedWidget()
        texts.addWidget(self.log)
        texts.addWidget(self.settings)
        texts.setMinimumHeight(LOG_HEIGHT)
        self._texts = texts
        self.below.choose("log")
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(24, 16, 24, 20)
        column.setSpacing(16)
        column.addWidget(self._unmeasured, 3)
        column.addWidget(self._curves_box, 3)
        column.addWidget(self._samples_box)
        column.addWidget(self.below, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(texts, 1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(body)
        self._area = area
        detail = QWidget()
        whole = QVBoxLayout(detail)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        for widget in (self.header, self.card):  # never scrolled away: what it does, and why it failed
            row = QVBoxLayout()
            row.setContentsMargins(24, 20 if widget is self.header else 16, 24, 0)
            row.addWidget(widget)
            whole.addLayout(row)
        whole.addWidget(area, 1)
        return detail

    def _connect(self) -> None:
        self.state.changed.connect(self._show_jobs)
        self.state.followed.connect(self._show_detail)
        self.list.chosen.connect(self._follow)
        self.header.stop_wanted.connect(self.stop_job)
        self.header.resume_wanted.connect(self._resume)
        self.header.queue_wanted.connect(self._queue)
        self.header.move_wanted.connect(self._move)
        self.queue.pause_wanted.connect(lambda is_paused: self.state.set_paused(is_paused, self._warn))
        self.header.command_wanted.connect(self._ask)
        self.header.again_wanted.connect(self._make_another)
        self.header.folder_wanted.connect(self._open_folder)
        self.header.remove_wanted.connect(self.remove_job)
        self.card.remedy_wanted.connect(self._help)
        self.below.chosen.connect(self._choose_below)

    # What the person asked for.

    def new_job(self) -> None:
        """Ask for a new job's stage and settings."""
        self._open_form()

    def stop_job(self) -> None:
        """Ask whether to stop the chosen job."""
        glance = self._glance()
        if glance is None or not glance.is_active:
            return
        title, text = tr("Stop “{name}”?", name=glance.title), tr("It saves a checkpoint first, and can go on from there later.")
        offers = ((tr("Stop"), lambda: self.state.ask(glance.folder, "stop", self._warn)),)
        TextDialog(title, text, (), offers, self, tr("Keep running")).open()

    def remove_job(self) -> None:
        """Ask whether to remove the chosen job with everything in its folder."""
        glance = self._glance()
        if glance is None or glance.is_active:
            return
        title = tr("Remove “{name}”?", name=glance.name)
        text = tr("Its folder goes to the trash, with its checkpoints, curves and whatever it made.")
        offers = ((tr("Remove"), lambda: self.state.remove(glance.folder, self._warn)),)
        TextDialog(title, text, (), offers, self, tr("Keep")).open()

    def move_up(self) -> None:
        """Have the chosen job take its turn earlier."""
        self._move(-1)

    def move_down(self) -> None:
        """Have the chosen job take its turn later."""
        self._move(1)

    def close_down(self) -> None:
        """End what belongs to this page; the jobs go on."""
        self.state.close()

    def _open_form(self, glance: Glance | None = None) -> None:
        name_for: Callable[[str], str] = partial(free_name, self.state.folder)
        form = JobForm(self.state.folder, self.state.glances, name_for, glance.kind if glance else "", self)
        if glance is not None and glance.config is not None:
            form.fill(_settings(glance))

        def started(folder: Path) -> None:
            form.accept()
            self._wanted = folder
            self._show_jobs()

        def refused(error: Exception) -> None:
            if isinstance(error, AvatarError):
                form.refuse(str(error))
            else:
                form.reject()
                problems.report(error)

        def begin(wish: Wish, is_queued: bool) -> None:
            turn = Entry(wish.name, wish.after, wish.slot)
            self.state.create((wish.kind, wish.settings), turn, is_queued, started, refused)

        form.start_wanted.connect(begin)
        form.check_wanted.connect(lambda wish: _check(form, wish, self.state.folder / wish.name))
        tasks.run(slots, partial(_offer, form))
        form.open()

    def _make_another(self) -> None:
        self._open_form(self._glance())

    def _ask(self, command: str) -> None:
        if (glance := self._glance()) is not None and command in ("checkpoint", "sample"):
            self.state.ask(glance.folder, "checkpoint" if command == "checkpoint" else "sample", self._warn)

    def _resume(self) -> None:
        if (glance := self._glance()) is not None:
            self.state.resume(glance.folder, {}, self._warn)

    def _help(self, remedy: Remedy) -> None:
        if (glance := self._glance()) is not None:
            self.state.resume(glance.folder, remedy.settings, self._warn)

    def _queue(self, is_wanted: bool) -> None:
        if (glance := self._glance()) is not None:
            (self.state.enqueue if is_wanted else self.state.take_out)(glance.folder, self._warn)

    def _move(self, by: int) -> None:
        glance = self._glance()
        if glance is not None and by in self.state.queue.moves(glance.folder):
            self.state.move(glance.folder, by, self._warn)

    def _open_folder(self) -> None:
        glance = self._glance()
        if glance is not None and not QDesktopServices.openUrl(QUrl.fromLocalFile(str(glance.folder.resolve()))):
            self.notice.warn(tr("No program opened the folder. It is {folder}.", folder=glance.folder.resolve()))

    # What is shown.

    def _glance(self) -> Glance | None:
        """The chosen job."""
        folder = self.list.current
        return next((one for one in self.state.glances if one.folder == folder), None)

    def _follow(self, folder: Path | None) -> None:
        self.notice.hide()
        self.state.follow(folder)
        self._detail = None
        if self.curves is not None:
            self.curves.begin()
        glance = self._glance()
        if glance is not None:
            self._show_detail(Detail(glance, {}, (), (), frozenset()))
            self._area.verticalScrollBar().setValue(0)

    def _show_jobs(self) -> None:
        glances, queue = self.state.glances, self.state.queue
        self.list.set_glances(glances, turns(queue.outlooks))
        num_left = sum(one.standing is not Standing.DONE for one in queue.outlooks)
        self.queue.set_queue(queue.num_waiting, num_left, queue.is_paused, queue.text)
        if self._detail is not None:
            self._show_header(self._detail)
        if self._wanted is not None and self.list.choose(self._wanted):
            self._wanted = None
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self._side.setVisible(bool(glances))
        self._stack.setCurrentIndex(2 if glances else int(self.state.was_read))

    def _show_detail(self, detail: Detail) -> None:
        if detail.glance.folder != self.list.current:
            return
        glance, was = detail.glance, self._detail
        self._detail = detail
        self._show_header(detail)
        failure = Failure("other", glance.problem) if glance.problem else glance.failure if glance.has_failed else None
        self.card.set_failure(failure, detail.log, can_help=glance.has_failed)
        self._show_curves(detail)
        self.samples.set_samples(detail.samples)
        self._samples_box.setVisible(bool(detail.samples))
        self.log.set_lines(detail.log or (tr("Nothing said yet."),))
        if was is None or was.glance.config != glance.config:
            self.settings.set_lines(_as_lines(glance))
        if was is None or (was.glance.began is None) is not (glance.began is None):
            self._turn_to(self._below if glance.began else "settings")  # one that never began has said nothing

    def _show_header(self, detail: Detail) -> None:
        folder, queue = detail.glance.folder, self.state.queue
        outlook = queue.find(folder)
        self.header.set_glance(detail.glance, detail.asked, None if outlook is None else outlook.text, queue.moves(folder))

    def _show_curves(self, detail: Detail) -> None:
        if detail.curves and self.curves is None and self.isVisible():
            from app.widgets.curves import Curves  # loads the plots' library, which a window that opens has no time for

            self.curves = Curves()
            layout = self._curves_box.layout()
            assert layout is not None
            layout.addWidget(self.curves)
        if self.curves is not None:
            self.curves.set_curves(detail.curves)
        self._curves_box.setVisible(bool(detail.curves))
        self._unmeasured.setVisible(not detail.curves)
        has_begun = detail.glance.began is not None and not detail.glance.is_active
        self._unmeasured.setText(tr("It measured nothing.") if has_begun else tr("Nothing measured yet."))

    def _choose_below(self, key: str) -> None:
        self._below = key
        self._turn_to(key)

    def _turn_to(self, key: str) -> None:
        self.below.choose(key)
        self._texts.setCurrentWidget(self.log if key == "log" else self.settings)

    def _warn(self, error: Exception) -> None:
        if isinstance(error, AvatarError):
            self.notice.warn(str(error))
        else:
            problems.report(error)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._detail is not None:
            self._show_curves(self._detail)
        self.looked_at.emit()


def _titled(title: str, widget: QWidget) -> QWidget:
    label = QLabel(title)
    label.setFont(theme.font("small", strong=True))
    label.setProperty("tone", "secondary")
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.UNIT)
    column.addWidget(label)
    column.addWidget(widget)
    return box


def _check(form: JobForm, wish: Wish, folder: Path) -> None:
    """Find out what stands in the way of a job, off the GUI thread."""

    def find() -> Sequence[Finding]:
        try:
            return preflight(wish.kind, make_config(JOBS[wish.kind].config, wish.settings), folder, wish.slot)
        except SettingError:
            return ()  # said beside the field

    tasks.run(find, partial(_tell, form, wish))


def _tell(form: JobForm, wish: Wish, findings: Sequence[Finding]) -> None:
    if isValid(form):
        form.set_findings(wish, findings)


def _offer(form: JobForm, found: Sequence[str]) -> None:
    if isValid(form):
        form.turn.set_slots(found)


def _settings(glance: Glance) -> Mapping[str, object]:
    return {field.name: getattr(glance.config, field.name) for field in fields_of(type(glance.config))}


def _as_lines(glance: Glance) -> tuple[str, ...]:
    if glance.config is None:
        return (glance.problem,)
    rows = _settings(glance)
    width = max(map(len, rows), default=0)
    return tuple(f"{name:<{width}}   {as_text(value) or '–'}" for name, value in rows.items())
