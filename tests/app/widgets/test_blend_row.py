import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.rendering import Rendering
from app.widgets.blend_row import BlendRow, Mix, nearest_mix
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from tests.app.fake_engine import FakeEngine

MEMBERS = ("a", "b", "c", "d")


@given(first=st.sampled_from(MEMBERS), second=st.sampled_from(MEMBERS), amount=st.floats(0.01, 0.99))
def test_mix_of_two_comes_back_from_its_weights(first: str, second: str, amount: float) -> None:
    mix = Mix(first, second, amount) if second != first else Mix(first)
    weights = {key: float(value) for key, value in mix.weights(MEMBERS).items()}

    assert sum(weights.values()) == pytest.approx(1.0)
    again = nearest_mix(weights)
    assert {again.first, again.second} == {mix.first, mix.second}
    shown = nearest_mix(weights, mix)
    assert (shown.first, shown.second) == (mix.first, mix.second)
    assert shown.amount == pytest.approx(mix.amount)


def test_order_that_is_shown_stays_while_the_amount_crosses_the_middle() -> None:
    shown = Mix("a", "b", 0.4)

    assert nearest_mix({"a": 0.25, "b": 0.75, "c": 0.0}, shown) == Mix("a", "b", 0.75)


def test_largest_two_of_three() -> None:
    assert nearest_mix({"a": 0.125, "b": 0.5, "c": 0.25}) == Mix("b", "c", 1 / 3)


def test_nothing_at_all_is_the_first() -> None:
    assert nearest_mix({"a": 0.0, "b": 0.0}) == Mix("a")


def test_one_shape_on_another_photo_is_not_the_end_of_the_mix_before() -> None:
    assert nearest_mix({"a": 0.0, "b": 1.0}, Mix("a", "b", 0.3)) == Mix("b")
    assert nearest_mix({"a": 1.0, "b": 0.0}, Mix("a", "b", 0.3)) == Mix("a")
    assert nearest_mix({"a": 0.0, "b": 1.0}, Mix("a", "b", 1.0)) == Mix("a", "b", 1.0)  # the slider is at its end
    assert nearest_mix({"a": 1.0, "b": 0.0}, Mix("a", "b", 0.0)) == Mix("a", "b", 0.0)


class Chooser:
    """A row in a window, whose wishes come true."""

    def __init__(self, qtbot: QtBot, schema: AvatarSchema, row: BlendRow) -> None:
        self.qtbot, self.row, self.vector = qtbot, row, AvatarVector.default(schema)
        self.wishes = 0
        row.edited.connect(self.take)
        row.set_vector(self.vector)
        qtbot.addWidget(row)
        row.show()
        row.activateWindow()
        row.take_focus()
        qtbot.waitUntil(lambda: row.focusWidget() is not None and row.focusWidget().hasFocus())

    def take(self, values: dict[str, float]) -> None:
        self.wishes += 1
        self.vector = self.vector.with_values(values)
        self.row.set_vector(self.vector)

    def press(self, key: Qt.Key) -> None:
        """A key where the focus is; a digit as the page takes it."""
        widget = QApplication.focusWidget()
        assert widget is not None
        if (grid := self.row.keyed_grid()) is not None and Qt.Key.Key_0 <= key <= Qt.Key.Key_9:
            assert grid.choose_by_key(chr(key))
        else:
            self.qtbot.keyClick(widget, key)

    @property
    def weights(self) -> dict[str, float]:
        """The shapes that there are anything of, by their number."""
        found = {key.removeprefix("head_type_"): float(self.vector[key]) for key in self.row.parameter_ids}
        return {key: round(weight, 6) for key, weight in found.items() if weight}


@pytest.fixture
def chooser(qtbot: QtBot, schema: AvatarSchema, rendering: Rendering) -> Chooser:
    return Chooser(qtbot, schema, BlendRow("Shape", "head", schema.blends["head_type"], rendering))


def test_a_mix_by_keys_alone(chooser: Chooser) -> None:
    for key in (Qt.Key.Key_2, Qt.Key.Key_Tab, Qt.Key.Key_3):
        chooser.press(key)
    assert chooser.weights == {"2": 0.5, "3": 0.5}
    for key in (Qt.Key.Key_Tab, Qt.Key.Key_4, Qt.Key.Key_0):
        chooser.press(key)
    assert chooser.weights == {"2": 0.6, "3": 0.4}
    assert chooser.wishes == 3


def test_another_first_shape_keeps_the_mix(qtbot: QtBot, chooser: Chooser) -> None:
    chooser.take({"head_type_1": 0.75, "head_type_2": 0.25})
    for number, weights in ((4, {"4": 0.75, "2": 0.25}), (2, {"2": 0.75, "4": 0.25})):  # the second one changes places
        tile = chooser.row.gallery.tiles[number - 1]
        qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
        assert chooser.weights == weights
        assert tile.isChecked()


@pytest.mark.parametrize("other", [0, 1])  # nothing, or the first one once more
def test_pure_again(qtbot: QtBot, chooser: Chooser, other: int) -> None:
    chooser.take({"head_type_1": 0.75, "head_type_2": 0.25})
    qtbot.mouseClick(chooser.row.second.tiles[other], Qt.MouseButton.LeftButton)
    assert chooser.weights == {"1": 1.0}
    assert chooser.row.second.tiles[0].isChecked()
    assert not chooser.row.amount.isEnabled()
    qtbot.mouseClick(chooser.row.gallery.tiles[2], Qt.MouseButton.LeftButton)
    assert chooser.weights == {"3": 1.0}


def test_where_answers_are_pure_a_first_shape_is(qtbot: QtBot, schema: AvatarSchema, rendering: Rendering) -> None:
    chooser = Chooser(qtbot, schema, BlendRow("Shape", "head", schema.blends["head_type"], rendering, keeps_mix=False))
    chooser.take({"head_type_1": 0.75, "head_type_2": 0.25})
    chooser.press(Qt.Key.Key_4)
    assert chooser.weights == {"4": 1.0}


def test_second_shapes_show_the_pictures_of_the_first(qtbot: QtBot, chooser: Chooser, engine: FakeEngine) -> None:
    small = chooser.row.second.tiles[1:]
    qtbot.waitUntil(lambda: all(tile.image is not None for tile in small))  # type: ignore[attr-defined]
    assert [tile.image for tile in small] == [tile.image for tile in chooser.row.gallery.tiles]  # type: ignore[attr-defined]
    assert engine.num_renders == len(small)


def test_blend_of_three_is_not_changed_by_being_shown(qtbot: QtBot, schema: AvatarSchema, rendering: Rendering) -> None:
    row = BlendRow("Shape", "head", schema.blends["head_type"], rendering)
    qtbot.addWidget(row)
    wishes: list[object] = []
    row.edited.connect(wishes.append)
    row.dragged.connect(wishes.append)
    row.set_vector(AvatarVector.default(schema).with_values({"head_type_1": 0.4, "head_type_2": 0.3, "head_type_3": 0.3}))

    assert wishes == []
