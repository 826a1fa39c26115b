"""Whether a number of an avatar works evenly: one way, without jumps, in what it is named after."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.avatar.schema import AvatarSchema, ContinuousParameter
from core.avatar.vector import AvatarVector
from core.engines import CLASSES, AvatarEngine, Camera
from core.soundness.telling_apart import distance, seen

SIZE = 256
STEPS = 11
MOST = 2.5
"""Largest step, in mean steps: more is felt as a jump under the finger."""

LEAST = {"px": 2.0, "degrees": 2.0, "ΔE2000": 0.15}
"""What a number must do from end to end to be worth a slider, by unit, in pictures of `SIZE` pixels."""

BACKWARDS = 0.03
"""Share of the whole way that a step may go back: pixels and samples are counted, not measured."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Measure:
    """What a number controls.

    Attributes:
        what: In words.
        unit: A key of `LEAST`.
        classes: Semantic classes that are looked at.
        measure: (S, S) where these classes are -> a number that grows, or falls, with the parameter.
    """

    what: str
    unit: str
    classes: tuple[str, ...]
    measure: Callable[[Mask], float]


@dataclass(frozen=True)
class Course:
    """What was measured at evenly spaced values of one number.

    Attributes:
        parameter: Id.
        what: What was measured.
        unit: A key of `LEAST`.
        values: At 0, 0.1 and so on to 1.
    """

    parameter: str
    what: str
    unit: str
    values: tuple[float, ...]

    @property
    def way(self) -> float:
        """From the first value to the last, without sign."""
        return abs(self.values[-1] - self.values[0])

    @property
    def largest_step(self) -> float:
        """In mean steps; 1 is perfectly even."""
        return float(np.abs(np.diff(self.values)).max() * (len(self.values) - 1) / self.way) if self.way else 0.0

    @property
    def backwards(self) -> float:
        """The largest step the wrong way, as a share of the whole way."""
        if not self.way:
            return 0.0
        return max(0.0, float((-np.diff(self.values) * np.sign(self.values[-1] - self.values[0])).max() / self.way))

    def problems(self) -> list[str]:
        """What is wrong with it, in words."""
        if self.way < LEAST[self.unit]:
            return [f"moves {self.what} by {self.way:.2f} {self.unit}, which is hardly seen"]
        found = []
        if self.backwards > BACKWARDS:
            found.append(f"goes back by {self.backwards:.0%} of its way in {self.what}")
        if self.largest_step > MOST:
            found.append(f"jumps by {self.largest_step:.1f} mean steps in {self.what}")
        return found


def spread_x(mask: Mask) -> float:
    """Width of a bar with the same spread: changes by less than a pixel are seen."""
    return _spread(np.nonzero(mask)[1])


def spread_y(mask: Mask) -> float:
    """Height of a bar with the same spread."""
    return _spread(np.nonzero(mask)[0])


def middle_y(mask: Mask) -> float:
    """Height of the centroid above the picture's lower edge."""
    return mask.shape[0] - float(np.nonzero(mask)[0].mean()) if mask.any() else 0.0


def spacing(mask: Mask) -> float:
    """Distance between the centroids of the picture's halves."""
    left, right = _halves(mask)
    return float(right.mean() - left.mean()) if len(left) and len(right) else 0.0


def side(mask: Mask) -> float:
    """Side of a square of the same area."""
    return float(np.sqrt(mask.sum()))


def tilt(mask: Mask) -> float:
    """How far the outer ends of the two halves are turned up, degrees."""
    angles = []
    for is_left in (True, False):
        rows, columns = np.nonzero(mask)
        half = (columns < mask.shape[1] / 2) == is_left
        if half.sum() < 3:
            return 0.0
        x, y = columns[half] - columns[half].mean(), rows[half].mean() - rows[half]
        angle = np.degrees(0.5 * np.arctan2(2 * (x * y).mean(), (x * x).mean() - (y * y).mean()))
        angles.append(-angle if is_left else angle)
    return float(np.mean(angles))


_HEAD = ("skin", "eyes", "brows", "mouth", "nose")
MEASURES: Mapping[str, Measure] = {
    "head_width": Measure("the face's width", "px", _HEAD, spread_x),
    "head_length": Measure("the face's height", "px", _HEAD, spread_y),
    "eye_rotation": Measure("the eyes' tilt", "degrees", ("eyes",), tilt),
    "eye_spacing": Measure("the eyes' distance", "px", ("eyes",), spacing),
    "eye_size": Measure("the eyes' size", "px", ("eyes",), side),
    "mouth_width": Measure("the mouth's width", "px", ("mouth",), spread_x),
    "mouth_volume": Measure("the mouth's height", "px", ("mouth",), spread_y),
    "mouth_position": Measure("the mouth's place", "px", ("mouth",), middle_y),
    "nose_width": Measure("the nose's width", "px", ("nose",), spread_x),
    "nose_height": Measure("the nose's height", "px", ("nose",), spread_y),
    "nose_position": Measure("the nose's place", "px", ("nose",), middle_y),
}
"""What the numbers of decisions.md 8 control, by id. Others are measured by how far they take the picture from its start."""


def course(engine: AvatarEngine, parameter: ContinuousParameter) -> Course:
    """Measure one number over its whole range, with a bare head and everything else at its default."""
    base = bare(engine.schema)
    if parameter.blend:  # its members divide by their sum, so that beside a full one the others come in slowly and not evenly
        base = base.with_values({other.id: 0.0 for other in engine.schema.continuous if other.blend == parameter.blend})
    vectors = [base.with_value(parameter.id, step) for step in np.linspace(0, 1, STEPS).round(3).tolist()]
    measure = MEASURES.get(parameter.id)
    if measure is None:
        start = seen(engine, vectors[0])
        values = [distance(start, seen(engine, vector), share=1.0) for vector in vectors]
        return Course(parameter.id, "the picture", "ΔE2000", tuple(values))
    classes = [CLASSES.index(name) for name in measure.classes]
    masks = (np.isin(engine.render_masks(vector, Camera(frame="face"), SIZE, "full"), classes) for vector in vectors)
    return Course(parameter.id, measure.what, measure.unit, tuple(measure.measure(mask) for mask in masks))


def bare(schema: AvatarSchema) -> AvatarVector:
    """The default avatar without what hides the face: no hair, beard, glasses or hat as far as the schema can do without."""
    values = {
        choice.id: option.id
        for choice in schema.discrete
        for option in reversed(choice.options)  # the first such one: those that were appended may have some hair
        if option.id == "none" or option.tags.get("length") == "bald"
    }
    return AvatarVector.default(schema).with_values(values)


def _spread(places: NDArray[np.integer]) -> float:
    return float(np.sqrt(12) * places.std()) if len(places) else 0.0


def _halves(mask: Mask) -> Sequence[NDArray[np.integer]]:
    columns = np.nonzero(mask)[1]
    return columns[columns < mask.shape[1] / 2], columns[columns >= mask.shape[1] / 2]
