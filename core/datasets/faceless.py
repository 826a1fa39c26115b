"""Crops that the landmark network may be handed and that show no face: pieces of portraits, removed faces, things."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.datasets.negatives import negative, without_face
from core.datasets.portraits import FaceLabels, load_photos
from core.faces.align import Frame, five_points, landmark_quad, square, wider

Image = NDArray[np.uint8]
Float = NDArray[np.float32]
Rng = np.random.Generator

_LONG_SIDE = 384
_TRIES = 20
_OFF = 0.4  # sides that a crop may be off before it shows no face as wanted
_SCALES = (0.5, 2.0)  # sides of a crop over those of the right one, beyond which it shows no face as wanted


def faceless_crops(labels: FaceLabels, rng: Rng, size: int, rounds: int) -> Image:
    """(M, size, size, 3) uint8: for every portrait `rounds` pieces, the portrait without its face, and half as many things."""
    return np.stack(list(_crops(labels, rng, size, rounds)))


def _crops(labels: FaceLabels, rng: Rng, size: int, rounds: int) -> Iterator[Image]:
    photos, scales = load_photos(labels, _LONG_SIDE)
    for photo, flat, scale in zip(photos, labels.landmarks, scales, strict=True):
        points = flat * scale
        right = landmark_quad(five_points(points))
        for _ in range(rounds):
            quad = _beside(rng, photo, right)
            if quad is not None:
                yield Frame(quad, size).crop(photo)
        factor = float(np.exp(rng.normal(0, 0.2)))
        yield Frame(wider(right, factor), size).crop(without_face(rng, photo, points))
        if rng.random() < 0.5:
            yield negative(rng, size)


def _beside(rng: Rng, photo: Image, right: Float) -> Float | None:
    """A square that is off the face, or much larger or smaller than it; None where none was found."""
    height, width = photo.shape[:2]
    side, centre = float(np.hypot(*(right[3] - right[0]))), right.mean(axis=0)
    for _ in range(_TRIES):
        scale = float(np.exp(rng.uniform(np.log(0.15), np.log(3.5))))
        middle = rng.uniform(0, 1, 2) * (width, height)
        turn = rng.normal(0, 0.3)
        off = float(np.hypot(*(middle - centre))) / side
        if off > _OFF * max(1, scale) or not _SCALES[0] < scale < _SCALES[1]:
            return square(middle, np.array([np.cos(turn), np.sin(turn)]) * scale * side / 2)
    return None
