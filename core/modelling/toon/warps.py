"""Every continuous parameter that shapes the head is a smooth motion of space, so that whatever sits on the head follows.

A warp gives, at base positions, the offset of a morph at weight 1. Offsets add up. Motions of the whole head carry each eye
rigidly (with a smooth transition around it), so that eyeballs keep their roundness and stay inside their lids.
"""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from scipy.interpolate import PchipInterpolator

from core.modelling.fields import Float, length, smoothstep, unit, vector
from core.modelling.toon.head import EYE_CENTER, MOUTH_CENTER
from core.rendering.mesh import Morph
from core.shapes import expect_shape

Warp = Callable[[Float], Float]
"""Base positions (V, 3) -> offsets (V, 3) at weight 1."""

_LEVELS = (-1.6, -1.06, -0.88, -0.62, -0.30, 0.05, 0.40, 0.80, 1.30, 1.9)
"""Heights of: shoulders, throat, chin, jaw, cheeks, eyes, temples, crown, hair, above."""

HEAD_TYPES: Mapping[str, tuple[tuple[float, ...], tuple[float, ...], float]] = {
    "oval": (
        (0, 0, -0.05, -0.07, -0.03, 0.0, -0.01, -0.03, -0.03, 0),
        (0, -0.01, -0.04, -0.02, 0, 0, 0.0, 0.02, 0.03, 0.03),
        0.0,
    ),
    "round": (
        (0, 0.0, 0.07, 0.13, 0.12, 0.07, 0.04, 0.04, 0.03, 0),
        (0, 0.05, 0.08, 0.06, 0.02, 0, -0.01, -0.04, -0.06, -0.06),
        0.0,
    ),
    "square": ((0, 0.01, 0.12, 0.13, 0.06, 0.02, 0.03, 0.06, 0.04, 0), (0, 0, 0.0, 0.0, 0, 0, 0, -0.03, -0.05, -0.05), 0.75),
    "heart": (
        (0, 0.0, -0.12, -0.14, -0.04, 0.03, 0.07, 0.08, 0.05, 0),
        (0, -0.02, -0.06, -0.03, 0, 0, 0, 0.01, 0.02, 0.02),
        -0.4,
    ),
    "long": (
        (0, -0.02, -0.04, -0.07, -0.08, -0.07, -0.07, -0.07, -0.05, 0),
        (0, -0.07, -0.13, -0.09, -0.02, 0, 0.03, 0.10, 0.14, 0.14),
        0.2,
    ),
    "triangle": ((0, 0.02, 0.12, 0.15, 0.10, 0.0, -0.07, -0.11, -0.08, 0), (0, 0.0, -0.01, 0, 0, 0, 0, 0.02, 0.02, 0.02), 0.35),
}
"""Pure head shape -> gain in width per level, rise per level, squareness of the chin."""  # fmt: skip


def _profile(values: Iterable[float], y: Float) -> Float:
    """A smooth curve through one value per level."""
    curve = PchipInterpolator(_LEVELS, list(values))
    return vector(curve(np.clip(y, _LEVELS[0], _LEVELS[-1])))


def _around_eye(points: Float, inner: float, outer: float) -> tuple[Float, Float]:
    """Weight (V,) around the nearest eye (1 within `inner`), and the offset (V, 3) from that eye's middle."""
    side = np.where(points[:, 0] < 0, -1.0, 1.0)
    center = np.stack([side * EYE_CENTER[0], np.full_like(side, EYE_CENTER[1]), np.full_like(side, EYE_CENTER[2])], 1)
    relative = vector(points - center)
    flat = relative * vector([1.0, 1.0, 0.8])
    middle = smoothstep(0.0, 0.11, np.abs(points[:, 0]))
    return smoothstep(outer, inner, length(vector(flat))) * middle, relative


def carrying_eyes(warp: Warp) -> Warp:
    """The same motion, with each eye moved as one rigid piece, and half as far sideways so that no nose is squeezed."""
    left, right = vector([EYE_CENTER]) * vector([-1, 1, 1]), vector([EYE_CENTER])

    def carried(points: Float) -> Float:
        moved = warp(points)
        weight, _ = _around_eye(points, 0.27, 0.52)
        rigid = np.where(points[:, :1] < 0, warp(left), warp(right)) * vector([0.5, 1, 1])
        return vector(moved + weight[:, None] * (rigid - moved))

    return carried


