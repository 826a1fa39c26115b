"""Poses: weights of blendshapes for a moment, such as a blink, on top of what an avatar's vector says."""

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType

Pose = Mapping[str, float]
"""Blendshape -> weight in [0, 1]; names that are not in `BLENDSHAPES`, or that an engine cannot show, do nothing."""

REST: Pose = MappingProxyType({})
"""The pose of an avatar that does nothing but what its vector says."""

_OF_EACH_SIDE = (
    "eyeBlink", "eyeLookDown", "eyeLookIn", "eyeLookOut", "eyeLookUp", "eyeSquint", "eyeWide",
    "mouthSmile", "mouthFrown", "mouthDimple", "mouthStretch", "mouthPress", "mouthLowerDown", "mouthUpperUp",
    "browDown", "browOuterUp", "cheekSquint", "noseSneer",
)  # fmt: skip

BLENDSHAPES = (
    *(name + side for name in _OF_EACH_SIDE for side in ("Left", "Right")),
    "jawForward", "jawLeft", "jawRight", "jawOpen",
    "mouthClose", "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight",
    "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
    "browInnerUp", "cheekPuff", "tongueOut",
)  # fmt: skip
"""The 52 of ARKit. `Left` is the avatar's own left: the picture's right, +x.

Source: Apple, ARFaceAnchor.BlendShapeLocation.
"""

_HIDDEN_BY_BLINK = ("eyeLookDown", "eyeLookIn", "eyeLookOut", "eyeLookUp", "eyeSquint", "eyeWide")


def posed(weights: Mapping[str, float], pose: Pose) -> dict[str, float]:
    """Morph weights with a pose added: blendshapes stay in [0, 1], and as an eye closes it stops looking, squinting, widening.

    Args:
        weights: Morph -> weight that an avatar's vector asks for.
        pose: What is added.

    Raises:
        ValueError: A weight of the pose is not finite.
    """
    total = dict(weights)
    for name, weight in pose.items():
        if not math.isfinite(weight):
            raise ValueError(f"{name} of the pose is {weight}")
        if name in BLENDSHAPES:
            total[name] = total.get(name, 0.0) + weight
    for name in BLENDSHAPES:
        if name in total:
            total[name] = min(max(total[name], 0.0), 1.0)
    for side in ("Left", "Right"):
        open_share = 1.0 - total.get(f"eyeBlink{side}", 0.0)
        for name in _HIDDEN_BY_BLINK:
            if name + side in total:
                total[name + side] *= open_share
    return total


def with_products(weights: Mapping[str, float], names: Iterable[str]) -> dict[str, float]:
    """The weights, and those of morphs called `a*b`: the product of the weights of `a` and `b`.

    Args:
        weights: Morph -> weight.
        names: Morphs that are there; those without `*` are passed over.
    """
    total = dict(weights)
    for name in names:
        if "*" in name:
            total[name] = math.prod(weights.get(factor, 0.0) for factor in name.split("*"))
    return total
