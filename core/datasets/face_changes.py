"""Changes of a face's landmarks: its expression, its pose, its shape. `core.datasets.warping` carries the picture along.

Points are (478, 3) pixels of a crop that is level with the eyes, x right, y down, depth negative towards the camera. Lengths are
in distances of the outer corners of the eyes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.faces.mesh import INNER_LIPS, LEFT_BROW, LEFT_EYE, OUTER_LIPS, RIGHT_BROW, RIGHT_EYE

Float = NDArray[np.float32]
Rng = np.random.Generator

_UPPER_LIP = [
    185, 40, 39, 37, 0, 267, 269, 270, 409, 184, 74, 73, 72, 11, 302, 303, 304, 408,
    183, 42, 41, 38, 12, 268, 271, 272, 407, 191, 80, 81, 82, 13, 312, 311, 310, 415,
]  # fmt: skip
_LOWER_LIP = [
    146, 91, 181, 84, 17, 314, 405, 321, 375, 77, 90, 180, 85, 16, 315, 404, 320, 307,
    96, 89, 179, 86, 15, 316, 403, 319, 325, 95, 88, 178, 87, 14, 317, 402, 318, 324,
]  # fmt: skip
_CORNERS = [61, 291, 76, 306, 62, 292, 78, 308]
_LIPS = [*_UPPER_LIP, *_LOWER_LIP, *_CORNERS]
_NOSE_TIP, _CHIN = 4, 152
# Rings about each eye, from the lid outward, and how much of the lid's way they go with it.
_LIDS = (
    (
        ([246, 161, 160, 159, 158, 157, 173], 0.92), ([247, 30, 29, 27, 28, 56, 190], 0.45),
        ([113, 225, 224, 223, 222, 221, 189], 0.1),
        ([7, 163, 144, 145, 153, 154, 155], -0.08), ([25, 110, 24, 23, 22, 26, 112], -0.04),
    ),
    (
        ([466, 388, 387, 386, 385, 384, 398], 0.92), ([467, 260, 259, 257, 258, 286, 414], 0.45),
        ([342, 445, 444, 443, 442, 441, 413], 0.1),
        ([249, 390, 373, 374, 380, 381, 382], -0.08), ([255, 339, 254, 253, 252, 256, 341], -0.04),
    ),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Expressions:
    """How points move with each part of an expression.

    Attributes:
        fields: Name -> (478, 3), the way of each point at full strength.
    """

    fields: dict[str, Float]

    @staticmethod
    def of(mean: Float) -> "Expressions":
        """From a frontal mean shape (478, 2), level with the eyes, any scale."""
        unit = np.hypot(*(mean[263] - mean[33]))
        at = ((mean - mean[_LIPS].mean(axis=0)) / unit).astype(np.float32)  # about the middle of the mouth
        fields = {"jaw": _jaw(at), "jaw_aside": _jaw(at)[:, [1, 2, 2]] * np.float32(0.6), **_mouth(at), **_brows(at)}
        return Expressions(fields)

    def random(self, rng: Rng, points: Float) -> Float:
        """The points with another expression: (478, 3)."""
        amounts = _random_amounts(rng)
        unit = float(np.hypot(*(points[263, :2] - points[33, :2])))
        way = sum((amount * self.fields[name] for name, amount in amounts.items()), np.zeros_like(points))
        moved = _without_crossing((points + way * np.float32(unit)).astype(np.float32))
        shut = rng.random()
        if shut < 0.5:
            both = float(rng.choice([1.0, rng.uniform(0.3, 0.95), rng.uniform(0.3, 0.95), -rng.uniform(0.2, 1)]))
            moved = blinked(moved, (both, both))
        elif shut < 0.65:
            one, other = float(rng.uniform(0.7, 1)), float(rng.uniform(-0.2, 0.3))
            moved = blinked(moved, (one, other) if rng.random() < 0.5 else (other, one))
        return moved


def blinked(points: Float, shut: tuple[float, float]) -> Float:
    """The points with the picture's left and right eye shut this much: 1 is closed, 0 as it was, -1 is wide."""
    moved = points.copy()
    unit = np.float32(np.hypot(*(points[263, :2] - points[33, :2])))
    for lids, amount in zip(_LIDS, shut, strict=True):
        gap = points[lids[3][0]] - points[lids[0][0]]
        if amount < 0:  # opens at most by a third of what an eye is usually open
            gap = gap * 0.25 + np.array([0, 0.025, 0], np.float32) * unit * np.sin(np.linspace(0.4, np.pi - 0.4, 7))[:, None]
        for ring, share in lids:
            moved[ring] += np.float32(amount * share) * gap
    return np.asarray(moved, np.float32)


