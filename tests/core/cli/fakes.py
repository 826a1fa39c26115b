"""A face finder and a method that need no networks."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.errors import NoFaceError, SeveralFacesError
from core.faces.colours import ColourReading
from core.faces.face import Face
from core.faces.finding import FaceBox
from core.faces.selfie import FACE_SIZE, MASK_SIZE, WIDE_SIZE, Selfie
from core.methods import Estimate, FieldEstimate
from core.reporting import Reporter


def read_selfie(
    photo: NDArray[np.uint8],
    face: int | None = None,
    path: Path | None = None,
    placed: NDArray[np.floating] | None = None,
    found: Sequence[FaceBox] | None = None,  # noqa: ARG001
) -> Selfie:
    """Red photos have a face, blue ones two, others none unless one is placed; black ones find a bug of ours."""
    red, _, blue = photo.mean(axis=(0, 1))
    if red + blue == 0:
        raise KeyError("planted")
    if blue > red and face is None:
        raise SeveralFacesError("There are 2 faces. Say which with --face.", 2)
    if red + blue < 100 and placed is None:
        raise NoFaceError("There is no face in it.")
    light, skin = np.array([1.1, 1, 0.9], np.float32), ColourReading(np.array([0.4, 0.25, 0.15], np.float32), 0.75)
    quad = np.array([[8, 8], [8, 56], [56, 56], [56, 8]], np.float32)
    masks = np.full((13, MASK_SIZE, MASK_SIZE), 1 / 13, np.float32)
    return Selfie(
        image=np.full((FACE_SIZE, FACE_SIZE, 3), round(float(red)), np.uint8),
        wide=np.zeros((WIDE_SIZE, WIDE_SIZE, 3), np.uint8),
        inside=np.ones((WIDE_SIZE, WIDE_SIZE), np.bool_),
        face=Face(
            1.0,
            np.zeros(4, np.float32),
            np.zeros((478, 3), np.float32),
            masks,
            quad,
            light,
            skin,
            None,
            None,
            np.zeros(52, np.float32),
        ),
        digest="00",
        path=path,
    )


class FakeMethod:
    """Takes the first continuous value from the photo's redness."""

    name = "fake"

    def __init__(self, schema: AvatarSchema) -> None:
        self.schema = schema

    def estimate(self, selfie: Selfie, reporter: Reporter) -> Estimate:  # noqa: ARG002 - it does not search
        first = self.schema.continuous[0].id
        vector = AvatarVector.default(self.schema).with_value(first, round(float(selfie.image.mean()) / 255, 2))
        return Estimate(vector, {first: FieldEstimate(0.75)}, self.name, "ab12")
