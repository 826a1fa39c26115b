"""Labels on their way between stores: named by what is the same everywhere, never by a store's own numbers.

A photo is its pixels' sha256, a designer a name, a label photo, designer, engine and take.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from itertools import islice
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, delete, func, insert, select
from sqlalchemy.orm import Session

from core.labels.records import Label
from core.labels.tables import EditRow, ItemRow, LabelRow, PersonRow

AT_ONCE = 500  # labels: bounds the memory, and the length of a query
_WHAT_IT_SAYS = ("fingerprint", "state", "note", "flags", "start", "started_from")

Key = tuple[str, str, str, int]
"""Photo, designer, engine, take."""


@dataclass(frozen=True)
class CarriedEdit:
    """One edit of a label's history; `records.Edit` says what the fields are, and `old_by` is where the old value came from."""

    kind: Literal["do", "undo", "redo"]
    field: str
    old: Any
    new: Any
    old_by: str | None
    by: str | None
    seconds: float
    at: datetime


# Columns and not rows: of a large set there are a million edits, and SQLAlchemy's objects cost most of the time.
_EDIT: tuple[Any, ...] = (EditRow.label_id, *(getattr(EditRow, each.name) for each in fields(CarriedEdit)))


@dataclass(frozen=True)
class CarriedLabel:
    """A label without its store.

    Attributes:
        photo: The photo's sha256.
        label: The label; its `id` and `item_id` mean nothing elsewhere.
        edits: Its history, oldest first.
        name: The photo's file name, for people.
    """

    photo: str
    label: Label
    edits: tuple[CarriedEdit, ...] = ()
    name: str = ""

    @property
    def key(self) -> Key:
        """What makes it the same label in another store."""
        return self.photo, self.label.designer, self.label.engine, self.label.take

    @property
    def says_nothing(self) -> bool:
        """Whether it is not begun, and nobody wrote or flagged anything."""
        return self.label.state == "todo" and not self.label.note and not self.label.flags

    def differs_in(self, other: "CarriedLabel") -> tuple[str, ...]:
        """What the two say differently, parameters and fields of `Label`; when, and how long it took, is no matter."""
        ours, theirs = self.label, other.label
        said = [name for name in _WHAT_IT_SAYS if getattr(ours, name) != getattr(theirs, name)]
        ids = sorted({*ours.values, *theirs.values})
        said += [one for one in ids if ours.values.get(one) != theirs.values.get(one)]
        return (*said, *(f"{one} (by)" for one in ids if ours.provenance.get(one) != theirs.provenance.get(one)))


@dataclass(frozen=True)
class Conflict:
    """A label that is in both, and is not the same.

    Attributes:
        here: As it was and stays here.
        there: As it came.
        fields: What differs.
    """

    here: CarriedLabel
    there: CarriedLabel
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Placed:
    """What became of labels that came.

    Attributes:
        added: How many are new here.
        same: How many were here already.
        conflicts: Those that were here already and differ; they stayed as they were.
        homeless: Those whose photo is not here.
    """

    added: int = 0
    same: int = 0
    conflicts: tuple[Conflict, ...] = ()
    homeless: tuple[CarriedLabel, ...] = ()

    def __add__(self, other: "Placed") -> "Placed":
        return Placed(
            self.added + other.added, self.same + other.same, self.conflicts + other.conflicts, self.homeless + other.homeless
        )


@dataclass
class _Part:
    """Labels that are placed together."""

    came: list[CarriedLabel]
    new: list[tuple[CarriedLabel, int]] = field(default_factory=list)
    unbegun: list[int] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    homeless: list[CarriedLabel] = field(default_factory=list)
    same: int = 0


def carried_labels(
    session: Session,
    engine: str | None = None,
    designers: Collection[str] | None = None,
    item_id: int | None = None,
    *,
    with_edits: bool = True,
) -> Iterator[CarriedLabel]:
    """All labels of a store, photo by photo in their order, then by designer.

    Args:
        session: Of the store.
        engine: Only of this avatar.
        designers: Only of these people.
        item_id: Only of this photo.
        with_edits: Whether their histories come with them.
    """
    found = _found().where(*_of(engine, designers))
    found = found.order_by(ItemRow.position, ItemRow.id, PersonRow.name, LabelRow.engine, LabelRow.take)
    if item_id is not None:
        found = found.where(LabelRow.item_id == item_id)
    for rows in session.execute(found, execution_options={"yield_per": AT_ONCE}).partitions():
        yield from _carried(session, rows, with_edits=with_edits)


def count_labels(session: Session, engine: str | None = None, designers: Collection[str] | None = None) -> int:
    """How many `carried_labels` has."""
    return session.scalar(select(func.count(LabelRow.id)).join(PersonRow).where(*_of(engine, designers))) or 0


