import numpy as np

from core.avatar.vector import AvatarVector
from core.engines import CLASSES, Camera
from core.engines.toy import SCHEMA, ToyEngine

ENGINE = ToyEngine()
DEFAULT = AvatarVector.default(SCHEMA)


def areas(vector: AvatarVector) -> dict[str, int]:
    masks = ENGINE.render_masks(vector, Camera(), 160)
    return {name: int((masks == index).sum()) for index, name in enumerate(CLASSES)}


def test_the_schema_holds_one_of_everything_that_tests_need() -> None:
    assert set(SCHEMA.blends) == {"head_type"}
    assert [parameter.id for parameter in SCHEMA.group("extra")] == ["smile"]
    assert any(option.srgb is not None for option in SCHEMA.discrete[0].options)
    assert any(option.id == "none" for choice in SCHEMA.discrete for option in choice.options)


def test_both_levels_of_detail_are_the_same() -> None:
    assert np.array_equal(ENGINE.render(DEFAULT, Camera(), 80, "light"), ENGINE.render(DEFAULT, Camera(), 80, "full"))


def test_a_wider_head_has_more_skin_and_a_wider_mouth_more_mouth() -> None:
    assert areas(DEFAULT.with_value("head_width", 1.0))["skin"] > areas(DEFAULT)["skin"]
    assert areas(DEFAULT.with_value("mouth_width", 1.0))["mouth"] > areas(DEFAULT)["mouth"]


def test_blend_weights_beyond_one_are_shared_out() -> None:
    """Twice as much of both shapes is the same as half of each."""
    twice, half = ({"head_round": weight, "head_long": weight} for weight in (1.0, 0.5))
    pictures = [ENGINE.render(DEFAULT.with_values(values), Camera(), 120) for values in (twice, half)]

    assert np.array_equal(pictures[0], pictures[1])


def test_hair_and_glasses_are_there_only_when_chosen() -> None:
    assert areas(DEFAULT.with_value("hair_type", "bald"))["hair"] == 0
    assert areas(DEFAULT.with_value("hair_type", "long"))["hair"] > areas(DEFAULT)["hair"] > 0
    assert areas(DEFAULT)["glasses"] == 0
    assert areas(DEFAULT.with_value("glasses", "sun"))["glasses"] > 0


def test_glasses_lie_under_eyes_and_brows_in_masks() -> None:
    bare, worn = areas(DEFAULT), areas(DEFAULT.with_value("glasses", "sun"))

    assert (worn["eyes"], worn["brows"]) == (bare["eyes"], bare["brows"])
