from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.avatar.vector import AvatarVector
from core.engines import CLASSES, Camera, Detail
from core.engines.pack import PackEngine
from core.errors import EngineError
from core.rendering.glb import write_meshes
from core.rendering.mesh import Mesh, Morph
from core.rendering.scene import Item
from tests.core.engines.packs import PACK, write_pack
from tests.core.rendering.shapes import sphere


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pack(tmp_path_factory.mktemp("packs"))


@pytest.fixture
def engine(folder: Path) -> PackEngine:
    return PackEngine(folder)


@pytest.fixture
def default(engine: PackEngine) -> AvatarVector:
    return AvatarVector.default(engine.schema)


def drawn(engine: PackEngine, vector: AvatarVector, detail: Detail = "full") -> dict[str, Item]:
    """What would be drawn, by the meshes' names."""
    return {item.mesh.name: item for item in engine.items(vector, detail)}


def test_the_schema_is_what_the_file_says(engine: PackEngine) -> None:
    schema = engine.schema

    assert [parameter.id for parameter in schema] == [
        "head_wide", "head_bumpy", "nose", "skin_tone", "iris", "hair_type", "glasses",
    ]  # fmt: skip
    assert [member.id for member in schema.blends["head_type"]] == ["head_wide", "head_bumpy"]
    assert schema.group("extra").discrete[0].id == "iris"
    assert schema.discrete[0].options[1].srgb == (110, 70, 50)
    assert schema.discrete[0].options[1].name == "Dark"
    assert schema.discrete[3].options[1].tags == {"kind": "clear"}


def test_numbers_drive_morphs_linearly_and_add_up(engine: PackEngine, default: AvatarVector) -> None:
    vector = default.with_values({"head_wide": 0.25, "head_bumpy": 0.5, "nose": 1.0, "hair_type": "tall"})

    weights = drawn(engine, vector)["ball"].weights

    assert weights == pytest.approx({"wide": 0.25, "bump": 0.5 + 0.5 + 0.5})


def test_blend_weights_beyond_one_are_shared_out(engine: PackEngine, default: AvatarVector) -> None:
    weights = drawn(engine, default.with_values({"head_wide": 1.0, "head_bumpy": 1.0, "nose": 0.5}))["ball"].weights

    assert weights == pytest.approx({"wide": 0.5, "bump": 0.5})


LATTICE = '[base]\nmeshes = ["head.glb"]\n\n[lattice]\nmesh = "lattice.glb"\n'


def with_lattice(folder: Path, **follower: Any) -> Path:
    """The pack with a cap that follows `wide` from a lattice of eight points, instead of having it."""
    pack = write_pack(folder, PACK.replace('[base]\nmeshes = ["head.glb"]\n', LATTICE))
    cap = sphere("cap", "hair", "hair", 1.1)
    write_meshes(pack / "hair" / "cap.glb", [replace(cap, **{"morphs": {}, "follows": ("wide",), **follower})])
    corners = np.stack(np.meshgrid([0, 2], [-2, 2], [-2, 2], indexing="ij"), -1).reshape(-1, 3).astype(np.float32)
    still = np.zeros_like(corners)
    motion = Morph((corners * [0.3, 0, 0]).astype(np.float32), still)
    grid = Mesh("grid", "skin", corners, still, np.array([[0, 1, 2]], np.uint32), still[:, :2], np.zeros((8, 4), np.float32),
                np.zeros(8, np.uint8), {"wide": motion})  # fmt: skip
    write_meshes(pack / "lattice.glb", [grid])
    return pack


def test_meshes_follow_the_lattice(tmp_path: Path) -> None:
    engine = PackEngine(with_lattice(tmp_path))
    vector = AvatarVector.default(engine.schema).with_value("hair_type", "cap")

    cap = drawn(engine, vector)["cap"].mesh

    np.testing.assert_allclose(cap.morphs["wide"].positions, cap.positions * [0.3, 0, 0], atol=1e-3)
    engine.close()
    assert drawn(engine, vector)["cap"].mesh is not cap


