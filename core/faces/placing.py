"""The landmarks of a face that a person pointed at, because nobody else found it."""

import numpy as np
from numpy.typing import NDArray

from core.errors import SettingError
from core.faces.align import face_unit, five_points
from core.faces.landmarks import LANDMARKS_SIZE, Placed, place_landmarks
from core.models import shared_model
from core.shapes import expect_shape
from core.words import tr

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

_AWAY = 0.35  # face units that the network may move eyes and mouth; clicks are rarely further off, false faces often are
_APART = 2.0  # pixels: nearer eyes are one point
_FLAT = 0.1  # of the distance of the eyes: with the mouth nearer to their line there is no telling up from down


def ordered_points(placed: NDArray[np.floating]) -> Float:
    """(3, 2): the eye on the picture's left (of an upright face), the other, and the middle of the mouth.

    Args:
        placed: (3, 2) photo pixels: two eyes, in any order, and the middle of the mouth.

    Raises:
        SettingError: They are no face: not finite, the eyes in one place, or the mouth on the line through the eyes.
    """
    expect_shape(placed, "3 2")
    points = np.asarray(placed, np.float32)
    across, down = points[1] - points[0], points[2] - points[:2].mean(axis=0)
    apart = float(np.hypot(*across))
    if not np.isfinite(points).all() or apart < _APART:
        raise SettingError(tr("The two eyes are in one place. Put one point on each eye and one on the middle of the mouth."))
    side = float(across[0] * down[1] - across[1] * down[0]) / apart
    if abs(side) < _FLAT * apart:
        raise SettingError(
            tr("The mouth is in line with the eyes. Put one point on each eye and one on the middle of the mouth.")
        )
    return points if side > 0 else points[[1, 0, 2]]


def landmarks_from(image: Image, placed: Float) -> Placed:
    """Where the network sees them near the three points, or a mean face put onto these.

    Args:
        image: (H, W, 3) uint8 sRGB.
        placed: (3, 2) of `ordered_points`.
    """
    half = (placed[1] - placed[0]) * np.float32(0.35)
    points = np.stack([placed[0], placed[1], placed.mean(axis=0), placed[2] - half, placed[2] + half])
    found = place_landmarks(image, points)
    moved = np.hypot(*(_three(five_points(found.points[:, :2])) - placed).T).max()
    return found if moved <= _AWAY * face_unit(points) else _mean_face(placed)


def _mean_face(placed: Float) -> Placed:
    """What the network answers where there is nothing to see, its eyes and mouth moved onto the points."""
    nothing = np.full((1, LANDMARKS_SIZE, LANDMARKS_SIZE, 3), 200, np.uint8)
    answer = shared_model("landmarks")(pictures=nothing)
    mean = answer["landmarks"][0]
    known = np.column_stack([_three(five_points(mean[:, :2])), np.ones(3)])
    onto = np.linalg.solve(known, placed)
    flat = np.column_stack([mean[:, :2], np.ones(len(mean))]) @ onto
    depth = (mean[:, 2] - mean[:, 2].mean()) * np.sqrt(abs(np.linalg.det(onto[:2])))
    return Placed(np.column_stack([flat, depth]).astype(np.float32), answer["expression"][0], 0.0)


def _three(points: Float) -> Float:
    """Five points -> eyes and the middle of the mouth."""
    return np.stack([points[0], points[1], points[3:].mean(axis=0)])
