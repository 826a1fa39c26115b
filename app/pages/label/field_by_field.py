"""Labelling field by field, as a part of the label page: what the designer does there, and what follows from it."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QImage
from typing_extensions import override

from app.pages.label.ways import Way
from app.rendering import Rendering
from app.state.label_field import FieldWork
from app.state.label_pictures import LabelPictures
from app.state.labelling import LabelWork
from app.widgets.label_field import LabelField, Shown
from app.widgets.label_question import Question
from app.widgets.notice import Notice
from core.words import tr


class FieldByField(Way):
    """Owns the view of one parameter of many photos."""

    def __init__(self, work: LabelWork, rendering: Rendering, pictures: LabelPictures, notice: Notice, parent: QObject) -> None:
        super().__init__(parent)
        self.work = FieldWork(work, self)
        self.view = LabelField(work.schema, rendering, pictures.get, self.work.answer)
        self._pictures = pictures
        self._counting = QTimer(self, interval=0, singleShot=True)
        work_, view = self.work, self.view
        self._counting.timeout.connect(self._count)
        view.asked.connect(self.ask)
        view.narrowed.connect(self._list)
        view.picked.connect(self._pick)
        view.nudged.connect(lambda by: work_.nudge(view.grid.chosen_ids, by))
        view.start_chosen.connect(work_.choose_start)
        view.grid.seen.connect(work_.prepare)
        view.grid.chosen.connect(self._look)
        work_.listed.connect(self._list)
        work_.changed.connect(view.grid.repaint_photo)
        work_.changed.connect(lambda _: self._counting.start())
        work_.looked.connect(self._show)
        work_.went_to.connect(self._go_to)
        work_.said.connect(notice.say)
        self._say: Callable[[str], None] = notice.say
        pictures.arrived.connect(view.grid.repaint_photo)

    def begin(self, item_ids: Sequence[int], current: int | None) -> None:
        """Ask of these photos what was asked last, from one on."""
        self.work.begin(item_ids)
        self.view.only_open.setChecked(False)
        self.view.grid.set_items([])
        self.ask(self.view.question)
        self.view.grid.choose(current)

    def ask(self, question: Question) -> None:
        """Ask something else of the same photos."""
        self.view.ask(question)
        self.work.ask(question.key, question.ids)
        self.view.show_items(self.work.items)  # what they say follows

    @property
    @override
    def current(self) -> int | None:
        return self.view.grid.current

    @override
    def take_focus(self) -> None:
        self.view.take_focus()

    @override
    def walk(self, by: int) -> None:
        self.view.walk(by)

    @override
    def choose_by_key(self, digit: str) -> None:
        self.view.choose_by_key(digit)

    @override
    def accept(self) -> None:
        self._go_on(self.work.confirm)

    @override
    def mark_unsure(self) -> None:
        self._go_on(self.work.doubt)

    @override
    def undo(self) -> None:
        self.work.undo()

    @override
    def redo(self) -> None:
        self.work.redo()

    @override
    def step(self, by: int) -> None:
        self.view.grid.step(by)

    @override
    def step_open(self, by: int) -> None:
        ids = [item.id for item in self.view.grid.photos.items]
        here = self.view.grid.currentIndex().row()
        others = [*ids[here + 1 :], *ids[: max(here, 0)]] if by > 0 else [*ids[: max(here, 0)][::-1], *ids[here + 1 :][::-1]]
        following = next((one for one in others if not self.work.is_chosen(one)), None)
        if following is None:
            self._say(tr("This was chosen for every photo here."))
        else:
            self.view.grid.choose(following)

    def _pick(self, values: object, is_key: bool) -> None:
        def choose(ids: Sequence[int]) -> bool:
            return self.work.choose(dict.fromkeys(ids, values))  # type: ignore[arg-type]

        if is_key:
            self._go_on(choose)
        else:
            choose(self.view.grid.chosen_ids)

    def _go_on(self, act: Callable[[Sequence[int]], bool]) -> None:
        ids = self.view.grid.chosen_ids
        if not ids or not act(ids):
            return
        row = self.view.grid.photos.rows[ids[-1]] + 1
        if row < len(self.view.grid.photos.items):
            self.view.grid.choose(self.view.grid.photos.items[row].id)
        else:
            self._say(tr("That was the last photo. J goes on to the next setting."))

    def _go_to(self, item_id: int) -> None:
        if item_id not in self.view.grid.photos.rows:
            self._list()
        self.view.grid.choose(item_id)

    def _list(self) -> None:
        items, is_narrow = self.work.items, self.view.only_open.isChecked()
        self.view.show_items([item for item in items if not is_narrow or not self.work.is_chosen(item.id)])
        counts = self.work.counts(one.ids for one in self.view.questions)
        self.view.show_progress(dict(zip((one.key for one in self.view.questions), counts, strict=True)), len(items))

    def _count(self) -> None:
        self.view.show_progress({self.view.question.key: self.work.num_chosen}, len(self.work.items))

    def _look(self) -> None:
        self.work.look_at(self.view.grid.current)
        self._show()

    def _show(self) -> None:
        closer = self.work.closer
        if closer is None or not self.view.isVisible():
            self.view.show_photo(None)
            return
        face: QImage | None = closer.picture or self._pictures.get(closer.item.id)
        self.view.show_photo(
            Shown(closer.item, face, closer.vector, closer.start, closer.is_begun, closer.is_waiting, closer.problem)
        )
