from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.avatar.blending import blend
from core.avatar.schema import AvatarSchema, DiscreteParameter, Option
from core.avatar.vector import AvatarVector
from core.engines import open_engine
from core.errors import ValueRefusedError
from tests.core.avatar.strategies import TOON, schemas, unit

REAL = open_engine("toon").schema
"""With everything that an engine has: blends, colours, choices that need others."""


def sampled(seed: int) -> AvatarVector:
    return AvatarVector.sample(REAL, np.random.default_rng(seed))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[AvatarVector, AvatarVector]:
    schema = draw(schemas())
    numbers = st.lists(unit, min_size=len(schema.continuous), max_size=len(schema.continuous))
    choices = st.tuples(*(st.integers(0, len(choice.options) - 1) for choice in schema.discrete))
    first, second = (
        AvatarVector(schema, np.array(draw(numbers), np.float32), np.array(draw(choices), np.int64)) for _ in range(2)
    )
    return first, second


@given(pairs(), unit)
def test_the_ends_are_exact_and_all_between_is_an_avatar(pair: tuple[AvatarVector, AvatarVector], share: float) -> None:
    first, second = pair
    assert blend(first, second, 0.0) == first
    assert blend(first, second, 1.0) == second
    between = blend(first, second, share)  # refused by itself, were it none
    low, high = np.minimum(first.continuous, second.continuous), np.maximum(first.continuous, second.continuous)

    assert np.all(between.continuous >= low - 1e-6)
    assert np.all(between.continuous <= high + 1e-6)
    for name, members in first.schema.blends.items():
        sums = [sum(float(one[member.id]) for member in members) for one in (first, second, between)]
        assert sums[2] <= max(sums[:2]) + 1e-5, name


@given(st.integers(0, 50), st.integers(0, 50), unit)
def test_shapes_of_a_real_engine_stay_whole(first: int, second: int, share: float) -> None:
    between = blend(sampled(first), sampled(second), share)
    for members in REAL.blends.values():
        assert sum(float(between[member.id]) for member in members) == pytest.approx(1.0, abs=1e-5)


@given(st.integers(0, 50), st.integers(0, 50), unit)
def test_what_is_alike_stays_and_the_same_question_has_the_same_answer(first: int, second: int, share: float) -> None:
    ours, theirs = sampled(first), sampled(second)
    between = blend(ours, theirs, share)

    assert between == blend(ours, theirs, share)
    assert all(between[one.id] == ours[one.id] for one in REAL if ours[one.id] == theirs[one.id])


@given(st.integers(0, 50), st.integers(0, 50))
def test_the_way_is_gradual_and_nothing_comes_back(first: int, second: int) -> None:
    ours, theirs = sampled(first), sampled(second)
    way = [blend(ours, theirs, step / 200) for step in range(201)]
    for parameter in REAL.discrete:
        seen = [one[parameter.id] for one in way]
        runs = [one for place, one in enumerate(seen) if place == 0 or seen[place - 1] != one]
        assert len(runs) == len(set(runs)), parameter.id  # no option that was left is there again
    choices = [one for one in REAL.discrete if not all(option.srgb for option in one.options)]
    switches = [sum(before[one.id] != after[one.id] for one in choices) for before, after in pairwise(way)]
    assert max(switches) <= 1


def test_choices_change_one_after_the_other_at_equal_distances() -> None:
    options = (Option("no", "No"), Option("yes", "Yes"))
    schema = AvatarSchema("toon", 1, (), tuple(DiscreteParameter(key, key, "head", options, "no") for key in "abc"))
    first, second = AvatarVector.default(schema), AvatarVector.from_values(schema, dict.fromkeys("abc", "yes"))
    seen = {share: blend(first, second, share).values() for share in (0.2, 0.25, 0.6, 0.8)}
    changed = {share: sum(value == "yes" for value in values.values()) for share, values in seen.items()}

    assert changed == {0.2: 0, 0.25: 1, 0.6: 2, 0.8: 3}
    assert blend(first, second, 0.3).values() == {"a": "yes", "b": "no", "c": "no"}


def test_a_colour_goes_through_those_between() -> None:
    greys = tuple(Option(f"grey_{level}", "Grey", srgb=(level, level, level)) for level in (0, 60, 120, 180, 255))
    schema = AvatarSchema("toon", 1, (), (DiscreteParameter("colour", "Colour", "skin", greys, "grey_0"),))
    first = AvatarVector.default(schema)
    second = first.with_value("colour", "grey_255")
    seen = [str(blend(first, second, step / 20)["colour"]) for step in range(21)]

    assert list(dict.fromkeys(seen)) == [option.id for option in greys]


def test_what_cannot_be_blended_is_refused() -> None:
    ours = AvatarVector.default(TOON)
    for share in (-0.1, 1.1, float("nan")):
        with pytest.raises(ValueRefusedError, match="between 0 and 1"):
            blend(ours, ours, share)
    with pytest.raises(ValueRefusedError, match="cannot be blended"):
        blend(ours, AvatarVector.default(AvatarSchema("mini", 1, (), ())), 0.5)
