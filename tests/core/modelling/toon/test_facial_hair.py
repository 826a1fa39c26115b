"""Facial hair grows on the jaw and the upper lip and leaves every mouth free."""

from functools import cache

import numpy as np
import pytest

from core.modelling.fields import Float, vector
from core.modelling.toon import mouth, warps
from core.modelling.toon.beard_sheets import close_sheet
from core.modelling.toon.expressions import FOLLOWED
from core.modelling.toon.facial_hair import FACIAL_HAIR_OPTIONS, MATERIALS, build_facial_hair
from core.modelling.toon.head import EYE_CENTER, head
from core.modelling.toon.warps import HEAD_WARPS
from core.rendering.mesh import PARTS, Mesh

STYLES = [option.id for option in FACIAL_HAIR_OPTIONS if option.make]
OF_LOCKS = [style for style in STYLES if style != "stubble"]

FULL = ("stubble", "short_beard", "full_beard", "long_beard")
"""Styles that grow from ear to ear."""

MOST_COVERED = 0.05
"""Bound of the share of a mouth's lips that a beard hides from the front."""


@cache
def mesh_of(option_id: str) -> Mesh:
    return build_facial_hair(option_id)[0]


def _hidden(points: Float, mesh: Mesh) -> np.ndarray:
    """Which points (N,) lie behind a mesh seen from the front."""
    corners = mesh.positions[mesh.triangles].astype(np.float64)
    near = (
        (np.abs(corners[:, :, 0]).min(1) < 0.45)
        & (np.abs(corners[:, :, 1] + 0.44).min(1) < 0.35)
        & (corners[:, :, 2].max(1) > 0.5)
    )
    a, b, c = (corners[near][:, k] for k in range(3))
    det = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (c[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1])
    det = np.where(np.abs(det) < 1e-12, np.inf, det)
    hidden = np.zeros(len(points), bool)
    for index, (x, y, z) in enumerate(points.tolist()):
        u = ((x - a[:, 0]) * (c[:, 1] - a[:, 1]) - (c[:, 0] - a[:, 0]) * (y - a[:, 1])) / det
        v = ((b[:, 0] - a[:, 0]) * (y - a[:, 1]) - (x - a[:, 0]) * (b[:, 1] - a[:, 1])) / det
        depth = a[:, 2] + u * (b[:, 2] - a[:, 2]) + v * (c[:, 2] - a[:, 2])
        hidden[index] = ((u >= 0) & (v >= 0) & (u + v <= 1) & (depth > z)).any()
    return hidden


def _lips(name: str) -> Float:
    shape = mouth.MOUTH_TYPES[name]
    painted, _ = mouth.lip_paint(shape, mouth.FULL)
    return mouth.lips(shape, mouth.FULL).positions[painted > 0.55]


def test_table_has_none_and_six_styles() -> None:
    assert {option.id: option.tags["kind"] for option in FACIAL_HAIR_OPTIONS} == {
        "none": "none",
        "stubble": "stubble",
        "moustache": "moustache",
        "goatee": "goatee",
        "short_beard": "full_beard",
        "full_beard": "full_beard",
        "long_beard": "full_beard",
    }
    assert build_facial_hair("none") == []
    with pytest.raises(KeyError):
        build_facial_hair("mutton_chops")


@pytest.mark.parametrize("option_id", STYLES)
def test_style_lies_on_the_lower_face_and_follows_it(option_id: str) -> None:
    mesh = mesh_of(option_id)
    x, y, z = mesh.positions.T

    assert y.max() < (0.24 if option_id in FULL else 0.12)  # sideburns end beside the ear's upper half
    assert not ((np.abs(x) < 0.55) & (y > -0.2) & (z > 0.5) & (head(mesh.positions) > 0)).any()
    assert set(mesh.parts) == {PARTS.index("facial_hair")}
    assert mesh.follows == (*HEAD_WARPS, *FOLLOWED)


@pytest.mark.parametrize("option_id", OF_LOCKS)
def test_roots_are_in_the_skin_and_strands_know_their_way(option_id: str) -> None:
    mesh = mesh_of(option_id)
    roots = mesh.positions[mesh.paint[:, 1] < 0.02]

    assert len(roots) > 50
    assert np.quantile(head(roots), 0.9) < 0.02
    assert mesh.paint[:, 1].max() > 0.95
    assert (mesh.uv.max(1) > 0).all()


