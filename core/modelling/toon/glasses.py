"""Glasses: eight pairs, each built anew for every nose, so that the bridge rests on it and nothing cuts in."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np

from core.avatar.schema import Srgb
from core.modelling.fields import Float, smoothstep, vector
from core.modelling.meshes import mesh_of
from core.modelling.meshing import Surface, joined, reflected
from core.modelling.toon import glasses_parts as parts
from core.modelling.toon import warps
from core.modelling.toon.glasses_fit import SLIDERS, STATES
from core.modelling.toon.glasses_parts import BridgeLook, Front, Outline, TempleLook
from core.modelling.toon.modelled import ModelledOption
from core.rendering.mesh import Mesh, Morph

MATERIALS: Mapping[str, dict[str, Any]] = {
    "frame": {"shader": "plain", "color": [30, 34, 46], "roughness": 0.28, "coat": 0.55, "rim": 0.35},
    "frame_metal": {"shader": "plain", "color": [206, 164, 88], "roughness": 0.22, "coat": 0.35, "rim": 0.4, "metal": 1.0},
    "nose_pad": {"shader": "lens", "color": [236, 204, 180], "roughness": 0.3, "coat": 0.25, "rim": 0.0, "opacity": 0.40},
    "lens": {"shader": "lens", "color": [214, 228, 240], "roughness": 0.05, "coat": 0.5, "rim": 0.0, "opacity": 0.07},
    "rimless_lens": {"shader": "lens", "color": [186, 200, 210], "roughness": 0.05, "coat": 0.8, "rim": 0.0, "opacity": 0.13},
    "lens_edge": {"shader": "lens", "color": [172, 186, 192], "roughness": 0.05, "coat": 0.9, "rim": 0.0, "opacity": 0.72},
    "aviator_lens": {"shader": "lens", "color": [92, 62, 34], "roughness": 0.05, "coat": 0.6, "rim": 0.0, "opacity": 0.42},
    "sun_lens": {"shader": "lens", "color": [22, 22, 28], "roughness": 0.05, "coat": 0.8, "rim": 0.0, "opacity": 0.88},
}

_COLUMNS = 40
_GIVE = 0.012
"""How far a front may cut into a nose at a slider's end: else it would float before every other nose."""

_BLACK: Srgb = (26, 26, 30)
_NAVY: Srgb = (34, 46, 84)
_TORTOISE: Srgb = (132, 68, 26)
_ESPRESSO: Srgb = (52, 32, 26)
_BURGUNDY: Srgb = (124, 26, 50)
_GOLD: Srgb = (230, 182, 104)
_STEEL: Srgb = (118, 126, 140)


def _superellipse(width: float, height: float, power: float, cut: float = 0.0) -> Outline:
    """A rounded box; `cut` takes that much from its lower corner at the nose."""

    def outline(angle: Float) -> Float:
        c, s = np.cos(angle), np.sin(angle)
        reach = (np.abs(c) ** power + np.abs(s) ** power) ** (-1 / power)
        x, y = width * reach * c, height * reach * s
        low = smoothstep(0.35 * height, -height, vector(y)) * smoothstep(0.2 * width, -width, vector(x))
        return vector(np.stack([x + cut * low, y], 1))

    return outline


_CAT_EYE = parts.through(
    [(0.262, 0.060), (0.312, 0.190), (0.220, 0.206), (0.05, 0.180), (-0.12, 0.156), (-0.218, 0.095),
     (-0.232, -0.010), (-0.160, -0.115), (-0.02, -0.166), (0.135, -0.145), (0.225, -0.050)]
)  # fmt: skip
_AVIATOR = parts.through(
    [(0.270, 0.06), (0.245, 0.165), (0.12, 0.205), (-0.07, 0.202), (-0.205, 0.165), (-0.246, 0.075),
     (-0.200, -0.07), (-0.095, -0.205), (0.045, -0.258), (0.178, -0.205), (0.256, -0.075)]
)  # fmt: skip
_WAYFARER = parts.through(
    [(0.272, 0.040), (0.292, 0.145), (0.258, 0.206), (0.14, 0.220), (-0.03, 0.210), (-0.175, 0.196),
     (-0.246, 0.145), (-0.232, 0.020), (-0.178, -0.105), (-0.075, -0.180), (0.065, -0.195), (0.185, -0.150),
     (0.242, -0.055)]
)  # fmt: skip
_BROWLINE = parts.through(
    [(0.268, 0.05), (0.262, 0.150), (0.18, 0.196), (0.0, 0.196), (-0.17, 0.186), (-0.250, 0.125),
     (-0.245, 0.01), (-0.185, -0.125), (-0.060, -0.200), (0.080, -0.200), (0.200, -0.140), (0.254, -0.045)]
)  # fmt: skip


