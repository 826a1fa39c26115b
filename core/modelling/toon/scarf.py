"""The head scarf: laid over the head, around the face and the neck."""

import numpy as np

from core.modelling.fields import Float, ellipsoid, mirrored, smooth_max, smooth_min, vector
from core.modelling.toon.hair_fields import HairField, Piece
from core.modelling.toon.hair_locks import Shape, lock
from core.modelling.toon.hair_surface import painted, visible_surface
from core.modelling.toon.head import EAR_CENTER
from core.rendering.mesh import Mesh

TRIANGLES = 3600


def _cloth(points: Float) -> Float:
    """Head, throat and shoulders under cloth, open at the face."""
    d = ellipsoid(points, (0, 0.27, -0.09), (0.925, 0.925, 0.92))
    d = smooth_min(d, ellipsoid(points, (0, -0.42, -0.04), (0.74, 0.60, 0.72)), 0.30)
    d = smooth_min(d, ellipsoid(points, (0, -1.12, -0.08), (0.62, 0.36, 0.60)), 0.25)
    d = smooth_min(d, ellipsoid(points, (0, -1.42, -0.12), (0.96, 0.30, 0.62)), 0.22)
    d = smooth_min(d, ellipsoid(mirrored(points), EAR_CENTER, (0.15, 0.30, 0.22)), 0.14)
    return smooth_max(d, -_face(points), 0.06)


def _face(points: Float) -> Float:
    """What the face's opening takes away: an oval that runs forward."""
    x, y, z = points.T
    oval = np.hypot(x / 0.655, (y + 0.075) / 0.735) - 1
    return np.maximum(vector(oval * 0.66), vector(0.12 - z))


def _folds() -> list[Piece]:
    """The rolled edge around the face and folds that run from it."""
    turn = np.linspace(0, 2 * np.pi, 25)
    edge = np.stack([0.69 * np.sin(turn), -0.075 + 0.775 * np.cos(turn), 0.0 * turn], 1)
    edge[:, 2] = 0.50 - 0.62 * (edge[:, 0] / 0.69) ** 2 * 0.75 - 0.10 * (edge[:, 1] > 0) * (edge[:, 1] / 0.7) ** 2
    roll = Shape(width=0.055, depth=0.055, root=1.0, tip=1.0, blend=0.05)
    fold = Shape(width=0.10, depth=0.035, root=0.4, tip=0.2, belly=0.5, blend=0.08)
    pieces = [lock(edge, roll, 0.55)]
    for side in (1, -1):
        for lift in (0.0, 0.16, 0.34):
            path = [
                (side * (0.80 + 0.05 * lift), 0.30 + lift, 0.16 - 0.6 * lift),
                (side * (0.79 + 0.1 * lift), -0.30 + 0.4 * lift, 0.06 - 0.5 * lift),
                (side * (0.62 + 0.2 * lift), -0.82 + 0.1 * lift, 0.16 - 0.6 * lift),
                (side * 0.28, -1.12 - 0.1 * lift, 0.48 - 0.3 * lift),
                (-side * 0.10, -1.22 - 0.2 * lift, 0.56 - 0.1 * lift),
            ]
            pieces.append(lock(path, fold, 0.4 + 0.3 * (side > 0)))
    return pieces


def scarf_meshes() -> list[Mesh]:
    """The scarf's mesh."""
    low, high = vector([-1.1, -1.85, -1.15]), vector([1.1, 1.35, 0.95])
    cloth = Piece(_cloth, low, high, lambda points: np.full(len(points), 0.5, np.float32), 0.5, 0.05)
    scarf = HairField((cloth, *_folds()))
    return [painted("scarf", visible_surface(scarf, low, high, TRIANGLES), scarf, material="scarf", part="scarf")]
