"""Glasses: rims swept along a curve in front of the eyes, a bridge, temples to the ears, lenses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from core.avatar.schema import Srgb
from core.modelling.fields import Float, smoothstep, spline, vector
from core.modelling.meshing import Surface, joined, reflected
from core.modelling.patches import grid_surface, swept
from core.modelling.toon import warps
from core.modelling.toon.modelled import ModelledOption
from core.rendering.mesh import PARTS, Mesh

MATERIALS: Mapping[str, dict[str, Any]] = {
    "frame": {"shader": "plain", "color": [30, 34, 46], "roughness": 0.22, "coat": 0.8, "rim": 0.5},
    "lens": {"shader": "lens", "color": [214, 228, 240], "roughness": 0.05, "coat": 0.5, "rim": 0.0, "opacity": 0.07},
    "sun_lens": {"shader": "lens", "color": [22, 22, 28], "roughness": 0.05, "coat": 0.8, "rim": 0.0, "opacity": 0.88},
}

_CENTER = (0.345, 0.045)
_FRONT = 0.945
_COLUMNS = 40
_SIDES = 7
_BLACK: Srgb = (28, 28, 32)
_NAVY: Srgb = (34, 44, 72)
_TORTOISE: Srgb = (96, 52, 26)
_BURGUNDY: Srgb = (112, 28, 48)
_GOLD: Srgb = (206, 164, 88)
_STEEL: Srgb = (126, 132, 142)

Outline = Callable[[Float], Float]
"""Angles (N,) from the temple upward -> points (N, 2) of the rim around the lens's middle, x growing to the temple."""


def _superellipse(width: float, height: float, power: float) -> Outline:
    def outline(angle: Float) -> Float:
        c, s = np.cos(angle), np.sin(angle)
        reach = (np.abs(c) ** power + np.abs(s) ** power) ** (-1 / power)
        return vector(np.stack([width * reach * c, height * reach * s], 1))

    return outline


def _cat_eye(angle: Float) -> Float:
    flat = _superellipse(0.285, 0.20, 2.6)(angle)
    outer = smoothstep(0.0, 0.28, flat[:, 0])
    top = smoothstep(-0.06, 0.18, flat[:, 1])
    return vector(flat + np.stack([0.045 * outer * top, 0.085 * outer * top - 0.02 * (1 - outer) * top], 1))


def _aviator(angle: Float) -> Float:
    flat = _superellipse(0.275, 0.235, 2.4)(angle)
    low = smoothstep(0.05, -0.23, flat[:, 1])
    narrowed = flat[:, 0] * (1 - 0.22 * low) + 0.035 * low
    return vector(np.stack([narrowed, flat[:, 1] - 0.035 * low - 0.02], 1))


@dataclass(frozen=True)
class GlassesShape:
    """A pair of glasses.

    Attributes:
        outline: Of the rim.
        color: Of the frame.
        rim: Half thickness of the rim; 0 leaves the lens bare.
        brow: Half thickness of the rim's upper half, where it differs.
        temple: Half height of the temples.
        bridges: Heights of the bridges above the lens's middle.
        lens: Material of the lenses.
    """

    outline: Outline
    color: Srgb
    rim: float = 0.024
    brow: float | None = None
    temple: float = 0.026
    bridges: tuple[float, ...] = (0.055,)
    lens: str = "lens"


GLASSES: Mapping[str, GlassesShape] = {
    "round": GlassesShape(_superellipse(0.262, 0.258, 2.0), _STEEL, 0.021, temple=0.021),
    "rectangular": GlassesShape(_superellipse(0.290, 0.195, 4.2), _BLACK, 0.026),
    "cat_eye": GlassesShape(_cat_eye, _BURGUNDY, 0.022, 0.032),
    "aviator": GlassesShape(_aviator, _GOLD, 0.018, temple=0.018, bridges=(0.03, 0.155)),
    "browline": GlassesShape(_superellipse(0.280, 0.215, 2.9), _TORTOISE, 0.012, 0.042),
    "oversized": GlassesShape(_superellipse(0.305, 0.275, 2.7), _NAVY, 0.038, temple=0.036),
    "rimless": GlassesShape(_superellipse(0.275, 0.190, 3.0), _STEEL, 0.0, temple=0.016),
    "sunglasses": GlassesShape(_superellipse(0.305, 0.225, 3.3), _BLACK, 0.030, 0.036, 0.034, lens="sun_lens"),
}
"""Glasses -> their shape."""


def _in_front(flat: Float, forward: ArrayLike = 0.0) -> Float:
    """Points (N, 2) around the lens's middle on the curved front of the glasses: (N, 3)."""
    x, y = flat.T
    z = _FRONT - 0.16 * x - 0.34 * np.maximum(x, 0) ** 2 - 0.03 * np.abs(y) + np.asarray(forward)
    return vector(np.stack([_CENTER[0] + x, _CENTER[1] + y, z], 1))


def _tube(centers: Float, outward: ArrayLike, half_height: ArrayLike, half_depth: ArrayLike, sides: int) -> Surface:
    count = len(centers)
    widths = np.broadcast_to(vector(half_height), count)
    depths = np.broadcast_to(vector(half_depth), count)
    return swept(vector(centers), np.broadcast_to(vector(outward), centers.shape), widths, depths, sides)


