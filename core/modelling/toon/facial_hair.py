"""Facial hair: a layer on the jaw whose height falls to nothing at the beard's edge, with locks where it hangs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.modelling.fields import Float, smooth_max, smooth_min, smoothstep, vector
from core.modelling.toon.hair_fields import HairField, Piece
from core.modelling.toon.hair_locks import Shape, lock
from core.modelling.toon.hair_surface import painted, visible_surface
from core.modelling.toon.head import neck, skull
from core.modelling.toon.modelled import ModelledOption
from core.rendering.mesh import Mesh

MATERIALS: Mapping[str, dict[str, Any]] = {
    "stubble": {"shader": "lens", "color": [58, 36, 27], "roughness": 1.0, "coat": 0.0, "rim": 0.0, "opacity": 0.40}
}
"""Stubble lets the skin through: the lens shader without its mirroring. Tinted like facial hair."""

_LOW, _HIGH = vector([-0.95, -1.5, -0.45]), vector([0.95, 0.25, 1.25])
_MOUTH_Y = -0.44

Area = Callable[[Float], Float]
"""Points (N, 3) -> (N,): how far inside a beard's edge, in units; negative outside."""


def _lip_gap(points: Float) -> Float:
    """Distance from the lips' outline: positive outside."""
    x, y, _ = points.T
    return vector((np.hypot(x / 0.335, (y - _MOUTH_Y + 0.02 - 0.35 * x**2) / 0.135) - 1) * 0.135)


def _jaw(points: Float) -> Float:
    """Cheeks below a line from the ear to the moustache, chin and throat."""
    x, y, z = points.T
    side = np.abs(x)
    line = np.interp(side, [0.0, 0.16, 0.34, 0.50, 0.64, 0.74], [-0.27, -0.27, -0.36, -0.46, -0.34, -0.02])
    throat = y + 0.80 + 0.45 * np.clip(z, -0.1, 0.45)
    return vector(np.minimum(np.minimum(line - y, _lip_gap(points)), np.minimum(throat, z - _behind(y))))


def _behind(y: Float) -> Float:
    """Z of the beard's rear edge: before the ear, then along the jaw's angle."""
    return vector(np.interp(y, [-0.9, -0.6, -0.35, -0.1], [0.05, -0.02, 0.06, 0.13]))


def _moustache(points: Float) -> Float:
    """Between nose and lip, drooping to the corners of the mouth."""
    x, y, z = points.T
    side = np.abs(x)
    top = np.interp(side, [0.0, 0.06, 0.15, 0.30, 0.40], [-0.275, -0.255, -0.275, -0.36, -0.46])
    low = np.interp(side, [0.0, 0.04, 0.15, 0.30, 0.38], [-0.335, -0.365, -0.37, -0.43, -0.50])
    return vector(np.minimum(np.minimum(top - y, y - low) + 0.02, np.minimum(0.37 - side, z - 0.3)))


def _goatee(points: Float) -> Float:
    """A ring around the mouth and the chin."""
    x, y, z = points.T
    outer = (1 - np.hypot(x / 0.40, (y + 0.60) / 0.36)) * 0.36
    return vector(np.minimum(np.minimum(outer, _lip_gap(points)), z - 0.3))


@dataclass(frozen=True)
class BeardShape:
    """A style of facial hair.

    Attributes:
        areas: Each with its height above the skin.
        edge: Distance over which the height falls to nothing.
        locks: Locks that hang from the chin: (x, length) each.
        triangles: About how many its mesh gets.
        ripple: Height of the strands' relief.
        material: A material of the pack.
    """

    areas: tuple[tuple[Area, float], ...]
    edge: float = 0.07
    locks: tuple[tuple[float, float], ...] = ()
    triangles: int = 2400
    ripple: float = 0.006
    material: str = "facial_hair"


