"""Hats sit on one line, close to every head, and hide the hair above it."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from core.avatar.vector import AvatarVector
from core.engines import CAMERAS, CLASSES
from core.engines.pack import PackEngine
from core.modelling.toon import extras, head
from core.modelling.toon.hat_line import PRESSED, height
from core.modelling.toon.hats import HAT_OPTIONS
from core.modelling.toon.warps import HEAD_WARPS
from core.rendering.mesh import PARTS, Mesh

IDS = ("none", "beanie", "cap", "cap_backwards", "bucket", "beret", "sun_hat", "top_hat")
WORN = IDS[1:]
HAIR, HAT = CLASSES.index("hair"), CLASSES.index("hat")


@pytest.fixture(scope="module")
def built() -> dict[str, list[Mesh]]:
    return {option.id: option.make() for option in HAT_OPTIONS if option.make}


def test_table_has_none_and_seven_hats_that_hide_and_press_hair() -> None:
    hats = next(entry for entry in extras.discrete() if entry["id"] == "hat")

    assert tuple(option.id for option in HAT_OPTIONS) == IDS
    assert [option.get("numbers", {}).get("hair.covered") for option in hats["options"]] == [None, *[1.0] * 7]
    assert [option.get("morphs", {}).get(PRESSED) for option in hats["options"]] == [None, *[1.0] * 7]


@pytest.mark.parametrize("option_id", WORN)
def test_hats_follow_the_head_in_two_levels(built: dict[str, list[Mesh]], option_id: str) -> None:
    full = [mesh for mesh in built[option_id] if not mesh.name.endswith(".light")]
    light = [mesh for mesh in built[option_id] if mesh.name.endswith(".light")]

    assert [f"{mesh.name}.light" for mesh in full] == [mesh.name for mesh in light]
    assert sum(len(mesh.triangles) for mesh in light) < 0.6 * sum(len(mesh.triangles) for mesh in full)
    assert all(mesh.follows == HEAD_WARPS for mesh in full)
    assert all(set(mesh.parts) == {PARTS.index("hat")} for mesh in full)


@pytest.mark.parametrize("option_id", WORN)
def test_hats_lie_outside_the_head_and_close_to_its_skin(built: dict[str, list[Mesh]], option_id: str) -> None:
    points = np.concatenate([mesh.positions for mesh in built[option_id] if mesh.name == "hat"])
    above = head.skull(points)

    assert above.min() > -0.09
    assert np.quantile(above, 0.15) > 0.03
    around = points[np.abs(height(points)) < 0.08]
    angles = np.degrees(np.arctan2(around[:, 0], around[:, 2] + 0.06)) % 360
    for start in range(0, 360, 30):
        edge = around[(angles >= start) & (angles < start + 30)]
        assert head.skull(edge).min() < 0.03, start


@pytest.mark.slow
@pytest.mark.parametrize("hair", ["bob", "large_afro", "high_ponytail"])
@pytest.mark.parametrize("option_id", WORN)
def test_no_hair_is_seen_above_a_hat(wardrobe: PackEngine, option_id: str, hair: str) -> None:
    base = AvatarVector.default(wardrobe.schema).with_values({"hair_type": hair, "hat": option_id})
    for camera in CAMERAS.values():
        masks = wardrobe.render_masks(base, camera, 256)
        is_hat = masks == HAT
        columns = np.flatnonzero(is_hat.any(0))
        crown = columns[len(columns) // 4 : -len(columns) // 4]
        above = np.arange(len(masks))[:, None] < np.argmax(is_hat, axis=0)

        assert is_hat.mean() > 0.02
        assert ((masks == HAIR) & above)[:, crown].sum() <= 3, camera


def test_badge_lies_on_the_caps_crown(built: dict[str, list[Mesh]]) -> None:
    rng = np.random.default_rng(1)
    for crown, trim in zip(built["cap"][::2], built["cap"][1::2], strict=True):
        assert (crown.material, trim.material) == ("hat", "hat_trim")
        shares = rng.dirichlet((1, 1, 1), (len(crown.triangles), 60))
        dense = np.einsum("tsk,tkx->tsx", shares, crown.positions[crown.triangles]).reshape(-1, 3)
        badge = trim.positions[trim.positions[:, 2] > 0.5]
        assert cKDTree(dense).query(badge)[0].max() < 0.05
