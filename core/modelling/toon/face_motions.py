"""How the face moves: blendshapes as smooth motions of skin, lips and brows.

Skin slides over the skull: a motion along the face keeps each point as far above the skull as it was, and only what is said to
swell swells. Lips know which of them they are (core.modelling.toon.mouth.LipGrip), because a mouth opens where space has no gap.
What lies around the eyes moves as core.modelling.toon.eye_motions says; here it stays still.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.modelling.fields import Float, gradient, length, mirrored, smoothstep, vector
from core.modelling.toon.head import EYE_CENTER, MOUTH_CENTER, skull
from core.modelling.toon.mouth import LipGrip

JAW_DROP = (0.0, -0.205, -0.065)
_LEFT, _RIGHT = 1.0, -1.0


@dataclass(frozen=True, eq=False)
class Flesh:
    """Points that move with the face.

    Attributes:
        points: (V, 3).
        is_upper: (V,) whether they move with the upper lip.
        share: (V,) how firmly they belong to a lip, 0 away from the mouth.
        above: (V,) height over the line between the lips, where they belong to one.
        reach: (V,) what x is multiplied by for motions of the mouth's corners.
    """

    points: Float
    is_upper: NDArray[np.bool_]
    share: Float
    above: Float
    reach: Float

    @classmethod
    def of(cls, points: Float, grip: LipGrip | None = None) -> "Flesh":
        """Skin, or a part of the mouth."""
        nothing = np.zeros(len(points), np.float32)
        if grip is None:
            return cls(points, points[:, 1] > MOUTH_CENTER[1], nothing, nothing, nothing + 1)
        return cls(points, grip.is_upper, grip.share, grip.above, grip.reach)

    @property
    def on_upper(self) -> Float:
        """(V,) how firmly they belong to the upper lip."""
        return vector(self.share * self.is_upper)

    @property
    def on_lower(self) -> Float:
        """(V,) how firmly they belong to the lower lip."""
        return vector(self.share * ~self.is_upper)


Motion = Callable[[Flesh], Float]
"""Flesh of V points -> offsets (V, 3) at weight 1."""


def _offsets(x: ArrayLike, y: ArrayLike, z: ArrayLike, like: Flesh) -> Float:
    zero = np.zeros(len(like.points), np.float32)
    return vector(np.stack([zero + np.asarray(x), zero + np.asarray(y), zero + np.asarray(z)], 1))


def _bell(points: Float, center: tuple[float, float, float], reach: tuple[float, float, float]) -> Float:
    return vector(np.exp(-(((points - vector(center)) / vector(reach)) ** 2).sum(1)))


def off_eyes(points: Float) -> Float:
    """0 on the eyelids, 1 away from the eyes (V,)."""
    return smoothstep(0.255, 0.42, length(vector(mirrored(points) - vector(EYE_CENTER))))


def slid(points: Float, along: Float, swell: Float | None = None) -> Float:
    """Offsets that keep points as far above the skull as they are, plus `swell` (V,)."""
    moved = np.flatnonzero(np.abs(along).max(1) + (0 if swell is None else np.abs(swell)) > 1e-5)
    if not len(moved):
        return along
    start, level = points[moved], skull(points[moved])
    if swell is not None:
        level = vector(level + swell[moved])
    places = vector(start + along[moved])
    for _ in range(2):
        slope = gradient(skull, places)
        steep = np.maximum((slope**2).sum(1, keepdims=True), 0.3)
        places = vector(places - np.clip(skull(places) - level, -0.1, 0.1)[:, None] * slope / steep)
    offsets = np.zeros_like(points)
    offsets[moved] = places - start
    return offsets


def jaw_weight(flesh: Flesh) -> Float:
    """How much points follow the jaw (V,): the chin and the lower lip whole, cheeks in part, the upper lip not at all."""
    x, y, z = flesh.points.T
    side = np.abs(x)
    top = np.interp(side, [0.0, 0.20, 0.45, 0.75], [-0.38, -0.36, -0.20, -0.05])
    bottom = np.interp(side, [0.0, 0.20, 0.45, 0.75], [-0.53, -0.54, -0.62, -0.70])
    fall = np.clip((top - y) / (top - bottom), 0, 1)
    skin = fall * fall * (3 - 2 * fall) * smoothstep(-0.20, 0.42, z)
    skin = skin * np.maximum(smoothstep(-1.22, -0.92, y), smoothstep(0.25, 0.45, z))  # not the neck, but a long beard
    held = np.where(flesh.is_upper, 0.0, 1.0)
    return vector(0.88 * skin + flesh.share * (held - 0.88 * skin))


def _around_mouth(points: Float) -> Float:
    """1 on the lips, falling to 0 on the cheeks, under the nose and on the chin (V,)."""
    x, y, z = points.T
    reach = np.exp(-((x / 0.36) ** 4)) * np.exp(-(((y - MOUTH_CENTER[1]) / 0.175) ** 2))
    return vector(reach * smoothstep(0.1, 0.45, z))


def _corner(flesh: Flesh, side: float) -> Float:
    """1 at one corner of the mouth, falling to 0 beyond the mouth's middle and on the cheek (V,)."""
    x, y, z = flesh.points.T
    x = x * side * flesh.reach
    across = np.clip(x / 0.29, 0, 1) ** 1.7 * np.exp(-((np.maximum(x - 0.29, 0) / 0.19) ** 2))
    return vector(across * np.exp(-(((y - MOUTH_CENTER[1]) / 0.19) ** 2)) * smoothstep(0.1, 0.4, z))