BEARDS: Mapping[str, BeardShape] = {
    "stubble": BeardShape(((_jaw, 0.014), (_moustache, 0.014)), 0.03, triangles=1800, ripple=0.0, material="stubble"),
    "moustache": BeardShape(((_moustache, 0.105),), 0.05, triangles=1000),
    "goatee": BeardShape(((_goatee, 0.055), (_moustache, 0.045)), 0.05, triangles=1300),
    "short_beard": BeardShape(((_jaw, 0.036), (_moustache, 0.040)), 0.06, triangles=2200),
    "full_beard": BeardShape(
        ((_jaw, 0.105), (_moustache, 0.070)),
        0.11,
        ((-0.36, 0.10), (-0.19, 0.17), (0.0, 0.20), (0.19, 0.17), (0.36, 0.10)),
        3200,
    ),
    "long_beard": BeardShape(
        ((_jaw, 0.11), (_moustache, 0.075)),
        0.11,
        ((-0.44, 0.30), (-0.30, 0.46), (-0.15, 0.58), (0.0, 0.64), (0.15, 0.58), (0.30, 0.46), (0.44, 0.30)),
        3600,
    ),
}
"""Facial hair -> its shape."""


def _layer(shape: BeardShape) -> Callable[[Float], Float]:
    """The field of the layer on the skin."""

    def distance(points: Float) -> Float:
        skin = smooth_min(skull(points), neck(points), 0.12)
        height = np.full(len(points), -0.10, np.float32)
        fuller = 0.35 + 0.65 * smoothstep(-0.05, -0.5, points[:, 1])
        for area, thickness in shape.areas:
            inside = area(points) / shape.edge
            rise = np.where(inside > 0, np.sin(np.clip(inside, 0, 1) * np.pi / 2), np.clip(2 * inside, -2, 0))
            height = np.maximum(height, (thickness * fuller + 0.03) * rise - 0.03)
        x, y, z = points.T
        strands = np.sin(26 * np.arctan2(x, z + 0.1) + 1.2 * np.sin(6 * y))
        return vector(skin - height - shape.ripple * strands * np.clip(height / 0.03, 0, 1))

    return distance


def _hanging(shape: BeardShape) -> list[Piece]:
    """Locks from the chin."""
    rng = np.random.default_rng(5)
    pieces = []
    for x, reach in shape.locks:
        bulge = 0.60 - 0.9 * x * x
        path = [
            (x * 0.95, -0.62, bulge - 0.02),
            (x * 1.08, -0.82, bulge + 0.02),
            (x * 0.98, -0.82 - 0.55 * reach, bulge - 0.03),
            (x * 0.62, -0.82 - reach, bulge - 0.10),
        ]
        look = Shape(width=0.145, depth=0.12, root=0.8, tip=0.2, belly=0.4, blend=0.05)
        pieces.append(lock(path, look, float(rng.uniform(0.25, 0.8)), vector([0, -0.6, 0.0])))
    return pieces


def beard_meshes(shape: BeardShape) -> list[Mesh]:
    """The mesh of a style of facial hair."""

    def along(points: Float) -> Float:
        return vector(smoothstep(-0.3, -1.1, points[:, 1]))

    skin_layer = Piece(_layer(shape), _LOW, _HIGH, along, 0.5, 0.05)
    hair = HairField((skin_layer, *_hanging(shape)), (_mouth,), 0.03)
    surface = visible_surface(hair, _LOW, _HIGH, shape.triangles, 0.022)
    return [painted("facial_hair", surface, hair, material=shape.material, part="facial_hair")]


def _mouth(points: Float) -> Float:
    """What is kept free for the lips."""
    return smooth_max(_lip_gap(points) + 0.03, 0.4 - points[:, 2], 0.03)


def _option(option_id: str, name: str, kind: str) -> ModelledOption:
    shape = BEARDS[option_id]
    return ModelledOption(option_id, name, {"kind": kind}, lambda: beard_meshes(shape))


FACIAL_HAIR_OPTIONS: tuple[ModelledOption, ...] = (
    ModelledOption("none", "None", {"kind": "none"}),
    _option("stubble", "Stubble", "stubble"),
    _option("moustache", "Moustache", "moustache"),
    _option("goatee", "Goatee", "goatee"),
    _option("short_beard", "Short beard", "full_beard"),
    _option("full_beard", "Full beard", "full_beard"),
    _option("long_beard", "Long beard", "full_beard"),
)
"""Every style of facial hair in its stable order; ids are appended, never changed."""


def build_facial_hair(option_id: str) -> list[Mesh]:
    """The meshes of a style of facial hair; none for none.

    Raises:
        KeyError: There is no such style.
    """
    make = {option.id: option.make for option in FACIAL_HAIR_OPTIONS}[option_id]
    return make() if make else []
