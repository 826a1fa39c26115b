"""Following one face from picture to picture: it is looked for once, and then only near where it was."""

import numpy as np
from numpy.typing import NDArray

from core.faces.align import face_unit, five_points
from core.faces.finding import likeliest_face
from core.faces.landmarks import Placed, is_face, place_again, place_landmarks
from core.faces.reading import read_placed
from core.faces.selfie import Selfie
from core.shapes import expect_shape

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

SURE, DOUBTFUL = 0.9, 0.5
"""Chance of a face: from the first on it is followed; below the second it is lost; between them it is looked at again."""

_FAST = 0.35  # face units between two pictures from which the crop was off, so that it is looked at again
_SMALLEST = 12.0  # face units in pixels: there is nothing to follow in less


def follow_face(image: Image, before: Placed | None) -> Placed | None:
    """Where a face is now; None where it is not seen.

    A face that is followed costs one look of the landmark network, not the search of the whole picture.

    Args:
        image: (H, W, 3) uint8 sRGB.
        before: Where it was in the picture before this one, of the same size; None to look for the likeliest.

    Raises:
        ModelError: A network is not installed or damaged.
    """
    expect_shape(image, "H W 3")
    if before is not None:
        points = five_points(before.points[:, :2])
        now = place_again(image, points)
        if now.face < SURE or _moved(points, now) > _FAST:
            now = place_again(image, five_points(now.points[:, :2]))
        if now.face >= DOUBTFUL and _is_there(image, now):
            return now
    return _look_for(image)


def read_followed(image: Image, placed: Placed) -> Selfie:
    """The selfie of a face that is followed: its landmarks are placed as carefully as those of a photo.

    Args:
        image: (H, W, 3) uint8 sRGB.
        placed: Where `follow_face` saw the face in it.

    Raises:
        ModelError: A network is not installed or damaged.
    """
    return read_placed(image, place_again(image, five_points(placed.points[:, :2]), is_careful=True))


def _look_for(image: Image) -> Placed | None:
    """The likeliest face of the picture as a whole: one look of the finder, cheap enough to be taken at every picture."""
    found = likeliest_face(image)
    if found is None or found.unit < _SMALLEST or not is_face(image, found.points):
        return None
    return place_landmarks(image, found.points)


def _moved(before: Float, now: Placed) -> float:
    """How far the five points went, in face units."""
    after = five_points(now.points[:, :2])
    return float(np.hypot(*(after - before).T).mean()) / max(face_unit(before), 1e-6)


def _is_there(image: Image, placed: Placed) -> bool:
    """Whether its middle is in the picture, and it is large enough to be anything."""
    points = five_points(placed.points[:, :2])
    middle, size = points.mean(axis=0), np.array(image.shape[1::-1])
    return face_unit(points) >= _SMALLEST and bool(((middle > 0) & (middle < size)).all())
