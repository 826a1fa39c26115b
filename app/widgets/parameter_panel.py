"""Everything an avatar has, to change: made from any `AvatarSchema`."""

import time
from collections import Counter
from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app import theme
from app.rendering import Rendering
from app.widgets.buttons import text_button
from app.widgets.color_row import ColorRow
from app.widgets.component_strip import ComponentStrip
from app.widgets.field_row import ChoiceRow, FieldMark, FieldRow
from app.widgets.panel_section import Section
from app.widgets.region_watch import RegionWatch
from app.widgets.unsure_bar import UnsureBar
from core.avatar.schema import AvatarSchema, ContinuousParameter
from core.avatar.vector import AvatarVector
from core.words import tr

WIDTH = 432
SLICE_S = 0.008  # how long parts are shown in one turn
AHEAD_MS = 500
"""Between the making of one part's rows and the next, once the panel is seen: none is waited for when it is opened."""
ORDER = (
    "head",
    "skin",
    "hair",
    "brows",
    "eyes",
    "nose",
    "mouth",
    "facial_hair",
    "ears",
    "glasses",
    "earrings",
    "hat",
    "clothes",
    "expression",
    "background",
)
"""The components that engines share, in the order of the tabs; others follow as the schema names them."""


class ParameterPanel(QWidget):
    """One tab per component; its rows are sliders, swatches, and thumbnails of this avatar.

    A component's rows are made when they are first shown, or ahead of that when there is time.
    """

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
    part_wanted = Signal(str, str)
    """The id of a command that does something to a part, and the component."""
    pick_wanted = Signal(str)
    """The id of the parameter whose colour the person wants to take from the photo."""
    region_wanted = Signal(object)
    """The `FieldRow` that the person rests on, whose region is to be shown; None for none."""
    settle_wanted = Signal()
    """The person wants to settle all unsure values in a few questions."""

    def __init__(
        self, schema: AvatarSchema, rendering: Rendering, parent: QWidget | None = None, *, is_labelling: bool = False
    ) -> None:
        """Make a panel.

        Args:
            schema: What there is to change.
            rendering: Draws the thumbnails.
            parent: Qt's.
            is_labelling: The values are a label: nothing is locked, and the arrows walk on from part to part.
        """
        super().__init__(parent)
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self._schema, self._rendering, self._is_labelling = schema, rendering, is_labelling
        self._vector = AvatarVector.default(schema)
        self._marks: Mapping[str, FieldMark] = {}
        self.components = components_of(schema)
        self._sections: dict[str, Section] = {}
        self._coming: list[tuple[Section, bool]] = []  # that are still to be shown or hidden
        self._sought, self._is_found = "", False
        self._closeness: Mapping[str, Mapping[str, float]] = {}
        self._has_photo = False
        self._actions: Mapping[str, QAction] = {}
        self._asked: list[str] = []  # the first parameters of the rows that the photo left unsure, decided ones too
        self._open = self.components[0]
        self.strip = ComponentStrip(self.components)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Find a setting or an option"))
        self.filter.setAccessibleName(tr("Find a setting or an option"))
        self.filter.setClearButtonEnabled(True)
        self.unsure = UnsureBar()
        self._nothing = _Nothing()
        self._nothing.clear.clicked.connect(self._clear_filter)
        self._watch = RegionWatch(self)
        self._watch.wanted.connect(self.region_wanted)
        self._lay_out()
        self.strip.chosen.connect(self.open_component)
        self.filter.textChanged.connect(self._filter)
        self.unsure.next_wanted.connect(self.go_to_next_unsure)
        self.unsure.settle_wanted.connect(self.settle_wanted)
        QApplication.instance().focusChanged.connect(self._show_progress)  # type: ignore[union-attr]
        self._ahead = QTimer(self, interval=AHEAD_MS)
        self._ahead.timeout.connect(self._make_ahead)
        self._drawing = QTimer(self, interval=60, singleShot=True)
        self._scroll.verticalScrollBar().valueChanged.connect(lambda _: self._drawing.start())
        self._drawing.timeout.connect(self._draw_visible)
        self.open_component(self._open)

    def _lay_out(self) -> None:
        search = QAction(self)
        search.setIcon(theme.icon("search"))
        self.filter.addAction(search, QLineEdit.ActionPosition.LeadingPosition)
        for button, name in zip(self.filter.findChildren(QAbstractButton), (tr("Clear"), tr("Find")), strict=True):
            button.setAccessibleName(name)
        content = QWidget()
        self._content = QVBoxLayout(content)
        self._content.setContentsMargins(8, 8, 24, 24)
        self._content.setSpacing(32)
        self._content.addWidget(self._nothing)
        self._content.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._leave_room)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        right = QVBoxLayout()
        right.setContentsMargins(8, 16, 0, 0)
        right.setSpacing(8)
        line = QHBoxLayout()
        line.setContentsMargins(8, 0, 16, 0)
        line.addWidget(self.filter)
        right.addLayout(line)
        checks = QHBoxLayout()
        checks.setContentsMargins(8, 0, 16, 0)
        checks.addWidget(self.unsure)
        right.addLayout(checks)
        right.addWidget(self._scroll, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.strip)
        layout.addLayout(right, 1)

    def set_vector(self, vector: AvatarVector) -> None:
        """Show an avatar's values."""
        self._vector = vector
        for section in self._sections.values():
            if section.isVisibleTo(self):
                section.set_vector(vector)

    def set_marks(self, marks: Mapping[str, FieldMark]) -> None:
        """Show what is known about values, by parameter id."""
        self._marks = marks
        for section in self._sections.values():
            section.set_marks(marks)
        self.strip.mark_unsure({self._schema[key].component for key, mark in marks.items() if mark.is_unsure})
        self._follow_unsure()
        seen = {
            p.blend or p.id if isinstance(p, ContinuousParameter) else p.id: p for p in self._schema if self._vector.shows(p.id)
        }
        self.strip.mark_open(Counter(p.component for p in seen.values() if self._mark(p.id).is_open))

    def set_photo(self, closeness: Mapping[str, Mapping[str, float]], *, has_photo: bool) -> None:
        """Follow another photo: colours stand in another order, and can be taken from it.

        Args:
            closeness: How different the options of each colour look from what the photo shows, ΔE2000, by parameter and option.
            has_photo: Whether a face of it was read.
        """
        self._closeness, self._has_photo = closeness, has_photo
        for section in self._sections.values():
            section.set_photo(closeness, has_photo=has_photo)

    def follow(self, actions: Mapping[str, QAction]) -> None:
        """Say which keys the commands have, by the commands' ids."""
        self._actions = actions
        self.unsure.follow(actions["next_unsure"])
        for section in self._sections.values():
            section.follow(actions)

    def open_component(self, component: str) -> None:
        """Show one component's rows."""
        self._open = component
        if self.filter.text():
            self.filter.clear()
        else:
            self._show_only([component])

    def row(self, parameter_id: str) -> FieldRow:
        """The row of a parameter, or of the blend it belongs to."""
        section = self._section(self._schema[parameter_id].component)
        return next(row for row in section.rows if parameter_id in row.parameter_ids)

    def current_row(self) -> FieldRow | None:
        """The row with the focus."""
        widget = QApplication.focusWidget()
        while widget is not None and widget is not self:
            if isinstance(widget, FieldRow):
                return widget if self.isAncestorOf(widget) else None  # another panel has rows, too
            widget = widget.parentWidget()
        return None

    def first_row(self) -> FieldRow:
        """The first row of the open component."""
        return self._section(self._open).rows[0]

    @property
    def open_rows(self) -> list[FieldRow]:
        """The rows of the open component."""
        return self._section(self._open).rows

    def take_best(self, rank: int) -> None:
        """Choose what the method thought likeliest (0), second or third likeliest for the row with the focus."""
        row = self.current_row()
        if isinstance(row, ChoiceRow):
            row.take_best(rank)

    @property
    def open_part(self) -> str:
        """The component that is open, or that of the row with the focus while the filter shows several."""
        row = self.current_row()
        return row.component if row is not None else self._open

    def go_to(self, parameter_id: str) -> None:
        """Open a parameter's component, scroll to its row and give it the focus."""
        self.open_component(self._schema[parameter_id].component)
        row = self.row(parameter_id)
        row.take_focus()
        QTimer.singleShot(0, self, lambda: self._reveal(row))

    def go_to_next_unsure(self) -> None:
        """Go to the next value that the method was not sure of, or that nobody has chosen, in the order of the tabs."""
        order = [row for component in self.components for row in self._section(component).rows]
        unsure = [row for row in order if any(self._mark(key).is_unsure or self._mark(key).is_open for key in row.parameter_ids)]
        if not unsure:
            return
        current = self.current_row()
        here = order.index(current) if current is not None else -1
        following = [row for row in unsure if order.index(row) > here]
        self.go_to((following or unsure)[0].parameter_ids[0])

    def walk(self, step: int) -> None:
        """Go so many settings further from the one with the focus; from elsewhere to the first that is shown."""
        rows = [row for section in self._sections.values() for row in section.rows if row.isVisible()]
        current = self.current_row()
        if current not in rows:
            for row in rows[:1]:
                row.take_focus()
        else:
            place = rows.index(current) + step
            if self._is_labelling and not self.filter.text() and not 0 <= place < len(rows):
                self.open_component(self.components[(self.components.index(self._open) + step) % len(self.components)])
                rows = [row for row in self._section(self._open).rows if not row.isHidden()]
                place = 0 if step > 0 else -1
            following = rows[place % len(rows)]
            following.take_focus()
            self._reveal(following)

    def _reveal(self, row: FieldRow) -> None:
        """Scroll to a row: to all of it, or to its top where it is taller than the panel."""
        self._scroll.ensureWidgetVisible(row, 0, 24)
        if row.height() > self._scroll.viewport().height() - 48 and (content := self._scroll.widget()) is not None:
            self._scroll.verticalScrollBar().setValue(row.mapTo(content, QPoint()).y() - 24)

    def _mark(self, parameter_id: str) -> FieldMark:
        return self._marks.get(parameter_id, FieldMark())

    def _section(self, component: str) -> Section:
        if component not in self._sections:
            section = Section(self._schema, component, self._rendering, is_labelling=self._is_labelling)
            for row in section.rows:
                self._connect_row(row)
            section.part_wanted.connect(self.part_wanted)
            section.follow(self._actions)
            section.set_marks(self._marks)
            section.set_photo(self._closeness, has_photo=self._has_photo)
            section.hide()
            self._sections[component] = section
            made = [name for name in self.components if name in self._sections]
            self._content.insertWidget(made.index(component), section)
        return self._sections[component]

    def _connect_row(self, row: FieldRow) -> None:
        row.dragged.connect(self.dragged)
        row.edited.connect(self.edited)
        row.tried.connect(self.tried)
        row.reset_wanted.connect(self.reset_wanted)
        row.lock_wanted.connect(self.lock_wanted)
        row.walked.connect(self.walk)
        if isinstance(row, ColorRow):
            row.pick_wanted.connect(lambda: self.pick_wanted.emit(row.parameter.id))
        self._watch.add(row)

    def _leave_room(self, _: int, last: int) -> None:
        """Keep everything in its place where the scroll bar comes or goes."""
        self._content.setContentsMargins(8, 8, 14 if last else 24, 24)

    def _make_ahead(self) -> None:
        missing = [component for component in self.components if component not in self._sections]
        if missing and self.isVisible():
            self._section(missing[0])
        else:
            self._ahead.stop()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        self._ahead.start()

    def _follow_unsure(self) -> None:
        """Keep the place of values that were decided on, until another photo leaves others unsure."""
        unsure = list(dict.fromkeys(map(self._first_of_row, (key for key, mark in self._marks.items() if mark.is_unsure))))
        if not unsure or not set(unsure) <= set(self._asked):
            order = [key for component in self.components for key in unsure if self._schema[key].component == component]
            self._asked = order
        self._show_progress()

    def _first_of_row(self, parameter_id: str) -> str:
        parameter = self._schema[parameter_id]
        blend = parameter.blend if isinstance(parameter, ContinuousParameter) else None
        return self._schema.blends[blend][0].id if blend else parameter_id

    def _show_progress(self) -> None:
        if self._is_labelling:
            return
        left = sum(any(self._mark(one).is_unsure for one in self._members(key)) for key in self._asked)
        row = self.current_row()
        here = row.parameter_ids[0] if row is not None else ""
        place = self._asked.index(here) + 1 if here in self._asked else None
        self.unsure.show_progress(place, len(self._asked), left)

    def _members(self, parameter_id: str) -> tuple[str, ...]:
        parameter = self._schema[parameter_id]
        blend = parameter.blend if isinstance(parameter, ContinuousParameter) else None
        return tuple(member.id for member in self._schema.blends[blend]) if blend else (parameter_id,)

    def _clear_filter(self) -> None:
        self.filter.clear()
        self.filter.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_only(self, components: list[str], words: str = "") -> None:
        """Show these parts and no others; what is looked for in many of them comes in turns, so that typing never waits."""
        for component in components:
            self._section(component)
        self._coming = [(section, name in components) for name, section in self._sections.items()]
        self._sought, self._is_found = words, False
        self._nothing.hide()
        self.strip.choose(None if words else self._open)
        self._scroll.verticalScrollBar().setValue(0)
        self._show_next()

    def _show_next(self) -> None:
        begun = time.perf_counter()
        while self._coming:
            section, is_wanted = self._coming.pop(0)
            if is_wanted:
                section.set_vector(self._vector)
            matches = is_wanted and section.narrow(self._sought)
            self._is_found = self._is_found or matches
            section.setVisible(matches)
            if self._sought and time.perf_counter() - begun >= SLICE_S:
                break
        if self._coming:
            QTimer.singleShot(0, self, self._show_next)
            return
        self._nothing.show_words("" if self._is_found else self._sought)
        self._drawing.start()

    def _filter(self, words: str) -> None:
        self._show_only(list(self.components) if words else [self._open], words.strip().lower())

    def _draw_visible(self) -> None:
        for section in self._sections.values():
            if section.isVisible():
                section.draw_visible()


class _Nothing(QWidget):
    """What the filter shows where nothing is called so."""

    def __init__(self) -> None:
        super().__init__()
        self._text = QLabel()
        self._text.setProperty("tone", "secondary")
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self.clear = text_button(tr("Show all settings"), "link")
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 8, 0, 0)
        column.setSpacing(theme.UNIT)
        column.addWidget(self._text)
        line = QHBoxLayout()
        line.setContentsMargins(-9, 0, 0, 0)  # its words in line with those above
        line.addWidget(self.clear)
        line.addStretch(1)
        column.addLayout(line)
        self.hide()

    def show_words(self, words: str) -> None:
        """Say that nothing is called so; hide where there are no words."""
        self._text.setText(tr("No setting and no option is called “{words}”.", words=words))
        self.setVisible(bool(words))


def components_of(schema: AvatarSchema) -> tuple[str, ...]:
    """The parts of an avatar, in the order in which the window shows them."""
    named = list(dict.fromkeys(parameter.component for parameter in schema))
    return (*[name for name in ORDER if name in named], *[name for name in named if name not in ORDER])
