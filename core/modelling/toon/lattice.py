"""The head's motions on grids of points, so that hair, glasses, beards and clothes follow without storing morphs of their own.

One grid holds the motions without what carries the eyes, which is smooth; a finer one around an eye adds the rest. Planes are
added where a motion bends until what lies between them is exact enough. Both grids begin at x = 0: the reader completes them.

A third one holds what the face does (core.modelling.toon.expressions), for beards; a fourth how hats press hair.
"""

from collections.abc import Callable, Mapping

import numpy as np

from core.modelling.fields import Float, smoothstep, vector
from core.modelling.toon import expressions, hat_line, head, warps
from core.modelling.toon.face_motions import SKIN_MOTIONS, Flesh
from core.rendering.lattice import Lattice
from core.rendering.mesh import PARTS, Mesh, Morph

TOLERANCE = 0.0015
"""How far a follower may be from where the motion itself would put it."""

_PLANE_TOLERANCE = 0.0009  # rounding the offsets adds up to 0.0006
_NEAR = (-0.16, 0.75)
"""Distances from the skin between which things that follow lie."""

_ROUNDS = 4

Motions = Mapping[str, Callable[[Float], Float]]
"""Morph name -> its offsets (V, 3) at points (V, 3)."""

Axes = tuple[Float, Float, Float]


def _offsets(motions: Motions, axes: Axes) -> Float:
    """(X, Y, Z, 3 M) of every motion on a grid."""
    points = vector(np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3))
    moved = np.concatenate([motion(points) for motion in motions.values()], 1)
    return vector(moved.reshape(*(len(axis) for axis in axes), -1))


def _mesh(name: str, motions: Motions, axes: Axes) -> Mesh:
    points = vector(np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3))
    nothing = np.zeros_like(points)
    return Mesh(
        name=name,
        material="skin",
        positions=points,
        normals=nothing,
        triangles=np.array([[0, 1, 2]], np.uint32),
        uv=nothing[:, :2],
        paint=np.tile(vector([1, 0, 0, 0]), (len(points), 1)),
        parts=np.full(len(points), PARTS.index("skin"), np.uint8),
        morphs={key: Morph(motion(points), nothing) for key, motion in motions.items()},
    )


def _bent(motions: Motions, axes: Axes, axis: int) -> list[float]:
    """Middles between planes across one axis where a motion is not what its neighbours say."""
    planes = axes[axis]
    middles = vector((planes[1:] + planes[:-1]) / 2)
    probes = list(axes)
    probes[axis] = middles
    points = vector(np.stack(np.meshgrid(*probes, indexing="ij"), -1).reshape(-1, 3))
    distance = np.minimum(head.skull(points), head.neck(points))
    near = (distance > _NEAR[0]) & (distance < _NEAR[1])
    guessed = Lattice([_mesh("grid", motions, axes)]).morphs(points[near], np.zeros_like(points[near]), motions)
    error = np.zeros(len(points))
    for key, motion in motions.items():
        guess = guessed[key].positions if key in guessed else 0.0
        error[near] = np.maximum(error[near], np.abs(motion(points[near]) - guess).max(1))
    worst = error.reshape([len(planes) for planes in probes]).max(tuple(k for k in range(3) if k != axis))
    return [float(middle) for middle, value in zip(middles, worst, strict=True) if value > _PLANE_TOLERANCE]


def _refined(motions: Motions, axes: Axes) -> Axes:
    for _ in range(_ROUNDS):
        added = [_bent(motions, axes, axis) for axis in range(3)]
        if not any(added):
            break
        axes = tuple(vector(np.sort([*planes, *more])) for planes, more in zip(axes, added, strict=True))  # type: ignore[assignment]
    return axes


_FACE: Axes = (
    vector(np.linspace(-1.02, 1.02, 35)),
    vector([*np.linspace(-1.75, -0.70, 15), *np.linspace(-0.65, -0.25, 11), *np.linspace(-0.19, 0.11, 6)]),
    vector(np.linspace(-0.35, 1.3, 17)),
)
"""Planes of the grid for what grows on the face: beards are thick enough to hide what is lost between them."""


def _still_at_edges(name: str) -> Callable[[Float], Float]:
    """A blendshape's motion of space, at rest on the surface of the face's grid."""

    def motion(points: Float) -> Float:
        inside = np.ones(len(points))
        for axis, planes in enumerate(_FACE):
            inside *= smoothstep(planes[0], planes[2], points[:, axis]) * smoothstep(planes[-1], planes[-3], points[:, axis])
        return vector(SKIN_MOTIONS[name](Flesh.of(points)) * inside[:, None])

    return motion


_HAT: Axes = (vector(np.linspace(0, 1.9, 20)), vector(np.linspace(-0.95, 1.0, 21)), vector(np.linspace(-1.9, 1.5, 29)))
"""Planes of the grid for hair under hats: above it all hair is hidden."""


def hat_grid() -> Mesh:
    """The grid of what hats do to hair."""
    return _mesh("hat", {hat_line.PRESSED: hat_line.pressed}, _HAT)


def lattice_meshes() -> list[Mesh]:
    """The grids of `lattice.glb`."""
    whole: Motions = {name: warps.UNCARRIED[name] for name in warps.HEAD_WARPS}

    def carrying(name: str) -> Callable[[Float], Float]:
        return lambda points: vector(warps.WARPS[name](points) - warps.UNCARRIED[name](points))

    around_eyes: Motions = {name: carrying(name) for name in warps.HEAD_WARPS}
    wide = (vector(np.linspace(0, 1.8, 7)), vector(np.linspace(-1.8, 2.0, 20)), vector(np.linspace(-1.7, 1.5, 9)))
    close = (vector(np.linspace(0, 0.95, 11)), vector(np.linspace(-0.5, 0.62, 8)), vector(np.linspace(-0.1, 1.3, 8)))
    return [
        _mesh("head", whole, _refined(whole, wide)),
        _mesh("eyes", around_eyes, _refined(around_eyes, close)),
        _mesh("face", {name: _still_at_edges(name) for name in expressions.FOLLOWED}, _FACE),
        hat_grid(),
    ]
