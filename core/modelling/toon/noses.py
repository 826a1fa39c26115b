"""Noses: a piece of the face for each type, and morphs with which the face around it follows.

In a morph, every point slides along its ray from inside the head onto the other nose's surface.
"""

import numpy as np

from core.modelling.fields import Float, cast, length, smoothstep, unit, vector
from core.modelling.meshing import Surface, clipped, mesh_field, normals_of
from core.modelling.toon import eyes
from core.modelling.toon.head import NOSES, head_with
from core.rendering.mesh import Morph

_ORIGIN = (0.0, -0.03, 0.42)
_REACH = (0.12, 0.80)
DEFAULT = next(iter(NOSES))


_MIDDLE_Y, _HALF_HEIGHT = -0.035, 0.305
_HALF_WIDTHS = ((-0.30, -0.16, -0.05, 0.06, 0.20), (0.27, 0.29, 0.25, 0.18, 0.15))
_LIFT = 0.0015
_BOX = ((-0.34, -0.35, 0.5), (0.34, 0.32, 1.15))


def outside_rim(positions: Float, scale: float) -> Float:
    """Positive at points (V, 3) outside the nose's piece of the face, shrunk by `scale`; zero on its edge."""
    x, y, z = positions.T
    half_width = np.interp(y, *_HALF_WIDTHS)
    return vector(np.where(z > 0.5, np.hypot(x / half_width, (y - _MIDDLE_Y) / _HALF_HEIGHT) - scale, 1.0))


def nose_surface(nose: str, spacing: float, triangles: int) -> Surface:
    """The piece of the face with a nose of this type, cut out where the eyes' patches are."""
    surface = mesh_field(head_with(nose), *_BOX, spacing, triangles=triangles)
    surface = clipped(surface, vector(-outside_rim(surface.positions, 1.0)))
    surface = clipped(surface, eyes.outside_rim(surface.positions, 0.965))
    return Surface(vector(surface.positions + surface.normals * _LIFT), surface.normals, surface.triangles)


def morph_name(nose: str) -> str:
    """The morph that turns the default nose into this one."""
    return f"nose_{nose}"


def nose_morphs(positions: Float, normals: Float) -> dict[str, Morph]:
    """The morph of every nose type but the default, for points on (or just off) the default head's surface.

    Args:
        positions: (V, 3).
        normals: (V, 3) unit normals there.
    """
    x, y, z = positions.T
    near = np.flatnonzero((np.abs(x) < 0.42) & (y > -0.42) & (y < 0.42) & (z > 0.5))
    if not len(near):
        return {}
    rays = unit(vector(positions[near] - vector(_ORIGIN)))
    origin = np.broadcast_to(vector(_ORIGIN), rays.shape)
    base = cast(head_with(DEFAULT), origin, rays, _REACH, steps=32)
    attached = smoothstep(0.09, 0.02, length(vector(base - positions[near])))[:, None]
    base_normals = normals_of(head_with(DEFAULT), base)
    found: dict[str, Morph] = {}
    for nose in NOSES:
        moved, turned = np.zeros_like(positions), np.zeros_like(normals)
        if nose == DEFAULT:
            continue
        other = cast(head_with(nose), origin, rays, _REACH, steps=32)
        moved[near] = attached * (other - base)
        turned[near] = attached * (normals_of(head_with(nose), other) - base_normals)
        found[morph_name(nose)] = Morph(moved, turned)
    return found
