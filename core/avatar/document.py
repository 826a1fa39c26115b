"""The `*.avatar.json` file: an avatar that people keep; and the same words in a picture of it."""

import hashlib
import json
import math
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Literal

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    field_validator,
    model_serializer,
)

from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.errors import NewerVersionError, WrongDocumentError, WrongEngineError
from core.files import write_atomically
from core.png_text import SIGNATURE, find_text, is_png
from core.words import tr

FORMAT_VERSION = 1
SUFFIX = ".avatar.json"
MAX_BYTES = 4 * 2**20  # a document is a few kilobytes; more is not one
KEYWORD = "likeness.avatar"
"""Under which a PNG carries the document of the avatar that it shows."""
MAX_DEPTH = 64  # brackets within brackets; what cannot be written again must not be opened


class _Kept(BaseModel):
    """Keys that this version does not know survive a round trip; our own are left out where they are absent."""

    model_config = ConfigDict(extra="allow", strict=True)

    @model_serializer(mode="wrap")
    def _without_absent(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        ours = type(self).model_fields
        return {key: value for key, value in handler(self).items() if value is not None or key not in ours}


class Provenance(_Kept):
    """Where one value came from."""

    by: Literal["predicted", "edited", "copied", "random", "default"] = "default"
    confidence: float | None = Field(default=None, ge=0, le=1, description="Calibrated probability, for a predicted value.")
    method: str | None = Field(default=None, description="The concrete method that predicted it, never an alias.")
    model: str | None = Field(default=None, description="SHA-256 of the weights that predicted it.")


class EngineReference(_Kept):
    """The engine and the version of its schema that the values belong to."""

    id: str
    version: int = Field(ge=1)
    core: str = Field(description="Fingerprint of the schema's core group.")
    extra: str = Field(description="Fingerprint of the schema's extra group.")


class SavedSnapshot(_Kept):
    """An avatar that was kept beside the one of the document, to come back to."""

    letter: str = Field(pattern="^[A-Z]$", description="What it is called by default; no two alike.")
    name: str | None = None
    values: dict[str, float | str] = Field(description="As those of the document.")
    provenance: dict[str, Provenance] = Field(default_factory=dict)
    locks: list[str] = Field(default_factory=list)


class AvatarDocument(_Kept):
    """An avatar vector by stable ids, with where each value came from and what is locked."""

    format: Literal["likeness.avatar"] = "likeness.avatar"
    format_version: int = Field(default=FORMAT_VERSION, ge=1)
    engine: EngineReference
    name: str | None = None
    created: AwareDatetime | None = Field(default=None, strict=False)
    values: dict[str, float | str] = Field(description="Numbers in [0, 1], or option ids, by parameter id.")
    provenance: dict[str, Provenance] = Field(default_factory=dict)
    locks: list[str] = Field(default_factory=list, description="Parameters that no prediction may change.")
    snapshots: list[SavedSnapshot] | None = Field(default=None, description="Other avatars that were kept beside this one.")

    @field_validator("snapshots")
    @classmethod
    def _no_letter_twice(cls, snapshots: list[SavedSnapshot] | None) -> list[SavedSnapshot] | None:
        letters = [one.letter for one in snapshots or ()]
        if len(set(letters)) < len(letters):
            raise ValueError("two snapshots have the same letter")
        return snapshots

    @classmethod
    def of(
        cls,
        vector: AvatarVector,
        *,
        provenance: Mapping[str, Provenance] | None = None,
        locks: Collection[str] = (),
        based_on: "AvatarDocument | None" = None,
    ) -> "AvatarDocument":
        """A document for a vector.

        Args:
            vector: The avatar.
            provenance: Where values came from, by parameter id.
            locks: Parameters that no prediction may change.
            based_on: The document that was opened: its name, date and unknown keys are kept.
        """
        schema = vector.schema
        kept = based_on.model_dump() if based_on is not None else {}
        engine = {
            **kept.get("engine", {}),
            "id": schema.engine,
            "version": schema.version,
            "core": schema.fingerprint("core"),
            "extra": schema.fingerprint("extra"),
        }
        return cls.model_validate(
            {
                **kept,
                "format_version": FORMAT_VERSION,
                "engine": engine,
                "values": vector.values(),
                "provenance": {key: value.model_dump() for key, value in (provenance or {}).items()},
                "locks": sorted(locks),
            }
        )

    def vector(self, schema: AvatarSchema) -> AvatarVector:
        """The avatar, for an engine's schema.

        A document of an older version opens, new parameters at their defaults.

        Raises:
            WrongEngineError: Made for another engine.
            NewerVersionError: Made for a newer version of the engine.
            ValueRefusedError: A value that the schema does not have.
        """
        theirs, ours = self.engine, f"{schema.engine} {schema.version} ({schema.fingerprint()})"
        made_for = f"{theirs.id} {theirs.version} ({theirs.core})"
        if theirs.id != schema.engine:
            raise WrongEngineError(
                tr(
                    "This avatar was made for engine {made_for}, not for {ours}. Open it with engine {id}.",
                    made_for=made_for,
                    ours=ours,
                    id=theirs.id,
                )
            )
        if theirs.version > schema.version:
            raise NewerVersionError(
                tr(
                    "This avatar was made for engine {made_for}, which is newer than {ours}. Update Likeness to open it.",
                    made_for=made_for,
                    ours=ours,
                )
            )
        return AvatarVector.from_values(schema, self.values)

    def without_unknown(self) -> "AvatarDocument":
        """A copy without the snapshots, and without the keys that this version does not know.

        Whatever they hold, it is not given away unseen.
        """
        engine = EngineReference(**_known(self.engine))
        provenance = {key: Provenance(**_known(value)) for key, value in self.provenance.items()}
        return AvatarDocument(**{**_known(self), "engine": engine, "provenance": provenance, "snapshots": None})

    def to_json(self) -> str:
        """The file's text."""
        return json.dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def parse_document(text: str, source: str = "") -> AvatarDocument:
    """Read a document's text.

    Args:
        text: JSON.
        source: What messages call it, e.g. the file's path.

    Raises:
        WrongDocumentError: Not an avatar document, or damaged.
        NewerVersionError: Written by a newer version of Likeness.
    """
    source = source or tr("The document")
    try:
        data = json.loads(text)
        _refuse_unwritable(data)
    except (ValueError, RecursionError) as error:
        raise WrongDocumentError(tr("{source} is not JSON that we can read: {error}.", source=source, error=error)) from error
    if not isinstance(data, dict) or data.get("format") != "likeness.avatar":
        raise WrongDocumentError(
            tr("{source} is not an avatar document: it does not say “format”: “likeness.avatar”.", source=source)
        )
    version = data.get("format_version")
    if isinstance(version, int) and version > FORMAT_VERSION:
        raise NewerVersionError(
            tr(
                "{source} has format version {version}; this Likeness reads up to {format_version}. Update Likeness to open it.",
                source=source,
                version=version,
                format_version=FORMAT_VERSION,
            )
        )
    try:
        return AvatarDocument.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or tr("the document")
        raise WrongDocumentError(
            tr("{source} is damaged at {where}: {problem}.", source=source, where=where, problem=first["msg"])
        ) from error


def json_schema() -> str:
    """The JSON Schema of a document's file, as docs/avatar_document.schema.json has it."""
    return json.dumps(AvatarDocument.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def read_document(path: Path) -> AvatarDocument:
    """Read a document's file, or the document that a PNG carries.

    Raises:
        WrongDocumentError: Unreadable, not an avatar document, damaged, or too new.
    """
    with _opened(path) as file:
        if is_png(file.read(len(SIGNATURE))):
            document = _carried(file, path)
            if document is None:
                raise WrongDocumentError(
                    tr("{path} carries no avatar: it was exported without it, or is another picture.", path=path)
                )
            return document
        file.seek(0)
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise WrongDocumentError(
            tr("{path} is larger than {max_bytes} MiB; it is not an avatar document.", path=path, max_bytes=MAX_BYTES // 2**20)
        )
    try:
        return parse_document(content.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        raise WrongDocumentError(tr("{path} is not text: it is no avatar document, or damaged.", path=path)) from error


def carried_document(path: Path) -> AvatarDocument | None:
    """The document that a PNG carries; None where it carries none, or is no PNG.

    Raises:
        WrongDocumentError: Unreadable, or what it carries is damaged or too new.
    """
    with _opened(path) as file:
        return _carried(file, path)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        if path.exists() and not path.is_file():  # a pipe or a device could be read for ever
            raise WrongDocumentError(tr("{path} is not a file.", path=path))
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise WrongDocumentError(tr("{path} cannot be read: {strerror}.", path=path, strerror=error.strerror or error)) from error


def _carried(file: BinaryIO, path: Path) -> AvatarDocument | None:
    file.seek(0)
    try:
        text = find_text(file, KEYWORD, MAX_BYTES)
    except ValueError as error:
        raise WrongDocumentError(tr("The avatar in {path} is damaged: {error}.", path=path, error=error)) from error
    return None if text is None else parse_document(text, tr("The avatar in {path}", path=path))


def _known(part: _Kept) -> dict[str, Any]:
    return {key: getattr(part, key) for key in type(part).model_fields}


def write_document(document: AvatarDocument, path: Path) -> str:
    """Write a document; a failure leaves the old file as it was.

    Returns:
        The SHA-256 of what was written, as `core.files.digest_of` finds it until somebody changes the file.

    Raises:
        FileNotWrittenError: The disk is full or the folder cannot be written.
    """
    content = document.to_json().encode()
    write_atomically(path, content)
    return hashlib.sha256(content).hexdigest()


def _refuse_unwritable(value: Any, depth: int = 0) -> None:
    """Refuse what could be read but not written again; unknown keys may hold anything."""
    if depth > MAX_DEPTH:
        raise ValueError(f"it is nested deeper than {MAX_DEPTH} levels")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"it holds {value}, which is not a number of JSON")
    if isinstance(value, str):
        value.encode()  # a lone surrogate raises UnicodeEncodeError, a ValueError
    elif isinstance(value, dict):
        for key, item in value.items():
            key.encode()
            _refuse_unwritable(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            _refuse_unwritable(item, depth + 1)
