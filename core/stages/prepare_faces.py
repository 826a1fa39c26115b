"""Turn a folder of photos into aligned faces with masks, and say of every photo that was left out why."""

import csv
import hashlib
import io
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from core.configs import PrepareFacesConfig
from core.datasets.faces import FaceRecord, FacesFolder, FacesManifest, PhotoRecord, PreparedFace, Refusal
from core.datasets.portraits import read_portraits
from core.errors import DataError, FaceError, PhotoError, SettingError
from core.faces.align import Frame
from core.faces.checks import CHECKS, check_photo
from core.faces.finding import find_faces
from core.faces.reading import read_selfie
from core.faces.selfie import FACE_SIZE, WIDE_FACTOR, Selfie
from core.files import write_atomically
from core.images import read_photo
from core.models import open_model
from core.paths import training_data_folder
from core.reporting import Reporter

Image = NDArray[np.uint8]

ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif")
REPORT = "refused.csv"


def prepare_faces(config: PrepareFacesConfig, folder: Path, reporter: Reporter) -> None:
    """Write a folder of faces (core.datasets.faces) and refused.csv; the same call again goes on where it stopped.

    Raises:
        SettingError: The settings make no sense.
        DataError: There are no photos, or the folder was begun with something else.
    """
    taker = _Taker(config)
    names = list_photos(Path(config.photos))
    networks = {name: open_model(name).sha256 for name in ("finder", "landmarks", "parser")}
    faces = FacesFolder(folder, FacesManifest(config.size, networks))
    for done, name in enumerate(names, 1):
        if reporter.should_stop():
            return
        if name not in faces.photos:
            faces.add(*taker.take(name, faces.digests))
        reporter.progress(done, len(names))
    _report(faces, names, folder, reporter)


def list_photos(folder: Path) -> list[str]:
    """Paths of the photos below a folder, with forward slashes, in order; links out of it are not followed.

    Raises:
        DataError: There are none.
    """
    if not folder.is_dir():
        raise DataError(f"{folder} is not a folder of photos. Name one with: --set photos=FOLDER")
    found = sorted(
        (Path(place) / file).relative_to(folder).as_posix()
        for place, _, files in os.walk(folder)
        for file in files
        if file.lower().endswith(ENDINGS) and not file.startswith(".")
    )
    if not found:
        raise DataError(f"There are no photos ({', '.join(ENDINGS)}) in {folder}.")
    return found


