"""Designers make the truth: an evaluation set, its photos at a glance, and one photo at a time with its avatar."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Literal, cast

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from app.estimating import Estimating
from app.pages.label_fields import LabelFields
from app.pages.label_files import LabelFiles
from app.pages.label_mend import LabelMend
from app.pages.label_team import LabelTeam
from app.rendering import Rendering
from app.settings import Settings
from app.state.label_field import FieldWork
from app.state.label_pictures import LabelPictures
from app.state.label_settling import Settlement
from app.state.label_values import Paper, Sheet
from app.state.labelling import FLAG, LabelWork
from app.widgets.buttons import text_button
from app.widgets.choice_grid import ChoiceTile
from app.widgets.empty_state import EmptyState
from app.widgets.label_overview import LabelOverview
from app.widgets.label_photo import Facts, LabelPhoto
from app.widgets.marks import in_words, marks_of
from app.widgets.notice import Notice
from app.widgets.pasteboard import take_drops
from app.widgets.zoom import STEP
from core.avatar.schema import AvatarSchema
from core.avatar.vector import Value
from core.labels.records import Entry, Start

WHAT_FOR = (
    "An evaluation set holds photos and the avatars that designers choose for them: what methods are measured against. "
    "Make one and drop photos into it, or go on with one that is there."
)


class LabelPage(QWidget):
    """Label photos. Its public methods without arguments are commands of `app.actions`."""

    state_changed = Signal()
    """The set's name, or what the page shows, changed."""

    def __init__(self, schema: AvatarSchema, rendering: Rendering, estimating: Estimating, settings: Settings) -> None:
        super().__init__()
        self.work = LabelWork(schema, estimating, settings, self)
        self.pictures = LabelPictures(self.work.set.jpeg, self)
        self.new_button, self.open_button = text_button("New set…", "primary"), text_button("Open set…", "raised")
        self.empty = EmptyState("Label photos", WHAT_FOR, self.new_button, self.open_button)
        self.overview = LabelOverview(self.pictures.get)
        self.photo = LabelPhoto(schema, rendering)
        self.notice = Notice()
        self.fields = LabelFields(self.work, rendering, self.pictures, self.notice, self)
        self.files = LabelFiles(self.work.set, self.overview, self.notice, settings, self, self._chosen)
        self.team = LabelTeam(schema, self.work.set, rendering, self.pictures, self.notice, self)
        self.mend = LabelMend(self.work, estimating, self.photo.face, self.notice, settings, self)
        self._stack = QStackedWidget()
        self._was_shown = False
        self._others: str | None = None  # whose labels the overview shows instead
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        take_drops(self, self.files.take)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        for widget in (self.empty, self.overview, self.photo, self.fields.view, *self.team.views):
            self._stack.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.notice.lie_over(self._stack)

    def _connect(self) -> None:
        work, photo, overview = self.work, self.photo, self.overview
        self.new_button.clicked.connect(self.files.new_set)
        self.open_button.clicked.connect(self.files.open_set)
        overview.opened.connect(self._open_photo)
        overview.resume_wanted.connect(self.go_on)
        overview.designer_chosen.connect(self._look_as)
        photo.start_chosen.connect(lambda start: work.choose_start(cast(Start, start)))
        photo.noted.connect(work.annotate)
        for view in (photo.face.image, photo.face.whole.image_view):
            view.dropped.connect(self.files.take)
        photo.panel.dragged.connect(work.drag)
        photo.panel.edited.connect(work.edit)
        photo.panel.tried.connect(self._try_on)
        photo.panel.reset_wanted.connect(work.reset)
        for button, act in (
            (photo.back, self.show_photos), (photo.previous, self.previous_photo), (photo.next, self.next_photo),
            (photo.flag, self.flag_photo), (photo.skip, self.skip_photo), (photo.unsure, self.mark_unsure),
            (photo.accept, partial(self._settle, "done")),
        ):  # fmt: skip
            button.clicked.connect(lambda _=False, act=act: act())
        work.set.opened.connect(self._begin)
        work.set.listed.connect(self._list)
        work.set.entry_changed.connect(lambda _: self._list())
        work.shown.connect(self._show_paper)
        work.moved_on.connect(self._move_on)
        work.sheets.ahead.connect(photo.avatar.prepare)
        work.said.connect(self.notice.say)
        work.finished.connect(self._finish)
        self.mend.mending.placed.connect(self._take_placed)
        self.pictures.arrived.connect(overview.grid.show_picture)
        self._stack.currentChanged.connect(lambda _: QTimer.singleShot(0, self.notice, self.notice.place))
        QGuiApplication.instance().applicationStateChanged.connect(self._note_presence)  # type: ignore[union-attr]
        self.fields.view.back.clicked.connect(self.show_photos)
        self.team.shown.connect(lambda _: self.work.put_away())
        self.team.shown.connect(self._stack.setCurrentWidget)
        self.team.left.connect(self.show_photos)
        self.team.opened.connect(self._open_photo)

    @property
    def title(self) -> str:
        """What the set is called."""
        facts = self.work.set.facts
        return facts.name if facts is not None and self.work.set.is_open else "Label"

    @property
    def is_labelling(self) -> bool:
        """Whether one photo is looked at."""
        return self._stack.currentWidget() is self.photo

    @property
    def is_by_field(self) -> bool:
        """Whether one parameter of many photos is looked at."""
        return self._stack.currentWidget() is self.fields.view

    @property
    def is_settling(self) -> bool:
        """Whether designers' differences are settled."""
        return self._stack.currentWidget() is self.team.settling

    # What the person asked for.

    def go_on(self) -> None:
        """Label where one stopped."""
        self.work.walk = ()
        self.work.resume()

    def show_photos(self) -> None:
        """Go back to all photos; while writing, only out of the field."""
        if self._leave_text() or (self.is_labelling and self.mend.give_up()):
            (self.fields.view if self.is_by_field else self.photo).take_focus()
        elif self.is_labelling or self.is_by_field:
            paper = self.work.paper
            here = self.fields.view.grid.current if self.is_by_field else paper.item.id if paper is not None else None
            self.work.put_away()
            self._stack.setCurrentWidget(self.overview)
            self.overview.grid.setFocus(Qt.FocusReason.OtherFocusReason)
            if here is not None:
                self.overview.grid.choose(here)
        elif self._stack.currentWidget() in self.team.views and not self.team.put_away():
            self._stack.setCurrentWidget(self.overview)
            self.overview.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_fields(self) -> None:
        """Label one parameter of many photos after another: of those that the overview shows."""
        if self.work.set.is_open and not self.is_by_field:
            self._leave_text()
            here = self.overview.grid.current if self.work.paper is None else self.work.paper.item.id
            self.work.put_away()
            self._stack.setCurrentWidget(self.fields.view)
            self.fields.begin(self.overview.grid.ids, here)

    def show_agreement(self) -> None:
        """Show how far designers agree."""
        if not self._hides_first():
            self._leave_text()
            self.team.show_agreement()

    def accept(self) -> None:
        """Accept the label and go to the next photo; elsewhere, do what Enter does there."""
        focus, is_why = QApplication.focusWidget(), self.photo.is_asked_why
        if self._leave_text():
            if is_why:
                self._settle("unsure")
            elif self.is_labelling or self.is_by_field:
                (self.fields.view if self.is_by_field else self.photo).take_focus()
        elif isinstance(focus, QAbstractButton) and not isinstance(focus, ChoiceTile):
            focus.click()
        elif self.is_labelling:
            if not self.mend.use():
                self._settle("done")
        elif self.is_by_field:
            self.fields.accept()
        elif self.is_settling:
            self.team.go_on()
        elif self._stack.currentWidget() is self.overview:
            chosen = self.overview.grid.current
            self.go_on() if chosen is None else self._open_photo(chosen)

    def mark_unsure(self) -> None:
        """Accept the label, or of many photos one value, with doubts."""
        if self.is_by_field:
            self.fields.mark_unsure()
        else:
            self._settle("unsure")

    def doubt_with_reason(self) -> None:
        """Write why one is unsure, and accept the label with doubts."""
        if self.is_labelling and self.photo.unsure.isEnabled():
            self.photo.ask_why()

    def place_again(self) -> None:
        """Say where the photo's face is."""
        self._step(self.mend.place)

    def zoom_in(self) -> None:
        """Look closer at photo and avatar."""
        self._zoom(STEP)

    def zoom_out(self) -> None:
        """Look less closely at photo and avatar."""
        self._zoom(1 / STEP)

    def zoom_all(self) -> None:
        """See all of photo and avatar again."""
        self._step(self.photo.zoom.reset)

    def skip_photo(self) -> None:
        """Leave the photo out."""
        self._settle("skipped")

    def flag_photo(self) -> None:
        """Mark the photo to be looked at again, or take the mark away."""
        if self.is_labelling:
            self._leave_text()
            self.work.flag()

    def write_note(self) -> None:
        """Go to the note."""
        if self.is_labelling:
            self.photo.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def previous_photo(self) -> None:
        """Look at the photo before."""
        self._step(partial(self.work.step, -1), partial(self.fields.step, -1), partial(self.team.step, -1))

    def next_photo(self) -> None:
        """Look at the next photo."""
        self._step(partial(self.work.step, 1), partial(self.fields.step, 1), partial(self.team.step, 1))

    def previous_unlabelled(self) -> None:
        """Look at the last photo before this one that is not finished."""
        self._step(
            partial(self.work.step, -1, is_unlabelled=True), partial(self.fields.step_open, -1), partial(self.team.step_open, -1)
        )

    def next_unlabelled(self) -> None:
        """Look at the next photo that is not finished."""
        self._step(
            partial(self.work.step, 1, is_unlabelled=True), partial(self.fields.step_open, 1), partial(self.team.step_open, 1)
        )

    def copy_previous(self) -> None:
        """Take the values of the photo before for all that was not set by hand."""
        self._step(self.work.copy_previous)

    def take_prediction(self) -> None:
        """Take the prediction for all that was not set by hand."""
        self._step(self.work.take_prediction)

    def next_value(self) -> None:
        """Go to the setting below, at the end of a part to that of the next."""
        self._step(partial(self.photo.panel.walk, 1), partial(self.fields.view.walk, 1), partial(self.team.walk, 1))

    def previous_value(self) -> None:
        """Go to the setting above, at the top of a part to that of the one before."""
        self._step(partial(self.photo.panel.walk, -1), partial(self.fields.view.walk, -1), partial(self.team.walk, -1))

    def see_face(self) -> Callable[[], None] | None:
        """Lay the photo over the avatar, until the answer is called."""
        paper = self.work.paper
        if not self.is_labelling or paper is None or paper.picture is None:
            return None
        self.photo.avatar.set_overlay(paper.picture)
        return lambda: self.photo.avatar.set_overlay(None)

    def see_origin(self) -> Callable[[], None] | None:
        """Show the prediction, until the answer is called."""
        paper = self.work.paper
        if not self.is_labelling or paper is None or paper.estimate is None:
            return None
        self.photo.avatar.set_vector(paper.vector.with_values(paper.origins()), is_moving=True)
        return self._show_paper

    def see_before(self) -> Callable[[], None] | None:
        """Show the avatar before the last change, until the answer is called."""
        if not self.is_labelling or self.work.before is None:
            return None
        self.photo.avatar.set_vector(self.work.before, is_moving=True)
        return self._show_paper

    def next_doubt(self) -> None:
        """Go to the next value that the method was not sure of."""
        self._step(self.photo.panel.go_to_next_unsure)

    def reset_value(self) -> None:
        """Give the value with the focus back what it began with."""
        if self.photo.current_ids:
            self._step(partial(self.work.reset, self.photo.current_ids))

    def undo_label(self) -> None:
        """Take back the last action, on whichever photo it was."""
        self._leave_text()
        self._works.undo()

    def redo_label(self) -> None:
        """Do again what was taken back last."""
        self._leave_text()
        self._works.redo()

    def settle_differences(self) -> None:
        """Settle what designers differ in."""
        if not self._hides_first():
            self._leave_text()
            self.team.settle()

    def close_down(self) -> None:
        """End what belongs to this page, once everything is written."""
        self._leave_text()
        self.pictures.close()
        self.mend.close()
        self.team.close()
        self.work.set.close()

    # What follows from it.

    def _open_photo(self, item_id: int) -> None:
        self.work.walk = tuple(self.overview.grid.ids)
        self.work.show(item_id)

    def _step(
        self, act: Callable[[], None], by_field: Callable[[], None] | None = None, by_team: Callable[[], None] | None = None
    ) -> None:
        """Do something to the photo that is looked at, or its like to many photos."""
        here = act if self.is_labelling else by_field if self.is_by_field else by_team if self.is_settling else None
        if here is not None:
            self._leave_text()
            here()

    def _zoom(self, factor: float) -> None:
        if self.is_labelling and not self.mend.zoom(factor):
            self.photo.zoom.by(factor)

    @property
    def _works(self) -> LabelWork | FieldWork | Settlement:
        """What is undone and done again here."""
        return self.fields.work if self.is_by_field else self.team.settlement if self.is_settling else self.work

    def _settle(self, state: Literal["done", "unsure", "skipped"]) -> None:
        self._step(partial(self.work.settle, state))

    def _leave_text(self) -> bool:
        """Finish what is being typed, so that it belongs to this photo; whether something was."""
        focus = QApplication.focusWidget()
        if isinstance(focus, QLineEdit) and self.isAncestorOf(focus):
            focus.clearFocus()
            return True
        return False

    def _look_as(self, designer: str | None) -> None:
        self._others = designer
        if designer is None:
            self._list()
        else:
            self.work.set.look_as(designer, self._list_theirs)

    def _list_theirs(self, entries: Sequence[Entry]) -> None:
        if self._others is not None:
            self.overview.set_entries(entries)

    def _hides_first(self) -> bool:
        """Whether nobody may see the first labels now, and say so."""
        if self.work.set.is_second:
            self.notice.say("While you label a second time, the first labels are not shown.")
        return self.work.set.is_second

    def _chosen(self) -> Sequence[int]:
        """The photo that is looked at, or those that are chosen among all."""
        if self.is_labelling:
            return [self.work.paper.item.id] if self.work.paper is not None else []
        return self.overview.grid.chosen if self.overview.isVisible() else []

    def _finish(self) -> None:
        self.show_photos()
        if self.work.set.entries:
            self.notice.say("Every photo is labelled.")

    # What is shown.

    def _begin(self, _look: object) -> None:
        self.pictures.forget()
        self._others = None
        self.notice.hide()
        self._stack.setCurrentWidget(self.overview)
        self.overview.title.set_text(self.title)
        self.overview.set_designers(self.work.set.designer, self.work.set.designers)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.state_changed.emit()
        self.files.add_what_waits()

    def _list(self) -> None:
        if self._others is None:
            self.overview.set_entries(self.work.set.entries)

    def _move_on(self) -> None:
        self._stack.setCurrentWidget(self.photo)
        self.photo.take_focus()

    def _take_placed(self, sheet: Sheet) -> None:
        self.pictures.forget_one(sheet.item.id)
        if self.is_labelling:
            self.photo.take_focus()

    def _note_presence(self, state: Qt.ApplicationState | None = None) -> None:
        """Time counts while somebody can see the page and nothing else has their attention."""
        is_active = (state or QGuiApplication.applicationState()) == Qt.ApplicationState.ApplicationActive
        self.work.watch.go_on() if is_active and self.isVisible() else self.work.watch.pause()

    def _show_paper(self) -> None:
        paper = self.work.paper
        if paper is None:
            return
        self.mend.show(paper)
        self.photo.show_facts(self._facts(paper))
        self.photo.avatar.set_vector(paper.vector, is_moving=True)
        self.photo.avatar.describe(in_words(paper.vector))
        self.photo.panel.set_vector(paper.vector)
        fields = paper.estimate.fields if paper.estimate is not None else {}
        self.photo.panel.set_marks(marks_of(paper.vector, paper.provenance, (), paper.origins(), fields, is_label=True))

    def _try_on(self, values: Mapping[str, Value]) -> None:
        """Show the avatar with other values, which nobody has chosen: nothing is written, and no time counts."""
        if self.work.paper is not None:
            self.photo.avatar.set_vector(self.work.paper.vector.with_values(values), is_moving=True)

    def _facts(self, paper: Paper) -> Facts:
        row = self.work.set.row(paper.item.id) or 0
        return Facts(
            name=paper.item.name,
            place=f"{row + 1} of {len(self.work.set.entries)}",
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

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._note_presence()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        self._note_presence()
        if not self._was_shown:
            self._was_shown = True
            self.files.open_last()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        paper = self.work.paper if self.is_labelling else None
        if self.is_settling and event.text() and event.text() in "123456789":
            self.team.settling.choose_by_key(event.text())
        elif paper is None or event.isAutoRepeat():
            super().keyPressEvent(event)
        elif event.text() and event.text() in "1234567890":
            if not self.mend.choose(int(event.text())):
                self.photo.choose_by_key(event.text())
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.photo.take_focus()
        else:
            super().keyPressEvent(event)
