import numpy as np

from core.faces.mesh import LEFT_BROW, LEFT_EYE, LEFT_IRIS, MIRRORED, NOSE, NUM_LANDMARKS, RIGHT_BROW, RIGHT_EYE
from tests.core.datasets.meshes import whole_mesh


def test_a_mirror_swaps_the_sides_and_twice_mirrored_is_as_before() -> None:
    mirrored = np.array(MIRRORED)

    assert (mirrored[mirrored] == np.arange(NUM_LANDMARKS)).all()
    assert mirrored[LEFT_EYE].tolist() == RIGHT_EYE
    assert mirrored[LEFT_BROW].tolist() == RIGHT_BROW
    assert mirrored[LEFT_IRIS].tolist() == [473, 476, 475, 474, 477]  # right of one iris is left of the other
    assert set(mirrored[NOSE]) == set(NOSE)


def test_mirrored_landmarks_lie_where_their_partners_are() -> None:
    mesh = whole_mesh()[:, :2]
    middle, width = float(mesh[[33, 263], 0].mean()), float(np.linalg.norm(mesh[33] - mesh[263]))
    in_the_mirror = np.column_stack([2 * middle - mesh[MIRRORED, 0], mesh[MIRRORED, 1]])

    assert np.linalg.norm(in_the_mirror - mesh, axis=1).max() < 0.15 * width
