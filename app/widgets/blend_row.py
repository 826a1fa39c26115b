"""A blend as a choice of pure shapes, and how much of a second one is mixed in."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget
from typing_extensions import override

from app import theme
from app.rendering import Rendering
from app.widgets.choice_grid import Choice
from app.widgets.field_row import FieldRow
from app.widgets.option_gallery import OptionGallery
from app.widgets.slider import Slider
from core.avatar.schema import ContinuousParameter
from core.avatar.vector import AvatarVector, Value


@dataclass(frozen=True)
class Mix:
    """Two pure shapes and how much of the second there is.

    Attributes:
        first: Id of the first shape's weight.
        second: Id of the second's, or None where the shape is pure.
        amount: Share of the second in [0, 1].
    """

    first: str
    second: str | None = None
    amount: float = 0.0

    def weights(self, members: tuple[str, ...]) -> Mapping[str, Value]:
        """The value of every weight of the blend."""
        weights: dict[str, Value] = dict.fromkeys(members, 0.0)
        weights[self.first] = 1.0 - (self.amount if self.second else 0.0)
        if self.second:
            weights[self.second] = self.amount
        return weights


def nearest_mix(weights: Mapping[str, float], shown: Mix | None = None) -> Mix:
    """The two largest weights as a mix; the one that is shown, if it still says the same.

    A blend of three shapes loses the smallest only when a person moves it, never by being looked at.
    """
    ordered = sorted(weights, key=lambda key: weights[key], reverse=True)
    largest = [key for key in ordered if weights[key] > 0]
    if shown is not None and set(largest) <= {shown.first, shown.second}:
        total = weights[shown.first] + (weights[shown.second] if shown.second else 0.0)
        if total > 0:
            return Mix(shown.first, shown.second, (weights[shown.second] / total) if shown.second else 0.0)
    if len(largest) < 2:
        return Mix(ordered[0])
    first, second = largest[:2]
    return Mix(first, second, weights[second] / (weights[first] + weights[second]))


class BlendRow(FieldRow):
    """Pure shapes as thumbnails; below them a second shape and its amount."""

    def __init__(self, name: str, component: str, members: tuple[ContinuousParameter, ...], rendering: Rendering) -> None:
        super().__init__(name, component, tuple(member.id for member in members))
        self._names = {member.id: member.name for member in members}
        self._mix: Mix | None = None
        choices = [Choice(member.id, member.name, Mix(member.id).weights(self.parameter_ids)) for member in members]
        self.gallery = OptionGallery(self.spoken, component, choices, rendering)
        self.second = QComboBox()
        self.second.setAccessibleName(f"{self.spoken}: mix with")
        self.second.addItem("Nothing", None)
        for member in members:
            self.second.addItem(member.name, member.id)
        self.amount = Slider(f"{self.spoken}: amount of the mix")
        self.body.addWidget(self.gallery)
        self.body.addWidget(self._second_line())
        self.gallery.chosen.connect(self._choose_first)
        self.second.activated.connect(self._choose_second)
        self.amount.dragged.connect(lambda amount: self.dragged.emit(self._with_amount(amount)))
        self.amount.edited.connect(lambda amount: self.edited.emit(self._with_amount(amount)))

    def _second_line(self) -> QWidget:
        line = QWidget()
        layout = QHBoxLayout(line)
        layout.setContentsMargins(4, theme.UNIT // 2, 0, 0)
        layout.setSpacing(theme.UNIT)
        label = QLabel("Mix with")
        label.setProperty("tone", "secondary")
        layout.addWidget(label)
        layout.addWidget(self.second)
        layout.addWidget(self.amount, 1)
        return line

    @override
    def set_vector(self, vector: AvatarVector) -> None:
        self._mix = nearest_mix({key: float(vector[key]) for key in self.parameter_ids}, self._mix)
        first, second, amount = self._mix.first, self._mix.second, self._mix.amount
        names = self._names[first] + (f" + {self._names[second]}" if second and amount > 0 else "")
        self.show_value_name(names)
        self.gallery.choose(first)
        self.gallery.set_vector(vector)
        self.second.setCurrentIndex(max(0, self.second.findData(second)))
        self.amount.setEnabled(second is not None)
        self.amount.show_value(amount)

    @override
    def take_focus(self) -> None:
        self.gallery.take_focus()

    def _choose_first(self, choice: Choice) -> None:
        self._mix = Mix(choice.id)
        self.edited.emit(choice.values)

    def _choose_second(self, index: int) -> None:
        second = self.second.itemData(index, Qt.ItemDataRole.UserRole)
        assert self._mix is not None
        second = None if second == self._mix.first else second
        self._mix = Mix(self._mix.first, second, (self._mix.amount or 0.5) if second else 0.0)
        self.edited.emit(self._mix.weights(self.parameter_ids))

    def _with_amount(self, amount: float) -> Mapping[str, Value]:
        assert self._mix is not None
        self._mix = Mix(self._mix.first, self._mix.second, amount)
        return self._mix.weights(self.parameter_ids)
