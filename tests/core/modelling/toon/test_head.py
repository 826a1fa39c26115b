import numpy as np
import pytest

from core.modelling import fields, meshing
from core.modelling.toon import head, noses, skin


@pytest.mark.parametrize("nose", head.NOSES)
def test_head_is_symmetric_and_one_piece(nose: str) -> None:
    from scipy.ndimage import label

    grid = meshing.sample(head.head_with(nose), *head.HEAD_BOX, 0.03)  # the ears’ rims are thin

    assert label(grid < 0)[1] == 1
    points = np.random.default_rng(0).uniform(-1, 1, (500, 3)).astype(np.float32)
    np.testing.assert_allclose(head.head(points, nose), head.head(points * fields.vector([-1, 1, 1]), nose), atol=1e-6)


def test_noses_differ_from_each_other() -> None:
    front = fields.vector(np.stack(np.meshgrid(np.linspace(-0.25, 0.25, 21), np.linspace(-0.3, 0.25, 21)), -1).reshape(-1, 2))
    starts = fields.vector(np.concatenate([front, np.zeros((len(front), 1))], 1))
    ahead = np.broadcast_to(fields.vector([0, 0, 1]), starts.shape)
    depths = [fields.cast(head.head_with(nose), starts, ahead, (0.2, 1.3), steps=40)[:, 2] for nose in head.NOSES]
    differences = [np.abs(a - b).max() for i, a in enumerate(depths) for b in depths[:i]]

    assert min(differences) > 0.03


@pytest.mark.parametrize("nose", head.NOSES)
def test_nostrils_lie_in_the_noses_surface_and_are_painted_dark(nose: str) -> None:
    piece = noses.nose_surface(nose, 0.02, 4000)
    middle, _ = head.NOSTRILS[nose]
    nearest = np.linalg.norm(piece.positions - fields.vector([middle]), axis=1).argmin()

    assert np.linalg.norm(piece.positions[nearest] - fields.vector(middle)) < 0.05
    assert skin.below_nose(piece.positions, piece.normals, nose)[nearest] > 0.2


def test_nose_morph_lands_on_the_other_nose() -> None:
    piece = noses.nose_surface(noses.DEFAULT, 0.03, 2000)
    found = noses.nose_morphs(piece.positions, piece.normals)

    assert set(found) == {noses.morph_name(nose) for nose in head.NOSES if nose != noses.DEFAULT}
    for nose in head.NOSES:
        if nose != noses.DEFAULT:
            distance = np.abs(head.head(piece.positions + found[noses.morph_name(nose)].positions, nose))

            assert np.percentile(distance, 95) < 0.01


def test_points_far_from_the_nose_have_no_nose_morphs() -> None:
    assert noses.nose_morphs(fields.vector([[0.8, 0, 0]]), fields.vector([[1, 0, 0]])) == {}
