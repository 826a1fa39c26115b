"""Aligned faces of people on disk, with the class of every pixel: what generators learn from.

manifest.json     what the folder was made with
photos.jsonl      one line a photo: the faces that were taken from it, and what was refused and why
faces/NAME.png    (S, S, 3), the alignment's quad
masks/NAME.png    (S, S), indices into core.engines.CLASSES
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from pydantic import TypeAdapter, ValidationError

from core.errors import DataError, FileNotWrittenError
from core.faces.selfie import ALIGNMENT_VERSION
from core.files import write_atomically
from core.images import write_png
from core.shapes import expect_shape

PHOTOS = "photos.jsonl"


@dataclass(frozen=True)
class FacesManifest:
    """What a folder of faces was made with.

    Attributes:
        size: Pixels of a face's side.
        networks: Name -> SHA-256 of the networks that found, aligned and parsed.
        alignment: Version of the alignment.
    """

    size: int
    networks: dict[str, str]
    alignment: int = ALIGNMENT_VERSION


@dataclass(frozen=True)
class FaceRecord:
    """One face.

    Attributes:
        name: Of its files, without ending.
        number: Which of the photo's faces, from 1 at the left.
        score: How sure the finder is, in [0, 1].
        inside: Share of the face's picture that shows the photo; elsewhere its border was repeated.
        quad: Corners in photo pixels: top left, bottom left, bottom right, top right.
        landmarks: 478 points, pixels of the face's picture.
    """

    name: str
    number: int
    score: float
    inside: float
    quad: tuple[tuple[float, float], ...]
    landmarks: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Refusal:
    """A photo, or one of its faces, that was left out.

    Attributes:
        number: Which face, from 1; 0 is the whole photo.
        kind: Why, as one word for programs.
        reason: Why, as a sentence for people.
    """

    number: int
    kind: str
    reason: str


@dataclass(frozen=True)
class PhotoRecord:
    """What became of one photo.

    Attributes:
        photo: Its path below the folder of photos, with forward slashes.
        digest: SHA-256 of its decoded pixels; empty where it could not be opened.
        faces: What was taken from it.
        refused: What was not.
    """

    photo: str
    digest: str
    faces: tuple[FaceRecord, ...] = ()
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, eq=False)
class PreparedFace:
    """A face and its files' content: face (S, S, 3) uint8 sRGB, classes (S, S) uint8."""

    record: FaceRecord
    face: NDArray[np.uint8]
    classes: NDArray[np.uint8]


_PHOTO = TypeAdapter(PhotoRecord)


class FaceDataset:
    """Aligned faces, read when they are asked for.

    Attributes:
        manifest: What they were made with.
        photos: What became of every photo.
        records: One for each face, in the order of the photos.

    Raises:
        DataError: The folder holds none, is damaged, or is of another alignment.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.manifest = read_manifest(folder)
        if self.manifest.alignment != ALIGNMENT_VERSION:
            versions = f"alignment {self.manifest.alignment}; this version uses {ALIGNMENT_VERSION}"
            raise DataError(f"The faces in {folder} are of {versions}. Prepare them again.")
        self.photos = read_photos(folder)
        self.records = tuple(face for photo in self.photos for face in photo.faces)
        if not self.records:
            raise DataError(f"There are no faces in {folder} yet.")

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, index: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Face (S, S, 3) uint8 sRGB and its classes (S, S) uint8.

        Raises:
            DataError: Its files are missing or damaged.
        """
        name, size = self.records[index].name, self.manifest.size
        try:
            with Pillow.open(self._folder / "faces" / f"{name}.png") as file:
                face = np.asarray(file.convert("RGB"))
            with Pillow.open(self._folder / "masks" / f"{name}.png") as file:
                classes = np.asarray(file.convert("L"))
        except (OSError, ValueError) as error:
            raise DataError(f"Face {name} in {self._folder} cannot be read: {error}. Prepare the photos again.") from error
        expect_shape(face, f"{size} {size} 3")
        expect_shape(classes, f"{size} {size}")
        return face, classes


class FacesFolder:
    """A folder of faces that is being filled; however it was interrupted, what it says is true.

    Attributes:
        photos: What became of the photos so far, by their path.
        digests: Of the photos that faces were taken from -> their path.

    Raises:
        DataError: It was begun with other networks or another size.
        FileNotWrittenError: It cannot be written.
    """

    def __init__(self, folder: Path, manifest: FacesManifest) -> None:
        self._folder = folder
        if (folder / "manifest.json").exists() and read_manifest(folder) != manifest:
            raise DataError(f"{folder} holds faces made with other networks or of another size. Choose another folder.")
        try:
            for part in ("faces", "masks"):
                (folder / part).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileNotWrittenError(f"{folder} cannot hold faces: {error.strerror or error}.") from error
        write_atomically(folder / "manifest.json", (json.dumps(asdict(manifest), indent=2) + "\n").encode())
        known = read_photos(folder)
        if known:  # without the half line that a killed process may have left, or the next would be added to it
            write_atomically(folder / PHOTOS, "".join(_line(photo) for photo in known).encode())
        self.photos = {photo.photo: photo for photo in known}
        self.digests = {photo.digest: photo.photo for photo in known if photo.faces}

    def add(self, photo: PhotoRecord, faces: Sequence[PreparedFace]) -> None:
        """Keep what became of a photo: files of its faces first, so that its line stands only for what is there.

        Raises:
            FileNotWrittenError: The disk is full; the photo counts as not dealt with.
        """
        for face in faces:
            write_png(self._folder / "faces" / f"{face.record.name}.png", face.face)
            write_png(self._folder / "masks" / f"{face.record.name}.png", face.classes)
        try:
            with (self._folder / PHOTOS).open("a", encoding="utf-8") as file:
                file.write(_line(photo))
        except OSError as error:
            raise FileNotWrittenError(f"{self._folder / PHOTOS} was not written: {error.strerror or error}.") from error
        self.photos[photo.photo] = photo
        if photo.faces:
            self.digests[photo.digest] = photo.photo


def read_manifest(folder: Path) -> FacesManifest:
    """What a folder of faces was made with.

    Raises:
        DataError: It is not one.
    """
    path = folder / "manifest.json"
    try:
        return TypeAdapter(FacesManifest).validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        how = f"main.py train prepare_faces --run {folder} --set photos=PHOTOS"
        raise DataError(f"{folder} does not hold faces ({error}). Make them with: {how}") from error


def read_photos(folder: Path) -> tuple[PhotoRecord, ...]:
    """What became of the photos of a folder of faces; a last line that a killed process left half is left out.

    Raises:
        DataError: Another line is damaged.
    """
    path = folder / PHOTOS
    lines = path.read_bytes().split(b"\n") if path.exists() else []
    photos = []
    for number, line in enumerate(lines, 1):
        try:
            if line:
                photos.append(_PHOTO.validate_json(line))
        except ValidationError as error:
            if number < len(lines):
                raise DataError(f"{path}, line {number}, is damaged. Delete the line to prepare its photo again.") from error
    return tuple(photos)


def _line(photo: PhotoRecord) -> str:
    return json.dumps(asdict(photo), ensure_ascii=False) + "\n"