def _rim(shape: GlassesShape, columns: int, sides: int) -> Surface:
    angle = vector(np.linspace(0, 2 * np.pi, columns + 1)) - np.float32(np.pi / 2)
    flat = shape.outline(angle)
    upper = smoothstep(-0.02, 0.06, flat[:, 1])
    brow = shape.rim if shape.brow is None else shape.brow
    half = vector(shape.rim + (brow - shape.rim) * upper)
    return _tube(_in_front(flat), (0, 0, 1), half, half * 0.85 + 0.004, sides)


def _bridge(shape: GlassesShape, height: float, count: int, sides: int) -> Surface:
    """Half of a bridge, from the middle to the rim at positive x."""
    inner = shape.outline(vector(np.linspace(np.pi / 2, 3 * np.pi / 2, 60)))
    inner = inner[inner[:, 1] > -0.1]
    start = inner[np.abs(inner[:, 1] - height).argmin()]
    end = _in_front(start[None])[0]
    middle = vector([-0.02, end[1] + 0.02, end[2] + 0.028])
    half = max(shape.rim, 0.013)
    line = spline([middle, (end + middle) / 2 + vector([0, 0.006, 0.004]), end], count)
    return _tube(line, (0, 0, 1), half, half, sides)


def _temple(shape: GlassesShape, count: int, sides: int) -> Surface:
    """From the rim's outer corner to behind the ear."""
    outer = shape.outline(vector(np.linspace(-np.pi / 2, np.pi / 2, 60)))
    height = 0.09 if shape.brow is None else 0.13
    outer = outer[outer[:, 1] > -0.05]
    corner = _in_front(outer[np.abs(outer[:, 1] - min(height, outer[:, 1].max() - 0.03)).argmin()][None])[0]
    x, y, _ = corner
    line = spline(
        [
            corner - vector([0.01, 0, 0.0]),
            (max(x + 0.10, 0.775), y + 0.005, 0.66),
            (0.862, 0.5 * (y + 0.135), 0.34),
            (0.905, 0.135, 0.02),
            (0.902, 0.10, -0.16),
            (0.885, -0.03, -0.27),
        ],
        count,
    )
    taper = np.linspace(1.0, 0.75, count)
    return _tube(line, (1, 0, 0.2), shape.temple * taper, np.minimum(shape.temple, 0.022) * taper, sides)


def _lens(shape: GlassesShape, columns: int, rings: int) -> Surface:
    """A slightly domed sheet inside the rim."""
    angle = vector(np.linspace(0, 2 * np.pi, columns, endpoint=False))
    edge = shape.outline(angle)
    rows = [_in_front(edge * np.float32(reach), 0.022 * (1 - reach**2) + 0.002) for reach in np.linspace(0.02, 0.99, rings)]
    return grid_surface(np.stack(rows))


def _mesh(name: str, material: str, part: str, half: Surface) -> Mesh:
    surface = joined([half, reflected(half)])
    count = len(surface.positions)
    paint = np.tile(vector([1, 0.5, 0.5, 0]), (count, 1))
    return Mesh(
        name=name,
        material=material,
        positions=surface.positions,
        normals=surface.normals,
        triangles=surface.triangles,
        uv=np.zeros((count, 2), np.float32),
        paint=paint,
        parts=np.full(count, PARTS.index(part), np.uint8),
        follows=warps.HEAD_WARPS,
    )


def glasses_meshes(shape: GlassesShape) -> list[Mesh]:
    """Frame and lenses; so few triangles serve both levels of detail."""
    parts = [_bridge(shape, height, 5, _SIDES) for height in shape.bridges]
    parts.append(_temple(shape, 12, _SIDES))
    if shape.rim:
        parts.append(_rim(shape, _COLUMNS, _SIDES))
    return [_mesh("frame", "frame", "frame", joined(parts)), _mesh("lens", shape.lens, "lens", _lens(shape, 28, 3))]


def _option(option_id: str, name: str, kind: str = "clear") -> ModelledOption:
    shape = GLASSES[option_id]
    return ModelledOption(option_id, name, {"kind": kind}, lambda: glasses_meshes(shape), {"frame": shape.color})


GLASSES_OPTIONS: tuple[ModelledOption, ...] = (
    ModelledOption("none", "None", {"kind": "none"}),
    _option("round", "Round"),
    _option("rectangular", "Rectangular"),
    _option("cat_eye", "Cat-eye"),
    _option("aviator", "Aviator"),
    _option("browline", "Browline"),
    _option("oversized", "Oversized"),
    _option("rimless", "Rimless"),
    _option("sunglasses", "Sunglasses", "sun"),
)
"""Every pair of glasses in its stable order; ids are appended, never changed."""


def build_glasses(option_id: str) -> list[Mesh]:
    """The meshes of a pair of glasses; none for none.

    Raises:
        KeyError: There are no such glasses.
    """
    make = {option.id: option.make for option in GLASSES_OPTIONS}[option_id]
    return make() if make else []
