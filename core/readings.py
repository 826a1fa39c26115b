"""The shape of a face in numbers that mean the same for a photograph and for an avatar: lengths and turns of its regions.

Lengths are logarithms less their mean, so that neither the size of the picture nor that of the face matters. What is long for an
avatar is not long for a person; whoever compares them counts in deviations from the average of each (`core.methods.regions`).
"""

import numpy as np
from numpy.typing import NDArray

from core.shapes import expect_shape

Float = NDArray[np.float32]

_ROWS = 6
"""Rows between eyes and chin at which the face's width is read."""

_LENGTHS = (
    "eye_to_eye", "eye_width", "eye_height", "brow_height", "eyes_to_brows", "mouth_width", "mouth_height", "eyes_to_mouth",
    "nose_width", "nose_height", "eyes_to_nose", "eyes_to_chin", *(f"face_width_{row}" for row in range(_ROWS)),
)  # fmt: skip
NAMES = (*_LENGTHS, "eye_turn", "brow_turn", "mouth_turn")
"""What `read_shape` returns, in its order."""

_SMALLEST = 0.3  # pixels; a region that is missing is this large


def read_shape(face: Float, eyes: Float, brows: Float, mouth: Float, nose: Float) -> Float:
    """Read a face.

    Args:
        face: (S, S) in [0, 1], the face, with all that is in it.
        eyes: (S, S), both eyes.
        brows: (S, S), both brows.
        mouth: (S, S), the lips and what is between them.
        nose: (S, S), the nose.

    Returns:
        One number for each of `NAMES`: logarithms of lengths less their mean, and turns in radians, outer ends up.
    """
    size = expect_shape(face, "S S")["S"]
    for region in (eyes, brows, mouth, nose):
        expect_shape(region, f"{size} {size}")
    middle = _Moments.of(eyes).x
    left, right = (_Moments.of(half) for half in _halves(eyes, middle))
    brow_left, brow_right = (_Moments.of(half) for half in _halves(brows, middle))
    lips, tip = _Moments.of(mouth), _Moments.of(nose)
    eye_row = (left.y + right.y) / 2
    chin = _lowest(face, middle)
    lengths = [
        right.x - left.x,
        (left.width + right.width) / 2,
        (left.height + right.height) / 2,
        (brow_left.height + brow_right.height) / 2,
        eye_row - (brow_left.y + brow_right.y) / 2,
        lips.width,
        lips.height,
        lips.y - eye_row,
        tip.width,
        tip.height,
        tip.y - eye_row,
        chin - eye_row,
        *(_width_at(face, eye_row + (chin - eye_row) * (row + 0.5) / _ROWS) for row in range(_ROWS)),
    ]
    logarithms = np.log(np.maximum(lengths, _SMALLEST))
    turns = [(right.turn - left.turn) / -2, (brow_right.turn - brow_left.turn) / -2, _curve(mouth, lips)]
    return np.concatenate([logarithms - logarithms.mean(), turns]).astype(np.float32)


def terms(readings: NDArray[np.floating], mean: NDArray[np.floating], deviation: NDArray[np.floating]) -> NDArray[np.float64]:
    """What regressions on readings are made of: a constant, deviations from an average, and their squares.

    Args:
        readings: (N, R).
        mean: (R,) of the population that the readings are of.
        deviation: (R,), likewise.

    Returns:
        (N, 1 + 2 R).
    """
    count = expect_shape(readings, "N R")["N"]
    deviations = np.clip((readings - mean) / deviation, -3, 3)
    return np.concatenate([np.ones((count, 1)), deviations, deviations**2 - 1], axis=1)


class _Moments:
    """Centre, extent and turn of a soft region, pixels and radians."""

    def __init__(self, x: float, y: float, width: float, height: float, turn: float) -> None:
        self.x, self.y, self.width, self.height, self.turn = x, y, width, height, turn

    @staticmethod
    def of(region: Float) -> "_Moments":
        mass = float(region.sum())
        size = len(region)
        if mass < _SMALLEST:
            return _Moments(size / 2, size / 2, 0.0, 0.0, 0.0)
        place = np.arange(size) + 0.5
        x, y = float(region.sum(axis=0) @ place) / mass, float(region.sum(axis=1) @ place) / mass
        xx, yy = float(region.sum(axis=0) @ (place - x) ** 2) / mass, float(region.sum(axis=1) @ (place - y) ** 2) / mass
        xy = float((place - y) @ region @ (place - x)) / mass
        return _Moments(x, y, 4 * xx**0.5, 4 * yy**0.5, 0.5 * float(np.arctan2(2 * xy, xx - yy)))


def _halves(region: Float, middle: float) -> tuple[Float, Float]:
    is_left = np.arange(len(region)) + 0.5 < middle
    return region * is_left, region * ~is_left


def _lowest(face: Float, column: float) -> float:
    """The row at which the face ends below a column: where half of its weight in the next five columns is gone."""
    start = int(np.clip(column - 2, 0, len(face) - 5))
    rows = np.nonzero(face[:, start : start + 5].mean(axis=1) > 0.5)[0]
    return float(rows[-1] + 1) if len(rows) else len(face) / 2


def _width_at(face: Float, row: float) -> float:
    return float(face[int(np.clip(row, 0, len(face) - 1))].sum())


def _curve(mouth: Float, lips: _Moments) -> float:
    """How far the corners of the mouth stand above its middle, as a share of its width."""
    if lips.width < _SMALLEST:
        return 0.0
    place = (np.arange(len(mouth)) + 0.5 - lips.x) / lips.width
    columns = mouth.sum(axis=0)
    heights = (mouth * (np.arange(len(mouth)) + 0.5)[:, None]).sum(axis=0) / np.maximum(columns, 1e-6)
    seen = columns > 0.5
    if seen.sum() < 5:
        return 0.0
    bend = np.polyfit(place[seen], heights[seen], 2)[0]
    return float(-bend / lips.width)
