"""What is wrong with a photo of a face, and what to do about it. Advice only: nothing here stops anybody.

Every bar is measured by benchmarks/photo_checks.py: on good portraits at most 3 in 100 get any one piece of advice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.faces.finding import FaceBox
from core.faces.reading import main_faces
from core.faces.selfie import Selfie

Image = NDArray[np.uint8]
Float = NDArray[np.float32]


@dataclass(frozen=True)
class Advice:
    """Something that makes a photo hard to read.

    Attributes:
        kind: A key of `CHECKS`.
        text: What is wrong and what to do, for a layperson.
        value: What was measured; the unit is said in `CHECKS`.
        bar: Where the advice begins.
    """

    kind: str
    text: str
    value: float
    bar: float


@dataclass(frozen=True)
class Check:
    """One kind of advice.

    Attributes:
        bar: Where it begins.
        below: Whether values below the bar are wrong, rather than above.
        text: What to say.
    """

    bar: float
    below: bool
    text: str

    def fails(self, value: float) -> bool:
        """Whether a value deserves the advice."""
        return value < self.bar if self.below else value > self.bar


CHECKS: Mapping[str, Check] = {
    # faces that are no passers-by
    "several": Check(1.5, below=False, text="There are several faces in this photo. Check that the right one was chosen."),
}
"""What is advised, the most important first. Unit of the value and reason of the bar are said at each."""


def check_photo(image: Image, faces: Sequence[FaceBox], selfie: Selfie) -> tuple[Advice, ...]:
    """Advice about a photo, the most important first; empty for a good one.

    Args:
        image: (H, W, 3) uint8 sRGB.
        faces: All that `find_faces` found in it.
        selfie: The face that was read.
    """
    values = measure(image, faces, selfie)
    return tuple(
        Advice(kind, check.text, values[kind], check.bar)
        for kind, check in CHECKS.items()
        if kind in values and check.fails(values[kind])
    )


def measure(image: Image, faces: Sequence[FaceBox], selfie: Selfie) -> dict[str, float]:
    """What the checks look at, by kind; kinds that cannot be measured on this photo are missing."""
    del image, selfie
    return {"several": float(len(main_faces(faces)))}
