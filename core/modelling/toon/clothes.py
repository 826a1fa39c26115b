"""What avatars wear: each choice brings its cloth, and as much neck and chest as it bares."""

from collections.abc import Callable

import numpy as np

from core.modelling.fields import vector
from core.modelling.meshing import OcclusionVolume, bake_occlusion
from core.modelling.toon import expressions, parts, tailoring, tops, torso, warps
from core.modelling.toon.garments import Garment, Layer, edge
from core.modelling.toon.modelled import ModelledOption
from core.rendering.mesh import PARTS, Mesh

LEVELS = ("", ".light")

_UNDER = 9.0
"""Degrees that skin reaches under cloth."""


def _mesh(name: str, layer: Layer, scene: OcclusionVolume) -> Mesh:
    surface = layer.surface
    if layer.shape is not None:
        scene = torso.scene_with(layer.shape)
    count = len(surface.positions)
    paint = np.tile(vector([1, 0.5, 0.5, 0]), (count, 1))
    paint[:, 0] = bake_occlusion(scene, surface.positions, surface.normals)
    return Mesh(
        name=name,
        material=layer.material,
        positions=surface.positions,
        normals=surface.normals,
        triangles=surface.triangles,
        uv=np.zeros((count, 2), np.float32),
        paint=paint,
        parts=np.full(count, PARTS.index("clothes"), np.uint8),
    )


def _skin(level: str, garment: Garment, scene: OcclusionVolume) -> Mesh:
    surface = torso.skin_surface(
        level, lambda columns: vector(edge(garment.neckline, columns) - _UNDER), fineness=garment.fineness
    )
    count = len(surface.positions)
    return Mesh(
        name="neck" + level,
        material="skin",
        positions=surface.positions,
        normals=surface.normals,
        triangles=surface.triangles,
        uv=vector(surface.positions[:, :2]),
        paint=torso.skin_paint(surface, scene, parts.bare_head()),
        parts=np.full(count, PARTS.index("neck"), np.uint8),
        morphs=expressions.skin_morphs(surface),
        follows=warps.HEAD_WARPS,
    )


def clothes_meshes(garment: Garment) -> list[Mesh]:
    """The neck and every layer of a garment, in both levels of detail."""
    scene, bare = torso.scene_with(garment.shape), torso.scene_with(torso.body)
    meshes = []
    for level in LEVELS:
        meshes.append(_skin(level, garment, bare))
        layers = garment.layers(level == "")
        meshes += [_mesh(f"{layer.name}{level}", layer, scene) for layer in layers]
    return meshes


def _option(option_id: str, name: str, make: Callable[[], Garment]) -> ModelledOption:
    return ModelledOption(option_id, name, {}, lambda: clothes_meshes(make()))


CLOTHES_OPTIONS: tuple[ModelledOption, ...] = (
    _option("sweater", "Sweater", tops.sweater),
    _option("crew_tee", "T-shirt", tops.crew_tee),
    _option("v_neck", "V-neck", tops.v_neck),
    _option("shirt", "Shirt", tailoring.shirt),
    _option("hoodie", "Hoodie", tops.hoodie),
    _option("blazer", "Blazer", tailoring.blazer),
    _option("tank_top", "Tank top", tops.tank_top),
    _option("dungarees", "Dungarees", tailoring.dungarees),
)
"""All clothes in their stable order; ids are appended, never changed."""
