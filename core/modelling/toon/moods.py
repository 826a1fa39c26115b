"""What expressions people choose among: weights of blendshapes with the names of ARKit; "left" is the avatar's own left."""

from collections.abc import Mapping

Weights = Mapping[str, float]


def _both(**weights: float) -> dict[str, float]:
    """The same weight on both sides of the face."""
    return {f"{name}{side}": weight for name, weight in weights.items() for side in ("Left", "Right")}


EXPRESSIONS: Mapping[str, Weights] = {
    "neutral": {},
    "smile": _both(mouthSmile=0.65, cheekSquint=0.3, eyeSquint=0.1),
    "grin": {**_both(mouthSmile=0.85, mouthUpperUp=0.4, mouthLowerDown=0.35, cheekSquint=0.5, eyeSquint=0.3), "jawOpen": 0.06},
    "laugh": {
        **_both(mouthSmile=0.85, mouthUpperUp=0.25, cheekSquint=0.8, eyeSquint=0.7, eyeBlink=0.35, browOuterUp=0.3),
        "jawOpen": 0.55,
        "browInnerUp": 0.3,
    },
    "surprised": {**_both(eyeWide=0.9, browOuterUp=0.7), "jawOpen": 0.45, "mouthFunnel": 0.4, "browInnerUp": 0.8},
    "wink": {
        **_both(mouthSmile=0.6),
        "eyeBlinkLeft": 1.0,
        "cheekSquintLeft": 0.6,
        "browDownLeft": 0.3,
        "browOuterUpRight": 0.5,
    },
    "kiss": {**_both(eyeBlink=0.25), "mouthPucker": 0.9, "mouthFunnel": 0.15, "browInnerUp": 0.3},
    "sad": {**_both(mouthFrown=0.8, eyeBlink=0.15), "browInnerUp": 0.9, "mouthShrugLower": 0.35},
    "angry": _both(browDown=0.9, mouthFrown=0.5, mouthPress=0.4, noseSneer=0.4, eyeSquint=0.45),
    "sleepy": {**_both(eyeBlink=0.6), "browInnerUp": 0.2, "jawOpen": 0.1},
}
"""Expression -> weights, in the options' stable order; the first is the default."""
