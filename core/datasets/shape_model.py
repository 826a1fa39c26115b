"""The linear model of face shapes that the landmark network is built on."""

import numpy as np
from numpy.typing import NDArray

from core.faces.align import Frame, five_points, landmark_quad
from core.faces.mesh import MIRRORED, NUM_LANDMARKS

Float = NDArray[np.float32]


def shape_model(landmarks: Float, weights: NDArray[np.floating], count: int, depth_weight: float) -> tuple[Float, Float, Float]:
    """Mean and principal components of shapes and their mirrors, after the best similarity transform in the picture's plane.

    Args:
        landmarks: (N, 478, 3).
        weights: (N,) how much each shape counts.
        count: K, how many components; where there are fewer, the others are zero.
        depth_weight: Of depth against x and y when shapes are compared.

    Returns:
        Mean (478, 3) in sides of the crop, about its middle; components times their deviations (K, 478, 3); and weights for the
        loss (K,).
    """
    shapes = levelled(landmarks)
    flipped = (shapes * (-1, 1, 1))[:, MIRRORED]
    weights = np.concatenate([weights, weights]) / (2 * np.sum(weights))
    both = np.concatenate([shapes, flipped])
    mean = np.einsum("n,nij->ij", weights, both)
    target = (mean[:, :2] - mean[:, :2].mean(axis=0)) @ (1, 1j)
    flat = (both[..., :2] - both[..., :2].mean(axis=1, keepdims=True)) @ (1, 1j)
    turn = (flat.conj() @ target) / (np.abs(flat) ** 2).sum(axis=1)
    aligned = flat * turn[:, None]
    metric = np.array([1, 1, depth_weight])
    offsets = (np.stack([aligned.real, aligned.imag, both[..., 2] * np.abs(turn)[:, None]], axis=-1) - _centred(mean)) * metric
    offsets = offsets.reshape(len(offsets), -1).astype(np.float64)
    spread, components = np.linalg.eigh((offsets * weights[:, None]).T @ offsets)
    best = np.argsort(-spread)[:count]
    deviation = np.sqrt(np.maximum(spread[best], 0))
    enough = min(count, max(1, len(landmarks) - 1))
    deviation[enough:] = 0
    basis = (components[:, best] * deviation).T.reshape(count, NUM_LANDMARKS, 3) / metric
    # Rarer components matter less, but not as much less as their size.
    return mean.astype(np.float32), basis.astype(np.float32), np.sqrt(deviation / deviation[0]).astype(np.float32)


def levelled(landmarks: Float) -> Float:
    """Shapes (N, 478, 2 or 3), each in its own crop: about the middle, level, in sides of the crop, depth about its mean."""
    shapes = np.empty_like(landmarks)
    for shape, points in zip(shapes, landmarks, strict=True):
        quad = landmark_quad(five_points(points[:, :2]))
        shape[:, :2] = Frame(quad, 1).from_picture(points[:, :2]) - np.float32(0.5)
        shape[:, 2:] = (points[:, 2:] - points[:, 2:].mean(axis=0)) / np.float32(np.hypot(*(quad[3] - quad[0])))
    return shapes


def _centred(mean: Float) -> Float:
    return np.asarray(mean - mean.mean(axis=0))
