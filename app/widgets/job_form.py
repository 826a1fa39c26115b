"""A new job: which stage, with which settings, and what stands in the way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.widgets.buttons import text_button
from app.widgets.job_log import monospaced
from app.widgets.job_turn import TurnRow
from app.widgets.setting_inputs import NAMES, TEXTS, SettingInput
from core.errors import SettingError
from core.jobs import JOBS
from core.jobs.fields import as_text, command_line, fields_of
from core.jobs.glance import Glance
from core.jobs.preflight import Finding, Severity
from core.jobs.runs import run_folder
from core.jobs.slots import CPU
from core.jobs.state import JobState
from core.words import tr

SIZE = (620, 600)
CHECK_MS = 250
"""How long after the last change it is asked what stands in the way."""


@dataclass(frozen=True)
class Wish:
    """A job as the form describes it.

    Attributes:
        kind: Name in `core.jobs.JOBS`.
        settings: All settings, as texts by name.
        name: Of the run.
        after: Names of the runs that it waits for.
        slot: Where it works, as the queue writes it.
    """

    kind: str
    settings: Mapping[str, str]
    name: str
    after: tuple[str, ...] = ()
    slot: str = CPU


class JobForm(QDialog):
    """Asks for a stage and its settings, beginning with those of its last run, and asks nothing that it can know."""

    start_wanted = Signal(object, bool)
    """A `Wish`, and whether it is for the queue."""
    check_wanted = Signal(object)
    """A `Wish`; `set_findings` is to be told what is to be known about it."""

    def __init__(
        self, runs: Path, glances: Sequence[Glance], name_for: Callable[[str], str], kind: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("New job"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._runs, self._glances, self._name_for = runs, tuple(glances), name_for
        self._suggested = ""
        self.inputs: dict[str, SettingInput] = {}
        self.kind_box, self.name = QComboBox(), QLineEdit()
        self.turn = TurnRow(self._glances)
        self.kind_box.setAccessibleName(tr("Stage"))
        self.name.setAccessibleName(tr("Name"))
        self.name.setFixedWidth(TEXTS)
        for key, one in JOBS.items():
            self.kind_box.addItem(one.title, key)
        self.obstacles, self.notes, self.command = QLabel(), QLabel(), QLineEdit()
        self._findings: Sequence[Finding] | None = None
        self.defaults = text_button(tr("Use the defaults"), "link")
        self.copy_button = text_button(tr("Copy as command"), "link")
        self.queue_button, self.start_button = text_button(tr("Add to queue")), text_button(tr("Start"), "primary")
        self._checking = QTimer(self, interval=CHECK_MS, singleShot=True)
        self._checking.timeout.connect(lambda: self.check_wanted.emit(self.wish))
        self._lay_out()
        self.kind_box.currentIndexChanged.connect(lambda _: self._show_kind())
        self.name.textChanged.connect(lambda _: self._show_state())
        self.turn.changed.connect(self._show_state)
        self.defaults.clicked.connect(self._use_defaults)
        self.copy_button.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.command.text()))
        self.start_button.clicked.connect(lambda: self._start(is_queued=False))
        self.queue_button.clicked.connect(lambda: self._start(is_queued=True))
        self.queue_button.setToolTip("Ctrl+Enter")
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(keys, self, self.queue_button.click)
        self.kind_box.setCurrentIndex(max(0, self.kind_box.findData(kind or self._last_kind())))
        self._show_kind()

    def _lay_out(self) -> None:
        top = QVBoxLayout()
        top.setContentsMargins(24, 24, 24, 16)
        top.setSpacing(12)
        top.addLayout(_row(tr("Stage"), self.kind_box, stretch=1))
        top.addLayout(_row(tr("Name"), self.name))
        top.addWidget(self.turn)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(_rule())
        layout.addWidget(self._make_fields(), 1)
        layout.addWidget(_rule())
        layout.addLayout(self._make_foot())
        self.resize(*SIZE)

    def _make_fields(self) -> QScrollArea:
        self._fields = QVBoxLayout()
        self._fields.setContentsMargins(24, 16, 24, 16)
        self._fields.setSpacing(12)
        body = QWidget()
        body.setLayout(self._fields)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidgetResizable(True)
        area.setWidget(body)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def _make_foot(self) -> QVBoxLayout:
        for label, tone in ((self.obstacles, "danger"), (self.notes, "secondary")):
            label.setWordWrap(True)
            label.setProperty("tone", tone)
        self.command.setReadOnly(True)
        self.command.setFont(monospaced())
        self.command.setAccessibleName(tr("The same as a command"))
        line = QHBoxLayout()
        line.setSpacing(theme.UNIT)
        line.addWidget(self.command, 1)
        line.addWidget(self.copy_button)
        cancel = text_button(tr("Cancel"), "link")
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.UNIT)
        for widget in (cancel, self.defaults):
            buttons.addWidget(widget)
        buttons.addStretch(1)
        buttons.addWidget(self.queue_button)
        buttons.addWidget(self.start_button)
        for button in (cancel, self.defaults, self.copy_button, self.queue_button):
            button.setAutoDefault(False)  # Enter starts, wherever the focus is
        self.start_button.setDefault(True)
        foot = QVBoxLayout()
        foot.setContentsMargins(24, 16, 24, 24)
        foot.setSpacing(12)
        foot.addWidget(self.obstacles)
        foot.addWidget(self.notes)
        foot.addLayout(line)
        foot.addLayout(buttons)
        return foot

    @property
    def kind(self) -> str:
        """The chosen kind of job."""
        return str(self.kind_box.currentData())

    @property
    def settings(self) -> Mapping[str, str]:
        """All settings, as texts by name."""
        return {name: one.value for name, one in self.inputs.items()}

    def fill(self, settings: Mapping[str, object]) -> None:
        """Show these values; settings that the stage does not have are passed over."""
        for name, value in settings.items():
            if name in self.inputs:
                self.inputs[name].set_value(as_text(value))

    @property
    def wish(self) -> Wish:
        """What the form describes now."""
        name = self.name.text().strip() or self._suggested
        return Wish(self.kind, self.settings, name, self.turn.after, self.turn.slot)

    def set_findings(self, wish: Wish, findings: Sequence[Finding]) -> None:
        """Say what is to be known before it starts, unless the form was changed meanwhile."""
        if wish == self.wish:
            self._findings = findings
            self._show_findings()

    def refuse(self, text: str) -> None:
        """Say why it could not be started."""
        self._show_findings()
        self._say([text])

    def _last_kind(self) -> str:
        return next((one.kind for one in self._newest() if one.kind in JOBS), "")

    def _newest(self) -> list[Glance]:
        return sorted(self._glances, key=lambda one: one.began.timestamp() if one.began else 0.0, reverse=True)

    def _show_kind(self) -> None:
        kind = self.kind
        self._suggested = self._name_for(kind)
        self.name.setPlaceholderText(self._suggested)
        for one in self.inputs.values():
            self._fields.removeWidget(one)
            one.deleteLater()
        config = JOBS[kind].config
        self.inputs = {field.name: SettingInput(field, config, self._glances) for field in fields_of(config)}
        while self._fields.count():
            self._fields.takeAt(0)
        for one in self.inputs.values():
            self._fields.addWidget(one)
            one.changed.connect(self._show_state)
        self._fields.addStretch(1)
        last = next((one.config for one in self._newest() if one.kind == kind and one.config is not None), None)
        if last is not None:
            self.fill(asdict(last))
        self._show_state()

    def _use_defaults(self) -> None:
        self.fill({name: one.field.default for name, one in self.inputs.items()})

    def _show_state(self) -> None:
        self.turn.runs.set_needed(self._unfinished())
        wish = self.wish
        self._findings = None
        self._checking.start()
        self.command.setText(command_line(wish.kind, self._runs / wish.name, wish.settings, wish.after, wish.slot))
        self.command.setCursorPosition(0)
        self.defaults.setEnabled(any(one.value != as_text(one.field.default) for one in self.inputs.values()))
        self._show_findings()

    def _show_findings(self) -> None:
        """List what stands in the way, then what is good to know."""
        is_waiting = bool(self.turn.after)  # for what its settings name: that is looked at when its turn comes
        known = [one for one in self._findings or () if not (is_waiting and one.about in self.inputs)]
        obstacles = [*self._name_problems(), *(one.text for one in known if one.severity is Severity.OBSTACLE)]
        notes = [one.text for one in known if one.severity is Severity.WARNING or (one.about == "time" and not obstacles)]
        is_ready = self._findings is not None and not obstacles and not any(one.problem for one in self.inputs.values())
        self.start_button.setEnabled(is_ready and not is_waiting)
        self.queue_button.setEnabled(self._can_be_queued())
        for button in (self.start_button, self.queue_button):
            _make_primary(button, is_waiting is (button is self.queue_button))
        self._say(obstacles)
        self.notes.setText("\n".join(notes))
        self.notes.setVisible(bool(notes))

    def _can_be_queued(self) -> bool:
        """Whether it can wait: folders that other jobs make first need not be ready yet."""
        return not self._name_problems() and not any(
            one.problem or (one.field.is_required and not one.value) for one in self.inputs.values()
        )

    def _unfinished(self) -> list[str]:
        """Names of the runs that its settings name and that are not finished: it waits for them."""
        named = {one.value for one in self.inputs.values() if one.field.kind == "run" and one.value}
        return [one.name for one in self._glances if one.state is not JobState.FINISHED and str(one.folder.resolve()) in named]

    def _name_problems(self) -> list[str]:
        name = self.wish.name
        try:
            is_taken = run_folder(self._runs, name).exists()
        except SettingError as error:
            return [str(error)]
        return [tr("There is a run “{name}” already. Choose another name.", name=name)] if is_taken else []

    def _say(self, texts: Sequence[str]) -> None:
        self.obstacles.setText("\n".join(texts))
        self.obstacles.setVisible(bool(texts))

    def _start(self, *, is_queued: bool) -> None:
        self.start_button.setEnabled(False)
        self.queue_button.setEnabled(False)
        self.start_wanted.emit(self.wish, is_queued)


def _row(name: str, widget: QWidget, stretch: int = 0) -> QHBoxLayout:
    label = QLabel(name)
    label.setFixedWidth(NAMES)
    row = QHBoxLayout()
    row.setSpacing(2 * theme.UNIT)
    row.addWidget(label)
    row.addWidget(widget, stretch)
    if not stretch:
        row.addStretch(1)
    return row


def _make_primary(button: QPushButton, is_primary: bool) -> None:
    """Let Enter press it, and show that."""
    if button.property("primary") is not is_primary:
        button.setProperty("primary", is_primary)
        button.setDefault(is_primary)
        button.style().unpolish(button)
        button.style().polish(button)


def _rule() -> QFrame:
    rule = QFrame()
    rule.setObjectName("rule")
    rule.setFixedHeight(1)
    return rule
