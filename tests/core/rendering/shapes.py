"""Small meshes that tests draw."""

import numpy as np

from core.rendering.mesh import PARTS, Mesh, Morph


def sphere(name: str = "ball", part: str = "skin", material: str = "skin", radius: float = 1.0, rings: int = 16) -> Mesh:
    """A sphere of a UV grid, with the morphs `wide` (everything moves) and `bump` (a few vertices do)."""
    theta, phi = np.meshgrid(np.linspace(0, np.pi, rings + 1), np.linspace(0, 2 * np.pi, 2 * rings + 1), indexing="ij")
    normals = np.stack([np.sin(theta) * np.sin(phi), np.cos(theta), np.sin(theta) * np.cos(phi)], -1).reshape(-1, 3)
    index = np.arange((rings + 1) * (2 * rings + 1)).reshape(rings + 1, -1)
    a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
    triangles = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])
    positions = (radius * normals).astype(np.float32)
    bump = np.exp(-((normals - [0, 0, 1]) ** 2).sum(1) / 0.05)[:, None] * [0, 0, 0.4]
    bump[bump[:, 2] < 0.01] = 0
    wide = positions * [0.3, 0, 0]
    return Mesh(
        name=name,
        material=material,
        positions=positions,
        normals=normals.astype(np.float32),
        triangles=triangles.astype(np.uint32),
        uv=np.stack([phi.ravel() / (2 * np.pi), theta.ravel() / np.pi], -1).astype(np.float32),
        paint=np.ones((len(positions), 4), np.float32),
        parts=np.full(len(positions), PARTS.index(part), np.uint8),
        morphs={
            "wide": Morph(wide.astype(np.float32), (normals * [-0.2, 0, 0]).astype(np.float32)),
            "bump": Morph(bump.astype(np.float32), np.zeros_like(positions)),
        },
    )