def turned(points: Float, yaw: float, pitch: float) -> Float:
    """The points of the head turned to the picture's right and up, by degrees, seen from far away; the middle stays.

    Args:
        points: (478, 3).
        yaw: Positive turns to the picture's right.
        pitch: Positive looks up.
    """
    a, b = np.radians(yaw), np.radians(pitch)
    about = np.array([[np.cos(a), 0, -np.sin(a)], [0, 1, 0], [np.sin(a), 0, np.cos(a)]])
    up = np.array([[1, 0, 0], [0, np.cos(b), np.sin(b)], [0, -np.sin(b), np.cos(b)]])
    centre = points.mean(axis=0)
    return np.asarray((points - centre) @ (up @ about).T + centre, np.float32)


def towards(points: Float, other: Float, share: float) -> Float:
    """The points moved towards another face's, laid eyes on eyes. Eyes that are shut in either stay as they are.

    Args:
        points: (478, 3).
        other: (478, 3), in pixels of any crop that is level with the eyes.
        share: 0 is none, 1 is the other face.
    """
    (left, right), (other_left, other_right) = _eyes(points), _eyes(other)
    scale = np.hypot(*(right - left)) / max(float(np.hypot(*(other_right - other_left))), 1e-3)
    laid = (other - np.append((other_left + other_right) / 2, 0)) * scale + np.append((left + right) / 2, 0)
    laid[:, 2] += points[:, 2].mean() - laid[:, 2].mean()
    moved = points + np.float32(share) * (laid - points)
    for upper, *_, lower, _ in _LIDS:
        openings = [np.abs(face[upper[0], 1] - face[lower[0], 1]).max() for face in (points, laid)]
        if min(openings) < 0.45 * max(openings):
            moved = _with_lids_of(moved, points, upper[0], lower[0])
    return _without_crossing(np.asarray(moved, np.float32))


def _eyes(points: Float) -> tuple[Float, Float]:
    return points[LEFT_EYE, :2].mean(axis=0), points[RIGHT_EYE, :2].mean(axis=0)


def _with_lids_of(moved: Float, points: Float, upper: list[int], lower: list[int]) -> Float:
    """The lids as far apart as before."""
    moved = moved.copy()
    change = (points[lower] - points[upper]) - (moved[lower] - moved[upper])
    moved[upper] -= change / 2
    moved[lower] += change / 2
    return moved


def _without_crossing(points: Float) -> Float:
    """Lips that passed through each other meet in the middle."""
    points = points.copy()
    for first, second in zip(INNER_LIPS[1:10], INNER_LIPS[:10:-1], strict=True):
        if points[first, 1] > points[second, 1]:
            points[[first, second], 1] = points[[first, second], 1].mean()
    return points


def _random_amounts(rng: Rng) -> dict[str, float]:
    ranges = {
        "jaw": (0.5, 0.0, 0.5), "jaw_aside": (0.15, -0.12, 0.12), "smile": (0.5, -0.7, 1.0), "smile_left": (0.1, 0.2, 0.9),
        "smile_right": (0.1, 0.2, 0.9), "pucker": (0.35, -0.2, 0.45), "aside": (0.2, -0.12, 0.12), "part": (0.35, -0.05, 0.12),
        "inner_brows": (0.45, -0.11, 0.14), "outer_brows": (0.4, -0.08, 0.13), "left_brow": (0.1, -0.06, 0.13),
        "right_brow": (0.1, -0.06, 0.13),
    }  # fmt: skip
    return {name: float(rng.uniform(low, high)) for name, (chance, low, high) in ranges.items() if rng.random() < chance}


