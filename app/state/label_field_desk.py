"""What labelling field by field asks of an evaluation set; called on the label lane, never on the window's thread.

What was chosen for several photos at once is taken back at once, with the beginning of their labels.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from app.state.label_desk import Desk
from app.state.label_values import Wish
from core.errors import AvatarError
from core.labels import answers, overview
from core.labels.labelling import Labelling, Moved
from core.labels.predicting import picture_of
from core.labels.records import Item, Label


class FieldDesk:
    """One designer at one parameter after another."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._labelling = desk, desk.labelling
        self._view = overview.View(desk.labelling.designer, desk.schema.engine, desk.labelling.take)
        self._counts: dict[str, list[int]] = {"undo": [], "redo": []}  # how many actions belong together, the last ones last

    def answers(self, key: str, ids: Sequence[str]) -> answers.Answers:
        """What the designer has said so far (`core.labels.answers`)."""
        return answers.answers(self._desk.set, self._view, self._desk.schema, key, ids)

    def face(self, item: Item) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """What a method looks at; for other threads.

        Raises:
            LabelError: The photo has no face.
        """
        return picture_of(item, overview.crop(self._desk.set, item.id))

    def choose(self, wishes: Sequence[Wish], key: str, seconds: float, *, is_unsure: bool) -> list[Label]:
        """Set values of labels, each begun first where it was not; on the disk when this returns.

        Args:
            wishes: What to choose for which photo.
            key: What doubts about these values are called.
            seconds: Since the last action, for all of them together.
            is_unsure: Whether the designer doubts what they chose.
        """
        count, labels = 0, list[Label]()
        try:
            for wish in wishes:
                label, actions = _choose(self._labelling, wish, answers.doubt(key), seconds / len(wishes), is_unsure=is_unsure)
                labels.append(label)
                count += actions
        except AvatarError:
            self._counts["undo"].append(count)  # even of none: whoever takes it back already does not mean what was before it
            raise
        if count:
            self._counts = {"undo": [*self._counts["undo"], count], "redo": []}
        return labels

    def forget_refused(self) -> None:
        """The designer knows by now that the last choice was refused."""
        if self._counts["undo"][-1:] == [0]:
            self._counts["undo"].pop()

    def move(self, kind: Literal["undo", "redo"], seconds: float) -> list[Moved]:
        """Take back, or do again, what was done last; in the order in which that happened."""
        here, there = self._counts[kind], self._counts["redo" if kind == "undo" else "undo"]
        count = here.pop() if here else 1  # what was done elsewhere goes one by one
        moved = []
        for _ in range(count):
            one = getattr(self._labelling, kind)(seconds / count)
            if one is None:
                break
            moved.append(one)
        if moved:
            there.append(len(moved))
        return moved


def _choose(labelling: Labelling, wish: Wish, doubt: str, seconds: float, *, is_unsure: bool) -> tuple[Label, int]:
    """The label, and how many actions it took to make it so."""
    item_id, count = wish.item_id, 0
    label = labelling.label(item_id)

    def act(action: Callable[..., Label], *values: Any, **more: Any) -> Label:
        nonlocal count
        after = action(item_id, *values, **more)
        count += after != label
        return after

    if wish.beginning is not None and (label is None or label.state in ("todo", "skipped")):
        if label is not None and label.state == "skipped":  # taken up again
            label = act(labelling.set_state, "todo")
        label = act(labelling.begin, wish.beginning.start, wish.beginning.vector, wish.beginning.source)
    label = act(labelling.edit, wish.values, "edited", seconds)
    flags = ({*label.flags} - {doubt}) | ({doubt} if is_unsure else set())
    return act(labelling.annotate, flags=flags), count
