from app.widgets.label_question import Question, questions_of
from app.widgets.settling_row import BETWEEN, sayings_of
from core.avatar.vector import AvatarVector, Value
from tests.app.fake_engine import fake_schema

SCHEMA = fake_schema()
QUESTIONS = {question.key: question for question in questions_of(SCHEMA)}


def told(question: Question, *said: dict[str, Value]) -> list[tuple[str, tuple[int, ...]]]:
    avatars = [AvatarVector.from_values(SCHEMA, values) for values in said]
    return [(one.choice.name, one.who) for one in sayings_of(question, avatars)]


def test_each_answer_stands_once_in_the_order_of_the_designers() -> None:
    said: list[dict[str, Value]] = [{"glasses": "frame_2"}, {"glasses": "frame_1"}, {"glasses": "frame_2"}]
    assert told(QUESTIONS["glasses"], *said) == [("Frame 2", (0, 2)), ("Frame 1", (1,))]


def test_of_numbers_there_is_also_what_lies_between() -> None:
    question = QUESTIONS["head_width"]
    assert told(question, {"head_width": 0.2}, {"head_width": 0.7}, {"head_width": 0.3}) == [
        ("20%", (0,)), ("70%", (1,)), ("30%", (2,)), ("45%", ()),
    ]  # fmt: skip
    avatars = [AvatarVector.from_values(SCHEMA, {"head_width": value}) for value in (0.2, 0.7)]
    assert sayings_of(question, avatars)[-1].choice.id == BETWEEN
    assert told(question, {"head_width": 0.2}, {"head_width": 0.2}) == [("20%", (0, 1))]


def test_a_blend_is_one_answer_with_all_its_weights() -> None:
    question = QUESTIONS["head_type"]
    mixed: dict[str, Value] = {"head_type_1": 0.4, "head_type_3": 0.6}
    first, second = sayings_of(question, [AvatarVector.default(SCHEMA), AvatarVector.from_values(SCHEMA, mixed)])
    assert (first.choice.name, second.choice.name) == ("Oval", "Square + Oval")
    assert second.choice.values == {f"head_type_{place}": mixed.get(f"head_type_{place}", 0.0) for place in range(1, 7)}


def test_a_colour_brings_its_swatch() -> None:
    said: list[dict[str, Value]] = [{"hair_color": "red"}, {"hair_color": "blond"}]
    avatars = [AvatarVector.from_values(SCHEMA, values) for values in said]
    assert [one.choice.srgb for one in sayings_of(QUESTIONS["hair_color"], avatars)] == [(150, 62, 32), (222, 184, 110)]
