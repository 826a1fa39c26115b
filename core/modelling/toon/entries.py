"""Entries of `pack.toml` as dictionaries, from the tables that describe parameters and options."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.avatar.schema import Srgb

Entry = dict[str, Any]


def title(identifier: str) -> str:
    """What people read for an id without a name of its own."""
    return identifier.replace("_", " ").replace("cupids", "cupid’s").capitalize()


def option(identifier: str, name: str | None = None, **brings: Any) -> Entry:
    """One choice; empty things are left out.

    Args:
        identifier: Stable option id.
        name: What people read; made from the id by default.
        **brings: Further keys of `core.engines.pack_file.OptionEntry`.
    """
    return {"id": identifier, "name": name or title(identifier), **{key: value for key, value in brings.items() if value}}


def colors(tints: Mapping[str, Srgb]) -> dict[str, list[int]]:
    """Colours of materials as TOML takes them."""
    return {material: list(srgb) for material, srgb in tints.items()}


def mesh_options(folder: str, names: Iterable[str]) -> list[Entry]:
    """Choices that each bring the mesh file of their name."""
    return [option(name, meshes=[f"{folder}/{name}.glb"]) for name in names]


def choice(key: str, name: str, component: str, options: Sequence[Entry], default: str, group: str = "core") -> Entry:
    """A discrete parameter."""
    entry = {"id": key, "name": name, "component": component, "default": default, "options": list(options)}
    return entry if group == "core" else {"group": group, **entry}
