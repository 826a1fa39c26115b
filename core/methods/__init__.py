"""Ways from a selfie to an avatar: what one must be able to do, and which there are."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, cast

from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.errors import SettingError
from core.reporting import Reporter
from core.words import tr

if TYPE_CHECKING:  # whoever lists methods, as the window does when it starts, need not load what reads photos
    from core.faces.selfie import Selfie


@dataclass(frozen=True)
class FieldEstimate:
    """What a method thinks of one parameter.

    Attributes:
        confidence: Calibrated probability that the chosen value is right, in [0, 1].
        best: Up to three options with their probabilities, best first; empty for a continuous parameter.
    """

    confidence: float
    best: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Estimate:
    """What a method thinks of a selfie.

    Attributes:
        vector: The avatar; extra parameters are at their defaults.
        fields: Parameter id -> what is known about its value, for every core parameter.
        method: The concrete method, never an alias.
        model: SHA-256 of its weights, hexadecimal; None where it has none.
    """

    vector: AvatarVector
    fields: Mapping[str, FieldEstimate] = field(default_factory=dict)
    method: str = ""
    model: str | None = None


class Method(Protocol):
    """A way from a selfie to an avatar of one engine. Deterministic; needs no torch unless its file says so."""

    @property
    def name(self) -> str:
        """Its name in the table and in documents."""
        ...

    @property
    def schema(self) -> AvatarSchema:
        """The engine's schema it estimates for."""
        ...

    def estimate(self, selfie: "Selfie", reporter: Reporter) -> Estimate:
        """Estimate the avatar of a selfie.

        A method that searches reports progress and may be stopped; others ignore the reporter.
        """
        ...


METHODS: Mapping[str, str] = {
    "mean_avatar": "core.methods.mean_avatar:MeanAvatar",
    "baseline": "core.methods.baseline:Baseline",
    "regions": "core.methods.regions:Regions",
}
"""Name -> module:class. A class is called with the engine's schema."""

DEFAULT_METHOD = "regions"
"""What the alias `default` stands for; documents record this name."""


def open_method(name: str, schema: AvatarSchema) -> Method:
    """The method with this name, for an engine's schema.

    Raises:
        SettingError: There is no such method.
        ModelError: It has no weights for this engine.
    """
    name = DEFAULT_METHOD if name == "default" else name
    if name not in METHODS:
        raise SettingError(tr("There is no method “{name}”; there are default, {names}.", name=name, names=", ".join(METHODS)))
    module, _, attribute = METHODS[name].partition(":")
    return cast(Method, getattr(importlib.import_module(module), attribute)(schema))
