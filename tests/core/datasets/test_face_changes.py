import numpy as np
import pytest

from core.datasets.face_changes import Expressions, blinked, towards, turned
from core.faces.shape import SHAPE_NUMBERS, shape_numbers
from tests.core.datasets.meshes import whole_mesh


def _number(points: np.ndarray, name: str) -> float:
    return float(shape_numbers(points[None, :, :2])[0, SHAPE_NUMBERS.index(name)])


def _changed(name: str, amount: float) -> np.ndarray:
    points = whole_mesh()
    unit = np.float32(np.hypot(*(points[263, :2] - points[33, :2])))
    return points + np.float32(amount) * unit * Expressions.of(points[:, :2]).fields[name]


def test_parts_of_expressions_do_what_their_names_say() -> None:
    plain = whole_mesh()

    assert _number(_changed("jaw", 0.4), "mouth_open") > _number(plain, "mouth_open") + 0.3
    assert _number(_changed("pucker", 0.4), "mouth_width") < 0.7 * _number(plain, "mouth_width")
    assert _number(_changed("smile", 1.0), "mouth_width") > 1.15 * _number(plain, "mouth_width")
    assert _number(_changed("inner_brows", 0.1) + _changed("outer_brows", 0.1) - plain, "brow_height") > _number(
        plain, "brow_height"
    )
    smiling = _changed("smile", 1.0)
    assert smiling[61, 1] < plain[61, 1]
    assert smiling[291, 1] < plain[291, 1]


def test_shut_eyes_are_shut_and_wide_ones_wide() -> None:
    plain = whole_mesh()
    shut, wide, wink = blinked(plain, (1, 1)), blinked(plain, (-1, -1)), blinked(plain, (1, 0))

    assert _number(shut, "eye_open") < 0.05 * _number(plain, "eye_open")
    assert _number(wide, "eye_open") > 1.15 * _number(plain, "eye_open")
    assert np.hypot(*(wink[159] - wink[145])[:2]) < 0.6
    np.testing.assert_array_equal(wink[386], plain[386])


def test_turning_goes_where_it_says_and_back() -> None:
    plain = whole_mesh()
    assert turned(plain, 25, 0)[4, 0] > plain[4, 0]  # the nose goes to the picture's right
    assert turned(plain, 0, 20)[4, 1] < plain[4, 1]  # and up
    np.testing.assert_allclose(turned(turned(plain, 25, 0), -25, 0), plain, atol=1e-3)
    shape = turned(plain, 20, -10)
    assert np.ptp(np.linalg.norm(shape - shape.mean(axis=0), axis=1) - np.linalg.norm(plain - plain.mean(axis=0), axis=1)) < 1e-3


def test_all_the_way_towards_another_face_is_its_shape() -> None:
    plain = whole_mesh()
    other = (plain * (1.2, 1.0, 1.0)).astype(np.float32)  # wider
    moved = towards(plain, other * 2 + 30, 1.0)

    np.testing.assert_allclose(shape_numbers(moved[None, :, :2]), shape_numbers(other[None, :, :2]), rtol=0.02)
    np.testing.assert_allclose(towards(plain, other, 0.0), plain, atol=1e-3)


@pytest.mark.parametrize("seed", range(20))
def test_random_expressions_keep_lips_and_lids_apart(seed: int) -> None:
    plain = whole_mesh()
    points = Expressions.of(plain[:, :2]).random(np.random.default_rng(seed), plain)

    for upper, lower in ((13, 14), (81, 178), (311, 402), (159, 145), (386, 374)):
        assert points[upper, 1] <= points[lower, 1] + 0.5
    assert np.isfinite(points).all()
    assert np.abs(points - plain).max() < 0.8 * np.hypot(*(plain[263, :2] - plain[33, :2]))