def _jaw(at: Float) -> Float:
    """Down by 1 at the chin and the lower lip, less towards the cheeks, a little in at the corners of the mouth."""
    x, y = np.abs(at[:, 0]), at[:, 1]
    chin, half = float(at[_CHIN, 1]), float(np.abs(at[_CORNERS, 0]).max())
    share = _rise(y, -0.2, 0.45 * chin) * (1 - 0.85 * _rise(x, 0.25, 0.75))
    above = (y < 0) & (x < 1.3 * half)
    share[above] *= _rise(x[above], 0.6 * half, 1.5 * half)
    near = np.clip(x / half, 0, 1)
    share[_UPPER_LIP] = (-0.05 + 0.5 * near**4)[_UPPER_LIP]
    share[_LOWER_LIP] = (0.45 + 0.5 * np.sqrt(1 - near**2))[_LOWER_LIP]
    share[_CORNERS] = 0.45
    inward = -0.14 * np.sign(at[:, 0]) * near * _near(at, at[_LIPS], 0.12)
    return np.stack([inward, share, 0.15 * share], axis=1).astype(np.float32)


def _mouth(at: Float) -> dict[str, Float]:
    from_lips = _near(at, at[_LIPS], 0.13)
    none = np.zeros(len(at), np.float32)
    low = _rise(at[:, 1], float(at[_NOSE_TIP, 1]) * 0.6, 0.0)
    left, right = (_near(at, at[[corner]], 0.17) * low for corner in (61, 291))
    smiles = {
        "smile_left": np.stack([-0.13 * left, -0.13 * left, 0.06 * left], axis=1),
        "smile_right": np.stack([0.13 * right, -0.13 * right, 0.06 * right], axis=1),
    }
    half = float(np.abs(at[_CORNERS, 0]).max())
    bow = np.clip(1 - (at[:, 0] / half) ** 2, 0, 1)
    part = np.zeros(len(at), np.float32)
    part[_UPPER_LIP], part[_LOWER_LIP] = -0.8 * bow[_UPPER_LIP], bow[_LOWER_LIP]
    outside = np.setdiff1d(np.arange(len(at)), _LIPS)
    part[outside] = (np.where(at[:, 1] < 0, -0.8, 1.0) * bow * _near(at, at[OUTER_LIPS], 0.08))[outside]
    return {
        **smiles,
        "smile": np.asarray(smiles["smile_left"] + smiles["smile_right"]),
        "pucker": np.stack([-at[:, 0] * from_lips, 0.3 * at[:, 1] * from_lips, -0.25 * from_lips], axis=1),
        "aside": np.stack([_near(at, at[_LIPS], 0.2) * low, none, none], axis=1),
        "part": np.stack([none, part, none], axis=1),
    }


def _brows(at: Float) -> dict[str, Float]:
    """Up by 1 at the brows, fading into the forehead; the eyes stay."""
    fields = {}
    none = np.zeros(len(at), np.float32)
    still = [index for lids in _LIDS for ring, _ in lids[:2] + lids[3:] for index in ring]
    for name, brow, sign in (("left_brow", LEFT_BROW, -1), ("right_brow", RIGHT_BROW, 1)):
        up = _near(at, at[brow], 0.14) * _rise(sign * at[:, 0], -0.02, 0.12)
        up[[*still, *LEFT_EYE, *RIGHT_EYE]] = 0
        up[[index for lids in _LIDS for index in lids[2][0]]] *= 0.6
        fields[name] = np.stack([none, -up, none], axis=1).astype(np.float32)
    both = fields["left_brow"] + fields["right_brow"]
    inner = np.clip(1 - _rise(np.abs(at[:, 0]), 0.12, 0.45), 0, 1)[:, None]
    middle = np.stack([none, -0.8 * _near(at, at[[9]], 0.12), none], axis=1)
    return {**fields, "inner_brows": np.minimum(both, middle * 1.0) * inner, "outer_brows": both * (1 - inner)}


def _near(at: Float, to: Float, sigma: float) -> Float:
    """(478,): 1 at the points `to`, falling off with the distance from the nearest."""
    distance = np.linalg.norm(at[:, None] - to[None], axis=-1).min(axis=1)
    return np.asarray(np.exp(-0.5 * (distance / sigma) ** 2), np.float32)


def _rise(values: Float, low: float, high: float) -> Float:
    """0 up to `low`, 1 from `high`, smooth between."""
    share = np.clip((values - low) / (high - low), 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)
