import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from app.rendering import Rendering
from app.widgets.blend_row import BlendRow, Mix, nearest_mix
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector

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


def test_row_offers_pure_shapes_and_a_mix(qtbot: QtBot, schema: AvatarSchema, rendering: Rendering) -> None:
    row = BlendRow("Shape", "head", schema.blends["head_type"], rendering)
    qtbot.addWidget(row)
    vector = AvatarVector.default(schema)
    wishes: list[dict[str, float]] = []
    row.edited.connect(wishes.append)
    row.set_vector(vector)
    row.second.setCurrentIndex(row.second.findData("head_type_3"))
    row.second.activated.emit(row.second.currentIndex())

    assert wishes[-1] == {**dict.fromkeys(row.parameter_ids, 0.0), "head_type_1": 0.5, "head_type_3": 0.5}
    row.set_vector(vector.with_values(wishes[-1]))
    assert row.amount.isEnabled()
    assert row.amount.value() == 500
    row.second.setCurrentIndex(0)
    row.second.activated.emit(0)
    assert wishes[-1] == {**dict.fromkeys(row.parameter_ids, 0.0), "head_type_1": 1.0}


def test_blend_of_three_is_not_changed_by_being_shown(qtbot: QtBot, schema: AvatarSchema, rendering: Rendering) -> None:
    row = BlendRow("Shape", "head", schema.blends["head_type"], rendering)
    qtbot.addWidget(row)
    wishes: list[object] = []
    row.edited.connect(wishes.append)
    row.dragged.connect(wishes.append)
    row.set_vector(AvatarVector.default(schema).with_values({"head_type_1": 0.4, "head_type_2": 0.3, "head_type_3": 0.3}))

    assert wishes == []
