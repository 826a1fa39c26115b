from pathlib import Path

import numpy as np
import pytest

from core.configs import RenderAvatarsConfig
from core.datasets.renders import read_renders, shard_path
from core.engines.toy import SCHEMA, ToyEngine
from core.errors import DataError, SettingError
from core.reporting import SilentReporter
from core.stages import render_avatars as stage
from core.stages.render_avatars import render_avatars, render_pair
from tests.reporters import StopsAfter

CONFIG = RenderAvatarsConfig(engine="toy", count=5, size=64, processes=1)


@pytest.fixture(autouse=True)
def _small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "SHARD_SIZE", 2)


def test_pictures_and_masks_are_those_of_their_vectors(tmp_path: Path) -> None:
    render_avatars(CONFIG, tmp_path, SilentReporter())
    renders = read_renders(tmp_path, SCHEMA)
    from core.avatar.vector import AvatarVector

    vector = AvatarVector(SCHEMA, renders.continuous[3], renders.discrete[3])
    picture, mask = render_pair(ToyEngine(), vector, 64)

    assert len(renders) == 5
    np.testing.assert_array_equal(renders.pictures[3], picture)
    np.testing.assert_array_equal(renders.masks[3], mask)


def test_stopped_run_goes_on_to_the_same_renders(tmp_path: Path) -> None:
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    for folder in (whole, stopped):
        folder.mkdir()
    render_avatars(CONFIG, whole, SilentReporter())
    render_avatars(CONFIG, stopped, StopsAfter(0))

    assert not shard_path(stopped, 1).exists()

    render_avatars(CONFIG, stopped, SilentReporter())

    np.testing.assert_array_equal(read_renders(stopped, SCHEMA).pictures, read_renders(whole, SCHEMA).pictures)


def test_folder_of_other_renders_is_refused(tmp_path: Path) -> None:
    render_avatars(CONFIG, tmp_path, SilentReporter())

    with pytest.raises(DataError, match="something else"):
        render_avatars(RenderAvatarsConfig(engine="toy", count=5, size=64, processes=1, seed=2), tmp_path, SilentReporter())


def test_nothing_to_render_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="at least one"):
        render_avatars(RenderAvatarsConfig(engine="toy", count=0), tmp_path, SilentReporter())


@pytest.mark.slow
def test_two_processes_render_what_one_does(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder, processes in ((one, 1), (two, 2)):
        folder.mkdir()
        render_avatars(RenderAvatarsConfig(engine="toy", count=3, size=64, processes=processes), folder, SilentReporter())

    np.testing.assert_array_equal(read_renders(one, SCHEMA).pictures, read_renders(two, SCHEMA).pictures)
