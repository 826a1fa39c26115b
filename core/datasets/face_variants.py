"""Faces to train landmarks on: each labelled portrait as it is, and warped into other expressions, poses and shapes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from core.datasets.face_changes import Expressions, towards, turned
from core.datasets.portraits import FaceLabels, read_portraits
from core.datasets.warping import Triangulation, warp
from core.faces.align import Frame, five_points, landmark_quad, wider
from core.files import write_atomically
from core.images import read_photo

Float = NDArray[np.float32]
Image = NDArray[np.uint8]
Rng = np.random.Generator

FACE_SIZE = 224
FACE_FACTOR = 1.5  # sides of these pictures in landmark crops: room for jitter
VARIANTS = 7  # of each portrait
_MOST_TURNED = 32.0  # degrees
_FILES = ("pictures", "points", "expressions", "portraits")


@dataclass(frozen=True, eq=False)
class Faces:
    """M pictures of faces with exact labels.

    Attributes:
        pictures: (M, 224, 224, 4) uint8, sRGB and a person mask.
        points: (M, 478, 3) float32, pixels of the picture, depth negative towards the camera.
        expressions: (M, 52) float32 in [0, 1].
        portraits: (M,) which portrait each is of; the first N are the portraits as they are, in their order.
    """

    pictures: Image
    points: Float
    expressions: Float
    portraits: NDArray[np.int64]

    def save(self, folder: Path) -> None:
        """Write a folder of faces; the last file says that it is whole."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in _FILES:
            np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)
        write_atomically(folder / "whole", b"")

    @staticmethod
    def load(folder: Path) -> "Faces | None":
        """What `save` wrote, or None where it did not come to its end."""
        if not (folder / "whole").exists():
            return None
        return Faces(*(np.load(folder / f"{name}.npy", allow_pickle=False) for name in _FILES))


@dataclass(frozen=True, eq=False)
class Originals:
    """The portraits cut out: pictures (N, 224, 224, 4), points (N, 478, 3), and where the photo is, (N, 224, 224) bool."""

    pictures: Image
    points: Float
    inside: NDArray[np.bool_]


def cut_out(labels: FaceLabels) -> Originals:
    """The faces of labelled portraits, level with the eyes."""
    paths = {portrait.path.name: portrait.path for portrait in read_portraits(labels.split)}
    count = len(labels.files)
    pictures = np.zeros((count, FACE_SIZE, FACE_SIZE, 4), np.uint8)
    inside = np.zeros((count, FACE_SIZE, FACE_SIZE), bool)
    points = np.zeros((count, labels.landmarks.shape[1], 3), np.float32)
    for index, (file, flat) in enumerate(zip(labels.files, labels.landmarks, strict=True)):
        photo, mask = read_photo(paths[file]), labels.people[index]
        frame = Frame(wider(landmark_quad(five_points(flat)), FACE_FACTOR), FACE_SIZE)
        pictures[index, ..., :3] = frame.crop(photo)
        # Masks of photos are as large as the photos.
        pictures[index, ..., 3] = frame.crop(np.asarray(Pillow.fromarray(mask).resize(photo.shape[1::-1])))
        inside[index] = frame.inside(*photo.shape[:2])
        scale = FACE_SIZE / float(np.hypot(*(frame.quad[3] - frame.quad[0])))
        points[index] = np.column_stack([frame.from_picture(flat), labels.depth[index] * scale])
    return Originals(pictures, points, inside)


@dataclass(frozen=True, eq=False)
class Changer:
    """Makes variants of cut-out portraits."""

    originals: Originals
    triangulation: Triangulation
    expressions: Expressions

    @staticmethod
    def of(originals: Originals) -> "Changer":
        """For these portraits."""
        mean = originals.points[..., :2].mean(axis=0)
        return Changer(originals, Triangulation.of(mean), Expressions.of(mean))

    def variant(self, rng: Rng, index: int, kind: int) -> tuple[Image, Float]:
        """Another picture of portrait `index`, and its points; the kinds differ in what is changed."""
        picture, points = self.originals.pictures[index], self.originals.points[index]
        if rng.random() < 0.35:
            picture = picture * self.originals.inside[index][..., None]
        shape, expression, pose = _KINDS[kind % len(_KINDS)]
        target = points
        if shape:
            other = self.originals.points[rng.integers(len(self.originals.points))]
            target = towards(target, other, float(rng.uniform(0.4, 1.15)))
        if expression:
            target = self.expressions.random(rng, target)
        if pose:
            target = turned(target, *_random_turn(rng))
        return warp(rng, picture, points, target, self.triangulation)


_KINDS = (  # shape, expression, pose
    (True, False, False), (False, True, False), (True, True, False), (False, True, True), (True, True, True),
    (False, True, False), (True, False, True),
)  # fmt: skip


def _random_turn(rng: Rng) -> tuple[float, float]:
    """Yaw and pitch in degrees."""
    return float(rng.uniform(-_MOST_TURNED, _MOST_TURNED)), float(np.clip(rng.normal(0, 12), -26, 26))


def make_faces(labels: FaceLabels, rng: Rng, express: Callable[[Float], Float], stop: Callable[[int], bool]) -> Faces | None:
    """The portraits and `VARIANTS` variants of each.

    Args:
        labels: Of N portraits.
        rng: All changes are random.
        express: Landmarks (478, 3) -> expression (52,).
        stop: Told how many portraits are done; True ends the work.

    Returns:
        The faces, or None if it was stopped.
    """
    originals = cut_out(labels)
    changer = Changer.of(originals)
    count = len(labels.files)
    pictures = np.zeros((count * (1 + VARIANTS), *originals.pictures.shape[1:]), np.uint8)
    points = np.zeros((len(pictures), *originals.points.shape[1:]), np.float32)
    pictures[:count], points[:count] = originals.pictures, originals.points
    for index in range(count):
        for kind in range(VARIANTS):
            row = count + index * VARIANTS + kind
            pictures[row], points[row] = changer.variant(rng, index, kind)
        if stop(index + 1):
            return None
    expressions = np.stack([express(one) for one in points])
    return Faces(pictures, points, expressions, np.concatenate([np.arange(count), np.repeat(np.arange(count), VARIANTS)]))
