"""What avatars wear: each choice brings its cloth, and as much neck and chest as it bares."""

from collections.abc import Callable

import numpy as np

from core.modelling.fields import vector
from core.modelling.meshes import mesh_of, shaded
from core.modelling.meshing import OcclusionVolume
from core.modelling.toon import expressions, parts, tailoring, tops, torso, warps
from core.modelling.toon.garments import Garment, Layer, edge
from core.modelling.toon.modelled import ModelledOption
from core.rendering.mesh import Mesh

LEVELS = ("", ".light")

_UNDER = 9.0
"""Degrees that skin reaches under cloth."""

_LEAST_OPEN = 0.42
"""Light seeps through cloth: the inside of a collar has the colour of the clothes, not black."""


def _mesh(name: str, layer: Layer, scene: OcclusionVolume) -> Mesh:
    surface = layer.surface
    if layer.shape is not None:
        scene = torso.scene_with(layer.shape)
    paint = shaded(surface, scene)
    paint[:, 0] = np.maximum(paint[:, 0], _LEAST_OPEN)
    return mesh_of(name, layer.material, "clothes", surface, paint=paint)


def _skin(level: str, garment: Garment, scene: OcclusionVolume) -> Mesh:
    surface = torso.skin_surface(
        level, lambda columns: vector(edge(garment.neckline, columns) - _UNDER), fineness=garment.fineness
    )
    return mesh_of(
        "neck" + level,
        "skin",
        "neck",
        surface,
        paint=torso.skin_paint(surface, scene, parts.bare_head()),
        uv=vector(surface.positions[:, :2]),
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
