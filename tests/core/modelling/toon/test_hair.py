"""The hair styles: their table, and that what a style's tags say is true of its mesh."""

import numpy as np
import pytest
from scipy.ndimage import binary_dilation, label

from core.avatar.schema import Tag
from core.avatar.vector import AvatarVector
from core.engines import CLASSES, AvatarEngine, Camera, open_engine
from core.modelling.toon.hair import HAIR_OPTIONS, build_hair
from core.modelling.toon.hair_fields import SCALP_CENTER
from core.modelling.toon.head import skull
from core.modelling.toon.modelled import ModelledOption
from core.modelling.toon.warps import HEAD_WARPS
from core.paths import ENGINES_FOLDER
from core.rendering.glb import read_meshes
from core.rendering.mesh import PARTS, Mesh

IDS = [
    "bald",
    "buzz",
    "crew_cut",
    "short_textured",
    "quiff",
    "side_part",
    "receding",
    "undercut",
    "fringe",
    "bowl",
    "pixie",
    "bob",
    "long_bob",
    "long_straight",
    "long_wavy",
    "long_curly",
    "long_fringe",
    "half_up",
    "ponytail",
    "high_ponytail",
    "bun",
    "top_knot",
    "pigtails",
    "braids",
    "box_braids",
    "cornrows",
    "locs",
    "twists",
    "short_afro",
    "large_afro",
    "curly_top",
    "mohawk",
    "head_scarf",
    "slicked_back",
    "wavy_medium",
    "curly_medium",
    "balding",
]

VOCABULARY: dict[str, set[Tag]] = {
    "length": {"bald", "buzz", "short", "medium", "long", "tied", "covered"},
    "texture": {"straight", "wavy", "curly", "coily", "na"},
    "fringe": {True, False},
}
LOWEST = {"buzz": (-0.5, 0.0), "short": (-0.85, 0.0), "medium": (-1.25, 0.0), "long": (-1.8, -1.0), "covered": (-2.3, -1.0)}
"""Length -> between which heights a style of that length ends; the chin is at -0.88."""

MODELLED = [option for option in HAIR_OPTIONS if option.make]


def shipped(option_id: str) -> Mesh:
    return next(
        mesh for mesh in read_meshes(ENGINES_FOLDER / "toon" / "hair" / f"{option_id}.glb") if mesh.name in ("hair", "scarf")
    )


def forehead(mesh: Mesh) -> int:
    """How many vertices lie over the middle of the forehead, well below the hairline."""
    x, y, z = mesh.positions.T
    return int(((np.abs(x) < 0.4) & (y > 0.2) & (y < 0.60) & (z > 0.5)).sum())


def test_ids_are_the_37_agreed_ones_in_order() -> None:
    assert [option.id for option in HAIR_OPTIONS] == IDS
    assert len(set(IDS)) == 37


@pytest.mark.parametrize("option", HAIR_OPTIONS, ids=IDS)
def test_tags_are_of_the_vocabulary(option: ModelledOption) -> None:
    assert set(option.tags) == set(VOCABULARY)
    assert all(option.tags[tag] in allowed for tag, allowed in VOCABULARY.items())


def test_every_length_and_texture_is_covered() -> None:
    for tag, allowed in VOCABULARY.items():
        assert {option.tags[tag] for option in HAIR_OPTIONS} == allowed


@pytest.mark.parametrize("option", MODELLED, ids=[option.id for option in MODELLED])
def test_shipped_style_is_as_its_tags_say(option: ModelledOption) -> None:
    mesh = shipped(option.id)
    low, high = LOWEST.get(str(option.tags["length"]), (-2.0, 0.5))

    assert low <= mesh.positions[:, 1].min() <= high
    assert (forehead(mesh) > 5) == option.tags["fringe"]


@pytest.mark.parametrize("option", MODELLED, ids=[option.id for option in MODELLED])
def test_shipped_style_leaves_the_face_free_and_follows_the_head(option: ModelledOption) -> None:
    mesh = shipped(option.id)
    x, y, z = mesh.positions.T
    over_eyes = (np.abs(x) < 0.55) & (y > -0.2) & (y < 0.2) & (z > 0.62)

    assert not over_eyes.any()
    assert set(mesh.follows) >= set(HEAD_WARPS)
    assert len(mesh.triangles) < 20_000
    assert set(mesh.parts) == {PARTS.index("scarf" if option.id == "head_scarf" else "hair")}


def test_hair_files_stay_small() -> None:
    total = sum((ENGINES_FOLDER / "toon" / "hair" / f"{option.id}.glb").stat().st_size for option in MODELLED)

    assert total < 6_200_000


@pytest.fixture(scope="module")
def toon() -> AvatarEngine:
    return open_engine("toon")


@pytest.mark.slow
@pytest.mark.parametrize("option", MODELLED, ids=[option.id for option in MODELLED])
def test_no_skin_shows_through_shipped_hair(option: ModelledOption, toon: AvatarEngine) -> None:
    vector = AvatarVector.default(toon.schema).with_value("hair_type", option.id)
    for yaw in (0.0, -28.0, 180.0):
        classes = toon.render_masks(vector, Camera(yaw=yaw), 384)
        hair = classes == CLASSES.index("hair")

        patches, count = label((classes == CLASSES.index("skin")) | (classes == CLASSES.index("neck")))

        for patch in range(1, count + 1):
            inside = patches == patch
            around = binary_dilation(inside, np.ones((3, 3))) & ~inside
            assert not hair[around].all(), f"{inside.sum()} pixels at {np.argwhere(inside)[0]}"


def test_build_follows_the_table() -> None:
    assert build_hair("bald") == []
    with pytest.raises(KeyError):
        build_hair("perm")


@pytest.mark.slow
def test_buzz_cut_hugs_the_scalp() -> None:
    mesh = build_hair("buzz")[0]

    assert skull(mesh.positions).max() < 0.06
    assert mesh.paint.min() >= 0
    assert mesh.paint.max() <= 1
    np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-4)


@pytest.mark.slow
def test_bald_crown_is_bare_above_a_ring_of_hair() -> None:
    positions = build_hair("balding")[0].positions
    x, y, z = (positions[skull(positions) > 0.004] - SCALP_CENTER).T
    elevation = np.degrees(np.arctan2(y, np.hypot(x, z)))

    assert elevation.max() < 48
    assert not ((np.abs(x) < 0.6) & (z > 0.3)).any()  # the forehead
    assert elevation[np.abs(x) > 0.6].max() > 25
    assert elevation[z < -0.6].min() < -35


@pytest.mark.slow
def test_short_tops_are_lower_than_tall_ones() -> None:
    crew, quiff, tall = (skull(build_hair(style)[0].positions).max() for style in ("crew_cut", "quiff", "mohawk"))

    assert crew < 0.2
    assert 2 * crew < quiff < 0.46
    assert quiff < tall


@pytest.mark.slow
def test_style_is_the_same_every_time() -> None:
    first, second = build_hair("crew_cut")[0], build_hair("crew_cut")[0]

    np.testing.assert_array_equal(first.positions, second.positions)
    np.testing.assert_array_equal(first.paint, second.paint)
    np.testing.assert_array_equal(first.uv, second.uv)
