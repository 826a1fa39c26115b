"""What people say in a set, as `core.labels.agreement` takes it."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from core.avatar.schema import AvatarSchema
from core.labels.agreement import Opinion
from core.labels.evaluation_set import EvaluationSet
from core.labels.records import SETTLED, STOOD_BY
from core.labels.travelling import AT_ONCE, CarriedLabel, carried_labels, count_labels
from core.reporting import Reporter, SilentReporter


def all_opinions(evaluation_set: EvaluationSet, schema: AvatarSchema, reporter: Reporter | None = None) -> list[Opinion]:
    """Every label of an engine that its designer stands by; not what several have settled on, which is nobody's own opinion.

    Args:
        evaluation_set: Where.
        schema: The engine's, as it is today.
        reporter: Hears how many labels are read, and can stop it: then it is those.
    """
    with evaluation_set.reading() as session:
        return [
            Opinion(one.photo, one.label.designer, one.label.take, one.label.start == "blind", one.label.avatar(schema))
            for one in told(session, schema.engine, reporter or SilentReporter())
            if one.label.state in STOOD_BY and one.label.designer != SETTLED
        ]


def told(session: Session, engine: str, reporter: Reporter) -> Iterator[CarriedLabel]:
    """All labels of an engine without their edits, while a reporter hears how many are read; it ends where that says so."""
    total = count_labels(session, engine)
    for done, label in enumerate(carried_labels(session, engine, with_edits=False)):
        if done % AT_ONCE == 0:
            reporter.progress(done, total)
            if reporter.should_stop():
                return
        yield label