def _head_type(name: str) -> Warp:
    widths, rises, squareness = HEAD_TYPES[name]

    def warp(points: Float) -> Float:
        x, y, z = points.T
        gain = _profile(widths, y)
        lower = smoothstep(-0.45, -0.80, y) * smoothstep(-1.25, -0.95, y)
        corner = squareness * lower * (0.10 * smoothstep(0.1, 0.42, np.abs(x)) * np.sign(x))
        drop = -0.07 * squareness * lower * smoothstep(0.08, 0.40, np.abs(x)) * smoothstep(-0.3, 0.3, z)
        depth = 0.45 * gain * (z + 0.06) * smoothstep(0.6, -0.2, z)  # the back follows, the face keeps its depth
        return vector(np.stack([x * gain + corner, _profile(rises, y) + drop, depth], 1))

    return warp


def _head_width(points: Float) -> Float:
    x, y, z = points.T
    gain = 0.115 * smoothstep(-1.3, -0.80, y)
    return vector(np.stack([x * gain, 0 * y, 0.3 * gain * z * smoothstep(0.4, -0.3, z)], 1))


def _head_length(points: Float) -> Float:
    y = points[:, 1]
    rise = _profile((0, -0.075, -0.115, -0.085, -0.035, 0, 0.035, 0.09, 0.12, 0.12), y)
    return vector(np.stack([0 * y, rise, 0 * y], 1))


def _eye_spacing(points: Float) -> Float:
    weight, _ = _around_eye(points, 0.30, 0.60)
    return vector(weight[:, None] * np.stack([0.044 * np.sign(points[:, 0]), 0 * weight, -0.020 + 0 * weight], 1))


def _eye_size(points: Float) -> Float:
    """Larger eyes grow more outward than towards the nose, which would be squeezed between them."""
    weight, relative = _around_eye(points, 0.28, 0.56)
    outward = np.stack([0.11 * np.sign(points[:, 0]), 0 * weight, 0 * weight], 1)
    return vector(0.15 * weight[:, None] * (relative + outward))


def _eye_rotation(points: Float) -> Float:
    """Outer corners up, by 13 degrees at weight 1 and down by as many at -1; the nose between them hardly turns."""
    x, y, z = points.T
    weight, relative = _around_eye(points, 0.27, 0.45)
    nose = 0.85 * smoothstep(0.06, -0.12, y) * smoothstep(0.27, 0.11, np.abs(x)) * smoothstep(0.70, 0.84, z)
    turn = np.tan(np.deg2rad(13.0)) * np.sign(x) * weight * (1 - nose)
    return vector(np.stack([-turn * relative[:, 1], turn * relative[:, 0], 0 * turn], 1))


def _around_mouth(points: Float) -> Float:
    """1 on the lips, falling to 0 below the nose, above the chin's tip and on the cheeks."""
    x, y, z = points.T
    height = smoothstep(-0.22, -0.40, y) * smoothstep(-0.82, -0.56, y)
    return vector(height * smoothstep(0.72, 0.30, np.abs(x)) * smoothstep(0.1, 0.45, z))


def _mouth_width(points: Float) -> Float:
    x = points[:, 0]
    weight = _around_mouth(points)
    depth = -0.16 * weight * x**2  # the corners follow the face backwards
    return vector(np.stack([0.26 * weight * x, 0 * x, 1.3 * depth], 1))


def _mouth_volume(points: Float) -> Float:
    """Fuller lips: away from the line between them, and forward."""
    x, y, z = points.T
    line = MOUTH_CENTER[1] + 0.7 * x**2
    away = y - line
    weight = np.exp(-((x / 0.29) ** 4)) * np.exp(-((away / 0.13) ** 2)) * smoothstep(0.1, 0.45, z)
    forward = 0.042 * np.exp(-((away / 0.075) ** 2)) * np.exp(-((x / 0.22) ** 2)) * smoothstep(0.1, 0.45, z)
    return vector(np.stack([0 * x, 0.60 * weight * away, forward], 1))


def _mouth_position(points: Float) -> Float:
    rise = 0.068 * _around_mouth(points)
    return vector(np.stack([0 * rise, rise, 0.12 * rise], 1))


def _around_nose(points: Float) -> Float:
    """1 on the nose's lower half, falling to 0 at the eyeballs, between the brows and above the lips."""
    x, y, z = points.T
    height = smoothstep(-0.36, -0.20, y) * smoothstep(0.24, -0.04, y)
    off_eyes = 1 - _around_eye(points, 0.245, 0.37)[0]
    return vector(off_eyes * height * smoothstep(0.34, 0.14, np.abs(x)) * smoothstep(0.45, 0.72, z))


