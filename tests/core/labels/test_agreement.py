import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import core.labels.agreement as agreement_module
from core.avatar.schema import AvatarSchema, ContinuousParameter, DiscreteParameter, Option
from core.avatar.vector import AvatarVector, Value
from core.labels.agreement import (
    FieldAgreement,
    Figure,
    Opinion,
    Pair,
    between_designers,
    between_takes,
    cohens_kappa,
    contrasts,
    distance_agreement,
    field_agreements,
    with_references,
)

OPTIONS = tuple(Option(name, name) for name in ("none", "beanie", "cap"))
SCHEMA = AvatarSchema(
    "paper",
    1,
    (ContinuousParameter("width", "Width", "head"),),
    (
        DiscreteParameter("hat", "Hat", "hat", OPTIONS, "none"),
        DiscreteParameter("hat_color", "Colour", "hat", OPTIONS[1:], "cap", seen_with={"hat": ("beanie", "cap")}),
        DiscreteParameter("clothes", "Clothes", "clothes", OPTIONS, "none", group="extra"),
    ),
)


def vector(**values: Value) -> AvatarVector:
    return AvatarVector.from_values(SCHEMA, values)


def pairs_of(parameter: str, first: list[Value], second: list[Value]) -> list[Pair]:
    return [
        Pair(str(place), vector(**{parameter: one}), vector(**{parameter: other}))
        for place, (one, other) in enumerate(zip(first, second, strict=True))
    ]


def field(pairs: list[Pair], parameter: str) -> FieldAgreement:
    return next(found for found in field_agreements(pairs) if found.parameter == parameter)


def width_apart(one: AvatarVector, other: AvatarVector) -> float:
    return abs(float(one["width"]) - float(other["width"]))


def rounded(figure: Figure | None) -> list[float]:
    assert figure is not None
    assert figure.low is not None
    assert figure.high is not None
    return [round(value, 9) for value in (figure.value, figure.low, figure.high)]


def slow_kappa(first: list[int], second: list[int]) -> float:
    """The paper's formula, word by word."""
    count = len(first)
    observed = sum(one == other for one, other in zip(first, second, strict=True)) / count
    expected = sum(first.count(c) / count * second.count(c) / count for c in set(first) | set(second))
    return (observed - expected) / (1 - expected)


def test_what_nobody_is_asked_for_is_not_compared() -> None:
    found = field_agreements([Pair("a", vector(), vector())])

    assert [one.parameter for one in found] == ["width", "hat", "hat_color"]


def test_kappa_is_the_one_worked_by_hand() -> None:
    # Habits of .6 .3 .1 and .5 .3 .2 meet by chance in .30 + .09 + .02 of 200 photos; they met in 140.
    table = np.array([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    first = np.repeat(np.arange(3), table.sum(axis=1))
    second = np.concatenate([np.repeat(np.arange(3), row) for row in table])

    assert cohens_kappa(first, second) == pytest.approx((0.70 - 0.41) / 0.59)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30))
def test_kappa_is_the_slow_obvious_one_and_the_same_either_way_round(said: list[tuple[int, int]]) -> None:
    first, second = (list(one) for one in zip(*said, strict=True))
    value = cohens_kappa(np.array(first), np.array(second))

    assert value == cohens_kappa(np.array(second), np.array(first)) or value is not None
    if len(set(first) | set(second)) == 1:
        assert value is None
    else:
        assert value == pytest.approx(slow_kappa(first, second), abs=1e-9)


def test_kappa_of_nothing_is_none() -> None:
    assert cohens_kappa(np.zeros(0, np.int64), np.zeros(0, np.int64)) is None


def test_choice_has_a_share_and_a_kappa_a_number_its_mean_difference() -> None:
    said: list[Value] = ["none", "none", "cap", "beanie"]
    answered: list[Value] = ["none", "cap", "cap", "beanie"]
    hat = field(pairs_of("hat", said, answered), "hat")
    width = field(pairs_of("width", [0.1, 0.5, 0.9], [0.2, 0.5, 0.5]), "width")

    assert (hat.pairs, hat.photos) == (4, 4)
    assert hat.exact is not None
    assert hat.exact.value == 0.75
    assert hat.kappa is not None
    assert hat.kappa.value == pytest.approx(slow_kappa([0, 0, 2, 1], [0, 2, 2, 1]))
    assert hat.difference is None
    assert (width.exact, width.kappa) == (None, None)
    assert width.difference is not None
    assert width.difference.value == pytest.approx(0.5 / 3)


def test_parameter_counts_only_where_both_show_it() -> None:
    bare, capped, beanie = vector(hat_color="beanie"), vector(hat="cap"), vector(hat="cap", hat_color="beanie")
    pairs = [Pair("a", bare, capped), Pair("b", capped, capped), Pair("c", capped, beanie)]
    color = field(pairs, "hat_color")

    assert color.pairs == 2
    assert color.exact is not None
    assert color.exact.value == 0.5
    assert field(pairs[:1], "hat_color") == FieldAgreement("hat_color", 0, 0)


