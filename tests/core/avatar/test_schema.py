import dataclasses

import pytest
from hypothesis import given

from core.avatar.schema import AvatarSchema, ContinuousParameter, DiscreteParameter, Option
from core.errors import ValueRefusedError
from tests.core.avatar.strategies import TOON, schemas


@given(schemas())
def test_every_parameter_is_found_by_id_and_by_index(schema: AvatarSchema) -> None:
    parameters = list(schema)

    assert [schema[parameter.id] for parameter in parameters] == parameters
    assert all(parameter.id in schema for parameter in parameters)
    assert [schema.continuous[index].id for index in schema.continuous_index.values()] == list(schema.continuous_index)
    assert [schema.discrete[index].id for index in schema.discrete_index.values()] == list(schema.discrete_index)


@given(schemas())
def test_groups_divide_the_schema(schema: AvatarSchema) -> None:
    core, extra = schema.group("core"), schema.group("extra")

    assert {p.id for p in core} | {p.id for p in extra} == {p.id for p in schema}
    assert {p.id for p in core} & {p.id for p in extra} == set()
    assert core.fingerprint("core") == schema.fingerprint("core")
    assert extra.fingerprint("extra") == schema.fingerprint("extra")


def renamed_options(parameter: DiscreteParameter) -> tuple[Option, ...]:
    return tuple(Option(option.id, "Other", {"monk": 3}, (1, 2, 3)) for option in parameter.options)


@given(schemas())
def test_fingerprint_does_not_depend_on_names_tags_colours_defaults_or_version(schema: AvatarSchema) -> None:
    numbers = [dataclasses.replace(p, name="Other", default=0.125, component="ears", blend=None) for p in schema.continuous]
    choices = [dataclasses.replace(p, name="Other", options=renamed_options(p), default=p.options[0].id) for p in schema.discrete]
    renamed = AvatarSchema(schema.engine, schema.version + 1, tuple(numbers), tuple(choices))

    assert renamed.fingerprint("core") == schema.fingerprint("core")
    assert renamed.fingerprint("extra") == schema.fingerprint("extra")


def with_option(schema: AvatarSchema, option: Option) -> AvatarSchema:
    first, *rest = schema.discrete
    return dataclasses.replace(schema, discrete=(dataclasses.replace(first, options=(*first.options, option)), *rest))


def test_fingerprint_changes_with_its_own_group_alone() -> None:
    changed = {
        "an option": with_option(TOON, Option("square", "Square")),
        "a parameter": dataclasses.replace(TOON, continuous=(*TOON.continuous, ContinuousParameter("x", "X", "head"))),
        "the order": dataclasses.replace(TOON, continuous=TOON.continuous[::-1]),
        "the engine": dataclasses.replace(TOON, engine="mini"),
    }
    fingerprints = {name: schema.fingerprint("core") for name, schema in changed.items()}

    assert len({TOON.fingerprint("core"), *fingerprints.values()}) == 5
    assert changed["an option"].fingerprint("extra") == TOON.fingerprint("extra")
    assert changed["a parameter"].fingerprint("extra") == TOON.fingerprint("extra")


def test_fingerprint_is_the_one_documents_and_weights_hold() -> None:
    assert (TOON.fingerprint("core"), TOON.fingerprint("extra")) == ("cfe10b05ef36", "3831ae666843")


def test_blends_gather_their_weights() -> None:
    assert {name: [p.id for p in members] for name, members in TOON.blends.items()} == {
        "head_type": ["head_type_1", "head_type_2"]
    }


def test_unknown_parameter_and_option_are_refused_with_what_there_is() -> None:
    with pytest.raises(ValueRefusedError, match=r"^Engine toon 2 has no parameter “ears”\.$"):
        TOON["ears"]
    with pytest.raises(ValueRefusedError, match=r"^glasses has no option “monocle”; it has none, round\.$"):
        TOON.discrete[0].option("monocle")


@pytest.mark.parametrize("default", [-0.1, 1.1, float("nan"), float("inf")])
def test_continuous_default_is_between_0_and_1(default: float) -> None:
    with pytest.raises(ValueError, match="outside"):
        ContinuousParameter("a", "A", "head", default)


def test_options_and_parameters_do_not_repeat() -> None:
    option = Option("a", "A")

    with pytest.raises(ValueError, match="repeat"):
        DiscreteParameter("d", "D", "hair", (option, option), "a")
    with pytest.raises(ValueError, match="not one of its options"):
        DiscreteParameter("d", "D", "hair", (option,), "b")
    with pytest.raises(ValueError, match="repeat"):
        AvatarSchema("toon", 1, (ContinuousParameter("d", "D", "head"),), (DiscreteParameter("d", "D", "hair", (option,), "a"),))
