"""Expressions: the blendshapes of every mesh of the face, and what people choose among."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.modelling.fields import Float, smoothstep, unit, vector
from core.modelling.meshing import Surface
from core.modelling.toon.face_motions import BROW_MOTIONS, JAW_DROP, SKIN_MOTIONS, Flesh, Motion, off_eyes, slid
from core.modelling.toon.mouth import LipGrip
from core.rendering.mesh import Mesh, Morph
from core.rendering.normals import NormalDeriver

_SMALLEST = 4e-4


def _morphs(offsets: Mapping[str, Float], positions: Float, triangles: NDArray[np.uint32]) -> dict[str, Morph]:
    derive = NormalDeriver(positions, triangles)
    found = {}
    for name, moved in offsets.items():
        kept = np.where(np.abs(moved).max(1, keepdims=True) > _SMALLEST, moved, 0).astype(np.float32)
        if kept.any():
            found[name] = Morph(kept, derive(kept))
    return found


def skin_morphs(surface: Surface, grip: LipGrip | None = None) -> dict[str, Morph]:
    """The blendshapes of skin.

    Where skin is cut, pieces of it turn as the motion of space says, not as their own triangles do: no seam shows.

    Args:
        surface: A piece of the face.
        grip: Of a mouth's meshes, how they belong to its lips.
    """
    flesh = Flesh.of(surface.positions, grip)
    morphs = _morphs({name: motion(flesh) for name, motion in _ON_SKIN.items()}, surface.positions, surface.triangles)
    edge = _edge(surface.triangles)
    edge = edge[flesh.share[edge] < 0.02]
    for name, morph in morphs.items():
        turning = edge[morph.positions[edge].any(1)]
        morph.normals[turning] = _turned(_ON_SKIN[name], surface.positions[turning], surface.normals[turning])
    return morphs


def _edge(triangles: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Vertices where a surface ends: on sides of one triangle only."""
    sides = np.sort(np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1)
    places, counts = np.unique(sides, axis=0, return_counts=True)
    return np.unique(places[counts == 1]).astype(np.int64)


def _turned(motion: Motion, points: Float, normals: Float, step: float = 4e-3) -> Float:
    """Offsets (V, 3) of normals, by finite differences of the motion along two tangents."""
    reference = np.where(np.abs(normals[:, :1]) < 0.7, vector([1, 0, 0]), vector([0, 1, 0]))
    tangent = unit(vector(np.cross(normals, reference)))

    def moved(direction: Float) -> Float:
        ahead, behind = (motion(Flesh.of(vector(points + sign * step * direction))) for sign in (1, -1))
        return vector(direction + (ahead - behind) / (2 * step))

    return vector(unit(vector(np.cross(moved(tangent), moved(vector(np.cross(normals, tangent)))))) - normals)


def _of_skin(motion: Motion) -> Motion:
    """The motion at the front of the head only."""
    return lambda flesh: vector(motion(flesh) * (flesh.points[:, 2:] > -0.25))


def _under_brows(motion: Callable[[Float], Float]) -> Motion:
    """The skin below brows follows them by a third."""

    def follow(flesh: Flesh) -> Float:
        x, y, z = flesh.points.T
        near = 0.34 * np.exp(-(((y - 0.42) / 0.13) ** 2)) * off_eyes(flesh.points)
        near = near * smoothstep(0.75, 0.45, np.abs(x)) * (z > -0.25)
        return slid(flesh.points, vector(near[:, None] * motion(flesh.points)))

    return follow


_ON_SKIN: Mapping[str, Motion] = {
    **{name: _of_skin(motion) for name, motion in SKIN_MOTIONS.items()},
    **{name: _under_brows(motion) for name, motion in BROW_MOTIONS.items()},
}


FOLLOWED = (
    "jawOpen", "jawForward", "jawLeft", "jawRight", "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight", "mouthSmileLeft",
    "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight", "mouthStretchLeft", "mouthStretchRight", "cheekPuff",
)  # fmt: skip
"""Blendshapes that the lattice holds for what grows on the face; the rest hardly reach it."""


def moving(mesh: Mesh) -> Mesh:
    """The mesh of what grows on the face, following the skin below it: a beard."""
    return replace(mesh, follows=(*mesh.follows, *FOLLOWED))


