"""Questions between two avatars: simulated people answer them, with mistakes."""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.asking import ANSWERS, NUM_QUESTIONS, VISIBLE, Answer, Beliefs, Question, Topic, answer_chances, visible_difference
from core.avatar.schema import AvatarSchema, ContinuousParameter, DiscreteParameter, Option
from core.avatar.vector import AvatarVector, Value
from core.methods import Estimate, FieldEstimate

LENGTHS = {"bald": "bald", "crew": "short", "pixie": "short", "bob": "medium", "lob": "medium", "long": "long"}


def _choice(key: str, component: str, options: Mapping[str, str], group: str = "core") -> DiscreteParameter:
    made = tuple(Option(one, one.capitalize(), {"length": length} if length else {}) for one, length in options.items())
    return DiscreteParameter(key, key.capitalize(), component, made, made[0].id, "extra" if group == "extra" else "core")


TONES = tuple(Option(f"tone_{one}", f"Tone {one}", {}, (250 - 25 * one, 220 - 25 * one, 200 - 24 * one)) for one in range(7))
SCHEMA = AvatarSchema(
    "small",
    1,
    (
        *(
            ContinuousParameter(f"head_{one}", one, "head", float(one == "oval"), blend="head")
            for one in ("oval", "round", "long")
        ),
        ContinuousParameter("eye_size", "Size", "eyes"),
        ContinuousParameter("nose_width", "Width", "nose"),
        ContinuousParameter("smile", "Smile", "mouth", group="extra"),
    ),
    (
        _choice("hair", "hair", LENGTHS),
        _choice("nose", "nose", dict.fromkeys(("button", "wide", "long", "hooked"), "")),
        _choice("mouth", "mouth", dict.fromkeys(("thin", "full", "wide", "small", "bow"), "")),
        DiscreteParameter("skin", "Skin", "skin", TONES, "tone_1"),
        _choice("hat", "hat", {"none": "", "cap": ""}, "extra"),
        DiscreteParameter(
            "hat_colour", "Colour", "hat", (Option("red", "Red"), Option("blue", "Blue")), "red", seen_with={"hat": ("cap",)}
        ),
    ),
)
BEST = {
    "hair": (("bob", 0.35), ("pixie", 0.3), ("long", 0.2)),
    "nose": (("wide", 0.4), ("long", 0.35), ("button", 0.15)),
    "mouth": (("full", 0.3), ("thin", 0.25), ("bow", 0.2)),
    "skin": (("tone_2", 0.3), ("tone_3", 0.3), ("tone_1", 0.2)),
    "hat_colour": (("red", 0.5), ("blue", 0.5)),
}
PREDICTED: dict[str, Value] = {
    "hair": "bob",
    "nose": "wide",
    "mouth": "full",
    "skin": "tone_2",
    "eye_size": 0.4,
    "nose_width": 0.6,
}
VECTOR = AvatarVector.default(SCHEMA).with_values(PREDICTED)
CORE = [parameter.id for parameter in SCHEMA if parameter.group == "core"]


def estimate(confidence: float = 0.5) -> Estimate:
    fields = {key: FieldEstimate(BEST[key][0][1], BEST[key]) if key in BEST else FieldEstimate(confidence) for key in CORE}
    return Estimate(VECTOR, fields, "test")


def sure() -> Estimate:
    """A method that knows everything."""
    fields = {key: FieldEstimate(1.0, ((str(VECTOR[key]), 1.0),) if isinstance(VECTOR[key], str) else ()) for key in CORE}
    return Estimate(VECTOR, fields, "test")


def talk(beliefs: Beliefs, answers: Callable[[Question], Answer]) -> Beliefs:
    """Ask until there is nothing left to ask."""
    while questions := beliefs.questions():
        beliefs = beliefs.after(questions[0], answers(questions[0]))
    return beliefs


class Person:
    """Has an avatar in mind, and errs as people do."""

    def __init__(self, beliefs: Beliefs, rng: np.random.Generator) -> None:
        self._rng = rng
        self.truth = {topic.name: int(rng.choice(len(topic.values), p=beliefs.chances[topic.name])) for topic in beliefs.topics}

    def __call__(self, question: Question) -> Answer:
        chances = answer_chances(question, question.topic.values[self.truth[question.topic.name]])
        return ANSWERS[int(self._rng.choice(3, p=chances / chances.sum()))]

    def distance(self, topic: Topic, vector: AvatarVector) -> float:
        """How far an avatar is from what the person has in mind."""
        values = {key: vector[key] for key in topic.ids}
        here = min(range(len(topic.values)), key=lambda one: _apart(topic.values[one], values))
        return float(topic.distances[here, self.truth[topic.name]])


def _apart(first: Mapping[str, Value], second: Mapping[str, Value]) -> float:
    return sum(
        abs(float(one) - float(second[key])) if isinstance(one, float) else float(one != second[key])
        for key, one in first.items()
    )


def test_who_answers_comes_nearer_to_the_truth() -> None:
    """Of what was asked about and wrong a good part becomes right, and little that was right gets lost."""
    before = after = wrong = wrong_still = lost = kept = 0.0
    for number in range(80):
        start = Beliefs.of(estimate(), VECTOR, seed=number)
        person = Person(start, np.random.default_rng(number))
        end = talk(start, person)
        asked = {question.topic.name: question.topic for question, _ in end.answers}
        for topic in asked.values():
            one, two = person.distance(topic, VECTOR), person.distance(topic, end.avatar())
            before, after = before + one, after + two
            if topic.is_choice:
                wrong, wrong_still = wrong + (one > 0), wrong_still + (one > 0 and two > 0)
                kept, lost = kept + (one == 0), lost + (one == 0 and two > 0)

    assert after < 0.75 * before
    assert wrong_still < 0.7 * wrong
    assert lost < 0.25 * kept