@pytest.mark.parametrize("option_id", FULL)
def test_beards_run_up_before_the_ear_and_around_the_jaw_to_the_throat(option_id: str) -> None:
    positions = mesh_of(option_id).positions
    outside = positions[head(positions) > 0]
    x, y, z = np.abs(outside[:, 0]), outside[:, 1], outside[:, 2]

    sideburn = (y > 0.02) & (y < 0.12)
    assert 0.10 < z[sideburn].min() < z[sideburn].max() < 0.24
    beside_lobe = (np.abs(y + 0.30) < 0.05) & (x > 0.6)
    assert z[beside_lobe].min() < 0.12
    assert (z[(y < -0.80) & (x < 0.1)] < 0.34).any()


@pytest.mark.parametrize("option_id", STYLES)
@pytest.mark.parametrize("name", mouth.MOUTH_TYPES)
def test_lips_of_every_mouth_are_free(option_id: str, name: str) -> None:
    assert _hidden(_lips(name), mesh_of(option_id)).mean() <= MOST_COVERED


@pytest.mark.slow
@pytest.mark.parametrize("option_id", STYLES)
@pytest.mark.parametrize("slider", ["mouth_width", "mouth_volume", "mouth_position"])
def test_lips_are_free_at_the_ends_of_sliders(option_id: str, slider: str) -> None:
    mesh = mesh_of(option_id)
    for weight in (-1.0, 1.0):
        moved = Mesh(**{**vars(mesh), "positions": mesh.positions + np.float32(weight) * mesh.morphs[slider].positions})
        lips = _lips("smile")

        assert _hidden(vector(lips + np.float32(weight) * warps.WARPS[slider](lips)), moved).mean() <= MOST_COVERED


def test_a_moustache_before_the_mouth_is_caught() -> None:
    mesh = mesh_of("moustache")
    lowered = Mesh(**{**vars(mesh), "positions": mesh.positions - vector([0, 0.09, -0.02])})

    assert _hidden(_lips("smile"), lowered).mean() > MOST_COVERED


def test_beards_grow_from_stubble_to_long() -> None:
    heights = [head(mesh_of(name).positions).max() for name in ("stubble", "short_beard", "full_beard")]
    bottoms = [mesh_of(name).positions[:, 1].min() for name in ("long_beard", "full_beard", "short_beard")]

    assert heights == sorted(heights)
    assert heights[1] < 0.5 * heights[2]
    assert bottoms == sorted(bottoms)


def test_moustache_is_parted_below_the_nose() -> None:
    x, y, _ = mesh_of("moustache").positions.T

    assert np.abs(x).min() > 0.003
    assert y.max() < EYE_CENTER[1] - 0.25


def test_stubble_lies_on_the_skin_and_lets_it_through() -> None:
    mesh = mesh_of("stubble")
    above = head(mesh.positions)

    assert mesh.material == "stubble"
    assert MATERIALS["stubble"]["opacity"] < 0.5
    assert above.max() < 0.03
    seen = above[(mesh.positions[:, 1] < -0.3) & (np.abs(mesh.positions[:, 0]) < 0.6)]
    assert np.quantile(seen, 0.05) > 0.0


def test_stubble_thins_out_at_the_cheek() -> None:
    """Along the cheek the shade has teeth of all lengths, not an edge."""
    mesh = mesh_of("stubble")
    corners = mesh.positions[mesh.triangles]
    areas = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) / 2
    cheek = (np.abs(corners[..., 0]).mean(1) > 0.50) & (np.abs(corners[..., 0]).mean(1) < 0.58) & (corners[..., 2].mean(1) > 0.3)
    heights = corners[..., 1].mean(1)
    bands = [areas[cheek & (heights > low) & (heights <= low + 0.03)].sum() for low in np.arange(-0.54, -0.44, 0.03)]

    assert bands == sorted(bands, reverse=True)
    assert 0 < bands[-1] < 0.35 * bands[0]


def test_back_edge_of_a_beard_slopes_forward_from_the_lobe_to_the_throat() -> None:
    edge = close_sheet(0.0).table[-1]
    below = edge[edge[:, 1] < -0.35]

    assert below[-1, 2] > below[0, 2] + 0.12
    assert np.diff(below[:, 2]).min() > -0.005
