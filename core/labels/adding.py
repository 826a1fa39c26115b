"""Photos into a set: read, aligned, told apart by what they show and not by their names."""

import hashlib
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import FaceError, LabelError, PhotoError, SeveralFacesError
from core.faces import reading
from core.faces.align import Frame, wider
from core.faces.selfie import ALIGNMENT_VERSION, WIDE_FACTOR
from core.images import Image, photos_in, read_photo
from core.labels.evaluation_set import EvaluationSet
from core.labels.records import Item
from core.labels.tables import CropRow, ItemRow, SetRow
from core.reporting import Reporter, SilentReporter
from core.words import tr

CROP_SIZE = 512  # pixels: enough to label by when the photo is gone; 30 to 60 kB
_QUALITY = 90

Outcome = Literal["added", "duplicate", "problem", "refused"]


@dataclass(frozen=True)
class Added:
    """What became of one file.

    Attributes:
        path: The file.
        outcome: `added`, `duplicate` of a photo that is there, `problem` (added, but it cannot be labelled yet), or `refused`.
        item: The photo in the set; None where it was refused.
        problem: Why, in a sentence.
    """

    path: Path
    outcome: Outcome
    item: Item | None
    problem: str | None = None


@dataclass(frozen=True, eq=False)
class _Read:
    """What a photo gave."""

    path: Path
    sha256: str
    size: tuple[int, int]
    crop: CropRow | None
    problem: str | None


def add_photos(
    evaluation_set: EvaluationSet, paths: Sequence[Path], reporter: Reporter | None = None, subject: str | None = None
) -> list[Added]:
    """Add photos, each on the disk before the next is read; one bad file does not stop the rest.

    Args:
        evaluation_set: Where to.
        paths: Photos, and folders of them at any depth.
        reporter: Told after each file, and asked whether to stop.
        subject: Who is on all of them, for forgetting that person some day; said of photos that are there already too, where
            nobody is known to be on them.

    Returns:
        What became of each file, in the order of adding; what was not reached before a stop is missing.

    Raises:
        LabelError: The set is frozen, or cannot be written.
        FileNotWrittenError: The disk is full.
        ModelError: A network is not installed or damaged.
    """
    with evaluation_set.writing():
        pass  # a set that cannot be written is told before anything is read
    reading.warm_up()  # and so is a network that is missing
    reporter = reporter or SilentReporter()
    subject = (subject or "").strip() or None
    files = photos_in(paths)
    results: list[Added] = []
    for count, path in enumerate(files, 1):
        if reporter.should_stop():
            break
        results.append(_add(evaluation_set, path, subject))
        reporter.progress(count, len(files))
    return results


def open_photo(item: Item) -> Image:
    """A photo from its file, checked to be the same picture still.

    Returns:
        (H, W, 3) uint8 sRGB.

    Raises:
        PhotoError: It is not where it was, or is another picture now; `move_photo` says where it is.
    """
    path = Path(item.path)
    if not path.exists():
        raise PhotoError(
            tr("{name} is not at {path} any more. Say where it is now; until then its crop is shown.", name=item.name, path=path)
        )
    image = read_photo(path)
    if content_hash(image) != item.sha256:
        raise PhotoError(tr("{path} is another picture than the one that was added. Say where that one is now.", path=path))
    return image


def move_photo(evaluation_set: EvaluationSet, item_id: int, path: Path) -> Item:
    """Say where a photo's file is now; labels stay. Works on a frozen set, whose content it does not change.

    Raises:
        PhotoError: It cannot be opened, or is another picture.
        LabelError: The photo is not in the set.
    """
    sha256 = content_hash(read_photo(path))
    with evaluation_set.writing(though_locked=True) as session:
        row = _expect_item(session, item_id)
        if row.sha256 != sha256:
            raise PhotoError(
                tr(
                    "{path} is another picture than {name}. Choose the same one, or add it as a new photo.",
                    path=path,
                    name=row.name,
                )
            )
        row.path, row.name = str(path.resolve()), path.name
        return row.record()


def place_face(
    evaluation_set: EvaluationSet, item_id: int, face: int | None = None, placed: NDArray[np.floating] | None = None
) -> Item:
    """Say which face of a photo to label, or where it is: mends a photo in which none or several were found.

    Args:
        evaluation_set: Where.
        item_id: The photo.
        face: Which one, counted from 1 at the left.
        placed: (3, 2) photo pixels: the eyes and the middle of the mouth.

    Raises:
        PhotoError: The photo's file is gone or has changed.
        FaceError: There is still no face, or more than one.
        SettingError: There is no such face.
        LabelError: The set is frozen, or the photo is not in it.
    """
    with evaluation_set.reading() as session:
        item = _expect_item(session, item_id).record()
    crop = _crop(open_photo(item), Path(item.path), face, placed)
    with evaluation_set.writing(alone=True) as session:  # another may be placing the same one
        row = _expect_item(session, item_id)
        crop.item_id = row.id
        session.merge(crop)
        row.problem = None
        return row.record()


