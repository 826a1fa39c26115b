from pathlib import Path

import numpy as np

from core.datasets.face_variants import FACE_SIZE, Changer, Faces, Originals
from core.faces.shape import shape_numbers
from tests.core.datasets.meshes import checked_picture, whole_mesh


def _changer() -> Changer:
    rng = np.random.default_rng(0)
    widths = rng.uniform(0.9, 1.1, (6, 1, 1)) ** np.array([1.0, 0.0, 0.0])
    middle = whole_mesh().mean(axis=0)
    points = ((whole_mesh() - middle) * widths + middle).astype(np.float32)
    inside = np.ones((6, FACE_SIZE, FACE_SIZE), bool)
    inside[:, :20] = False
    return Changer.of(Originals(np.stack([checked_picture()] * 6), points, inside))


def test_variants_differ_in_shape_expression_and_pose_and_keep_their_labels() -> None:
    changer, rng = _changer(), np.random.default_rng(1)
    made = [changer.variant(rng, index % 6, index % 7) for index in range(35)]
    numbers = shape_numbers(np.stack([points for _, points in made])[..., :2])

    assert numbers[:, 0].max() > 0.25  # mouths open
    assert numbers[:, 1].min() < 0.4 * np.median(numbers[:, 1])  # eyes shut
    assert np.ptp(numbers[:, 3]) > 0.1  # widths
    for index, (picture, points) in enumerate(made):
        # Colours are coordinates: the tip of the nose and the forehead show what they showed before.
        front = [1, 9, 151]
        columns, rows = points[front, :2].astype(int).T
        before = changer.originals.points[index % 6][front, :2]
        assert np.abs(picture[rows, columns, :2] + 0.5 - before).max() < 2.5


def test_some_variants_are_black_where_there_was_no_photo() -> None:
    changer, rng = _changer(), np.random.default_rng(1)
    black = [bool((changer.variant(rng, 0, 0)[0][:8] == 0).all()) for _ in range(30)]

    assert 3 < sum(black) < 20


def test_faces_survive_the_disk_and_half_written_ones_do_not_count(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    faces = Faces(
        rng.integers(0, 255, (3, 8, 8, 4)).astype(np.uint8),
        rng.normal(size=(3, 478, 3)).astype(np.float32),
        rng.random((3, 52)).astype(np.float32),
        np.arange(3),
    )
    faces.save(tmp_path)
    read = Faces.load(tmp_path)
    assert read is not None
    assert all((getattr(read, name) == getattr(faces, name)).all() for name in ("pictures", "points", "expressions", "portraits"))

    (tmp_path / "whole").unlink()
    assert Faces.load(tmp_path) is None
