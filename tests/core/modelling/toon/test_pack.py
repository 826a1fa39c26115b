import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.avatar.schema import AvatarSchema, Tag
from core.engines.pack_file import read_schema
from core.modelling.toon import pack, palettes
from core.modelling.toon.skin import part_index
from core.paths import ENGINES_FOLDER
from core.rendering.glb_reading import read_meshes
from core.rendering.mesh import PART_CLASS

BLENDS = [f"head_type_{n}" for n in range(1, 7)] + [f"eye_type_{n}" for n in range(1, 5)]
SLIDERS = [
    "head_width",
    "head_length",
    "eye_rotation",
    "eye_spacing",
    "eye_size",
    "mouth_width",
    "mouth_volume",
    "mouth_position",
]
SLIDERS += ["nose_width", "nose_height", "nose_position"]
COUNTS = {"skin_tone": 39, "mouth_type": 9, "nose_type": 5, "hair_type": 37, "hair_color": 14, "brow_type": 8}
COUNTS |= {"facial_hair": 7, "glasses": 9}
EXTRA = {"iris_color": 8, "clothes_color": 12, "expression": 10, "lashes": 3, "freckles": 3, "wrinkles": 3, "lipstick": 8}
EXTRA |= {"earrings": 6, "earring_color": 6, "hat": 8, "hat_color": 10, "clothes": 8, "background": 10}
EXTRA |= {"scarf_color": 10}


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> AvatarSchema:
    folder = tmp_path_factory.mktemp("packs") / "toon"
    pack.build(folder, only="nothing")
    return read_schema(folder)


def test_core_group_is_the_papers_schema(schema: AvatarSchema) -> None:
    core = schema.group("core")

    assert [p.id for p in core.continuous] == BLENDS + SLIDERS
    assert {p.id: len(p.options) for p in core.discrete} == COUNTS
    assert {p.id: len(p.options) for p in schema.group("extra").discrete} == EXTRA


def kept(frozen: list[str], ids: list[str]) -> bool:
    """Whether ids begin with the frozen ones, in their order."""
    return ids[: len(frozen)] == frozen


def test_frozen_ids_keep_their_places(schema: AvatarSchema) -> None:
    """Documents, labels and weights of others hold these ids: new ones may be appended, none may go, move or be renamed."""
    frozen = json.loads(Path(__file__).with_name("frozen_ids.json").read_text(encoding="utf-8"))

    assert kept(frozen["continuous"], [p.id for p in schema.continuous])
    assert kept(list(frozen["discrete"]), [p.id for p in schema.discrete])
    for parameter in schema.discrete:
        assert kept(frozen["discrete"].get(parameter.id, []), [o.id for o in parameter.options]), parameter.id


def test_defaults_are_the_pure_first_shapes_and_the_middle(schema: AvatarSchema) -> None:
    defaults = {p.id: p.default for p in schema.continuous}

    assert {key for key, value in defaults.items() if value == 1.0} == {"head_type_1", "eye_type_1"}
    assert all(defaults[key] == 0.5 for key in SLIDERS)
    assert schema["facial_hair"].default == schema["glasses"].default == "none"


def test_every_continuous_parameter_drives_a_morph() -> None:
    assert all(entry["drive"] for entry in pack.continuous())


def test_tags_are_in_the_vocabulary(schema: AvatarSchema) -> None:
    vocabulary: dict[str, set[Tag]] = {
        "length": {"bald", "buzz", "short", "medium", "long", "tied", "covered"},
        "texture": {"straight", "wavy", "curly", "coily", "na"},
        "fringe": {True, False},
        "colour": {"black", "dark_brown", "light_brown", "blond", "red", "grey", "white", "dyed"},
        "monk": set(range(1, 11)),
    }
    kinds: dict[str, set[Tag]] = {
        "facial_hair": {"none", "stubble", "moustache", "goatee", "full_beard"},
        "glasses": {"none", "clear", "sun"},
    }
    options = {parameter.id: parameter.options for parameter in schema.group("core").discrete}
    for parameter in schema.group("core").discrete:
        for option in parameter.options:
            for tag, value in option.tags.items():
                assert value in (kinds[parameter.id] if tag == "kind" else vocabulary.get(tag, {value}))
    assert {option.tags["colour"] for option in options["hair_color"]} == vocabulary["colour"]
    assert {option.tags["monk"] for option in options["skin_tone"]} == vocabulary["monk"]


def test_skin_gets_darker_with_depth_and_undertones_differ() -> None:
    tones = palettes.skin_tones()
    lightness = np.array([sum(tone.srgb) for tone in tones]).reshape(13, 3)

    assert (np.diff(lightness[:, 1]) < 0).all()
    assert len({tone.srgb for tone in tones}) == 39
    assert all(tones[i].srgb[2] < tones[i + 1].srgb[2] for i in range(0, 39, 3))


def test_description_names_the_files_that_are_built() -> None:
    document = tomllib.loads(pack.description())
    named = {document["lattice"]["mesh"], *document["base"]["meshes"]}
    for choice in document["discrete"]:
        for option in choice["options"]:
            named.update(option.get("meshes", []))

    assert named == set(pack.mesh_files())


SHIPPED = ENGINES_FOLDER / "toon"


@pytest.fixture(scope="module")
def base_meshes() -> Any:
    names = ["head.glb", "eyes.glb", "clothes/sweater.glb", "noses/wide.glb", "mouths/open_smile.glb", "brows/natural.glb"]
    return [mesh for name in names for mesh in read_meshes(SHIPPED / name)]


def test_shipped_pack_is_what_the_code_describes() -> None:
    shipped = {p.relative_to(SHIPPED).as_posix(): p.stat().st_size for p in SHIPPED.rglob("*.glb")}

    assert set(shipped) == set(pack.mesh_files())
    assert sum(shipped.values()) < 12e6
    assert (SHIPPED / "pack.toml").read_text(encoding="utf-8") == pack.description()


def test_meshes_are_whole_and_of_materials_of_the_pack(base_meshes: Any) -> None:
    materials = tomllib.loads(pack.description())["materials"]
    for mesh in base_meshes:
        assert mesh.material in materials
        assert mesh.triangles.max() < len(mesh.positions)
        np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1, atol=1e-3)
        assert mesh.paint.min() >= 0
        assert mesh.paint.max() <= 1
        assert mesh.parts.max() < len(PART_CLASS)


def test_light_meshes_are_smaller_and_move_alike(base_meshes: Any) -> None:
    meshes = {mesh.name: mesh for mesh in base_meshes}
    pairs = [(mesh, meshes[f"{name}.light"]) for name, mesh in meshes.items() if f"{name}.light" in meshes]

    assert len(pairs) >= 7
    for full, light in pairs:
        assert len(light.triangles) < 0.75 * len(full.triangles)
        assert len(set(light.morphs) ^ set(full.morphs)) <= 2


def test_morphs_of_the_eyes_are_complete(base_meshes: Any) -> None:
    lids = next(mesh for mesh in base_meshes if mesh.name == "lids")

    assert {f"eye_type_{n}" for n in range(1, 5)} | {"eye_size", "eye_spacing", "eye_rotation", "head_width"} <= set(lids.morphs)
    assert (lids.parts == part_index("lids")).all()


@pytest.mark.slow
def test_same_bytes_each_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        pack.build(tmp_path / name, only="noses/")

    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*.*"))
    assert len(files) == 7
    assert all((tmp_path / "a" / f).read_bytes() == (tmp_path / "b" / f).read_bytes() for f in files)
