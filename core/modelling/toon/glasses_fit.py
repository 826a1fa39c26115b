"""Where glasses touch the head: the skin behind the front for every nose, the sides of the head, the top of the ears."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.interpolate import RegularGridInterpolator, griddata

from core.modelling.fields import Float, cast, vector
from core.modelling.toon import warps
from core.modelling.toon.head import NOSES, ears, head_with, skull
from core.modelling.toon.noses import DEFAULT, morph_name

SLIDERS = ("nose_width", "nose_height", "nose_position")
"""Motions of the nose alone, which glasses answer by sitting farther forward."""

STATES = ("", *(morph_name(nose) for nose in NOSES if nose != DEFAULT), *SLIDERS)
"""Morphs for which glasses are fitted anew; the first is the head as it is made."""

_STEP = 0.0125
_LOW, _HIGH = (0.0, -0.34), (0.75, 0.36)


@dataclass(frozen=True, eq=False)
class FaceRelief:
    """The face as heights towards the viewer over its front projection, for one nose.

    Attributes:
        x: (X,) places from the middle outward.
        y: (Y,) places.
        z: (X, Y) the skin there.
    """

    x: Float
    y: Float
    z: Float

    def at(self, places: Float) -> Float:
        """Heights (N,) at places (N, 2), the same on both sides."""
        folded = np.stack([np.clip(np.abs(places[:, 0]), self.x[0], self.x[-1]), np.clip(places[:, 1], self.y[0], self.y[-1])], 1)
        return vector(RegularGridInterpolator((self.x, self.y), self.z)(folded))


@cache
def relief(state: str, weight: float = 1.0) -> FaceRelief:
    """The skin behind glasses in one of `STATES`.

    Args:
        state: A nose's morph or a slider's.
        weight: Of a slider.
    """
    nose = next((name for name in NOSES if morph_name(name) == state), DEFAULT)
    x = vector(np.arange(_LOW[0], _HIGH[0] + _STEP, _STEP))
    y = vector(np.arange(_LOW[1], _HIGH[1] + _STEP, _STEP))
    starts = vector(np.stack(np.meshgrid(x, y, [0.1], indexing="ij"), -1).reshape(-1, 3))
    ahead = np.broadcast_to(vector([0, 0, 1]), starts.shape)
    points = cast(head_with(nose), starts, ahead, (0.0, 1.1), steps=56)
    if state in SLIDERS:
        moved = points + np.float32(weight) * warps.WARPS[state](points)
        heights = griddata(moved[:, :2], moved[:, 2], points[:, :2], method="linear")
        points[:, 2] = np.where(np.isnan(heights), points[:, 2], heights)
    return FaceRelief(x, y, points[:, 2].reshape(len(x), len(y)))


def beside_head(y: Float, z: Float) -> Float:
    """How far out the head's side is (N,) at heights and depths (N,), without the ears."""
    starts = vector(np.stack([np.full(len(y), 0.2), y, z], 1))
    return cast(skull, starts, np.broadcast_to(vector([1, 0, 0]), starts.shape), (0.0, 0.9), steps=40)[:, 0]


@cache
def ear_top(x: float, z: float) -> float:
    """Height of the ear's upper edge above a place beside the head."""
    start = vector([[x, 0.0, z]])
    return float(cast(ears, start, vector([[0, 1, 0]]), (0.0, 0.5), steps=40)[0, 1])