def tag_photos(evaluation_set: EvaluationSet, item_ids: Collection[int], subject: str | None) -> None:
    """Say who is on photos, or that nobody knows; allowed on a frozen set, for the sake of who wants to be forgotten."""
    with evaluation_set.writing(though_locked=True) as session:
        session.execute(update(ItemRow).where(ItemRow.id.in_(item_ids)).values(subject=(subject or "").strip() or None))


def content_hash(image: Image) -> str:
    """SHA-256 of a photo's pixels, hexadecimal, as `Selfie.digest` has it."""
    return hashlib.sha256(np.ascontiguousarray(image).data).hexdigest()


def is_blind(uid: str, sha256: str, share: float) -> bool:
    """Whether a photo is always labelled from nothing: by chance, but the same on every machine and in any order of adding."""
    drawn = int(hashlib.sha256(f"{uid}:{sha256}".encode()).hexdigest()[:13], 16)
    return drawn < share * 16**13


def _add(evaluation_set: EvaluationSet, path: Path, subject: str | None) -> Added:
    if path.is_dir():
        why = tr("{path}: there is no JPEG, PNG, WebP or HEIC in this folder, or it may not be looked into.", path=path)
        return Added(path, "refused", None, why)
    try:
        image = read_photo(path)
        str(path.resolve()).encode()
    except PhotoError as error:
        return Added(path, "refused", None, str(error))
    except UnicodeEncodeError:  # Linux has names that are no text, and no store can keep them
        why = tr("{name}: its name, or its folder's, is no text in UTF-8. Rename it.", name=path.name)
        return Added(path, "refused", None, why)
    sha256 = content_hash(image)
    with evaluation_set.reading() as session:
        known = _known(session, sha256)
    if known is not None:
        return _again(evaluation_set, known, path, subject)
    height, width = image.shape[:2]
    crop: CropRow | None = None
    problem: str | None = None
    try:
        crop = _crop(image, path)
    except SeveralFacesError as error:
        problem = tr(
            "There are {count} faces in {name}. Click the one to label on the Label page.", count=error.count, name=path.name
        )
    except FaceError as error:
        problem = str(error)
    return _insert(evaluation_set, _Read(path, sha256, (width, height), crop, problem), subject)


def _insert(evaluation_set: EvaluationSet, read: _Read, subject: str | None) -> Added:
    with evaluation_set.writing() as session:
        facts = session.get_one(SetRow, 1)
        row = ItemRow(
            sha256=read.sha256, name=read.path.name, path=str(read.path.resolve()), width=read.size[0], height=read.size[1],
            position=1 + (session.scalar(select(func.max(ItemRow.position))) or 0),
            is_blind=is_blind(facts.uid, read.sha256, facts.blind_share), subject=subject, problem=read.problem,
            added_at=datetime.now(UTC),
        )  # fmt: skip
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:  # somebody else was adding the same photo
            known = _known(session, read.sha256)
            if known is None:
                raise
            return Added(read.path, "duplicate", known, _same(read.path, known))
        if read.crop is not None:
            read.crop.item_id = row.id
            session.add(read.crop)
        return Added(read.path, "added" if read.problem is None else "problem", row.record(), read.problem)


def _again(evaluation_set: EvaluationSet, known: Item, path: Path, subject: str | None) -> Added:
    """The same picture once more; where the first file is gone, this one stands in."""
    if subject is not None and known.subject is None:  # or forgetting them would miss this photo
        tag_photos(evaluation_set, [known.id], subject)
        known = replace(known, subject=subject)
    if not Path(known.path).exists():
        known = move_photo(evaluation_set, known.id, path)
        moved = tr("{name} was there already; its file is looked for here from now on.", name=path.name)
        return Added(path, "duplicate", known, moved)
    return Added(path, "duplicate", known, _same(path, known))


def _same(path: Path, known: Item) -> str:
    return tr("{name} is the same picture as {other}.", name=path.name, other=known.name)


def _crop(image: Image, path: Path, face: int | None = None, placed: NDArray[np.floating] | None = None) -> CropRow:
    from PIL import Image as Pillow  # here and not above: the window starts without it

    quad = reading.read_selfie(image, face, path, placed).quad
    file = io.BytesIO()
    Pillow.fromarray(Frame(wider(quad, WIDE_FACTOR), CROP_SIZE).crop(image)).save(file, "JPEG", quality=_QUALITY)
    return CropRow(jpeg=file.getvalue(), quad=quad.astype(float).tolist(), alignment=ALIGNMENT_VERSION)


def _known(session: Session, sha256: str) -> Item | None:
    row = session.scalars(select(ItemRow).where(ItemRow.sha256 == sha256)).one_or_none()
    return None if row is None else row.record()


def _expect_item(session: Session, item_id: int) -> ItemRow:
    row = session.get(ItemRow, item_id)
    if row is None:
        raise LabelError(tr("This photo is not in the set any more."))
    return row
