"""Everything an avatar has, to change: made from any `AvatarSchema`."""

from collections import Counter
from collections.abc import Mapping

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction
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

from app import theme
from app.rendering import Rendering
from app.widgets.blend_row import BlendRow
from app.widgets.choice_grid import Choice, ChoiceGrid
from app.widgets.component_strip import ComponentStrip, component_title
from app.widgets.field_row import ChoiceRow, FieldMark, FieldRow, NumberRow, joined_mark, spoken_name
from app.widgets.marks import is_color
from app.widgets.option_gallery import OptionGallery
from app.widgets.swatches import Swatches
from core.avatar.schema import AvatarSchema, ContinuousParameter, DiscreteParameter
from core.avatar.vector import AvatarVector

WIDTH = 420
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

    Only the open component's rows exist: they are made when first shown.
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
        self._sections: dict[str, _Section] = {}
        self._open = self.components[0]
        self.strip = ComponentStrip(self.components)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Find a setting")
        self.filter.setAccessibleName("Find a setting")
        self.filter.setClearButtonEnabled(True)
        self._nothing = QLabel("Nothing is called that.")
        self._nothing.setProperty("tone", "secondary")
        self._lay_out()
        self.strip.chosen.connect(self.open_component)
        self.filter.textChanged.connect(self._filter)
        self._drawing = QTimer(self, interval=60, singleShot=True)
        self._scroll.verticalScrollBar().valueChanged.connect(lambda _: self._drawing.start())
        self._drawing.timeout.connect(self._draw_visible)
        self.open_component(self._open)

    def _lay_out(self) -> None:
        search = QAction(self)
        search.setIcon(theme.icon("search"))
        self.filter.addAction(search, QLineEdit.ActionPosition.LeadingPosition)
        for button, name in zip(self.filter.findChildren(QAbstractButton), ("Clear", "Find"), strict=True):
            button.setAccessibleName(name)
        content = QWidget()
        self._content = QVBoxLayout(content)
        self._content.setContentsMargins(8, 8, 14, 24)
        self._content.setSpacing(32)
        self._content.addWidget(self._nothing)
        self._content.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(content)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        right = QVBoxLayout()
        right.setContentsMargins(8, 16, 0, 0)
        right.setSpacing(8)
        line = QHBoxLayout()
        line.setContentsMargins(8, 0, 16, 0)
        line.addWidget(self.filter)
        right.addLayout(line)
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
        seen = {
            p.blend or p.id if isinstance(p, ContinuousParameter) else p.id: p for p in self._schema if self._vector.shows(p.id)
        }
        self.strip.mark_open(Counter(p.component for p in seen.values() if self._mark(p.id).is_open))

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
                return widget
            widget = widget.parentWidget()
        return None

    def first_row(self) -> FieldRow:
        """The first row of the open component."""
        return self._section(self._open).rows[0]

    def take_best(self, rank: int) -> None:
        """Choose what the method thought likeliest (0), second or third likeliest for the row with the focus."""
        row = self.current_row()
        if isinstance(row, ChoiceRow):
            row.take_best(rank)

    def open_parameter_ids(self) -> tuple[str, ...]:
        """The parameters of the open component."""
        return tuple(parameter.id for parameter in self._schema if parameter.component == self._open)

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

    def _section(self, component: str) -> "_Section":
        if component not in self._sections:
            section = _Section(component, _rows(self._schema, component, self._rendering))
            for row in section.rows:
                row.dragged.connect(self.dragged)
                row.edited.connect(self.edited)
                row.tried.connect(self.tried)
                row.reset_wanted.connect(self.reset_wanted)
                row.lock_wanted.connect(self.lock_wanted)
                row.walked.connect(self.walk)
                row.lock.setVisible(not self._is_labelling)
            section.set_marks(self._marks)
            section.hide()
            self._sections[component] = section
            made = [name for name in self.components if name in self._sections]
            self._content.insertWidget(made.index(component), section)
        return self._sections[component]

    def _show_only(self, components: list[str], words: str = "") -> None:
        shown = [self._section(component) for component in components]
        found = False
        for section in self._sections.values():
            if section in shown:
                section.set_vector(self._vector)
            matches = section in shown and section.narrow(words)
            found = found or matches
            section.setVisible(matches)
        self._nothing.setVisible(not found)
        self.strip.choose(None if words else self._open)
        self._scroll.verticalScrollBar().setValue(0)
        self._drawing.start()

    def _filter(self, words: str) -> None:
        self._show_only(list(self.components) if words else [self._open], words.strip().lower())

    def _draw_visible(self) -> None:
        for section in self._sections.values():
            if section.isVisible():
                section.draw_visible()


