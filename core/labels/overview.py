"""Lists of photos with how far somebody is, and what comes next. Quick with 10,000 photos: one query each, no pictures."""

import statistics
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, select, tuple_

from core.errors import LabelError
from core.labels.evaluation_set import EvaluationSet
from core.labels.records import STATES, STOOD_BY, Crop, Entry, Item, Label, State
from core.labels.tables import ITEM_FIELDS, CropRow, ItemRow, LabelRow, PersonRow
from core.words import tr

_AT_ONCE = 500  # photos: the length of a query
_UNLABELLED: tuple[State, ...] = ("todo", "draft")
_ITEM: tuple[Any, ...] = tuple(getattr(ItemRow, name) for name in ITEM_FIELDS)
_STATE = func.coalesce(LabelRow.state, literal_column("'todo'"))

Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class View:
    """Whose labels a list is about.

    Attributes:
        designer: Who labels.
        engine: Of which avatar.
        take: 1, or 2 for a second time later.
    """

    designer: str
    engine: str
    take: int = 1


@dataclass(frozen=True)
class Filter:
    """Which photos to list; what is None lets all pass.

    Attributes:
        states: How far the label may be.
        text: In the file's name, whatever the case.
        flag: A flag of the label.
        subject: Who is on it.
        is_blind: Whether it is always labelled from nothing.
        has_problem: Whether it cannot be labelled.
        has_note: Whether the label has a note.
    """

    states: Collection[State] | None = None
    text: str | None = None
    flag: str | None = None
    subject: str | None = None
    is_blind: bool | None = None
    has_problem: bool | None = None
    has_note: bool | None = None


def entries(evaluation_set: EvaluationSet, view: View, wanted: Filter = Filter()) -> list[Entry]:
    """The photos that pass, in their order, with how far the designer is with each."""
    found = _with_labels(select(*_ITEM, _STATE, LabelRow.flags, LabelRow.note, LabelRow.seconds), view)
    found = found.where(*_conditions(wanted)).order_by(ItemRow.position, ItemRow.id)
    count = len(_ITEM)
    with evaluation_set.reading() as session:
        listed = []
        for row in session.connection().execute(found):  # not through the session: it would look at every row for objects
            state, flags, note, seconds = row[count:]
            if wanted.flag is None or wanted.flag in (flags or ()):
                listed.append(Entry(Item(*row[:count]), state, tuple(flags or ()), bool(note), seconds or 0.0))
        return listed


def counts(evaluation_set: EvaluationSet, view: View) -> dict[State, int]:
    """How many photos are how far; those with a problem are not counted."""
    found = _with_labels(select(_STATE, func.count()), view).where(ItemRow.problem.is_(None)).group_by(_STATE)
    with evaluation_set.reading() as session:
        counted = {row[0]: row[1] for row in session.execute(found)}
    return {each: counted.get(each, 0) for each in STATES}


def median_seconds(evaluation_set: EvaluationSet, view: View) -> float | None:
    """The median time that the designer's accepted labels took; None where there is none."""
    found = select(LabelRow.seconds).join(PersonRow).where(*_whose(view), LabelRow.state.in_(STOOD_BY))
    with evaluation_set.reading() as session:
        seconds = session.scalars(found).all()
    return statistics.median(seconds) if seconds else None


def next_unlabelled(
    evaluation_set: EvaluationSet, view: View, after: int | None = None, *, backwards: bool = False
) -> Item | None:
    """The next photo that the designer has not finished, from the beginning again after the last one.

    Args:
        evaluation_set: Where.
        view: Whose.
        after: The photo that is looked at; None begins at the first.
        backwards: The one before instead.
    """
    place = tuple_(ItemRow.position, ItemRow.id)
    order = (ItemRow.position.desc(), ItemRow.id.desc()) if backwards else (ItemRow.position, ItemRow.id)
    found = _with_labels(select(*_ITEM), view).where(ItemRow.problem.is_(None), _STATE.in_(_UNLABELLED)).order_by(*order).limit(1)
    with evaluation_set.reading() as session:
        here = session.execute(select(ItemRow.position, ItemRow.id).where(ItemRow.id == after)).one_or_none()
        row = None
        if here is not None:
            beyond = place < tuple(here) if backwards else place > tuple(here)
            row = session.execute(found.where(beyond)).one_or_none()
            found = found.where(ItemRow.id != after)
        if row is None:
            row = session.execute(found).one_or_none()
        return None if row is None else Item(*row)