def test_a_lattice_that_is_missing_or_wrong_is_refused(tmp_path: Path) -> None:
    def capped(pack: Path) -> None:
        engine = PackEngine(pack)
        drawn(engine, AvatarVector.default(engine.schema).with_value("hair_type", "cap"))

    def reason(pack: Path) -> str:
        with pytest.raises(EngineError) as caught:
            capped(pack)
        return str(caught.value)

    assert "cap.glb: “cap” follows “tall”" in reason(with_lattice(tmp_path / "a", follows=("tall",)))
    pack = with_lattice(tmp_path / "b")
    write_meshes(pack / "lattice.glb", [sphere()])
    assert "lattice.glb: “ball” of the lattice is not a grid" in reason(pack)
    (pack / "lattice.glb").unlink()
    assert "lattice.glb" in reason(pack)
    pack = with_lattice(tmp_path / "c")
    (pack / "pack.toml").write_text(PACK, encoding="utf-8")
    assert "“cap” follows a lattice, but pack.toml names none" in reason(pack)


def test_options_bring_meshes_and_colours(engine: PackEngine, default: AvatarVector) -> None:
    plain = drawn(engine, default)
    dressed = drawn(engine, default.with_values({"hair_type": "cap", "skin_tone": "dark", "iris": "blue", "glasses": "clear"}))

    assert set(dressed) - set(plain) == {"cap", "frame", "lens"}
    assert dressed["ball"].material.color == (110, 70, 50)
    assert dressed["eye_0.4"].material.accent == (90, 140, 200)
    assert dressed["eye_0.4"].material.color == plain["eye_0.4"].material.color == (247, 246, 245)


def test_options_bring_numbers_of_materials_and_later_ones_win(tmp_path: Path) -> None:
    text = PACK.replace('id = "dark",', 'id = "dark", numbers = { "skin.freckles" = 0.4, "eyes.coat" = 2.0 },')
    text = text.replace('id = "blue",', 'id = "blue", numbers = { "skin.freckles" = 0.7 },')
    engine = PackEngine(write_pack(tmp_path, text))
    vector = AvatarVector.default(engine.schema).with_value("skin_tone", "dark")

    dark, blue = (drawn(engine, chosen)["ball"].material for chosen in (vector, vector.with_value("iris", "blue")))

    assert (dark.freckles, blue.freckles) == (0.4, 0.7)
    assert (dark.color, dark.roughness) == ((110, 70, 50), 0.46)
    assert drawn(engine, vector)["eye_0.4"].material.coat == 2.0
    assert drawn(engine, vector.with_value("skin_tone", "light"))["ball"].material.freckles == 0.0


def test_a_background_makes_pictures_opaque_and_leaves_masks(tmp_path: Path, engine: PackEngine, default: AvatarVector) -> None:
    pack = write_pack(tmp_path, PACK.replace('id = "blue",', 'id = "blue", background = [[250, 10, 10], [10, 10, 250]],'))
    other = PackEngine(pack)
    vector = AvatarVector.default(other.schema).with_value("iris", "blue")

    plain = engine.render(default.with_value("iris", "blue"), Camera(), 128)
    picture, (pair, masks) = other.render(vector, Camera(), 128), other.render_pair(vector, Camera(), 128, "full")

    assert (picture[..., 3] == 255).all()
    assert np.array_equal(picture, pair)
    assert picture[0, 0].tolist() == [250, 10, 10, 255]
    assert picture[-1, 0].tolist() == [10, 10, 250, 255]
    assert np.array_equal(picture[plain[..., 3] == 255], plain[plain[..., 3] == 255])
    assert np.array_equal(masks, engine.render_masks(default, Camera(), 128))
    assert (other.render(vector.with_value("iris", "brown"), Camera(), 128)[0, 0] == 0).all()


