import json
import lzma
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pygltflib
import pytest
import trimesh
from numpy.typing import NDArray

from core.errors import EngineError
from core.rendering.glb import read_meshes, write_meshes
from core.rendering.mesh import PARTS
from core.rendering.normals import NormalDeriver
from tests.core.rendering.shapes import sphere


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


Change = Callable[[Any], object]


def rewrite(path: Path, change: Change) -> None:
    """Change the JSON of a GLB file and leave everything else."""
    content = path.read_bytes()
    (size,) = struct.unpack_from("<I", content, 12)
    data = json.loads(content[20 : 20 + size])
    change(data)
    text = json.dumps(data).encode()
    text += b" " * (-len(text) % 4)
    rest = content[20 + size :]
    path.write_bytes(struct.pack("<4sIIII", b"glTF", 2, 20 + len(text) + len(rest), len(text), 0x4E4F534A) + text + rest)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "ball.glb"
    write_meshes(path, [sphere(), sphere("cap", part="hair", material="hair", radius=1.3)])
    return path


def test_a_mesh_survives_within_the_stated_precision(path: Path) -> None:
    written = sphere()

    read = read_meshes(path)[0]

    assert (read.name, read.material) == (written.name, written.material)
    assert np.array_equal(read.triangles, written.triangles)
    assert np.array_equal(read.parts, written.parts)
    assert np.abs(read.positions - written.positions).max() < 1 / 32767
    assert np.abs(read.normals - written.normals).max() < 1e-3
    assert np.abs(read.uv - written.uv).max() < 1 / 2000
    assert np.abs(read.paint - written.paint).max() < 1 / 255
    assert list(read.morphs) == ["wide", "bump"]
    for name, morph in written.morphs.items():
        assert np.abs(read.morphs[name].positions - morph.positions).max() < 6e-4


def test_normal_offsets_are_kept_where_the_geometry_gives_others(path: Path) -> None:
    """`bump` claims that normals stay, which its geometry contradicts."""
    written, read = sphere(), read_meshes(path)[0]

    assert np.abs(read.morphs["bump"].normals - written.morphs["bump"].normals).max() < 0.01
    assert (
        np.abs(unit(read.normals + read.morphs["wide"].normals) - unit(written.normals + written.morphs["wide"].normals)).max()
        < 0.06
    )


def test_normals_follow_from_the_geometry_where_they_agree(tmp_path: Path) -> None:
    ball = sphere()
    ball.morphs["bump"].normals[:] = 0
    turned = sphere()
    derive = NormalDeriver(turned.positions, turned.triangles)
    turned.morphs["bump"].normals[:] = derive(turned.morphs["bump"].positions)
    write_meshes(tmp_path / "own.glb", [ball])
    write_meshes(tmp_path / "derived.glb", [turned])

    read = read_meshes(tmp_path / "derived.glb")[0]

    assert np.abs(read.morphs["bump"].normals - turned.morphs["bump"].normals).max() < 0.05
    assert (tmp_path / "derived.glb").stat().st_size < (tmp_path / "own.glb").stat().st_size


def test_compressed_files_are_read_alike_and_are_smaller(path: Path, tmp_path: Path) -> None:
    packed = tmp_path / "packed.glb"
    write_meshes(packed, [sphere(), sphere("cap", part="hair", material="hair", radius=1.3)], compressed=True)

    assert lzma.decompress(packed.read_bytes()) == path.read_bytes()
    assert packed.stat().st_size < 0.6 * path.stat().st_size
    for one, other in zip(read_meshes(packed), read_meshes(path), strict=True):
        assert np.array_equal(one.positions, other.positions)
        assert np.array_equal(one.morphs["bump"].normals, other.morphs["bump"].normals)


def test_broken_compression_and_files_that_swell_are_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = lzma.compress(path.read_bytes())
    path.write_bytes(whole[:-40])
    with pytest.raises(EngineError, match="truncated"):
        read_meshes(path)
    path.write_bytes(whole[:200] + b"\0\1\2\3" + whole[204:])
    with pytest.raises(EngineError, match="compression is broken"):
        read_meshes(path)
    monkeypatch.setattr("core.rendering.glb_reading.MAX_BYTES", 100_000)
    path.write_bytes(lzma.compress(bytes(1_000_000)))
    with pytest.raises(EngineError, match="holds more than"):
        read_meshes(path)


