"""`pack.toml`: the description of an avatar engine made of meshes (docs/packs.md)."""

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.avatar.schema import AvatarSchema, ContinuousParameter, DiscreteParameter, Group, Option, Tag
from core.errors import EngineError
from core.rendering.scene import Material, Shader
from core.words import tr

FORMAT = 1
MAX_BYTES = 4 * 2**20

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Number = Annotated[float, Field(allow_inf_nan=False, ge=-100.0, le=100.0)]
Unit = Annotated[float, Field(ge=0.0, le=1.0)]
Byte = Annotated[int, Field(ge=0, le=255)]
Srgb = tuple[Byte, Byte, Byte]
Weights = dict[str, Number]


class _Entry(BaseModel):
    """A misspelt key is an error, not silence."""

    model_config = ConfigDict(extra="forbid", strict=True)


class FrameEntry(_Entry):
    """Where the camera stands; fixed once per engine."""

    center: tuple[Number, Number, Number]
    half_side: Annotated[float, Field(gt=0.0, le=100.0)]
    field_of_view: Annotated[float, Field(ge=4.0, le=60.0)]


class BaseEntry(_Entry):
    """What every avatar has."""

    meshes: list[str] = Field(default_factory=list)


class LatticeEntry(_Entry):
    """Motions of space that meshes follow without storing them (core.rendering.lattice)."""

    mesh: str


class MaterialNumbers(_Entry):
    """Numbers of a material that a pack may set (core.rendering.scene.Material)."""

    accent_strength: Unit | None = None
    roughness: Unit | None = None
    coat: Annotated[float, Field(ge=0.0, le=4.0)] | None = None
    rim: Annotated[float, Field(ge=0.0, le=4.0)] | None = None
    subsurface: Annotated[float, Field(ge=0.0, le=2.0)] | None = None
    sheen: Annotated[float, Field(ge=0.0, le=4.0)] | None = None
    blush: Annotated[float, Field(ge=0.0, le=2.0)] | None = None
    opacity: Unit | None = None
    metal: Unit | None = None
    freckles: Unit | None = None
    wrinkles: Unit | None = None
    covered: Unit | None = None


class MaterialEntry(MaterialNumbers):
    """A material; numbers left out have the defaults of its shader."""

    shader: Shader
    color: Srgb
    accent: Srgb | None = None

    def material(self) -> Material:
        """What the renderer takes."""
        return Material(**self.model_dump(exclude_none=True))


class ContinuousEntry(_Entry):
    """A number in [0, 1] and the morphs it drives: weight at 0 and at 1."""

    id: Id
    name: Name
    component: Id
    default: Unit = 0.5
    group: Group = "core"
    blend: Id | None = None
    drive: dict[str, tuple[Number, Number]] = Field(default_factory=dict)


class OptionEntry(_Entry):
    """A choice and what it brings.

    Attributes:
        meshes: Files drawn while it is chosen.
        morphs: Morph -> weight.
        colors: `material` or `material.accent` -> sRGB.
        numbers: `material.number` -> value.
        background: Top and bottom of a gradient behind the avatar.
    """

    id: Id
    name: Name | None = None
    tags: dict[str, Tag] = Field(default_factory=dict)
    srgb: Srgb | None = None
    meshes: list[str] = Field(default_factory=list)
    morphs: Weights = Field(default_factory=dict)
    colors: dict[str, Srgb] = Field(default_factory=dict)
    numbers: Weights = Field(default_factory=dict)
    background: tuple[Srgb, Srgb] | None = None


class DiscreteEntry(_Entry):
    """A choice among options.

    Attributes:
        seen_with: Other choice -> its options with which this one can be seen.
    """

    id: Id
    name: Name
    component: Id
    default: Id
    group: Group = "core"
    seen_with: dict[Id, Annotated[list[Id], Field(min_length=1)]] = Field(default_factory=dict)
    options: list[OptionEntry] = Field(min_length=1)


