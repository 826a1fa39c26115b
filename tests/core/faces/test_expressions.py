import numpy as np

from core.faces.expressions import EXPRESSIONS, MIRRORED_EXPRESSIONS


def test_mirrored_expressions_swap_left_and_right() -> None:
    swapped = np.array(MIRRORED_EXPRESSIONS)

    assert (swapped[swapped] == np.arange(52)).all()
    assert EXPRESSIONS[swapped[EXPRESSIONS.index("eyeBlinkLeft")]] == "eyeBlinkRight"
    assert EXPRESSIONS[swapped[EXPRESSIONS.index("jawOpen")]] == "jawOpen"
