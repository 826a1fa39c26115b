import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core.configs import LabelFacesConfig
from core.datasets.portraits import IGNORED, load_labels
from core.engines import CLASSES
from core.errors import DataError
from core.paths import training_data_folder
from core.reporting import SilentReporter
from core.stages.label_faces import _both_ways, draw_regions, label_faces, polygon
from tests.core.datasets.faces import drawn_face


def test_regions_follow_hair_person_and_landmarks() -> None:
    picture, regions, landmarks = drawn_face()
    person = (regions > 0).astype(np.float32)
    drawn = draw_regions(picture, landmarks, (regions == CLASSES.index("hair")).astype(np.float32), person)

    for name in ("skin", "eyes", "brows", "mouth", "nose", "hair"):
        index = CLASSES.index(name)
        both, either = ((drawn == index) & (regions == index)).sum(), ((drawn == index) | (regions == index)).sum()
        assert both / either > 0.9, name
    assert (drawn[regions == 0] == CLASSES.index("background")).all()


@pytest.mark.parametrize("radius", [4.0, 6.0, 20.0])
def test_a_polygon_holds_the_pixels_whose_centres_it_holds_and_no_rim_more(radius: float) -> None:
    turn = np.linspace(0, 2 * np.pi, 100, endpoint=False)
    ring = np.stack([60.3 + radius * np.cos(turn), 50.7 + radius * np.sin(turn)], axis=1).astype(np.float32)
    rows, columns = np.mgrid[0:120, 0:120] + 0.5
    distance = np.hypot(columns - 60.3, rows - 50.7)
    inside = polygon(ring, 120)

    assert inside[distance < radius - 0.05].all()
    assert not inside[distance > radius].any()


def test_what_nobody_knows_about_the_head_is_ignored() -> None:
    picture, regions, landmarks = drawn_face()
    picture[60:100, 140:180] = (20, 200, 40)  # a green hat that the hair teacher does not take for hair
    hair = regions == CLASSES.index("hair")
    hair[60:100, 140:180] = False
    drawn = draw_regions(picture, landmarks, hair.astype(np.float32), (regions > 0).astype(np.float32))

    assert (drawn[65:95, 145:175] == IGNORED).all()


def test_a_teacher_that_leans_to_one_side_is_asked_both_ways() -> None:
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (8, 8, 3), np.uint8)
    plain = picture[..., 0].astype(np.float32) / np.float32(255)
    slope = np.linspace(-0.2, 0.2, 8, dtype=np.float32)[None]

    def leaning(one: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.asarray(one[..., 0].astype(np.float32) / np.float32(255) + slope, np.float32)

    assert np.abs(leaning(picture) - plain).max() > 0.1
    np.testing.assert_allclose(_both_ways(leaning, picture), plain, atol=1e-6)


def test_without_data_there_is_an_error_for_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIKENESS_DATA", str(tmp_path / "none"))

    with pytest.raises(DataError, match="LIKENESS_DATA"):
        label_faces(LabelFacesConfig(), tmp_path, SilentReporter())


@pytest.mark.slow
@pytest.mark.skipif(training_data_folder() is None, reason="the portraits and teachers are not here")
def test_real_portraits_are_labelled_and_only_of_the_split(tmp_path: Path) -> None:
    label_faces(LabelFacesConfig(limit=3), tmp_path, SilentReporter())
    labels = load_labels(tmp_path)

    assert len(labels.files) == 3
    assert json.loads((tmp_path / "manifest.json").read_text())["split"] == "train"
    assert {CLASSES.index(name) for name in ("skin", "hair", "eyes", "mouth")} <= set(np.unique(labels.regions))
