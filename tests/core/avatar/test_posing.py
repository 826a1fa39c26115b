import pytest

from core.avatar.posing import BLENDSHAPES, REST, posed, with_products


def test_there_are_the_52_of_arkit() -> None:
    assert len(BLENDSHAPES) == len(set(BLENDSHAPES)) == 52
    assert {"eyeBlinkLeft", "jawOpen", "mouthSmileRight", "tongueOut", "noseSneerLeft", "browInnerUp"} <= set(BLENDSHAPES)


def test_a_pose_adds_and_stays_within_bounds() -> None:
    asked = {"head_width": -0.8, "jawOpen": 0.4}

    assert posed(asked, REST) == asked
    assert posed(asked, {"jawOpen": 0.3, "cheekPuff": -1.0, "head_width": 1.0}) == pytest.approx(
        {"head_width": -0.8, "jawOpen": 0.7, "cheekPuff": 0.0}
    )
    assert posed(asked, {"jawOpen": 3.0})["jawOpen"] == 1.0
    with pytest.raises(ValueError, match="jawOpen of the pose is inf"):
        posed(asked, {"jawOpen": float("inf")})


def test_a_closing_eye_stops_looking_on_its_own_side() -> None:
    total = posed({}, {"eyeBlinkLeft": 0.75, "eyeLookUpLeft": 1.0, "eyeLookUpRight": 1.0, "eyeWideLeft": 0.4})

    assert total["eyeLookUpLeft"] == 0.25
    assert total["eyeWideLeft"] == pytest.approx(0.1)
    assert total["eyeLookUpRight"] == 1.0


def test_products_take_every_factor_and_miss_none() -> None:
    total = with_products({"a": 0.5, "b": -2.0}, ["a", "a*b", "a*a*b", "a*c"])

    assert total == {"a": 0.5, "b": -2.0, "a*b": -1.0, "a*a*b": -0.5, "a*c": 0.0}