def place_labels(session: Session, came: Iterable[CarriedLabel]) -> Iterator[Placed]:
    """Write labels that are not here yet, each with its history; those that are here are never touched.

    A label that says nothing, as one that was taken back whole, counts as not here, and brings nothing where there is one.

    Args:
        session: A change of the store that is made whole or not at all.
        came: Each key once.

    Yields:
        What became of the next few.
    """
    stream = iter(came)
    while part := list(islice(stream, AT_ONCE)):
        yield _place(session, _Part(part))


def _found() -> Select[LabelRow, str, str, str]:
    """Labels with their designer, and their photo's sha256 and name."""
    return (
        select(LabelRow, PersonRow.name, ItemRow.sha256, ItemRow.name.label("photo_name"))
        .join(ItemRow, ItemRow.id == LabelRow.item_id)
        .join(PersonRow, PersonRow.id == LabelRow.person_id)
    )


def _of(engine: str | None, designers: Collection[str] | None) -> Iterator[ColumnElement[bool]]:
    if engine is not None:
        yield LabelRow.engine == engine
    if designers is not None:
        yield PersonRow.name.in_(designers)


def _carried(session: Session, rows: Sequence[Row[LabelRow, str, str, str]], *, with_edits: bool) -> Iterator[CarriedLabel]:
    edits: dict[int, list[CarriedEdit]] = defaultdict(list)
    if with_edits:
        of_these = select(*_EDIT).where(EditRow.label_id.in_([row[0].id for row in rows])).order_by(EditRow.id)
        for label_id, *edit in session.execute(of_these):
            edits[label_id].append(CarriedEdit(*edit))
    for label, designer, photo, name in rows:
        yield CarriedLabel(photo, label.record(designer), tuple(edits[label.id]), name)


def _place(session: Session, part: _Part) -> Placed:
    photos = {one.photo for one in part.came}
    items = dict(session.execute(select(ItemRow.sha256, ItemRow.id).where(ItemRow.sha256.in_(photos))).all())
    here = _here(session, list(items.values()))
    for came in part.came:
        if came.photo not in items:
            part.homeless.append(came)
        else:
            _sort_in(part, came, here.get(came.key), items[came.photo])
    if part.unbegun:
        session.execute(delete(LabelRow).where(LabelRow.id.in_(part.unbegun)))
    _insert(session, part.new)
    return Placed(len(part.new), part.same, tuple(part.conflicts), tuple(part.homeless))


def _here(session: Session, items: Collection[int]) -> dict[Key, CarriedLabel]:
    rows = session.execute(_found().where(LabelRow.item_id.in_(items))).all()
    return {one.key: one for one in _carried(session, rows, with_edits=False)}


def _sort_in(part: _Part, came: CarriedLabel, here: CarriedLabel | None, item_id: int) -> None:
    fields = () if here is None else here.differs_in(came)
    if here is None:
        part.new.append((came, item_id))
    elif not fields or came.says_nothing:
        part.same += 1
    elif here.says_nothing:
        part.unbegun.append(here.label.id)
        part.new.append((came, item_id))
    else:
        part.conflicts.append(Conflict(here, came, fields))


def _insert(session: Session, new: Sequence[tuple[CarriedLabel, int]]) -> None:
    if not new:
        return
    people = _people(session, {came.label.designer for came, _ in new})
    rows = [_label_values(came.label, item_id, people[came.label.designer]) for came, item_id in new]
    ids = session.scalars(insert(LabelRow).returning(LabelRow.id, sort_by_parameter_order=True), rows).all()
    edits = [
        {"label_id": label_id, "step_id": None, **asdict(edit)}
        for label_id, (came, _) in zip(ids, new, strict=True)
        for edit in came.edits
    ]
    if edits:
        session.execute(insert(EditRow), edits)


def _people(session: Session, names: Collection[str]) -> dict[str, int]:
    found = select(PersonRow.name, PersonRow.id).where(PersonRow.name.in_(names))
    known = dict(session.execute(found).all())
    missing = sorted(set(names) - set(known))
    if missing:
        session.execute(insert(PersonRow), [{"name": name, "joined_at": datetime.now(UTC)} for name in missing])
        known = dict(session.execute(found).all())
    return known


def _label_values(label: Label, item_id: int, person_id: int) -> dict[str, Any]:
    return {
        "item_id": item_id, "person_id": person_id, "engine": label.engine, "take": label.take, "fingerprint": label.fingerprint,
        "state": label.state, "vector": dict(label.values), "provenance": dict(label.provenance), "note": label.note,
        "flags": list(label.flags), "start": label.start, "started_from": label.started_from, "seconds": label.seconds,
        "made_at": label.made_at, "changed_at": label.changed_at,
    }  # fmt: skip
