"""Options of the toon schema that bring meshes of their own: hair styles, beards, glasses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.avatar.schema import Srgb, Tag
from core.rendering.mesh import Mesh


@dataclass(frozen=True)
class ModelledOption:
    """One choice and how its meshes are made.

    Attributes:
        id: Stable option id; also the name of its mesh file.
        name: What people read.
        tags: What is true of it (decisions.md 8).
        make: Makes its meshes; None where there is nothing to draw.
        colors: Material -> sRGB while it is chosen.
        numbers: Number of a material, as in "earrings.covered" -> its value while it is chosen.
    """

    id: str
    name: str
    tags: Mapping[str, Tag]
    make: Callable[[], list[Mesh]] | None = None
    colors: Mapping[str, Srgb] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)

    def entry(self, folder: str) -> dict[str, Any]:
        """The option as pack.toml writes it, its mesh file in a folder of the pack."""
        return {
            "id": self.id,
            "name": self.name,
            "tags": dict(self.tags),
            **({"meshes": [f"{folder}/{self.id}.glb"]} if self.make else {}),
            **({"colors": {material: list(color) for material, color in self.colors.items()}} if self.colors else {}),
            **({"numbers": dict(self.numbers)} if self.numbers else {}),
        }


def mesh_files(folder: str, options: tuple[ModelledOption, ...]) -> dict[str, Callable[[], list[Mesh]]]:
    """Mesh file of every option that has one, and what makes its meshes."""
    return {f"{folder}/{option.id}.glb": option.make for option in options if option.make}