def test_a_pose_adds_to_what_the_vector_asks_for(tmp_path: Path) -> None:
    text = PACK.replace("morphs = { bump = 0.5 }", "morphs = { jawOpen = 0.5 }")
    pack = write_pack(tmp_path, text)
    ball = sphere()
    jaw, wide = ball.morphs["bump"], ball.morphs["wide"]
    write_meshes(
        pack / "head.glb", [replace(ball, morphs={"wide": wide, "jawOpen": jaw, "jawOpen*jawOpen": jaw, "jawOpen*wide": jaw})]
    )
    engine = PackEngine(pack)
    vector = AvatarVector.default(engine.schema).with_values({"hair_type": "tall", "head_wide": 0.5})

    def weights(**pose: float) -> dict[str, float]:
        return dict(engine.items(vector, "full", pose)[0].weights)

    assert weights() == pytest.approx({"wide": 0.5, "bump": 0.0, "jawOpen": 0.5, "jawOpen*jawOpen": 0.25, "jawOpen*wide": 0.25})
    assert weights(jawOpen=0.25, wide=1.0)["wide"] == 0.5
    assert weights(jawOpen=0.25)["jawOpen*wide"] == pytest.approx(0.375)
    assert weights(jawOpen=7.0)["jawOpen*jawOpen"] == 1.0
    moved = engine.render(vector, Camera(), 96, "full", {"jawOpen": 1.0})
    assert (moved != engine.render(vector, Camera(), 96)).any()
    with pytest.raises(ValueError, match="jawOpen of the pose is nan"):
        engine.render(vector, Camera(), 96, "full", {"jawOpen": float("nan")})


def test_light_meshes_stand_in_only_at_the_light_level(engine: PackEngine, default: AvatarVector) -> None:
    full, light = drawn(engine, default), drawn(engine, default, "light")

    assert "ball" in full
    assert "ball.light" not in full
    assert "ball.light" in light
    assert "ball" not in light
    assert "brow" in full
    assert "brow" in light


def test_a_pair_is_the_picture_and_the_masks(engine: PackEngine, default: AvatarVector) -> None:
    details: tuple[Detail, ...] = ("full", "light")
    for detail in details:
        picture, masks = engine.render_pair(default, Camera(), 96, detail)

        assert np.array_equal(picture, engine.render(default, Camera(), 96, detail))
        assert np.array_equal(masks, engine.render_masks(default, Camera(), 96, detail))


def test_glasses_lie_under_eyes_and_brows_in_masks(engine: PackEngine, default: AvatarVector) -> None:
    bare = engine.render_masks(default, Camera(), 200)
    worn = engine.render_masks(default.with_value("glasses", "clear"), Camera(), 200)

    eyes_or_brows = np.isin(bare, [CLASSES.index("eyes"), CLASSES.index("brows")])
    changed = bare != worn
    assert eyes_or_brows.sum() > 100
    assert not (changed & eyes_or_brows).any()
    assert changed.sum() > 300
    assert (worn[changed] == CLASSES.index("glasses")).all()


