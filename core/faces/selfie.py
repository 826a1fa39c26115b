"""One aligned face and where it came from."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ALIGNMENT_VERSION = 1
FACE_SIZE = 256
WIDE_FACTOR = 1.6
WIDE_SIZE = 320
MASK_SIZE = 160


@dataclass(frozen=True, eq=False)
class Selfie:
    """A face as every method sees it. Made only by `core.faces.reading.read_selfie`.

    Attributes:
        image: (256, 256, 3) uint8 sRGB: the alignment's quad (decisions.md 8), the avatar engine's frame `face`.
        wide: (320, 320, 3) uint8 sRGB: the 1.6 times wider quad with the same centre and turn, the engine's frame `bust`.
        inside: (320, 320) bool: where `wide` shows the photo; elsewhere its border was repeated.
        landmarks: (478, 2) float32, pixels of `wide`, x right, y down, centre of the first pixel at 0.5.
        masks: (13, 160, 160) float32 in [0, 1], sum 1 over classes (core.engines.CLASSES): soft regions over `wide`.
        quad: (4, 2) float32, corners of `image` in photo pixels: top left, bottom left, bottom right, top right.
        box: (4,) float32, the face in photo pixels: left, top, right, bottom.
        score: How sure the finder is, in [0, 1].
        digest: SHA-256 of the photo's decoded pixels, hexadecimal.
        path: The photo's file, if it came from one.
    """

    image: NDArray[np.uint8]
    wide: NDArray[np.uint8]
    inside: NDArray[np.bool_]
    landmarks: NDArray[np.float32]
    masks: NDArray[np.float32]
    quad: NDArray[np.float32]
    box: NDArray[np.float32]
    score: float
    digest: str
    path: Path | None = None