class _Taker:
    """Takes the faces of one photo after another."""

    def __init__(self, config: PrepareFacesConfig) -> None:
        self._config = config
        self._photos = Path(config.photos)
        self._refused = tuple(kind.strip() for kind in config.refused.split(",") if kind.strip())
        unknown = sorted(set(self._refused) - set(CHECKS))
        if unknown:
            raise SettingError(f"There is no photo check “{unknown[0]}”; there are {', '.join(CHECKS)}.")
        if not 16 <= config.size <= 1024:
            raise SettingError(f"size is {config.size}; faces can have 16 to 1024 pixels.")
        self._strangers = _of_other_splits(config.split)

    def take(self, name: str, digests: dict[str, str]) -> tuple[PhotoRecord, list[PreparedFace]]:
        """What becomes of a photo. Nothing about a photo stops the others."""
        path = self._photos / name
        if path.resolve() in self._strangers:
            return _without(name, "", "split", f"{path.name} is not of split “{self._config.split}” of portraits.csv."), []
        try:
            image = read_photo(path)
        except PhotoError as error:
            return _without(name, "", "photo", str(error)), []
        digest = hashlib.sha256(np.ascontiguousarray(image).data).hexdigest()
        if digest in digests:
            return _without(name, digest, "duplicate", f"The same picture as {digests[digest]}."), []
        try:
            selfies = list(self._selfies(image, path))
        except FaceError as error:
            return _without(name, digest, type(error).__name__.removesuffix("Error"), str(error)), []
        kept, refused = [], []
        for number, selfie in selfies:
            problem = self._problem(image, selfie)
            if problem is None:
                kept.append(self._prepared(f"{digest[:16]}-{number}", number, selfie, image))
            else:
                refused.append(Refusal(number, *problem))
        return PhotoRecord(name, digest, tuple(face.record for face in kept), tuple(refused)), kept

    def _selfies(self, image: Image, path: Path) -> Iterator[tuple[int, Selfie]]:
        if not self._config.all_faces:
            selfie = read_selfie(image, path=path)
            yield 1, selfie
            return
        # A photo without a face is told by the same sentence as everywhere.
        found = find_faces(image)
        for number in range(1, max(1, len(found)) + 1):
            yield number, read_selfie(image, number if found else None, path, found=found)

    def _problem(self, image: Image, selfie: Selfie) -> tuple[str, str] | None:
        side = float(np.hypot(*(selfie.quad[3] - selfie.quad[0])))
        if side < self._config.smallest * self._config.size:
            return "too_small", f"The face is {side:.0f} pixels wide; {self._config.smallest * self._config.size:.0f} are needed."
        share = _inside(selfie, image)
        if share < self._config.inside:
            return "cut_off", f"Only {share:.0%} of the face's picture lies within the photo."
        advice = {one.kind: one.text for one in check_photo(image, (), selfie)}
        return next(((kind, advice[kind]) for kind in self._refused if kind in advice), None)

    def _prepared(self, name: str, number: int, selfie: Selfie, image: Image) -> PreparedFace:
        size = self._config.size
        frame = Frame(selfie.quad, size)
        middle = len(selfie.wide) / 2
        landmarks = ((selfie.landmarks - middle) / middle * WIDE_FACTOR + 1) * (size / 2)
        record = FaceRecord(
            name, number, round(selfie.score, 4), round(_inside(selfie, image), 4), _pairs(selfie.quad), _pairs(landmarks)
        )
        return PreparedFace(record, frame.crop(image), face_classes(selfie.masks, size))


def face_classes(masks: NDArray[np.float32], size: int) -> Image:
    """Classes of the alignment's quad, (size, size) uint8, from soft masks (13, M, M) over the wider quad."""
    side = masks.shape[1]
    margin = side * (1 - 1 / WIDE_FACTOR) / 2
    box = (margin, margin, side - margin, side - margin)
    soft = [Pillow.fromarray(mask).resize((size, size), Pillow.Resampling.BILINEAR, box) for mask in masks]
    return np.asarray(np.stack([np.asarray(mask) for mask in soft]).argmax(axis=0), np.uint8)


def _inside(selfie: Selfie, image: Image) -> float:
    return float(Frame(selfie.quad, FACE_SIZE // 4).inside(*image.shape[:2]).mean())


def _pairs(points: NDArray[np.floating]) -> tuple[tuple[float, float], ...]:
    return tuple((round(float(x), 2), round(float(y), 2)) for x, y in points)


def _without(name: str, digest: str, kind: str, reason: str) -> PhotoRecord:
    return PhotoRecord(name, digest, (), (Refusal(0, kind, reason),))


def _of_other_splits(split: str) -> frozenset[Path]:
    """The portraits that must not be used, wherever the folder of photos is."""
    if training_data_folder() is None:
        return frozenset()
    return frozenset(portrait.path.resolve() for portrait in read_portraits() if portrait.split != split)


def _report(faces: FacesFolder, names: list[str], folder: Path, reporter: Reporter) -> None:
    """refused.csv, and how many there are of each kind."""
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("photo", "face", "kind", "reason"))
    photos = [faces.photos[name] for name in names]
    counts = Counter(refusal.kind for photo in photos for refusal in photo.refused)
    writer.writerows((photo.photo, one.number or "", one.kind, one.reason) for photo in photos for one in photo.refused)
    write_atomically(folder / REPORT, table.getvalue().encode())
    reporter.measure("faces", sum(len(photo.faces) for photo in photos), len(photos))
    for kind, count in sorted(counts.items()):
        reporter.measure(f"refused_{kind}", count, len(photos))
