"""What a designer has said of single parameters, photo by photo; for labelling one parameter of many photos after another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from core.avatar.schema import AvatarSchema
from core.avatar.vector import Value
from core.labels.evaluation_set import EvaluationSet
from core.labels.overview import View
from core.labels.records import Answer, By, Label
from core.labels.tables import LabelRow, PersonRow


@dataclass(frozen=True)
class Answers:
    """What all labels of one designer say.

    Attributes:
        by_photo: What they say of the parameters that were asked for, by photo id; photos that are not begun, or left out, are
            not there.
        chosen: Which parameters the designer chose, by photo id.
    """

    by_photo: Mapping[int, Answer]
    chosen: Mapping[int, frozenset[str]]


def doubt(key: str) -> str:
    """The flag of a label whose designer is unsure of one thing.

    Args:
        key: A parameter's id, or a blend's.
    """
    return f"unsure: {key}"


def answers(evaluation_set: EvaluationSet, view: View, schema: AvatarSchema, key: str, ids: Sequence[str]) -> Answers:
    """What a designer has said so far.

    Args:
        evaluation_set: Where.
        view: Whose labels, of which avatar.
        schema: The engine's, as it is today.
        key: What doubts about these parameters are called.
        ids: The parameters.
    """
    found = select(LabelRow.item_id, LabelRow.vector, LabelRow.provenance, LabelRow.flags).join(PersonRow)
    mine = (PersonRow.name == view.designer, LabelRow.engine == view.engine, LabelRow.take == view.take)
    by_photo, chosen, same = dict[int, Answer](), dict[int, frozenset[str]](), dict[frozenset[str], frozenset[str]]()
    with evaluation_set.reading() as session:
        rows = session.connection().execute(found.where(*mine, LabelRow.state.not_in(("todo", "skipped"))))
        for item_id, values, provenance, flags in rows:
            by_photo[item_id] = _answer(values, provenance, flags, schema, key, ids)
            mine_here = _chosen(provenance)
            chosen[item_id] = same.setdefault(mine_here, mine_here)  # most photos share theirs: 10,000 need no sets of their own
    return Answers(by_photo, chosen)


def answer_of(label: Label, schema: AvatarSchema, key: str, ids: Sequence[str]) -> Answer:
    """What one label says; arguments as of `answers`."""
    return _answer(label.values, label.provenance, label.flags, schema, key, ids)


def chosen_in(label: Label) -> frozenset[str]:
    """Which parameters the designer of a label chose."""
    return _chosen(label.provenance)


def _chosen(provenance: Mapping[str, By]) -> frozenset[str]:
    return frozenset(field for field, by in provenance.items() if by == "edited")


def _answer(
    values: Mapping[str, Value],
    provenance: Mapping[str, By],
    flags: Sequence[str] | None,
    schema: AvatarSchema,
    key: str,
    ids: Sequence[str],
) -> Answer:
    sources: list[By] = [provenance.get(one, "default") for one in ids]
    return Answer(
        {one: values.get(one, schema[one].default) for one in ids},
        "edited" if "edited" in sources else sources[0],
        doubt(key) in (flags or ()),
    )