def _around_tip(points: Float) -> Float:
    """1 on the nose's tip, falling to 0 slowly up the bridge and below.

    What moves it up or down carries the mouth a fifth of the way, or a long low nose would lie on the upper lip.
    """
    x, y, z = points.T
    height = smoothstep(-0.44, -0.20, y) * smoothstep(0.21, -0.12, y)
    off_eyes = 1 - _around_eye(points, 0.245, 0.37)[0]
    tip = off_eyes * height * smoothstep(0.36, 0.15, np.abs(x)) * smoothstep(0.42, 0.71, z)
    return vector(tip + (1 - tip) * 0.20 * _around_mouth(points))


def _nose_width(points: Float) -> Float:
    x = points[:, 0]
    return vector(np.stack([0.27 * _around_nose(points) * x * smoothstep(0.40, 0.2, np.abs(x)), 0 * x, 0 * x], 1))


def _nose_height(points: Float) -> Float:
    """A longer nose that stands out more."""
    x, _, z = points.T
    stretch = -0.042 * _around_tip(points)
    out = 0.32 * np.maximum(z - 0.74, 0.0) * _around_nose(points)
    return vector(np.stack([0 * x, stretch, out], 1))


def _nose_position(points: Float) -> Float:
    rise = 0.072 * _around_tip(points)
    return vector(np.stack([0 * rise, rise, 0 * rise], 1))


UNCARRIED: Mapping[str, Warp] = {
    **{f"head_type_{index}": _head_type(name) for index, name in enumerate(HEAD_TYPES, 1)},
    "head_width": _head_width,
    "head_length": _head_length,
}
"""Motions of the whole head, before they carry each eye as one piece."""

HEAD_WARPS = tuple(UNCARRIED)
"""Those that move hair and beards; the rest barely reach them."""

WARPS: Mapping[str, Warp] = {
    **{name: carrying_eyes(warp) for name, warp in UNCARRIED.items()},
    "eye_spacing": _eye_spacing,
    "eye_size": _eye_size,
    "eye_rotation": _eye_rotation,
    "mouth_width": _mouth_width,
    "mouth_volume": _mouth_volume,
    "mouth_position": _mouth_position,
    "nose_width": _nose_width,
    "nose_height": _nose_height,
    "nose_position": _nose_position,
}
"""Morph name -> its motion of space at weight 1 (the drives of pack.toml go from -1 to 1)."""

_SMALLEST_MOTION = 1e-3


def warps(positions: Float, names: Iterable[str] = tuple(WARPS)) -> dict[str, Float]:
    """Offsets of every warp that moves any of these points.

    Args:
        positions: (V, 3) base positions.
        names: Which warps; all by default.

    Returns:
        Morph name -> (V, 3) offsets at weight 1. Warps that move nothing by more than 0.001 are left out.
    """
    expect_shape(positions, "V 3")
    offsets = {name: WARPS[name](vector(positions)) for name in names}
    return {name: moved for name, moved in offsets.items() if float(np.abs(moved).max(initial=0)) > _SMALLEST_MOTION}


def warped_normals(name: str, positions: Float, normals: Float, step: float = 2e-3) -> Float:
    """Unit normals after a warp at weight 1, by finite differences of the motion along two tangents.

    Args:
        name: A key of `WARPS`.
        positions: (V, 3) base positions.
        normals: (V, 3) unit normals there.
        step: Half the distance of the differences.
    """
    reference = np.where(np.abs(normals[:, :1]) < 0.7, vector([1, 0, 0]), vector([0, 1, 0]))
    tangent = unit(vector(np.cross(normals, reference)))
    other = vector(np.cross(normals, tangent))

    def moved(direction: Float) -> Float:
        ahead, behind = vector(positions + step * direction), vector(positions - step * direction)
        return vector(direction + (WARPS[name](ahead) - WARPS[name](behind)) / (2 * step))

    return unit(vector(np.cross(moved(tangent), moved(other))))


def morphs(positions: Float, normals: Float, names: Iterable[str] = tuple(WARPS)) -> dict[str, Morph]:
    """The morph targets that make a mesh follow the head.

    Args:
        positions: (V, 3) base positions.
        normals: (V, 3) unit normals there.
        names: Which warps; all by default, `HEAD_WARPS` for hair.
    """
    return {
        name: Morph(moved, vector(warped_normals(name, positions, normals) - normals))
        for name, moved in warps(positions, names).items()
    }
