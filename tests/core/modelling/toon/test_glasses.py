"""Glasses sit on the nose and the ears, in front of the eyes."""

import numpy as np
import pytest

from core.modelling.toon.glasses import GLASSES_OPTIONS, MATERIALS, build_glasses
from core.modelling.toon.head import EAR_CENTER, EYE_CENTER, head
from core.modelling.toon.warps import HEAD_WARPS
from core.rendering.mesh import PARTS

PAIRS = [option.id for option in GLASSES_OPTIONS if option.make]


def test_table_has_none_and_eight_pairs() -> None:
    assert [option.id for option in GLASSES_OPTIONS] == [
        "none", "round", "rectangular", "cat_eye", "aviator", "browline", "oversized", "rimless", "sunglasses"
    ]  # fmt: skip
    assert [option.tags["kind"] for option in GLASSES_OPTIONS] == ["none", *["clear"] * 7, "sun"]
    assert build_glasses("none") == []
    with pytest.raises(KeyError):
        build_glasses("monocle")


@pytest.mark.parametrize("option_id", PAIRS)
def test_frame_is_symmetric_reaches_the_ears_and_does_not_cut_the_face(option_id: str) -> None:
    frame, _ = build_glasses(option_id)
    half = len(frame.positions) // 2
    behind_ear = frame.positions[frame.positions[:, 2] < EAR_CENTER[2] - 0.1]
    front = frame.positions[frame.positions[:, 2] > 0.3]

    np.testing.assert_allclose(frame.positions[:half] * [-1, 1, 1], frame.positions[half:], atol=1e-6)
    assert np.abs(behind_ear[:, 0]).min() > 0.8
    assert head(front).min() > -0.04
    assert set(frame.parts) == {PARTS.index("frame")}
    assert frame.follows == HEAD_WARPS


@pytest.mark.parametrize("option_id", PAIRS)
def test_lenses_are_in_front_of_the_eyes(option_id: str) -> None:
    _, lens = build_glasses(option_id)
    right = lens.positions[lens.positions[:, 0] > 0]

    assert np.linalg.norm(right.mean(0)[:2] - EYE_CENTER[:2]) < 0.08
    assert (head(lens.positions) > 0).all()
    assert set(lens.parts) == {PARTS.index("lens")}


def test_only_sunglasses_hide_the_eyes() -> None:
    for option in GLASSES_OPTIONS[1:]:
        _, lens = build_glasses(option.id)

        assert (MATERIALS[lens.material]["opacity"] > 0.5) == (option.tags["kind"] == "sun")
