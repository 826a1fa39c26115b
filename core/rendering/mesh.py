"""What the renderer draws: a triangle mesh with morph targets."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.shapes import expect_shape

Float = NDArray[np.float32]

PART_CLASS = {
    "skin": "skin", "freckles": "skin", "facial_hair": "skin", "lids": "skin",
    "nose": "nose", "ears": "ears", "neck": "neck",
    "lips": "mouth", "mouth": "mouth", "teeth": "mouth",
    "eyes": "eyes", "lashes": "eyes", "brows": "brows",
    "hair": "hair", "clothes": "clothes",
    "frame": "glasses", "lens": "glasses",
    "hat": "hat", "scarf": "hat", "earrings": "earrings",
}  # fmt: skip
"""Part of an avatar -> semantic class (core.engines.CLASSES) that it is painted as in masks."""

PARTS = tuple(PART_CLASS)
"""The index of a part in this order is its id in `Mesh.parts`. Appended to, never reordered."""


@dataclass(frozen=True, eq=False)
class Morph:
    """Offsets that a weight of 1 adds to a mesh.

    Attributes:
        positions: (V, 3) float32.
        normals: (V, 3) float32; the sum is normalised after adding.
    """

    positions: Float
    normals: Float


@dataclass(frozen=True, eq=False)
class Mesh:
    """Triangles of one material. Units: 1 is about the half width of the head; +x the picture's right, +y up, +z to the viewer.

    Attributes:
        name: Unique within its file.
        material: Name of a material of the pack.
        positions: (V, 3) float32.
        normals: (V, 3) float32, unit length, outward.
        triangles: (F, 3) uint32, counter-clockwise seen from outside.
        uv: (V, 2) float32; what it means is the material's affair (eyes: position on the eyeball, iris radius 1).
        paint: (V, 4) float32 in [0, 1]: ambient occlusion (1 is open), then three masks that are the material's affair
            (skin: lips, blush, lip line or lid crease; hair: root to tip, lock shade, unused).
        parts: (V,) uint8, index into `PARTS`; a triangle has the part of its first vertex.
        morphs: Name -> offsets. Every mesh that a morph moves carries it under the same name.
        follows: Names of the pack's lattice (core.rendering.lattice) whose motions it follows without storing them; a morph of
            its own wins.
    """

    name: str
    material: str
    positions: Float
    normals: Float
    triangles: NDArray[np.uint32]
    uv: Float
    paint: Float
    parts: NDArray[np.uint8]
    morphs: Mapping[str, Morph] = field(default_factory=dict)
    follows: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        sizes = expect_shape(self.positions, "V 3")
        count = str(sizes["V"])
        expect_shape(self.normals, f"{count} 3")
        expect_shape(self.triangles, "F 3")
        expect_shape(self.uv, f"{count} 2")
        expect_shape(self.paint, f"{count} 4")
        expect_shape(self.parts, count)
        for morph in self.morphs.values():
            expect_shape(morph.positions, f"{count} 3")
            expect_shape(morph.normals, f"{count} 3")
