"""Whether a face stands well before the camera, while the picture is still to be taken."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.faces.align import face_quad, face_unit, five_points
from core.faces.checks import CHECKS, measure_placed
from core.faces.landmarks import Placed
from core.shapes import expect_shape
from core.words import mark

Image = NDArray[np.uint8]

LIGHTS = ("face", "place", "size", "light", "sharp")
"""What is told: a face is seen, looks ahead from the middle, is neither small nor cut off, is well lit, is sharp."""

NEAR = 0.09
"""Share of the side by which the middle of the aligned face may be off the picture's middle."""

UNITS = (0.085, 0.215)
"""Face units, as shares of the side: less is small, more is cut off. The guide's face has 0.156."""

NO_FACE = mark("Bring your face into the oval.")
OFF_CENTRE = mark("Move your face into the oval.")
TOO_SMALL = mark("Come a little closer.")
TOO_LARGE = mark("Move back a little, so that your whole head is in the picture.")
TURNED = mark("Look straight into the camera.")
TOO_DARK = mark("It is too dark. Turn towards a window or a lamp.")
TOO_BRIGHT = mark("It is too bright. Step out of the glare.")
BLURRED = mark("Hold still, and let the camera focus.")
GOOD = mark("That’s good. Take the picture.")


@dataclass(frozen=True)
class Framing:
    """How a face stands before the camera.

    Attributes:
        lights: Each of `LIGHTS` -> whether it is as it should be; None where it cannot be told without a face.
        hint: What to do now, in English.
    """

    lights: Mapping[str, bool | None]
    hint: str

    @property
    def is_good(self) -> bool:
        """Whether the picture can be taken as it is."""
        return all(self.lights.values())


NOBODY = Framing({name: False if name == "face" else None for name in LIGHTS}, NO_FACE)


def judge_framing(image: Image, placed: Placed | None) -> Framing:
    """How a face stands in a square picture.

    Args:
        image: (S, S, 3) uint8 sRGB, what will be taken.
        placed: The face; None where none is seen.
    """
    side = expect_shape(image, "S S 3")["S"]
    if placed is None:
        return NOBODY
    points = placed.points[:, :2]
    unit = face_unit(five_points(points)) / side
    middle = face_quad(points).mean(axis=0) / side
    values = measure_placed(image, placed)
    wrong = {kind for kind, value in values.items() if CHECKS[kind].fails(value)}
    is_off = float(np.hypot(*(middle - 0.5))) > NEAR
    is_small, is_large = unit < UNITS[0] or "too_small" in wrong, unit > UNITS[1] or "cut_off" in wrong
    lights = {
        "face": True,
        "place": not is_off and "turned_away" not in wrong,
        "size": not is_small and not is_large,
        "light": not wrong & {"too_dark", "too_bright"},
        "sharp": "blurred" not in wrong,
    }
    hints = (
        (is_small, TOO_SMALL),
        (is_large, TOO_LARGE),
        (is_off, OFF_CENTRE),
        ("turned_away" in wrong, TURNED),
        ("too_dark" in wrong, TOO_DARK),
        ("too_bright" in wrong, TOO_BRIGHT),
        ("blurred" in wrong, BLURRED),
    )
    return Framing(lights, next((text for is_so, text in hints if is_so), GOOD))