@given(st.sets(st.sampled_from(CORE)), st.lists(st.sampled_from(ANSWERS), min_size=NUM_QUESTIONS, max_size=NUM_QUESTIONS))
def test_what_is_kept_stays_and_every_value_is_one(kept: set[str], answers: list[Answer]) -> None:
    beliefs = Beliefs.of(estimate(), VECTOR, kept)
    for answer in answers:
        questions = beliefs.questions()
        if not questions:
            break
        first, second = questions[0].vectors
        assert first != second
        assert {key for key in CORE if first[key] != second[key]} <= set(questions[0].topic.ids)
        beliefs = beliefs.after(questions[0], answer)
        assert sum(beliefs.chances[questions[0].topic.name]) == pytest.approx(1)

    assert not set(beliefs.outcome()) & kept
    end = beliefs.avatar()  # a vector checks its values
    assert all(end[key] == VECTOR[key] for key in (*kept, "smile", "hat"))


def test_a_mixture_with_a_kept_part_is_not_asked_about() -> None:
    assert "head" in {topic.name for topic in Beliefs.of(estimate(), VECTOR).topics}
    assert "head" not in {topic.name for topic in Beliefs.of(estimate(), VECTOR, {"head_round"}).topics}


def test_no_more_than_six_questions_and_none_twice() -> None:
    beliefs = talk(Beliefs.of(estimate(), VECTOR), lambda _: "neither")

    asked = [(question.topic.name, frozenset((question.first, question.second))) for question, _ in beliefs.answers]
    assert 1 <= len(asked) <= NUM_QUESTIONS
    assert len(set(asked)) == len(asked)
    assert beliefs.outcome() == {}
    assert beliefs.avatar() == VECTOR


def test_nothing_is_asked_where_nothing_is_unsure() -> None:
    assert Beliefs.of(sure(), VECTOR, trust=1.0).questions() == ()


def test_what_cannot_be_seen_is_not_asked_about() -> None:
    unseen = {question.topic.name for question in Beliefs.of(estimate(), VECTOR).questions()}
    seen = {question.topic.name for question in Beliefs.of(estimate(), VECTOR.with_value("hat", "cap")).questions()}

    assert "hat_colour" not in unseen
    assert "hat_colour" in seen


def test_the_same_seed_asks_the_same_and_another_one_swaps_sides() -> None:
    def first(seed: int) -> tuple[Mapping[str, Value], Mapping[str, Value]]:
        return Beliefs.of(estimate(), VECTOR, seed=seed).questions()[0].values

    assert first(3) == first(3)
    assert len({str(first(seed)) for seed in range(8)}) == 2


def test_an_answer_leaves_what_was_thought_before_as_it_was() -> None:
    beliefs = Beliefs.of(estimate(), VECTOR)
    question = beliefs.questions()[0]
    before = beliefs.chances[question.topic.name].copy()
    after = beliefs.after(question, "first")

    np.testing.assert_array_equal(beliefs.chances[question.topic.name], before)
    assert beliefs.answers == ()
    assert after.chances[question.topic.name][question.first] > before[question.first]
    assert after.chances[question.topic.name][question.second] < before[question.second]


def _guess(rng: np.random.Generator, _: Question) -> Answer:
    return ANSWERS[int(rng.integers(3))]


def test_the_outcome_of_a_choice_was_seen() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        beliefs = talk(Beliefs.of(estimate(), VECTOR, seed=seed), partial(_guess, rng))
        for topic in beliefs.topics:
            if topic.is_choice and topic.name in beliefs.outcome():
                shown = [values for question, _ in beliefs.answers if question.topic is topic for values in question.values]
                assert {topic.name: beliefs.outcome()[topic.name]} in [*shown, {topic.name: VECTOR[topic.name]}]


def test_the_nearer_one_is_taken_more_often() -> None:
    beliefs = Beliefs.of(estimate(), VECTOR)
    question = next(one for one in beliefs.questions() if one.topic.name == "nose")
    first, second, neither = answer_chances(question, question.values[0])

    assert first + second + neither == pytest.approx(1)
    assert first > 0.7 > 0.1 > second


def test_what_is_marked_as_unsure_is_asked_about_sooner() -> None:
    plain = Beliefs.of(estimate(), VECTOR)
    second = next(one.topic for one in plain.questions() if one.topic is not plain.questions()[0].topic)
    marked = Beliefs.of(estimate(), VECTOR, marked=second.ids)

    assert not plain.has_marked
    assert marked.has_marked
    assert marked.questions()[0].topic.name == second.name


def test_pictures_are_compared_where_they_differ_most() -> None:
    one = np.full((64, 64, 4), 200, np.uint8)
    one[..., 3] = 255
    other, barely, hidden = one.copy(), one.copy(), one.copy()
    other[30:40, 30:40, :3] = 90
    barely[30:40, 30:40, :3] = 198
    hidden[..., 3] = 0
    unseen = hidden.copy()
    unseen[..., :3] = 0

    assert visible_difference(one, one) == 0
    assert visible_difference(one, other) > 4 * VISIBLE
    assert visible_difference(one, barely) < VISIBLE
    assert visible_difference(hidden, unseen) == 0


def test_estimates_without_options_are_asked_about_too() -> None:
    fields = {key: FieldEstimate(0.2) for key in CORE}
    beliefs = Beliefs.of(Estimate(VECTOR, fields), VECTOR)

    assert {"hair", "nose", "mouth"} <= {question.topic.name for question in beliefs.questions()}
