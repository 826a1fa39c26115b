import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.avatar.schema import AvatarSchema, DiscreteParameter, Option
from core.avatar.vector import AvatarVector
from core.errors import ValueRefusedError
from tests.core.avatar.strategies import TOON, unit, vectors


@given(vectors())
def test_values_give_the_same_vector_back(vector: AvatarVector) -> None:
    again = AvatarVector.from_values(vector.schema, vector.values())

    assert again == vector
    assert hash(again) == hash(vector)


@given(vectors(), st.data())
def test_changed_value_is_the_only_change_and_leaves_the_old_vector(vector: AvatarVector, data: st.DataObject) -> None:
    before = vector.values()
    parameter = data.draw(st.sampled_from(list(vector.schema)))
    value = data.draw(unit if parameter in vector.schema.continuous else st.sampled_from(list(parameter.index_of)))  # type: ignore[union-attr]
    changed = vector.with_value(parameter.id, value)

    assert vector.values() == before
    assert {key: item for key, item in changed.values().items() if key != parameter.id} == {
        key: item for key, item in before.items() if key != parameter.id
    }
    assert changed[parameter.id] == (value if isinstance(value, str) else pytest.approx(value, abs=1e-7))


@given(st.integers(0, 100))
def test_number_a_person_types_is_the_number_they_read(hundredths: int) -> None:
    assert AvatarVector.default(TOON).with_value("head_width", hundredths / 100)["head_width"] == hundredths / 100


def test_default_has_the_defaults() -> None:
    assert AvatarVector.default(TOON).values() == {
        "head_width": 0.5, "head_type_1": 1.0, "head_type_2": 0.0, "smile": 0.25, "glasses": "none", "shirt": "tee",
    }  # fmt: skip


def test_choice_is_seen_with_what_it_needs_and_shown_by_wearing_that() -> None:
    hats = DiscreteParameter(
        "hat", "Hat", "hat", (Option("none", "None"), Option("cap", "Cap"), Option("beret", "Beret")), "none"
    )
    colors = (Option("red", "Red"), Option("blue", "Blue"))
    color = DiscreteParameter("hat_color", "Colour", "hat", colors, "red", seen_with={"hat": ("cap", "beret")})
    bare = AvatarVector.default(AvatarSchema("toon", 1, (), (hats, color)))
    worn = bare.with_value("hat", "beret")

    assert [bare.shows("hat_color"), worn.shows("hat_color"), bare.shows("hat")] == [False, True, True]
    assert bare.showing("hat_color") == bare.with_value("hat", "cap")
    assert worn.showing("hat_color") is worn
    assert bare.showing("hat") is bare
    with pytest.raises(ValueError, match="hat_color is seen with no option"):
        dataclasses.replace(color, seen_with={"hat": ()})


@given(vectors(), st.integers(0, 2**32 - 1))
def test_sample_is_valid_repeatable_and_leaves_extra_alone(vector: AvatarVector, seed: int) -> None:
    schema = vector.schema
    first, second = (AvatarVector.sample(schema, np.random.default_rng(seed)) for _ in range(2))
    default = AvatarVector.default(schema)

    assert first == second
    assert all(first[p.id] == default[p.id] for p in schema if p.group == "extra")
    for members in schema.blends.values():
        if all(p.group == "core" for p in members):
            assert sum(float(first[p.id]) for p in members) == pytest.approx(1.0, abs=1e-5)


def test_samples_use_every_option_and_the_whole_range() -> None:
    rng = np.random.default_rng(1)
    samples = [AvatarVector.sample(TOON, rng) for _ in range(300)]
    widths = [float(sample["head_width"]) for sample in samples]

    assert {sample["glasses"] for sample in samples} == {"none", "round"}
    assert min(widths) < 0.05
    assert max(widths) > 0.95
    assert abs(float(np.mean(widths)) - 0.5) < 0.05


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"head_width": 1.5}, "head_width is 1.5; it must be between 0 and 1."),
        ({"head_width": -1}, "head_width is -1.0; it must be between 0 and 1."),
        ({"head_width": math.nan}, "head_width is nan; it must be between 0 and 1."),
        ({"head_width": 10**400}, "head_width is inf; it must be between 0 and 1."),
        ({"head_width": True}, "head_width is “True”; it must be a number between 0 and 1."),
        ({"head_width": "0.5"}, "head_width is “0.5”; it must be a number between 0 and 1."),
        ({"head_width": None}, "head_width is “None”; it must be a number between 0 and 1."),
        ({"glasses": 1}, "glasses is 1; it must be the id of an option."),
        ({"glasses": "monocle"}, "glasses has no option “monocle”; it has none, round."),
        ({"ears": 0.5}, "Engine toon 2 has no parameter “ears”."),
    ],
)
def test_value_the_schema_does_not_have_is_refused(values: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueRefusedError) as caught:
        AvatarVector.from_values(TOON, values)  # type: ignore[arg-type]

    assert str(caught.value) == sentence


def test_arrays_are_checked_copied_and_read_only() -> None:
    numbers, choices = np.array([0.5, 1, 0, 0.25], np.float32), np.array([1, 0])
    vector = AvatarVector(TOON, numbers, choices)
    numbers[0] = 0.9

    assert vector["head_width"] == 0.5
    with pytest.raises(ValueError, match="read-only"):
        vector.continuous[0] = 0.1
    with pytest.raises(ValueError, match="read-only"):
        vector.discrete[0] = 0
    with pytest.raises(ValueRefusedError, match="glasses is option 2; it has 2 options"):
        AvatarVector(TOON, vector.continuous, np.array([2, 0]))
    with pytest.raises(ValueError, match="expected shape"):
        AvatarVector(TOON, vector.continuous[:3], choices)


def test_vectors_of_different_schemas_or_values_differ() -> None:
    vector = AvatarVector.default(TOON)

    assert vector != vector.with_value("glasses", "round")
    assert vector != vector.with_value("head_width", 0.25)
    assert vector != AvatarVector.default(TOON.group("core"))
    assert vector != vector.values()
