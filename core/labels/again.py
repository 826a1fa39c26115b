"""Labelling some photos a second time: how far designers agree with themselves is as far as anybody can agree with them."""

import hashlib

from sqlalchemy import select

from core.labels.evaluation_set import EvaluationSet
from core.labels.overview import View
from core.labels.records import STOOD_BY
from core.labels.tables import ItemRow, LabelRow, PersonRow

SECOND = 2
"""The take of labels that are made a second time."""


def drawn_again(evaluation_set: EvaluationSet, view: View, count: int) -> list[int]:
    """Photos that a designer labels a second time, in an order that has nothing to do with the first.

    Those whose second label is begun are always among them. The others are drawn by chance among the finished ones, but the same
    on every machine and whenever one asks.

    Args:
        evaluation_set: Where.
        view: Whose labels, of which avatar; its take does not matter.
        count: How many, at most.

    Returns:
        The photos' ids.
    """
    mine = (PersonRow.name == view.designer, LabelRow.engine == view.engine)
    labels = select(ItemRow.id, ItemRow.sha256, LabelRow.take, LabelRow.state).select_from(LabelRow).join(PersonRow).join(ItemRow)
    with evaluation_set.reading() as session:
        found = session.execute(labels.where(*mine, ItemRow.problem.is_(None))).all()
    uid = evaluation_set.facts.uid
    drawn = {row.id: hashlib.sha256(f"{uid}:again:{row.sha256}".encode()).hexdigest() for row in found}
    begun = {row.id for row in found if row.take == SECOND and row.state != "todo"}
    finished = {row.id for row in found if row.take == 1 and row.state in STOOD_BY} - begun
    ranked = sorted(finished, key=drawn.__getitem__)
    return sorted([*begun, *ranked[: max(0, count - len(begun))]], key=drawn.__getitem__)