_TEMPLE = TempleLook()


@dataclass(frozen=True)
class GlassesShape:
    """A pair of glasses.

    Attributes:
        outline: Of the rim's middle line.
        color: Of the frame.
        metal: Of its metal.
        middle: (x, y) of the lens.
        rim: Half width of the rim; 0 leaves the lens bare.
        brow: Half width of the rim's upper half.
        depth: Half thickness of the rim.
        is_wire: Whether the rim, the bridge and the temples are metal.
        has_brow_bar: Whether the rim's upper half is a bar of the frame's material on a rim of metal.
        bridges: Bars over the nose.
        temple: The bars to the ears.
        lens: Material of the lenses.
        sides: Vertices around the rim.
    """

    outline: Outline
    color: Srgb
    metal: Srgb = _GOLD
    middle: tuple[float, float] = (0.370, 0.030)
    rim: float = 0.024
    brow: float = 0.024
    depth: float = 0.022
    is_wire: bool = False
    has_brow_bar: bool = False
    bridges: tuple[BridgeLook, ...] = (BridgeLook(0.050, 0.020, 0.024, 0.018),)
    temple: TempleLook = _TEMPLE
    lens: str = "lens"
    sides: int = 12


GLASSES: Mapping[str, GlassesShape] = {
    "round": GlassesShape(
        _superellipse(0.246, 0.240, 2.0), _TORTOISE, rim=0.026, brow=0.026, depth=0.021,
        bridges=(BridgeLook(0.060, 0.032, 0.027, 0.019),), temple=TempleLook(0.026, 0.018, 0.013, 0.06),
    ),
    "rectangular": GlassesShape(
        _superellipse(0.272, 0.190, 4.4, 0.075), _BLACK, rim=0.026, brow=0.034, depth=0.024,
        bridges=(BridgeLook(0.075, 0.012, 0.033, 0.019),), temple=TempleLook(0.036, 0.021, 0.014, 0.12),
    ),
    "cat_eye": GlassesShape(
        _CAT_EYE, _BURGUNDY, middle=(0.364, 0.03), rim=0.022, brow=0.036, bridges=(BridgeLook(0.060, 0.018, 0.027, 0.018),),
        temple=TempleLook(0.026, 0.016, 0.012, 0.20),
    ),
    "aviator": GlassesShape(
        _AVIATOR, _ESPRESSO, middle=(0.366, 0.015), rim=0.016, brow=0.016, depth=0.014, is_wire=True,
        bridges=(BridgeLook(0.045, 0.028, 0.013, 0.011), BridgeLook(0.178, 0.004, 0.016, 0.012)),
        temple=TempleLook(0.018, 0.013, 0.010, 0.14, 0.022), lens="aviator_lens", sides=8,
    ),
    "browline": GlassesShape(
        _BROWLINE, _ESPRESSO, rim=0.010, depth=0.012, brow=0.040, has_brow_bar=True,
        bridges=(BridgeLook(0.075, 0.016, 0.013, 0.012),), temple=TempleLook(0.030, 0.018, 0.012, 0.145), sides=8,
    ),
    "oversized": GlassesShape(
        _superellipse(0.285, 0.250, 2.7, 0.085), _NAVY, middle=(0.384, 0.018), rim=0.034, brow=0.038, depth=0.027,
        bridges=(BridgeLook(0.070, 0.020, 0.037, 0.021),), temple=TempleLook(0.042, 0.024, 0.016, 0.10),
    ),
    "rimless": GlassesShape(
        _superellipse(0.262, 0.175, 3.2, 0.05), _BLACK, metal=_STEEL, rim=0.0, brow=0.012, depth=0.012, is_wire=True,
        bridges=(BridgeLook(0.060, 0.026, 0.018, 0.014),), temple=TempleLook(0.019, 0.014, 0.011, 0.07, 0.022),
        lens="rimless_lens", sides=6,
    ),
    "sunglasses": GlassesShape(
        _WAYFARER, _BLACK, middle=(0.372, 0.022), rim=0.031, brow=0.040, depth=0.026,
        bridges=(BridgeLook(0.080, 0.016, 0.036, 0.021),), temple=TempleLook(0.044, 0.023, 0.016, 0.12), lens="sun_lens",
    ),
}  # fmt: skip
"""Glasses -> their shape."""


