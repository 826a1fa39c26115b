import numpy as np
import pytest

from core.faces.mesh import NUM_LANDMARKS
from core.faces.pose import _REFERENCE, head_pose

Turn = tuple[float, float, float]


def _head() -> np.ndarray:
    points = np.zeros((NUM_LANDMARKS, 3))
    points[list(_REFERENCE)] = list(_REFERENCE.values())
    return points


def _turned(yaw: float, pitch: float, roll: float) -> np.ndarray:
    a, b, c = np.radians((yaw, pitch, roll))
    side = np.array([[np.cos(a), 0, -np.sin(a)], [0, 1, 0], [np.sin(a), 0, np.cos(a)]])
    up = np.array([[1, 0, 0], [0, np.cos(b), np.sin(b)], [0, -np.sin(b), np.cos(b)]])
    plane = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    return np.asarray(_head() @ (plane @ up @ side).T)


@pytest.mark.parametrize("turn", [(0, 0, 0), (30, 0, 0), (-25, 0, 0), (0, 20, 0), (0, -20, 0), (0, 0, 40), (20, -15, -35)])
def test_a_turn_is_told_at_any_scale_and_place(turn: Turn) -> None:
    pose = head_pose(_turned(*turn) * 130 + (400, 300, -50))

    assert (pose.yaw, pose.pitch, pose.roll) == pytest.approx(turn, abs=1e-6)


def test_angles_mean_what_they_say() -> None:
    nose, brow = 4, 10
    right, up, clockwise = (_turned(*turn) for turn in ((30, 0, 0), (0, 30, 0), (0, 0, 30)))

    assert right[nose, 0] > _head()[nose, 0] + 0.2  # the nose goes to the picture's right
    assert up[nose, 1] < _head()[nose, 1] - 0.2  # and up is less y
    assert clockwise[brow, 0] > 0.3  # the top of the head leans to the right


def test_noise_turns_a_head_little() -> None:
    noise = np.random.default_rng(0).normal(0, 0.02, (NUM_LANDMARKS, 3))
    pose = head_pose(_turned(10, 5, 3) + noise)

    assert (pose.yaw, pose.pitch, pose.roll) == pytest.approx((10, 5, 3), abs=1.5)
