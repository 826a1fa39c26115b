"""Facial hair: sheets over jaw and upper lip, cut along the flow of the strands into locks, as the hair of the head is."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from core.modelling.meshes import mesh_of
from core.modelling.meshing import joined
from core.modelling.toon import warps
from core.modelling.toon.beard_mat import Mat, fuzz, mat
from core.modelling.toon.beard_sheets import Hang, close_sheet, hanging_sheet, lip_sheet, moustache_sheet
from core.modelling.toon.beard_stubble import Grain, bristles, shadow
from core.modelling.toon.expressions import moving
from core.modelling.toon.hair_sheets import Cut, Sheet, locks
from core.modelling.toon.hair_surface import tress_meshes
from core.modelling.toon.hair_tress import Tress, reflected_tress
from core.modelling.toon.modelled import ModelledOption
from core.rendering.mesh import Mesh, Morph

MATERIALS: Mapping[str, dict[str, Any]] = {
    "stubble": {"shader": "lens", "color": [58, 36, 27], "roughness": 1.0, "coat": 0.0, "rim": 0.0, "opacity": 0.44}
}
"""Stubble lets the skin through: the lens shader without its mirroring. Tinted like facial hair."""


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
        mat(close_sheet(0.006), Mat(strands=72)),
        fuzz(close_sheet(0.006), Grain(1600, 0.040, (0.06, 0.17), 0.30, 0.14, 0.013, seed=5)),
        mat(lip_sheet(0.006, 0.44), Mat(strands=32, margin=(0.10, 0.2), rows=8, ragged=0.04, seed=2)),
        fuzz(lip_sheet(0.006, 0.44), Grain(220, 0.028, (0.10, 0.5), 0.30, 0.14, 0.012, seed=6)),
    ]


def _ground() -> list[Tress]:
    """What a beard grows out of: trimmed hair from one sideburn to the other, under the locks."""
    return [
        mat(close_sheet(0.040), Mat(strands=34, groove=0.6, margin=(0.03, 0.07))),
        fuzz(close_sheet(0.040), Grain(550, 0.070, (0.06, 0.17), 0.26, 0.14, 0.013, seed=5)),
    ]


def _full_beard() -> list[Tress]:
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
        *_ground(),
        locks(
            hanging_sheet(Hang(0.050, 0.22, 60.0, sides=0.15, taper=0.30, tuck=0.14)), replace(over, count=9, seed=8, strands=2)
        ),
        locks(hanging_sheet(Hang(0.092, 0.28, sides=0.12, taper=0.30, tuck=0.10)), over),
        locks(hanging_sheet(Hang(0.115, 0.22, 84.0, sides=0.12, taper=0.28, tuck=0.08)), tufts),
        *_moustache(moustache_sheet(0.062, (0.405, -0.50)), crown=0.038),
    ]


def _long_beard() -> list[Tress]:
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
        *_ground(),
        locks(hanging_sheet(Hang(0.040, 0.62, 75.0, sides=0.3, taper=0.50, gather=0.5, tuck=0.16)), inner),
        locks(hanging_sheet(Hang(0.100, 0.70, sides=0.34, taper=0.50, forward=0.03, gather=0.6, tuck=0.12)), over),
        locks(hanging_sheet(Hang(0.125, 0.64, 82.0, sides=0.34, taper=0.50, forward=0.03, gather=0.6, tuck=0.11)), tufts),
        *_moustache(moustache_sheet(0.064, (0.415, -0.54)), crown=0.040),
    ]


_STUBBLE: tuple[tuple[Callable[[], Sheet], Grain, tuple[int, int]], ...] = (
    (lambda: close_sheet(0.0), Grain(2200, 0.016, (0.08, 0.32), seed=1), (320, 70)),
    (lambda: lip_sheet(0.0, 0.44), Grain(450, 0.016, (0.24, 0.45), seed=2), (110, 20)),
)
"""Where stubble grows, its grain, and the teeth of its edges."""


def _stubble() -> Mesh:
    shells = [shadow(sheet(), grain.margin, teeth) for sheet, grain, teeth in _STUBBLE]
    grain = [bristles(sheet(), grain)[0] for sheet, grain, _ in _STUBBLE]
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
    return replace(moving(replace(mesh, follows=warps.HEAD_WARPS)), morphs={**mesh.morphs, **own})


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
