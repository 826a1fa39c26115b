"""Facial hair: sheets over jaw and upper lip, cut along the flow of the strands into locks, as the hair of the head is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import gaussian_filter1d

from core.modelling.fields import Float, smoothstep, spline, unit, vector
from core.modelling.meshes import mesh_of
from core.modelling.meshing import joined
from core.modelling.patches import resampled
from core.modelling.toon import warps
from core.modelling.toon.beard_places import CENTER, on_jaw, on_lip
from core.modelling.toon.beard_stubble import bristles, shadow
from core.modelling.toon.expressions import moving
from core.modelling.toon.hair_sheets import Cut, Sheet, locks
from core.modelling.toon.hair_surface import tress_meshes
from core.modelling.toon.hair_tress import Tress, reflected_tress
from core.modelling.toon.modelled import ModelledOption
from core.rendering.mesh import Mesh, Morph

MATERIALS: Mapping[str, dict[str, Any]] = {
    "stubble": {"shader": "lens", "color": [58, 36, 27], "roughness": 1.0, "coat": 0.0, "rim": 0.0, "opacity": 0.15}
}
"""Stubble lets the skin through: the lens shader without its mirroring. Tinted like facial hair."""

_AZIMUTHS = (0.0, 12.0, 22.0, 29.0, 34.0, 44.0, 58.0, 73.0, 88.0)
"""Columns of a beard from the chin to the ear, in degrees."""

_EDGE = (-18.5, -17.5, -12.0, -3.0, 2.5, 4.5, 8.0, 17.0, 29.0)
"""Where a beard begins: below the lip, around the corner of the mouth, along the cheek, before the ear."""

_JAW = (-50.0, -50.0, -49.0, -46.0, -43.5, -38.0, -30.0, -21.0, -12.0)
"""The edge of the jaw."""

_THROAT = (-74.0, -74.0, -73.0, -71.0, -69.0, -62.0, -52.0, -40.0, -28.0)
"""Where a beard ends under the jaw."""


_ACROSS, _DOWN = 49, 41
"""Points of a sheet's table."""


def _sheet(guides: Float, soft: float = 0.0) -> Sheet:
    """A sheet through guiding places (rows from root to tip, _ACROSS, 3), its bends softened over some points of its table."""
    table = vector(np.stack([spline(guides[:, u], _DOWN) for u in range(_ACROSS)]))
    if soft:
        even = vector(np.stack([resampled(line, _DOWN) for line in table]))
        softened = gaussian_filter1d(even, soft, axis=1, mode="nearest")
        table = vector(even + (softened - even) * smoothstep(0, 0.12, vector(np.linspace(0, 1, _DOWN)))[None, :, None])
    facing = unit(vector(np.cross(np.gradient(table, axis=0), np.gradient(table, axis=1))))
    outward = float((facing * (table - CENTER)).sum())
    return Sheet(table, facing if outward > 0 else vector(-facing))


def _line(elevations: tuple[float, ...], azimuth: Float) -> Float:
    """A line over the face: elevations at azimuths (N,)."""
    return vector(PchipInterpolator(_AZIMUTHS, elevations)(np.minimum(np.abs(azimuth), _AZIMUTHS[-1])))


def _across(reach: float) -> Float:
    """Azimuths (_ACROSS,) from one side to the other."""
    return vector(np.linspace(-reach, reach, _ACROSS))


def close_sheet(lift: float, reach: float = 90.0, gather: float = 0.12) -> Sheet:
    """A beard that lies on the jaw and ends under it.

    Args:
        lift: Its height above the skin.
        reach: Azimuth of its sides.
        gather: How much its strands run together towards the chin, as a share.
    """
    azimuth = _across(reach)
    side = np.abs(azimuth)
    sides = smoothstep(reach, 0.75 * reach, side) if reach > 60 else np.ones(_ACROSS, np.float32)
    start = 0.30 + 0.40 * smoothstep(8, 40, side)
    rows = [on_jaw(azimuth, _line(_EDGE, azimuth), -0.020)]
    for share, down, height in ((0.25, 0.28, start), (0.6, 0.65, 1.0), (0.85, 1.05, 1.0)):
        at = azimuth * np.float32(1 - gather * share)
        elevation = (1 - down) * _line(_EDGE, azimuth) + down * _line(_JAW, at)
        rows.append(on_jaw(at, elevation, lift * height * (0.22 + 0.78 * sides)))
    at = azimuth * np.float32(1 - gather)
    rows.append(on_jaw(at, _line(_THROAT, at), -0.015))
    return _sheet(np.stack(rows))