def test_interval_holds_the_value_is_the_same_again_and_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(5)
    held = 0
    for trial in range(60):
        pairs = pairs_of("width", [0.0] * 60, list(np.float32(rng.uniform(size=60)).astype(float)))
        found = distance_agreement(pairs, width_apart)
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        assert found.low <= found.value <= found.high
        held += found.low <= 0.5 <= found.high
        if trial == 0:
            assert found == distance_agreement(pairs, width_apart)

    assert held >= 52  # of 57 expected: less is three standard errors below


def test_photo_is_drawn_again_with_all_its_pairs() -> None:
    of_one = [Pair("same", vector(width=0.25), vector(width=value)) for value in (0.25, 0.5, 0.75)]
    width = field(of_one, "width").difference
    often = [pair for pair in pairs_of("width", [0.1, 0.9, 0.3], [0.5, 0.7, 0.3]) for _ in range(5)]

    assert width == Figure(0.25, None, None)
    assert field(often, "width").photos == 3
    assert rounded(field(often, "width").difference) == rounded(field(often[::5], "width").difference)


def test_pairs_are_of_the_same_photo_the_designers_in_order_and_first_takes_alone() -> None:
    first, second, again = vector(width=0.1), vector(width=0.2), vector(width=0.3)
    said = [
        Opinion("a", "Zoe", 1, False, first),
        Opinion("a", "Ada", 1, False, second),
        Opinion("a", "Ada", 2, True, again),
        Opinion("b", "Ada", 1, True, first),
        Opinion("c", "Ada", 2, True, again),
    ]

    assert between_designers(said) == {("Ada", "Zoe"): [Pair("a", second, first)]}
    assert between_takes(said) == {"Ada": [Pair("a", second, again)]}
    assert with_references(said, {"a": again}) == [Pair("a", again, first), Pair("a", again, second)]


def test_three_designers_make_three_pairs() -> None:
    said = [Opinion("a", name, 1, True, vector()) for name in ("Cy", "Ada", "Bo")]

    assert list(between_designers(said)) == [("Ada", "Bo"), ("Ada", "Cy"), ("Bo", "Cy")]


def test_labels_that_follow_what_was_shown_are_found_out() -> None:
    rng = np.random.default_rng(1)
    predicted: list[Value] = [str(rng.choice(["none", "cap"])) for _ in range(100)]
    by_themselves: list[Value] = [str(rng.choice(["none", "cap"])) for _ in range(100)]
    numbers: list[Value] = list(rng.uniform(size=100))
    near: list[Value] = [min(1.0, float(value) + 0.01) for value in numbers]
    far: list[Value] = list(rng.uniform(size=100))
    hats = contrasts(pairs_of("hat", predicted, by_themselves), pairs_of("hat", predicted, predicted))
    widths = contrasts(pairs_of("width", numbers, far), pairs_of("width", numbers, near))
    hat = next(one for one in hats if one.parameter == "hat")
    width = next(one for one in widths if one.parameter == "width")

    assert hat.blind.exact is not None
    assert hat.change.value == pytest.approx(1 - hat.blind.exact.value)
    assert hat.change.low is not None
    assert hat.change.low > 0
    assert width.change.high is not None
    assert width.change.high < 0


def test_contrast_of_labels_alike_holds_zero_and_of_one_photo_has_no_interval() -> None:
    rng = np.random.default_rng(2)
    said: list[list[Value]] = [list(rng.uniform(size=80)) for _ in range(4)]
    same = contrasts(pairs_of("width", said[0], said[1]), pairs_of("width", said[2], said[3]))[0].change
    single = contrasts(pairs_of("width", said[0], said[1]), pairs_of("width", [0.5], [0.5]))[0].change

    assert same.low is not None
    assert same.high is not None
    assert same.low < 0 < same.high
    assert (single.low, single.high) == (None, None)


def test_nothing_is_said_of_nothing() -> None:
    pair = Pair("a", vector(), vector())

    assert field_agreements([]) == []
    assert contrasts([], [pair]) == []
    assert contrasts([pair], []) == []
    assert distance_agreement([], lambda *_: 1.0) is None
    assert "hat_color" not in [one.parameter for one in contrasts([pair], [pair])]


def test_distance_between_renders_is_the_mean_of_what_is_measured() -> None:
    pairs = pairs_of("width", [0.0, 0.5], [1.0, 0.5])

    figure = distance_agreement(pairs, lambda *both: 10 * width_apart(*both))

    assert figure == Figure(5.0, 0.0, 10.0)


def test_labels_of_different_schemas_are_never_compared() -> None:
    other = AvatarSchema("other", 1, SCHEMA.continuous, ())

    with pytest.raises(ValueError, match="different schemas"):
        field_agreements([Pair("a", vector(), AvatarVector.default(other))])


def test_large_set_does_not_need_its_resamples_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agreement_module, "RESAMPLES", 200)
    pairs = pairs_of("width", [0.25] * 300, [0.5] * 300)
    width = field(pairs, "width").difference

    assert width == Figure(0.25, 0.25, 0.25)
