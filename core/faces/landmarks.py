"""Placing the 478 landmarks of a face that was found, with what it expresses."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.faces.align import Frame, face_unit, five_points, landmark_quad
from core.faces.expressions import EXPRESSIONS, MIRRORED_EXPRESSIONS
from core.faces.mesh import MIRRORED, NUM_LANDMARKS
from core.faces.mirrored import ask_both_ways
from core.models import shared_model
from core.shapes import expect_shape

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

LANDMARKS_SIZE = 128
_FACE = 0.95  # chance from which a find is a face: all of 64 faces that the finder doubted have it, 2 of 14 false finds
_STEADY = 0.1  # face units that the second pass may move the five points of a face


@dataclass(frozen=True, eq=False)
class Placed:
    """The landmarks of one face.

    Attributes:
        points: (478, 3) float32: x and y in photo pixels, and depth in the same unit, negative towards the camera, mean 0.
        expression: (52,) float32 in [0, 1], `core.faces.expressions.EXPRESSIONS`.
        face: How likely this is a face at all, in [0, 1].
    """

    points: Float
    expression: Float
    face: float

    def __post_init__(self) -> None:
        expect_shape(self.points, f"{NUM_LANDMARKS} 3")
        expect_shape(self.expression, f"{len(EXPRESSIONS)}")


def place_landmarks(image: Image, points: Float) -> Placed:
    """Landmarks from five points of a face (5, 2).

    The second pass corrects the crop of the first, and is the mean of what is seen there and in the mirror: errors that the
    network makes on one side only are halved.

    Raises:
        ModelError: The network is not installed or damaged.
    """
    return _pass(image, five_points(_pass(image, points).points[:, :2]), mirrored=True)


def place_again(image: Image, points: Float, *, is_careful: bool = False) -> Placed:
    """Landmarks of a face whose five points (5, 2) are known well already, as from the picture before: one look.

    Args:
        image: (H, W, 3) uint8 sRGB.
        points: Pixels.
        is_careful: Look at the mirror too, which is twice the work and halves errors of one side.

    Raises:
        ModelError: The network is not installed or damaged.
    """
    return _pass(image, points, mirrored=is_careful)


def is_face(image: Image, points: Float) -> bool:
    """Whether there is a face where the finder doubts it: the network says so twice, and sees it in the same place."""
    first = _pass(image, points)
    if first.face < _FACE:
        return False
    before = five_points(first.points[:, :2])
    second = _pass(image, before)
    moved = float(np.hypot(*(five_points(second.points[:, :2]) - before).T).mean())
    return second.face >= _FACE and moved < _STEADY * face_unit(before)


def _pass(image: Image, points: Float, mirrored: bool = False) -> Placed:
    frame = Frame(landmark_quad(points), LANDMARKS_SIZE)
    crop = frame.crop(image)
    found = ask_both_ways("landmarks", crop) if mirrored else [shared_model("landmarks")(pictures=crop[None])]
    mesh, expression = found[0]["landmarks"][0], found[0]["expression"][0]
    if mirrored:
        other = (found[1]["landmarks"][0] * (-1, 1, 1) + (1, 0, 0))[MIRRORED]
        mesh, expression = (mesh + other) / 2, (expression + found[1]["expression"][0][MIRRORED_EXPRESSIONS]) / 2
    side = float(np.hypot(*(frame.quad[3] - frame.quad[0])))
    depth = (mesh[:, 2:] - mesh[:, 2:].mean()) * side
    placed = np.hstack([frame.to_picture(mesh[:, :2] * LANDMARKS_SIZE), depth])
    return Placed(placed.astype(np.float32), expression.astype(np.float32), float(np.mean([one["face"][0] for one in found])))
