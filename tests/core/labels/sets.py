"""Sets to test on: photos of nobody, put in without a network."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from core.engines.toy import SCHEMA
from core.labels.adding import is_blind
from core.labels.evaluation_set import EvaluationSet
from core.labels.labelling import Labelling
from core.labels.overview import View, entries
from core.labels.records import Edit, Item, Label
from core.labels.tables import CropRow, ItemRow, SetRow

QUAD = [[0.0, 0.0], [0.0, 8.0], [8.0, 8.0], [8.0, 0.0]]


def put_photos(evaluation_set: EvaluationSet, count: int, subject: str | None = None) -> list[Item]:
    """Photos that no file holds; their crops are a few recognisable bytes."""
    with evaluation_set.writing() as session:
        facts, first = session.get_one(SetRow, 1), session.scalar(select(func.count(ItemRow.id))) or 0
        rows = [_photo(facts, first + index, subject) for index in range(count)]
        session.add_all(rows)
        session.flush()
        session.add_all(CropRow(item_id=row.id, jpeg=f"crop of {row.name}".encode(), quad=QUAD, alignment=1) for row in rows)
        return [row.record() for row in rows]


def make_set(location: Path | str, photos: int = 3, blind_share: float = 0.0, name: str = "Faces") -> EvaluationSet:
    """A set for engine `toy`."""
    made = EvaluationSet.create(location, name, [SCHEMA], blind_share)
    if photos:
        put_photos(made, photos)
    return made


def ids(items: Sequence[Item]) -> list[int]:
    return [item.id for item in items]


def replayed(label: Label, edits: list[Edit]) -> dict[str, Any]:
    """A label's values from its first ones and its edits alone, checking that every edit begins where the last one ended."""
    first: dict[str, Any] = dict(label.values)
    for edit in reversed(edits):
        if not edit.field.startswith(":"):
            first[edit.field] = edit.old
    now = dict(first)
    for edit in edits:
        if not edit.field.startswith(":"):
            assert now[edit.field] == edit.old
            now[edit.field] = edit.new
    return now


def check_history(labelling: Labelling) -> list[float]:
    """That every label is what its history leads to; the head widths that were ever chosen."""
    chosen: list[Any] = []
    for entry in entries(labelling.evaluation_set, View(labelling.designer, "toy")):
        label, history = labelling.label(entry.item.id), labelling.history(entry.item.id)
        if label is not None:
            assert replayed(label, history) == label.values
        chosen += [edit.new for edit in history if edit.kind == "do" and edit.field == "head_width"]
    return chosen


def _photo(facts: SetRow, number: int, subject: str | None) -> ItemRow:
    sha256 = hashlib.sha256(f"photo {number}".encode()).hexdigest()
    return ItemRow(
        sha256=sha256, name=f"photo-{number:05d}.jpg", path=f"/nowhere/photo-{number:05d}.jpg", width=600, height=800,
        position=number + 1, is_blind=is_blind(facts.uid, sha256, facts.blind_share), subject=subject, problem=None,
        added_at=datetime.now(UTC),
    )  # fmt: skip
