"""One aligned face and where it came from."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.faces.align import Frame, wider
from core.faces.face import Face

ALIGNMENT_VERSION = 1
FACE_SIZE = 256
WIDE_FACTOR = 1.6
WIDE_SIZE = 320
MASK_SIZE = 192


@dataclass(frozen=True, eq=False)
class Selfie:
    """A face as every method sees it. Made only by `core.faces.reading.read_selfie`.

    Attributes:
        image: (256, 256, 3) uint8 sRGB: the alignment's quad (decisions.md 8), the avatar engine's frame `face`.
        wide: (320, 320, 3) uint8 sRGB: the 1.6 times wider quad with the same centre and turn, the engine's frame `bust`.
        inside: (320, 320) bool: where `wide` shows the photo; elsewhere its border was repeated.
        face: What was read of it.
        digest: SHA-256 of the photo's decoded pixels, hexadecimal.
        path: The photo's file, if it came from one.
    """

    image: NDArray[np.uint8]
    wide: NDArray[np.uint8]
    inside: NDArray[np.bool_]
    face: Face
    digest: str
    path: Path | None = None

    @property
    def frame(self) -> Frame:
        """Where `wide` is in the photo."""
        return Frame(wider(self.face.quad, WIDE_FACTOR), WIDE_SIZE)

    @cached_property
    def landmarks(self) -> NDArray[np.float32]:
        """(478, 2) float32, pixels of `wide`."""
        return self.frame.from_picture(self.face.landmarks[:, :2])

    @property
    def masks(self) -> NDArray[np.float32]:
        """(13, M, M), the face's."""
        return self.face.masks

    @property
    def quad(self) -> NDArray[np.float32]:
        """(4, 2), the face's."""
        return self.face.quad

    @property
    def box(self) -> NDArray[np.float32]:
        """(4,), the face's."""
        return self.face.box

    @property
    def score(self) -> float:
        """The face's."""
        return self.face.score
