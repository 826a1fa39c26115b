"""The avatar as it is, and every step back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack
from typing_extensions import override

from core.avatar.document import Provenance
from core.avatar.vector import AvatarVector, Value
from core.methods import Estimate

UNDO_LIMIT = 1000
"""How many steps can be taken back; the oldest are forgotten, so that a day's work takes no more memory than an hour's."""


@dataclass(frozen=True)
class AvatarState:
    """All that one step of undo brings back.

    Attributes:
        vector: The avatar.
        provenance: Where values came from, by parameter id; a default value has no entry.
        locks: Parameters that no prediction may change.
        estimate: What a method thought of the photo; a reset brings its values back.
    """

    vector: AvatarVector
    provenance: Mapping[str, Provenance] = field(default_factory=dict)
    locks: frozenset[str] = frozenset()
    estimate: Estimate | None = None

    def origin(self, parameter_id: str) -> tuple[Value, Provenance | None]:
        """What a reset brings back: the predicted value and its source, or the default and None."""
        parameter, estimate = self.vector.schema[parameter_id], self.estimate
        if estimate is None or parameter.group != "core":
            return parameter.default, None
        known = estimate.fields.get(parameter_id)
        confidence = known.confidence if known else None
        source = Provenance(by="predicted", confidence=confidence, method=estimate.method or None, model=estimate.model)
        return estimate.vector[parameter_id], source

    def origins(self) -> dict[str, Value]:
        """What resetting everything would bring back, by parameter id."""
        return {parameter.id: self.origin(parameter.id)[0] for parameter in self.vector.schema}


class _Step(QUndoCommand):
    """From one state to another; steps of one gesture become one."""

    def __init__(self, text: str, old: AvatarState, new: AvatarState, gesture: int, show: Callable[[AvatarState], None]) -> None:
        super().__init__(text)
        self.old, self.new, self.gesture, self._show = old, new, gesture, show

    @override
    def id(self) -> int:
        return 1

    @override
    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, _Step) or other.gesture != self.gesture:
            return False
        self.new = other.new
        return True

    @override
    def redo(self) -> None:
        self._show(self.new)

    @override
    def undo(self) -> None:
        self._show(self.old)


class AvatarSteps(QObject):
    """Owns the state of the avatar, and the steps that led to it."""

    changed = Signal()
    """The state is another one."""

    def __init__(self, state: AvatarState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo_stack = QUndoStack(self)
        self.undo_stack.setUndoLimit(UNDO_LIMIT)
        self._state = state
        self._gesture = 0
        self._is_going = False

    @property
    def names(self) -> list[str]:
        """What the steps are called, those that were taken back included, the first first."""
        return [self.undo_stack.text(place) for place in range(self.undo_stack.count())]

    @property
    def state(self) -> AvatarState:
        """Vector, provenance and locks."""
        return self._state

    def take(self, text: str, new: AvatarState) -> None:
        """Go on to another state, in one step.

        Args:
            text: What the step is called, where it can be undone.
            new: The state; the same one is no step.
        """
        self.end_gesture()  # neither a drag before nor one after it may become part of it
        self.drag(text, new)
        self.end_gesture()

    def drag(self, text: str, new: AvatarState) -> None:
        """Go on to another state within a gesture, all of which is one step."""
        if new != self._state:
            self.undo_stack.push(_Step(text, self._state, new, self._gesture, self._show))

    def end_gesture(self) -> None:
        """What follows is another step."""
        self._gesture += 1

    def begin(self, state: AvatarState) -> None:
        """Start from a state, with nothing to undo."""
        self.end_gesture()
        self.undo_stack.clear()
        self._show(state)

    def go_to(self, count: int) -> None:
        """Take back steps, or do them again, until so many are done; shown once, when that is so."""
        self.end_gesture()
        self._is_going = True
        self.undo_stack.setIndex(count)
        self._is_going = False
        self.changed.emit()

    def _show(self, state: AvatarState) -> None:
        self._state = state
        if not self._is_going:
            self.changed.emit()
