"""Names of the expression coefficients."""

EXPRESSIONS = (
    "neutral",
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight",
    "cheekPuff", "cheekSquintLeft", "cheekSquintRight",
    "eyeBlinkLeft", "eyeBlinkRight", "eyeLookDownLeft", "eyeLookDownRight", "eyeLookInLeft", "eyeLookInRight",
    "eyeLookOutLeft", "eyeLookOutRight", "eyeLookUpLeft", "eyeLookUpRight",
    "eyeSquintLeft", "eyeSquintRight", "eyeWideLeft", "eyeWideRight",
    "jawForward", "jawLeft", "jawOpen", "jawRight",
    "mouthClose", "mouthDimpleLeft", "mouthDimpleRight", "mouthFrownLeft", "mouthFrownRight", "mouthFunnel", "mouthLeft",
    "mouthLowerDownLeft", "mouthLowerDownRight", "mouthPressLeft", "mouthPressRight", "mouthPucker", "mouthRight",
    "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthSmileLeft", "mouthSmileRight",
    "mouthStretchLeft", "mouthStretchRight", "mouthUpperUpLeft", "mouthUpperUpRight", "noseSneerLeft", "noseSneerRight",
)  # fmt: skip
"""The 52 coefficients of a face's expression, in the teacher's order: a neutral one, and 51 of ARKit's blend shapes (all but
`tongueOut`). Unlike everywhere else here, left and right in these names are the person's, as in ARKit."""


def _other_side(name: str) -> str:
    swapped = {"Left": "Right", "Right": "Left"}
    return next((name.removesuffix(side) + other for side, other in swapped.items() if name.endswith(side)), name)


MIRRORED_EXPRESSIONS = [EXPRESSIONS.index(_other_side(name)) for name in EXPRESSIONS]
"""Which coefficient each one becomes in a mirror."""
