"""The tables of an evaluation set, the same in a file and on a server.

A change here is a new version of the store: `core/labels/migrations/` needs a step that leads to it.
"""

import json
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from typing_extensions import override

from core.labels.records import STATES, Edit, EngineFacts, Item, Label, SetFacts


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC; a file's store, which knows no time zones, gives it back with one all the same."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """A value as JSON in a column of text, which every database gives back as it was; None is no value.

    Differs: not SQLAlchemy's JSON, whose column SQLite takes for one of numbers, so that 0.0 comes back as 0.
    """

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, allow_nan=False)

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        if value == "[]":  # the usual flags of a label: a list of 10,000 is a third quicker for it
            return []
        return None if value is None else json.loads(value)


ITEM_FIELDS = tuple(field.name for field in fields(Item))
"""Columns of `items` that make a record, in its order."""

_LABEL_FIELDS = tuple({field.name for field in fields(Label)} - {"designer", "values", "provenance", "flags"})
_words = ", ".join(f"'{state}'" for state in STATES)


class Base(DeclarativeBase):
    """What the tables have in common."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {float: Double(), datetime: UtcTime, dict[str, Any]: Json, list[Any]: Json, Any: Json}  # noqa: RUF012 - SQLAlchemy's


class SetRow(Base):
    """The set itself: one row; `records.SetFacts`."""

    __tablename__ = "sets"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1, autoincrement=False)
    uid: Mapped[str] = mapped_column(String(32))
    name: Mapped[str]
    engines: Mapped[dict[str, Any]]
    blind_share: Mapped[float]
    version: Mapped[int]
    parent_digest: Mapped[str | None] = mapped_column(String(64))
    digest: Mapped[str | None] = mapped_column(String(64))
    locked_at: Mapped[datetime | None]
    made_at: Mapped[datetime]

    def record(self) -> SetFacts:
        """The row as a value."""
        engines = {engine: EngineFacts(**facts) for engine, facts in self.engines.items()}
        return SetFacts(
            self.uid,
            self.name,
            engines,
            self.blind_share,
            self.version,
            self.parent_digest,
            self.digest,
            self.locked_at,
            self.made_at,
        )


class PersonRow(Base):
    """Who labels; not who is on a photo."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    joined_at: Mapped[datetime]


class ItemRow(Base):
    """A photo; `records.Item`. Its picture is in `crops`, so that lists stay quick."""

    __tablename__ = "items"
    __table_args__ = (Index(None, "position", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str]
    path: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    position: Mapped[int]
    is_blind: Mapped[bool]
    subject: Mapped[str | None] = mapped_column(index=True)
    problem: Mapped[str | None]
    added_at: Mapped[datetime]

    def record(self) -> Item:
        """The row as a value."""
        return Item(**{name: getattr(self, name) for name in ITEM_FIELDS})


class CropRow(Base):
    """A photo's aligned face; `records.Crop`."""

    __tablename__ = "crops"

    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    jpeg: Mapped[bytes] = mapped_column(LargeBinary)
    quad: Mapped[list[Any]]
    alignment: Mapped[int]


class LabelRow(Base):
    """What a designer says of a photo; `records.Label`."""

    __tablename__ = "labels"
    __table_args__ = (
        UniqueConstraint("item_id", "person_id", "engine", "take"),
        Index(None, "person_id", "engine", "take", "state"),
        CheckConstraint(f"state IN ({_words})", name="state"),
        CheckConstraint("take >= 1", name="take"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    engine: Mapped[str]
    take: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(8))
    vector: Mapped[dict[str, Any]]
    provenance: Mapped[dict[str, Any]]
    note: Mapped[str]
    flags: Mapped[list[Any]]
    start: Mapped[str] = mapped_column(String(12))
    started_from: Mapped[str | None]
    seconds: Mapped[float]
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    def record(self, designer: str) -> Label:
        """The row as a value; its designer's name stands in another table."""
        same = {name: getattr(self, name) for name in _LABEL_FIELDS}
        return Label(
            **same, designer=designer, values=dict(self.vector), provenance=dict(self.provenance), flags=tuple(self.flags)
        )


class StepRow(Base):
    """One action of a designer, which one undo takes back: `done`, `undone`, or `gone` (undone, then something else done)."""

    __tablename__ = "steps"
    __table_args__ = (Index(None, "person_id", "engine", "state", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    engine: Mapped[str]
    state: Mapped[str] = mapped_column(String(6))
    at: Mapped[datetime]


class EditRow(Base):
    """A change of one field; `records.Edit`. Rows are only ever added: an undo adds the way back."""

    __tablename__ = "edits"

    id: Mapped[int] = mapped_column(primary_key=True)
    label_id: Mapped[int] = mapped_column(ForeignKey("labels.id", ondelete="CASCADE"), index=True)
    step_id: Mapped[int | None] = mapped_column(ForeignKey("steps.id"), index=True)  # None: came by a merge, so no undo here
    kind: Mapped[str] = mapped_column(String(4))
    field: Mapped[str]
    old: Mapped[Any | None] = mapped_column(Json)
    new: Mapped[Any | None] = mapped_column(Json)
    old_by: Mapped[str | None] = mapped_column(String(9))
    by: Mapped[str | None] = mapped_column(String(9))
    seconds: Mapped[float]
    at: Mapped[datetime]

    def record(self) -> Edit:
        """The row as a value."""
        return Edit(**{field.name: getattr(self, field.name) for field in fields(Edit)})
