"""One part of an avatar, its hair or its eyes, as a text that is copied from one avatar and pasted into another."""

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.avatar.document import EngineReference
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector, Value
from core.errors import NewerVersionError, ValueRefusedError, WrongDocumentError, WrongEngineError
from core.words import tr

FORMAT_VERSION = 1
MAX_CHARACTERS = 100_000
"""A part is a few hundred; a longer text is not one."""


class AvatarPart(BaseModel):
    """The values of one component, by stable ids, with the engine that they belong to."""

    model_config = ConfigDict(strict=True)

    format: Literal["likeness.part"] = "likeness.part"
    format_version: int = Field(default=FORMAT_VERSION, ge=1)
    engine: EngineReference
    component: str
    values: dict[str, float | str]

    @classmethod
    def of(cls, vector: AvatarVector, component: str) -> "AvatarPart":
        """The part of an avatar that is called so."""
        schema = vector.schema
        engine = EngineReference(
            id=schema.engine, version=schema.version, core=schema.fingerprint("core"), extra=schema.fingerprint("extra")
        )
        values = {parameter.id: vector[parameter.id] for parameter in schema if parameter.component == component}
        return cls(engine=engine, component=component, values=values)

    def to_json(self) -> str:
        """The text that goes to the clipboard."""
        return json.dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=False) + "\n"

    def values_for(self, schema: AvatarSchema) -> dict[str, Value]:
        """The values to set in an avatar of this schema.

        Raises:
            WrongEngineError: They are another engine's, or none of its component's.
            NewerVersionError: They are of a newer version of the engine.
            ValueRefusedError: A value that the schema does not have.
        """
        if self.engine.id != schema.engine:
            raise WrongEngineError(
                tr(
                    "What was copied is of an avatar of engine {theirs}; this one is of engine {ours}. Copy from one like it.",
                    theirs=self.engine.id,
                    ours=schema.engine,
                )
            )
        if self.engine.version > schema.version:
            raise NewerVersionError(
                tr("What was copied comes from a newer Likeness, with settings that this one lacks. Update it to paste them.")
            )
        mine = {parameter.id for parameter in schema if parameter.component == self.component}
        values: dict[str, Value] = {key: value for key, value in self.values.items() if key in mine}
        if not values:
            raise WrongEngineError(tr("What was copied is a part that this avatar does not have. Nothing was changed."))
        try:
            AvatarVector.from_values(schema, values)
        except ValueRefusedError as error:
            raise ValueRefusedError(tr("What was copied cannot be pasted here: {reason}", reason=error)) from error
        return values


def parse_part(text: str) -> AvatarPart:
    """Read a text from the clipboard.

    Raises:
        WrongDocumentError: It is something else, or damaged.
        NewerVersionError: It was copied by a newer version of Likeness.
    """
    foreign = tr("There is no part of an avatar to paste. Copy one first: its ⋯ menu has “Copy this part”.")
    if len(text) > MAX_CHARACTERS:
        raise WrongDocumentError(foreign)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WrongDocumentError(foreign) from error
    if not isinstance(data, dict) or data.get("format") != "likeness.part":
        raise WrongDocumentError(foreign)
    version = data.get("format_version")
    if isinstance(version, int) and version > FORMAT_VERSION:
        raise NewerVersionError(
            tr("This was copied by a newer Likeness, in a way that this one does not know. Update it to paste this.")
        )
    try:
        return AvatarPart.model_validate(data)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) or "format"
        raise WrongDocumentError(tr("What was copied is damaged at {place}. Copy it again.", place=where)) from error