def test_files_are_read_once_and_dropped_when_there_are_too_many(
    engine: PackEngine, default: AvatarVector, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    original = PackEngine._read

    def spy(self: PackEngine, name: str) -> list[Mesh]:
        if name not in self._files:
            read.append(name)
        return original(self, name)

    monkeypatch.setattr(PackEngine, "_read", spy)
    capped = default.with_value("hair_type", "cap")
    for vector in (default, capped, default, capped):
        drawn(engine, vector)
    assert read == ["head.glb", "hair/cap.glb"]

    monkeypatch.setattr("core.engines.pack.MAX_MESH_BYTES", 1)
    drawn(engine, capped)
    drawn(engine, default.with_value("glasses", "clear"))
    drawn(engine, capped)

    assert read[2:] == ["glasses.glb", "head.glb", "hair/cap.glb"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("format = 1", "format = 2", "Update Likeness"),
        ("format = 1", 'format = "one"', "format"),
        ("format = 1\n", "", "format"),
        ("version = 1", "version = 0", "version"),
        ('engine = "balls"', 'engine = "other"', "folder"),
        ('engine = "balls"', 'engine = "../x"', "engine"),
        ("half_side = 1.2", "half_side = -1.2", "frame.half_side"),
        ("half_side = 1.2", "half_side = inf", "frame.half_side"),
        ("half_side = 1.2", "half_size = 1.2", "half_si"),
        ('shader = "skin"', 'shader = "wood"', "materials.skin.shader"),
        ("color = [242, 190, 160]", "color = [242, 190, 260]", r"materials.skin.color.2"),
        ("color = [242, 190, 160]", "color = [242, 190]", "materials.skin.color"),
        ("roughness = 0.46", "roughness = nan", "materials.skin.roughness"),
        ("roughness = 0.46", 'roughness = "high"', "materials.skin.roughness"),
        ("default = 1.0", "default = 1.5", "continuous.head_wide.default"),
        ("wide = [0.0, 1.0]", "wide = [0.0]", "continuous.head_wide.drive"),
        ('default = "bald"', 'default = "curls"', "default curls of hair_type"),
        ('id = "dark"', 'id = "light"', "skin_tone repeat an id"),
        ('id = "nose"', 'id = "head_wide"', "balls repeat an id"),
        ("{ skin = [242, 190, 160] }", "{ skinn = [242, 190, 160] }", "colours “skinn”"),
        (
            'id = "dark",',
            'id = "dark", numbers = { "skin.freckle" = 0.3 },',
            "dark of skin_tone sets “skin.freckle”: the numbers",
        ),
        (
            'id = "dark",',
            'id = "dark", numbers = { "skin" = 0.3 },',
            "sets “skin”: the numbers of a material are accent_strength",
        ),
        ('id = "dark",', 'id = "dark", numbers = { "fur.coat" = 0.3 },', "sets “fur.coat”: there is no “fur” in"),
        ('id = "dark",', 'id = "dark", numbers = { "skin.freckles" = 1.5 },', "sets “skin.freckles”: .*less than or equal to 1"),
        ('id = "dark",', 'id = "dark", numbers = { "skin.freckles" = nan },', "skin.freckles"),
        ('id = "dark",', 'id = "dark", background = [[1, 2, 3]],', "background"),
        ('id = "dark",', 'id = "dark", background = [[1, 2, 3], [4, 5, 256]],', "background"),
        ('default = "light"', 'default = "light"\nseen_with = { hat = ["cap"] }', "skin_tone is seen with hat “cap”, which"),
        ('default = "light"', 'default = "light"\nseen_with = { hair_type = ["bun"] }', "seen with hair_type “bun”, which"),
        ('default = "light"', 'default = "light"\nseen_with = { hair_type = [] }', "skin_tone.seen_with"),
        ('meshes = ["head.glb"]', 'meshes = ["body.glb"]', "body.glb"),
        ('meshes = ["head.glb"]', 'meshes = ["../../secret.glb"]', "not in the pack's folder"),
        ('meshes = ["head.glb"]', 'meshes = ["/etc/passwd"]', "not in the pack's folder"),
        ("[frame]", "[frame", "not TOML"),
        ('name = "Balls"', "name = 1979-05-27", "name"),
    ],
)
def test_wrong_descriptions_are_refused_with_file_and_field(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert old in PACK
    (tmp_path / "secret.glb").write_bytes(b"glTF")
    folder = write_pack(tmp_path, PACK.replace(old, new, 1))

    with pytest.raises(EngineError, match=reason) as caught:
        PackEngine(folder)

    assert "pack.toml" in str(caught.value)


def test_a_missing_or_huge_description_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot be read"):
        PackEngine(tmp_path)
    folder = write_pack(tmp_path, PACK + "#" * 5 * 2**20)
    with pytest.raises(EngineError, match="larger than 4 MiB"):
        PackEngine(folder)


def test_damaged_meshes_are_refused_when_first_drawn(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    (folder / "head.glb").write_bytes(b"glTF but not really, only a sentence that begins so")
    engine = PackEngine(folder)

    for _ in range(2):
        with pytest.raises(EngineError, match=r"head\.glb"):
            engine.render(AvatarVector.default(engine.schema), Camera(), 64)


def test_a_mesh_of_an_unknown_material_is_refused(tmp_path: Path) -> None:
    folder = write_pack(tmp_path)
    write_meshes(folder / "head.glb", [sphere(material="wood")])
    engine = PackEngine(folder)

    with pytest.raises(EngineError, match="“ball” is of material “wood”"):
        engine.render(AvatarVector.default(engine.schema), Camera(), 64)
