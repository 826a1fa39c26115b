"""Bring what another set has into this one. Nothing that is here is changed by it.

Photos are the same by their pixels, labels by photo, designer, engine and take. A label that is in both and differs is a
conflict: it is told, and stays as it is here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from core.errors import LabelError
from core.labels.evaluation_set import EvaluationSet
from core.labels.tables import ITEM_FIELDS, CropRow, ItemRow, LabelRow, SetRow
from core.labels.travelling import AT_ONCE, Placed, carried_labels, place_labels
from core.reporting import Reporter
from core.words import tr

_CROP = ("jpeg", "quad", "alignment")


@dataclass(frozen=True)
class Merged:
    """What came of a merge.

    Attributes:
        photos: How many are new here.
        labels: What became of the labels that came.
    """

    photos: int
    labels: Placed


def merge(target: EvaluationSet, source: EvaluationSet, reporter: Reporter) -> Merged | None:
    """Add the photos and labels of another set; all of it, or nothing.

    Args:
        target: Gets what it has not.
        source: Is only read.
        reporter: Hears how many photos and labels are done, and can stop it.

    Returns:
        What came of it; None where it was stopped, and nothing was changed.

    Raises:
        LabelError: The target is frozen or cannot be written, or the two are for different versions of an engine.
        FileNotWrittenError: The disk is full; nothing was changed.
    """
    with source.reading() as theirs, target.writing(alone=True) as ours:
        _take_engines(ours, theirs, target.location, source.location)
        total = theirs.scalar(select(func.count(ItemRow.id))) or 0
        total += theirs.scalar(select(func.count(LabelRow.id))) or 0
        photos = done = 0
        for added, seen in _take_photos(ours, theirs):
            photos, done = photos + added, done + seen
            reporter.progress(done, total)
            if reporter.should_stop():
                ours.rollback()
                return None
        labels = Placed()
        for placed in place_labels(ours, carried_labels(theirs)):
            labels += placed
            done += placed.added + placed.same + len(placed.conflicts)
            reporter.progress(done, total)
            if reporter.should_stop():
                ours.rollback()
                return None
        return Merged(photos, labels)


def _take_engines(ours: Session, theirs: Session, here: str, there: str) -> None:
    """Be for all engines that either is for.

    Raises:
        LabelError: An engine's parameters are not the same in both.
    """
    row, other = ours.get_one(SetRow, 1), theirs.get_one(SetRow, 1)
    engines: dict[str, Any] = dict(row.engines)
    for engine, facts in other.engines.items():
        known: Mapping[str, Any] = engines.setdefault(engine, facts)
        if known["core"] != facts["core"]:
            raise LabelError(
                tr(
                    "{there} is for {engine} {version} ({fingerprint}), {here} for {engine} {known_version} "
                    "({known_fingerprint}), so their labels do not mean the same. Open both with the same Likeness, and merge "
                    "again.",
                    there=there,
                    engine=engine,
                    version=facts["version"],
                    fingerprint=facts["core"],
                    here=here,
                    known_version=known["version"],
                    known_fingerprint=known["core"],
                )
            )
        if facts["version"] > known["version"]:
            engines[engine] = facts
    if engines != row.engines:
        row.engines = engines


def _take_photos(ours: Session, theirs: Session) -> Iterator[tuple[int, int]]:
    """Copy photos that are not here, with their faces, behind those that are.

    Yields:
        How many of the next few were new, and how many were looked at.
    """
    place = ours.scalar(select(func.max(ItemRow.position))) or 0
    found = select(ItemRow).order_by(ItemRow.position, ItemRow.id)
    for rows in theirs.scalars(found, execution_options={"yield_per": AT_ONCE}).partitions():
        subjects = dict(_subjects(ours, [row.sha256 for row in rows]))
        new = [row for row in rows if row.sha256 not in subjects]
        for row in rows:
            if row.subject is not None and subjects.get(row.sha256, "") is None:  # or forgetting them here would miss this photo
                ours.execute(update(ItemRow).where(ItemRow.sha256 == row.sha256).values(subject=row.subject))
        _insert_photos(ours, theirs, new, place)
        place += len(new)
        yield len(new), len(rows)


def _subjects(ours: Session, photos: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    yield from ours.execute(select(ItemRow.sha256, ItemRow.subject).where(ItemRow.sha256.in_(photos)))


def _insert_photos(ours: Session, theirs: Session, new: Sequence[ItemRow], place: int) -> None:
    if not new:
        return
    rows = [
        {name: getattr(row, name) for name in ITEM_FIELDS if name != "id"} | {"position": place + count}
        for count, row in enumerate(new, 1)
    ]
    ids = ours.scalars(insert(ItemRow).returning(ItemRow.id, sort_by_parameter_order=True), rows).all()
    here = {row.id: item_id for row, item_id in zip(new, ids, strict=True)}
    crops = theirs.scalars(select(CropRow).where(CropRow.item_id.in_(here)))
    faces = [{"item_id": here[crop.item_id]} | {name: getattr(crop, name) for name in _CROP} for crop in crops]
    if faces:
        ours.execute(insert(CropRow), faces)
