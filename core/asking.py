"""“Which is more you?”: few questions between two pictures of an avatar that settle what a method was unsure of.

For each unsure choice, number or mixture there is a chance for every value that it could have. A question shows two of them; the
answer says which is nearer to the person, or that it cannot be told, and is sometimes wrong. Asked is what brings the avatar
nearest. Everything here is deterministic; nothing draws.

Source: the answers follow Davidson 1970, On Extending the Bradley-Terry Model to Accommodate Ties; the question is the one whose
answer is expected to be worth most (Raiffa and Schlaifer 1961, Applied Statistical Decision Theory, on the value of information).
Differs: distances between options stand for strengths, so that an answer also tells about options that were not shown. And worth
is how near the avatar comes, not information (Lindley 1956): a nose's height has as many bits to tell as the hair; asking for
bits made 0.4 more settings right on a labelled photo, asking for nearness 0.9.
"""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.avatar.schema import ContinuousParameter, DiscreteParameter
from core.avatar.vector import AvatarVector, Value
from core.colour import to_lab, to_linear
from core.deciding import likeness
from core.methods import Estimate, FieldEstimate
from core.shapes import expect_shape

Float = NDArray[np.float64]
Answer = Literal["first", "second", "neither"]
ANSWERS: tuple[Answer, ...] = ("first", "second", "neither")

NUM_QUESTIONS = 6
VISIBLE = 5.0
"""Pictures that differ less (`visible_difference`) look the same to someone who does not search."""

_TRUST = 0.7  # photos are harder than what confidences were calibrated on: the rest of the chances goes to any value
_STRENGTH = 4.0  # how surely the nearer of two is taken, per unit of distance
_TIES = 0.7  # how often it cannot be told, where both are equally near: ties / (2 + ties)
_SLIPS = 0.1  # answers that mean nothing
_REACH = 0.4  # numbers this far apart differ as much as any two options do
_COLOUR_REACH = 25.0  # likewise colours, in CIELAB
_STEPS = 41  # values of a number that are told apart
_MOST_SHOWN = 8  # options of a choice that may be asked about: the likeliest
_LEAST_SHOWN = 0.05  # and no less likely than this share of the likeliest
_LEAST_GAIN = 0.001  # a question that is expected to bring less is not worth asking
_SOONER = 2.0  # so much more are questions worth about what is marked as unsure
_MOST_OF_ONE = 3  # questions about one topic
_PAIRS_KEPT = 3  # questions of one topic to choose from, if its best cannot be seen
_CHANGED_SHARE = 0.02  # of a picture: a mouth is not much more


@dataclass(frozen=True, eq=False)
class Topic:
    """A choice, a number or a mixture that can be asked about.

    Attributes:
        name: Id of its parameter, or the name of its blend.
        component: The part of the avatar that it belongs to.
        ids: Its parameters.
        confidence: How sure the method was, in [0, 1]; of a mixture on average.
        values: H values that it may have, by parameter id.
        distances: (H, H) in [0, 1], how different they are to a person.
        current: Which of them the avatar has.
        is_choice: Only what was shown may be the outcome; of numbers it may also lie between.
    """

    name: str
    component: str
    ids: tuple[str, ...]
    confidence: float
    values: tuple[Mapping[str, Value], ...]
    distances: Float
    current: int
    is_choice: bool


@dataclass(frozen=True)
class Question:
    """Two avatars that differ in one topic.

    Attributes:
        topic: What they differ in.
        first: Index of the first one's values within the topic.
        second: Index of the second one's.
        avatar: All else of them.
        gain: How much nearer the answer is expected to bring the avatar, as a share of the way between two options.
    """

    topic: Topic
    first: int
    second: int
    avatar: AvatarVector
    gain: float

    @cached_property
    def vectors(self) -> tuple[AvatarVector, AvatarVector]:
        """Both avatars."""
        first, second = self.values
        return self.avatar.with_values(first), self.avatar.with_values(second)

    @property
    def values(self) -> tuple[Mapping[str, Value], Mapping[str, Value]]:
        """What the topic's parameters are in both."""
        return self.topic.values[self.first], self.topic.values[self.second]


