"""A small pack of spheres that tests open."""

from pathlib import Path

import numpy as np

from core.rendering.glb import write_meshes
from core.rendering.mesh import Mesh
from tests.core.rendering.shapes import sphere

PACK = """
format = 1
engine = "balls"
version = 1
name = "Balls"

[frame]
center = [0.0, 0.0, 0.8]
half_side = 1.2
field_of_view = 18.0

[base]
meshes = ["head.glb"]

[materials.skin]
shader = "skin"
color = [242, 190, 160]
roughness = 0.46

[materials.hair]
shader = "hair"
color = [80, 50, 30]

[materials.eyes]
shader = "eye"
color = [247, 246, 245]
accent = [90, 60, 30]

[materials.lens]
shader = "lens"
color = [30, 40, 50]
opacity = 0.1

[[continuous]]
id = "head_wide"
name = "Wide"
component = "head"
default = 1.0
blend = "head_type"
drive = { wide = [0.0, 1.0] }

[[continuous]]
id = "head_bumpy"
name = "Bumpy"
component = "head"
default = 0.0
blend = "head_type"
drive = { bump = [0.0, 1.0] }

[[continuous]]
id = "nose"
name = "Nose"
component = "nose"
group = "extra"
drive = { bump = [-0.5, 0.5] }

[[discrete]]
id = "skin_tone"
name = "Skin tone"
component = "skin"
default = "light"
options = [
    { id = "light", srgb = [242, 190, 160], tags = { monk = 2 }, colors = { skin = [242, 190, 160] } },
    { id = "dark", srgb = [110, 70, 50], tags = { monk = 8 }, colors = { skin = [110, 70, 50] } },
]

[[discrete]]
id = "iris"
name = "Iris"
component = "eyes"
group = "extra"
default = "brown"
options = [
    { id = "brown", srgb = [90, 60, 30], colors = { "eyes.accent" = [90, 60, 30] } },
    { id = "blue", srgb = [90, 140, 200], colors = { "eyes.accent" = [90, 140, 200] } },
]

[[discrete]]
id = "hair_type"
name = "Style"
component = "hair"
default = "bald"
options = [
    { id = "bald", tags = { length = "bald", texture = "na", fringe = false } },
    { id = "cap", tags = { length = "short", texture = "straight", fringe = false }, meshes = ["hair/cap.glb"] },
    { id = "tall", tags = { length = "medium" }, meshes = ["hair/cap.glb"], morphs = { bump = 0.5 } },
]

[[discrete]]
id = "glasses"
name = "Glasses"
component = "glasses"
default = "none"
options = [
    { id = "none", tags = { kind = "none" } },
    { id = "clear", tags = { kind = "clear" }, meshes = ["glasses.glb"] },
]
"""


def moved(mesh: Mesh, offset: tuple[float, float, float], keep: float = -9.0) -> Mesh:
    """A mesh somewhere else, without the triangles that would lie below `keep`."""
    mesh.positions[:] += np.array(offset, np.float32)
    above = mesh.positions[:, 1][mesh.triangles].min(1) > keep
    object.__setattr__(mesh, "triangles", mesh.triangles[above])
    return mesh


def write_pack(folder: Path, text: str = PACK) -> Path:
    """Write the pack and its meshes; the folder it lies in."""
    pack = folder / "balls"
    (pack / "hair").mkdir(parents=True)
    (pack / "pack.toml").write_text(text, encoding="utf-8")
    eyes = [moved(sphere(f"eye_{x}", "eyes", "eyes", 0.25, 12), (x, 0.2, 0.82)) for x in (-0.4, 0.4)]
    for eye in eyes:
        eye.uv[:] = (eye.positions[:, :2] - eye.positions[:, :2].mean(0)) * 8
    brow = moved(sphere("brow", "brows", "hair", 0.12, 8), (0.4, 0.62, 0.8))
    write_meshes(pack / "head.glb", [sphere(), sphere("ball.light", rings=8), *eyes, brow])
    write_meshes(pack / "hair" / "cap.glb", [moved(sphere("cap", "hair", "hair", 1.1, 20), (0, 0, 0), keep=0.5)])
    frame = moved(sphere("frame", "frame", "hair", 0.2, 8), (0.4, 0.3, 1.2))
    lens = moved(sphere("lens", "lens", "lens", 0.4, 10), (-0.4, 0.3, 1.0))
    write_meshes(pack / "glasses.glb", [frame, lens])
    return pack
