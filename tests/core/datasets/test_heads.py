import json
from pathlib import Path

import numpy as np
import pytest

from core.datasets.heads import RenderedHeads, load_heads, tinted
from core.errors import DataError
from core.faces.mesh import NUM_LANDMARKS


def some_heads(count: int = 30) -> RenderedHeads:
    rng = np.random.default_rng(1)
    return RenderedHeads(
        rng.integers(0, 256, (count, 320, 320, 3), np.uint8),
        rng.integers(0, 13, (count, 320, 320), np.uint8),
        rng.random((count, 5, 2), np.float32),
        np.array([0] * 20 + [1] * (count - 20)),
        np.zeros((count, NUM_LANDMARKS, 2), np.float32),
        np.zeros(count, bool),
    )


def test_the_last_tenth_of_each_kind_is_held_out() -> None:
    heads = some_heads()

    assert heads.held_out.tolist() == [18, 19, 29]
    assert sorted([*heads.taught, *heads.held_out]) == list(range(30))
    assert heads.at(heads.held_out).kinds.tolist() == [0, 0, 1]


def test_heads_come_back_and_the_manifest_names_what_they_are(tmp_path: Path) -> None:
    heads = some_heads()
    heads.save(tmp_path, {"seed": 1})
    again = load_heads(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_bytes())

    np.testing.assert_array_equal(again.pictures, heads.pictures)
    np.testing.assert_array_equal(again.classes, heads.classes)
    assert manifest["split"] == "renders"
    assert manifest["kinds"] == {"makehuman": 20, "engine": 10}
    assert set(manifest["digests"]) >= {"pictures.npy", "classes.npy"}


def test_damaged_folder_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"main\.py train render_heads --run"):
        load_heads(tmp_path)
    some_heads().save(tmp_path, {})
    (tmp_path / "classes.npy").write_bytes(b"nothing")
    with pytest.raises(DataError, match="does not hold rendered heads"):
        load_heads(tmp_path)


def test_twice_the_light_is_twice_in_linear_light() -> None:
    grey = np.full((1, 1, 3), 100.0)

    assert tinted(grey, np.array([1.0, 2.0, 0.5])).ravel().tolist() == [100, 137, 72]
