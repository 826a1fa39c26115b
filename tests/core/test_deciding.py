import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.avatar.schema import AvatarSchema, DiscreteParameter, Option
from core.deciding import best_options, choose, decided, likeness, read_from, softmax, spread

HAIR = DiscreteParameter(
    "hair_type",
    "Style",
    "hair",
    (
        Option("bald", "Bald", {"length": "bald", "texture": "na"}),
        Option("bob", "Bob", {"length": "medium", "texture": "straight"}),
        Option("lob", "Lob", {"length": "medium", "texture": "straight"}),
        Option("afro", "Afro", {"length": "medium", "texture": "coily"}),
    ),
    "bob",
)


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=40), st.floats(0.5, 5))
def test_softmax_gives_probabilities_in_the_same_order(logits: list[float], temperature: float) -> None:
    probabilities = softmax(np.array(logits), temperature)

    assert probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert logits[int(probabilities.argmax())] == max(logits)


def test_higher_temperature_is_less_sure() -> None:
    assert softmax(np.array([0.0, 2.0]), 3).max() < softmax(np.array([0.0, 2.0])).max()


def test_likeness_is_half_of_what_tags_agree_on() -> None:
    alike = likeness(HAIR)

    assert np.diag(alike) == pytest.approx(1)
    assert (alike[1, 2], alike[1, 3], alike[0, 1]) == (0.5, 0.25, 0)


def test_two_styles_that_share_their_tags_beat_one_that_stands_alone() -> None:
    probabilities = np.array([0.4, 0.3, 0.3, 0.0], np.float32)

    assert choose(probabilities, likeness(HAIR)) == 1


def test_best_options_begin_with_the_chosen_one_and_fall() -> None:
    probabilities = np.array([0.4, 0.3, 0.2, 0.1], np.float32)

    names, chances = zip(*best_options(HAIR, probabilities, 1), strict=True)

    assert names == ("bob", "bald", "lob")
    assert chances == pytest.approx((0.3, 0.4, 0.2))


def test_a_guess_carries_the_probability_of_what_was_chosen() -> None:
    guess = decided(HAIR, np.array([0.0, 0.7, 0.2, 0.1], np.float32), likeness(HAIR))

    assert (guess.value, round(guess.confidence, 3)) == ("bob", 0.7)


def test_spread_gives_the_value_of_the_same_rank() -> None:
    table = {"raw": [0.45, 0.5, 0.55], "value": [0.1, 0.5, 0.9]}

    assert [spread(value, table) for value in (0.2, 0.45, 0.525, 0.8)] == pytest.approx([0.1, 0.1, 0.7, 0.9])


def test_probabilities_of_another_parameter_are_refused() -> None:
    with pytest.raises(ValueError, match="expected shape"):
        choose(np.full(3, 1 / 3, np.float32), likeness(HAIR))


def test_an_average_person_gets_the_average_avatar_and_others_their_rank() -> None:
    number = {"weights": [0.5, 0.1, 0.0], "raw": [0.3, 0.5, 0.7], "value": [0.0, 0.5, 1.0], "confidence": 0.4}
    facts = {"mean": [2.0], "deviation": [0.5], "numbers": {"nose_width": number}, "choices": {}}
    schema = AvatarSchema("nobody", 1, (), (HAIR,))

    values = [read_from(np.array([reading], np.float32), facts, schema)[1]["nose_width"].value for reading in (2.0, 2.5, 99.0)]

    assert values == pytest.approx([0.5, 0.75, 1.0])


def test_choices_are_read_by_the_ids_of_their_options() -> None:
    weights = [[0.2, 0.0, 0.0], [0.2, 0.5, 0.0]]
    facts = {
        "mean": [0.0],
        "deviation": [1.0],
        "numbers": {},
        "choices": {"hair_type": {"options": ["afro", "bob"], "weights": weights}},
    }
    schema = AvatarSchema("nobody", 1, (), (HAIR,))
    chances, _ = read_from(np.array([1.0], np.float32), facts, schema)

    assert chances["hair_type"] == pytest.approx([0, 0.7 / 0.9, 0, 0.2 / 0.9])
