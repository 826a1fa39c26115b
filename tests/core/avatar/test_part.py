import dataclasses
import json

import pytest

from core.avatar.part import AvatarPart, parse_part
from core.avatar.vector import AvatarVector
from core.errors import NewerVersionError, ValueRefusedError, WrongDocumentError, WrongEngineError
from tests.app.fake_engine import fake_schema

SCHEMA = fake_schema()
VECTOR = AvatarVector.default(SCHEMA).with_values({"hair_type": "style_9", "hair_color": "red", "head_width": 0.9})


def changed(**changes: object) -> str:
    return json.dumps({**json.loads(AvatarPart.of(VECTOR, "hair").to_json()), **changes})


def test_a_part_comes_back_with_its_values_and_no_others() -> None:
    part = parse_part(AvatarPart.of(VECTOR, "hair").to_json())

    assert part.component == "hair"
    assert part.values_for(SCHEMA) == {"hair_type": "style_9", "hair_color": "red"}


@pytest.mark.parametrize("text", ["", "hello", "[1]", '{"format": "likeness.avatar"}', "[" * 9000, "x" * 200_000, "null"])
def test_foreign_text_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(WrongDocumentError, match="Copy one first"):
        parse_part(text)


@pytest.mark.parametrize(
    "changes", [{"values": {"hair_type": None}}, {"engine": {"id": "fake"}}, {"component": 3}, {"values": {"hair_type": [1]}}]
)
def test_damaged_text_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(WrongDocumentError, match="damaged at"):
        parse_part(changed(**changes))


def test_text_of_a_newer_likeness_is_refused() -> None:
    with pytest.raises(NewerVersionError):
        parse_part(changed(format_version=2))


def test_another_engines_part_is_refused_with_both_named() -> None:
    part = AvatarPart.of(VECTOR, "hair")
    with pytest.raises(WrongEngineError, match="engine fake; this one is of engine toon"):
        part.values_for(dataclasses.replace(SCHEMA, engine="toon"))
    newer = part.model_copy(update={"engine": part.engine.model_copy(update={"version": 2})})
    with pytest.raises(NewerVersionError):
        newer.values_for(SCHEMA)


@pytest.mark.parametrize("values", [{"hair_type": "mohawk"}, {"hair_type": 0.5}, {"hair_color": "none"}])
def test_value_that_the_schema_does_not_have_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValueRefusedError, match="cannot be pasted here"):
        parse_part(changed(values=values)).values_for(SCHEMA)


def test_values_outside_its_component_are_left_out() -> None:
    part = parse_part(changed(values={"hair_type": "bald", "head_width": 0.1, "antlers": "big"}))

    assert part.values_for(SCHEMA) == {"hair_type": "bald"}


def test_part_that_the_avatar_does_not_have_changes_nothing() -> None:
    with pytest.raises(WrongEngineError, match="does not have"):
        parse_part(changed(component="antlers")).values_for(SCHEMA)
