import numpy as np

from core.datasets.negatives import negative, scatter, without_face
from core.faces.mesh import OVAL
from tests.core.datasets.faces import drawn_face


def test_things_have_the_size_differ_and_come_back_with_the_seed() -> None:
    pictures = [negative(np.random.default_rng(seed), 64) for seed in range(12)]

    assert all(picture.shape == (64, 64, 3) and picture.dtype == np.uint8 for picture in pictures)
    assert len({picture.tobytes() for picture in pictures}) == 12
    assert (negative(np.random.default_rng(3), 64) == pictures[3]).all()


def test_marks_are_few_and_leave_the_rest_as_it_was() -> None:
    plain = np.full((160, 160, 3), 99, np.uint8)
    shares = [(scatter(np.random.default_rng(seed), plain) != plain).any(axis=-1).mean() for seed in range(20)]

    assert min(shares) > 0
    assert np.mean(shares) < 0.15


def test_a_removed_face_has_no_features_and_the_rest_of_the_photo_stays() -> None:
    picture, _, landmarks = drawn_face()
    oval = landmarks[OVAL]
    low, high = oval.min(axis=0).astype(int), oval.max(axis=0).astype(int)
    for seed in range(6):
        without = without_face(np.random.default_rng(seed), picture, landmarks)
        eyes = (slice(144, 157), slice(128, 193))
        edges = np.abs(np.diff(without[eyes].astype(int), axis=1)).max()
        assert edges < 45 < np.abs(np.diff(picture[eyes].astype(int), axis=1)).max()
        outside = np.ones(picture.shape[:2], bool)
        margin = 30
        outside[low[1] - margin : high[1] + margin, low[0] - margin : high[0] + margin] = False
        assert (without[outside] == picture[outside]).all()
