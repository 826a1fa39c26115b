"""The colour of the light on a face, from what is known of faces and portraits under white light.

Source: Bayesian colour constancy (Brainard and Freeman 1997), with Gaussian beliefs about a few cues instead of surfaces: skin,
whites of the eyes, shades of grey (Finlayson and Trezzi 2004, with their norm of 6), the brightest part and the mean of the
picture. Under white light each cue has a usual colour. `benchmarks/face_light.py` measures it on the training portraits, and how
far cues stray from it together, and makes the numbers below of that.
"""

import math

import numpy as np
from numpy.typing import NDArray

from core.colour import luminance
from core.faces.mesh import LEFT_EYE, LEFT_IRIS, RIGHT_EYE, RIGHT_IRIS
from core.shapes import expect_shape

Float = NDArray[np.float32]

CUES = ("skin", "eyes", "grey", "brightest", "mean")
# Logarithms of red over green and blue over green of each cue under white light.
_USUAL = np.array([[0.768, -0.37], [0.652, -0.215], [0.166, -0.002], [0.014, -0.013], [0.242, -0.085]])
# The light's two logarithms are what the ten of the cues are above the usual, weighed by these.
_WEIGHTS = np.array([
    [0.192, 0.051, 0.072, -0.021, 0.101, -0.298, 0.441, 0.38, 0.069, -0.08],
    [-0.089, -0.026, -0.003, 0.105, -0.119, 0.434, 0.198, 0.337, 0.047, 0.033],
])  # fmt: skip
_USUAL_BRIGHTEST = 0.83  # amount of light; median over the same portraits
_DIM = 0.8  # its logarithm below or above the usual, from which that is put down to the exposure
_FURTHEST = 1.5  # logarithm: what strays more is no light
_COLOURLESS = 0.03  # of the same logarithms, their deviation over the picture: less is a black and white photo
_BRIGHTEST = 0.97  # quantile
_WHITES = 0.6  # quantile of the brightness between the lids from which it is the white of the eye
_FEWEST = 12  # pixels of it


def light_of(cues: dict[str, Float | None]) -> Float:
    """The colour of the light: (3,) gains with mean 1.

    Args:
        cues: Each of `CUES` as (3,) amounts of light, or None where it is not seen: then it is taken to agree with the rest.
    """
    seen = np.array([cues[name] is not None for name in CUES])
    if not seen.any():
        return np.ones(3, np.float32)
    strays = np.zeros((len(CUES), 2))
    for index, name in enumerate(CUES):
        cue = cues[name]
        if cue is not None:
            strays[index] = ratios(cue) - _USUAL[index]
    strays = np.clip(strays, -_FURTHEST, _FURTHEST)
    light = np.zeros(2)
    for _ in range(1 if seen.all() else 20):
        strays[~seen] = light
        light = _WEIGHTS @ strays.ravel()
    gains = np.exp([light[0], 0.0, light[1]])
    return np.asarray(gains / gains.mean(), np.float32)


def exposure_of(cues: dict[str, Float | None]) -> float:
    """How many times as much light as usual the camera took in; 1 unless the brightest part is much too dark.

    A photo of dark things alone has a dark brightest part too, so that what is usual for portraits changes nothing.

    Args:
        cues: Those of `light_of`.
    """
    brightest = cues["brightest"]
    if brightest is None:
        return 1.0
    stray = math.log(max(float(luminance(brightest)), 1e-4) / _USUAL_BRIGHTEST)
    return math.exp(stray * stray**4 / (stray**4 + _DIM**4)) if stray else 1.0


def light_cues(linear: Float, seen: NDArray[np.bool_], skin: Float | None, eyes: Float | None) -> dict[str, Float | None]:
    """The cues of a photo, for `light_of`; all None for one in black and white.

    Args:
        linear: (H, W, 3) amounts of light.
        seen: (H, W), which pixels are of the photo.
        skin: (3,) amounts of light of the skin, if it is seen.
        eyes: (3,) of the whites of the eyes.
    """
    sizes = expect_shape(linear, "H W 3")
    expect_shape(seen, f"{sizes['H']} {sizes['W']}")
    pixels = linear[seen]
    if is_colourless(pixels):
        return dict.fromkeys(CUES)
    cubes = pixels * pixels * pixels
    grey = np.power((cubes * cubes).mean(axis=0, dtype=np.float64) + 1e-12, 1 / 6)
    bright = luminance(pixels)
    return {
        "skin": skin,
        "eyes": eyes,
        "grey": np.asarray(grey, np.float32),
        "brightest": pixels[bright >= np.quantile(bright, _BRIGHTEST)].mean(axis=0),
        "mean": np.exp(np.log(pixels + np.float32(0.01)).mean(axis=0)),
    }


def is_colourless(pixels: Float) -> bool:
    """Whether pixels (N, 3), amounts of light, are of a photo in black and white, or are none."""
    return not len(pixels) or bool(ratios(pixels).std(axis=0).max() < _COLOURLESS)


def eye_whites(linear: Float, seen: NDArray[np.bool_], landmarks: Float) -> Float | None:
    """The colour of the whites of the eyes: (3,) amounts of light, None where too little of them is seen.

    Args:
        linear: (S, S, 3) amounts of light.
        seen: (S, S), which pixels are of the photo.
        landmarks: (478, 2), its pixels.
    """
    size = expect_shape(linear, "S S 3")["S"]
    from PIL import Image as Pillow  # not before: the window starts without it
    from PIL import ImageDraw

    mask = Pillow.new("1", (size, size))
    draw = ImageDraw.Draw(mask)
    for lids, iris in ((LEFT_EYE, LEFT_IRIS), (RIGHT_EYE, RIGHT_IRIS)):
        draw.polygon(landmarks[lids].ravel().tolist(), fill=1)
        x, y = landmarks[iris[0]].tolist()
        radius = 1.05 * float(np.hypot(*(landmarks[iris[1:]] - landmarks[iris[0]]).T).mean())
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
    pixels = linear[np.asarray(mask) & seen]
    if len(pixels) < _FEWEST:
        return None
    bright = luminance(pixels)
    return np.asarray(np.median(pixels[bright >= np.quantile(bright, _WHITES)], axis=0), np.float32)


def ratios(linear: NDArray[np.floating]) -> NDArray[np.float64]:
    """(..., 3) amounts of light -> (..., 2): logarithms of red over green and blue over green."""
    logs = np.log(np.maximum(np.asarray(linear, np.float64), 1e-4))
    return np.asarray(logs[..., [0, 2]] - logs[..., [1]])