class PackFile(_Entry):
    """The whole file."""

    format: Literal[1]
    engine: Id
    version: Annotated[int, Field(ge=1)]
    name: Name
    frame: FrameEntry
    base: BaseEntry = Field(default_factory=BaseEntry)
    lattice: LatticeEntry | None = None
    materials: dict[Id, MaterialEntry]
    continuous: list[ContinuousEntry] = Field(default_factory=list)
    discrete: list[DiscreteEntry] = Field(default_factory=list)

    @model_validator(mode="after")
    def _numbers_are_of_materials(self) -> "PackFile":
        for choice in self.discrete:
            for option in choice.options:
                for target, value in option.numbers.items():
                    reason = _wrong_number(target, value, self.materials)
                    if reason:
                        raise ValueError(f"option {option.id} of {choice.id} sets “{target}”: {reason}")
        return self

    @model_validator(mode="after")
    def _colors_name_materials(self) -> "PackFile":
        known = {*self.materials, *(f"{name}.accent" for name in self.materials)}
        for choice in self.discrete:
            for option in choice.options:
                unknown = sorted(set(option.colors) - known)
                if unknown:
                    raise ValueError(f"option {option.id} of {choice.id} colours “{unknown[0]}”, which is not in [materials]")
        return self

    @model_validator(mode="after")
    def _seen_with_what_there_is(self) -> "PackFile":
        known = {(choice.id, option.id) for choice in self.discrete for option in choice.options}
        for choice in self.discrete:
            wanted = [(other, option) for other, options in choice.seen_with.items() for option in options]
            for other, option in wanted:
                if (other, option) not in known:
                    raise ValueError(f"{choice.id} is seen with {other} “{option}”, which is not among the choices")
        return self

    def avatar_schema(self) -> AvatarSchema:
        """The engine's parameters.

        Raises:
            ValueError: Ids repeat, or a default is not there.
        """
        return AvatarSchema(
            self.engine,
            self.version,
            tuple(ContinuousParameter(e.id, e.name, e.component, e.default, e.group, e.blend) for e in self.continuous),
            tuple(
                DiscreteParameter(
                    e.id,
                    e.name,
                    e.component,
                    tuple(map(_option, e.options)),
                    e.default,
                    e.group,
                    {other: tuple(options) for other, options in e.seen_with.items()},
                )
                for e in self.discrete
            ),
        )


def read_pack(folder: Path) -> tuple[PackFile, AvatarSchema]:
    """Read and check a pack's description; meshes are not touched.

    Raises:
        EngineError: It is missing, not TOML, or says something wrong; the message names file and field.
    """
    path = folder / "pack.toml"
    try:
        if path.stat().st_size > MAX_BYTES:
            raise EngineError(
                tr(
                    "{path} is larger than {max_bytes} MiB; it is not a pack's description.",
                    path=path,
                    max_bytes=MAX_BYTES // 2**20,
                )
            )
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EngineError(tr("{path} cannot be read: {strerror}.", path=path, strerror=error.strerror or error)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise EngineError(tr("{path} is not TOML: {error}.", path=path, error=error)) from error
    version = data.get("format")
    if isinstance(version, int) and version > FORMAT:
        raise EngineError(
            tr(
                "{path} has format {version}; this Likeness reads up to {format}. Update Likeness to use it.",
                path=path,
                version=version,
                format=FORMAT,
            )
        )
    try:
        # By way of JSON, because there strictness still takes arrays for tuples. TOML's dates become tables, which nothing takes.
        pack = PackFile.model_validate_json(json.dumps(data, default=lambda date: {"date": str(date)}))
        schema = pack.avatar_schema()
    except ValidationError as error:
        first = error.errors()[0]
        raise EngineError(
            tr("{path} is wrong at {where}: {problem}.", path=path, where=_where(data, first["loc"]), problem=first["msg"])
        ) from error
    except ValueError as error:
        raise EngineError(tr("{path} is wrong: {error}.", path=path, error=error)) from error
    if pack.engine != folder.name:
        raise EngineError(
            tr(
                "{path} is of engine “{engine}”, but its folder is called “{name}”; they must agree.",
                path=path,
                engine=pack.engine,
                name=folder.name,
            )
        )
    return pack, schema


def read_schema(folder: Path) -> AvatarSchema:
    """The parameters of the pack in this folder.

    Raises:
        EngineError: Its description is missing or wrong.
    """
    return read_pack(folder)[1]


def _wrong_number(target: str, value: float, materials: Mapping[str, MaterialEntry]) -> str:
    """Why an option cannot set this number of a material; empty where it can."""
    material, _, number = target.partition(".")
    if material not in materials:
        return f"there is no “{material}” in [materials]"
    if number not in MaterialNumbers.model_fields:
        return f"the numbers of a material are {', '.join(MaterialNumbers.model_fields)}"
    try:
        MaterialNumbers.model_validate({number: value})
    except ValidationError as error:
        return str(error.errors()[0]["msg"])
    return ""


def _option(entry: OptionEntry) -> Option:
    return Option(entry.id, entry.name or entry.id.replace("_", " ").capitalize(), entry.tags, entry.srgb)


def _where(data: object, location: tuple[int | str, ...]) -> str:
    """A field's place in words of the file: list entries by their id."""
    words = []
    for key in location:
        entry: object = None
        if isinstance(data, dict):
            entry = data.get(key)
        elif isinstance(data, list) and isinstance(key, int) and key < len(data):
            entry = data[key]
        name = entry.get("id") if isinstance(entry, dict) and isinstance(key, int) else None
        words.append(str(name or key))
        data = entry
    return ".".join(words) or "the top"
