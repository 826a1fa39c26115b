"""What is done to a part of the avatar as a whole, each in one step: random values, another avatar's, the photo's again."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from app.state.avatar_document import EditedAvatar
from core.avatar.document import Provenance
from core.avatar.part import AvatarPart
from core.avatar.schema import AvatarSchema, ContinuousParameter
from core.avatar.vector import AvatarVector, Value
from core.methods import Estimate
from core.words import tr, within

MAX_SEED = 999_999


class PartChanges:
    """Changes parts of an avatar. What is locked stays as it is."""

    def __init__(self, avatar: EditedAvatar) -> None:
        self._avatar = avatar

    def ids(self, component: str | None) -> tuple[str, ...]:
        """The parameters of a component; of all of them for None."""
        return tuple(p.id for p in self._avatar.schema if component is None or p.component == component)

    def randomise(self, component: str | None, seed: int, name: str) -> bool:
        """Give a part random values; the same seed gives the same.

        Args:
            component: The part; None for the whole avatar.
            seed: From 0 to `MAX_SEED`.
            name: What people call the part; the step is called so, with the seed.

        Returns:
            Whether there was anything to change.
        """
        free = self._free(self._of_interest(component))
        values = {key: value for key, value in random_values(self._avatar.schema, seed).items() if key in free}
        self._take(tr("Random {part}, seed {seed}", part=within(name), seed=seed), values, Provenance(by="random"))
        return bool(values)

    def paste(self, part: AvatarPart, name: str) -> bool:
        """Take over a part of another avatar; whether there was anything to change.

        Raises:
            WrongDocumentError: It belongs to another engine, or to a newer version.
            ValueRefusedError: A value that the schema does not have.
        """
        values = part.values_for(self._avatar.schema)
        kept = self._free(values)
        self._take(tr("Paste {part}", part=within(name)), {key: values[key] for key in kept}, Provenance(by="copied"))
        return bool(kept)

    def predict(self, estimate: Estimate, component: str | None, text: str) -> bool:
        """Take over what a method thinks of the photo, for a part.

        Args:
            estimate: What it thinks.
            component: The part; None for the whole avatar.
            text: What the step is called.

        Returns:
            Whether there was anything to change.
        """
        steps, schema = self._avatar.steps, self._avatar.schema
        free = [key for key in self._free(self.ids(component)) if schema[key].group == "core"]
        state = replace(steps.state, estimate=estimate)
        origins = {key: state.origin(key) for key in free}
        sources = {**state.provenance, **{key: source for key, (_, source) in origins.items() if source is not None}}
        vector = state.vector.with_values({key: value for key, (value, _) in origins.items()})
        steps.take(text, replace(state, vector=vector, provenance=sources))
        return bool(free)

    def is_locked(self, component: str) -> bool:
        """Whether all of a part is locked."""
        return self._avatar.state.locks.issuperset(self.ids(component))

    def _of_interest(self, component: str | None) -> list[str]:
        """What random values are for: what methods predict; all of a part of which they predict nothing, as of a hat."""
        ids = self.ids(component)
        core = [key for key in ids if self._avatar.schema[key].group == "core"]
        return core or list(ids)

    def _free(self, ids: Iterable[str]) -> list[str]:
        return [key for key in ids if key not in self._avatar.state.locks]

    def _take(self, text: str, values: dict[str, Value], source: Provenance) -> None:
        state = self._avatar.steps.state
        sources = {**state.provenance, **dict.fromkeys(values, source)}
        self._avatar.steps.take(text, replace(state, vector=state.vector.with_values(values), provenance=sources))


def random_values(schema: AvatarSchema, seed: int) -> dict[str, Value]:
    """A random avatar: a value for every parameter, extra ones too. The same seed gives the same on every machine."""
    values = AvatarVector.sample(schema, np.random.default_rng(seed)).values()
    rng = np.random.default_rng([seed, 1])  # so that new extra parameters change no others
    for parameter in schema:
        if parameter.group != "extra":
            continue
        if isinstance(parameter, ContinuousParameter):
            values[parameter.id] = round(float(rng.uniform()), 4)
        else:
            values[parameter.id] = parameter.options[int(rng.integers(len(parameter.options)))].id
    return values
