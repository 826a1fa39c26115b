"""The training portraits, which of them may train, and what the teachers said about them."""

import csv
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from core.errors import DataError
from core.faces.align import Frame, face_quad, wider
from core.faces.mesh import NUM_LANDMARKS
from core.faces.selfie import ALIGNMENT_VERSION
from core.files import write_atomically
from core.images import read_photo
from core.paths import training_data_folder
from core.shapes import expect_shape

IGNORED = 255  # region of pixels nobody knows: outside the photo, or doubtful
REGIONS_SIZE = 320
REGIONS_FACTOR = 2.0  # the regions' frame in alignment quads: wider than `Selfie.wide`, so that crops can be jittered


@dataclass(frozen=True)
class Portrait:
    """One row of portraits.csv; what is unknown is the empty string."""

    path: Path
    split: str
    sex: str
    licence: str


def read_portraits(split: str | None = None) -> tuple[Portrait, ...]:
    """The portraits of one split, or of all, in the order of portraits.csv.

    Raises:
        DataError: The data is absent or the split has no portraits.
    """
    folder = training_data_folder()
    if folder is None:
        raise DataError("There are no training portraits here. Set LIKENESS_DATA to the folder that holds faces/portraits.csv.")
    table = folder / "faces" / "portraits.csv"
    try:
        rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    except OSError as error:
        raise DataError(f"{table} cannot be read: {error.strerror or error}.") from error
    photos = folder / "faces" / "portraits"
    chosen = tuple(
        Portrait(photos / row["file"], row["split"], row["sex"], row["licence"]) for row in rows if split in (None, row["split"])
    )
    if not chosen:
        raise DataError(f"{table} has no portraits of split “{split}”.")
    return chosen


@dataclass(frozen=True, eq=False)
class FaceLabels:
    """What the teachers said about one face in each of N portraits.

    Attributes:
        split: str that all of them are of.
        files: N file names in faces/portraits.
        landmarks: (N, 478, 2) float32, photo pixels.
        depth: (N, 478) float32, photo pixels, negative towards the camera.
        regions: (N, 320, 320) uint8, class indices or `IGNORED`, over `regions_frame`.
        people: N masks (H, W) uint8 of the whole photo, 255 is a person.
        teachers: Teacher file -> SHA-256.
    """

    split: str
    files: tuple[str, ...]
    landmarks: NDArray[np.float32]
    depth: NDArray[np.float32]
    regions: NDArray[np.uint8]
    people: Sequence[NDArray[np.uint8]]
    teachers: dict[str, str]

    def chances(self) -> NDArray[np.float64]:
        """(N,) how often to draw each portrait; those that balance the officials (AI-made, legislators) twice as often."""
        weight = np.array([1.0 if file.startswith("official") else 2.0 for file in self.files])
        return np.asarray(weight / weight.sum())

    def save(self, folder: Path) -> None:
        """Write a labels folder: manifest.json, landmarks.npy, depth.npy, regions.npy and people/."""
        (folder / "people").mkdir(parents=True, exist_ok=True)
        np.save(folder / "landmarks.npy", self.landmarks, allow_pickle=False)
        np.save(folder / "depth.npy", self.depth, allow_pickle=False)
        np.save(folder / "regions.npy", self.regions, allow_pickle=False)
        for file, mask in zip(self.files, self.people, strict=True):
            Pillow.fromarray(mask).save(folder / "people" / f"{Path(file).stem}.png")
        manifest = {"split": self.split, "alignment": ALIGNMENT_VERSION, "files": self.files, "teachers": self.teachers}
        write_atomically(folder / "manifest.json", json.dumps(manifest, indent=1).encode())


def load_labels(folder: Path, split: str = "train") -> FaceLabels:
    """Read a labels folder.

    Raises:
        DataError: It is not one, is of another alignment, or holds a portrait that is not of `split`.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
        landmarks = np.load(folder / "landmarks.npy", allow_pickle=False)
        depth = np.load(folder / "depth.npy", allow_pickle=False)
        regions = np.load(folder / "regions.npy", mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        raise DataError(
            f"{folder} does not hold labels ({error}). Make them with: main.py train label_faces --run {folder}"
        ) from error
    if manifest["alignment"] != ALIGNMENT_VERSION:
        versions = f"alignment {manifest['alignment']}; this version uses {ALIGNMENT_VERSION}"
        raise DataError(f"The labels in {folder} are of {versions}. Make them again.")
    check_split(manifest["files"], split)
    count = len(manifest["files"])
    expect_shape(landmarks, f"{count} {NUM_LANDMARKS} 2")
    expect_shape(depth, f"{count} {NUM_LANDMARKS}")
    expect_shape(regions, f"{count} {REGIONS_SIZE} {REGIONS_SIZE}")
    people = [np.asarray(Pillow.open(folder / "people" / f"{Path(file).stem}.png")) for file in manifest["files"]]
    return FaceLabels(split, tuple(manifest["files"]), landmarks, depth, regions, people, manifest["teachers"])


def load_photos(labels: FaceLabels, long_side: int) -> tuple[list[NDArray[np.uint8]], NDArray[np.float32]]:
    """The labelled photos reduced to a long side, and by how much each: (N,) float32."""
    paths = {portrait.path.name: portrait.path for portrait in read_portraits(labels.split)}
    photos = [read_photo(paths[file], long_side) for file in labels.files]
    whole = [max(mask.shape) for mask in labels.people]
    scales = [max(photo.shape) / side for photo, side in zip(photos, whole, strict=True)]
    return photos, np.array(scales, np.float32)


def check_split(files: Sequence[str], split: str) -> None:
    """Refuse files that are not of a split.

    Raises:
        DataError: At least one is not; it is named.
    """
    allowed = {portrait.path.name for portrait in read_portraits(split)}
    strangers = sorted(set(files) - allowed)
    if strangers:
        raise DataError(f"{strangers[0]} and {len(strangers) - 1} more are not of split “{split}” and must not be used for it.")


def regions_frame(landmarks: NDArray[np.float32]) -> Frame:
    """The frame that `FaceLabels.regions` lies over."""
    return Frame(wider(face_quad(landmarks), REGIONS_FACTOR), REGIONS_SIZE)


def manifest_digest(folder: Path) -> str:
    """SHA-256 of a labels folder's manifest, for the cards of what is trained from it."""
    return hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
