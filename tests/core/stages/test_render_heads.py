from pathlib import Path

import numpy as np
import pytest

from core.configs import RenderHeadsConfig
from core.datasets.accessories import HeadAccessories
from core.datasets.heads import load_heads
from core.datasets.lit_heads import LitHeads
from core.engines import CLASSES
from core.errors import DataError
from core.paths import training_data_folder
from core.reporting import SilentReporter
from core.stages import render_heads as stage
from core.stages.render_heads import render_heads
from tests.reporters import StopsAfter

CONFIG = RenderHeadsConfig(heads=3, avatars=2, hats=5, glasses=2, earrings=1, lit=2)


@pytest.fixture
def _with_makehuman() -> None:
    data = training_data_folder()
    if data is None or not (data / "makehuman").is_dir():
        pytest.skip("MakeHuman's files are not here")


@pytest.mark.slow
@pytest.mark.usefixtures("_with_makehuman")
def test_heads_have_faces_in_the_middle_and_their_points_on_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "_PIECE", 2)
    render_heads(CONFIG, tmp_path, SilentReporter())
    heads, things = load_heads(tmp_path), HeadAccessories.load(tmp_path)

    assert heads.kinds.tolist() == [0, 0, 0, 1, 1]
    assert things.kinds.tolist() == [0, 0, 0, 0, 1, 2, 2, 3]
    face = [CLASSES.index(name) for name in ("skin", "nose", "mouth", "eyes", "brows", "glasses", "hair", "hat")]
    for classes, points in zip(heads.classes, heads.points, strict=True):
        assert np.abs((points[0] + points[1]) / 2 - (160, 150)).max() < 25
        assert all(classes[int(y), int(x)] in face for x, y in points)
        assert (classes == CLASSES.index("background")).mean() > 0.2

    lit = LitHeads.load(tmp_path / "lit")
    assert lit.kinds.tolist() == [0, 1]
    assert (lit.skin > 0).all()

    again = tmp_path / "again"
    again.mkdir()
    render_heads(CONFIG, again, SilentReporter())
    np.testing.assert_array_equal(load_heads(again).pictures, heads.pictures)
    np.testing.assert_array_equal(HeadAccessories.load(again).pictures, things.pictures)


@pytest.mark.slow
@pytest.mark.usefixtures("_with_makehuman")
def test_it_stops_anywhere_and_is_done_only_with_all_of_it(tmp_path: Path) -> None:
    looks = 0
    while not (tmp_path / "manifest.json").exists():
        assert not (tmp_path / "lit" / "manifest.json").exists()
        render_heads(CONFIG, tmp_path, StopsAfter(looks))
        looks += 4

    assert looks > 8  # it was stopped while things were cut out
    assert (tmp_path / "lit" / "manifest.json").exists()


def test_without_makehuman_the_stage_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "training_data_folder", lambda: tmp_path)

    with pytest.raises(DataError, match="MakeHuman"):
        render_heads(CONFIG, tmp_path, SilentReporter())
