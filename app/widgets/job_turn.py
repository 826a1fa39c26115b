"""When and where a new job works: which jobs it waits for, and on what."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QMenu, QWidget
from typing_extensions import override

from app import theme
from app.widgets.job_words import LOOKS
from core.jobs.cluster import RAY
from core.jobs.glance import Glance
from core.jobs.slots import CPU
from core.jobs.state import JobState
from core.words import tr, trn, within

NAMES, RUNS, SLOTS = 136, 220, 152
"""Widths of the row's name and its two boxes, pixels."""


class TurnRow(QWidget):
    """One row of a form."""

    changed = Signal()

    def __init__(self, glances: Sequence[Glance], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.runs, self.slots = RunsBox(glances), QComboBox()
        self.slots.setAccessibleName(tr("Works on"))
        self.slots.setFixedWidth(SLOTS)
        self.set_slots((CPU,))
        name, where = QLabel(tr("Waits for")), QLabel(tr("on"))
        name.setFixedWidth(NAMES)
        name.setBuddy(self.runs)
        where.setBuddy(self.slots)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * theme.UNIT)
        for widget in (name, self.runs, where, self.slots):
            row.addWidget(widget)
        row.addStretch(1)
        self.runs.changed.connect(self.changed)
        self.slots.currentIndexChanged.connect(self.changed)

    @property
    def after(self) -> tuple[str, ...]:
        """Names of the jobs that it waits for."""
        return self.runs.chosen

    @property
    def slot(self) -> str:
        """Where it works, as the queue writes it."""
        return str(self.slots.currentData())

    def set_slots(self, slots: Iterable[str]) -> None:
        """Offer these; the chosen one stays chosen where it is among them."""
        was = self.slots.currentData()
        self.slots.blockSignals(True)
        self.slots.clear()
        for slot in slots:
            self.slots.addItem(slot_words(slot), slot)
        self.slots.setCurrentIndex(max(0, self.slots.findData(was)))
        self.slots.blockSignals(False)


class RunsBox(QComboBox):
    """Looks like a box with a choice, and takes several: its list has a mark for each job that is not finished."""

    changed = Signal()

    def __init__(self, glances: Sequence[Glance], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Waits for"))
        self.setFixedWidth(RUNS)
        self._chosen: dict[str, None] = {}  # in the order in which they were chosen
        self._needed: tuple[str, ...] = ()
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        for glance in sorted(glances, key=lambda one: not one.is_active):
            if glance.state is not JobState.FINISHED and not glance.problem:
                action = self.menu.addAction(f"{glance.name}   {within(tr(LOOKS[glance.state].word))}")
                action.setToolTip(glance.title)
                action.setData(glance.name)
                action.setCheckable(True)
                action.triggered.connect(lambda is_chosen, name=glance.name: self._choose(name, is_chosen=is_chosen))
        self.setEnabled(bool(self.menu.actions()))
        self.addItem("")
        self._show()

    @property
    def chosen(self) -> tuple[str, ...]:
        """Names of the chosen jobs."""
        return tuple(self._chosen)

    def set_needed(self, names: Sequence[str]) -> None:
        """Choose the jobs that make what this one reads, in place of those it read before; all others stay as they are."""
        offered = {action.data() for action in self.menu.actions()}
        needed = tuple(name for name in names if name in offered)
        if needed == self._needed:
            return
        kept = [name for name in self._chosen if name not in self._needed]
        self._needed, self._chosen = needed, dict.fromkeys((*kept, *needed))
        self._show()

    def _choose(self, name: str, *, is_chosen: bool) -> None:
        if is_chosen:
            self._chosen[name] = None
        else:
            self._chosen.pop(name, None)
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        words = ", ".join(self._chosen) if len(self._chosen) < 3 else trn("{count} job", "{count} jobs", len(self._chosen))
        self.setItemText(0, words or tr("No other job"))
        self.setToolTip(", ".join(self._chosen))
        self.setAccessibleDescription(self.toolTip() or tr("no other job"))
        for action in self.menu.actions():
            action.setChecked(action.data() in self._chosen)

    @override
    def showPopup(self) -> None:
        self.menu.setMinimumWidth(self.width())
        self.menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def slot_words(slot: str) -> str:
    """What people call a slot: "Processor", "GPU 0", "Cluster"."""
    if slot in (CPU, RAY):
        return tr("Processor") if slot == CPU else tr("Cluster")
    return f"GPU {slot.partition(':')[2]}"
