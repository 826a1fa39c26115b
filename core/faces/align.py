"""Where a face is in a picture: the alignment's quad, and turned square crops of any size.

Points are continuous pixels: x right, y down, the centre of the first pixel is (0.5, 0.5).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.faces.mesh import LEFT_EYE, NUM_LANDMARKS, RIGHT_EYE
from core.shapes import expect_shape

Float = NDArray[np.float32]

_LANDMARK_CROP = 3.6  # sides of the landmark network's crop in face units

GUIDE = (0.5, 0.53, 0.21, 0.27)
"""An oval about a face in the middle of the frame `bust`, which then fills the picture: its middle x and y and its half width and
height, as shares of the side of a square picture."""


@dataclass(frozen=True, eq=False)
class Frame:
    """A square crop, turned with the face.

    Attributes:
        quad: (4, 2) float32, its corners in the picture: top left, bottom left, bottom right, top right.
        size: Pixels of the crop's side.
    """

    quad: Float
    size: int

    def __post_init__(self) -> None:
        expect_shape(self.quad, "4 2")

    @property
    def matrix(self) -> NDArray[np.float64]:
        """(2, 3): a point of the crop -> the point of the picture."""
        corner, down, _, right = self.quad.astype(np.float64)
        return np.stack([(right - corner) / self.size, (down - corner) / self.size, corner], axis=1)

    def to_picture(self, points: NDArray[np.floating]) -> Float:
        """(N, 2) points of the crop -> of the picture."""
        matrix = self.matrix
        return (points @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)

    def from_picture(self, points: NDArray[np.floating]) -> Float:
        """(N, 2) points of the picture -> of the crop."""
        matrix = self.matrix
        return ((points - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T).astype(np.float32)

    def crop(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """The crop of a picture (H, W, 3) or a mask (H, W): averaged where it shrinks, the border repeated outside."""
        from PIL import Image as Pillow  # here and not above: the window starts without it

        size = np.array(picture.shape[1::-1])
        matrix = self.matrix
        # Only what is seen is averaged, and the border is repeated after that, when it is small.
        seen_low = np.clip(np.floor(self.quad.min(axis=0)).astype(int) - 2, 0, size - 1)
        seen_high = np.clip(np.ceil(self.quad.max(axis=0)).astype(int) + 2, seen_low + 1, size)
        part = np.ascontiguousarray(picture[seen_low[1] : seen_high[1], seen_low[0] : seen_high[0]])
        matrix[:, 2] -= seen_low
        shrink = int(np.hypot(*matrix[:, 0]))
        if shrink >= 2:
            # The scale is the factor itself: the last row and column average fewer pixels.
            part = np.asarray(Pillow.fromarray(part).reduce(shrink))
            matrix /= shrink
        corners = matrix @ np.array([[0, 0, 1], [0, self.size, 1], [self.size, 0, 1], [self.size, self.size, 1]]).T
        low, high = np.floor(corners.min(axis=1)).astype(int) - 2, np.ceil(corners.max(axis=1)).astype(int) + 2
        matrix[:, 2] -= low
        turned = Pillow.fromarray(_with_border(part, low, high)).transform(
            (self.size, self.size), Pillow.Transform.AFFINE, tuple(matrix.ravel()), Pillow.Resampling.BILINEAR
        )
        return np.asarray(turned)

    def pick(self, classes: NDArray[np.uint8], outside: int) -> NDArray[np.uint8]:
        """The crop of a class map (H, W): nearest pixels, and the class `outside` beyond it."""
        from PIL import Image as Pillow  # here and not above: the window starts without it

        matrix = tuple(self.matrix.ravel())
        picture = Pillow.fromarray(np.ascontiguousarray(classes))
        size, nearest = (self.size, self.size), Pillow.Resampling.NEAREST
        return np.asarray(picture.transform(size, Pillow.Transform.AFFINE, matrix, nearest, fillcolor=outside))

    def inside(self, height: int, width: int) -> NDArray[np.bool_]:
        """(size, size): which pixels of the crop lie on a picture of this size."""
        steps = np.arange(self.size) + 0.5
        matrix = self.matrix
        x, y = (row[0] * steps[None, :] + row[1] * steps[:, None] + row[2] for row in matrix)
        return np.asarray((x >= 0) & (x <= width) & (y >= 0) & (y <= height))


def face_quad(landmarks: Float) -> Float:
    """The alignment's quad: (4, 2) float32, in the frame of the landmarks (478, 2).

    Source: Karras et al. 2018 (arXiv 1710.10196), appendix C, as in FFHQ's published code.
    Differs: eyes are the mean of 16 contour points of the mesh, not of dlib's six; the border is repeated, not blurred.
    """
    expect_shape(landmarks, f"{NUM_LANDMARKS} 2")
    left, right = landmarks[LEFT_EYE].mean(axis=0), landmarks[RIGHT_EYE].mean(axis=0)
    eyes, mouth = (left + right) / 2, (landmarks[61] + landmarks[291]) / 2
    eye_to_eye, eye_to_mouth = right - left, mouth - eyes
    across = eye_to_eye - eye_to_mouth[::-1] * (-1, 1)
    across /= np.hypot(*across)
    half = across * max(2.0 * np.hypot(*eye_to_eye), 1.8 * np.hypot(*eye_to_mouth))
    return square(eyes + 0.1 * eye_to_mouth, half)


def whole_frame(photo: NDArray[np.uint8], size: int) -> Frame:
    """The square that just holds a photo."""
    height, width = photo.shape[:2]
    return Frame(square(np.array([width / 2, height / 2]), np.array([max(height, width) / 2, 0.0])), size)


def wider(quad: Float, factor: float) -> Float:
    """The quad grown about its centre."""
    centre = quad.mean(axis=0)
    return np.asarray(centre + (quad - centre) * factor, np.float32)


def square(centre: NDArray[np.floating], half: NDArray[np.floating]) -> Float:
    """The quad with this centre; `half` points from it to the middle of its right side."""
    down = half[::-1] * (-1, 1)
    return np.stack([centre - half - down, centre - half + down, centre + half + down, centre + half - down]).astype(np.float32)


def five_points(landmarks: Float) -> Float:
    """(478, 2) -> (5, 2): left eye, right eye, tip of the nose, left and right corner of the mouth."""
    left, right = landmarks[LEFT_EYE].mean(axis=0), landmarks[RIGHT_EYE].mean(axis=0)
    return np.stack([left, right, landmarks[4], landmarks[61], landmarks[291]]).astype(np.float32)


def points_in(quad: Float) -> Float:
    """(3, 2): eyes and middle of the mouth of a usual face with this quad, whose side is four times the eyes' distance."""
    centre, across, down = quad.mean(axis=0), (quad[3] - quad[0]) / 8, (quad[1] - quad[0]) / 4
    eyes = centre - down / 10
    return np.stack([eyes - across, eyes + across, eyes + down]).astype(np.float32)