def test_same_meshes_give_the_same_bytes(path: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.glb"
    write_meshes(again, [sphere(), sphere("cap", part="hair", material="hair", radius=1.3)])

    assert again.read_bytes() == path.read_bytes()


def test_a_morph_of_few_vertices_costs_little(tmp_path: Path) -> None:
    ball = sphere(rings=40)
    write_meshes(tmp_path / "all.glb", [ball])
    still = {name: morph for name, morph in ball.morphs.items() if name == "wide"}
    object.__setattr__(ball, "morphs", still)
    write_meshes(tmp_path / "still.glb", [ball])

    moved = int((sphere(rings=40).morphs["bump"].positions != 0).any(1).sum())

    assert (tmp_path / "all.glb").stat().st_size - (tmp_path / "still.glb").stat().st_size < 1000 + 20 * moved


def test_attributes_that_say_nothing_are_left_out_and_read_back(tmp_path: Path) -> None:
    plain = replace(sphere(), morphs={}, follows=("wide", "long"))
    plain.uv[:] = 0
    plain.paint[:] = (1, 0, 0, 0)
    mixed = replace(sphere(), morphs={})
    mixed.parts[::2] = PARTS.index("lips")
    write_meshes(tmp_path / "plain.glb", [plain])
    write_meshes(tmp_path / "mixed.glb", [mixed])

    read = read_meshes(tmp_path / "plain.glb")[0]
    given = vars(pygltflib.GLTF2().load(str(tmp_path / "plain.glb")).meshes[0].primitives[0].attributes)

    assert {name for name, index in given.items() if index is not None} == {"POSITION", "NORMAL"}
    assert read.follows == ("wide", "long")
    assert np.array_equal(read.paint, plain.paint)
    assert np.array_equal(read.uv, plain.uv)
    assert np.array_equal(read.parts, plain.parts)
    assert np.array_equal(read_meshes(tmp_path / "mixed.glb")[0].parts, mixed.parts)


def test_normals_that_are_not_given_follow_from_the_triangles(tmp_path: Path) -> None:
    ball = sphere()
    expected = ball.normals.copy()
    ball.normals[:] = 0
    write_meshes(tmp_path / "ball.glb", [ball])

    read = read_meshes(tmp_path / "ball.glb")[0].normals

    assert (read * expected).sum(axis=1).min() > 0.99


def test_other_programs_read_it(path: Path) -> None:
    scene = trimesh.load_scene(path)
    gltf = pygltflib.GLTF2().load(str(path))

    assert set(scene.geometry) == {"ball", "cap"}
    assert np.abs(scene.bounds - [[-1.3] * 3, [1.3] * 3]).max() < 1e-3
    assert gltf.meshes[0].extras["targetNames"] == ["wide", "bump"]
    assert gltf.extensionsRequired == ["KHR_mesh_quantization"]


def test_attributes_are_aligned_as_gltf_demands(path: Path) -> None:
    gltf = pygltflib.GLTF2().load(str(path))
    attributes = [index for mesh in gltf.meshes for index in vars(mesh.primitives[0].attributes).values() if index is not None]

    assert len(attributes) == 8
    for index in attributes:
        view = gltf.bufferViews[gltf.accessors[index].bufferView]
        assert view.byteStride % 4 == 0
        assert view.byteOffset % 4 == 0


def test_repeated_names_and_broken_numbers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="repeat a name"):
        write_meshes(tmp_path / "x.glb", [sphere(), sphere()])
    ball = sphere()
    ball.positions[3, 1] = np.nan
    with pytest.raises(ValueError, match="not finite"):
        write_meshes(tmp_path / "x.glb", [ball])


def test_files_that_are_not_there_or_not_glb_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot be read"):
        read_meshes(tmp_path / "missing.glb")
    (tmp_path / "text.glb").write_text("this is certainly not a GLB file, but a sentence")
    with pytest.raises(EngineError, match="not a GLB"):
        read_meshes(tmp_path / "text.glb")


@pytest.mark.parametrize("keep", [0, 11, 19, 40, 0.3, 0.999])
def test_truncated_files_are_refused(path: Path, keep: float) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(keep if keep > 1 else keep * len(content))])

    with pytest.raises(EngineError, match=r"ball\.glb"):
        read_meshes(path)


def set_in(*keys: Any) -> Change:
    """A change that sets the value at a path of keys."""
    *way, last, value = keys

    def change(data: Any) -> None:
        for key in way:
            data = data[key]
        data[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (set_in("buffers", 0, "uri", "../../etc/passwd"), "another file"),
        (set_in("extensionsRequired", ["EXT_meshopt_compression"]), "EXT_meshopt_compression"),
        (set_in("accessors", 0, "count", 10**9), "count"),
        (set_in("accessors", 0, "count", 500_000), "offsets|vertices|room"),
        (set_in("accessors", 0, "byteOffset", -4), "byteOffset"),
        (set_in("bufferViews", 0, "byteOffset", 10**8), "room"),
        (set_in("bufferViews", 0, "byteStride", 4), "room"),
        (set_in("meshes", 0, "primitives", 0, "attributes", "NORMAL", 99), "NORMAL"),
        (set_in("meshes", 0, "extras", {}), "_PART|name each"),
        (set_in("meshes", 0, "extras", "part", "wing"), "part “wing”"),
        (set_in("meshes", 0, "extras", "follows", "head_width"), "follows"),
        (set_in("meshes", 0, "primitives", 0, "attributes", "POSITION", -1), "POSITION"),
        (set_in("meshes", 0, "primitives", 0, "indices", 0), "VEC3|triangles"),
        (set_in("meshes", 0, "primitives", 0, "material", 7), "material"),
        (set_in("meshes", 0, "primitives", 0, "mode", 1), "mode"),
        (set_in("meshes", 0, "extras", "targetNames", ["wide"]), "name each"),
        (set_in("meshes", 0, "extras", "targetNames", ["wide", "wide"]), "name each"),
        (set_in("meshes", 1, "name", "ball"), "same name"),
        (set_in("nodes", 0, "rotation", [0, 0.7, 0, 0.7]), "transform"),
        (set_in("nodes", 0, "scale", [1, 2, 1]), "transform"),
        (set_in("meshes", []), "meshes"),
    ],
)
def test_damaged_or_hostile_files_are_refused_with_the_reason(path: Path, change: Change, reason: str) -> None:
    rewrite(path, dict)
    assert len(read_meshes(path)) == 2  # the rewriting alone does no harm

    rewrite(path, change)

    with pytest.raises(EngineError, match=reason):
        read_meshes(path)


def test_any_flipped_byte_gives_meshes_or_a_reason(path: Path) -> None:
    content = path.read_bytes()
    rng = np.random.default_rng(5)
    refused = 0
    for position in rng.integers(0, len(content), 300).tolist() + list(range(0, 600, 2)):
        broken = bytearray(content)
        broken[position] ^= 1 << int(rng.integers(8))
        path.write_bytes(bytes(broken))
        try:
            for mesh in read_meshes(path):
                assert np.isfinite(mesh.positions).all()
        except EngineError:
            refused += 1

    assert refused > 20
