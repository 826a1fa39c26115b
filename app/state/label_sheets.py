"""What the store has of the photos that are looked at and of those that come next, read before it is wanted."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.state.label_starts import Starts
from app.state.label_values import Sheet
from app.state.open_set import OpenSet
from core.labels.records import Item, Label, Start

AHEAD = 3
"""Photos that are made ready before they are looked at."""

KEPT = 16


class Sheets(QObject):
    """Keeps the sheets of a few photos."""

    came = Signal(int)
    """The sheet of the photo with this id was read, or is another now."""
    ahead = Signal(object)
    """An `AvatarVector` that may be looked at soon."""

    def __init__(self, open_set: OpenSet, starts: Starts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._set, self._starts = open_set, starts
        self._kept: OrderedDict[int, Sheet] = OrderedDict()

    def clear(self) -> None:
        """Forget all: another set was opened."""
        self._kept.clear()

    def get(self, item_id: int) -> Sheet | None:
        """What is known of a photo."""
        return self._kept.get(item_id)

    def want(self, item_id: int) -> None:
        """Have a photo's sheet; `came` says when it is there, at once where it is known."""
        if item_id in self._kept:
            self._kept.move_to_end(item_id)
            self.came.emit(item_id)
        else:
            self.read(item_id)

    def read(self, item_id: int) -> None:
        """Read a photo's sheet again."""
        entry, desk = self._set.entry(item_id), self._set.desk
        if entry is not None and desk is not None:
            self._set.do(partial(desk.sheet, entry.item), self._keep)

    def drop(self, item_id: int) -> None:
        """Believe no longer what is known of a photo."""
        self._kept.pop(item_id, None)

    def take_label(self, label: Label) -> None:
        """Know a label as it is now."""
        if label.item_id in self._kept:
            self._kept[label.item_id] = replace(self._kept[label.item_id], label=label)

    def take_face(self, sheet: Sheet) -> None:
        """Know a photo whose face was placed; what was labelled of it stays."""
        self._starts.forget(sheet.item)
        self._kept[sheet.item.id] = sheet
        self.take_items([sheet.item])

    def take_items(self, items: Sequence[Item]) -> None:
        """Know photos whose files are elsewhere now."""
        for item in items:
            entry = self._set.entry(item.id)
            if entry is not None:
                self._set.put(replace(entry, item=item))
            if item.id in self._kept:
                self._kept[item.id] = replace(self._kept[item.id], item=item)
                self.came.emit(item.id)

    def prepare(self, item_id: int, start: Start) -> None:
        """Make ready what is shown of a photo, and the photos after it."""
        self._ask_estimate(self._kept[item_id], -1)
        for distance, following in enumerate(self._set.unlabelled(1, item_id, AHEAD)):
            sheet = self.get(following)
            if sheet is None:
                self.read(following)
            else:
                self._ask_estimate(sheet, -2 - distance)
                self._draw(sheet, item_id, start)

    def prepare_next(self, item_id: int, looked_at: int | None, start: Start) -> None:
        """Make ready a photo that was read ahead, or whose estimate came."""
        sheet = self._kept[item_id]
        self._ask_estimate(sheet, -2)
        self._draw(sheet, looked_at, start)

    def _draw(self, sheet: Sheet, looked_at: int | None, start: Start) -> None:
        is_next = [sheet.item.id] == self._set.unlabelled(1, looked_at)  # drawing all of them would take too long
        if is_next and not (paper := self._starts.paper(sheet, start)).is_waiting:
            self.ahead.emit(paper.vector)

    def _ask_estimate(self, sheet: Sheet, urgency: int) -> None:
        if sheet.crop is None:
            return
        item, crop = sheet.item, sheet.crop

        def face() -> Any:
            from core.labels.predicting import picture_of

            return picture_of(item, crop)

        self._starts.ask(item, face, urgency)

    def _keep(self, sheet: Sheet) -> None:
        item_id = sheet.item.id
        if self._set.row(item_id) is None:
            return  # of the set that was open before
        self._kept[item_id] = sheet
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.came.emit(item_id)