@dataclass(frozen=True, eq=False)
class _Piece:
    """A surface of one material, and whether it is there on both sides."""

    name: str
    material: str
    surface: Surface
    is_pair: bool = True
    place: Float | None = None

    def whole(self) -> Surface:
        return joined([self.surface, reflected(self.surface)]) if self.is_pair else self.surface


def _rims(shape: GlassesShape, front: Front) -> list[_Piece]:
    count = _COLUMNS
    even = np.ones(count, np.float32)
    if not shape.rim:
        edge = parts.rim(front, shape.outline, 0.010 * even, shape.depth * even, shape.sides)
        return [_Piece("lens_edge", "lens_edge", edge)]
    raised = parts.upper(shape.outline, count, -0.05, 0.10)
    if shape.has_brow_bar:
        thin = parts.rim(front, shape.outline, shape.rim * even, shape.depth * even, shape.sides)
        reach = parts.upper(shape.outline, count, -0.03, 0.05)
        bar = parts.rim(front, shape.outline, vector(0.002 + shape.brow * reach), vector(0.002 + 0.024 * reach), 12)
        return [_Piece("frame_metal", "frame_metal", thin), _Piece("frame", "frame", bar)]
    half = shape.rim + (shape.brow - shape.rim) * raised
    name = "frame_metal" if shape.is_wire else "frame"
    return [_Piece(name, name, parts.rim(front, shape.outline, vector(half), shape.depth * even, shape.sides))]


def _pads(shape: GlassesShape, front: Front, state: str) -> list[_Piece]:
    if shape.is_wire or shape.has_brow_bar:
        arm, pad = parts.wire_pad(front, shape.outline, state)
        return [_Piece("pad_arm", "frame_metal", arm), _Piece("nose_pad", "nose_pad", pad)]
    return [_Piece("nose_pad", "nose_pad", parts.moulded_pad(front, shape.outline, state, (0.042, 0.018)))]


def _sides(shape: GlassesShape, front: Front) -> list[_Piece]:
    """End pieces, temples, and what is riveted on."""
    start = parts.corner(front, shape.outline, shape.temple, 0.6 * shape.brow)
    metal = "frame_metal" if shape.is_wire else "frame"
    bars = 6 if shape.is_wire else 8
    made = [
        _Piece(metal, metal, parts.end_piece(start, shape.temple, bars)),
        _Piece(metal, metal, parts.temple(start, shape.temple, bars)),
    ]
    if shape.temple.tip:
        made.append(_Piece("frame", "frame", parts.temple_tip(start, shape.temple)))
    if not shape.is_wire:
        rivet = start + vector([-0.014, 0, shape.depth + 0.006])
        made.append(_Piece("frame_metal", "frame_metal", parts.stud(rivet, (0.15, 0, 1), (0.012, 0.020, 0.006))))
    return made


@cache
def _needed(option_id: str, state: str, weight: float) -> float:
    """How far to the viewer the front must be for one nose."""
    shape = GLASSES[option_id]

    def back(front: Front) -> Float:
        return joined([piece.surface for piece in _rims(shape, front)]).positions

    return parts.forward(shape.middle, back, state, weight)


