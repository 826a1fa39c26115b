"""Glasses sit on the nose and the ears, in front of the eyes, whatever the head is like."""

from collections.abc import Mapping
from functools import cache

import numpy as np
import pytest
from scipy.interpolate import LinearNDInterpolator

from core.modelling.fields import Float, cast, vector
from core.modelling.toon import warps
from core.modelling.toon.glasses import GLASSES, GLASSES_OPTIONS, MATERIALS, build_glasses
from core.modelling.toon.glasses_fit import STATES
from core.modelling.toon.head import EAR_CENTER, EYE_CENTER, EYE_RADIUS, NOSES, head, head_with
from core.modelling.toon.noses import DEFAULT, morph_name
from core.modelling.toon.warps import HEAD_WARPS
from core.rendering.mesh import PARTS, Mesh

PAIRS = [option.id for option in GLASSES_OPTIONS if option.make]

DEEPEST_CUT = 0.040
"""Bound of the depth in head units by which a frame's front cuts into the skin with several sliders at their ends."""

WIDEST_GAP = 0.100
"""Bound of the free space between a bridge and the nose below it."""


@cache
def built(option_id: str) -> dict[str, Mesh]:
    return {mesh.name: mesh for mesh in build_glasses(option_id)}


@cache
def _face(nose: str) -> Float:
    x, y = np.meshgrid(np.arange(-0.76, 0.761, 0.02), np.arange(-0.34, 0.361, 0.02))
    starts = vector(np.stack([x.ravel(), y.ravel(), np.full(x.size, 0.1)], 1))
    ahead = np.broadcast_to(vector([0, 0, 1]), starts.shape)
    return cast(head_with(nose), starts, ahead, (0.0, 1.1), steps=56)


def _posed(positions: Float, weights: Mapping[str, float]) -> Float:
    moved = positions.astype(np.float64)
    for name, weight in weights.items():
        if weight and name in warps.WARPS:
            moved += weight * warps.WARPS[name](positions)
    return vector(moved)


def _worn(mesh: Mesh, nose: str, weights: Mapping[str, float]) -> Float:
    moved = _posed(mesh.positions, {name: weights.get(name, 0.0) for name in mesh.follows})
    for name, morph in mesh.morphs.items():
        moved = moved + np.float32(1.0 if name == morph_name(nose) else weights.get(name, 0.0)) * morph.positions
    return vector(moved)


def _above_skin(points: Float, nose: str, weights: Mapping[str, float]) -> Float:
    """Distance of points (N, 3) to the skin towards the viewer, shortened where the skin is steep."""
    skin = _posed(_face(nose), weights)
    height = LinearNDInterpolator(skin[:, :2], skin[:, 2])
    step = np.array([[0.01, 0], [-0.01, 0], [0, 0.01], [0, -0.01]])
    right, left, up, down = (height(points[:, :2] + offset) for offset in step)
    steep = np.sqrt(1 + ((right - left) / 0.02) ** 2 + ((up - down) / 0.02) ** 2)
    return vector((points[:, 2] - height(points[:, :2])) / steep)


def _check(option_id: str, nose: str, weights: Mapping[str, float]) -> None:
    for name in ("frame", "frame_metal", "lens_edge"):
        if name not in built(option_id):
            continue
        points = _worn(built(option_id)[name], nose, weights)
        front = points[(points[:, 2] > 0.62) & (np.abs(points[:, 0]) < 0.7)]
        depth = _above_skin(front, nose, weights)
        assert np.nanmin(depth, initial=1.0) > -DEEPEST_CUT, (option_id, nose, name, weights)
    bridge = "frame_metal" if GLASSES[option_id].is_wire or GLASSES[option_id].has_brow_bar else "frame"
    points = _worn(built(option_id)[bridge], nose, weights)
    middle = points[(np.abs(points[:, 0]) < 0.02) & (points[:, 1] < 0.13)]
    assert np.nanmin(_above_skin(middle, nose, weights)) < WIDEST_GAP, (option_id, nose, weights)


