"""From pieces of hair to painted meshes: what nobody sees is left out, and light is kept out of hollows."""

from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from core.modelling.fields import Float, unit, vector
from core.modelling.meshes import mesh_of
from core.modelling.meshing import (
    OcclusionVolume,
    Surface,
    bake_occlusion,
    simplify,
)
from core.modelling.toon import head, warps
from core.modelling.toon.hair_culling import seen
from core.modelling.toon.hair_tress import Tress, joined_tresses
from core.modelling.toon.hat_line import PRESSED, covered
from core.rendering.mesh import Mesh

HIDDEN = -0.03
"""Distance below the skin from which on hair is never seen, whatever the head's shape."""

_SCENE = ((-1.56, -1.8, -1.5), (1.56, 1.92, 1.38))
_SCENE_SPACING = 0.06


@cache
def _bare_head() -> OcclusionVolume:
    return OcclusionVolume.of(head.head, *_SCENE, _SCENE_SPACING)


LIGHT_TRIANGLES = 3200
"""About how many a style has at the light level of detail."""

LIGHT_SUFFIX = ".light"
"""What the name of a mesh of the light level ends with (core.engines.pack)."""

_ALIKE = 8
_NEAR = 0.05
"""How many neighbours are looked at for a light vertex's shading, and the distance that counts as much as a right angle."""

_ON_SCALP = 0.11
_LAYER_SLACK, _LOCK_SLACK = 0.25, 0.03
"""Root-to-tip value below which a triangle is of a layer on the scalp; how deep layers and locks may lie and still be kept."""

_LEAST_LIGHT = 0.22
"""What reaches even the inner side of hair, as a share of full light: with none, fair hair would have a dark lining."""

_THICK = 0.035
"""How far from their surface locks block light: they are thinner than the grid in which rays are marched."""


def _blocking(surface: Surface) -> OcclusionVolume:
    """A coarse scene of what a mesh blocks, from the distance to its vertices and the middles of its triangles."""
    middles = surface.positions[surface.triangles].mean(1)
    tree = KDTree(np.concatenate([surface.positions, middles]))

    def distance(points: Float) -> Float:
        away, _ = tree.query(points, distance_upper_bound=0.6)
        return vector(np.minimum(away, 0.6) - _THICK)

    return OcclusionVolume.of(distance, *_SCENE, _SCENE_SPACING)


def octahedral(directions: Float) -> Float:
    """Unit vectors (V, 3) as places (V, 2) in [0, 1], the octahedral map; (0, 0) for the zero vector.

    Source: Cigolle et al., "A survey of efficient representations for independent unit vectors" (2014).
    """
    size = np.abs(directions).sum(1, keepdims=True)
    x, y, z = (directions / np.maximum(size, 1e-9)).T
    below = z < 0
    u = np.where(below, (1 - np.abs(y)) * np.where(x < 0, -1, 1), x)
    v = np.where(below, (1 - np.abs(x)) * np.where(y < 0, -1, 1), y)
    places = np.clip(np.stack([u, v], 1) * 0.5 + 0.5, 1e-3, 1)
    return vector(np.where(size > 1e-6, places, 0))


def tress_meshes(
    name: str, tresses: Iterable[Tress], *, material: str = "hair", part: str = "hair", light: int = LIGHT_TRIANGLES
) -> list[Mesh]:
    """Pieces of hair as one painted mesh that follows the head and is pressed by hats, and the same at the light level of detail.

    Args:
        name: Unique within its file.
        tresses: All pieces.
        material: A material of the pack.
        part: A key of `core.rendering.mesh.PART_CLASS`.
        light: About how many triangles the light level has.

    Returns:
        Meshes whose uv is the direction of the strands (octahedral) and whose paint is occlusion, root to tip, shade, and 1 where
        a hat covers them; only the full one where it is light enough.
    """
    whole = joined_tresses(tresses)
    blocking = _blocking(whole.surface)
    above_skin = (head.head(whole.surface.positions) > HIDDEN)[whole.surface.triangles].any(1)
    outside = Surface(whole.surface.positions, whole.surface.normals, whole.surface.triangles[above_skin])
    slack = np.where((whole.along[outside.triangles] < _ON_SCALP).all(1), _LAYER_SLACK, _LOCK_SLACK)
    used, corners = np.unique(outside.triangles[seen(outside, slack)], return_inverse=True)
    surface = Surface(outside.positions[used], outside.normals[used], corners.reshape(-1, 3).astype(np.uint32))
    occlusion = bake_occlusion(_bare_head().with_field(blocking), surface.positions, surface.normals)
    occlusion *= 0.2 + 0.8 * whole.open[used]
    occlusion = _LEAST_LIGHT + (1 - _LEAST_LIGHT) * occlusion
    paint = vector(np.stack([occlusion, whole.along[used], whole.shade[used], covered(surface.positions)], 1).clip(0, 1))
    uv = octahedral(whole.tangents[used])
    follows = (*warps.HEAD_WARPS, PRESSED)

    def mesh(suffix: str, shape: Surface, origin: NDArray[np.intp]) -> Mesh:
        return mesh_of(name + suffix, material, part, shape, paint=paint[origin], uv=uv[origin], follows=follows)

    full = mesh("", surface, np.arange(len(used)))
    return [full] if len(surface.triangles) < 1.2 * light else [full, mesh(LIGHT_SUFFIX, *_lighter(surface, light))]


def _lighter(surface: Surface, count: int) -> tuple[Surface, NDArray[np.intp]]:
    """A surface of about so many triangles, and the vertex (V,) of the full one that each of its vertices looks like."""
    alone = (np.bincount(surface.triangles.ravel(), minlength=len(surface.positions))[surface.triangles] == 1).all(1)  # bristles
    used, corners = np.unique(surface.triangles[~alone], return_inverse=True)
    positions, triangles = simplify(surface.positions[used], corners.reshape(-1, 3), count)
    a, b, c = (positions[triangles[:, k]] for k in range(3))
    facing = np.zeros_like(positions)
    for corner in range(3):
        np.add.at(facing, triangles[:, corner], np.cross(b - a, c - a))
    away, near = KDTree(surface.positions).query(positions, k=_ALIKE)
    agreement = np.einsum("vkd,vd->vk", surface.normals[near], unit(vector(facing))) - away / _NEAR
    origin = near[np.arange(len(near)), agreement.argmax(1)]
    return Surface(positions, surface.normals[origin], triangles), origin