def last_item(evaluation_set: EvaluationSet, view: View) -> Item | None:
    """Where the designer stopped: the photo that they changed last; None where they have not begun."""
    found = select(*_ITEM).join(LabelRow, LabelRow.item_id == ItemRow.id).join(PersonRow).where(*_whose(view))
    with evaluation_set.reading() as session:
        row = session.execute(found.order_by(LabelRow.changed_at.desc(), LabelRow.id.desc()).limit(1)).one_or_none()
        return None if row is None else Item(*row)


def labels_of(evaluation_set: EvaluationSet, view: View, item_ids: Sequence[int]) -> dict[int, Label]:
    """The designer's labels of some photos, by the photo's id; photos without one are left out."""
    mine = select(LabelRow).join(PersonRow).where(*_whose(view))
    with evaluation_set.reading() as session:
        return {
            row.item_id: row.record(view.designer)
            for first in range(0, len(item_ids), _AT_ONCE)
            for row in session.scalars(mine.where(LabelRow.item_id.in_(item_ids[first : first + _AT_ONCE])))
        }


def designers(evaluation_set: EvaluationSet) -> list[str]:
    """Everybody who has labelled here, by name."""
    with evaluation_set.reading() as session:
        return list(session.scalars(select(PersonRow.name).order_by(PersonRow.name)))


def crop(evaluation_set: EvaluationSet, item_id: int) -> Crop:
    """A photo's aligned face.

    Raises:
        LabelError: The photo is not in the set, or no face was found in it.
    """
    with evaluation_set.reading() as session:
        row = session.get(CropRow, item_id)
        if row is None:
            item = session.get(ItemRow, item_id)
            raise LabelError(
                tr("{name} has no face to show: {problem}", name=item.name, problem=item.problem)
                if item
                else tr("This photo is not in the set any more.")
            )
        return Crop(row.jpeg, tuple((x, y) for x, y in row.quad), row.alignment)


def _with_labels(found: Rows, view: View) -> Rows:
    """Every photo, with the designer's label where there is one."""
    person = select(PersonRow.id).where(PersonRow.name == view.designer).scalar_subquery()
    mine = and_(
        LabelRow.item_id == ItemRow.id, LabelRow.person_id == person, LabelRow.engine == view.engine, LabelRow.take == view.take
    )
    return found.select_from(ItemRow).outerjoin(LabelRow, mine)


def _whose(view: View) -> tuple[ColumnElement[bool], ...]:
    return PersonRow.name == view.designer, LabelRow.engine == view.engine, LabelRow.take == view.take


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    note = func.coalesce(LabelRow.note, "")
    conditions: list[ColumnElement[bool]] = []
    if wanted.states is not None:
        conditions.append(_STATE.in_(tuple(wanted.states)))
    if wanted.text:
        conditions.append(ItemRow.name.icontains(wanted.text, autoescape=True))
    if wanted.subject is not None:
        conditions.append(ItemRow.subject == wanted.subject)
    if wanted.is_blind is not None:
        conditions.append(ItemRow.is_blind == wanted.is_blind)
    if wanted.has_problem is not None:
        conditions.append(ItemRow.problem.is_not(None) if wanted.has_problem else ItemRow.problem.is_(None))
    if wanted.has_note is not None:
        conditions.append(note != "" if wanted.has_note else note == "")
    return conditions
