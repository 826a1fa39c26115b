"""A blend as a choice of pure shapes, and how much of a second one is mixed in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from app import theme
from app.rendering import Rendering
from app.widgets.choice_grid import Choice, ChoiceGrid, ChoiceTile
from app.widgets.field_row import FieldRow
from app.widgets.ground import paint_ground, paint_picture
from app.widgets.option_gallery import OptionGallery
from app.widgets.slider import Slider
from app.widgets.trying import Trying
from core.avatar.schema import ContinuousParameter
from core.avatar.vector import AvatarVector, Value
from core.words import tr

NOTHING = "none"  # the second shape of a pure one
SMALL, PER_LINE = 36, 7  # pixels of a second shape's thumbnail; how many stand in a line


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
    is_same = shown is not None and (len(largest) > 1 or _says(shown, largest[0] if largest else ""))
    if shown is not None and is_same and set(largest) <= {shown.first, shown.second}:
        total = weights[shown.first] + (weights[shown.second] if shown.second else 0.0)
        return Mix(shown.first, shown.second, (weights[shown.second] / total) if shown.second else 0.0)
    if len(largest) < 2:
        return Mix(ordered[0])
    first, second = largest[:2]
    return Mix(first, second, weights[second] / (weights[first] + weights[second]))


def _says(mix: Mix, pure: str) -> bool:
    """Whether a mix has only one shape in it, and which."""
    return (mix.first, mix.amount) == (pure, 0.0) or (mix.second, mix.amount) == (pure, 1.0)


class BlendRow(FieldRow):
    """Pure shapes as thumbnails; below them those of a second shape, and how much of it there is."""

    def __init__(
        self,
        name: str,
        component: str,
        members: tuple[ContinuousParameter, ...],
        rendering: Rendering,
        *,
        keeps_mix: bool = True,
    ) -> None:
        """Make a row.

        Args:
            name: Of the blend, in English.
            component: The part of the avatar, as the schema has it.
            members: The weights of the pure shapes.
            rendering: Draws the thumbnails.
            keeps_mix: Choosing another first shape keeps how much of which second one there is; else it makes a pure one.
        """
        super().__init__(name, component, tuple(member.id for member in members))
        self._names = {member.id: tr(member.name) for member in members}
        self._keeps_mix = keeps_mix
        self._mix: Mix | None = None
        self.shapes = " ".join(tr(member.name) for member in members)
        """What the shapes are called, to be found by."""
        choices = [Choice(member.id, tr(member.name), Mix(member.id).weights(self.parameter_ids)) for member in members]
        self.gallery = OptionGallery(self.spoken, component, choices, rendering)
        self.second = _Seconds(tr("{setting}: mix with", setting=self.spoken), choices, self.gallery)
        self.amount = Slider(tr("{setting}: amount of the mix", setting=self.spoken))
        self.body.addWidget(self.gallery)
        self.body.addWidget(self._mixing())
        self._tryings = self._connect(self.gallery, self._with_first), self._connect(self.second, self._with_second)
        self.amount.dragged.connect(lambda amount: self.dragged.emit(self._with_amount(amount)))
        self.amount.edited.connect(lambda amount: self.edited.emit(self._with_amount(amount)))

    def _connect(self, grid: ChoiceGrid, mixed: Callable[[Choice], Mix]) -> Trying:
        def choose(choice: Choice) -> None:
            self._mix = mixed(choice)
            self.edited.emit(self._mix.weights(self.parameter_ids))

        grid.chosen.connect(choose)
        trying = Trying(grid)
        trying.tried.connect(lambda choice: self.tried.emit({} if choice is None else mixed(choice).weights(self.parameter_ids)))
        return trying

    def _mixing(self) -> QWidget:
        area, label = QWidget(), QLabel(tr("Mix with"))
        label.setProperty("tone", "secondary")
        label.setIndent(4)
        column = QVBoxLayout(area)
        column.setContentsMargins(0, theme.UNIT // 2, 0, 0)
        column.setSpacing(theme.UNIT // 2)
        for widget in (label, self.second, self.amount):
            column.addWidget(widget)
        return area

    @override
    def set_vector(self, vector: AvatarVector) -> None:
        for trying in self._tryings:
            trying.forget()
        self._mix = nearest_mix({key: float(vector[key]) for key in self.parameter_ids}, self._mix)
        first, second, amount = self._mix.first, self._mix.second, self._mix.amount
        names = self._names[first]
        if second and amount > 0:
            mixed = self._names[second]
            names = tr("{first} + {percent} % {second}", first=names, percent=f"{100 * amount:.0f}", second=mixed)
        self.show_value_name(names)
        self.gallery.choose(first)
        self.gallery.set_vector(vector)
        self.second.choose_beside(first, second)
        self.amount.setEnabled(second is not None)
        self.amount.show_value(amount)

    @override
    def take_focus(self) -> None:
        self.gallery.take_focus()

    @override
    def keyed_grid(self) -> ChoiceGrid | None:
        if self.amount.hasFocus():
            return None  # digits are its number
        return self.second if self.second.isAncestorOf(QApplication.focusWidget() or self) else self.gallery

    def _with_first(self, choice: Choice) -> Mix:
        mix, first = self._mix, choice.id
        if mix is None or not self._keeps_mix or mix.second is None:
            return Mix(first)
        return Mix(first, mix.first if mix.second == first else mix.second, mix.amount)

    def _with_second(self, choice: Choice) -> Mix:
        assert self._mix is not None
        second = None if choice.id in (NOTHING, self._mix.first) else choice.id
        return Mix(self._mix.first, second, (self._mix.amount or 0.5) if second else 0.0)

    def _with_amount(self, amount: float) -> Mapping[str, Value]:
        assert self._mix is not None
        self._mix = Mix(self._mix.first, self._mix.second, amount)
        return self._mix.weights(self.parameter_ids)


class _Seconds(ChoiceGrid):
    """Nothing and the pure shapes again, in one line; the pictures are those of the first shapes."""

    def __init__(self, name: str, choices: Sequence[Choice], gallery: OptionGallery) -> None:
        tiles = [_SecondTile(choice, name) for choice in (Choice(NOTHING, tr("Nothing")), *choices)]
        super().__init__(name, tiles, PER_LINE)
        self._pictured = {tile.choice.id: tile for tile in tiles}
        self._gallery = gallery
        gallery.drawn.connect(self._show_picture)

    def choose_beside(self, first: str, second: str | None) -> None:
        """Show which is the second shape, and which cannot be, because it is the first."""
        self.choose(second or NOTHING)
        for tile in self._pictured.values():
            tile.is_first = tile.choice.id == first
            tile.update()

    def _show_picture(self, choice_id: str) -> None:
        tile = self._pictured[choice_id]
        tile.image = self._gallery.picture(choice_id)
        tile.update()


class _SecondTile(ChoiceTile):
    def __init__(self, choice: Choice, group: str) -> None:
        super().__init__(choice, group, SMALL)
        self.image: QImage | None = None
        self.is_first = False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setOpacity(0.35 if self.is_first else 1.0)
            area = QRectF(self.rect()).adjusted(3, 3, -3, -3)
            if self.image is not None:
                paint_ground(painter, area, 8)
                paint_picture(painter, self.image, area, 8, painter.opacity())
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("field", self))
                painter.drawRoundedRect(area, 8, 8)
            if self.choice.id == NOTHING:
                painter.setPen(QPen(theme.color("secondary", self), 1.5))
                painter.drawLine(area.center() + QPointF(-6, 6), area.center() + QPointF(6, -6))
            painter.setOpacity(1.0)
            self.paint_ring(painter, area, 8)
