"""What one picture is made of: meshes with their morph weights and materials, and where they are seen from."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.rendering.mesh import Mesh

Srgb = tuple[int, int, int]
Shader = Literal["skin", "hair", "eye", "cloth", "plain", "lens"]
SHADERS: tuple[Shader, ...] = ("skin", "hair", "eye", "cloth", "plain", "lens")

WIDE_FACTOR = 1.6  # frame `bust` against frame `face` (decisions.md 8)


@dataclass(frozen=True)
class Material:
    """What a surface is made of; `core/rendering/vinyl.wgsl` says what each number does.

    Attributes:
        shader: Which shader draws it.
        color: sRGB of the surface.
        accent: sRGB of its second colour: lipstick on skin, the iris of an eye.
        accent_strength: How much of the accent is seen, in [0, 1]; lips without it are a redder skin.
        roughness: 0 is a mirror, 1 is chalk.
        coat: Strength of a glossy clear layer on top; of the mirroring for a lens.
        rim: Strength of the light from behind.
        subsurface: How far light wraps around; 1 is skin.
        sheen: Bright fuzz at grazing angles (cloth).
        blush: How rosy painted cheeks, nose and ears are.
        opacity: How much of what is behind a lens it hides.
        metal: 0 is a dielectric, 1 a metal: its colour is what it mirrors.
        freckles: How many freckles skin has and how strong they are, in [0, 1].
        wrinkles: How deep the lines of skin are, in [0, 1].
        covered: 1 leaves out hair and plain things under hats and scarves (`paint.w` above one half), also in shadows and masks.
    """

    shader: Shader
    color: Srgb = (200, 200, 200)
    accent: Srgb = (90, 56, 30)
    accent_strength: float = 0.0
    roughness: float = 0.5
    coat: float = 0.1
    rim: float = 0.5
    subsurface: float = 1.0
    sheen: float = 0.0
    blush: float = 1.0
    opacity: float = 0.08
    metal: float = 0.0
    freckles: float = 0.0
    wrinkles: float = 0.0
    covered: float = 0.0

    @property
    def is_covered(self) -> bool:
        """Whether a part of it is left out."""
        return self.shader in ("hair", "plain") and self.covered > 0.5

    def packed(self) -> NDArray[np.float32]:
        """(20,) float32: the shader's `Material`."""
        opacity = self.opacity if self.shader == "lens" else 1.0
        values = [
            *(*linear(self.color), opacity),
            *(*linear(self.accent), self.accent_strength),
            *(self.roughness, self.coat, self.rim, self.subsurface),
            *(self.sheen, self.blush, self.metal, 0.0),
            *(self.freckles, self.wrinkles, 0.0, 0.0),
        ]
        return np.array(values, np.float32)


@dataclass(frozen=True, eq=False)
class Item:
    """One mesh as it is to be drawn.

    Attributes:
        mesh: The mesh; the renderer keeps it on the graphics card for as long as the object lives.
        material: What it is made of.
        weights: Morph -> weight; morphs that the mesh does not have are ignored.
    """

    mesh: Mesh
    material: Material
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class View:
    """Where a picture is taken from; the frame is fixed once per engine (decisions.md 8).

    Attributes:
        center: The world point in the middle of the picture.
        half_side: Half the picture's side at the depth of `center`, for frame `face`.
        field_of_view: Degrees from one side to the other, of frame `face`.
        yaw: Degrees the camera goes to the picture's right.
        pitch: Degrees the camera goes up.
        wide: Frame `bust`, from the same place but 1.6 times wider.
    """

    center: tuple[float, float, float]
    half_side: float
    field_of_view: float
    yaw: float = 0.0
    pitch: float = 0.0
    wide: bool = True

    def turn(self) -> NDArray[np.float32]:
        """(4, 4) avatar -> studio. The camera's yaw turns the avatar on its stand instead, so that the light stays good."""
        yaw = math.radians(-self.yaw)
        turn = np.eye(4)
        turn[0, 0], turn[0, 2] = math.cos(yaw), math.sin(yaw)
        turn[2, 0], turn[2, 2] = -math.sin(yaw), math.cos(yaw)
        pivot = np.array([self.center[0], 0.0, 0.0])
        turn[:3, 3] = pivot - turn[:3, :3] @ pivot
        return turn.astype(np.float32)

    def eye(self) -> NDArray[np.float32]:
        """(3,) the camera in the studio."""
        pitch = math.radians(self.pitch)
        reach = self.center[2] + self.half_side / math.tan(math.radians(self.field_of_view / 2))
        x, y, _ = self.center
        return np.array([x, y + reach * math.sin(pitch), reach * math.cos(pitch)], np.float32)

    def project(self) -> NDArray[np.float32]:
        """(4, 4) studio -> clip space: x right, y up, depth 0 to 1."""
        eye = self.eye().astype(np.float64)
        pitch = math.radians(self.pitch)
        look = np.eye(4)
        look[1, 1], look[1, 2] = math.cos(pitch), -math.sin(pitch)
        look[2, 1], look[2, 2] = math.sin(pitch), math.cos(pitch)
        look[:3, 3] = -look[:3, :3] @ eye
        tangent = math.tan(math.radians(self.field_of_view / 2)) * (WIDE_FACTOR if self.wide else 1.0)
        distance = float(np.linalg.norm(eye - [self.center[0], self.center[1], 0.0]))
        near, far = max(distance - 4.0, 0.1), distance + 6.0
        lens = np.zeros((4, 4))
        lens[0, 0] = lens[1, 1] = 1.0 / tangent
        lens[2, 2], lens[2, 3] = far / (near - far), far * near / (near - far)
        lens[3, 2] = -1.0
        return (lens @ look).astype(np.float32)


def linear(color: Srgb) -> tuple[float, float, float]:
    """Linear light, 0 to 1, of an sRGB colour."""
    scaled = np.array(color, np.float64) / 255.0
    red, green, blue = np.where(scaled <= 0.04045, scaled / 12.92, ((scaled + 0.055) / 1.055) ** 2.4).tolist()
    return red, green, blue
