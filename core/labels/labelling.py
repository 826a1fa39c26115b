"""One designer's work: labels, edits, undo and redo across photos. Every action is on the disk when its call returns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector, Value
from core.errors import LabelError
from core.labels.evaluation_set import EvaluationSet
from core.labels.records import SETTLED, STATES, By, Edit, Label, Start, State
from core.labels.tables import EditRow, ItemRow, LabelRow, PersonRow, StepRow
from core.words import tr

Kind = Literal["do", "undo", "redo"]

_SEEN: Mapping[By, Start] = {"predicted": "prediction", "copied": "previous"}
_FROM: Mapping[Start, By] = {
    "prediction": "predicted", "previous": "copied", "similar": "copied", "designers": "copied", "blind": "default",
}  # fmt: skip


@dataclass(frozen=True)
class Moved:
    """What an undo or a redo did.

    Attributes:
        label: The label as it is now; its photo may be another than the one that is looked at.
        fields: What of it changed.
    """

    label: Label
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """What a field of a label becomes.

    Attributes:
        field: A parameter's id, or one of those with a colon (`records.Edit`).
        new: Its value then.
        by: Where that comes from; None for a field with a colon.
    """

    field: str
    new: Any
    by: By | None = None


class Labelling:
    """What one designer does, for one engine; nothing of anybody else's is ever touched."""

    def __init__(self, evaluation_set: EvaluationSet, schema: AvatarSchema, designer: str, take: int = 1) -> None:
        """Begin to label, or go on.

        Args:
            evaluation_set: Where.
            schema: The engine's, as it is today.
            designer: Who labels; names are compared as they are written, without blanks around them.
            take: 2 for labelling a second time, to see how far people agree with themselves.

        Raises:
            LabelError: The set is not for this engine, or the name is empty.
        """
        engines = evaluation_set.facts.engines
        if schema.engine not in engines:
            raise LabelError(
                tr(
                    "{location} is for {names}, not for {engine}.",
                    location=evaluation_set.location,
                    names=", ".join(engines),
                    engine=schema.engine,
                )
            )
        if not designer.strip() or take < 1:
            raise LabelError(tr("Say who labels: every label carries its designer's name."))
        if designer.strip().casefold() == SETTLED.casefold():
            raise LabelError(
                tr("“{settled}” is what labels are called that designers settled on. Take your own name.", settled=tr(SETTLED))
            )
        self.evaluation_set = evaluation_set
        self.schema = schema
        self.designer = designer.strip()
        self.take = take

    def label(self, item_id: int) -> Label | None:
        """My label of a photo; None where I have not begun."""
        with self.evaluation_set.reading() as session:
            person = _find_person(session, self.designer)
            row = None if person is None else self._find(session, person, item_id)
            return None if row is None else row.record(self.designer)

    def history(self, item_id: int) -> list[Edit]:
        """Every edit of my label of a photo, oldest first."""
        with self.evaluation_set.reading() as session:
            person = _find_person(session, self.designer)
            row = None if person is None else self._find(session, person, item_id)
            if row is None:
                return []
            rows = session.scalars(select(EditRow).where(EditRow.label_id == row.id).order_by(EditRow.id))
            return [edit.record() for edit in rows]

    def begin(
        self,
        item_id: int,
        start: Start,
        vector: AvatarVector | None = None,
        started_from: str | None = None,
        seconds: float = 0.0,
    ) -> Label:
        """Begin to label a photo; one that I have begun already stays as it is.

        Args:
            item_id: The photo.
            start: What from.
            vector: The avatar to begin with; the default one for `blind`.
            started_from: The method, or the other photo's sha256.
            seconds: Since my last action.

        Raises:
            LabelError: The photo is not there, has a problem, or is always labelled from nothing.
        """
        vector = AvatarVector.default(self.schema) if vector is None or start == "blind" else vector
        if vector.schema.fingerprint() != self.schema.fingerprint():
            raise LabelError(
                tr(
                    "A label for {engine} cannot begin with an avatar of {engine2}.",
                    engine=self.schema.engine,
                    engine2=vector.schema.engine,
                )
            )
        with self.evaluation_set.writing() as session:
            person = person_of(session, self.designer)
            item = session.get(ItemRow, item_id)
            expect_can_label(item, start)
            row = self._find(session, person, item_id)
            if row is not None and row.state != "todo":
                return row.record(self.designer)
            by = _FROM[start]
            if row is None:
                row = self._new(session, person, item_id, vector, by)
            values = [Change(field, value, by) for field, value in vector.values().items()]
            whence = [start, None if start == "blind" else started_from]
            self._do(session, person, row, [*values, Change(":start", whence), Change(":state", "draft")], seconds)
            return row.record(self.designer)

    def edit(self, item_id: int, values: Mapping[str, Value], by: By = "edited", seconds: float = 0.0) -> Label:
        """Change values of my label.

        Args:
            item_id: The photo.
            values: By parameter id.
            by: Where they come from.
            seconds: Since my last action.

        Returns:
            The label as it is now; what changes nothing is no action.

        Raises:
            LabelError: I have not begun this label, or it is to be made from nothing and `by` says otherwise.
            ValueRefusedError: A value that the schema does not have.
        """
        with self.evaluation_set.writing() as session:
            person, row = self._mine(session, item_id)
            vector = AvatarVector.from_values(self.schema, {**_known(self.schema, row.vector), **values})
            row.fingerprint = self.schema.fingerprint()
            changes = [Change(field, vector[field], by) for field in values]
            changes += [Change(field, value, "default") for field, value in vector.values().items() if field not in row.vector]
            if row.start == "blind" and by in _SEEN:
                expect_can_label(session.get(ItemRow, item_id), _SEEN[by])
                changes.append(Change(":start", [_SEEN[by], None]))  # from here on it is no blind label any more
            self._do(session, person, row, changes, seconds)
            return row.record(self.designer)

    def set_state(self, item_id: int, state: State, seconds: float = 0.0) -> Label:
        """Accept my label, doubt it, skip the photo, or take it up again.

        Raises:
            LabelError: I have not begun this label; only a skipped one needs no beginning.
        """
        if state not in STATES:
            raise LabelError(tr("“{state}” is no state of a label; there are {names}.", state=state, names=", ".join(STATES)))
        with self.evaluation_set.writing() as session:
            person = person_of(session, self.designer)
            if state == "skipped":
                row = self._mine_or_new(session, person, item_id)
            else:
                row = _expect_begun(self._find(session, person, item_id))
            self._do(session, person, row, [Change(":state", state)], seconds)
            return row.record(self.designer)

    def annotate(self, item_id: int, note: str | None = None, flags: Iterable[str] | None = None, seconds: float = 0.0) -> Label:
        """Write the note, or set the flags; what is None stays. A photo that I have not begun stays so.

        Raises:
            LabelError: The photo is not there.
        """
        with self.evaluation_set.writing() as session:
            person = person_of(session, self.designer)
            row = self._mine_or_new(session, person, item_id)
            changes = [] if note is None else [Change(":note", note)]
            if flags is not None:
                changes.append(Change(":flags", sorted({flag.strip() for flag in flags} - {""})))
            self._do(session, person, row, changes, seconds)
            return row.record(self.designer)

    def undo(self, seconds: float = 0.0) -> Moved | None:
        """Take back my last action, on whichever photo it was; None where there is none. Survives a restart."""
        return self._move("undo", seconds)

    def redo(self, seconds: float = 0.0) -> Moved | None:
        """Do again what I took back last; None where there is nothing."""
        return self._move("redo", seconds)

    def _find(self, session: Session, person: PersonRow, item_id: int) -> LabelRow | None:
        return session.scalars(
            select(LabelRow).where(
                LabelRow.item_id == item_id,
                LabelRow.person_id == person.id,
                LabelRow.engine == self.schema.engine,
                LabelRow.take == self.take,
            )
        ).one_or_none()

    def _mine(self, session: Session, item_id: int) -> tuple[PersonRow, LabelRow]:
        person = person_of(session, self.designer)
        return person, _expect_begun(self._find(session, person, item_id))

    def _mine_or_new(self, session: Session, person: PersonRow, item_id: int) -> LabelRow:
        """My label, or one that is not begun."""
        row = self._find(session, person, item_id)
        if row is not None:
            return row
        if session.get(ItemRow, item_id) is None:
            raise LabelError(tr("This photo is not in the set any more."))
        return self._new(session, person, item_id, AvatarVector.default(self.schema), "default")

    def _new(self, session: Session, person: PersonRow, item_id: int, vector: AvatarVector, by: By) -> LabelRow:
        values, now = vector.values(), datetime.now(UTC)
        row = LabelRow(
            item_id=item_id, person_id=person.id, engine=self.schema.engine, take=self.take,
            fingerprint=self.schema.fingerprint(), state="todo", vector=values, provenance=dict.fromkeys(values, by),
            note="", flags=[], start="blind", started_from=None, seconds=0.0, made_at=now, changed_at=now,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row

    def _do(self, session: Session, person: PersonRow, row: LabelRow, changes: list[Change], seconds: float) -> None:
        """Make an action of the changes that change something."""
        if not (real := really(row, changes)):
            return
        mine = (StepRow.person_id == person.id, StepRow.engine == self.schema.engine)
        session.execute(update(StepRow).where(*mine, StepRow.state == "undone").values(state="gone"))
        step = StepRow(person_id=person.id, engine=self.schema.engine, state="done", at=datetime.now(UTC))
        session.add(step)
        session.flush()
        for change in real:
            _change(session, row, step, "do", change, seconds / len(real))

    def _expect_may_move(self, row: LabelRow, edits: Sequence[EditRow]) -> None:
        """Refuse to take back, or to do again, what another has done: of a designer's own labels there is nothing to refuse."""

    def _move(self, kind: Kind, seconds: float) -> Moved | None:
        """Undo or redo one action."""
        before, after = ("done", "undone") if kind == "undo" else ("undone", "done")
        order = StepRow.id.desc() if kind == "undo" else StepRow.id
        with self.evaluation_set.writing() as session:
            person = person_of(session, self.designer)
            mine = (StepRow.person_id == person.id, StepRow.engine == self.schema.engine, StepRow.state == before)
            # What was done in the other take is not seen now, and not taken back; nor is what became of a forgotten photo.
            here = select(EditRow.id).join(LabelRow, LabelRow.id == EditRow.label_id)
            here = here.where(EditRow.step_id == StepRow.id, LabelRow.take == self.take)
            step = session.scalars(select(StepRow).where(*mine, here.exists()).order_by(order).limit(1)).one_or_none()
            if step is None:
                return None
            of_step = select(EditRow).where(EditRow.step_id == step.id, EditRow.kind == "do")
            edits = session.scalars(of_step.order_by(EditRow.id)).all()
            step.state = after
            row = session.get_one(LabelRow, edits[0].label_id)
            self._expect_may_move(row, edits)
            for edit in reversed(edits) if kind == "undo" else edits:
                new, by = (edit.old, edit.old_by) if kind == "undo" else (edit.new, edit.by)
                change = Change(edit.field, new, cast(By | None, by))
                _change(session, row, step, kind, change, seconds / len(edits))
            return Moved(row.record(self.designer), tuple(edit.field for edit in edits))


def _change(session: Session, row: LabelRow, step: StepRow, kind: Kind, change: Change, seconds: float) -> None:
    """Change one field and write down that it was."""
    assert row.person_id == step.person_id, "a designer's label is changed by that designer alone"
    old, old_by = now_of(row, change.field)
    now = datetime.now(UTC)
    session.add(
        EditRow(
            label_id=row.id, step_id=step.id, kind=kind, field=change.field, old=old, new=change.new, old_by=old_by, by=change.by,
            seconds=seconds, at=now,
        )
    )  # fmt: skip
    session.flush()
    _set(row, change)
    row.seconds += seconds
    row.changed_at = now


def now_of(row: LabelRow, field: str) -> tuple[Any, str | None]:
    """A field's value and where it came from."""
    if not field.startswith(":"):
        return row.vector.get(field), row.provenance.get(field)
    return [row.start, row.started_from] if field == ":start" else getattr(row, field[1:]), None


def really(row: LabelRow, changes: Iterable[Change]) -> list[Change]:
    """The changes that change something."""
    return [change for change in changes if now_of(row, change.field) != (change.new, change.by)]


def _set(row: LabelRow, change: Change) -> None:
    if change.field == ":start":
        row.start, row.started_from = change.new
    elif change.field.startswith(":"):
        setattr(row, change.field[1:], change.new)
    else:  # new mappings: SQLAlchemy does not see what happens within one
        new = {} if change.new is None else {change.field: change.new}  # None: before an engine's newer version had the field
        row.vector = {field: value for field, value in row.vector.items() if field != change.field} | new
        row.provenance = {**row.provenance, change.field: change.by or "default"}


def _find_person(session: Session, name: str) -> PersonRow | None:
    return session.scalars(select(PersonRow).where(PersonRow.name == name)).one_or_none()


def person_of(session: Session, name: str) -> PersonRow:
    """The designer, who does one thing at a time: two windows of the same designer wait for each other."""
    found = select(PersonRow).where(PersonRow.name == name).with_for_update()
    person = session.scalars(found).one_or_none()
    if person is None:
        try:
            with session.begin_nested():
                session.add(PersonRow(name=name, joined_at=datetime.now(UTC)))
        except IntegrityError:  # another window of theirs was quicker
            session.expire_all()
        person = session.scalars(found).one()
    return person


def _expect_begun(row: LabelRow | None) -> LabelRow:
    if row is None or row.state == "todo":
        raise LabelError(tr("This photo was not begun, or it was taken out of the set. Choose what to begin from first."))
    return row


def expect_can_label(item: ItemRow | None, start: Start) -> None:
    """Check that a label of a photo may be begun so.

    Raises:
        LabelError: The photo is not there, has a problem, or is always labelled from nothing.
    """
    if item is None:
        raise LabelError(tr("This photo is not in the set any more."))
    if item.problem is not None:
        raise LabelError(tr("{name} cannot be labelled: {problem}", name=item.name, problem=item.problem))
    if item.is_blind and start not in ("blind", "designers"):
        raise LabelError(
            tr("{name} is one of the photos that are always labelled from nothing, so that it can be compared.", name=item.name)
        )


def _known(schema: AvatarSchema, values: Mapping[str, Value]) -> Mapping[str, Value]:
    """Of a label's values those that today's schema has; a label of an older one gets the defaults of what is new."""
    return {field: value for field, value in values.items() if field in schema}
