"""Freezing a set, so that figures can name what they were measured on; going on from a frozen one; copies of a set."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import LabelError
from core.labels.evaluation_set import SUFFIX, EvaluationSet, back_up
from core.labels.migrations import upgrade
from core.labels.records import SetFacts
from core.labels.storing import make_file
from core.labels.tables import Base, CropRow, ItemRow, LabelRow, PersonRow, SetRow
from core.words import tr

_CHUNK = 500  # rows at a time: bounds the memory that pictures take


def lock(evaluation_set: EvaluationSet) -> SetFacts:
    """Freeze a set: from now on nothing in it may change, and its digest names it in every report.

    Raises:
        LabelError: It is frozen already, or cannot be written.
    """
    with evaluation_set.writing(though_locked=True) as session:  # waits for everybody who is writing
        row = session.get_one(SetRow, 1)
        if row.locked_at is not None:
            raise LabelError(
                tr(
                    "{name} is frozen already, as version {version} ({digest}).",
                    name=row.name,
                    version=row.version,
                    digest=row.digest,
                )
            )
        row.digest = content_digest(session)
        row.locked_at = datetime.now(UTC)
        session.flush()
        return row.record()


def new_version(evaluation_set: EvaluationSet, keep: Path | None = None) -> SetFacts:
    """Go on from a frozen set with its next version, which names the digest of the frozen one.

    Args:
        evaluation_set: Frozen.
        keep: The file in which the frozen version stays; beside the set as `NAME.v1.avatarset` if None. A set on a server has no
            beside, and needs a name.

    Raises:
        LabelError: It is not frozen, its content is not what was frozen, or `keep` is there already.
        FileNotWrittenError: There is no room for the copy.
    """
    facts = verify(evaluation_set)
    if evaluation_set.is_read_only:  # before anything is copied
        raise LabelError(
            tr(
                "{location} cannot be written here. Copy it to a folder of yours, and open the copy.",
                location=evaluation_set.location,
            )
        )
    if keep is None and evaluation_set.path is None:
        raise LabelError(
            tr("Say in which file the frozen version stays (--keep FILE): a set on a server has no place beside it.")
        )
    save_copy(evaluation_set, keep or kept_as(evaluation_set, facts.version))
    with evaluation_set.writing(though_locked=True) as session:
        row = session.get_one(SetRow, 1)
        if row.digest != facts.digest:
            raise LabelError(tr("Somebody else has gone on with {name} just now. Open it again.", name=row.name))
        begin_next(row)
        session.flush()
        return row.record()


def begin_next(row: SetRow) -> None:
    """Turn a frozen set's row into that of the next version."""
    row.parent_digest, row.digest, row.locked_at, row.version = row.digest, None, None, row.version + 1


def kept_as(evaluation_set: EvaluationSet, version: int) -> Path:
    """Where a version of a set's file is kept if nobody says otherwise."""
    path = Path(evaluation_set.path or evaluation_set.location)
    return path.with_name(f"{path.name.removesuffix(SUFFIX)}.v{version}{SUFFIX}")


def verify(evaluation_set: EvaluationSet) -> SetFacts:
    """Check that a frozen set is what was frozen.

    Raises:
        LabelError: It is not frozen, or its content was changed by something else than Likeness.
    """
    with evaluation_set.reading() as session:
        facts = session.get_one(SetRow, 1).record()
        if not facts.is_locked:
            raise LabelError(
                tr(
                    "{name} is not frozen. Freeze it first: main.py labels lock {location}",
                    name=facts.name,
                    location=evaluation_set.location,
                )
            )
        if content_digest(session) != facts.digest:
            raise LabelError(
                tr(
                    "{name}, version {version}, is not what was frozen: something has changed it since. Use a copy of the "
                    "frozen one.",
                    name=facts.name,
                    version=facts.version,
                )
            )
    return facts


def save_copy(evaluation_set: EvaluationSet, path: Path) -> None:
    """Copy a whole set into a file that is not there, a set on a server too.

    Raises:
        LabelError: There is something of this name.
        FileNotWrittenError: There is no room for it.
    """
    if path.exists():
        raise LabelError(tr("{path} is there already. Choose another name.", path=path))
    if evaluation_set.path is not None:
        back_up(evaluation_set.path, path)
        return
    store = make_file(path)
    try:
        with evaluation_set.reading() as source, store.writing() as target:
            upgrade(target.connection())
            for table in Base.metadata.sorted_tables:
                rows = source.execute(select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_CHUNK))
                for chunk in rows.mappings().partitions(_CHUNK):
                    target.execute(table.insert(), [dict(row) for row in chunk])
    except BaseException:
        store.close()
        path.unlink(missing_ok=True)
        raise
    store.close()


def content_digest(session: Session) -> str:
    """SHA-256 of what a set says, hexadecimal: the same in a file and on a server, whatever the order of rows.

    Photos by their content, with the alignment's quad; labels whole. Not the history of edits, moments, where files are, or who
    is on a photo.
    """
    digest = hashlib.sha256()
    for line in _lines(session):
        digest.update(json.dumps(line, sort_keys=True, separators=(",", ":"), allow_nan=False).encode() + b"\n")
    return digest.hexdigest()


def _lines(session: Session) -> Iterator[list[Any]]:
    facts = session.get_one(SetRow, 1)
    yield ["likeness.avatarset", facts.uid, facts.name, facts.version, facts.parent_digest, facts.engines, facts.blind_share]
    photos = select(
        ItemRow.sha256, ItemRow.width, ItemRow.height, ItemRow.is_blind, ItemRow.problem.is_not(None), CropRow.quad,
        CropRow.alignment,
    ).outerjoin(CropRow, CropRow.item_id == ItemRow.id)  # fmt: skip
    # Sorted here: databases disagree about the order of letters.
    yield from sorted((["photo", *row] for row in session.execute(photos)), key=lambda line: line[1])
    labels = (
        select(
            ItemRow.sha256, PersonRow.name, LabelRow.engine, LabelRow.take, LabelRow.fingerprint, LabelRow.state, LabelRow.vector,
            LabelRow.provenance, LabelRow.note, LabelRow.flags, LabelRow.start, LabelRow.started_from, LabelRow.seconds,
        )
        .join(ItemRow, LabelRow.item_id == ItemRow.id)
        .join(PersonRow, LabelRow.person_id == PersonRow.id)
    )  # fmt: skip
    yield from sorted((["label", *row] for row in session.execute(labels)), key=lambda line: line[1:5])