def _half(points: Float, side: float) -> Float:
    """1 on one side of the mouth, 0 on the other (V,)."""
    return smoothstep(-0.16, 0.16, vector(points[:, 0] * side))


def _jaw(direction: tuple[float, float, float]) -> Motion:
    def motion(flesh: Flesh) -> Float:
        return vector(jaw_weight(flesh)[:, None] * vector(direction))

    return motion


def _mouth_close(flesh: Flesh) -> Float:
    """Undoes, on the lips of a fully open jaw, what parts them."""
    skin = jaw_weight(replace(flesh, share=0 * flesh.share))
    return vector((0.5 * flesh.share + skin * (1 - flesh.share) - jaw_weight(flesh))[:, None] * vector(JAW_DROP))


def _corner_pull(side: float, across: float, up: float, swell: float = 0.0) -> Motion:
    def motion(flesh: Flesh) -> Float:
        weight = _corner(flesh, side)
        return slid(flesh.points, _offsets(side * across * weight, up * weight, 0, flesh), vector(swell * weight))

    return motion


def _smile(side: float) -> Motion:
    """The corner out and up, the cheek up and round."""

    def motion(flesh: Flesh) -> Float:
        corner = _corner(flesh, side)
        cheek = _bell(flesh.points, (side * 0.43, -0.23, 0.64), (0.20, 0.15, 0.30)) * off_eyes(flesh.points)
        along = _offsets(side * (0.066 * corner + 0.006 * cheek), 0.084 * corner + 0.034 * cheek, 0, flesh)
        return slid(flesh.points, along, vector(0.034 * cheek - 0.006 * corner))

    return motion


def _cheek_squint(side: float) -> Motion:
    def motion(flesh: Flesh) -> Float:
        cheek = _bell(flesh.points, (side * 0.42, -0.24, 0.65), (0.20, 0.14, 0.30)) * off_eyes(flesh.points)
        return slid(flesh.points, _offsets(0, 0.046 * cheek, 0, flesh), vector(0.040 * cheek))

    return motion


def _cheek_puff(flesh: Flesh) -> Float:
    cheek = _bell(mirrored(flesh.points), (0.47, -0.40, 0.52), (0.22, 0.19, 0.34)) * off_eyes(flesh.points)
    return slid(flesh.points, np.zeros_like(flesh.points), vector(0.085 * cheek))


def _funnel(flesh: Flesh) -> Float:
    """Lips forward and apart: an O."""
    weight = _around_mouth(flesh.points)
    x = flesh.points[:, 0]
    lift = 0.042 * flesh.on_upper - 0.085 * flesh.on_lower - 0.35 * weight * x**2
    along = _offsets(-0.34 * x * weight, lift, 0, flesh)
    return vector(slid(flesh.points, along) + _offsets(0, 0, 0.045 * weight, flesh))


def _pucker(flesh: Flesh) -> Float:
    """A kiss: narrow, full, forward."""
    weight = _around_mouth(flesh.points)
    x = flesh.points[:, 0]
    full = flesh.share * np.clip(flesh.above, -0.12, 0.12) * 0.60
    along = _offsets(-0.40 * x * weight, full - 0.55 * weight * x**2, 0, flesh)
    return vector(slid(flesh.points, along) + _offsets(0, 0, 0.075 * weight * np.exp(-((x / 0.26) ** 2)), flesh))


def _mouth_shift(side: float) -> Motion:
    def motion(flesh: Flesh) -> Float:
        return slid(flesh.points, _offsets(side * 0.075 * _around_mouth(flesh.points), 0, 0, flesh))

    return motion


def _lip_lift(upper: float, lower: float, side: float | None = None, swell: float = 0.0) -> Motion:
    """Lips up (or down) along the face, both or each by its own amount."""

    def motion(flesh: Flesh) -> Float:
        chosen = 1.0 if side is None else _half(flesh.points, side)
        lift = chosen * (upper * flesh.on_upper + lower * flesh.on_lower)
        return slid(flesh.points, _offsets(0, lift, 0, flesh), vector(chosen * swell * flesh.share))

    return motion


