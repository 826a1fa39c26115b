from pathlib import Path

import numpy as np
import pytest

from core.avatar.schema import DiscreteParameter
from core.avatar.vector import AvatarVector
from core.engines import open_engine
from core.engines.pack import PackEngine
from core.engines.toy import ToyEngine
from core.soundness.telling_apart import LEAST, SIZE, compare, distance, seen
from tests.core.engines.packs import PACK, write_pack

TWIN = """
[[discrete]]
id = "lens_color"
name = "Lens"
component = "glasses"
default = "blue"
seen_with = { glasses = ["clear"] }
options = [
    { id = "blue", colors = { lens = [40, 60, 160] } },
    { id = "red", colors = { lens = [170, 40, 40] } },
    { id = "crimson", colors = { lens = [170, 40, 40] } },
]
"""


def choice(engine: ToyEngine | PackEngine, name: str) -> DiscreteParameter:
    return next(one for one in engine.schema.discrete if one.id == name)


def test_distance_of_a_picture_to_itself_is_nothing_and_of_black_to_white_is_100() -> None:
    black = np.zeros((SIZE, SIZE, 3), np.float32)
    white = black + np.array([100, 0, 0], np.float32)

    assert distance([black, black], [black, black]) == 0
    assert distance([black, black], [black, white]) == pytest.approx(100, abs=0.01)


def test_distance_is_that_of_the_most_different_hundredth() -> None:
    black = np.zeros((SIZE, SIZE, 3), np.float32)
    changed = black.copy()
    changed.reshape(-1, 3)[:82] = [100, 0, 0]  # half a hundredth
    changed.reshape(-1, 3)[82:4000] = [1, 0, 0]

    assert distance([black], [changed]) == pytest.approx(50, abs=1)
    assert distance([black], [changed], share=1.0) == pytest.approx(0.5 + 0.14, abs=0.05)


def test_every_pair_of_toy_options_is_compared_and_differs() -> None:
    engine = ToyEngine()
    for one in engine.schema.discrete:
        pairs = compare(engine, one)

        assert len(pairs) == len(one.options) * (len(one.options) - 1) // 2
        assert [pair.distance for pair in pairs] == sorted(pair.distance for pair in pairs)
        assert pairs[0].distance > LEAST


def test_two_equal_options_are_caught_also_where_they_need_something_else_to_be_seen(tmp_path: Path) -> None:
    engine = PackEngine(write_pack(tmp_path, PACK.replace("opacity = 0.1", "opacity = 0.9") + TWIN))

    pairs = compare(engine, choice(engine, "lens_color"))

    assert pairs[0].options == ("red", "crimson")
    assert pairs[0].distance == 0 < LEAST < pairs[1].distance
    assert dict(pairs[0].shown_with) == {"glasses": "clear"}


def test_backdrop_shows_through_where_the_avatar_is_not() -> None:
    picture = seen(ToyEngine(), AvatarVector.default(ToyEngine().schema))[0]

    assert picture[0, 0, 0] == pytest.approx(72.9, abs=0.5)  # CIELAB lightness of 0.45
    assert np.abs(picture[0, 0, 1:]).max() < 0.5


@pytest.mark.slow
def test_every_pair_of_toon_options_differs() -> None:
    engine = open_engine("toon")
    pairs = [pair for one in engine.schema.discrete for pair in compare(engine, one)]

    assert len(pairs) > 1500
    assert [pair for pair in pairs if pair.distance < LEAST] == []
