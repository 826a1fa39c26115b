"""What is known about an avatar's values, in words and marks."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from app.widgets.field_row import FieldMark, spoken_name
from core.avatar.document import Provenance
from core.avatar.schema import DiscreteParameter, Parameter
from core.avatar.vector import AvatarVector, Value
from core.colour import difference, to_lab, to_linear
from core.methods import FieldEstimate
from core.words import mark, tr

UNSURE_BELOW, UNSURE_NUMBER_BELOW = 0.4, 0.3
"""A predicted choice, or number, with less confidence is marked as unsure."""
SEEN_APART, NEARLY_AS_LIKELY = 8.0, 0.6
"""A predicted colour is unsure where the next best one differs visibly, in ΔE2000, and is at least this share as likely."""

_ORIGINS = {
    "edited": mark("Changed by hand"), "copied": mark("Copied from another avatar"), "random": mark("Random"), "default": "",
}  # fmt: skip


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
        known = fields.get(parameter_id)
        marks[parameter_id] = FieldMark(
            is_unsure=is_predicted and is_doubtful(vector.schema[parameter_id], confidence, known.best if known else ()),
            was_unsure=known is not None and is_doubtful(vector.schema[parameter_id], known.confidence, known.best),
            is_changed=_differs(value, origins[parameter_id]),
            is_locked=parameter_id in locks,
            note=_predicted(confidence) if is_predicted else tr(_ORIGINS[source.by]),
            origin=origins[parameter_id],
            best=known.best if known else (),
            is_open=is_label and source.by == "default",
        )
    return marks


def is_doubtful(parameter: Parameter, confidence: float | None, best: Sequence[tuple[str, float]]) -> bool:
    """Whether a prediction should be looked at by a person.

    Args:
        parameter: What was predicted.
        confidence: Calibrated probability that it is right; None where that is not known.
        best: The options that the method thought likeliest, with their probabilities, best first.
    """
    if not is_color(parameter):
        least = UNSURE_BELOW if isinstance(parameter, DiscreteParameter) else UNSURE_NUMBER_BELOW
        return confidence is not None and confidence < least
    # Of many colours none is likely; what counts is whether the next one would look another.
    assert isinstance(parameter, DiscreteParameter)
    first, second = ([*best, ("", 0.0), ("", 0.0)])[:2]
    if first[1] <= 0 or second[1] < NEARLY_AS_LIKELY * first[1]:
        return False
    colours = [parameter.option(key).srgb for key, _ in (first, second)]
    if None in colours:
        return True
    one, other = (to_lab(to_linear(np.array(colour, np.uint8))) for colour in colours)
    return bool(difference(one, other) >= SEEN_APART)


def in_words(vector: AvatarVector) -> str:
    """The chosen options in one sentence, for people who cannot see the picture."""
    choices = [p for p in vector.schema.discrete if vector[p.id] != "none"]
    return "; ".join(f"{spoken_name(p.component, p.name)}: {tr(p.option(str(vector[p.id])).name)}" for p in choices)


def is_color(parameter: Parameter) -> bool:
    """Whether a parameter is a choice among colours."""
    if not isinstance(parameter, DiscreteParameter):
        return False
    colors = [option for option in parameter.options if option.srgb]
    return bool(colors) and all(option.srgb or option.id == "none" for option in parameter.options)


def _predicted(confidence: float | None) -> str:
    if confidence is None:
        return tr("From the photo")
    return tr("From the photo, {percent} % sure", percent=f"{100 * confidence:.0f}")


def _differs(value: Value, origin: Value) -> bool:
    if isinstance(value, float) and isinstance(origin, int | float):
        return abs(value - origin) > 1e-4
    return value != origin
