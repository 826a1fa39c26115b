"""From the finder network's output to faces in a photo."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.shapes import expect_shape

Float = NDArray[np.float32]

FINDER_SIZE = 160
STRIDE = 4
UNIT = 16.0  # pixels; the network's size is the logarithm of face units in this
_MOST = 24  # faces in one picture


@dataclass(frozen=True, eq=False)
class FoundFace:
    """A face in a picture.

    Attributes:
        score: How sure the finder is, in [0, 1].
        centre: (2,) float32 pixels, between eyes and mouth.
        unit: The face's size (core.faces.align.face_unit), pixels.
        points: (5, 2) float32 pixels: left eye, right eye, tip of the nose, left and right corner of the mouth.
    """

    score: float
    centre: Float
    unit: float
    points: Float


def decode_faces(output: Float, threshold: float) -> list[FoundFace]:
    """Faces in the network's picture, best first.

    Args:
        output: (14, 40, 40) of core.networks.finder.Finder.
        threshold: Lowest score.
    """
    sizes = expect_shape(output, "14 H W")
    scores = 1 / (1 + np.exp(-np.clip(output[0], -30, 30)))
    padded = np.pad(scores, 1)
    around = np.max([padded[y : y + sizes["H"], x : x + sizes["W"]] for y in range(3) for x in range(3)], axis=0)
    rows, columns = np.nonzero((scores >= around) & (scores >= threshold))
    best = np.argsort(-scores[rows, columns], kind="stable")[:_MOST]
    faces: list[FoundFace] = []
    for row, column in zip(rows[best], columns[best], strict=True):
        values = output[1:, row, column]
        cell = np.array([column + 0.5, row + 0.5], np.float32) * STRIDE
        unit = UNIT * float(np.exp(np.clip(values[2], -4, 4)))
        face = FoundFace(float(scores[row, column]), cell + values[:2] * unit, unit, cell + values[3:].reshape(5, 2) * unit)
        if all(np.hypot(*(face.centre - other.centre)) > max(unit, other.unit) for other in faces):
            faces.append(face)
    return faces
