"""The list of an engine's parameters: the contract between engines, methods, labels and documents."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from core.errors import ValueRefusedError
from core.words import tr

Group = Literal["core", "extra"]
"""`core` parameters are predicted by methods; `extra` ones are edited by people only."""

Tag = str | int | bool
Srgb = tuple[int, int, int]


@dataclass(frozen=True)
class ContinuousParameter:
    """A number in [0, 1].

    Differs: the architecture proposal gave it `low`, `high` and `unit`; decisions.md 6 settled that every continuous value is in
    [0, 1], so the engine alone knows what it means.

    Attributes:
        id: Stable name in documents, e.g. `head_width`.
        name: What people read.
        component: The part of the avatar it belongs to, e.g. `head`; the window groups by it.
        default: Value of the default avatar.
        group: `core` or `extra`.
        blend: Parameters with the same `blend` are the weights of one mixture of pure shapes. The engine uses
            w / max(1, sum of w); the window offers the pure shapes and a blend.
    """

    id: str
    name: str
    component: str
    default: float = 0.5
    group: Group = "core"
    blend: str | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.default <= 1.0:
            raise ValueError(f"default of {self.id} is {self.default}, outside [0, 1]")


@dataclass(frozen=True)
class Option:
    """One choice of a discrete parameter.

    Attributes:
        id: Stable name in documents, e.g. `bob`. Ids are appended, never changed or reordered.
        name: What people read.
        tags: What is true of it in the vocabulary of decisions.md 8, e.g. `{"length": "short", "fringe": True}`.
        srgb: The colour a swatch shows, 0 to 255 each; None where the option is not a colour.
    """

    id: str
    name: str
    tags: Mapping[str, Tag] = field(default_factory=dict)
    srgb: Srgb | None = None


@dataclass(frozen=True)
class DiscreteParameter:
    """A choice among options; absence is the ordinary option `none`.

    Attributes:
        id: Stable name in documents, e.g. `hair_type`.
        name: What people read.
        component: The part of the avatar it belongs to; the window groups by it.
        options: The choices, in their stable order (n_d of them).
        default: Id of the default avatar's option.
        group: `core` or `extra`.
        seen_with: Other choice -> its options with which this one can be seen, e.g. the colour of a hat with any hat; empty
            where it always can.
    """

    id: str
    name: str
    component: str
    options: tuple[Option, ...]
    default: str
    group: Group = "core"
    seen_with: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.index_of) != len(self.options):
            raise ValueError(f"options of {self.id} repeat an id")
        if self.default not in self.index_of:
            raise ValueError(f"default {self.default} of {self.id} is not one of its options")
        if not all(self.seen_with.values()):
            raise ValueError(f"{self.id} is seen with no option of another choice, so never")

    @cached_property
    def index_of(self) -> Mapping[str, int]:
        """Option id -> its index in [0, n_d)."""
        return {option.id: index for index, option in enumerate(self.options)}

    def option(self, option_id: str) -> Option:
        """The option with this id.

        Raises:
            ValueRefusedError: There is none.
        """
        if option_id not in self.index_of:
            raise ValueRefusedError(
                tr(
                    "{id} has no option “{option_id}”; it has {names}.",
                    id=self.id,
                    option_id=option_id,
                    names=", ".join(self.index_of),
                )
            )
        return self.options[self.index_of[option_id]]


def full_name(component: str, name: str) -> str:
    """What a parameter is called away from the heading of its part, in English, e.g. "Hair style"."""
    part = component.replace("_", " ")
    return name if name.lower().startswith(part.lower()) else f"{part.capitalize()} {name.lower()}"


Parameter = ContinuousParameter | DiscreteParameter


@dataclass(frozen=True)
class AvatarSchema:
    """All parameters of one version of one engine.

    Attributes:
        engine: The engine's id, e.g. `toon`.
        version: Counts up whenever a parameter or an option is added.
        continuous: C parameters.
        discrete: D parameters.
    """

    engine: str
    version: int
    continuous: tuple[ContinuousParameter, ...]
    discrete: tuple[DiscreteParameter, ...]

    def __post_init__(self) -> None:
        if len(self._by_id) != len(self.continuous) + len(self.discrete):
            raise ValueError(f"parameters of {self.engine} repeat an id")

    def __iter__(self) -> Iterator[Parameter]:
        yield from self.continuous
        yield from self.discrete

    @cached_property
    def _by_id(self) -> Mapping[str, Parameter]:
        return {parameter.id: parameter for parameter in self}

    def __contains__(self, parameter_id: object) -> bool:
        return parameter_id in self._by_id

    def __getitem__(self, parameter_id: str) -> Parameter:
        """The parameter with this id.

        Raises:
            ValueRefusedError: There is none.
        """
        if parameter_id not in self._by_id:
            raise ValueRefusedError(
                tr(
                    "Engine {engine} {version} has no parameter “{parameter_id}”.",
                    engine=self.engine,
                    version=self.version,
                    parameter_id=parameter_id,
                )
            )
        return self._by_id[parameter_id]

    @cached_property
    def continuous_index(self) -> Mapping[str, int]:
        """Id of a continuous parameter -> its index in [0, C)."""
        return {parameter.id: index for index, parameter in enumerate(self.continuous)}

    @cached_property
    def discrete_index(self) -> Mapping[str, int]:
        """Id of a discrete parameter -> its index in [0, D)."""
        return {parameter.id: index for index, parameter in enumerate(self.discrete)}

    @cached_property
    def blends(self) -> Mapping[str, tuple[ContinuousParameter, ...]]:
        """Name of a blend -> the parameters that are its weights."""
        groups: dict[str, list[ContinuousParameter]] = {}
        for parameter in self.continuous:
            if parameter.blend is not None:
                groups.setdefault(parameter.blend, []).append(parameter)
        return {name: tuple(members) for name, members in groups.items()}

    def group(self, group: Group) -> "AvatarSchema":
        """This schema with the parameters of one group alone."""
        return AvatarSchema(
            self.engine,
            self.version,
            tuple(p for p in self.continuous if p.group == group),
            tuple(p for p in self.discrete if p.group == group),
        )

    def fingerprint(self, group: Group = "core") -> str:
        """12 hex digits of the ids that make up a group: what data and weights are checked against.

        Names, tags, colours, defaults and what is seen with what may improve without a change of meaning, so they are left out.
        """
        ids = {
            "engine": self.engine,
            "continuous": [p.id for p in self.continuous if p.group == group],
            "discrete": {p.id: list(p.index_of) for p in self.discrete if p.group == group},
        }
        text = json.dumps(ids, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:12]