@dataclass(frozen=True)
class Hang:
    """How a beard leaves the jaw and hangs.

    Attributes:
        lift: Height above the skin on the jaw.
        length: How far it hangs below the chin.
        reach: Azimuth of its sides.
        sides: How far its sides hang, as a share of `length`.
        taper: How much narrower it is at its end, as a share.
        forward: How far it swings to the viewer on its way.
        gather: How far its sides come forward to the middle's depth, as a share.
        tuck: How far its end turns back to the throat.
    """

    lift: float
    length: float
    reach: float = 90.0
    sides: float = 0.2
    taper: float = 0.3
    forward: float = 0.02
    gather: float = 0.2
    tuck: float = 0.05


def hanging_sheet(look: Hang) -> Sheet:
    """A beard that leaves the jaw and hangs."""
    azimuth = _across(look.reach)
    side = np.abs(azimuth)
    middle = smoothstep(80, 8, side)
    full = look.lift * (0.18 + 0.82 * smoothstep(look.reach + 2, 0.62 * look.reach, side))
    edge, jaw = _line(_EDGE, azimuth), _line(_JAW, azimuth)
    low = on_jaw(0.94 * azimuth, jaw - 2 + 11 * middle, full)
    rows = [
        on_jaw(azimuth, edge, -0.020),
        on_jaw(0.98 * azimuth, 0.76 * edge + 0.24 * jaw, full * (0.30 + 0.42 * smoothstep(8, 40, side))),
        on_jaw(0.96 * azimuth, 0.45 * edge + 0.55 * jaw, 0.92 * full),
        low,
    ]
    drop = look.length * (look.sides + (1 - look.sides) * middle)
    for share in (0.34, 0.68, 1.0):
        x = low[:, 0] * (1 - (look.taper + 0.10 * (1 - middle)) * share**1.6)
        z = low[:, 2] + look.gather * share * (0.42 - low[:, 2]) * (low[:, 2] < 0.42)
        z = z + look.forward * np.sin(np.pi * 0.75 * share) * middle - look.tuck * share**2
        rows.append(vector(np.stack([x, low[:, 1] - drop * share, z], 1)))
    return _sheet(vector(np.stack(rows)), 3.0)


def lip_sheet() -> Sheet:
    """The skin between nose and upper lip, from one corner of the mouth to the other."""
    x = np.linspace(-0.36, 0.36, _ACROSS)
    top = np.interp(np.abs(x), [0.0, 0.12, 0.36], [-0.262, -0.256, -0.290])
    low = np.interp(np.abs(x), [0.0, 0.12, 0.25, 0.36], [-0.368, -0.362, -0.340, -0.345])
    return _sheet(np.stack([on_lip(x, top + share * (low - top), np.zeros(_ACROSS)) for share in (0.0, 0.35, 0.7, 1.0)]))


def moustache_sheet(lift: float, tip: tuple[float, float], corner: float = -0.306) -> Sheet:
    """The half of a moustache at positive x, from under the nose outward.

    Args:
        lift: Its height above the skin.
        tip: (x, y) where it ends.
        corner: How high it passes over the corner of the mouth.
    """
    x, y = tip
    bend = (0.5 * (0.372 + x), 0.5 * (corner - 0.042 + y))
    middle = spline([(0.012, -0.296), (0.11, -0.288), (0.22, -0.280), (0.325, corner), bend, (x, y)], 9)
    half = np.interp(np.linspace(0, 1, 9), [0, 0.25, 0.6, 1], [0.046, 0.052, 0.036, 0.016])
    height = lift * np.interp(np.linspace(0, 1, 9), [0, 0.12, 0.45, 1], [-0.5, 0.85, 1.0, 0.55])
    across = np.linspace(-1, 1, _ACROSS)
    along = unit(vector(np.gradient(middle, axis=0)))
    rows = []
    for k in range(9):
        flat = middle[k] + np.outer(across, [along[k, 1], -along[k, 0]]) * half[k]
        rows.append(on_lip(flat[:, 0], flat[:, 1], height[k] * (1 - 0.75 * across**2)))
    return _sheet(np.stack(rows))


