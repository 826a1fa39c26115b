"""From a surface to a mesh of one part: what hair, beards, glasses, hats and clothes are made into."""

from collections.abc import Mapping

import numpy as np

from core.modelling.fields import Float, vector
from core.modelling.meshing import OcclusionVolume, Surface, bake_occlusion
from core.rendering.mesh import PARTS, Mesh, Morph

OPEN = (1.0, 0.5, 0.5, 0.0)
"""Paint in full light, in the middle between dark and light."""


def shaded(surface: Surface, volume: OcclusionVolume) -> Float:
    """The paint (V, 4) of a plain surface whose creases a scene darkens."""
    paint = np.tile(vector(OPEN), (len(surface.positions), 1))
    paint[:, 0] = bake_occlusion(volume, surface.positions, surface.normals)
    return vector(paint)


def mesh_of(  # noqa: PLR0913 - a mesh has that many sides
    name: str,
    material: str,
    part: str,
    surface: Surface,
    *,
    paint: Float | None = None,
    uv: Float | None = None,
    morphs: Mapping[str, Morph] | None = None,
    follows: tuple[str, ...] = (),
) -> Mesh:
    """A mesh of one part.

    Args:
        name: Unique within its file.
        material: A material of the pack.
        part: A key of `core.rendering.mesh.PART_CLASS`.
        surface: Its geometry.
        paint: (V, 4); by default `OPEN` everywhere.
        uv: (V, 2); by default zero.
        morphs: Motions of its own.
        follows: Motions that it takes from the lattice.
    """
    count = len(surface.positions)
    return Mesh(
        name=name,
        material=material,
        positions=surface.positions,
        normals=surface.normals,
        triangles=surface.triangles,
        uv=np.zeros((count, 2), np.float32) if uv is None else uv,
        paint=np.tile(vector(OPEN), (count, 1)) if paint is None else paint,
        parts=np.full(count, PARTS.index(part), np.uint8),
        morphs=morphs or {},
        follows=follows,
    )
