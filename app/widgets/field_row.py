"""One row of the parameter panel: a name, its marks, and something to change the value with."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from app import theme
from app.widgets.buttons import IconButton
from app.widgets.choice_grid import Choice, ChoiceGrid
from app.widgets.elided import Shrinking
from app.widgets.option_gallery import OptionGallery
from app.widgets.slider import Slider
from app.widgets.trying import Trying
from core.avatar.schema import ContinuousParameter, full_name
from core.avatar.vector import AvatarVector, Value
from core.words import tr, within

MANY = 12
"""A gallery with more options shows those first that the method thought likely."""


@dataclass(frozen=True)
class FieldMark:
    """What is known about a parameter's value besides the value.

    Attributes:
        is_unsure: The method that predicted it was not sure.
        is_changed: It differs from what a reset brings.
        is_locked: No prediction may change it.
        note: Where it came from, in words.
        origin: What a reset brings.
        best: Up to three options that the method thought likely, with their probabilities, best first.
        is_open: The designer of a label that began with nothing has not chosen it.
        was_unsure: The photo left it unsure, whatever has been chosen since: its likeliest options stay where they are.
    """

    is_unsure: bool = False
    is_changed: bool = False
    is_locked: bool = False
    note: str = ""
    origin: Value | None = None
    best: tuple[tuple[str, float], ...] = ()
    is_open: bool = False
    was_unsure: bool = False


def joined_mark(marks: Sequence[FieldMark]) -> FieldMark:
    """What is known about the parameters of one row together."""
    return FieldMark(
        is_unsure=any(mark.is_unsure for mark in marks),
        is_changed=any(mark.is_changed for mark in marks),
        is_locked=any(mark.is_locked for mark in marks),
        note=next((mark.note for mark in marks if mark.note), ""),
        origin=marks[0].origin if len(marks) == 1 else None,
        best=marks[0].best if len(marks) == 1 else (),
        is_open=all(mark.is_open for mark in marks),
        was_unsure=any(mark.was_unsure for mark in marks),
    )


class FieldRow(QWidget):
    """A row for one parameter, or for the parameters of one blend."""

    dragged = Signal(object)
    """Values by parameter id, while a gesture goes on."""
    edited = Signal(object)
    """Values by parameter id, at the end of a gesture."""
    tried = Signal(object)
    """Values by parameter id to be seen while the mouse rests on them; none once it does no longer."""
    reset_wanted = Signal(object)
    """Ids of the parameters to reset."""
    lock_wanted = Signal(object, bool)
    """Ids of the parameters, and whether to lock them."""
    walked = Signal(int)
    """The person wants the row above (-1) or below (1)."""

    def __init__(self, name: str, component: str, parameter_ids: tuple[str, ...], parent: QWidget | None = None) -> None:
        """Make a row.

        Args:
            name: What it is called, in English as the schema has it.
            component: The part of the avatar, as the schema has it.
            parameter_ids: What it changes.
            parent: Qt's.
        """
        super().__init__(parent)
        self.name, self.component, self.parameter_ids = name, component, parameter_ids
        self.is_unsure = self.was_unsure = False
        self._name = QLabel(tr(name))
        self._value = Shrinking()
        self._value.setProperty("tone", "secondary")
        self._unsure = QLabel(tr("●  unsure"))
        self._unsure.setFont(theme.font("small"))
        self._unsure.setProperty("tone", "amber")
        self._unsure.setFixedHeight(18)
        self._unsure.hide()
        self._open = QLabel("○")
        self._open.setFont(theme.font("small"))
        self._open.setProperty("tone", "secondary")
        self._open.setToolTip(tr("Not chosen yet"))
        self._open.hide()
        self.lock = IconButton(
            "lock", tr("Lock {setting}: a photo will not change it", setting=within(self.spoken)), size=24, is_quiet=True
        )
        self.lock.setCheckable(True)
        self.lock.clicked.connect(lambda is_locked: self.lock_wanted.emit(self.parameter_ids, is_locked))
        self.reset = IconButton("reset", tr("Reset {setting}", setting=within(self.spoken)), size=24, is_quiet=True)
        self.reset.clicked.connect(lambda: self.reset_wanted.emit(self.parameter_ids))
        self.head = QHBoxLayout()
        self.head.setSpacing(theme.UNIT)
        self.head.setContentsMargins(4, 0, 0, 0)  # in line with the thumbnails, which leave room for their ring
        self.head.addWidget(self._name)
        self.head.addWidget(self._value)
        self.head.addWidget(self._unsure)
        self.head.addWidget(self._open)
        self.head.addStretch(1)
        self.head.addWidget(self.lock)
        self.head.addWidget(self.reset)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(theme.UNIT // 2)
        self.body.addLayout(self.head)

    @property
    def spoken(self) -> str:
        """Its name with its component, e.g. "Hair style"."""
        return spoken_name(self.component, self.name)

    def set_vector(self, vector: AvatarVector) -> None:
        """Show an avatar's value."""
        raise NotImplementedError

    def set_mark(self, mark: FieldMark) -> None:
        """Show what is known about the value."""
        self.is_unsure, self.was_unsure = mark.is_unsure, mark.was_unsure
        self._unsure.setVisible(mark.is_unsure)
        self._unsure.setToolTip(mark.note)
        self._open.setVisible(mark.is_open)
        self._name.setToolTip(mark.note)
        self.lock.setChecked(mark.is_locked)
        self.reset.setEnabled(mark.is_changed)
        self._reveal()

    def take_focus(self) -> None:
        """Give the focus to what changes the value."""
        self.setFocus(Qt.FocusReason.TabFocusReason)

    def keyed_grid(self) -> ChoiceGrid | None:
        """What digits choose from, as the focus is; None where they choose nothing."""
        return self.findChild(ChoiceGrid)

    def show_value_name(self, text: str) -> None:
        """Show the name of the chosen value beside the row's name."""
        self._value.setText(text)

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        self._reveal()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._reveal()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Here and not in the panel: the scroll area in between would take the arrows.
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.walked.emit(step)

    def _reveal(self) -> None:
        self.lock.reveal(self.underMouse())
        self.reset.reveal(self.reset.isEnabled())