def test_table_has_none_and_eight_pairs() -> None:
    assert [option.id for option in GLASSES_OPTIONS] == [
        "none", "round", "rectangular", "cat_eye", "aviator", "browline", "oversized", "rimless", "sunglasses"
    ]  # fmt: skip
    assert [option.tags["kind"] for option in GLASSES_OPTIONS] == ["none", *["clear"] * 7, "sun"]
    assert build_glasses("none") == []
    with pytest.raises(KeyError):
        build_glasses("monocle")


@pytest.mark.parametrize("option_id", PAIRS)
def test_glasses_are_symmetric_hook_over_the_ears_and_follow_the_head(option_id: str) -> None:
    meshes = built(option_id)
    everything = np.concatenate([mesh.positions for mesh in meshes.values()])
    behind_ear = everything[everything[:, 2] < EAR_CENTER[2] - 0.12]
    mirrored = everything * vector([-1, 1, 1])
    nearest = np.abs(np.sort(mirrored, axis=0) - np.sort(everything, axis=0)).max()

    assert nearest < 2e-4
    assert np.abs(behind_ear[:, 0]).min() > 0.74
    assert behind_ear[:, 1].min() < 0.1
    for mesh in meshes.values():
        assert mesh.follows == HEAD_WARPS
        assert set(mesh.morphs) == set(STATES) - {""}
        assert set(mesh.parts) == {PARTS.index("lens" if mesh.name == "lens" else "frame")}
        assert mesh.material in MATERIALS


@pytest.mark.parametrize("option_id", PAIRS)
def test_temples_lie_beside_the_head_not_in_it(option_id: str) -> None:
    for name in {"frame", "frame_metal"} & set(built(option_id)):
        points = built(option_id)[name].positions
        temples = points[(points[:, 2] < 0.7) & (points[:, 2] > 0.14)]
        if len(temples):
            assert head(temples).min() > 0.0


@pytest.mark.parametrize("option_id", PAIRS)
def test_eyes_are_in_the_upper_middle_of_lenses_and_behind_them(option_id: str) -> None:
    lens = built(option_id)["lens"]
    right = lens.positions[lens.positions[:, 0] > 0]
    middle = (right.max(0) + right.min(0)) / 2

    assert abs(middle[0] - EYE_CENTER[0]) < 0.07
    assert -0.02 < EYE_CENTER[1] - middle[1] < 0.07
    assert (head(lens.positions) > 0).all()
    large_eye = (right - vector(EYE_CENTER)) / (1.15 * EYE_RADIUS)
    assert np.linalg.norm(large_eye, axis=1).min() > 1.0


@pytest.mark.parametrize("option_id", PAIRS)
def test_no_nose_is_cut_and_no_bridge_floats(option_id: str) -> None:
    for nose in NOSES:
        _check(option_id, nose, {})
        for slider in ("nose_width", "nose_height", "nose_position"):
            _check(option_id, nose, {slider: 1.0})
            _check(option_id, nose, {slider: -1.0})


@pytest.mark.slow
@pytest.mark.parametrize("option_id", PAIRS)
def test_glasses_fit_any_head(option_id: str) -> None:
    """Every type of head as narrow and as wide as it can be, and random faces."""
    types = [name for name in HEAD_WARPS if name.startswith("head_type")]
    noses = list(NOSES)
    for index, name in enumerate(types):
        for width in (-1.0, 1.0):
            _check(option_id, noses[(index + (width > 0)) % len(noses)], {name: 1.0, "head_width": width})
    rng = np.random.default_rng(3)
    for _ in range(12):
        weights = {name: float(rng.uniform(-1, 1)) for name in warps.WARPS if name not in types}
        weights |= dict(zip(types, rng.dirichlet(np.full(len(types), 0.5)).tolist(), strict=True))
        _check(option_id, rng.choice(noses), weights)


def test_a_frame_pushed_back_is_caught() -> None:
    points = built("round")["frame"].positions - vector([0, 0, 0.09])
    front = points[(points[:, 2] > 0.62) & (np.abs(points[:, 0]) < 0.7)]

    assert np.nanmin(_above_skin(front, DEFAULT, {})) < -DEEPEST_CUT


def test_only_sunglasses_hide_the_eyes() -> None:
    for option in GLASSES_OPTIONS[1:]:
        assert (MATERIALS[built(option.id)["lens"].material]["opacity"] > 0.5) == (option.tags["kind"] == "sun")
