"""A whole mesh: the mean face that the shipped network bends into everybody's."""

import functools

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from core.models import find_model

SIZE = 224


@functools.cache
def _mesh() -> NDArray[np.float32]:
    graph = onnx.load(str(find_model("landmarks"))).graph
    (mean,) = (numpy_helper.to_array(tensor) for tensor in graph.initializer if tuple(tensor.dims) == (478, 3))
    # In sides of the landmark network's crop, of which the picture shows one and a half.
    return np.asarray(mean.astype(np.float32) * (SIZE / 1.5) + (SIZE / 2, SIZE / 2, 0), np.float32)


def whole_mesh() -> NDArray[np.float32]:
    """(478, 3): a face in the middle of a square of 224 pixels, level, its middle nearest."""
    return _mesh().copy()


def checked_picture() -> NDArray[np.uint8]:
    """(224, 224, 4): smooth colours that tell places apart, and a mask that is 255 everywhere."""
    rows, columns = np.mgrid[0:SIZE, 0:SIZE]
    return np.stack([columns, rows, np.full_like(rows, 90), np.full_like(rows, 255)], axis=-1).astype(np.uint8)
