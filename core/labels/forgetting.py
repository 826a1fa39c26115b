"""Forgetting a person or a photo: nothing of it stays in the set, not even as bytes that no table shows any more."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.orm import Session

from core.errors import LabelError
from core.labels.evaluation_set import SUFFIX, EvaluationSet
from core.labels.locking import begin_next
from core.labels.storing import told
from core.labels.tables import Base, EditRow, ItemRow, LabelRow, SetRow, StepRow
from core.words import tr


@dataclass(frozen=True)
class Forgotten:
    """What is gone, and what a person may still have to do.

    Attributes:
        rows: Table -> how many rows of it are gone.
        photos: Files of photos, which are the user's own and stay where they are.
        copies: Files beside the set that may hold the same photos: frozen versions, and what was kept before an update.
    """

    rows: dict[str, int]
    photos: tuple[str, ...]
    copies: tuple[Path, ...]


def forget_person(evaluation_set: EvaluationSet, subject: str) -> Forgotten:
    """Forget everything about somebody who is on photos that are tagged with this name.

    A frozen set becomes its next version by that: what its digest named is not there any more.

    Raises:
        LabelError: Nobody of this name is in the set, or what is gone from the tables could not be wiped from the file.
    """
    with evaluation_set.reading() as session:
        ids = session.scalars(select(ItemRow.id).where(ItemRow.subject == subject)).all()
        names = session.scalars(select(ItemRow.subject).where(ItemRow.subject.is_not(None)).distinct()).all()
    if not ids:
        there = ", ".join(sorted(filter(None, names)))
        known = tr("there are {names}", names=there) if names else tr("nobody is tagged on a photo yet")
        raise LabelError(
            tr(
                "No photo in {location} is tagged with “{subject}”; {known}.",
                location=evaluation_set.location,
                subject=subject,
                known=known,
            )
        )
    return forget_photos(evaluation_set, ids)


def forget_photos(evaluation_set: EvaluationSet, item_ids: Collection[int]) -> Forgotten:
    """Forget photos with their crops, labels, edits and whatever else hangs on them.

    Photos that are not there are passed over, so that a wiping that failed can be done again.

    Raises:
        LabelError: What is gone from the tables could not be wiped from the file; the sentence says what to do.
    """
    with evaluation_set.writing(though_locked=True) as session:
        items = session.execute(select(ItemRow.id, ItemRow.sha256, ItemRow.path).where(ItemRow.id.in_(item_ids))).all()
        ids, hashes = [item.id for item in items], [item.sha256 for item in items]
        before = _sizes(session)
        _forget_mentions(session, hashes)
        session.execute(delete(ItemRow).where(ItemRow.id.in_(ids)))  # and what hangs on them, by the tables' own rules
        session.execute(delete(StepRow).where(~select(EditRow.id).where(EditRow.step_id == StepRow.id).exists()))
        after = _sizes(session)
        row = session.get_one(SetRow, 1)
        if ids and row.locked_at is not None:
            begin_next(row)
    _wipe(evaluation_set)
    gone = {name: before[name] - after[name] for name in before if before[name] != after[name]}
    return Forgotten(gone, tuple(item.path for item in items), _copies(evaluation_set.path))


def tables_of_an_item() -> list[Table]:
    """The tables whose rows belong to a photo, directly or through another: what forgetting empties."""
    found = [ItemRow.__table__]
    for table in Base.metadata.sorted_tables:  # those that are referred to come first
        if any(key.column.table in found and key.ondelete == "CASCADE" for key in table.foreign_keys):
            found.append(table)
    return [table for table in found if isinstance(table, Table)]


def _sizes(session: Session) -> dict[str, int]:
    return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables_of_an_item()}


def _forget_mentions(session: Session, hashes: list[str]) -> None:
    """Labels of other photos that were begun from a forgotten one do not say so any more."""
    session.execute(update(LabelRow).where(LabelRow.started_from.in_(hashes)).values(started_from=None))
    for edit in session.scalars(select(EditRow).where(EditRow.field == ":start")):
        edit.old, edit.new = ([None if word in hashes else word for word in words or ()] for words in (edit.old, edit.new))


def _wipe(evaluation_set: EvaluationSet) -> None:
    """Write the store anew, so that no page of it holds what was deleted."""
    store = evaluation_set.store
    alone = {"alone": True} if store.path is not None else {"isolation_level": "AUTOCOMMIT"}
    with told(store.shown), store.engine.connect().execution_options(**alone) as connection:
        if store.path is None:
            for table in (*tables_of_an_item(), StepRow.__table__):
                connection.exec_driver_sql(f'VACUUM FULL "{table}"')
            return
        connection.exec_driver_sql("VACUUM")
        is_busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
    if is_busy:
        raise LabelError(
            tr(
                "The photos are out of {shown}, but another program has it open, so their bytes are still in the file. "
                "Close it there, and forget once more.",
                shown=store.shown,
            )
        )


def _copies(path: Path | None) -> tuple[Path, ...]:
    if path is None:
        return ()
    stem = path.name.removesuffix(SUFFIX)
    beside = (other for other in path.parent.iterdir() if other.name.startswith((f"{path.name}.before-", f"{stem}.v")))
    return tuple(sorted(beside))