def spoken_name(component: str, name: str) -> str:
    """A parameter's name that makes sense away from its heading, e.g. "Hair style", in the language that is spoken.

    Args:
        component: What it belongs to, as the schema has it.
        name: Its own name, in English as the schema has it.
    """
    return tr(full_name(component, name))


class NumberRow(FieldRow):
    """A slider with a number box, 0 to 100."""

    def __init__(self, parameter: ContinuousParameter, parent: QWidget | None = None) -> None:
        super().__init__(parameter.name, parameter.component, (parameter.id,), parent)
        self._id = parameter.id
        self.slider = Slider(self.spoken, parameter.default)
        self.number = NumberBox(tr("{setting} in percent", setting=self.spoken))
        self.head.addWidget(self.number)
        self.body.setSpacing(0)
        self.body.addWidget(self.slider)
        self.slider.dragged.connect(lambda value: self.dragged.emit(self._values(value)))
        self.slider.edited.connect(lambda value: self.edited.emit(self._values(value)))
        self.slider.reset_wanted.connect(lambda: self.reset_wanted.emit(self.parameter_ids))
        self.number.edited.connect(lambda value: self.edited.emit(self._values(value / 100)))

    @override
    def set_vector(self, vector: AvatarVector) -> None:
        value = float(vector[self._id])
        self.slider.show_value(value)
        self.number.show_value(value * 100)

    @override
    def set_mark(self, mark: FieldMark) -> None:
        super().set_mark(mark)
        if isinstance(mark.origin, float):
            self.slider.set_default(mark.origin)

    @override
    def take_focus(self) -> None:
        self.slider.setFocus(Qt.FocusReason.TabFocusReason)

    def _values(self, value: float) -> Mapping[str, Value]:
        return {self._id: value}


class ChoiceRow(FieldRow):
    """Thumbnails or swatches."""

    def __init__(self, name: str, component: str, parameter_id: str, chooser: ChoiceGrid, names: Mapping[str, str]) -> None:
        super().__init__(name, component, (parameter_id,))
        self._id, self._names = parameter_id, names
        self._best: tuple[tuple[str, float], ...] = ()
        self.found_by: Mapping[str, str] = names
        """What each option is found by in the filter, by id."""
        self.shows_best = False
        """Whether the likeliest options stand first, with how likely they are, where the photo left it unsure."""
        # A few shapes that are seen at a glance keep their order otherwise.
        self._has_many = len(names) > MANY
        self.chooser = chooser
        self._trying = Trying(chooser)
        self._trying.tried.connect(lambda choice: self.tried.emit({} if choice is None else choice.values))
        self.body.addWidget(chooser)
        chooser.chosen.connect(self._choose)

    @override
    def set_vector(self, vector: AvatarVector) -> None:
        self._trying.forget()
        option = str(vector[self._id])
        self.show_value_name(self._names[option])
        self.chooser.choose(option)
        if isinstance(self.chooser, OptionGallery):
            self.chooser.set_vector(vector)

    @override
    def take_focus(self) -> None:
        self.chooser.take_focus()

    @override
    def set_mark(self, mark: FieldMark) -> None:
        super().set_mark(mark)
        self._best = mark.best
        shows_shares = self.shows_best and mark.was_unsure
        if isinstance(self.chooser, OptionGallery):
            self.chooser.put_first(dict(mark.best) if self._has_many or shows_shares else {}, shows_shares=shows_shares)

    def take_best(self, rank: int) -> None:
        """Choose the option that the method thought the best (0), second (1) or third best (2)."""
        if rank < len(self._best):
            self.edited.emit({self._id: self._best[rank][0]})

    def _choose(self, choice: Choice) -> None:
        self.edited.emit(choice.values)


class NumberBox(QLineEdit):
    """A number from 0 to 100 to type; a finer value than whole numbers is kept until a person types another."""

    edited = Signal(float)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setProperty("number", True)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFixedWidth(44)
        self.editingFinished.connect(self._finish)
        self._value = 0.0

    def show_value(self, value: float) -> None:
        """Show a number from 0 to 100."""
        self._value = value
        self.setText(f"{value:.0f}")

    def _finish(self) -> None:
        typed = self.text().strip().rstrip("%").replace(",", ".")
        try:
            value = float(typed)
        except ValueError:
            value = self._value
        if self.isModified() and math.isfinite(value):
            self.edited.emit(min(100.0, max(0.0, value)))
        self.show_value(self._value)
