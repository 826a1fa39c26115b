"""Where designers disagree, and what they settle on.

What is settled is a label like any other, of the reserved designer `Settled`: it is exported, merged, frozen and forgotten with
the rest, and no agreement counts it. It begins as what the designers have in common (`copied`); a value that is chosen is
`edited`, and one that is still open stands as most say (`default`). `started_from` is who settled last; the history says so of
every edit.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from statistics import fmean
from types import MappingProxyType

import numpy as np
from sqlalchemy.orm import Session
from typing_extensions import override

from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector, Value
from core.errors import LabelError
from core.labels.evaluation_set import EvaluationSet
from core.labels.labelling import Change, Labelling, expect_can_label, person_of, really
from core.labels.opinions import told
from core.labels.records import SETTLED, STOOD_BY, By, Label
from core.labels.tables import EditRow, ItemRow, LabelRow, PersonRow
from core.labels.travelling import CarriedLabel, carried_labels
from core.reporting import Reporter, SilentReporter
from core.words import tr

TOLERANCE = 0.1
"""How far numbers may be apart, in [0, 1], and still count as the same: about what can be seen."""

_ROUNDING = 1e-6  # values are float32


@dataclass(frozen=True)
class Disagreement:
    """A parameter of a photo of which designers do not say the same.

    Attributes:
        item_id: The photo's.
        name: The photo's file name.
        parameter: Its id.
        values: What each designer says, by name; only of those on whose avatar it shows.
        apart: How different they are, in (0, 1]: the range of numbers, or of options the share of pairs of designers who differ.
        settled: What it was settled to; None while it is open.
    """

    item_id: int
    name: str
    parameter: str
    values: Mapping[str, Value]
    apart: float
    settled: Value | None


@dataclass(frozen=True, eq=False)
class Case:
    """A photo whose avatar is to be settled.

    Attributes:
        avatars: What each designer says, by name.
        avatar: What is settled by now; of a value that is open, what most say, or the middle of numbers.
        by: Of every parameter whether designers agree on it (`copied`), it was chosen (`edited`) or it is open (`default`).
    """

    avatars: Mapping[str, AvatarVector]
    avatar: AvatarVector
    by: Mapping[str, By]

    @property
    def open_ids(self) -> list[str]:
        """The parameters that are still to be settled; not those that the avatar does not show as it stands."""
        return [key for key, by in self.by.items() if by == "default" and self.avatar.shows(key)]


@dataclass
class _Photo:
    """What designers say of a photo, by their names."""

    name: str
    avatars: dict[str, AvatarVector] = field(default_factory=dict)
    settled: Label | None = None

    def varied(self, schema: AvatarSchema) -> list[str]:
        """The parameters that are not the same in all avatars, shown or not."""
        numbers = np.ptp([avatar.continuous for avatar in self.avatars.values()], axis=0)
        options = np.ptp([avatar.discrete for avatar in self.avatars.values()], axis=0)
        found = {one.id for one, apart in zip(schema.continuous, numbers, strict=True) if apart}
        found |= {one.id for one, apart in zip(schema.discrete, options, strict=True) if apart}
        return [one.id for one in schema if one.id in found]

    def said(self, parameter: str) -> dict[str, Value]:
        return {designer: avatar[parameter] for designer, avatar in self.avatars.items() if avatar.shows(parameter)}


def disagreements(
    evaluation_set: EvaluationSet,
    schema: AvatarSchema,
    tolerance: float = TOLERANCE,
    reporter: Reporter | None = None,
) -> list[Disagreement]:
    """Where designers do not say the same in their first takes, the most different first, else in the order of photos.

    Only labels that are `done` or `unsure` count, and a parameter only of those on whose avatar it shows: the colour of a hat
    says nothing where there is none.

    Args:
        evaluation_set: Where.
        schema: The engine's, as it is today.
        tolerance: How far numbers may be apart, in [0, 1], and still count as the same.
        reporter: Hears how many labels are read, and can stop it: then it is where those differ.
    """
    with evaluation_set.reading() as session:
        photos = _photos(told(session, schema.engine, reporter or SilentReporter()), schema)
    found = [
        Disagreement(item_id, photo.name, parameter, values, apart, _chosen(photo.settled, parameter))
        for item_id, photo in photos.items()
        if len(photo.avatars) > 1
        for parameter in photo.varied(schema)
        if (apart := _apart(values := photo.said(parameter), tolerance))
    ]
    return sorted(found, key=lambda one: -one.apart)


class Settling(Labelling):
    """What somebody settles, for one engine: the labels of designer `Settled`, with who did it."""

    def __init__(self, evaluation_set: EvaluationSet, schema: AvatarSchema, who: str, tolerance: float = TOLERANCE) -> None:
        """Begin to settle, or go on.

        Args:
            evaluation_set: Where.
            schema: The engine's, as it is today.
            who: Who settles.
            tolerance: As in `disagreements`.

        Raises:
            LabelError: The set is not for this engine, or the name is empty.
        """
        super().__init__(evaluation_set, schema, who)
        self.who, self.designer = self.designer, SETTLED
        self.tolerance = tolerance

    def case(self, item_id: int) -> Case:
        """How a photo stands.

        Raises:
            LabelError: It was finished by fewer than two designers.
        """
        with self.evaluation_set.reading() as session:
            return self._case(self._photo(session, item_id))

    def settle(self, item_id: int, values: Mapping[str, Value], seconds: float = 0.0) -> Label:
        """Settle values of a photo; what the designers have in common by now is taken with it, in the same step.

        Args:
            item_id: The photo.
            values: By parameter id; none where only what they have in common is to be taken.
            seconds: Since my last action.

        Returns:
            The settled label: `done` where nothing is open any more, `draft` else.

        Raises:
            LabelError: The photo is not there, has a problem, or was finished by fewer than two designers.
            ValueRefusedError: A value that the schema does not have.
        """
        with self.evaluation_set.writing() as session:
            person = person_of(session, self.designer)
            item = session.get(ItemRow, item_id)
            expect_can_label(item, "designers")
            photo = self._photo(session, item_id)
            row = self._find(session, person, item_id)
            if row is None:
                row = self._new(session, person, item_id, AvatarVector.default(self.schema), "default")
            case = self._case(photo, values)
            changes = [Change(key, case.avatar[key], by) for key, by in case.by.items()]
            row.fingerprint = self.schema.fingerprint()
            self._do(session, person, row, [*changes, Change(":state", "draft" if case.open_ids else "done")], seconds)
            return row.record(self.designer)

    @override
    def _do(self, session: Session, person: PersonRow, row: LabelRow, changes: list[Change], seconds: float) -> None:
        if really(row, changes):
            super()._do(session, person, row, [Change(":start", ["designers", self.who]), *changes], seconds)

    @override
    def _expect_may_move(self, row: LabelRow, edits: Sequence[EditRow]) -> None:
        """Refuse to take back what another has settled: they share one label, and would never know."""
        who = next((edit.new[1] for edit in edits if edit.field == ":start" and edit.new), row.started_from)
        if who != self.who:
            raise LabelError(tr("What was settled last was settled by {who}. Settle it anew instead.", who=who))

    def _photo(self, session: Session, item_id: int) -> _Photo:
        labels = carried_labels(session, self.schema.engine, item_id=item_id, with_edits=False)
        photo = _photos(labels, self.schema).get(item_id)
        if photo is None or len(photo.avatars) < 2:
            raise LabelError(tr("Fewer than two designers have finished this photo, so there is nothing to settle."))
        return photo

    def _case(self, photo: _Photo, values: Mapping[str, Value] = MappingProxyType({})) -> Case:
        """How a photo stands once values are chosen, too."""
        made = self._common(photo)
        if photo.settled is not None:
            was, by = photo.settled.values, photo.settled.provenance
            made |= {key: (was[key], "edited") for key in by if by[key] == "edited" and key in self.schema}
        made |= {key: (value, "edited") for key, value in values.items()}
        avatar = AvatarVector.from_values(self.schema, {key: value for key, (value, _) in made.items()})
        return Case(photo.avatars, avatar, {key: by for key, (_, by) in made.items()})

    def _common(self, photo: _Photo) -> dict[str, tuple[Value, By]]:
        """Every parameter as the designers say, and whether they agree (`copied`) or it is open (`default`)."""
        common: dict[str, tuple[Value, By]] = {}
        for parameter in self.schema:
            said = photo.said(parameter.id)
            by: By = "default" if _apart(said, self.tolerance) else "copied"
            said = said or {designer: avatar[parameter.id] for designer, avatar in photo.avatars.items()}
            common[parameter.id] = _middle(list(said.values())), by
        return common


def _photos(labels: Iterable[CarriedLabel], schema: AvatarSchema) -> dict[int, _Photo]:
    """Photos by id, in their order; designers by name, as labels come."""
    photos: dict[int, _Photo] = {}
    for carried in labels:
        label = carried.label
        if label.take == 1:
            photo = photos.setdefault(label.item_id, _Photo(carried.name))
            if label.designer == SETTLED:
                photo.settled = label
            elif label.state in STOOD_BY:
                photo.avatars[label.designer] = label.avatar(schema)
    return photos


def _apart(said: Mapping[str, Value], tolerance: float) -> float:
    """How different values are; 0 where they count as the same."""
    values = list(said.values())
    if len(values) < 2:
        return 0.0
    if all(isinstance(value, str) for value in values):
        return fmean(one != other for one, other in combinations(values, 2))
    numbers = [float(value) for value in values]
    apart = max(numbers) - min(numbers)
    return apart if apart > tolerance + _ROUNDING else 0.0


def _middle(values: Sequence[Value]) -> Value:
    """The mean of numbers, or the option that most say, the first of those that as many say."""
    if all(isinstance(value, str) for value in values):
        return Counter(values).most_common(1)[0][0]
    return round(fmean(float(value) for value in values), 3) if len(set(values)) > 1 else values[0]


def _chosen(settled: Label | None, parameter: str) -> Value | None:
    if settled is None or settled.provenance.get(parameter) != "edited":
        return None
    return settled.values[parameter]
