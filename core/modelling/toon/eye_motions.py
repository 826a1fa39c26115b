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
from core.rendering.normals import NormalDeriver

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

_SMALLEST = 5e-4

Offsets = dict[str, Float]
"""Morph -> offsets (V, 3) of the eye at positive x."""

Maker = Callable[[EyeShape], Surface]
"""Builds lids or lashes of the eye at positive x."""


def _closing(make: Maker) -> Offsets:
    """The morphs of a blink, with `Side` in place of the side."""

    def arc(shape: EyeShape) -> tuple[Float, Float, Float]:
        still, half, closed = (make(replace(shape, dropped=share, raised=share)).positions for share in (0.0, 0.5, 1.0))
        bent = 2 * (still + closed - 2 * half)
        return still, vector(closed - still - bent), vector(bent)

    still, straight, bent = arc(eyes.NEUTRAL)
    found = {"eyeBlinkSide": straight, "eyeBlinkSide*eyeBlinkSide": bent}
    for number, shape in enumerate(eyes.EYE_TYPES.values(), 1):
        _, own_straight, own_bent = arc(shape)
        found[f"eyeBlinkSide*eye_type_{number}"] = vector(own_straight - straight)
        found[f"eyeBlinkSide*eyeBlinkSide*eye_type_{number}"] = vector(own_bent - bent)
    for name in _RIDING:
        warp = warps.WARPS[name]
        found[f"eyeBlinkSide*{name}"] = vector(warp(vector(still + straight + bent)) - warp(still))
    return found


def lid_morphs(make: Maker, pair: Surface) -> dict[str, Morph]:
    """The morphs of both eyes' lids or lashes.

    Args:
        make: Builds them for the eye at positive x.
        pair: Those of both, of the neutral shape.
    """
    still = make(eyes.NEUTRAL)
    offsets = _closing(make)
    for name, (dropped, raised) in LID_MOTIONS.items():
        moved = make(replace(eyes.NEUTRAL, dropped=dropped, raised=raised)).positions
        offsets[name + "Side"] = vector(moved - still.positions)
    return _on_both(offsets, pair)


def gaze_morphs(ball: Surface, pair: Surface) -> dict[str, Morph]:
    """The morphs that turn both eyeballs.

    Args:
        ball: The eyeball at positive x.
        pair: Both.
    """
    offsets: Offsets = {}
    for name, (outward, up) in _GAZE.items():
        moved = vector(vector(EYE_CENTER) + (ball.positions - vector(EYE_CENTER)) @ _turn(outward, up).T)
        offsets[name + "Side"] = vector(moved - ball.positions)
        for riding in _RIDING:
            warp = warps.WARPS[riding]
            offsets[f"{name}Side*{riding}"] = vector(warp(moved) - warp(ball.positions))
    return _on_both(offsets, pair)


def _turn(outward: float, up: float) -> Float:
    """(3, 3) rotation that turns what looks ahead to positive x and up, in degrees."""
    yaw, pitch = np.deg2rad(outward), np.deg2rad(up)
    sideways = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    upward = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    return vector(sideways @ upward)


def _on_both(offsets: Offsets, pair: Surface) -> dict[str, Morph]:
    """Morphs of a pair from those of the eye at positive x."""
    derive = NormalDeriver(pair.positions, pair.triangles)
    count = len(pair.positions) // 2
    found = {}
    for name, moved in offsets.items():
        if np.abs(moved).max() < _SMALLEST:
            continue
        for half, side in enumerate(SIDES):
            whole = np.zeros_like(pair.positions)
            whole[half * count : (half + 1) * count] = moved * vector([-1 if half else 1, 1, 1])
            found[name.replace("Side", side)] = Morph(whole, derive(whole))
    return found
