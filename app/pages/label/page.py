"""Designers make the truth: an evaluation set, its photos at a glance, and one photo at a time with its avatar."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from app.estimating import Estimating
from app.pages.label.field_by_field import FieldByField
from app.pages.label.files import LabelFiles
from app.pages.label.photo_by_photo import PhotoByPhoto
from app.pages.label.team import LabelTeam
from app.pages.label.ways import Way
from app.rendering import Rendering
from app.settings import Settings
from app.state.label_pictures import LabelPictures
from app.state.label_values import Sheet
from app.state.labelling import LabelWork
from app.widgets.buttons import text_button
from app.widgets.choice_grid import ChoiceTile
from app.widgets.empty_state import EmptyState
from app.widgets.label_overview import LabelOverview
from app.widgets.notice import Notice
from app.widgets.pasteboard import take_drops
from app.widgets.zoom import STEP
from core.avatar.schema import AvatarSchema
from core.labels.records import Entry
from core.words import mark, tr

WHAT_FOR = mark(
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
        self.new_button, self.open_button = text_button(tr("New set…"), "primary"), text_button(tr("Open set…"), "raised")
        self.empty = EmptyState(tr("Label photos"), tr(WHAT_FOR), self.new_button, self.open_button)
        self.overview = LabelOverview(self.pictures.get)
        self.notice = Notice()
        self.photos = PhotoByPhoto(self.work, rendering, estimating, self.notice, settings, self)
        self.fields = FieldByField(self.work, rendering, self.pictures, self.notice, self)
        self.team = LabelTeam(schema, self.work.set, rendering, self.pictures, self.notice, self)
        self.files = LabelFiles(self.work.set, self.overview, self.notice, settings, self, self._chosen)
        self._ways: dict[QWidget, Way] = {
            self.photos.view: self.photos, self.fields.view: self.fields, **dict.fromkeys(self.team.views, self.team)
        }  # fmt: skip
        self._stack = QStackedWidget()
        self._was_shown = False
        self._others: str | None = None  # whose labels the overview shows instead
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        take_drops(self, self.files.take)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        for widget in (self.empty, self.overview, *self._ways):
            self._stack.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.notice.lie_over(self._stack)

    def _connect(self) -> None:
        work, photo, overview = self.work, self.photos.view, self.overview
        self.new_button.clicked.connect(self.files.new_set)
        self.open_button.clicked.connect(self.files.open_set)
        overview.opened.connect(self._open_photo)
        overview.resume_wanted.connect(self.go_on)
        overview.designer_chosen.connect(self._look_as)
        for view in (photo.face.image, photo.face.whole.image_view):
            view.dropped.connect(self.files.take)
        for button, act in (
            (photo.back, self.show_photos), (photo.previous, self.previous_photo), (photo.next, self.next_photo),
            (photo.flag, self.flag_photo), (photo.skip, self.skip_photo), (photo.unsure, self.mark_unsure),
            (photo.accept, self._accept), (self.fields.view.back, self.show_photos),
        ):  # fmt: skip
            button.clicked.connect(lambda _=False, act=act: act())
        work.set.opened.connect(self._begin)
        work.set.listed.connect(self._list)
        work.set.entry_changed.connect(lambda _: self._list())
        work.moved_on.connect(self._move_on)
        work.said.connect(self.notice.say)
        work.finished.connect(self._finish)
        self.photos.mend.mending.placed.connect(self._take_placed)
        self.pictures.arrived.connect(overview.grid.show_picture)
        self._stack.currentChanged.connect(lambda _: QTimer.singleShot(0, self.notice, self.notice.place))
        QGuiApplication.instance().applicationStateChanged.connect(self._note_presence)  # type: ignore[union-attr]
        self.team.shown.connect(lambda _: self.work.put_away())
        self.team.shown.connect(self._stack.setCurrentWidget)
        self.team.left.connect(self.show_photos)
        self.team.opened.connect(self._open_photo)

    @property
    def title(self) -> str:
        """What the set is called."""
        facts = self.work.set.facts
        return facts.name if facts is not None and self.work.set.is_open else tr("Label")

    @property
    def way(self) -> Way | None:
        """How photos are looked at now; None among all of them."""
        view = self._stack.currentWidget()
        return None if view is None else self._ways.get(view)

    @property
    def is_labelling(self) -> bool:
        """Whether one photo is looked at."""
        return self.way is self.photos

    # What the person asked for.

    def go_on(self) -> None:
        """Label where one stopped."""
        self.work.walk = ()
        self.work.resume()

    def show_photos(self) -> None:
        """Go back to all photos; while writing, only out of the field."""
        way = self.way
        if way is None:
            return
        if self._leave_text() or way.step_back():
            way.take_focus()
            return
        here = way.current
        way.put_away()
        self._stack.setCurrentWidget(self.overview)
        self.overview.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        if here is not None:
            self.overview.grid.choose(here)

    def show_fields(self) -> None:
        """Label one parameter of many photos after another: of those that the overview shows."""
        if self.work.set.is_open and self.way is not self.fields:
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
        focus, is_why, way = QApplication.focusWidget(), self.photos.view.is_asked_why, self.way
        if self._leave_text():
            if is_why:
                self.mark_unsure()
            elif way is not None:
                way.take_focus()
        elif isinstance(focus, QAbstractButton) and not isinstance(focus, ChoiceTile):
            focus.click()
        elif way is not None:
            way.accept()
        elif self._stack.currentWidget() is self.overview:
            chosen = self.overview.grid.current
            self.go_on() if chosen is None else self._open_photo(chosen)

    def mark_unsure(self) -> None:
        """Accept the label, or of many photos one value, with doubts."""
        self._do(lambda way: way.mark_unsure())

    def doubt_with_reason(self) -> None:
        """Write why one is unsure, and accept the label with doubts."""
        if self.is_labelling and self.photos.view.unsure.isEnabled():
            self.photos.view.ask_why()

    def place_again(self) -> None:
        """Say where the photo's face is."""
        self._do_to_photo(self.photos.mend.place)

    def zoom_in(self) -> None:
        """Look closer at photo and avatar."""
        if self.is_labelling:
            self.photos.zoom(STEP)

    def zoom_out(self) -> None:
        """Look less closely at photo and avatar."""
        if self.is_labelling:
            self.photos.zoom(1 / STEP)

    def zoom_all(self) -> None:
        """See all of photo and avatar again."""
        self._do_to_photo(self.photos.view.zoom.reset)

    def skip_photo(self) -> None:
        """Leave the photo out."""
        self._do_to_photo(partial(self.work.settle, "skipped"))

    def flag_photo(self) -> None:
        """Mark the photo to be looked at again, or take the mark away."""
        self._do_to_photo(self.work.flag)

    def write_note(self) -> None:
        """Go to the note."""
        if self.is_labelling:
            self.photos.view.note.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def previous_photo(self) -> None:
        """Look at the photo before."""
        self._do(lambda way: way.step(-1))

    def next_photo(self) -> None:
        """Look at the next photo."""
        self._do(lambda way: way.step(1))

    def previous_unlabelled(self) -> None:
        """Look at the last photo before this one that is not finished."""
        self._do(lambda way: way.step_open(-1))

    def next_unlabelled(self) -> None:
        """Look at the next photo that is not finished."""
        self._do(lambda way: way.step_open(1))

    def copy_previous(self) -> None:
        """Take the values of the photo before for all that was not set by hand."""
        self._do_to_photo(self.work.copy_previous)

    def take_prediction(self) -> None:
        """Take the prediction for all that was not set by hand."""
        self._do_to_photo(self.work.take_prediction)

    def next_value(self) -> None:
        """Go to the setting below, at the end of a part to that of the next."""
        self._do(lambda way: way.walk(1))

    def previous_value(self) -> None:
        """Go to the setting above, at the top of a part to that of the one before."""
        self._do(lambda way: way.walk(-1))

    def see_face(self) -> Callable[[], None] | None:
        """Lay the photo over the avatar, until the answer is called."""
        return self.photos.see_face() if self.is_labelling else None

    def see_origin(self) -> Callable[[], None] | None:
        """Show the prediction, until the answer is called."""
        return self.photos.see_origin() if self.is_labelling else None

    def see_before(self) -> Callable[[], None] | None:
        """Show the avatar before the last change, until the answer is called."""
        return self.photos.see_before() if self.is_labelling else None

    def next_doubt(self) -> None:
        """Go to the next value that the method was not sure of."""
        self._do_to_photo(self.photos.view.panel.go_to_next_unsure)

    def reset_value(self) -> None:
        """Give the value with the focus back what it began with."""
        self._do_to_photo(self.photos.reset)

    def undo_label(self) -> None:
        """Take back the last action, on whichever photo it was."""
        self._leave_text()
        (self.way or self.photos).undo()

    def redo_label(self) -> None:
        """Do again what was taken back last."""
        self._leave_text()
        (self.way or self.photos).redo()

    def settle_differences(self) -> None:
        """Settle what designers differ in."""
        if not self._hides_first():
            self._leave_text()
            self.team.settle()

    def close_down(self) -> None:
        """End what belongs to this page, once everything is written."""
        self._leave_text()
        self.pictures.close()
        self.photos.mend.close()
        self.team.close()
        self.work.set.close()

    # What follows from it.

    def _open_photo(self, item_id: int) -> None:
        self.work.walk = tuple(self.overview.grid.ids)
        self.work.show(item_id)

    def _do(self, act: Callable[[Way], None]) -> None:
        """Do something in the way in use."""
        if self.way is not None:
            self._leave_text()
            act(self.way)

    def _do_to_photo(self, act: Callable[[], None]) -> None:
        """Do something to the photo that is looked at."""
        if self.is_labelling:
            self._leave_text()
            act()

    def _accept(self) -> None:
        self._do_to_photo(partial(self.work.settle, "done"))

    def _leave_text(self) -> bool:
        """Finish what is being typed, so that it belongs to this photo; whether something was."""
        focus = QApplication.focusWidget()
        if isinstance(focus, QLineEdit) and self.isAncestorOf(focus):
            focus.clearFocus()
            return True
        return False

    def _look_as(self, designer: str | None) -> None:
        self._others = designer
        desk = self.work.set.desk
        if designer is None or desk is None:
            self._list()
        else:
            self.work.set.do(partial(desk.look, designer), lambda look: self._list_theirs(look.entries))

    def _list_theirs(self, entries: Sequence[Entry]) -> None:
        if self._others is not None:
            self.overview.set_entries(entries)

    def _hides_first(self) -> bool:
        """Whether nobody may see the first labels now, and say so."""
        if self.work.set.is_second:
            self.notice.say(tr("While you label a second time, the first labels are not shown."))
        return self.work.set.is_second

    def _chosen(self) -> Sequence[int]:
        """The photo that is looked at, or those that are chosen among all."""
        if self.is_labelling:
            return [self.work.paper.item.id] if self.work.paper is not None else []
        return self.overview.grid.chosen if self.overview.isVisible() else []

    def _finish(self) -> None:
        self.show_photos()
        if self.work.set.entries:
            self.notice.say(tr("Every photo is labelled."))

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
        self._stack.setCurrentWidget(self.photos.view)
        self.photos.take_focus()

    def _take_placed(self, sheet: Sheet) -> None:
        self.pictures.forget_one(sheet.item.id)
        if self.is_labelling:
            self.photos.take_focus()

    def _note_presence(self, state: Qt.ApplicationState | None = None) -> None:
        """Time counts while somebody can see the page and nothing else has their attention."""
        is_active = (state or QGuiApplication.applicationState()) == Qt.ApplicationState.ApplicationActive
        self.work.watch.go_on() if is_active and self.isVisible() else self.work.watch.pause()

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
        way, digit = self.way, event.text()
        if way is None or event.isAutoRepeat():
            super().keyPressEvent(event)
        elif digit and digit in "1234567890":
            way.choose_by_key(digit)
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            way.take_focus()
        else:
            super().keyPressEvent(event)
