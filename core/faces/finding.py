"""Finding the faces in a photo."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.faces.align import Frame, face_unit, square, whole_frame
from core.faces.landmarks import is_steady
from core.models import shared_model
from core.shapes import expect_shape

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

FINDER_SIZE = 160
STRIDE = 4
UNIT = 16.0  # pixels; the network's size is the logarithm of face units in this
_MOST = 24  # faces in one picture
_SURE = 0.5  # score from which a find is a face
_DOUBTFUL = 0.35  # score from which a find is a face if its landmarks are steady
_TINY = 10.0  # face units in pixels of the finder's picture under which it does not see well
_SMALLEST = 6.0  # face units in pixels of the photo: too little to read


@dataclass(frozen=True, eq=False)
class FaceBox:
    """A face in a picture.

    Attributes:
        score: How sure the finder is, in [0, 1].
        box: (4,) float32 pixels: left, top, right, bottom.
        points: (5, 2) float32 pixels: left eye, right eye, tip of the nose, left and right corner of the mouth, in the picture's
            left and right.
    """

    score: float
    box: Float
    points: Float

    @property
    def centre(self) -> Float:
        """(2,): between eyes and mouth."""
        return np.asarray((self.points[:2].mean(axis=0) + self.points[3:].mean(axis=0)) / 2)

    @property
    def unit(self) -> float:
        """The face's size (core.faces.align.face_unit), pixels."""
        return face_unit(self.points)


def find_faces(image: Image) -> list[FaceBox]:
    """The faces in a photo (H, W, 3) uint8 sRGB, from left to right.

    Where nothing or only tiny faces are found, pieces of the photo are looked at again, twice as large. Doubtful finds count only
    if the landmark network stays where it was when it looks again.

    Raises:
        ModelError: The finder is not installed or damaged.
    """
    expect_shape(image, "H W 3")
    whole = _found([whole_frame(image, FINDER_SIZE)], image)
    faces = [face for face in whole if face.score >= _SURE or is_steady(image, face.points)]
    scale = max(image.shape[:2]) / FINDER_SIZE
    if not any(face.unit > _TINY * scale for face in faces):
        closer = without_doubles(_found(_tiles(image), image))
        faces = without_doubles([*faces, *(face for face in closer if is_steady(image, face.points))])
    return sorted((face for face in faces if face.unit >= _SMALLEST), key=lambda face: float(face.centre[0]))


def decode_faces(output: Float, threshold: float) -> list[FaceBox]:
    """Faces in the network's picture, best first.

    Args:
        output: (14, H, W) of core.networks.finder.Finder.
        threshold: Lowest score.
    """
    sizes = expect_shape(output, "14 H W")
    scores = 1 / (1 + np.exp(-np.clip(output[0], -30, 30)))
    padded = np.pad(scores, 1)
    around = np.max([padded[y : y + sizes["H"], x : x + sizes["W"]] for y in range(3) for x in range(3)], axis=0)
    rows, columns = np.nonzero((scores >= around) & (scores >= threshold))
    best = np.argsort(-scores[rows, columns], kind="stable")[:_MOST]
    faces = []
    for row, column in zip(rows[best], columns[best], strict=True):
        values = output[1:, row, column]
        cell = np.array([column + 0.5, row + 0.5], np.float32) * STRIDE
        unit = UNIT * float(np.exp(np.clip(values[2], -4, 4)))
        faces.append(face_box(float(scores[row, column]), cell + values[3:].reshape(5, 2) * unit))
    return without_doubles(faces)


def face_box(score: float, points: Float) -> FaceBox:
    """A face from its points: the box reaches from the hairline to the chin."""
    middle, unit = (points[:2].mean(axis=0) + points[3:].mean(axis=0)) / 2, face_unit(points)
    box = np.concatenate([middle, middle]) + np.array([-1.15, -1.45, 1.15, 1.3]) * unit
    return FaceBox(score, box.astype(np.float32), points.astype(np.float32))


def without_doubles(faces: Sequence[FaceBox]) -> list[FaceBox]:
    """The faces, best first, without those whose centre lies within a better one."""
    kept: list[FaceBox] = []
    for face in sorted(faces, key=lambda face: -face.score):
        if all(np.hypot(*(face.centre - other.centre)) > max(face.unit, other.unit) for other in kept):
            kept.append(face)
    return kept


def _found(frames: list[Frame], image: Image) -> list[FaceBox]:
    """Faces in square pieces of a photo, in photo pixels; black is around the photo."""
    pictures = np.stack([frame.crop(image) * frame.inside(*image.shape[:2])[..., None] for frame in frames])
    outputs = shared_model("finder")(pictures=pictures)["faces"]
    return [
        face_box(face.score, frame.to_picture(face.points))
        for frame, output in zip(frames, outputs, strict=True)
        for face in decode_faces(output, _DOUBTFUL)
    ]


def _tiles(image: Image) -> list[Frame]:
    """Squares of half the long side that overlap by half."""
    height, width = image.shape[:2]
    side = max(height, width) / 2
    across, down = (
        np.unique(np.clip(np.arange(1, 4) * side / 2, side / 2, max(length - side / 2, side / 2))) for length in (width, height)
    )
    half = np.array([side / 2, 0.0])
    return [Frame(square(np.array([x, y]), half), FINDER_SIZE) for y in down for x in across]
