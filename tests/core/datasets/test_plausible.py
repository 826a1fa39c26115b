from collections import Counter

import numpy as np
import pytest

from core.avatar.vector import AvatarVector
from core.datasets.plausible import sample_plausible
from core.engines.toy import SCHEMA


@pytest.fixture(scope="module")
def avatars() -> list[AvatarVector]:
    rng = np.random.default_rng(0)
    return [sample_plausible(SCHEMA, rng) for _ in range(1000)]


def test_same_seed_same_avatars() -> None:
    first, second = (sample_plausible(SCHEMA, np.random.default_rng(5)) for _ in range(2))

    assert first == second


def test_every_option_occurs(avatars: list[AvatarVector]) -> None:
    for choice in SCHEMA.discrete:
        assert {avatar[choice.id] for avatar in avatars} == set(choice.index_of)


def test_no_glasses_are_commoner_than_any(avatars: list[AvatarVector]) -> None:
    counts = Counter(avatar["glasses"] for avatar in avatars)

    assert counts["none"] > 4 * counts["clear"] > 4 * counts["sun"]


def test_dark_skin_seldom_comes_with_fair_hair(avatars: list[AvatarVector]) -> None:
    def fair(tone: str) -> float:
        return float(np.mean([avatar["hair_color"] == "blond" for avatar in avatars if avatar["skin_tone"] == tone]))

    assert fair("tone_3") < 0.6 * fair("tone_1")


def test_numbers_lie_about_their_defaults_and_blends_sum_to_one(avatars: list[AvatarVector]) -> None:
    widths = np.array([avatar["head_width"] for avatar in avatars], float)
    heads = np.array([[avatar["head_round"], avatar["head_long"]] for avatar in avatars], float)

    assert np.median(widths) == pytest.approx(0.5, abs=0.04)
    assert np.quantile(np.abs(widths - 0.5), 0.5) < 0.2
    np.testing.assert_allclose(heads.sum(axis=1), 1, atol=1e-5)


def test_extra_parameters_keep_their_defaults(avatars: list[AvatarVector]) -> None:
    assert {avatar["smile"] for avatar in avatars} == {0.5}