def _moustache(sheet: Sheet, count: int = 5, crown: float = 0.026) -> list[Tress]:
    look = Cut(
        count=count, seed=4, crown=crown, under=0.05, strands=3, groove=0.4, overlap=1.4, root=0.6, narrow=0.55, point=0.05,
        stagger=0.16, uneven=0.2, lift=0.012, tilt=0.012, sweep=0.25, sway=0.05, rise=0.2, rows=14, ends=(0.86, 1.0, 0.92),
    )  # fmt: skip
    half = locks(sheet, look)
    return [half, reflected_tress(half)]


def _moustache_alone() -> list[Tress]:
    return _moustache(moustache_sheet(0.055, (0.425, -0.328), -0.296), 6, 0.036)


_CLOSE = Cut(
    count=28, crown=0.024, under=0.03, strands=2, groove=0.4, overlap=1.6, root=0.75, narrow=0.7, point=0.15,
    stagger=0.08, uneven=0.5, lift=0.010, tilt=0.012, sweep=0.4, sway=0.35, rise=0.12, rows=10,
)  # fmt: skip
"""Short locks that lie on the skin and cover it."""

_TUFTS = replace(
    _CLOSE, count=18, rows=8, stagger=0.55, narrow=0.45, point=0.05, overlap=1.25, sweep=0.8, sway=0.5, rise=0.25, seed=12
)
"""Locks of uneven length over those: they break the lines of a curtain."""


def _goatee() -> list[Tress]:
    look = replace(_CLOSE, count=12, rows=9, crown=0.028, seed=3, ends=(0.80, 0.97, 1.0, 0.97, 0.80), sweep=0.2)
    tufts = replace(_TUFTS, count=8, seed=15)
    hanging = Cut(
        count=9, seed=5, crown=0.042, under=0.06, strands=3, overlap=1.6, root=0.75, narrow=0.72, point=0.15,
        stagger=0.10, sweep=0.2, sway=0.2, rows=14, ends=(0.62, 0.86, 1.0, 0.86, 0.62),
    )  # fmt: skip
    return [
        locks(close_sheet(0.032, 33.5, 0.42), look),
        locks(close_sheet(0.040, 30.0, 0.42), tufts),
        locks(hanging_sheet(Hang(0.052, 0.24, 26.0, sides=0.4, taper=0.45, gather=0.0)), hanging),
        *_moustache(moustache_sheet(0.038, (0.372, -0.485)), crown=0.026),
    ]


def _short_beard() -> list[Tress]:
    return [
        locks(close_sheet(0.034), _CLOSE),
        locks(close_sheet(0.044), _TUFTS),
        *_moustache(moustache_sheet(0.038, (0.395, -0.475)), crown=0.026),
    ]


def _full_beard() -> list[Tress]:
    under = replace(_CLOSE, count=14, crown=0.03, under=0.05, strands=1, rows=9)
    over = Cut(
        count=17, seed=2, crown=0.060, under=0.09, strands=3, groove=0.32, overlap=1.6, root=0.7, narrow=0.70,
        point=0.12, stagger=0.16, uneven=0.5, lift=0.022, tilt=0.025, sweep=0.5, sway=0.5, rise=0.12, rows=13,
    )  # fmt: skip
    tufts = replace(
        over,
        count=11,
        seed=14,
        stagger=0.5,
        narrow=0.5,
        point=0.05,
        overlap=1.3,
        sweep=0.8,
        sway=0.5,
        rise=0.35,
        tilt=0.010,
        lift=0.010,
    )
    return [
        locks(close_sheet(0.055), under),
        locks(
            hanging_sheet(Hang(0.050, 0.22, 60.0, sides=0.15, taper=0.30, tuck=0.14)), replace(over, count=9, seed=8, strands=2)
        ),
        locks(hanging_sheet(Hang(0.092, 0.28, sides=0.12, taper=0.30, tuck=0.10)), over),
        locks(hanging_sheet(Hang(0.115, 0.22, 84.0, sides=0.12, taper=0.28, tuck=0.08)), tufts),
        *_moustache(moustache_sheet(0.062, (0.405, -0.50)), crown=0.038),
    ]