def which_face(quad: Float, faces: Sequence[Float]) -> int | None:
    """Which of some faces, as five points each, a quad was laid about: counted from 1, None where it was none of them."""
    centre, reach = quad.mean(axis=0), np.hypot(*(quad[3] - quad[0])) / 2
    away = [float(np.hypot(*((points[0] + points[1] + (points[3] + points[4]) / 2) / 3 - centre))) for points in faces]
    return 1 + int(np.argmin(away)) if away and min(away) < reach else None


def face_unit(points: Float) -> float:
    """The size of a face that turning the head changes least: the larger of eye to eye and eyes to mouth, in pixels."""
    eyes, mouth = (points[0] + points[1]) / 2, (points[3] + points[4]) / 2
    return float(max(np.hypot(*(points[1] - points[0])), np.hypot(*(mouth - eyes))))


def landmark_quad(points: Float) -> Float:
    """The crop of the landmark network, level with the eyes, from five points."""
    eyes, mouth = (points[0] + points[1]) / 2, (points[3] + points[4]) / 2
    across = points[1] - points[0]
    across = across / max(float(np.hypot(*across)), 1e-6)
    return square((eyes + mouth) / 2, across * (_LANDMARK_CROP / 2 * face_unit(points)))


def _with_border(picture: NDArray[np.uint8], low: NDArray[np.int_], high: NDArray[np.int_]) -> NDArray[np.uint8]:
    """Pixels low..high of a picture, its border repeated outside."""
    height, width = picture.shape[:2]
    if (low >= 0).all() and high[0] <= width and high[1] <= height:
        return np.ascontiguousarray(picture[low[1] : high[1], low[0] : high[0]])
    rows = np.clip(np.arange(low[1], high[1]), 0, height - 1)
    columns = np.clip(np.arange(low[0], high[0]), 0, width - 1)
    return np.asarray(picture[rows][:, columns])
