"""Which vertices of MakeHuman's base mesh are nose, lips, ears or neck, and where light does not reach. Lengths in decimetres."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.datasets.makehuman import Double, Faces, MakeHuman
from core.rendering.mesh import PARTS

Float = NDArray[np.float32]

# Outlines on the front of the base mesh at rest, right half, decimetres (x, y).
_NOSE = ((0.0, 7.33), (0.08, 7.30), (0.09, 7.15), (0.13, 7.05), (0.19, 6.97), (0.19, 6.86), (0.12, 6.80), (0.0, 6.775))
_LIPS = ((0.0, 6.695), (0.05, 6.705), (0.13, 6.675), (0.268, 6.612), (0.15, 6.515), (0.0, 6.478))
_THROAT = np.array([0.0, 6.6, 0.8])
_ARMS = 1.25
MOUTH_CORNER = (0.262, 6.61, 1.43)
"""Where the right corner of the mouth is at rest."""
NOSE_TIP = (0.0, 6.93, 1.68)
"""Where the tip of the nose is at rest."""


def body_parts(makehuman: MakeHuman) -> NDArray[np.uint8]:
    """(V,) the part of each vertex of the base mesh."""
    rest = makehuman.positions
    parts = np.full(len(rest), PARTS.index("skin"), np.uint8)
    x, y, z = np.abs(rest[:, 0]), rest[:, 1], rest[:, 2]
    parts[y < np.minimum(6.2 + 0.45 * (1.3 - z), 6.62)] = PARTS.index("neck")
    # Teachers call arms and hands what they call clothes: the rest of a person.
    parts[x > _ARMS] = PARTS.index("clothes")
    parts[_inside(x, y, _NOSE) & (z > 1.3)] = PARTS.index("nose")
    parts[_inside(x, y, _LIPS) & (z > 1.40)] = PARTS.index("lips")
    parts[_cavity(makehuman, parts == PARTS.index("lips"))] = PARTS.index("mouth")
    for side in "lr":
        vertices, offsets = makehuman.target(f"ears/{side}-ear-trans-up")
        moved = np.hypot(*offsets[:, :2].T)
        parts[vertices[moved > 0.85 * moved.max()]] = PARTS.index("ears")
    return parts


def body_paint(makehuman: MakeHuman, parts: NDArray[np.uint8]) -> Float:
    """(V, 4) occlusion, lips, blush, lid line."""
    rest = makehuman.positions
    paint = np.zeros((len(rest), 4), np.float32)
    paint[:, 0] = 1
    paint[parts == PARTS.index("lips"), 1] = 1
    paint[parts == PARTS.index("mouth"), 0] = 0.12
    x, y, z = np.abs(rest[:, 0]), rest[:, 1], rest[:, 2]
    nostril = (x < 0.16) & (y > 6.76) & (y < 6.92) & (z < 1.46) & (z > 1.2)
    paint[nostril, 0] = 0.25
    under = np.clip((y - (5.6 + 0.4 * (1.3 - z))) / 0.6, 0, 1) * (parts == PARTS.index("neck"))
    paint[:, 0] *= (1 - 0.35 * under).astype(np.float32)
    for side in "lr":
        ball = rest[np.unique(makehuman.groups[f"helper-{side}-eye"])]
        centre, radius = (ball.min(axis=0) + ball.max(axis=0)) / 2, float(np.ptp(ball[:, 0])) / 2
        near = np.sqrt(np.square(rest - centre).sum(axis=1)) < 1.1 * radius
        paint[near, 0] = 0.3
        cheek = np.exp(-np.square(rest - (np.sign(centre[0]) * 0.45, 6.9, 1.3)).sum(axis=1) / 0.06)
        paint[:, 2] += cheek.astype(np.float32)
    return np.clip(paint, 0, 1)


def _cavity(makehuman: MakeHuman, lips: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(V,) which vertices lie behind the lips: those that can be reached from deep in the mouth without crossing them."""
    rest, triangles = makehuman.positions, makehuman.groups["body"]
    near = np.abs(rest - _THROAT) < (0.4, 0.35, 0.75)
    open_way = near.all(axis=1) & ~lips
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    edges = edges[open_way[edges].all(axis=1)]
    reached = np.zeros(len(rest), bool)
    body = np.unique(triangles)
    reached[body[np.square(rest[body] - _THROAT).sum(axis=1).argmin()]] = True
    while True:
        ahead = edges[reached[edges].any(axis=1)]
        if reached[ahead].all():
            return reached
        reached[ahead] = True


def _inside(x: Double, y: Double, outline: Sequence[tuple[float, float]]) -> NDArray[np.bool_]:
    """Which points lie in an outline that begins and ends on the middle line, by how often a way outward crosses it."""
    found = np.zeros(len(x), bool)
    for (x1, y1), (x2, y2) in pairwise(outline):
        if y1 != y2:
            crosses = (y1 > y) != (y2 > y)
            found ^= crosses & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return found


def led_by_majority(triangles: Faces, parts: NDArray[np.uint8]) -> Faces:
    """Turn each triangle so that the part of its first vertex, which is the triangle's, is that of most of its vertices."""
    of = parts[triangles]
    second = (of[:, 1] == of[:, 2]) & (of[:, 0] != of[:, 1])
    turned = triangles.copy()
    turned[second] = triangles[second][:, [1, 2, 0]]
    return turned


def iris_places(rest: Double, ball: Faces) -> Float:
    """(V, 2) places on an eyeball, iris radius 1."""
    places = rest[ball]
    centre = (places.min(axis=0) + places.max(axis=0)) / 2
    uv = np.zeros((len(rest), 2), np.float32)
    uv[ball] = (places[:, :2] - centre[:2]) / (0.42 * np.ptp(places[:, 0]) / 2)
    back = places[:, 2] < centre[2]
    uv[ball[back]] *= 2.5 / np.maximum(np.hypot(*uv[ball[back]].T), 1e-3)[:, None]
    return uv
