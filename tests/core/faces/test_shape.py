import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.faces.shape import SHAPE_NUMBERS, shape_numbers


@given(st.floats(-180, 180), st.floats(0.1, 9), st.floats(-50, 50))
def test_numbers_do_not_depend_on_place_turn_or_scale(degrees: float, scale: float, shift: float) -> None:
    faces = np.random.default_rng(1).uniform(0, 1, (2, 478, 2))
    angle = np.radians(degrees)
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    np.testing.assert_allclose(shape_numbers(faces @ turn.T + shift), shape_numbers(faces), rtol=1e-4)


def test_an_opened_mouth_changes_only_its_number() -> None:
    faces = np.random.default_rng(1).uniform(0, 1, (1, 478, 2)).repeat(2, axis=0)
    faces[1, 14] = faces[1, 13]
    closed = shape_numbers(faces)

    assert closed[1, SHAPE_NUMBERS.index("mouth_open")] == 0
    assert (closed[0, 1:] == closed[1, 1:]).all()


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="expected shape"):
        shape_numbers(np.zeros((478, 2)))
