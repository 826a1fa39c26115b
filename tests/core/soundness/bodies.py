"""Bodies of spheres that tests measure."""

from collections.abc import Iterable

import numpy as np
import trimesh

from core.rendering.mesh import PARTS, Mesh
from core.soundness.posing import Body, Float


def body_of(meshes: Iterable[Mesh]) -> Body:
    """Meshes at rest as one body."""
    return together(*(Body(mesh.positions, mesh.normals, mesh.parts, mesh.triangles.astype(np.int64)) for mesh in meshes))


def shifted(body: Body, parts: Iterable[str], offset: tuple[float, float, float]) -> Body:
    """The body with some parts somewhere else."""
    positions: Float = body.positions.copy()
    positions[body.vertices_of(tuple(parts))] += np.array(offset, np.float32)
    return Body(positions, body.normals, body.parts, body.triangles)


def ball(part: str, radius: float, centre: tuple[float, float, float] = (0, 0, 0), finer: int = 4) -> Body:
    """A sphere of even triangles."""
    unit = trimesh.creation.icosphere(finer)
    normals = np.asarray(unit.vertices, np.float32)
    parts = np.full(len(normals), PARTS.index(part), np.uint8)
    return Body(np.float32(radius) * normals + np.array(centre, np.float32), normals, parts, np.asarray(unit.faces, np.int64))


def together(*bodies: Body) -> Body:
    """Several bodies as one."""
    starts = np.cumsum([0, *(len(body.positions) for body in bodies)])
    return Body(
        np.concatenate([body.positions for body in bodies]),
        np.concatenate([body.normals for body in bodies]),
        np.concatenate([body.parts for body in bodies]),
        np.concatenate([body.triangles + start for body, start in zip(bodies, starts, strict=False)]),
    )
