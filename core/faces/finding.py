"""Finding the faces in a photo."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.faces.align import Frame, face_unit, square, whole_frame, wider
from core.faces.landmarks import is_face
from core.models import shared_model
from core.shapes import expect_shape

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

FINDER_SIZE = 160
STRIDE = 4
UNIT = 16.0  # pixels; the network's size is the logarithm of face units in this
_MOST = 24  # faces in one picture
_GUESS = 0.1  # score from which a find is better than no idea
_TINY = 10.0  # face units in pixels of the finder's picture under which it does not see well
_SMALLEST = 6.0  # face units in pixels of the photo: too little to read


_HALF_WIDTH, _HALF_HEIGHT = 1.15, 1.375  # of a face's box, in face units


@dataclass(frozen=True)
class _Bars:
    """Scores: from `sure` on a find is a face; from `doubtful` on, if the landmark network sees a face there too."""

    sure: float
    doubtful: float


_WHOLE, _CLOSER, _AFAR, _CLOSEST, _TURNED = _Bars(0.7, 0.4), _Bars(0.85, 0.4), _Bars(0.8, 0.4), _Bars(1.0, 0.45), _Bars(1.0, 0.5)


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

    The whole photo is looked at first. Where nothing is sure or only tiny faces are, pieces of it are looked at twice as large.
    Where there is nothing still, it is seen from farther away (a face may fill it), in pieces four times as large, and turned.
    Finds that are not sure count only if the landmark network sees a face there too.

    Raises:
        ModelError: The finder is not installed or damaged.
    """
    expect_shape(image, "H W 3")
    faces = _faces_in(image, [whole_frame(image, FINDER_SIZE)], _WHOLE)
    long_side = max(image.shape[:2])
    # A head and its shoulders from far away can look like one large face; what is surer from closer takes its place.
    if not any(face.score >= _WHOLE.sure and face.unit > _TINY * long_side / FINDER_SIZE for face in faces):
        faces = without_doubles([*faces, *_faces_in(image, _tiles(image, 2), _CLOSER)])
    if not faces:
        faces = _faces_in(image, [_from_afar(image)], _AFAR)
    if not faces and long_side >= 4 * FINDER_SIZE:
        faces = _faces_in(image, _tiles(image, 4), _CLOSEST)
    if not faces:
        faces = _faces_in(image, _turned(image), _TURNED)
    return sorted((face for face in faces if face.unit >= _SMALLEST), key=lambda face: float(face.centre[0]))


def likeliest_face(image: Image) -> FaceBox | None:
    """Where to begin looking in a photo (H, W, 3) in which `find_faces` finds nothing; None for no idea.

    Raises:
        ModelError: The finder is not installed or damaged.
    """
    expect_shape(image, "H W 3")
    finds = [face for face in _found([whole_frame(image, FINDER_SIZE)], image, _GUESS) if face.unit >= _SMALLEST]
    return max(finds, key=lambda face: face.score, default=None)


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
    """A face from its points: the box reaches from the hairline to the chin, however the face is turned."""
    eyes, mouth = points[:2].mean(axis=0), points[3:].mean(axis=0)
    unit, down = face_unit(points), mouth - eyes
    down = down / max(float(np.hypot(*down)), 1e-6)
    middle = (eyes + mouth) / 2 - 0.075 * unit * down
    half = np.hypot(_HALF_WIDTH * down[::-1], _HALF_HEIGHT * down) * unit
    return FaceBox(score, np.concatenate([middle - half, middle + half]).astype(np.float32), points.astype(np.float32))


def without_doubles(faces: Sequence[FaceBox]) -> list[FaceBox]:
    """The faces, best first, without those whose centre lies within a better one."""
    kept: list[FaceBox] = []
    for face in sorted(faces, key=lambda face: -face.score):
        if all(np.hypot(*(face.centre - other.centre)) > max(face.unit, other.unit) for other in kept):
            kept.append(face)
    return kept


def _found(frames: Sequence[Frame], image: Image, threshold: float) -> list[FaceBox]:
    """Faces in square pieces of a photo, in photo pixels; black is around the photo."""
    pictures = np.stack([frame.crop(image) * frame.inside(*image.shape[:2])[..., None] for frame in frames])
    outputs = shared_model("finder")(pictures=pictures)["faces"]
    return [
        face_box(face.score, frame.to_picture(face.points))
        for frame, output in zip(frames, outputs, strict=True)
        for face in decode_faces(output, threshold)
    ]


def _faces_in(image: Image, frames: Sequence[Frame], bars: _Bars) -> list[FaceBox]:
    """Faces in square pieces of a photo, doubtful ones only if the landmark network agrees."""
    finds = without_doubles(_found(frames, image, bars.doubtful))
    return [face for face in finds if face.score >= bars.sure or is_face(image, face.points)]


def _tiles(image: Image, factor: int) -> list[Frame]:
    """Squares that overlap by half, their side a part of the photo's long side."""
    height, width = image.shape[:2]
    half = max(height, width) / factor / 2
    across, down = (
        np.unique(np.clip(np.arange(1, 2 * factor) * half, half, max(length - half, half))) for length in (width, height)
    )
    return [Frame(square(np.array([x, y]), np.array([half, 0.0])), FINDER_SIZE) for y in down for x in across]


def _from_afar(image: Image) -> Frame:
    """The whole photo with as much black around it again."""
    return Frame(wider(whole_frame(image, FINDER_SIZE).quad, 1.6), FINDER_SIZE)


def _turned(image: Image) -> list[Frame]:
    """The whole photo lying on either side and on its head, as where a camera's note on it was lost."""
    quad = whole_frame(image, FINDER_SIZE).quad
    return [Frame(np.roll(quad, turns, axis=0), FINDER_SIZE) for turns in (1, 2, 3)]
