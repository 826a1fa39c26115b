"""How a head is turned, from its landmarks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.faces.mesh import NUM_LANDMARKS
from core.shapes import expect_shape

_REFERENCE = {
    33: (-0.5, -0.066, 0.052), 133: (-0.194, -0.046, -0.007), 362: (0.194, -0.046, -0.007), 263: (0.5, -0.066, 0.052),
    168: (0.0, -0.103, -0.213), 6: (0.0, -0.016, -0.263), 197: (0.0, 0.067, -0.319), 195: (0.0, 0.143, -0.381),
    5: (0.0, 0.223, -0.446), 4: (0.0, 0.324, -0.471), 98: (-0.213, 0.422, -0.165), 327: (0.213, 0.422, -0.165),
    2: (0.0, 0.467, -0.26), 10: (0.0, -0.678, -0.17), 151: (0.0, -0.492, -0.205), 9: (0.0, -0.283, -0.234),
    234: (-0.82, 0.156, 0.678), 454: (0.82, 0.156, 0.678), 127: (-0.825, -0.016, 0.622), 356: (0.825, -0.016, 0.622),
    54: (-0.69, -0.466, 0.205), 284: (0.69, -0.466, 0.205), 70: (-0.661, -0.217, 0.051), 300: (0.661, -0.217, 0.051),
    50: (-0.588, 0.294, -0.012), 280: (0.588, 0.294, -0.012), 117: (-0.61, 0.114, 0.057), 346: (0.61, 0.114, 0.057),
}  # fmt: skip
"""Points that expressions move little: index -> their mean over the training portraits and their mirrors, in distances of the
outer corners of the eyes, about their middle. A head that is turned like the mean of the portraits is not turned."""


@dataclass(frozen=True)
class HeadPose:
    """How a head is turned.

    Attributes:
        yaw: Degrees to the picture's right, in -180 to 180.
        pitch: Degrees up, in -90 to 90.
        roll: Degrees clockwise in the picture, in -180 to 180.
    """

    yaw: float
    pitch: float
    roll: float


def head_pose(points: NDArray[np.floating]) -> HeadPose:
    """The turn that best carries the mean head onto landmarks, seen from far away.

    Source: Kabsch 1976, A solution for the best rotation to relate two sets of vectors (Acta Crystallographica A32), section 2.

    Args:
        points: (478, 3), x right, y down, depth negative towards the camera and in the same unit, any scale and place.
    """
    expect_shape(points, f"{NUM_LANDMARKS} 3")
    reference = np.array(list(_REFERENCE.values()))
    found = np.asarray(points, np.float64)[list(_REFERENCE)]
    left, _, right = np.linalg.svd((found - found.mean(axis=0)).T @ reference)
    sign = np.array([1, 1, np.sign(np.linalg.det(left @ right))])  # never a mirror
    turn = (left * sign) @ right
    # The turn is first to the side, then up, then in the picture's plane.
    yaw, pitch = np.arctan2(turn[2, 0], turn[2, 2]), np.arcsin(np.clip(-turn[2, 1], -1, 1))
    roll = np.arctan2(-turn[0, 1], turn[1, 1])
    return HeadPose(*(float(np.degrees(angle)) for angle in (yaw, pitch, roll)))
