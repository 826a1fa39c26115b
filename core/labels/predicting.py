"""What methods say of a set's photos: they look at them as they do when a label begins with a prediction."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.avatar.vector import AvatarVector
from core.errors import AvatarError, PhotoError
from core.faces import finding, reading
from core.faces.align import points_in, which_face
from core.faces.selfie import WIDE_FACTOR, Selfie
from core.images import decode_photo
from core.labels.adding import CROP_SIZE, open_photo
from core.labels.evaluation_set import EvaluationSet
from core.labels.overview import View, crop, entries
from core.labels.records import Crop, Item
from core.methods import Method
from core.reporting import Reporter, SilentReporter


@dataclass(frozen=True)
class Predictions:
    """What a method says of photos.

    Attributes:
        avatars: By the photo's sha256.
        problems: Photos of which it could say nothing, and why, in a sentence.
    """

    avatars: dict[str, AvatarVector]
    problems: tuple[tuple[Item, str], ...]


def predictions(evaluation_set: EvaluationSet, method: Method, photos: Collection[str], reporter: Reporter) -> Predictions | None:
    """Have a method look at photos of a set.

    Args:
        evaluation_set: Whose.
        method: Which.
        photos: Their sha256.
        reporter: Hears how many photos are done, and can stop it.

    Returns:
        What it says; None where it was stopped.

    Raises:
        ModelError: A network is not installed or damaged.
    """
    reading.warm_up()  # what is not installed is told once, not for every photo
    items = [entry.item for entry in entries(evaluation_set, View("", method.schema.engine)) if entry.item.sha256 in photos]
    avatars: dict[str, AvatarVector] = {}
    problems = []
    for done, item in enumerate(items):
        reporter.progress(done, len(items))
        if reporter.should_stop():
            return None
        try:
            selfie = selfie_of(*picture_of(item, crop(evaluation_set, item.id)))
            avatars[item.sha256] = method.estimate(selfie, SilentReporter()).vector
        except AvatarError as error:
            problems.append((item, str(error)))
    reporter.progress(len(items), len(items))
    return Predictions(avatars, tuple(problems))


def picture_of(item: Item, face: Crop) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """What a method looks at: the photo, or its crop where the file is gone, and the quad of the face in it (4, 2).

    Raises:
        PhotoError: The photo is gone, and its crop is damaged.
    """
    try:
        return open_photo(item), np.array(face.quad, np.float32)
    except PhotoError:
        edge = CROP_SIZE * (1 - 1 / WIDE_FACTOR) / 2
        far = CROP_SIZE - edge
        return decode_photo(face.jpeg, item.name), np.array([[edge, edge], [edge, far], [far, far], [far, edge]], np.float32)


def selfie_of(picture: NDArray[np.uint8], quad: NDArray[np.float32]) -> Selfie:
    """The face that a set aligned.

    Args:
        picture: (H, W, 3) uint8 sRGB.
        quad: (4, 2) pixels of `picture`: the alignment (decisions.md 8). Where no face is found in it, one is taken to be there.

    Raises:
        ModelError: A network is not installed or damaged.
    """
    faces = finding.find_faces(picture)
    face = which_face(quad, [one.points for one in faces])
    return reading.read_selfie(picture, face, placed=points_in(quad) if face is None else None, found=faces)