class _Section(QWidget):
    """The rows of one component."""

    def __init__(self, component: str, rows: list[FieldRow]) -> None:
        super().__init__()
        self.rows = rows
        self._words = ""
        self._vector: AvatarVector | None = None
        self._title = component_title(component)
        title = QLabel(self._title)
        title.setFont(theme.font("title", strong=True))
        title.setIndent(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(20)
        layout.addWidget(title)
        for row in rows:
            layout.addWidget(row)

    def set_vector(self, vector: AvatarVector) -> None:
        self._vector = vector
        for row in self.rows:
            row.set_vector(vector)
        self._show_rows()

    def set_marks(self, marks: Mapping[str, FieldMark]) -> None:
        for row in self.rows:
            row.set_mark(joined_mark([marks.get(key, FieldMark()) for key in row.parameter_ids]))

    def narrow(self, words: str) -> bool:
        """Show the rows whose name, or whose component's, has the words; whether there are any."""
        self._words = words
        return self._show_rows()

    def _show_rows(self) -> bool:
        """Show the rows that are looked for and that change what can be seen: no colour of a hat without a hat."""
        for row in self.rows:
            is_match = self._words in f"{self._title} {row.spoken}".lower()
            row.setVisible(is_match and (self._vector is None or any(map(self._vector.shows, row.parameter_ids))))
        return any(not row.isHidden() for row in self.rows)

    def draw_visible(self) -> None:
        for gallery in self.findChildren(OptionGallery):
            gallery.draw_visible()


def components_of(schema: AvatarSchema) -> tuple[str, ...]:
    """The parts of an avatar, in the order in which the window shows them."""
    named = list(dict.fromkeys(parameter.component for parameter in schema))
    return (*[name for name in ORDER if name in named], *[name for name in named if name not in ORDER])


def _rows(schema: AvatarSchema, component: str, rendering: Rendering) -> list[FieldRow]:
    """Colours first, then shapes, then numbers: what is short and tells most stands on top."""
    mine = [parameter for parameter in schema.discrete if parameter.component == component]
    colors = [choice_row(parameter, rendering) for parameter in mine if is_color(parameter)]
    shapes = [choice_row(parameter, rendering) for parameter in mine if not is_color(parameter)]
    blends = [
        BlendRow("Shape", component, members, rendering)
        for members in schema.blends.values()
        if members[0].component == component
    ]
    numbers = [NumberRow(p) for p in schema.continuous if p.component == component and p.blend is None]
    return [*colors, *blends, *shapes, *numbers]


def choice_row(parameter: DiscreteParameter, rendering: Rendering) -> ChoiceRow:
    """A row for a choice: swatches for colours, thumbnails for all else."""
    choices = [Choice(option.id, option.name, {parameter.id: option.id}, option.srgb) for option in parameter.options]
    spoken = spoken_name(parameter.component, parameter.name)
    if is_color(parameter):
        chooser: ChoiceGrid = Swatches(spoken, choices)
    else:
        chooser = OptionGallery(spoken, parameter.component, choices, rendering)
    return ChoiceRow(parameter.name, parameter.component, parameter.id, chooser, {choice.id: choice.name for choice in choices})
