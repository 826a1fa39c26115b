"""Numbers that say how a face is shaped, from its landmarks: what landmarks are judged by, and likeness too."""

import numpy as np
from numpy.typing import NDArray

from core.shapes import expect_shape

SHAPE_NUMBERS = (
    "mouth_open", "eye_open", "mouth_width", "face_width", "jaw_width", "nose_width", "brow_height", "eye_spacing",
)  # fmt: skip
"""What `shape_numbers` gives, in this order."""


def shape_numbers(landmarks: NDArray[np.floating]) -> NDArray[np.float32]:
    """(N, 478, 2) -> (N, 8) ratios, free of unit, scale and turn.

    Lengths are over the distance of the outer corners of the eyes, but for the width of the face (over its length) and of the jaw
    (over the width of the face).
    """
    expect_shape(landmarks, "N 478 2")

    def length(start: int, end: int) -> NDArray[np.floating]:
        return np.asarray(np.linalg.norm(landmarks[:, start] - landmarks[:, end], axis=-1))

    eyes = length(33, 263)
    numbers = [
        length(13, 14) / eyes,
        (length(159, 145) + length(386, 374)) / eyes,
        length(61, 291) / eyes,
        length(234, 454) / length(10, 152),
        length(172, 397) / length(234, 454),
        length(49, 279) / eyes,
        (length(105, 159) + length(334, 386)) / eyes,
        length(133, 362) / eyes,
    ]
    return np.stack(numbers, axis=1).astype(np.float32)