def _roll(upper: float, lower: float, side: float | None = None) -> Motion:
    """Lips inward, by a share of their height."""

    def motion(flesh: Flesh) -> Float:
        chosen = 1.0 if side is None else _half(flesh.points, side)
        amount = chosen * (upper * flesh.on_upper + lower * flesh.on_lower)
        height = np.clip(flesh.above, -0.13, 0.13)
        fullness = np.exp(-(((np.abs(height) - 0.03) / 0.05) ** 2))
        return slid(flesh.points, _offsets(0, -amount * height, 0, flesh), vector(-0.020 * amount * fullness))

    return motion


def _shrug_lower(flesh: Flesh) -> Float:
    """The chin pushes the lower lip, and that the upper one, up."""
    chin = _bell(flesh.points, (0, -0.70, 0.66), (0.19, 0.13, 0.3))
    lift = 0.034 * flesh.on_lower + 0.024 * flesh.on_upper + 0.030 * chin
    return slid(flesh.points, _offsets(0, lift, 0, flesh), vector(0.016 * flesh.on_lower + 0.012 * chin))


def _nose_sneer(side: float) -> Motion:
    def motion(flesh: Flesh) -> Float:
        wing = _bell(flesh.points, (side * 0.115, -0.17, 0.84), (0.105, 0.10, 0.16))
        lip = _bell(flesh.points, (side * 0.15, -0.33, 0.80), (0.13, 0.08, 0.3))
        lift = 0.034 * wing + 0.016 * lip + 0.012 * flesh.on_upper * _half(flesh.points, side)
        return _offsets(side * 0.010 * wing, lift, 0.006 * wing, flesh)

    return motion


def _mirrored_pair(name: str, make: Callable[[float], Motion]) -> dict[str, Motion]:
    return {f"{name}Left": make(_LEFT), f"{name}Right": make(_RIGHT)}


SKIN_MOTIONS: Mapping[str, Motion] = {
    "jawOpen": _jaw(JAW_DROP),
    "jawForward": _jaw((0.0, 0.0, 0.055)),
    "jawLeft": _jaw((0.075, 0.0, 0.0)),
    "jawRight": _jaw((-0.075, 0.0, 0.0)),
    "mouthClose": _mouth_close,
    "mouthFunnel": _funnel,
    "mouthPucker": _pucker,
    "mouthLeft": _mouth_shift(_LEFT),
    "mouthRight": _mouth_shift(_RIGHT),
    **_mirrored_pair("mouthSmile", _smile),
    **_mirrored_pair("mouthFrown", lambda side: _corner_pull(side, 0.004, -0.138)),
    **_mirrored_pair("mouthDimple", lambda side: _corner_pull(side, 0.045, 0.014, -0.026)),
    **_mirrored_pair("mouthStretch", lambda side: _corner_pull(side, 0.080, -0.034)),
    **_mirrored_pair("mouthPress", lambda side: _roll(0.42, 0.42, side)),
    **_mirrored_pair("mouthUpperUp", lambda side: _lip_lift(0.052, 0.0, side)),
    **_mirrored_pair("mouthLowerDown", lambda side: _lip_lift(0.0, -0.062, side)),
    "mouthRollUpper": _roll(0.72, 0.0),
    "mouthRollLower": _roll(0.0, 0.72),
    "mouthShrugUpper": _lip_lift(0.026, 0.020, swell=0.014),
    "mouthShrugLower": _shrug_lower,
    "cheekPuff": _cheek_puff,
    **_mirrored_pair("cheekSquint", _cheek_squint),
    **_mirrored_pair("noseSneer", _nose_sneer),
}
"""Blendshape -> how it moves skin, lips and what grows on them."""


def _brow(points: Float, side: float, inner: float, outer: float, inward: float = 0.0) -> Float:
    """Offsets of brows: how much their inner and outer ends rise, and how much they draw together."""
    x = points[:, 0] * side
    own = smoothstep(-0.03, 0.06, vector(x))
    near, far = smoothstep(0.42, 0.14, vector(x)), smoothstep(0.20, 0.46, vector(x))
    rise = own * (inner * near + outer * far)
    return vector(np.stack([-side * inward * own * near, rise, 0 * rise], 1))


def _brows_inner_up(points: Float) -> Float:
    return vector(_brow(points, _LEFT, 0.100, 0.004, 0.008) + _brow(points, _RIGHT, 0.100, 0.004, 0.008))


BROW_MOTIONS: Mapping[str, Callable[[Float], Float]] = {
    "browDownLeft": partial(_brow, side=_LEFT, inner=-0.082, outer=-0.036, inward=0.024),
    "browDownRight": partial(_brow, side=_RIGHT, inner=-0.082, outer=-0.036, inward=0.024),
    "browOuterUpLeft": partial(_brow, side=_LEFT, inner=0.020, outer=0.074),
    "browOuterUpRight": partial(_brow, side=_RIGHT, inner=0.020, outer=0.074),
    "browInnerUp": _brows_inner_up,
}
"""Blendshape -> how it moves brows (V, 3) at points (V, 3), before they slide over the skull."""
