import numpy as np
import pytest

from core.deciding import read_from
from core.engines.toy import SCHEMA
from core.readings import NAMES
from core.stages.estimator_batches import Example, Targets
from core.stages.estimator_card import Avatars, Outputs, figures, read_features, temperatures

RNG = np.random.default_rng(0)
GLASSES = next(choice for choice in SCHEMA.discrete if choice.id == "glasses")
TARGETS = Targets(SCHEMA, (GLASSES,), ())


def example(*allowed: bool) -> Example:
    return Example(np.zeros((1, 1, 3), np.uint8), {"glasses": np.array(allowed)}, np.zeros(0, np.float32))


def outputs(*scores: tuple[float, float, float]) -> Outputs:
    return Outputs(np.zeros((len(scores), 0), np.float32), (np.array(scores, np.float32),))


def test_any_allowed_option_counts_as_right_and_what_says_nothing_not_at_all() -> None:
    examples = [example(True, False, False), example(False, True, True), example(True, True, True)]

    assert figures(TARGETS, outputs((0, 1, 0), (0, 0, 1), (9, 0, 0)), examples) == {"glasses": 0.5}


def test_a_network_that_is_too_sure_gets_a_higher_temperature() -> None:
    examples = [example(True, False, False)] * 6 + [example(False, True, False)] * 4
    sure, calm = outputs(*[(12, 0, 0)] * 10), outputs(*[(0.4, 0, -9)] * 10)

    assert temperatures(TARGETS, sure, examples)["glasses"] == pytest.approx(5)
    assert temperatures(TARGETS, calm, examples)["glasses"] < 1.3


def test_what_can_be_read_is_spread_and_what_cannot_stays_average() -> None:
    readings = RNG.normal(size=(400, len(NAMES))).astype(np.float32)
    values = np.stack([0.5 + 0.15 * readings[:, 0], RNG.uniform(size=400)], axis=1).astype(np.float32)
    people = (5 + 3 * RNG.normal(size=(300, len(NAMES)))).astype(np.float32)
    avatars = Avatars(readings, {"eye_spacing": values[:, 0], "mouth_width": values[:, 1]}, [])
    facts = read_features(avatars, people)
    guesses = [read_from(person, facts, SCHEMA)[1] for person in people]
    spacing, width = (np.array([guess[name].value for guess in guesses], float) for name in ("eye_spacing", "mouth_width"))

    assert np.corrcoef(spacing, people[:, 0])[0, 1] > 0.97
    assert spacing.std() == pytest.approx(values[:, 0].std(), rel=0.15)
    assert np.median(spacing) == pytest.approx(0.5, abs=0.03)
    assert width.std() < 0.6 * values[:, 1].std()


def test_faces_that_are_all_the_same_give_finite_numbers() -> None:
    readings = np.zeros((12, len(NAMES)), np.float32)
    avatars = Avatars(readings, {"eye_spacing": np.full(12, 0.5, np.float32)}, [(GLASSES, np.zeros(12, np.int64))])
    facts = read_features(avatars, readings)
    chances, guesses = read_from(np.ones(len(NAMES), np.float32), facts, SCHEMA)

    assert guesses["eye_spacing"].value == pytest.approx(0.5)
    assert np.isfinite(chances["glasses"]).all()


def test_a_choice_that_shows_in_the_readings_is_read() -> None:
    readings = RNG.normal(size=(500, len(NAMES))).astype(np.float32)
    options = np.digitize(readings[:, 2], [-0.5, 0.5])
    facts = read_features(Avatars(readings, {}, [(GLASSES, options)]), readings)
    told = [int(read_from(one, facts, SCHEMA)[0]["glasses"].argmax()) for one in readings]

    assert facts["choices"]["glasses"]["accuracy"] > 0.8
    assert np.mean(told == options) > 0.8
