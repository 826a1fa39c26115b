"""Earrings hang on the lobes, whatever the head's shape."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from core.modelling.fields import vector
from core.modelling.toon import extras, head, warps
from core.modelling.toon.earrings import EARRING_OPTIONS, lobe
from core.modelling.toon.hair import HAIR_OPTIONS
from core.rendering.mesh import PARTS, Mesh

IDS = ("none", "studs", "pearls", "small_hoops", "large_hoops", "drops")
WORN = IDS[1:]


@pytest.fixture(scope="module")
def built() -> dict[str, list[Mesh]]:
    return {option.id: option.make() for option in EARRING_OPTIONS if option.make}


def test_table() -> None:
    assert tuple(option.id for option in EARRING_OPTIONS) == IDS


def test_lobe_is_on_the_ears_surface() -> None:
    assert abs(float(head.ears(vector([lobe()]))[0])) < 0.02
    assert lobe()[1] < head.EAR_CENTER[1] - 0.1


@pytest.mark.parametrize("option_id", WORN)
def test_earrings_touch_the_lobes_of_every_head(built: dict[str, list[Mesh]], option_id: str) -> None:
    full = [mesh for mesh in built[option_id] if not mesh.name.endswith(".light")]
    points = np.concatenate([mesh.positions for mesh in full])
    spread = np.linspace(-0.05, 0.05, 21)
    around = vector(lobe()) + vector(np.stack(np.meshgrid(spread, spread, spread), -1).reshape(-1, 3))
    ear = around[head.ears(around) < 0]
    for name in ("rest", *warps.HEAD_WARPS):
        motion = warps.WARPS.get(name, np.zeros_like)
        moved_ear, moved = ear + motion(ear), points + motion(points)
        for side in (1, -1):
            distance, _ = cKDTree(moved_ear * [side, 1, 1]).query(moved)
            assert distance.min() < 0.01, (name, side)

    assert all(set(mesh.parts) == {PARTS.index("earrings")} for mesh in full)
    assert all(mesh.follows == warps.HEAD_WARPS for mesh in full)


@pytest.mark.parametrize("option_id", WORN)
def test_earrings_are_pairs(built: dict[str, list[Mesh]], option_id: str) -> None:
    for mesh in built[option_id]:
        half = len(mesh.positions) // 2
        np.testing.assert_allclose(mesh.positions[:half] * [-1, 1, 1], mesh.positions[half:], atol=1e-6)


@pytest.mark.parametrize("option_id", WORN)
def test_a_scarf_hides_all_of_them(built: dict[str, list[Mesh]], option_id: str) -> None:
    scarf = next(option for option in HAIR_OPTIONS if option.id == "head_scarf").entry("hair")

    for mesh in built[option_id]:
        assert (mesh.paint[:, 3] == 1).all()
        assert scarf["numbers"][f"{mesh.material}.covered"] == 1
        assert extras.MATERIALS[mesh.material]["shader"] == "plain"