@dataclass(frozen=True, eq=False)
class Beliefs:
    """What is thought of everything that can be asked about. An answer makes new ones: going back is keeping the old.

    Attributes:
        vector: The avatar as it was.
        topics: What can be asked about.
        chances: (H,) of each topic, by its name; they sum to one.
        answers: What was asked and answered so far.
        marked: Ids of the parameters that are marked as unsure: their questions come sooner.
        seed: Decides which of two stands on the left.
    """

    vector: AvatarVector
    topics: tuple[Topic, ...]
    chances: Mapping[str, Float]
    answers: tuple[tuple[Question, Answer], ...] = ()
    marked: frozenset[str] = frozenset()
    seed: int = 0

    @classmethod
    def of(
        cls,
        estimate: Estimate,
        vector: AvatarVector,
        kept: Collection[str] = (),
        *,
        marked: Collection[str] = (),
        trust: float = _TRUST,
        seed: int = 0,
    ) -> "Beliefs":
        """What a method thinks of a photo.

        Args:
            estimate: The method's.
            vector: The avatar now.
            kept: Ids of the parameters that are not asked about: locked ones, and those that a person chose.
            marked: Ids of those that are marked as unsure: their questions come sooner.
            trust: Share of the chances that follows the method; the rest is spread over all values.
            seed: Decides which of two stands on the left.
        """
        topics, chances = [], {}
        for topic, chance in _topics(estimate, vector, kept):
            topics.append(topic)
            chances[topic.name] = trust * chance + (1 - trust) / len(chance)
        return cls(vector, tuple(topics), chances, marked=frozenset(marked), seed=seed)

    @property
    def has_marked(self) -> bool:
        """Whether any topic is marked as unsure."""
        return any(self._is_marked(topic) for topic in self.topics)

    def after(self, question: Question, answer: Answer) -> "Beliefs":
        """What is thought once a question is answered (Bayes)."""
        told = _likelihoods(question.topic, np.array([[question.first, question.second]]))[0][ANSWERS.index(answer)]
        chance = self.chances[question.topic.name] * told
        chances = {**self.chances, question.topic.name: chance / chance.sum()}
        return replace(self, chances=chances, answers=(*self.answers, (question, answer)))

    def outcome(self) -> dict[str, Value]:
        """Values by parameter id of the topics that an answer told something about, whether or not they are new."""
        told = {question.topic.name for question, answer in self.answers if answer != "neither"}
        found: dict[str, Value] = {}
        for topic in self.topics:
            if topic.name in told:
                found.update(topic.values[self._decided(topic)])
        return found

    def avatar(self) -> AvatarVector:
        """The avatar with what the answers say."""
        return self.vector.with_values(self.outcome())

    def questions(self) -> tuple[Question, ...]:
        """What could be asked now, what brings most first; empty once nothing is worth a question."""
        if len(self.answers) >= NUM_QUESTIONS:
            return ()
        avatar = self.avatar()
        found = [question for topic in self.topics for question in self._questions(topic, avatar)]
        return tuple(sorted(found, key=lambda one: -one.gain * (_SOONER if self._is_marked(one.topic) else 1.0)))

    def _is_marked(self, topic: Topic) -> bool:
        return not self.marked.isdisjoint(topic.ids)

    def _questions(self, topic: Topic, avatar: AvatarVector) -> list[Question]:
        if not all(map(avatar.shows, topic.ids)):
            return []
        mine = [one for one, _ in self.answers if one.topic is topic]
        asked = {frozenset((one.first, one.second)) for one in mine}
        chance = self.chances[topic.name]
        pairs = np.array([pair for pair in _pairs(topic, chance) if frozenset(pair) not in asked])
        if not len(pairs) or len(mine) >= _MOST_OF_ONE:
            return []
        gains = _gains(topic, chance, pairs)
        best = np.argsort(-gains, kind="stable")[:_PAIRS_KEPT]
        rng = np.random.default_rng((self.seed, len(self.answers)))
        sides = [rng.permutation(pairs[one]).tolist() for one in best]
        gained = [(pair, float(gains[one])) for pair, one in zip(sides, best, strict=True) if gains[one] >= _LEAST_GAIN]
        return [Question(topic, first, second, avatar, gain) for (first, second), gain in gained]

    def _decided(self, topic: Topic) -> int:
        """The value that is expected to be nearest to the right one."""
        expected = topic.distances @ self.chances[topic.name]
        if topic.is_choice:  # what nobody saw would be a surprise
            mine = [question for question, _ in self.answers if question.topic is topic]
            seen = {topic.current, *(one.first for one in mine), *(one.second for one in mine)}
            expected = np.where(np.isin(np.arange(len(expected)), list(seen)), expected, np.inf)
        expected[topic.current] -= 1e-9  # as it is, where nothing is better
        return int(expected.argmin())


