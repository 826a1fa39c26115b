"""What people say in a set, as `core.labels.agreement` takes it."""

from core.avatar.schema import AvatarSchema
from core.labels.agreement import Opinion
from core.labels.evaluation_set import EvaluationSet
from core.labels.records import SETTLED, STOOD_BY
from core.labels.travelling import carried_labels


def all_opinions(evaluation_set: EvaluationSet, schema: AvatarSchema) -> list[Opinion]:
    """Every label of an engine that its designer stands by; not what several have settled on, which is nobody's own opinion."""
    with evaluation_set.reading() as session:
        return [
            Opinion(one.photo, one.label.designer, one.label.take, one.label.start == "blind", one.label.avatar(schema))
            for one in carried_labels(session, schema.engine, with_edits=False)
            if one.label.state in STOOD_BY and one.label.designer != SETTLED
        ]
