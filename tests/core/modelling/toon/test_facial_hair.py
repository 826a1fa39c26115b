"""Facial hair lies on the jaw and leaves the lips free."""

from functools import cache

import numpy as np
import pytest

from core.modelling.toon.facial_hair import FACIAL_HAIR_OPTIONS, MATERIALS, build_facial_hair
from core.modelling.toon.head import head
from core.modelling.toon.warps import HEAD_WARPS
from core.rendering.mesh import PARTS, Mesh

STYLES = [option.id for option in FACIAL_HAIR_OPTIONS if option.make]


@cache
def mesh_of(option_id: str) -> Mesh:
    (mesh,) = build_facial_hair(option_id)
    return mesh


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
    on_lips = (np.abs(x) < 0.18) & (np.abs(y + 0.44) < 0.04) & (head(mesh.positions) > 0.01)

    assert y.max() < 0.12
    assert not on_lips.any()
    assert not ((np.abs(x) < 0.55) & (y > -0.2) & (z > 0.5) & (head(mesh.positions) > 0)).any()
    assert set(mesh.parts) == {PARTS.index("facial_hair")}
    assert mesh.follows == HEAD_WARPS


def test_beards_grow_from_stubble_to_long() -> None:
    heights = [head(mesh_of(name).positions).max() for name in ("stubble", "short_beard", "full_beard")]
    bottoms = [mesh_of(name).positions[:, 1].min() for name in ("long_beard", "full_beard", "short_beard")]

    assert heights == sorted(heights)
    assert bottoms == sorted(bottoms)


def test_stubble_lets_the_skin_through() -> None:
    assert mesh_of("stubble").material == "stubble"
    assert MATERIALS["stubble"]["opacity"] < 0.6