def visible_difference(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> float:
    """How much two pictures differ where they differ most, as ΔE (CIE 1976): the mean over the most changed fiftieth of them.

    Args:
        first: (S, S, 4) uint8 sRGB with straight alpha.
        second: The same.
    """
    size = expect_shape(first, "S S 4")["S"]
    expect_shape(second, f"{size} {size} 4")
    distances = np.linalg.norm(_on_grey(first) - _on_grey(second), axis=-1).ravel()
    count = max(1, round(_CHANGED_SHARE * distances.size))
    return float(np.partition(distances, -count)[-count:].mean())


def answer_chances(question: Question, truth: Mapping[str, Value]) -> Float:
    """How likely a person gives each of `ANSWERS`, whose avatar has these values: (3,)."""
    topic = question.topic
    near = min(range(len(topic.values)), key=lambda index: _apart(topic.values[index], truth))
    return np.asarray(_likelihoods(topic, np.array([[question.first, question.second]]))[0][:, near])


def _on_grey(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    alpha = picture[..., 3:].astype(np.float32) / 255
    blended = np.rint(picture[..., :3] * alpha + 200 * (1 - alpha))
    return to_lab(to_linear(blended.astype(np.uint8)))


def _apart(first: Mapping[str, Value], second: Mapping[str, Value]) -> float:
    """How far apart values are; for options 0 or 1."""
    return sum(
        abs(one - float(second[key])) if isinstance(one, float) else float(one != second[key]) for key, one in first.items()
    )


def _likelihoods(topic: Topic, pairs: NDArray[np.int64]) -> Float:
    """How likely each answer is, were each value the right one: (N, 2) pairs -> (N, 3, H), in the order of `ANSWERS`."""
    first, second = (np.exp(-_STRENGTH * topic.distances[pairs[:, side]]) for side in (0, 1))
    weights = np.stack([first, second, _TIES * np.sqrt(first * second)], axis=1)
    return np.asarray((1 - _SLIPS) * weights / weights.sum(axis=1, keepdims=True) + _SLIPS / len(ANSWERS))


def _gains(topic: Topic, chance: Float, pairs: NDArray[np.int64]) -> Float:
    """How much nearer the answers to (N, 2) pairs are expected to bring the topic: (N,)."""
    now = (topic.distances @ chance).min()
    after = (_likelihoods(topic, pairs) * chance) @ topic.distances.T
    return np.asarray(now - after.min(axis=2).sum(axis=1))


def _pairs(topic: Topic, chance: Float) -> Iterator[tuple[int, int]]:
    """Pairs of values that may be shown."""
    if topic.is_choice or len(topic.ids) > 1:
        order = np.argsort(-chance, kind="stable")[:_MOST_SHOWN]
        yield from combinations(sorted(int(one) for one in order if chance[one] >= _LEAST_SHOWN * chance[order[0]]), 2)
        return
    numbers = np.array([float(values[topic.ids[0]]) for values in topic.values])
    middle = float(numbers @ chance)
    deviation = math.sqrt(float((numbers - middle) ** 2 @ chance))
    for width in (0.7, 1.0, 1.4, 1.8):
        low, high = (int(np.abs(numbers - (middle + side * width * deviation)).argmin()) for side in (-1, 1))
        if low != high:
            yield low, high


def _topics(estimate: Estimate, vector: AvatarVector, kept: Collection[str]) -> Iterator[tuple[Topic, Float]]:
    """Everything of an estimate that is the avatar's and may be changed, each with its chances (H,)."""
    schema = vector.schema
    open_ids = {name for name in estimate.fields if name in schema and schema[name].group == "core" and name not in kept}
    for choice in schema.discrete:
        if choice.id in open_ids and len(choice.options) > 1:
            yield _choice_topic(choice, estimate.fields[choice.id], str(vector[choice.id]))
    for name, members in schema.blends.items():
        if open_ids.issuperset(member.id for member in members) and len(members) > 1:
            yield _blend_topic(name, members, estimate, vector)
    for number in schema.continuous:
        if number.id in open_ids and number.blend is None:
            yield _number_topic(number, estimate.fields[number.id], float(vector[number.id]))


def _choice_topic(choice: DiscreteParameter, known: FieldEstimate, value: str) -> tuple[Topic, Float]:
    distances = _option_distances(choice)
    chance = np.zeros(len(choice.options))
    for option, probability in known.best or ((value, known.confidence),):
        chance[choice.index_of[option]] = probability
    # What the method did not name is the likelier, the more it is like what it named.
    rest = np.where(chance > 0, 0.0, 0.2 + (1 - distances) @ chance)
    if rest.any():
        chance = chance + max(0.0, 1 - float(chance.sum())) * rest / rest.sum()
    values = tuple({choice.id: option.id} for option in choice.options)
    current = choice.index_of[value]
    topic = Topic(choice.id, choice.component, (choice.id,), known.confidence, values, distances, current, is_choice=True)
    return topic, chance / chance.sum() if chance.any() else np.full(len(chance), 1 / len(chance))


def _option_distances(choice: DiscreteParameter) -> Float:
    """(n_d, n_d): how different options are, by their colours where all have one, else by their tags."""
    colours = [option.srgb for option in choice.options if option.srgb is not None]
    if len(colours) < len(choice.options):
        return np.asarray(1 - likeness(choice), np.float64)
    lab = to_lab(to_linear(np.array(colours, np.uint8)))
    return np.asarray(np.minimum(1.0, np.linalg.norm(lab[:, None] - lab[None], axis=-1) / _COLOUR_REACH), np.float64)


def _number_topic(number: ContinuousParameter, known: FieldEstimate, value: float) -> tuple[Topic, Float]:
    numbers = np.append(np.linspace(0, 1, _STEPS), value)
    distances = np.minimum(1.0, np.abs(numbers[:, None] - numbers[None]) / _REACH)
    chance = np.exp(-0.5 * ((numbers - value) / _deviation(known.confidence)) ** 2)
    values = tuple({number.id: float(one)} for one in numbers.round(6))
    topic = Topic(number.id, number.component, (number.id,), known.confidence, values, distances, _STEPS, is_choice=False)
    return topic, chance / chance.sum()


def _deviation(confidence: float) -> float:
    """Of a number's error, in whose tenth the right value lies with this probability: the normal distribution's, nearly."""
    surely = min(max(confidence, 0.05), 0.99)
    return 0.1 / math.sqrt(-math.pi / 2 * math.log(1 - surely**2))  # Polya 1945: erf(x)² ≈ 1 - exp(-4x²/π)


def _blend_topic(
    name: str, members: tuple[ContinuousParameter, ...], estimate: Estimate, vector: AvatarVector
) -> tuple[Topic, Float]:
    """A mixture: as it is, each pure shape, half of the way there, and every two of them."""
    now = np.array([float(vector[member.id]) for member in members])
    pure = np.eye(len(members))
    mixed = [0.6 * pure[one] + 0.4 * pure[two] for one in range(len(members)) for two in range(len(members)) if one != two]
    weights = np.array([now, *pure, *(0.5 * now / max(1.0, now.sum()) + 0.5 * pure), *mixed])
    shares = weights / np.maximum(1.0, weights.sum(axis=1, keepdims=True))
    distances = np.minimum(1.0, 0.5 * np.abs(shares[:, None] - shares[None]).sum(axis=-1))
    confidence = float(np.mean([estimate.fields[member.id].confidence for member in members]))
    chance = np.exp(-distances[0] / (2 * _deviation(confidence)))
    values = tuple({m.id: float(w) for m, w in zip(members, row, strict=True)} for row in weights.round(6))
    ids = tuple(member.id for member in members)
    return Topic(name, members[0].component, ids, confidence, values, distances, 0, is_choice=False), chance / chance.sum()