def _long_beard() -> list[Tress]:
    under = replace(_CLOSE, count=14, crown=0.03, under=0.05, strands=1, rows=9)
    over = Cut(
        count=15, seed=6, crown=0.065, under=0.11, strands=3, groove=0.32, overlap=1.75, root=0.7, narrow=0.66,
        point=0.10, stagger=0.16, uneven=0.45, lift=0.03, tilt=0.026, sweep=0.5, sway=0.5, wave=0.16, waves=1.6,
        settle=0.35, rise=0.12, rows=17,
    )  # fmt: skip
    inner = replace(over, count=8, strands=1, rows=14, seed=9, stagger=0.08, crown=0.05)
    tufts = replace(
        over,
        count=9,
        strands=2,
        rows=13,
        seed=21,
        stagger=0.5,
        narrow=0.5,
        point=0.05,
        overlap=1.35,
        rise=0.35,
        tilt=0.010,
        lift=0.010,
    )
    return [
        locks(close_sheet(0.055), under),
        locks(hanging_sheet(Hang(0.040, 0.62, 75.0, sides=0.3, taper=0.50, gather=0.5, tuck=0.16)), inner),
        locks(hanging_sheet(Hang(0.100, 0.70, sides=0.34, taper=0.50, forward=0.03, gather=0.6, tuck=0.12)), over),
        locks(hanging_sheet(Hang(0.125, 0.64, 82.0, sides=0.34, taper=0.50, forward=0.03, gather=0.6, tuck=0.11)), tufts),
        *_moustache(moustache_sheet(0.064, (0.415, -0.54)), crown=0.040),
    ]


_STUBBLE: tuple[tuple[Callable[[], Sheet], tuple[float, float]], ...] = (
    (lambda: close_sheet(0.0, 88.0), (0.10, 0.30)),
    (lip_sheet, (0.18, 0.35)),
)
"""Where stubble grows, and over which share of that it thins out."""


def _stubble() -> Mesh:
    shells = [shadow(sheet(), margin) for sheet, margin in _STUBBLE]
    grain = [
        bristles(sheet(), count, 0.020, margin, seed)
        for seed, ((sheet, margin), count) in enumerate(zip(_STUBBLE, (3000, 520), strict=True), 1)
    ]
    surface = joined([*shells, *grain])
    return mesh_of("facial_hair", "stubble", "facial_hair", surface, follows=warps.HEAD_WARPS)


BEARDS: Mapping[str, Callable[[], list[Tress]]] = {
    "moustache": _moustache_alone,
    "goatee": _goatee,
    "short_beard": _short_beard,
    "full_beard": _full_beard,
    "long_beard": _long_beard,
}
"""Facial hair -> its pieces; stubble is none of locks."""


_MOUTH_SLIDERS = ("mouth_width", "mouth_volume", "mouth_position")
"""Motions that reach a beard but not the hair of the head: its mesh stores them itself."""


_FEW = 6500
"""A mesh of fewer triangles serves both levels of detail."""


def beard_meshes(option_id: str) -> list[Mesh]:
    """The meshes of a style of facial hair, one for each level of detail."""
    if option_id == "stubble":
        meshes = [_stubble()]
    else:
        meshes = tress_meshes("facial_hair", BEARDS[option_id](), material="facial_hair", part="facial_hair")
        if len(meshes[0].triangles) < _FEW:
            meshes = meshes[:1]
    return [_worn(mesh) for mesh in meshes]


def _worn(mesh: Mesh) -> Mesh:
    moved = warps.warps(mesh.positions, _MOUTH_SLIDERS)
    own = {name: Morph(offsets, np.zeros_like(offsets)) for name, offsets in moved.items()}
    return replace(moving(mesh), morphs={**mesh.morphs, **own})


def _option(option_id: str, name: str, kind: str) -> ModelledOption:
    return ModelledOption(option_id, name, {"kind": kind}, partial(beard_meshes, option_id))


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
