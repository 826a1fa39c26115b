"""What is known about an avatar's values, in words and marks."""

from collections.abc import Collection, Mapping

from app.widgets.field_row import FieldMark, spoken_name
from core.avatar.document import Provenance
from core.avatar.schema import DiscreteParameter, Parameter
from core.avatar.vector import AvatarVector, Value
from core.methods import FieldEstimate

UNSURE_BELOW = 0.3
"""A prediction with less confidence is marked as unsure; colours are not, because the next one looks almost the same."""

_ORIGINS = {"edited": "Changed by hand", "copied": "Copied from another avatar", "random": "Random", "default": ""}


def marks_of(
    vector: AvatarVector,
    provenance: Mapping[str, Provenance],
    locks: Collection[str],
    origins: Mapping[str, Value],
    fields: Mapping[str, FieldEstimate],
    *,
    is_label: bool = False,
) -> dict[str, FieldMark]:
    """The mark of every parameter.

    Args:
        vector: The avatar.
        provenance: Where values came from, by parameter id.
        locks: Ids of locked parameters.
        origins: What a reset brings back, by parameter id.
        fields: What the method thought of the photo, by parameter id.
        is_label: Nothing is to stay as it is without having been looked at.
    """
    marks = {}
    for parameter_id, value in vector.values().items():
        source = provenance.get(parameter_id, Provenance())
        is_predicted = source.by == "predicted"
        confidence = source.confidence if is_predicted else None
        marks[parameter_id] = FieldMark(
            is_unsure=confidence is not None and confidence < UNSURE_BELOW and not is_color(vector.schema[parameter_id]),
            is_changed=_differs(value, origins[parameter_id]),
            is_locked=parameter_id in locks,
            note=_predicted(confidence) if is_predicted else _ORIGINS[source.by],
            origin=origins[parameter_id],
            best=fields[parameter_id].best if parameter_id in fields else (),
            is_open=is_label and source.by == "default",
        )
    return marks


def in_words(vector: AvatarVector) -> str:
    """The chosen options in one sentence, for people who cannot see the picture."""
    choices = [p for p in vector.schema.discrete if vector[p.id] != "none"]
    return "; ".join(f"{spoken_name(p.component, p.name)}: {p.option(str(vector[p.id])).name}" for p in choices)


def is_color(parameter: Parameter) -> bool:
    """Whether a parameter is a choice among colours."""
    if not isinstance(parameter, DiscreteParameter):
        return False
    colors = [option for option in parameter.options if option.srgb]
    return bool(colors) and all(option.srgb or option.id == "none" for option in parameter.options)


def _predicted(confidence: float | None) -> str:
    return "From the photo" if confidence is None else f"From the photo, {confidence:.0%} sure"


def _differs(value: Value, origin: Value) -> bool:
    if isinstance(value, float) and isinstance(origin, int | float):
        return abs(value - origin) > 1e-4
    return value != origin
