"""Everything that is read from one face of a photo."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.engines import CLASSES
from core.faces.colours import ColourReading
from core.faces.expressions import EXPRESSIONS
from core.faces.mesh import NUM_LANDMARKS
from core.faces.pose import HeadPose, head_pose
from core.shapes import expect_shape

Float = NDArray[np.float32]

_BACKGROUND = CLASSES.index("background")


@dataclass(frozen=True, eq=False)
class Face:
    """One face of a photo. Places are photo pixels: x right, y down, the centre of the first pixel at 0.5.

    Attributes:
        score: How sure the finder is, in [0, 1]; 1 where a person said where the face is.
        box: (4,) float32, around the landmarks: left, top, right, bottom.
        landmarks: (478, 3) float32; core.faces.mesh says which is where. Depth is negative towards the camera, mean 0.
        masks: (13, M, M) float32 in [0, 1], sum 1 over classes (core.engines.CLASSES): soft regions over the quad grown
            by core.faces.selfie.WIDE_FACTOR, M being core.faces.selfie.MASK_SIZE.
        quad: (4, 2) float32, corners of the aligned face: top left, bottom left, bottom right, top right.
        light: (3,) float32, colour of the light: gains of red, green and blue with mean 1, all 1 for white.
        skin: Colour of the skin, freed of the light's colour; None where too little of it is seen.
        hair: Colour of the hair, likewise.
        brows: Colour of the brows, likewise.
        expression: (52,) float32 in [0, 1], core.faces.expressions.EXPRESSIONS.
    """

    score: float
    box: Float
    landmarks: Float
    masks: Float
    quad: Float
    light: Float
    skin: ColourReading | None
    hair: ColourReading | None
    brows: ColourReading | None
    expression: Float

    def __post_init__(self) -> None:
        expect_shape(self.box, "4")
        expect_shape(self.landmarks, f"{NUM_LANDMARKS} 3")
        expect_shape(self.expression, f"{len(EXPRESSIONS)}")
        expect_shape(self.masks, f"{len(CLASSES)} M M")
        expect_shape(self.quad, "4 2")
        expect_shape(self.light, "3")

    @property
    def pose(self) -> HeadPose:
        """How the head is turned."""
        return head_pose(self.landmarks)

    @property
    def person(self) -> Float:
        """(M, M) in [0, 1]: how surely a pixel of the masks shows the person and what they wear."""
        return np.asarray(1 - self.masks[_BACKGROUND], np.float32)
