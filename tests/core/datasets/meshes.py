"""A whole mesh, as the shipped network sees it in an empty picture: a plausible face of nobody."""

import functools

import numpy as np
from numpy.typing import NDArray

from core.faces.align import Frame, five_points, landmark_quad, wider
from core.models import shared_model

SIZE = 224


@functools.cache
def _mesh() -> NDArray[np.float32]:
    found = shared_model("landmarks")(pictures=np.full((1, 128, 128, 3), 120, np.uint8))["landmarks"][0][:, :2]
    flat = Frame(wider(landmark_quad(five_points(found * 1000)), 1.5), SIZE).from_picture(found * 1000)
    away = (flat - flat.mean(axis=0)) / np.ptp(flat, axis=0)
    return np.column_stack([flat, 120 * (away**2).sum(axis=1)]).astype(np.float32)


def whole_mesh() -> NDArray[np.float32]:
    """(478, 3): a face in the middle of a square of 224 pixels, level, its middle nearest."""
    return _mesh().copy()


def checked_picture() -> NDArray[np.uint8]:
    """(224, 224, 4): smooth colours that tell places apart, and a mask that is 255 everywhere."""
    rows, columns = np.mgrid[0:SIZE, 0:SIZE]
    return np.stack([columns, rows, np.full_like(rows, 90), np.full_like(rows, 255)], axis=-1).astype(np.uint8)
