"""What can be asked of every photo: one parameter, or one blend, with its options and a row to choose with."""

from collections.abc import Mapping
from dataclasses import dataclass

from typing_extensions import override

from app.rendering import Rendering
from app.widgets.blend_row import BlendRow, Mix, nearest_mix
from app.widgets.choice_grid import Choice
from app.widgets.field_row import FieldRow, NumberRow, spoken_name
from app.widgets.marks import is_color
from app.widgets.option_gallery import OptionGallery
from app.widgets.panel_section import choice_row
from app.widgets.parameter_panel import components_of
from core.avatar.schema import AvatarSchema, ContinuousParameter, DiscreteParameter
from core.avatar.vector import AvatarVector, Value
from core.words import tr

LEVELS = 9
"""A number is chosen in so many steps, each with a digit; finer ones with the slider."""

COLUMNS = 5


@dataclass(frozen=True)
class Question:
    """One thing to ask.

    Attributes:
        key: The parameter's id, or the blend's.
        name: What people read, e.g. "Hair style".
        component: The part of the avatar it belongs to.
        parameters: The parameter, or those of the blend.
        choices: What there is to choose; of a number, steps.
    """

    key: str
    name: str
    component: str
    parameters: tuple[ContinuousParameter, ...] | tuple[DiscreteParameter]
    choices: tuple[Choice, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """Of the parameters."""
        return tuple(parameter.id for parameter in self.parameters)

    @property
    def is_number(self) -> bool:
        """Whether it is one number."""
        return isinstance(self.parameters[0], ContinuousParameter) and len(self.parameters) == 1

    @property
    def is_color(self) -> bool:
        """Whether it is a choice among colours."""
        return is_color(self.parameters[0])

    def nearest(self, values: Mapping[str, Value]) -> Choice:
        """The choice that values are, or are most like."""
        if self.is_number:
            return self.choices[round(float(values[self.key]) * (LEVELS - 1))]
        chosen = nearest_mix(_weights(values)).first if len(self.parameters) > 1 else values[self.key]
        return next(choice for choice in self.choices if choice.id == chosen)

    def words(self, values: Mapping[str, Value]) -> str:
        """What people read for values, e.g. "Bob", "55 %", "Oval + Long"."""
        if self.is_number:
            return f"{float(values[self.key]):.0%}"
        if len(self.parameters) == 1:
            return self.nearest(values).name
        mix, names = nearest_mix(_weights(values)), {choice.id: choice.name for choice in self.choices}
        return names[mix.first] + (f" + {names[mix.second]}" if mix.second and mix.amount > 0 else "")


def questions_of(schema: AvatarSchema) -> list[Question]:
    """Everything there is to ask, in the order of the parameter panel: colours first, then shapes, then numbers."""
    found = [_about(parameter) for parameter in schema.discrete]
    found.sort(key=lambda question: not question.is_color)
    for name, members in schema.blends.items():
        ids = tuple(member.id for member in members)
        pure = tuple(Choice(member.id, tr(member.name), Mix(member.id).weights(ids)) for member in members)
        found.append(Question(name, spoken_name(members[0].component, "Shape"), members[0].component, members, pure))
    found += [_of_number(parameter) for parameter in schema.continuous if parameter.blend is None]
    return sorted(found, key=lambda question: components_of(schema).index(question.component))


def make_row(question: Question, schema: AvatarSchema, rendering: Rendering) -> FieldRow:
    """A row to answer with. Its thumbnails are of the default avatar, so that they are drawn once for all photos."""
    first = question.parameters[0]
    if isinstance(first, DiscreteParameter):
        row: FieldRow = choice_row(first, rendering)
    elif question.is_number:
        row = _LevelRow(question, first, rendering)
    else:
        members = schema.blends[question.key]
        row = BlendRow("Shape", question.component, members, rendering, keeps_mix=False)
    for gallery in row.findChildren(OptionGallery):
        gallery.set_vector(AvatarVector.default(schema))
        gallery.is_fixed = True
        gallery.set_columns(COLUMNS)
    if (grid := row.keyed_grid()) is not None:
        grid.show_keys(True)
    row.lock.hide()
    row.reset.hide()
    return row


class _LevelRow(NumberRow):
    """A slider, and pictures of its steps."""

    def __init__(self, question: Question, parameter: ContinuousParameter, rendering: Rendering) -> None:
        super().__init__(parameter)
        self._question = question
        self.levels = OptionGallery(self.spoken, question.component, question.choices, rendering)
        self.body.addWidget(self.levels)
        self.levels.chosen.connect(lambda choice: self.edited.emit(choice.values))

    @override
    def set_vector(self, vector: AvatarVector) -> None:
        super().set_vector(vector)
        near = self._question.nearest({self._question.key: vector[self._question.key]})
        is_exact = abs(float(near.values[self._question.key]) - float(vector[self._question.key])) < 0.01
        self.levels.choose(near.id if is_exact else None)


def _about(parameter: DiscreteParameter) -> Question:
    name = spoken_name(parameter.component, parameter.name)
    choices = tuple(Choice(option.id, tr(option.name), {parameter.id: option.id}, option.srgb) for option in parameter.options)
    return Question(parameter.id, name, parameter.component, (parameter,), choices)


def _of_number(parameter: ContinuousParameter) -> Question:
    levels = [step / (LEVELS - 1) for step in range(LEVELS)]
    choices = tuple(Choice(f"{parameter.id} {step}", f"{level:.0%}", {parameter.id: level}) for step, level in enumerate(levels))
    return Question(parameter.id, spoken_name(parameter.component, parameter.name), parameter.component, (parameter,), choices)


def _weights(values: Mapping[str, Value]) -> dict[str, float]:
    return {key: float(value) for key, value in values.items()}
