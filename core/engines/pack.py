"""Avatar engines made of meshes: a pack's description and GLB files, drawn by our renderer (docs/packs.md)."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from core.avatar.posing import REST, Pose, posed, with_products
from core.avatar.schema import AvatarSchema
from core.avatar.vector import AvatarVector
from core.engines import CLASSES, AvatarEngine, Camera, Detail, expect_size, expect_vector
from core.engines.pack_file import OptionEntry, read_pack
from core.errors import EngineError
from core.rendering.backdrop import on_gradient
from core.rendering.mesh import PART_CLASS, PARTS, Mesh
from core.rendering.scene import Item, View
from core.words import tr

if TYPE_CHECKING:
    from core.rendering.lattice import Lattice
    from core.rendering.renderer import Renderer

Image = NDArray[np.uint8]
T = TypeVar("T")

MAX_MESH_BYTES = 256 * 2**20
"""Meshes kept in memory; the least recently used are read again when needed."""

LIGHT_SUFFIX = ".light"

_CLASS_OF_PART = np.array([0, *(CLASSES.index(PART_CLASS[part]) for part in PARTS)], np.uint8)


class PackEngine(AvatarEngine):
    """Renders the avatars of one pack. Meshes and graphics device are opened when first needed."""

    def __init__(self, folder: Path) -> None:
        """Args: the pack's folder.

        Raises:
            EngineError: Its description is missing or wrong.
        """
        self._folder = folder.resolve()
        self._pack, self._schema = read_pack(folder)
        self._materials = {name: entry.material() for name, entry in self._pack.materials.items()}
        self._files: OrderedDict[str, list[Mesh]] = OrderedDict()
        self._lattice: Lattice | None = None
        for name in self._mesh_files():
            self._expect_inside(name)

    @property
    @override
    def schema(self) -> AvatarSchema:
        """The pack's parameters."""
        return self._schema

    @override
    def render(self, vector: AvatarVector, camera: Camera, size: int, detail: Detail = "full", pose: Pose = REST) -> Image:
        """A picture; see `core.engines.AvatarEngine`."""
        from core.rendering.renderer import FULL, LIGHT

        quality = FULL if detail == "full" else LIGHT
        picture = self._draw(
            vector, size, lambda renderer: renderer.draw(self.items(vector, detail, pose), self._view(camera), size, quality)
        )
        return self._on_background(vector, picture)

    @override
    def render_masks(self, vector: AvatarVector, camera: Camera, size: int, detail: Detail = "full", pose: Pose = REST) -> Image:
        """Classes; see `core.engines.AvatarEngine`."""
        parts = self._draw(
            vector, size, lambda renderer: renderer.draw_parts(self.items(vector, detail, pose), self._view(camera), size)
        )
        return _CLASS_OF_PART[parts]

    def render_pair(
        self, vector: AvatarVector, camera: Camera, size: int, detail: Detail = "light", pose: Pose = REST
    ) -> tuple[Image, Image]:
        """What `render` and `render_masks` give, for less than both cost: for data sets."""
        from core.rendering.renderer import FULL, LIGHT

        quality = FULL if detail == "full" else LIGHT
        picture, parts = self._draw(
            vector,
            size,
            lambda renderer: renderer.draw_both(self.items(vector, detail, pose), self._view(camera), size, quality),
        )
        return self._on_background(vector, picture), _CLASS_OF_PART[parts]

    @override
    def close(self) -> None:
        """Forget the meshes; the next picture reads them again."""
        self._files, self._lattice = OrderedDict(), None

    def _draw(self, vector: AvatarVector, size: int, work: "Callable[[Renderer], T]") -> T:
        expect_vector(vector, self._schema)
        expect_size(size)
        # Imported here: describing a pack must not load a graphics library.
        from core.rendering.device import on_render_thread

        return on_render_thread(work)

    def _view(self, camera: Camera) -> View:
        frame = self._pack.frame
        return View(
            frame.center, frame.half_side, frame.field_of_view, yaw=camera.yaw, pitch=camera.pitch, wide=camera.frame == "bust"
        )

    def _options(self, vector: AvatarVector) -> list[OptionEntry]:
        """What is chosen."""
        return [entry.options[index] for entry, index in zip(self._pack.discrete, vector.discrete.tolist(), strict=True)]

    def _on_background(self, vector: AvatarVector, picture: Image) -> Image:
        for option in reversed(self._options(vector)):
            if option.background is not None:
                return on_gradient(picture, *option.background)
        return picture

    def items(self, vector: AvatarVector, detail: Detail, pose: Pose = REST) -> list[Item]:
        """What is drawn for a vector: meshes, their morph weights and materials.

        Drawing calls it on the render thread, so that files are read once; others call it while nothing is drawn.
        """
        options = self._options(vector)
        materials = dict(self._materials)
        for option in options:
            changes: dict[str, dict[str, Any]] = {}
            for target, color in option.colors.items():
                name, _, accent = target.partition(".")
                changes.setdefault(name, {})[accent or "color"] = color
            for target, value in option.numbers.items():
                name, _, number = target.partition(".")
                changes.setdefault(name, {})[number] = value
            materials.update({name: replace(materials[name], **fields) for name, fields in changes.items()})
        names = dict.fromkeys([*self._pack.base.meshes, *(name for option in options for name in option.meshes)])
        meshes = [mesh for name in names for mesh in self._meshes(name, detail)]
        morphs = {name for mesh in meshes for name in mesh.morphs}
        weights = with_products(posed(self._weights(vector, options), pose), morphs)
        return [Item(mesh, materials[mesh.material], weights) for mesh in meshes]

    def _weights(self, vector: AvatarVector, options: Iterable[OptionEntry]) -> dict[str, float]:
        """Morph -> weight: what numbers and options ask for, added up."""
        weights: dict[str, float] = {}
        values = dict(zip((entry.id for entry in self._pack.continuous), vector.continuous.tolist(), strict=True))
        totals = {name: max(1.0, sum(values[member.id] for member in members)) for name, members in self._schema.blends.items()}
        for entry in self._pack.continuous:
            value = values[entry.id] / (totals[entry.blend] if entry.blend is not None else 1.0)
            for morph, (low, high) in entry.drive.items():
                weights[morph] = weights.get(morph, 0.0) + low + (high - low) * value
        for option in options:
            for morph, weight in option.morphs.items():
                weights[morph] = weights.get(morph, 0.0) + weight
        return weights

    def _meshes(self, name: str, detail: Detail) -> list[Mesh]:
        """The meshes of a file at one level of detail."""
        meshes = {mesh.name: mesh for mesh in self._read(name)}
        full = [mesh for key, mesh in meshes.items() if not key.endswith(LIGHT_SUFFIX)]
        return full if detail == "full" else [meshes.get(mesh.name + LIGHT_SUFFIX, mesh) for mesh in full]

    def _read(self, name: str) -> list[Mesh]:
        if name in self._files:
            self._files.move_to_end(name)
            return self._files[name]
        from core.rendering.glb_reading import read_meshes

        meshes = read_meshes(self._folder / name)
        for mesh in meshes:
            if mesh.material not in self._materials:
                raise EngineError(
                    tr(
                        "{folder}: “{name}” is of material “{material}”, which pack.toml lacks.",
                        folder=self._folder / name,
                        name=mesh.name,
                        material=mesh.material,
                    )
                )
        meshes = [self._carried(mesh, name) if mesh.follows else mesh for mesh in meshes]
        self._files[name] = meshes
        while len(self._files) > 1 and sum(map(_byte_count, self._files.values())) > MAX_MESH_BYTES:
            self._files.popitem(last=False)
        return meshes

    def _carried(self, mesh: Mesh, name: str) -> Mesh:
        """A mesh with the morphs of the lattice that it follows."""
        from core.rendering.glb_reading import read_meshes
        from core.rendering.lattice import Lattice

        if self._pack.lattice is None:
            raise EngineError(
                tr("{folder}: “{name}” follows a lattice, but pack.toml names none.", folder=self._folder / name, name=mesh.name)
            )
        if self._lattice is None:
            path = self._folder / self._pack.lattice.mesh
            grids = read_meshes(path)
            try:
                self._lattice = Lattice(grids)
            except EngineError as error:
                raise EngineError(f"{path}: {error}") from error
        try:
            return self._lattice.carry(mesh)
        except EngineError as error:
            raise EngineError(f"{self._folder / name}: {error}") from error

    def _mesh_files(self) -> Iterable[str]:
        if self._pack.lattice is not None:
            yield self._pack.lattice.mesh
        yield from self._pack.base.meshes
        for choice in self._pack.discrete:
            for option in choice.options:
                yield from option.meshes

    def _expect_inside(self, name: str) -> None:
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder) or not path.is_file():
            raise EngineError(
                tr(
                    "{path} names the mesh file “{name}”, which is not in the pack's folder.",
                    path=self._folder / "pack.toml",
                    name=name,
                )
            )


def _byte_count(meshes: Iterable[Mesh]) -> int:
    return sum(mesh.positions.nbytes * (4 + 4 * len(mesh.morphs)) for mesh in meshes)
