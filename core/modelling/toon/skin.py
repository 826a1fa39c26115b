"""What is painted on skin: blush, creases, occlusion; and which part of the face a point belongs to."""

import numpy as np
from numpy.typing import NDArray

from core.modelling.fields import Float, mirrored, smoothstep, vector
from core.modelling.meshing import OcclusionVolume, Surface, bake_occlusion
from core.modelling.toon import head
from core.rendering.mesh import PARTS

Parts = NDArray[np.uint8]

PAINT_OCCLUSION, PAINT_LIPS, PAINT_BLUSH, PAINT_LINE = range(4)


def part_index(part: str) -> int:
    """The id of a part in `Mesh.parts`."""
    return PARTS.index(part)


def _bump(points: Float, center: tuple[float, float, float], radii: tuple[float, float, float]) -> Float:
    return vector(np.exp(-(((points - vector(center)) / vector(radii)) ** 2).sum(-1)))


def blush(positions: Float) -> Float:
    """How rosy skin is (V,): cheeks, the tip of the nose, ears, a little on the chin."""
    folded = mirrored(positions)
    cheeks = _bump(folded, (0.47, -0.24, 0.62), (0.19, 0.14, 0.3))
    tip = 0.75 * _bump(positions, (0, -0.14, 0.97), (0.13, 0.09, 0.13))
    ears = 0.7 * np.clip((folded[:, 0] - 0.83) / 0.09, 0, 1) * _bump(folded, (0.9, -0.02, -0.06), (0.3, 0.25, 0.3))
    chin = 0.22 * _bump(positions, (0, -0.76, 0.6), (0.16, 0.10, 0.2))
    return vector(np.clip(cheeks + tip + ears + chin, 0, 1))


def below_nose(positions: Float, normals: Float, nose: str) -> Float:
    """How dark the nostrils and the shade under the tip and wings are (V,)."""
    middle, radii = head.NOSTRILS[nose]
    pits = 0.56 * _bump(mirrored(positions), middle, (1.05 * radii[0], 1.05 * radii[1], 1.3 * radii[2]))
    around = _bump(positions, (0, middle[1], 0.90), (0.22, 0.085, 0.14))
    under = 0.26 * smoothstep(0.15, 0.85, -normals[:, 1]) * around
    return vector(np.maximum(pits, under))


def painted(surface: Surface, volume: OcclusionVolume, nose: str = next(iter(head.NOSES))) -> Float:
    """The paint (V, 4) of a piece of skin without lips.

    Args:
        surface: The piece.
        volume: What shades it.
        nose: The nose type in the middle of the face.
    """
    paint = np.zeros((len(surface.positions), 4), np.float32)
    collar = 0.62 * smoothstep(-1.02, -1.24, surface.positions[:, 1])  # smoother than rays that meet the neck's long triangles
    paint[:, PAINT_OCCLUSION] = bake_occlusion(volume, surface.positions, surface.normals) * (1 - collar)
    paint[:, PAINT_BLUSH] = blush(surface.positions)
    paint[:, PAINT_LINE] = below_nose(surface.positions, surface.normals, nose)
    paint[:, PAINT_OCCLUSION] *= 1 - paint[:, PAINT_LINE]
    return paint


def outside_nose(positions: Float) -> Float:
    """Negative at points (V, 3) of the nose itself, zero on its outline."""
    x, y, z = positions.T
    half_width = np.interp(y, [-0.26, -0.22, -0.15, -0.08, 0.02, 0.14], [0.10, 0.155, 0.175, 0.13, 0.085, 0.05])
    within = np.maximum(np.abs(x) - half_width, np.abs(y + 0.06) - 0.19)
    return vector(np.where(z > 0.6, within, 1.0))


def parts_of(positions: Float) -> Parts:
    """Which part of the head (V,) each point of its surface belongs to: skin, ears or neck."""
    x, y, _ = positions.T
    parts = np.full(len(positions), part_index("skin"), np.uint8)
    parts[(head.neck(positions) < head.skull(positions)) & (y < -0.88)] = part_index("neck")
    parts[(head.ears(positions) < head.skull(positions)) & (np.abs(x) > 0.7)] = part_index("ears")
    return parts
