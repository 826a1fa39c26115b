"""The dev portraits with their labels, and one face read end to end with the networks that are being measured."""

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.datasets.face_photos import FacePhoto
from core.datasets.portraits import FaceLabels, load_labels, read_portraits
from core.datasets.teachers import Teachers
from core.errors import FaceError
from core.faces.align import face_unit, five_points
from core.faces.finding import FaceBox, find_faces
from core.faces.landmarks import place_landmarks
from core.faces.reading import read_selfie
from core.faces.selfie import Selfie
from core.images import read_photo
from core.paths import training_data_folder

Image = NDArray[np.uint8]
Float = NDArray[np.float32]

RUNS_FOLDER = Path(__file__).resolve().parent.parent / "runs" / "benchmarks"
"""Where pictures and figures are kept between runs; git does not see it."""

_MONK = {"Monk 2–4": range(1, 5), "Monk 5–6": range(5, 7), "Monk 7–10": range(7, 11)}
_NEAR, _SIZES = 0.5, 1.6  # a find is right within this many face units of the middle, and within this factor of the size


@dataclass(frozen=True, eq=False)
class DevSet:
    """The 120 dev portraits.

    Attributes:
        labels: What the teachers say.
        faces: Each portrait as it is.
        expressions: (N, 52) coefficients of the teacher.
        seen: File -> what a person saw (dev_labels.csv).
        groups: Group of decisions.md 12 -> its portraits.
    """

    labels: FaceLabels
    faces: tuple[FacePhoto, ...]
    expressions: Float
    seen: Mapping[str, Mapping[str, str]]
    groups: Mapping[str, frozenset[str]]


@cache
def dev_set(folder: Path) -> DevSet:
    """Read it; `folder` is what `main.py train label_faces --set split=dev --run FOLDER` wrote."""
    data = training_data_folder()
    assert data is not None, "there are no portraits here"
    labels = load_labels(folder, "dev")
    paths = {portrait.path.name: portrait.path for portrait in read_portraits("dev")}
    photos = [read_photo(paths[file]) for file in labels.files]
    faces = tuple(FacePhoto(*parts) for parts in zip(photos, labels.landmarks, labels.depth, labels.people, strict=True))
    teachers = Teachers(data / "teachers")
    expressions = np.stack([teachers.expression(points) for points in labels.landmarks])
    seen = {row["file"]: row for row in csv.DictReader((data / "faces" / "dev_labels.csv").read_text().splitlines())}
    groups = {
        name: frozenset(file for file, row in seen.items() if int(row["skin_tone"]) in tones) for name, tones in _MONK.items()
    }
    everybody = [portrait for split in ("train", "dev") for portrait in read_portraits(split)]
    sexes = {portrait.path.name: portrait.sex for portrait in everybody} | {file: row["sex"] for file, row in seen.items()}
    for name, sex in (("women", "female"), ("men", "male")):
        groups[name] = frozenset(file for file, value in sexes.items() if value == sex)
    return DevSet(labels, faces, expressions, seen, groups)


def version_of(*paths: Path) -> str:
    """Twelve digits that change with any of these files."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@dataclass(frozen=True, eq=False)
class Reading:
    """What the networks say of a picture whose face is known.

    Attributes:
        box: The find that is right, or None.
        extra: Finds beside it.
        points: (478, 3) float32 photo pixels, if found.
        expression: (52,), if found.
    """

    box: FaceBox | None
    extra: int
    points: Float | None
    expression: Float | None


def read_known(photo: Image, landmarks: Float) -> Reading:
    """Find the face and place its landmarks; `landmarks` (478, 2) say where it really is."""
    finds = find_faces(photo)
    right = [find for find in finds if is_right(find, five_points(landmarks))]
    if not right:
        return Reading(None, len(finds), None, None)
    best = max(right, key=lambda find: find.score)
    placed = place_landmarks(photo, best.points)
    return Reading(best, len(finds) - 1, placed.points, placed.expression)


def read_right(photo: Image, points: Float) -> Selfie | None:
    """The selfie of the face with these five points (5, 2), or None where it is not found."""
    finds = find_faces(photo)
    right = [index for index, find in enumerate(finds) if is_right(find, points)]
    if not right:
        return None
    try:
        return read_selfie(photo, 1 + max(right, key=lambda index: finds[index].score))
    except FaceError:
        return None


def is_right(find: FaceBox, points: Float) -> bool:
    """Whether a find is the face with these five points (5, 2)."""
    unit, middle = face_unit(points), (points[:2].mean(axis=0) + points[3:].mean(axis=0)) / 2
    return bool(np.hypot(*(find.centre - middle)) < _NEAR * unit and unit / _SIZES < find.unit < unit * _SIZES)
