"""What holds for every method."""

import numpy as np
import pytest

from core.avatar.schema import DiscreteParameter
from core.avatar.vector import AvatarVector
from core.engines.toy import SCHEMA, ToyEngine
from core.errors import ModelError, SettingError
from core.faces.selfie import Selfie
from core.methods import DEFAULT_METHOD, METHODS, open_method
from core.reporting import SilentReporter
from tests.core.faces_of_nobody import selfie_of


@pytest.fixture(scope="module")
def selfie() -> Selfie:
    return selfie_of(ToyEngine(), AvatarVector.default(SCHEMA).with_values({"skin_tone": "tone_3", "hair_type": "long"}))


def test_there_are_methods() -> None:
    assert {"mean_avatar", "baseline", "regions"} <= set(METHODS)
    assert DEFAULT_METHOD in METHODS


@pytest.mark.parametrize("name", METHODS)
def test_every_core_parameter_is_estimated(name: str, selfie: Selfie) -> None:
    method = open_method(name, SCHEMA)
    estimate = method.estimate(selfie, SilentReporter())

    assert method.name == estimate.method == name
    assert estimate.vector.schema == SCHEMA
    assert set(estimate.fields) == {parameter.id for parameter in SCHEMA if parameter.group == "core"}
    assert estimate.vector["smile"] == 0.5
    for parameter_id, field in estimate.fields.items():
        assert 0 <= field.confidence <= 1
        if field.best:
            parameter = SCHEMA[parameter_id]
            assert isinstance(parameter, DiscreteParameter)
            assert field.best[0][0] == estimate.vector[parameter_id]
            assert len(field.best) == min(3, len(parameter.options))
            assert sum(chance for _, chance in field.best) <= 1 + 1e-5
            assert field.best[0][1] == pytest.approx(field.confidence)


@pytest.mark.parametrize("name", METHODS)
def test_the_same_selfie_gets_the_same_answer(name: str, selfie: Selfie) -> None:
    first = open_method(name, SCHEMA)
    answers = [first.estimate(selfie, SilentReporter()), first.estimate(selfie, SilentReporter())]
    answers.append(open_method(name, SCHEMA).estimate(selfie, SilentReporter()))

    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("name", METHODS)
def test_the_selfie_is_left_as_it_is(name: str, selfie: Selfie) -> None:
    before = [selfie.image.copy(), selfie.wide.copy(), selfie.masks.copy(), selfie.landmarks.copy()]
    open_method(name, SCHEMA).estimate(selfie, SilentReporter())

    for was, now in zip(before, (selfie.image, selfie.wide, selfie.masks, selfie.landmarks), strict=True):
        np.testing.assert_array_equal(was, now)


def test_default_is_a_concrete_method() -> None:
    assert open_method("default", SCHEMA).name == DEFAULT_METHOD


def test_unknown_method_is_refused_by_name() -> None:
    with pytest.raises(SettingError, match="There is no method “magic”"):
        open_method("magic", SCHEMA)


@pytest.mark.parametrize("name", ["baseline", "regions"])
def test_an_engine_without_weights_is_refused(name: str) -> None:
    other = type(SCHEMA)("nobody", 1, SCHEMA.continuous, SCHEMA.discrete)

    with pytest.raises(ModelError, match="nobody_"):
        open_method(name, other)
