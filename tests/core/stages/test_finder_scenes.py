from pathlib import Path

import numpy as np
import pytest

from core.datasets.portraits import load_labels, regions_frame
from core.faces.align import face_unit
from core.faces.finding import FINDER_SIZE
from core.stages import finder_scenes
from core.stages.finder_scenes import Scenes, even_skin, placing
from tests.core.datasets.faces import drawn_face


@pytest.fixture
def scenes(labels: Path, monkeypatch: pytest.MonkeyPatch) -> Scenes:
    monkeypatch.setattr(finder_scenes, "_POOL", 3)
    return Scenes.load(load_labels(labels), 1)


def test_placing_puts_the_face_where_and_as_large_as_asked() -> None:
    points = np.array([[100, 100], [140, 110], [118, 125], [100, 140], [130, 147]], np.float32)
    for mirrored in (False, True):
        frame = placing(points, 20.0, np.array([90.0, 50.0]), 0.3, mirrored)
        moved = frame.from_picture(points)
        centre = (moved[:2].mean(axis=0) + moved[3:].mean(axis=0)) / 2
        np.testing.assert_allclose(centre, (90, 50), atol=0.01)
        across = moved[1] - moved[0]
        assert np.arctan2(across[1], across[0] * (-1 if mirrored else 1)) == pytest.approx(0.3, abs=1e-3)
        assert face_unit(moved) == pytest.approx(20, abs=0.01)
        assert frame.size == FINDER_SIZE


def test_samples_hold_no_one_or_several_faces_small_and_large(scenes: Scenes) -> None:
    rng = np.random.default_rng(0)
    samples = [scenes.sample(rng) for _ in range(120)]
    counts = [len(faces) for _, faces in samples]
    units = [face_unit(face) for _, faces in samples for face in faces]

    assert all(picture.shape == (160, 160, 3) and picture.dtype == np.uint8 for picture, _ in samples)
    assert {0, 1, 2} <= set(counts)
    assert 0.12 < np.mean(np.array(counts) == 0) < 0.35
    assert min(units) < 6
    assert max(units) > 55


def test_labelled_points_lie_on_the_face_at_every_level_of_the_pyramid(scenes: Scenes) -> None:
    rng, back = np.random.default_rng(1), np.zeros((160, 160, 3), np.uint8)
    person = scenes.people[0]
    for unit in (6.0, 16.0, 40.0):
        for _ in range(5):
            picture, face = finder_scenes._placed(rng, person, back, unit, np.array([80.0, 80.0]), "own")
            column, row = face[2].round().astype(int)
            nose = picture[row, column].astype(float)
            # The drawn nose is skin-coloured, whatever the light: red over green over blue, about 10 : 7 : 5.5.
            assert nose[1] / nose[0] == pytest.approx(0.71, abs=0.12)
            assert face[0, 0] < face[1, 0]
            assert face[3, 0] < face[4, 0]
            assert face_unit(face) == pytest.approx(unit, rel=0.05)


def test_the_same_seed_makes_the_same_scenes(scenes: Scenes, labels: Path) -> None:
    again = Scenes.load(load_labels(labels), 1)

    for one, other in zip((*scenes.people, *scenes.faceless), (*again.people, *again.faceless), strict=True):
        assert (one.photos[0] == other.photos[0]).all()
    first, second = (chosen.sample(np.random.default_rng(5)) for chosen in (scenes, again))
    assert (first[0] == second[0]).all()


def test_darker_skin_is_drawn_up_to_three_times_as_often() -> None:
    picture, regions, landmarks = drawn_face()
    photos = [(picture * share).astype(np.uint8) for share in (1.0, 0.7, 0.3)]
    inside = regions_frame(landmarks).pick(regions, 255)
    chances = even_skin(photos, np.stack([inside] * 3), np.stack([landmarks] * 3), np.full(3, 1 / 3))

    assert chances.sum() == pytest.approx(1)
    assert chances[2] / chances[0] == pytest.approx(3)
    assert chances[0] < chances[1] < chances[2]
