"""The rows of one part of the avatar, below its title."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app import theme
from app.rendering import Rendering
from app.widgets.blend_row import BlendRow
from app.widgets.choice_grid import Choice
from app.widgets.color_row import ColorRow
from app.widgets.component_strip import component_title
from app.widgets.field_row import ChoiceRow, FieldMark, FieldRow, NumberRow, joined_mark, spoken_name
from app.widgets.finding import finds
from app.widgets.marks import is_color
from app.widgets.option_gallery import OptionGallery
from app.widgets.part_menu import PartMenu
from app.widgets.swatches import Swatches
from core.avatar.schema import AvatarSchema, DiscreteParameter, Option
from core.avatar.vector import AvatarVector
from core.words import tr


class Section(QWidget):
    """A title with what can be done to the whole part, and a row for each of its settings."""

    part_wanted = Signal(str, str)
    """The id of a command, and the component to do it to."""

    def __init__(self, schema: AvatarSchema, component: str, rendering: Rendering, *, is_labelling: bool = False) -> None:
        """Make the rows.

        Args:
            schema: The engine's.
            component: Which part.
            rendering: Draws the thumbnails.
            is_labelling: The values are a label: nothing is locked, random, copied or predicted again.
        """
        super().__init__()
        self.component = component
        self.rows = rows_of(schema, component, rendering)
        self.has_core = any(parameter.group == "core" for parameter in schema if parameter.component == component)
        self._words = ""
        self._vector: AvatarVector | None = None
        self._title = component_title(component)
        self._has_photo = self._is_locked = False
        title = QLabel(self._title)
        title.setFont(theme.font("title", strong=True))
        title.setIndent(4)
        self.part = PartMenu(self._title)
        self.part.wanted.connect(lambda command: self.part_wanted.emit(command, component))
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(title, 1)
        head.addWidget(self.part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(20)
        layout.addLayout(head)
        self.part.setVisible(not is_labelling)  # not before it has a place: it would be a window of its own
        for row in self.rows:
            row.lock.setVisible(not is_labelling)
            if isinstance(row, ChoiceRow):
                row.shows_best = not is_labelling
            layout.addWidget(row)

    def follow(self, actions: Mapping[str, QAction]) -> None:
        """Say which keys the commands have, by the commands' ids."""
        self.part.follow(actions)
        for row in self.rows:
            if isinstance(row, ColorRow) and "pick_colour" in actions:
                row.follow(actions["pick_colour"])

    def set_vector(self, vector: AvatarVector) -> None:
        """Show an avatar's values."""
        self._vector = vector
        for row in self.rows:
            row.set_vector(vector)
        self._show_rows()

    def set_marks(self, marks: Mapping[str, FieldMark]) -> None:
        """Show what is known about values, by parameter id."""
        joined = [joined_mark([marks.get(key, FieldMark()) for key in row.parameter_ids]) for row in self.rows]
        for row, mark in zip(self.rows, joined, strict=True):
            row.set_mark(mark)
        self._is_locked = all(mark.is_locked for mark in joined)
        self._show_state()

    def set_photo(self, closeness: Mapping[str, Mapping[str, float]], *, has_photo: bool) -> None:
        """Follow another photo; arguments as of `ParameterPanel.set_photo`."""
        self._has_photo = has_photo
        for row in self.rows:
            if isinstance(row, ColorRow):
                row.set_photo(closeness.get(row.parameter.id, {}), can_pick=has_photo)
        self._show_state()

    def narrow(self, words: str) -> bool:
        """Show the rows that have the words in their name, their component's or an option's; whether there are any."""
        self._words = words
        return self._show_rows()

    def draw_visible(self) -> None:
        """Have the thumbnails drawn that can be seen."""
        for gallery in self.findChildren(OptionGallery):
            gallery.draw_visible()

    def _show_state(self) -> None:
        self.part.set_state(is_locked=self._is_locked, can_predict=self._has_photo and self.has_core)

    def _show_rows(self) -> bool:
        """Show the rows that are looked for and that change what can be seen: no colour of a hat without a hat."""
        for row in self.rows:
            row.setVisible(self._is_found(row) and (self._vector is None or any(map(self._vector.shows, row.parameter_ids))))
        return any(not row.isHidden() for row in self.rows)

    def _is_found(self, row: FieldRow) -> bool:
        """Whether a row is looked for; where only some of its options are, it shows no others."""
        name = f"{self._title} {row.spoken}"
        is_found = finds(self._words, name)
        if not isinstance(row, ChoiceRow):
            return is_found or (isinstance(row, BlendRow) and finds(self._words, f"{name} {row.shapes}"))
        found = {key for key, text in row.found_by.items() if finds(self._words, f"{name} {text}")}
        row.chooser.narrow(None if is_found or not found else found)
        return is_found or bool(found)


def rows_of(schema: AvatarSchema, component: str, rendering: Rendering) -> list[FieldRow]:
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
    choices = [Choice(option.id, tr(option.name), {parameter.id: option.id}, option.srgb) for option in parameter.options]
    names = {choice.id: choice.name for choice in choices}
    spoken = spoken_name(parameter.component, parameter.name)
    if is_color(parameter):
        row: ChoiceRow = ColorRow(parameter, Swatches(spoken, choices), names, rendering)
    else:
        gallery = OptionGallery(spoken, parameter.component, choices, rendering)
        row = ChoiceRow(parameter.name, parameter.component, parameter.id, gallery, names)
    row.found_by = {option.id: f"{names[option.id]} {_tagged(option)}" for option in parameter.options}
    return row


def _tagged(option: Option) -> str:
    """What is true of an option, in words: `curly`, `dark brown`, and `fringe` where it has one."""
    words = [name if value is True else value for name, value in option.tags.items() if value is True or isinstance(value, str)]
    return " ".join(tr(word.replace("_", " ")) for word in words if word not in ("na", "none"))
