"""What several designers' labels of a set say together: how far they agree, and what they settle on."""

import hashlib
from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.pages.label.ways import Way
from app.rendering import Rendering
from app.state.label_agreement import Agreement
from app.state.label_pictures import LabelPictures
from app.state.label_settling import Settlement, Sitting
from app.state.open_set import OpenSet
from app.tasks import Lane
from app.widgets.label_agreement import LabelAgreement
from app.widgets.label_settling import LabelSettling, Standing
from app.widgets.notice import Notice
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.labels.comparing import Comparison
from core.labels.records import Item
from core.words import tr


class LabelTeam(Way):
    """Two views of the label page, with what they need."""

    shown = Signal(object)
    """The view that the person wants to see."""
    left = Signal()
    """The person wants to go back to the photos."""
    opened = Signal(int)
    """The id of a photo that the person wants to label."""

    def __init__(
        self,
        schema: AvatarSchema,
        open_set: OpenSet,
        rendering: Rendering,
        pictures: LabelPictures,
        notice: Notice,
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._set, self._notice = open_set, notice
        self._lane = Lane("comparing labels")
        self.agreement, self.settlement = Agreement(open_set, rendering, self._lane, self), Settlement(open_set, self._lane, self)
        self.table, self.settling = LabelAgreement(schema, pictures.get), LabelSettling(schema.group("core"), rendering)
        self.views: tuple[QWidget, ...] = (self.table, self.settling)
        self._is_other = False
        self._parameter: str | None = None  # the difference that the person came for
        pictures.arrived.connect(self.table.differ.show_picture)
        self._connect_agreement()
        self._connect_settling()

    def _connect_agreement(self) -> None:
        agreement, table = self.agreement, self.table
        agreement.read.connect(lambda found: table.show_comparisons(found, agreement.items))
        agreement.progressed.connect(table.show_progress)
        agreement.measured.connect(table.show_measured)
        agreement.drawing.connect(table.show_drawing)
        agreement.drawn.connect(table.show_looks)
        agreement.failed.connect(self._set.failed)
        table.compared.connect(agreement.compare)
        table.draw_wanted.connect(agreement.draw)
        table.stop_wanted.connect(agreement.stop_drawing)
        table.back.clicked.connect(self.left)
        table.opened.connect(self._open)
        table.settle_wanted.connect(lambda: self.settle())

    def _connect_settling(self) -> None:
        settlement, view = self.settlement, self.settling
        settlement.progressed.connect(self._show_waiting)
        settlement.moved_on.connect(self._move_on)
        settlement.shown.connect(self._show)
        settlement.ahead.connect(lambda sitting: view.prepare(in_order(sitting)[1], sitting.avatar))
        settlement.finished.connect(lambda: view.show_done(len(settlement.photos)))
        settlement.said.connect(self._notice.say)
        view.chosen.connect(settlement.choose)
        view.back.clicked.connect(self.left)
        view.previous.clicked.connect(lambda: settlement.step(-1))
        view.next.clicked.connect(lambda: settlement.step(1))
        view.accept.clicked.connect(self.accept)

    def follow(self, actions: Mapping[str, QAction]) -> None:
        """Say which keys do what, now and after each change."""
        self.table.follow(actions)
        self.settling.follow(actions)

    # What the person asked for.

    def show_agreement(self) -> None:
        """Show how far designers agree, as of now."""
        if self._set.is_open:
            self.table.show_reading()
            self.shown.emit(self.table)
            self.table.take_focus()
            self.agreement.look()

    def settle(self, item_id: int | None = None, parameter_id: str | None = None) -> None:
        """Settle what designers differ in, as of now.

        Args:
            item_id: The photo to begin with; the first that is not settled where none is named.
            parameter_id: What the person came for, of that photo.
        """
        if self._set.is_open:
            self.agreement.stop()
            self._parameter = parameter_id
            self.settling.show_waiting()
            self.shown.emit(self.settling)
            self.settling.setFocus()
            self.settlement.begin(item_id)

    @override
    def take_focus(self) -> None:
        (self.settling if self._is_settling else self.table).setFocus()

    @override
    def accept(self) -> None:
        """Turn to the next difference that is open, or to the next photo where there is none."""
        if self._is_settling and self.settling.standing is not None and not self.settling.go_on():
            self.settlement.accept()

    @override
    def undo(self) -> None:
        self.settlement.undo()

    @override
    def redo(self) -> None:
        self.settlement.redo()

    @override
    def step(self, by: int) -> None:
        if self._is_settling:
            self.settlement.step(by)

    @override
    def step_open(self, by: int) -> None:
        if self._is_settling:
            self.settlement.step_open(by)

    @override
    def walk(self, by: int) -> None:
        if self._is_settling:
            self.settling.walk(by)

    @override
    def choose_by_key(self, digit: str) -> None:
        if self._is_settling:
            self.settling.choose_by_key(digit)

    @override
    def step_back(self) -> bool:
        return self._is_settling and self.settling.leave_panel()

    @override
    def put_away(self) -> None:
        self.agreement.stop()
        self.settlement.put_away()

    @property
    def _is_settling(self) -> bool:
        """Whether differences are settled, and not only looked at."""
        return self.settling.isVisible()

    def close(self) -> None:
        """End what belongs to these views."""
        self.put_away()
        self._lane.close()

    # What follows from it.

    def _open(self, item: Item, comparison: Comparison | None) -> None:
        """Settle a photo on which designers differ; one on which a designer differs with herself is hers to look at again."""
        if comparison is not None and comparison.kind == "designers":
            self.settle(item.id, self.table.table.current)
        else:
            self.opened.emit(item.id)

    def _show_waiting(self, step: int, total: int) -> None:
        if self.settlement.sitting is None:
            self.settling.show_waiting(step, total)

    def _move_on(self) -> None:
        self._is_other = True

    def _show(self) -> None:
        sitting = self.settlement.sitting
        if sitting is None:
            return
        designers, avatars = in_order(sitting)
        standing = Standing(
            sitting.item.name,
            tr("{place} of {count}", place=self.settlement.place, count=len(self.settlement.photos)), self.settlement.left,
            len(self.settlement.photos), sitting.picture, designers, avatars, sitting.avatar, sitting.by,
        )  # fmt: skip
        self.settling.show_standing(standing, is_other=self._is_other)
        if self._is_other and self._parameter is not None:
            self.settling.go_to(self._parameter)
        self._is_other, self._parameter = False, None


def in_order(sitting: Sitting) -> tuple[list[str], list[AvatarVector]]:
    """Designers and what they say, in another order for each photo, so that nobody is known by their place."""
    names = sorted(sitting.avatars, key=lambda name: hashlib.sha256(f"{sitting.item.sha256} {name}".encode()).digest())
    return names, [sitting.avatars[name] for name in names]
