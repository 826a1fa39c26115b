import dataclasses
from pathlib import Path

import numpy as np
import pytest

from core.datasets.renders import RendersManifest, read_renders, shard_path, write_manifest
from core.engines.toy import SCHEMA, ToyEngine
from core.errors import DataError

MANIFEST = RendersManifest("toy", SCHEMA.fingerprint(), 64, 2, 1)


def write_shard(folder: Path, index: int) -> None:
    np.savez_compressed(
        shard_path(folder, index),
        pictures=np.full((2, 64, 64, 4), index, np.uint8),
        masks=np.zeros((2, 64, 64), np.uint8),
        continuous=np.zeros((2, len(SCHEMA.continuous)), np.float32),
        discrete=np.zeros((2, len(SCHEMA.discrete)), np.int64),
    )


def test_shards_are_read_in_their_order(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    for index in (1, 0, 10):
        write_shard(tmp_path, index)

    renders = read_renders(tmp_path, SCHEMA)

    assert renders.pictures[:, 0, 0, 0].tolist() == [0, 0, 1, 1, 10, 10]
    assert len(renders.part(1, 4)) == 3


def test_the_same_manifest_may_be_written_again_another_may_not(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    write_manifest(tmp_path, MANIFEST)

    with pytest.raises(DataError, match="Choose another folder"):
        write_manifest(tmp_path, dataclasses.replace(MANIFEST, seed=2))


@pytest.mark.parametrize("change", [{"schema": "0" * 12}, {"engine": "mini"}, {"alignment": 0}])
def test_renders_of_something_else_are_refused(tmp_path: Path, change: dict[str, object]) -> None:
    write_manifest(tmp_path, dataclasses.replace(MANIFEST, **change))  # type: ignore[arg-type]
    write_shard(tmp_path, 0)

    with pytest.raises(DataError, match="Render again"):
        read_renders(tmp_path, SCHEMA)


def test_damaged_shard_is_named(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    write_shard(tmp_path, 0)
    content = shard_path(tmp_path, 0).read_bytes()
    shard_path(tmp_path, 0).write_bytes(content[: len(content) // 2])

    with pytest.raises(DataError, match=r"00000\.npz is damaged"):
        read_renders(tmp_path, SCHEMA)


def test_pickled_shard_is_not_unpickled(tmp_path: Path) -> None:
    write_manifest(tmp_path, MANIFEST)
    np.savez(shard_path(tmp_path, 0), pictures=np.array([ToyEngine], dtype=object))

    with pytest.raises(DataError, match="damaged"):
        read_renders(tmp_path, SCHEMA)


def test_a_folder_without_renders_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="manifest"):
        read_renders(tmp_path, SCHEMA)
    write_manifest(tmp_path, MANIFEST)
    with pytest.raises(DataError, match="no renders"):
        read_renders(tmp_path, SCHEMA)