def _front(option_id: str, state: str) -> Front:
    """The front for one nose. A slider moves it both ways, so that at rest it stands between what its ends need."""
    rest, slope = _needed(option_id, "", 1.0), 0.0
    for slider in SLIDERS:
        most, least = (max(_needed(option_id, slider, weight) - _GIVE, rest) - rest for weight in (1.0, -1.0))
        slope = (most - least) / 2 if slider == state else slope
        rest += max(most + least, 0.0) / 2
    if state and state not in SLIDERS:
        slope = _needed(option_id, state, 1.0) - _needed(option_id, "", 1.0)
    return Front(GLASSES[option_id].middle, rest + slope)


def _rise(option_id: str, bridge: BridgeLook, state: str) -> float:
    """How far a bridge's middle stands before the front for one nose. A slider's two ends share what one alone would cut."""
    shape, front = GLASSES[option_id], _front(option_id, state)
    if state not in SLIDERS:
        return parts.bridge_rise(front, shape.outline, bridge, state)
    rest = _front(option_id, "")
    back = Front(shape.middle, 2 * rest.forward - front.forward)
    middle = rest.forward + parts.bridge_rise(rest, shape.outline, bridge, "")
    most, least = (
        place.forward + parts.bridge_rise(place, shape.outline, bridge, state, weight)
        for place, weight in ((front, 1.0), (back, -1.0))
    )
    return middle + (most - least) / 2 - front.forward


def _pieces(option_id: str, state: str) -> list[_Piece]:
    """Everything but the morphs, for one nose; always the same triangles."""
    shape, front = GLASSES[option_id], _front(option_id, state)
    made = [*_rims(shape, front), *_pads(shape, front, state), *_sides(shape, front)]
    metal = "frame_metal" if shape.is_wire or shape.has_brow_bar else "frame"
    for bridge in shape.bridges:
        surface = parts.bridge(front, shape.outline, bridge, _rise(option_id, bridge, state))
        made.append(_Piece(metal, metal, surface, is_pair=False))
    lens, place = parts.lens(front, shape.outline, 32, 4)
    made.append(_Piece("lens", shape.lens, lens, place=place))
    return made


def _mesh(name: str, material: str, states: Mapping[str, list[_Piece]]) -> Mesh:
    """The pieces of one name; where they lie for other noses becomes morphs."""
    wholes = {state: joined([piece.whole() for piece in pieces]) for state, pieces in states.items()}
    surface = wholes[""]
    count = len(surface.positions)
    place = states[""][0].place
    paint = np.tile(vector([1, 0.5, 0.5, 0]), (count, 1))
    uv = np.zeros((count, 2), np.float32)
    if place is not None:
        uv = np.concatenate([place, place * vector([-1, 1]) + vector([1, 0])])
        paint[:, 1] = uv[:, 1]
    fitted = {
        state: Morph(whole.positions - surface.positions, np.zeros_like(surface.normals))
        for state, whole in wholes.items()
        if state
    }
    part = "lens" if name == "lens" else "frame"
    return mesh_of(name, material, part, surface, paint=paint, uv=vector(uv), morphs=fitted, follows=warps.HEAD_WARPS)


def glasses_meshes(option_id: str) -> list[Mesh]:
    """Frame, metal, pads and lenses of a key of `GLASSES`; so few triangles serve both levels of detail."""
    states = {state: _pieces(option_id, state) for state in STATES}
    names = dict.fromkeys((piece.name, piece.material) for piece in states[""])
    return [
        _mesh(name, material, {state: [piece for piece in pieces if piece.name == name] for state, pieces in states.items()})
        for name, material in names
    ]


def _option(option_id: str, name: str, kind: str = "clear") -> ModelledOption:
    shape = GLASSES[option_id]
    colors = {"frame": shape.color, "frame_metal": shape.metal}
    return ModelledOption(option_id, name, {"kind": kind}, partial(glasses_meshes, option_id), colors)


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
