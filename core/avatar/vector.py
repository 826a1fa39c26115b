"""One complete avatar, as numbers."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from core.avatar.schema import AvatarSchema, ContinuousParameter, DiscreteParameter
from core.errors import ValueRefusedError
from core.shapes import expect_shape
from core.words import tr

Value = float | str
"""A continuous value in [0, 1], or an option's id."""


@dataclass(frozen=True, eq=False)
class AvatarVector:
    """A value for every parameter of a schema. Immutable: a change is a new vector.

    Attributes:
        schema: The parameters.
        continuous: (C,) float32 in [0, 1], read-only.
        discrete: (D,) int64, entry d in [0, n_d), read-only.
    """

    schema: AvatarSchema
    continuous: NDArray[np.float32]
    discrete: NDArray[np.int64]

    def __post_init__(self) -> None:
        continuous = np.array(self.continuous, dtype=np.float32)
        discrete = np.array(self.discrete, dtype=np.int64)
        expect_shape(continuous, str(len(self.schema.continuous)))
        expect_shape(discrete, str(len(self.schema.discrete)))
        for parameter, value in zip(self.schema.continuous, continuous, strict=True):
            if not 0.0 <= value <= 1.0:  # also refuses NaN
                raise ValueRefusedError(tr("{id} is {value}; it must be between 0 and 1.", id=parameter.id, value=value))
        for choice, index in zip(self.schema.discrete, discrete, strict=True):
            if not 0 <= index < len(choice.options):
                raise ValueRefusedError(
                    tr("{id} is option {index}; it has {count} options.", id=choice.id, index=index, count=len(choice.options))
                )
        continuous.setflags(write=False)
        discrete.setflags(write=False)
        object.__setattr__(self, "continuous", continuous)
        object.__setattr__(self, "discrete", discrete)

    def shows(self, parameter_id: str) -> bool:
        """Whether a parameter can be seen on this avatar: the colour of a hat cannot without one.

        Raises:
            ValueRefusedError: There is no such parameter.
        """
        parameter = self.schema[parameter_id]
        wanted = parameter.seen_with if isinstance(parameter, DiscreteParameter) else {}
        return all(self[other] in options for other, options in wanted.items() if other in self.schema)

    def showing(self, parameter_id: str) -> "AvatarVector":
        """This avatar, wearing what a parameter needs to be seen; itself where it is.

        Raises:
            ValueRefusedError: There is no such parameter.
        """
        parameter = self.schema[parameter_id]
        if self.shows(parameter_id) or not isinstance(parameter, DiscreteParameter):
            return self
        return self.with_values({other: options[0] for other, options in parameter.seen_with.items() if other in self.schema})

    @classmethod
    def default(cls, schema: AvatarSchema) -> "AvatarVector":
        """The engine's default avatar."""
        return cls.from_values(schema, {})

    @classmethod
    def sample(cls, schema: AvatarSchema, rng: np.random.Generator) -> "AvatarVector":
        """A random avatar: options and values uniform, the weights of a blend uniform on its simplex.

        Source: SwiftAvatar (arXiv 2301.08153), section 4, samples every slot uniformly.
        Differs: blend weights sum to one, because the engine divides by a larger sum, and extra parameters, which methods do not
        predict, keep their defaults.
        """
        vector = cls.default(schema)
        continuous = vector.continuous.copy()
        discrete = vector.discrete.copy()
        for index, parameter in enumerate(schema.continuous):
            if parameter.group == "core" and parameter.blend is None:
                continuous[index] = rng.uniform()
        for members in schema.blends.values():
            weights = rng.dirichlet(np.ones(len(members)))
            for parameter, weight in zip(members, weights, strict=True):
                if parameter.group == "core":
                    continuous[schema.continuous_index[parameter.id]] = weight
        for index, choice in enumerate(schema.discrete):
            if choice.group == "core":
                discrete[index] = rng.integers(len(choice.options))
        return cls(schema, np.clip(continuous, 0.0, 1.0), discrete)

    @classmethod
    def from_values(cls, schema: AvatarSchema, values: Mapping[str, Value]) -> "AvatarVector":
        """A vector from values by id; what is missing gets its default.

        Raises:
            ValueRefusedError: An id, an option or a number that the schema does not have.
        """
        for parameter_id in values:
            schema[parameter_id]
        continuous = [_number(p, values.get(p.id, p.default)) for p in schema.continuous]
        discrete = [_index(p, values.get(p.id, p.default)) for p in schema.discrete]
        return cls(schema, np.array(continuous, np.float32), np.array(discrete, np.int64))

    @override
    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AvatarVector)
            and self.schema == other.schema
            and np.array_equal(self.continuous, other.continuous)
            and np.array_equal(self.discrete, other.discrete)
        )

    @override
    def __hash__(self) -> int:
        return hash((self.schema.engine, self.continuous.tobytes(), self.discrete.tobytes()))

    def __getitem__(self, parameter_id: str) -> Value:
        """The value of one parameter: a number, or an option's id."""
        parameter = self.schema[parameter_id]
        if isinstance(parameter, ContinuousParameter):
            # The shortest number that means the same float32: 0.1, where float() gives 0.10000000149.
            return float(str(self.continuous[self.schema.continuous_index[parameter_id]]))
        index = int(self.discrete[self.schema.discrete_index[parameter_id]])
        return parameter.options[index].id

    def values(self) -> dict[str, Value]:
        """All values by id; `from_values` gives the same vector back."""
        return {parameter.id: self[parameter.id] for parameter in self.schema}

    def with_value(self, parameter_id: str, value: Value) -> "AvatarVector":
        """This vector with one value changed.

        Raises:
            ValueRefusedError: The schema has no such parameter, or it does not take this value.
        """
        return self.with_values({parameter_id: value})

    def with_values(self, values: Mapping[str, Value]) -> "AvatarVector":
        """This vector with some values changed.

        Raises:
            ValueRefusedError: The schema has no such parameter, or it does not take this value.
        """
        return AvatarVector.from_values(self.schema, {**self.values(), **values})


def _number(parameter: ContinuousParameter, value: Value) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueRefusedError(tr("{id} is “{value}”; it must be a number between 0 and 1.", id=parameter.id, value=value))
    try:
        return float(value)
    except OverflowError:  # an integer of hundreds of digits
        return math.inf


def _index(parameter: DiscreteParameter, value: Value) -> int:
    if not isinstance(value, str):
        raise ValueRefusedError(tr("{id} is {value}; it must be the id of an option.", id=parameter.id, value=value))
    parameter.option(value)
    return parameter.index_of[value]
