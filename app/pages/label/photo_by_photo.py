"""Labelling photo by photo: what the designer does there, and how the photo and its label are shown."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal, cast

from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.estimating import Estimating
from app.pages.label.mend import LabelMend
from app.pages.label.ways import Way
from app.rendering import Rendering
from app.settings import Settings
from app.state.label_values import Paper
from app.state.labelling import FLAG, LabelWork
from app.widgets.label_photo import Facts, LabelPhoto
from app.widgets.marks import in_words, marks_of
from app.widgets.notice import Notice
from core.avatar.vector import Value
from core.labels.records import Start
from core.words import tr


class PhotoByPhoto(Way):
    """Owns the view of one photo."""

    def __init__(
        self, work: LabelWork, rendering: Rendering, estimating: Estimating, notice: Notice, settings: Settings, page: QWidget
    ) -> None:
        super().__init__(page)
        self.work = work
        self.view = LabelPhoto(work.schema, rendering)
        self.mend = LabelMend(work, estimating, self.view.face, notice, settings, page)
        view = self.view
        view.start_chosen.connect(lambda start: work.choose_start(cast(Start, start)))
        view.noted.connect(work.annotate)
        view.panel.dragged.connect(work.drag)
        view.panel.edited.connect(work.edit)
        view.panel.tried.connect(self._try_on)
        view.panel.reset_wanted.connect(work.reset)
        work.shown.connect(self._show)
        work.sheets.ahead.connect(view.avatar.prepare)

    @property
    @override
    def current(self) -> int | None:
        return None if self.work.paper is None else self.work.paper.item.id

    @override
    def take_focus(self) -> None:
        self.view.take_focus()

    @override
    def step_back(self) -> bool:
        return self.mend.give_up()

    @override
    def put_away(self) -> None:
        self.work.put_away()

    @override
    def accept(self) -> None:
        if not self.mend.use():
            self.settle("done")

    @override
    def mark_unsure(self) -> None:
        self.settle("unsure")

    def settle(self, state: Literal["done", "unsure", "skipped"]) -> None:
        """Say how far this label is, and go on."""
        self.work.settle(state)

    @override
    def undo(self) -> None:
        self.work.undo()

    @override
    def redo(self) -> None:
        self.work.redo()

    @override
    def step(self, by: int) -> None:
        self.work.step(by)

    @override
    def step_open(self, by: int) -> None:
        self.work.step(by, is_unlabelled=True)

    @override
    def walk(self, by: int) -> None:
        self.view.panel.walk(by)

    @override
    def choose_by_key(self, digit: str) -> None:
        if not self.mend.choose(int(digit)):
            self.view.choose_by_key(digit)

    def reset(self) -> None:
        """Give the value with the focus back what it began with."""
        if self.view.current_ids:
            self.work.reset(self.view.current_ids)

    def zoom(self, factor: float) -> None:
        """Look closer at photo and avatar, or less closely."""
        if not self.mend.zoom(factor):
            self.view.zoom.by(factor)

    def see_face(self) -> Callable[[], None] | None:
        """Lay the photo over the avatar, until the answer is called."""
        if self.work.paper is None or self.work.paper.picture is None:
            return None
        self.view.avatar.set_overlay(self.work.paper.picture)
        return partial(self.view.avatar.set_overlay, None)

    def see_origin(self) -> Callable[[], None] | None:
        """Show the prediction, until the answer is called."""
        paper = self.work.paper
        if paper is None or paper.estimate is None:
            return None
        self.view.avatar.set_vector(paper.vector.with_values(paper.origins()), is_moving=True)
        return self._show

    def see_before(self) -> Callable[[], None] | None:
        """Show the avatar before the last change, until the answer is called."""
        if self.work.before is None:
            return None
        self.view.avatar.set_vector(self.work.before, is_moving=True)
        return self._show

    def _try_on(self, values: Mapping[str, Value]) -> None:
        """Show the avatar with other values, which nobody has chosen: nothing is written, and no time counts."""
        if self.work.paper is not None:
            self.view.avatar.set_vector(self.work.paper.vector.with_values(values), is_moving=True)

    def _show(self) -> None:
        paper, view = self.work.paper, self.view
        if paper is None:
            return
        self.mend.show(paper)
        view.show_facts(self._facts(paper))
        view.avatar.set_vector(paper.vector, is_moving=True)
        view.avatar.describe(in_words(paper.vector))
        view.panel.set_vector(paper.vector)
        fields = paper.estimate.fields if paper.estimate is not None else {}
        view.panel.set_marks(marks_of(paper.vector, paper.provenance, (), paper.origins(), fields, is_label=True))

    def _facts(self, paper: Paper) -> Facts:
        row = self.work.set.row(paper.item.id) or 0
        return Facts(
            name=paper.item.name,
            place=tr("{place} of {count}", place=row + 1, count=len(self.work.set.entries)),
            state=paper.state,
            start=paper.beginning.start if paper.is_begun else self.work.start,
            is_begun=paper.is_begun,
            is_blind=paper.item.is_blind,
            is_waiting=paper.is_waiting,
            problem=self.work.starts.problem(paper.item) if self.work.start in ("prediction", "similar") else "",
            note=paper.note,
            is_flagged=FLAG in paper.flags,
            like=self._name_of(paper.beginning.source) if paper.beginning.start in ("previous", "similar") else "",
            can_label=paper.item.problem is None,
        )

    def _name_of(self, sha256: str | None) -> str:
        return next((entry.item.name for entry in self.work.set.entries if entry.item.sha256 == sha256), "")
