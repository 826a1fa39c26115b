"""The same avatar for everybody: the floor that every method must beat."""

from collections.abc import Mapping

from core.avatar.schema import AvatarSchema, DiscreteParameter, Tag
from core.avatar.vector import AvatarVector
from core.faces.selfie import Selfie
from core.methods import Estimate, FieldEstimate
from core.reporting import Reporter

# What most adults in portraits look like, in the vocabulary of option tags (decisions.md 8).
_COMMON: Mapping[str, Tag] = {
    "length": "short", "texture": "straight", "fringe": False, "colour": "dark_brown", "monk": 4, "kind": "none",
}  # fmt: skip


class MeanAvatar:
    """The engine's default avatar, with the commonest hair, skin tone, no glasses and no beard."""

    name = "mean_avatar"

    def __init__(self, schema: AvatarSchema) -> None:
        self.schema = schema
        values = {choice.id: _commonest(choice) for choice in schema.discrete if choice.group == "core"}
        self._vector = AvatarVector.from_values(schema, values)

    def estimate(self, selfie: Selfie, reporter: Reporter) -> Estimate:  # noqa: ARG002 - everybody looks the same here
        """The avatar; nothing is known about any field."""
        fields = {parameter.id: FieldEstimate(0.0) for parameter in self.schema if parameter.group == "core"}
        return Estimate(self._vector, fields, self.name)


def _commonest(choice: DiscreteParameter) -> str:
    """The default option, unless its tags say that it is rarer than another."""

    def commonness(option_id: str) -> int:
        tags = choice.option(option_id).tags
        return sum(tags.get(name) == tag for name, tag in _COMMON.items() if name in tags)

    return max([choice.default, *choice.index_of], key=commonness)
