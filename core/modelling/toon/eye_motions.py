"""How eyes move: lids that blink along the eyeball, squint, widen and follow the gaze; lashes that ride on them; eyeballs.

Lids and lashes are built again for each motion, so that a closed eye is closed exactly. A straight way from open to closed would
lead through the eyeball, so a blink has a second morph that is weighted by the square of its weight and makes the way an arc; and
eyes of each type, size and tilt get what their own blink adds to that (products of weights, docs/packs.md).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from core.modelling.fields import Float, vector
from core.modelling.meshing import Surface
from core.modelling.toon import eyes, warps
from core.modelling.toon.eyes import EyeShape
from core.modelling.toon.head import EYE_CENTER
from core.rendering.mesh import Morph

SIDES = ("Left", "Right")
"""The avatar's own left is at positive x: the first half of a pair."""

LID_MOTIONS: Mapping[str, tuple[float, float]] = {
    "eyeSquint": (0.26, 0.52),
    "eyeWide": (-0.24, -0.16),
    "eyeLookDown": (0.30, -0.06),
    "eyeLookUp": (-0.14, 0.10),
    "cheekSquint": (0.04, 0.36),
    "mouthSmile": (0.02, 0.14),
}
"""Blendshape -> how far the upper lid drops and the lower one is raised."""

_GAZE: Mapping[str, tuple[float, float]] = {
    "eyeLookOut": (22.0, 0.0),
    "eyeLookIn": (-22.0, 0.0),
    "eyeLookUp": (0.0, 17.0),
    "eyeLookDown": (0.0, -19.0),
}
"""Blendshape -> degrees that the eyeball at positive x turns outward and up."""

_RIDING = ("eye_size", "eye_rotation")
"""Motions of space around an eye: what moves within them moves differently where they are strong."""

_ARCH = -0.8
"""Where the lids of a laughing eye meet (core.modelling.toon.eyes.EyeShape.meeting)."""

_SMALLEST = 5e-4

Offsets = dict[str, Float]
"""Morph -> offsets (V, 6) of positions and normals of the eye at positive x."""

Maker = Callable[[EyeShape], Surface]
"""Builds lids or lashes of the eye at positive x."""


def _both_of(surface: Surface) -> Float:
    """(V, 6) positions and normals."""
    return np.concatenate([surface.positions, surface.normals], 1)


def _riding(warp: warps.Warp, still: Float, moved: Float) -> Float:
    """(V, 6) what a motion of space does to moved points (V, 6) more than to still ones."""
    offsets = warp(vector(moved[:, :3])) - warp(vector(still[:, :3]))
    return vector(np.concatenate([offsets, np.zeros_like(offsets)], 1))


def _closing(make: Maker) -> Offsets:
    """The morphs of a blink, with `Side` in place of the side."""

    def arc(shape: EyeShape) -> tuple[Float, Float, Float]:
        still, half, closed = (_both_of(make(replace(shape, dropped=share, raised=share))) for share in (0.0, 0.5, 1.0))
        bent = 2 * (still + closed - 2 * half)
        return still, vector(closed - still - bent), vector(bent)

    still, straight, bent = arc(eyes.NEUTRAL)
    found = {"eyeBlinkSide": straight, "eyeBlinkSide*eyeBlinkSide": bent}
    for number, shape in enumerate(eyes.EYE_TYPES.values(), 1):
        _, own_straight, own_bent = arc(shape)
        found[f"eyeBlinkSide*eye_type_{number}"] = vector(own_straight - straight)
        found[f"eyeBlinkSide*eyeBlinkSide*eye_type_{number}"] = vector(own_bent - bent)
    for name in _RIDING:
        found[f"eyeBlinkSide*{name}"] = _riding(warps.WARPS[name], still, vector(still + straight + bent))
    return found


def lid_morphs(make: Maker, pair: Surface) -> dict[str, Morph]:
    """The morphs of both eyes' lids or lashes.

    Args:
        make: Builds them for the eye at positive x.
        pair: Those of both, of the neutral shape.
    """
    still = _both_of(make(eyes.NEUTRAL))
    offsets = _closing(make)
    for name, (dropped, raised) in LID_MOTIONS.items():
        moved = _both_of(make(replace(eyes.NEUTRAL, dropped=dropped, raised=raised)))
        offsets[name + "Side"] = vector(moved - still)
    # A closed eye cannot be narrowed further; one under a raised cheek is closed in an arch.
    closed = replace(eyes.NEUTRAL, dropped=1.0, raised=1.0)
    arch = vector(_both_of(make(replace(closed, meeting=_ARCH))) - _both_of(make(closed)))
    offsets["cheekSquintSide*eyeBlinkSide"] = vector(arch - offsets["cheekSquintSide"])
    offsets["eyeBlinkSide*mouthSmileSide"] = vector(-offsets["mouthSmileSide"])
    return _on_both(offsets, pair)


def gaze_morphs(ball: Surface, pair: Surface) -> dict[str, Morph]:
    """The morphs that turn both eyeballs.

    Args:
        ball: The eyeball at positive x.
        pair: Both.
    """
    offsets: Offsets = {}
    still = _both_of(ball)
    for name, (outward, up) in _GAZE.items():
        turn = _turn(outward, up).T
        places = vector(EYE_CENTER) + (ball.positions - vector(EYE_CENTER)) @ turn
        moved = vector(np.concatenate([places, ball.normals @ turn], 1))
        offsets[name + "Side"] = vector(moved - still)
        for riding in _RIDING:
            offsets[f"{name}Side*{riding}"] = _riding(warps.WARPS[riding], still, moved)
    return _on_both(offsets, pair)


def _turn(outward: float, up: float) -> Float:
    """(3, 3) rotation that turns what looks ahead to positive x and up, in degrees."""
    yaw, pitch = np.deg2rad(outward), np.deg2rad(up)
    sideways = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    upward = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    return vector(sideways @ upward)


def _on_both(offsets: Offsets, pair: Surface) -> dict[str, Morph]:
    """Morphs of a pair from those of the eye at positive x."""
    count = len(pair.positions) // 2
    found = {}
    for name, moved in offsets.items():
        if np.abs(moved[:, :3]).max() < _SMALLEST:
            continue
        for half, side in enumerate(SIDES):
            whole = np.zeros((2 * count, 6), np.float32)
            whole[half * count : (half + 1) * count] = moved * vector([-1 if half else 1, 1, 1] * 2)
            found[name.replace("Side", side)] = Morph(whole[:, :3].copy(), whole[:, 3:].copy())
    return found
