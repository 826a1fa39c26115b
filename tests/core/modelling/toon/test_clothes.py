"""Clothes lie outside the body, and bring the neck that they bare."""

import numpy as np
import pytest
from scipy.ndimage import label

from core.avatar.vector import AvatarVector
from core.engines import CAMERAS, CLASSES
from core.engines.pack import PackEngine
from core.modelling.toon import extras, head, pack, torso
from core.modelling.toon.clothes import CLOTHES_OPTIONS
from core.rendering.mesh import Mesh

IDS = ("sweater", "crew_tee", "v_neck", "shirt", "hoodie", "blazer", "tank_top", "dungarees")
EXTREMES: tuple[dict[str, float], ...] = (
    {},
    {"head_length": 1.0},
    {"head_length": 0.0},
    {"head_width": 1.0},
    {"head_type_1": 0.0, "head_type_5": 1.0},
    {"head_type_1": 0.0, "head_type_3": 1.0},
    {"head_type_1": 0.0, "head_type_4": 1.0, "head_width": 0.0},
)


@pytest.fixture(scope="module")
def built() -> dict[str, list[Mesh]]:
    return {option.id: option.make() for option in CLOTHES_OPTIONS if option.make}


def test_table() -> None:
    assert tuple(option.id for option in CLOTHES_OPTIONS) == IDS


@pytest.mark.parametrize("option_id", IDS)
def test_pieces_are_clothes_of_the_packs_materials_in_two_levels(built: dict[str, list[Mesh]], option_id: str) -> None:
    meshes = {mesh.name: mesh for mesh in built[option_id]}
    full = [mesh for name, mesh in meshes.items() if not name.endswith(".light")]

    assert {mesh.material for mesh in full} <= {*pack.MATERIALS, *extras.MATERIALS}
    assert all(len(meshes[f"{mesh.name}.light"].triangles) <= len(mesh.triangles) for mesh in full)
    assert sum(len(mesh.triangles) for mesh in full) < 9000
    assert sum(len(meshes[f"{mesh.name}.light"].triangles) for mesh in full) < 3600


@pytest.mark.parametrize("option_id", IDS)
def test_cloth_lies_outside_the_body(built: dict[str, list[Mesh]], option_id: str) -> None:
    body = torso.trunk if option_id == "tank_top" else torso.body
    for mesh in built[option_id]:
        if mesh.name.startswith("neck") or mesh.name.endswith(".light"):
            continue
        above = body(mesh.positions)

        # Hems turn inward and pieces reach under one another; what people see lies well outside.
        assert np.quantile(above, 0.2) > 0.012, mesh.name
        assert above.min() > -0.15, mesh.name


@pytest.mark.parametrize("option_id", IDS)
def test_no_cloth_is_black_inside(built: dict[str, list[Mesh]], option_id: str) -> None:
    for mesh in built[option_id]:
        if not mesh.name.startswith("neck") or mesh.name.startswith("neckband"):
            assert mesh.paint[:, 0].min() > 0.4, mesh.name


def test_the_sweaters_collar_lies_close_around_the_neck(built: dict[str, list[Mesh]]) -> None:
    positions = next(mesh for mesh in built["sweater"] if mesh.name == "sweater").positions
    inside = positions[(torso.trunk(positions) < 0.03) & (positions[:, 1] > -1.2)]
    angles = np.degrees(np.arctan2(inside[:, 0], inside[:, 2] + 0.155)) % 360

    assert np.histogram(angles, 24, (0, 360))[0].min() > 0


@pytest.mark.parametrize("option_id", IDS)
def test_neck_begins_where_the_head_ends_and_follows_it(built: dict[str, list[Mesh]], option_id: str) -> None:
    neck = next(mesh for mesh in built[option_id] if mesh.name == "neck")
    top = neck.positions[neck.positions[:, 1] > torso.NECK_TOP - 0.01]

    assert len(top) >= 30
    assert np.abs(head.head(top)).max() < 0.012
    assert {"head_length", "head_width"} <= set(neck.follows)
    assert "jawOpen" in neck.morphs


@pytest.mark.slow
@pytest.mark.parametrize("option_id", IDS)
def test_no_skin_shows_through_cloth(wardrobe: PackEngine, option_id: str) -> None:
    """Skin is one piece with the face; a tank top leaves two arms besides."""
    base = AvatarVector.default(wardrobe.schema).with_values({"hair_type": "bald", "clothes": option_id})
    expected = 3 if option_id == "tank_top" else 1
    bare = [CLASSES.index(name) for name in ("skin", "neck", "nose", "mouth", "eyes", "brows", "ears")]
    for change in EXTREMES:
        for camera in CAMERAS.values():
            masks = wardrobe.render_masks(base.with_values(change), camera, 256)
            pieces, count = label(np.isin(masks, bare), np.ones((3, 3)))
            sizes = np.bincount(pieces.ravel())[1:]

            assert (sizes > 6).sum() <= expected, (change, camera, count, sizes)
            assert (masks == CLASSES.index("clothes")).mean() > 0.02
