"""From a hair field to a painted mesh: what lies under the skin is left out."""

from functools import cache

import numpy as np
from skimage.measure import marching_cubes

from core.modelling.fields import Field, Float, vector
from core.modelling.meshing import (
    OcclusionVolume,
    Surface,
    bake_occlusion,
    normals_of,
    oriented,
    project,
    sample,
    simplify,
)
from core.modelling.toon import head, warps
from core.modelling.toon.hair_fields import HairField
from core.rendering.mesh import PARTS, Mesh

SPACING = 0.027
NORMAL_STEP = 0.017
HIDDEN = -0.03
"""Distance below the skin from which on hair is never seen, whatever the head's shape."""

_SCENE = ((-1.56, -1.8, -1.5), (1.56, 1.92, 1.38))
_SCENE_SPACING = 0.06
_MARGIN = 0.025
"""How far under the skin, below `HIDDEN`, triangles are kept until the surface is simplified."""


@cache
def _bare_head() -> OcclusionVolume:
    return OcclusionVolume.of(head.head, *_SCENE, _SCENE_SPACING)


def shaded_by(field: Field, surface: Surface) -> Float:
    """Ambient occlusion (V,) of a surface in the scene of the head and a further field."""
    volume = _bare_head().with_field(OcclusionVolume.of(field, *_SCENE, _SCENE_SPACING))
    return bake_occlusion(volume, surface.positions, surface.normals)


def visible_surface(field: Field, low: Float, high: Float, triangles: int, spacing: float = SPACING) -> Surface:
    """The part of a field's surface that is not under the skin.

    Args:
        field: What grows on or lies over the head.
        low: Corner of a box around it.
        high: Corner of a box around it.
        triangles: About how many to keep.
        spacing: Grid step.
    """
    grid = sample(field, low, high, spacing)
    positions, faces, _, _ = marching_cubes(grid, 0.0, spacing=(spacing,) * 3)  # type: ignore[no-untyped-call]
    positions = vector(positions + vector(low))
    seen = head.head(positions) > HIDDEN - _MARGIN
    used, corners = np.unique(faces[seen[faces].any(1)], return_inverse=True)
    positions, kept = simplify(positions[used], corners.reshape(-1, 3), triangles)
    positions = project(field, positions, limit=spacing)
    return oriented(Surface(positions, normals_of(field, positions, NORMAL_STEP), kept))


def painted(name: str, surface: Surface, hair: HairField, *, material: str = "hair", part: str = "hair") -> Mesh:
    """A mesh that follows the head, with occlusion, root to tip and lock shade in its paint.

    Args:
        name: Unique within its file.
        surface: Of the hair.
        hair: What the surface was made from.
        material: A material of the pack.
        part: A key of `core.rendering.mesh.PART_CLASS`.
    """
    along, shade = hair.masks(surface.positions)
    paint = np.stack([shaded_by(hair, surface), along, shade, np.zeros(len(along))], 1)
    return Mesh(
        name=name,
        material=material,
        positions=surface.positions,
        normals=surface.normals,
        triangles=surface.triangles,
        uv=np.zeros((len(along), 2), np.float32),
        paint=vector(paint.clip(0, 1)),
        parts=np.full(len(along), PARTS.index(part), np.uint8),
        morphs=warps.morphs(surface.positions, surface.normals, warps.HEAD_WARPS),
    )


def hair_mesh(name: str, hair: HairField, triangles: int, spacing: float = SPACING) -> Mesh:
    """A hair style as one mesh."""
    low, high = hair.bounds()
    return painted(name, visible_surface(hair, low, high, triangles, spacing), hair)
