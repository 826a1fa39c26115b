import numpy as np
import pytest

from core.shapes import expect_shape


def test_letters_are_bound_to_sizes() -> None:
    assert expect_shape(np.zeros((2, 3, 4, 5)), "N 3 H W") == {"N": 2, "H": 4, "W": 5}
    assert expect_shape(np.zeros((7, 9)), "_ N") == {"N": 9}
    assert expect_shape(np.zeros(()), "") == {}


@pytest.mark.parametrize(
    ("shape", "pattern"), [((2, 3), "N"), ((2, 3), "N 3 H"), ((2, 3), "N 4"), ((2, 3), "N N"), ((), "N"), ((2,), "")]
)
def test_other_shape_is_refused_with_both_named(shape: tuple[int, ...], pattern: str) -> None:
    with pytest.raises(ValueError, match="expected shape") as caught:
        expect_shape(np.zeros(shape), pattern)

    assert str(caught.value) == f"expected shape ({pattern}), got {shape}"


def test_same_letter_is_the_same_size() -> None:
    assert expect_shape(np.zeros((4, 4, 3)), "S S 3") == {"S": 4}
