from pathlib import Path

import pytest

from core.datasets.makehuman import MakeHuman
from core.errors import DataError

BASE = """# comment
v 0 0 0
v 2 0 0
v 0 2 0
v 0 0 2
vt 0.25 0.5
g body
f 1/1 2/1 3/1 4/1
g helper-l-eye
f 1/1 2/1 3/1
"""
HAIR = "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n"
FITTED = """name hair
obj_file {obj}
x_scale 0 1 1.0
verts 0
material hair.mhmat
0 1 2 0.5 0.5 0.0 0.25 0.0 0.0
1
0 1 {corner} 0.0 0.0 1.0 0.0 0.1 0.0
delete_verts
0 2 - {last}
"""


def folder_with(path: Path, *, obj: str = "hair.obj", corner: int = 2, target: str = "1 1 0 0\n", last: int = 3) -> MakeHuman:
    files = {
        "makehuman/data/3dobjs/base.obj": BASE,
        "makehuman/data/targets/head/wide.target": f"# comment\n{target}",
        "base/hair/one/hair.obj": HAIR,
        "base/hair/one/hair.mhclo": FITTED.format(obj=obj, corner=corner, last=last),
    }
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    return MakeHuman.open(path)


def test_base_mesh_is_read_by_groups_and_quads_become_two_triangles(tmp_path: Path) -> None:
    made = folder_with(tmp_path)

    assert made.groups["body"].tolist() == [[0, 1, 2], [0, 2, 3]]
    assert made.groups["helper-l-eye"].tolist() == [[0, 1, 2]]
    assert made.uv[1].tolist() == [0.25, 0.5]


def test_target_moves_its_vertices_by_its_weight(tmp_path: Path) -> None:
    made = folder_with(tmp_path)

    assert made.target_names("head/*") == ("head/wide",)
    assert made.shaped({"head/wide": 0.5})[1].tolist() == [2.5, 0, 0]
    assert made.positions[1].tolist() == [2, 0, 0]


def test_thing_follows_the_mesh_and_its_offsets_grow_with_it(tmp_path: Path) -> None:
    made = folder_with(tmp_path)
    hair = made.fitted(made.things("hair/*")[0])

    # Vertices 0 and 1 are twice as far apart as when the hair was made: its offset along x is twice as long.
    assert hair.on(made.positions).tolist() == [[1.5, 0, 0], [2, 0, 0], [0, 2.1, 0]]
    assert hair.on(made.shaped({"head/wide": 2}))[0].tolist() == [3, 0, 0]
    assert hair.hidden == {0, 2, 3}


def test_vertices_that_are_not_there_are_refused(tmp_path: Path) -> None:
    made = folder_with(tmp_path / "a", corner=4)
    with pytest.raises(DataError, match="vertex that its mesh of 4"):
        made.fitted(made.things("hair/*")[0])

    made = folder_with(tmp_path / "c", last=4_000_000_000)
    with pytest.raises(DataError, match="that no mesh has"):
        made.fitted(made.things("hair/*")[0])

    made = folder_with(tmp_path / "b", target="9 1 0 0\n")
    with pytest.raises(DataError, match="vertex that its mesh of 4"):
        made.shaped({"head/wide": 1})


def test_mesh_file_outside_the_folder_is_not_read(tmp_path: Path) -> None:
    made = folder_with(tmp_path, obj="../../../makehuman/data/3dobjs/base.obj")

    with pytest.raises(DataError, match=r"one/base\.obj cannot be read"):
        made.fitted(made.things("hair/*")[0])


def test_damaged_files_are_named(tmp_path: Path) -> None:
    made = folder_with(tmp_path, target="1 x 0 0\n")

    with pytest.raises(DataError, match=r"wide\.target is not a target"):
        made.shaped({"head/wide": 1})
    with pytest.raises(DataError, match=r"none\.target cannot be read"):
        made.shaped({"head/none": 1})