def brow_morphs(positions: Float, triangles: NDArray[np.uint32], ring: int) -> dict[str, Morph]:
    """The blendshapes of brows: each ring moves as one, so that brows keep their thickness.

    Args:
        positions: (V, 3), ring after ring.
        triangles: (F, 3), for the normals.
        ring: Vertices in one.
    """
    grouped = positions.reshape(-1, ring, 3)
    middles = vector(np.broadcast_to(grouped.mean(1, keepdims=True), grouped.shape).reshape(-1, 3))
    return _morphs({name: slid(middles, motion(middles)) for name, motion in BROW_MOTIONS.items()}, positions, triangles)


def jaw_morphs(positions: Float, triangles: NDArray[np.uint32], forward: float = 0.0) -> dict[str, Morph]:
    """The blendshapes of what the lower jaw carries whole: the tongue.

    Args:
        positions: (V, 3).
        triangles: (F, 3), for the normals.
        forward: How far its tip comes out with `tongueOut`.
    """
    whole = np.ones((len(positions), 1), np.float32)
    offsets = {name: vector(whole * vector(direction)) for name, direction in _JAWS.items()}
    reach = smoothstep(float(np.quantile(positions[:, 2], 0.3)), float(positions[:, 2].max()), positions[:, 2])
    offsets["tongueOut"] = vector(forward * np.stack([0 * reach, 0.10 - 0.35 * reach, 0.25 + 0.9 * reach], 1))
    return _morphs(offsets, positions, triangles)


_JAWS: Mapping[str, tuple[float, float, float]] = {
    "jawOpen": (0.0, 0.9 * JAW_DROP[1], JAW_DROP[2]),
    "jawForward": (0.0, 0.0, 0.055),
    "jawLeft": (0.075, 0.0, 0.0),
    "jawRight": (-0.075, 0.0, 0.0),
}


def _both(weights: Mapping[str, float]) -> dict[str, float]:
    """Weights of both sides from names without a side."""
    return {name + side: weight for name, weight in weights.items() for side in ("Left", "Right")}


SHUT = "mouth_shut"
"""The morph that brings the lips of a mouth together that is open at rest."""

EXPRESSIONS: Mapping[str, Mapping[str, float]] = {
    "neutral": {},
    "smile": _both({"mouthSmile": 0.8, "cheekSquint": 0.4, "browOuterUp": 0.2}),
    "grin": {
        **_both({"mouthSmile": 0.9, "cheekSquint": 0.6, "eyeSquint": 0.2, "mouthUpperUp": 0.5, "mouthLowerDown": 0.45}),
        "jawOpen": 0.20,
        "browInnerUp": 0.15,
        SHUT: 1.0,
    },
    "laugh": {
        **_both({"mouthSmile": 0.9, "cheekSquint": 1.0, "eyeBlink": 1.0, "mouthUpperUp": 0.3, "browOuterUp": 0.5}),
        "jawOpen": 0.80,
        "browInnerUp": 0.45,
    },
    "surprised": {
        **_both({"eyeWide": 0.9, "browOuterUp": 0.9, "mouthFrown": 0.3}),
        "browInnerUp": 0.85,
        "jawOpen": 0.55,
        "mouthFunnel": 0.75,
    },
    "wink": {
        **_both({"mouthSmile": 0.75}),
        "eyeBlinkLeft": 1.0,
        "cheekSquintLeft": 0.8,
        "browDownLeft": 0.3,
        "browOuterUpRight": 0.6,
        "browInnerUp": 0.15,
    },
    "kiss": {**_both({"eyeSquint": 0.2, "browOuterUp": 0.25}), "browInnerUp": 0.3, "mouthPucker": 1.0, SHUT: 1.0},
    "sad": {
        **_both({"mouthFrown": 0.9, "eyeLookDown": 0.3}),
        "browInnerUp": 1.0,
        "mouthShrugLower": 0.6,
        SHUT: 1.0,
    },
    "angry": {
        **_both({"browDown": 1.0, "eyeSquint": 0.35, "mouthFrown": 0.85, "mouthPress": 0.4, "noseSneer": 0.6}),
        "mouthShrugLower": 0.3,
        SHUT: 1.0,
    },
    "sleepy": {**_both({"eyeBlink": 0.55, "browOuterUp": 0.15}), "browInnerUp": 0.3, "jawOpen": 0.04},
}
"""Option of `expression` -> weights of blendshapes; ids are appended, never changed."""
