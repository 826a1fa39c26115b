"""What “Which is more you?” asks about, in words."""

from collections.abc import Mapping

from app.widgets.field_row import spoken_name
from core.asking import Question, Topic
from core.avatar.schema import AvatarSchema, DiscreteParameter
from core.avatar.vector import AvatarVector, Value
from core.words import mark, tr

SHAPE = mark("Shape")
_NAMED_FROM = 0.15  # a shape with less of a mixture is not named


def topic_name(topic: Topic, schema: AvatarSchema) -> str:
    """What a topic is called, e.g. "Hair style"."""
    is_mixture = len(topic.ids) > 1
    return spoken_name(topic.component, SHAPE if is_mixture else schema[topic.ids[0]].name)


def value_name(topic: Topic, values: Mapping[str, Value], schema: AvatarSchema) -> str:
    """What a topic's value is called: an option, shapes that are mixed, or a number from 0 to 100."""
    parameter = schema[topic.ids[0]]
    if isinstance(parameter, DiscreteParameter):
        return tr(parameter.option(str(values[parameter.id])).name)
    if len(topic.ids) == 1:
        return f"{100 * float(values[parameter.id]):.0f}"
    weights = {schema[key].name: float(values[key]) for key in topic.ids}
    total = max(sum(weights.values()), 1e-6)
    named = sorted((name for name, weight in weights.items() if weight / total >= _NAMED_FROM), key=lambda name: -weights[name])
    return " + ".join(map(tr, named[:3]))


def candidate_names(question: Question, schema: AvatarSchema) -> tuple[str, str]:
    """What the two candidates are called."""
    first, second = (value_name(question.topic, values, schema) for values in question.values)
    if len(question.topic.ids) == 1 and not question.topic.is_choice:
        one, two = float(first), float(second)
        less, more = mark("Less: {number}"), mark("More: {number}")
        return tr(less if one < two else more, number=first), tr(more if one < two else less, number=second)
    return first, second


def changes_in_words(
    topics: tuple[Topic, ...], before: AvatarVector, after: Mapping[str, Value]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What an outcome changes, a line each; and the names of what it confirms.

    Args:
        topics: What could be asked about.
        before: The avatar as it was.
        after: The outcome, by parameter id.
    """
    changed, confirmed = [], []
    for topic in topics:
        if not after.keys() >= set(topic.ids):
            continue
        name = topic_name(topic, before.schema)
        old, new = (value_name(topic, values, before.schema) for values in ({key: before[key] for key in topic.ids}, after))
        if any(_differs(before[key], after[key]) for key in topic.ids):
            changed.append(tr("{name}: {old} → {new}", name=name, old=old, new=new))
        else:
            confirmed.append(tr("{name}: {value}", name=name, value=new))
    return tuple(changed), tuple(confirmed)


def _differs(one: Value, other: Value) -> bool:
    return abs(one - float(other)) > 1e-4 if isinstance(one, float) else one != other
