"""Hats. All sit on one line around the head, so that one rule says which hair they hide."""

from collections.abc import Callable, Sequence

import numpy as np

from core.modelling.fields import Float, ellipsoid, smoothstep, vector
from core.modelling.meshes import mesh_of, shaded
from core.modelling.meshing import Surface, joined
from core.modelling.toon import torso, warps
from core.modelling.toon.hat_shapes import ball, placed, rings, section, sheet, shell
from core.modelling.toon.modelled import ModelledOption
from core.rendering.mesh import Mesh

Pieces = Sequence[tuple[str, Surface]]
"""Materials and surfaces of a hat."""


def _crown(points: Float) -> Float:
    """About the crown of every hat: what shades brims."""
    return ellipsoid(points, (0, 0.42, -0.08), (0.93, 0.78, 0.95))


def _ribs(count: int, height: float, fade: tuple[float, float]) -> Callable[[Float, Float], Float]:
    low, high = fade

    def wave(turn: Float, share: Float) -> Float:
        return vector(height * np.cos(count * turn) * smoothstep(high, low, vector(share)))

    return wave


_LINING = ((0.80, 0.04), (0.868, -0.005))
"""From under the skin outward: the inside of a hat's edge, which closes the gap to bald heads."""


def _beanie(is_full: bool) -> Pieces:
    columns, rows = (96, 13) if is_full else (32, 7)
    ribs = 24 if is_full else 0
    crown = [(0.965, 0.10), (0.975, 0.32), (0.93, 0.58), (0.78, 0.80), (0.52, 0.945), (0.24, 1.005), (0.0, 1.02)]

    def slouch(turn: Float, share: Float) -> Float:
        folds = 0.020 * np.sin(3 * turn + 0.6) * np.sin(np.pi * share) + 0.012 * np.sin(5 * turn + 2.0 + 3 * share) * np.sin(
            np.pi * share
        )
        return vector(_ribs(ribs, 0.014, (0.6, 0.97))(turn, share) * bool(ribs) + folds)

    cuff = [
        *_LINING,
        (0.90, -0.045),
        (0.965, -0.055),
        (1.0, -0.02),
        (1.018, 0.08),
        (1.015, 0.20),
        (0.995, 0.262),
        (0.96, 0.265),
        (0.94, 0.22),
    ]
    knit = _ribs(ribs, 0.019, (2.0, 3.0)) if ribs else None
    return [
        ("hat", shell(rings(section(crown, rows), columns, out=slouch))),
        ("hat", shell(rings(section(cuff, rows), columns, out=knit))),
        ("hat_trim", _patch((0.30, 0.52), (0.05, 0.165), 1.036, 0.022)),
    ]


def _cap_crown(is_full: bool) -> Surface:
    columns, rows = (60, 17) if is_full else (30, 8)
    profile = [*_LINING, (0.905, -0.045), (0.945, -0.045), (0.958, 0.0), (0.968, 0.20), (0.945, 0.44), (0.85, 0.67)]
    profile += [(0.64, 0.86), (0.34, 0.965), (0.0, 0.995)]

    def seams(turn: Float, share: Float) -> Float:
        groove = (
            np.exp(-((np.sin(3 * turn) / 0.26) ** 2))
            * smoothstep(0.30, 0.40, vector(share))
            * smoothstep(1.0, 0.85, vector(share))
        )
        front = 0.035 * np.clip(np.cos(turn), 0, 1) ** 2 * np.sin(np.pi * np.clip((share - 0.3) / 0.6, 0, 1))
        return vector(front - 0.026 * groove)

    return shell(rings(section(profile, rows), columns, out=seams))


def _visor(is_full: bool) -> Surface:
    columns, rows = (25, 7) if is_full else (13, 4)
    turn = np.radians(np.linspace(-66, 66, columns))[None]
    share = np.linspace(0, 1, rows)[:, None]
    reach = 0.46 * np.clip(1 - (np.abs(turn) / np.radians(70)) ** 2.6, 0, 1) ** 0.6
    x = 0.93 * np.sin(turn) * (1 + 0.03 * share)
    z = 0.93 * 1.03 * np.cos(turn) + reach * share
    drop = -0.02 - 0.15 * (np.abs(x) / 0.85) ** 2 * (0.2 + 0.8 * share) - 0.19 * share**1.15
    return sheet(vector(np.stack([x, drop + 0 * z, z], -1)), 0.045, closed=False)


def _turned_back(surface: Surface) -> Surface:
    """The same piece on the other side of the head: turned half around the hat's axis."""
    origin, up = placed(vector([0, 0, 0])), placed(vector([0, 1, 0])) - placed(vector([0, 0, 0]))

    def turn(vectors: Float) -> Float:
        return vector(2 * (vectors @ up)[:, None] * up - vectors)

    return Surface(vector(origin + turn(surface.positions - origin)), turn(surface.normals), surface.triangles)


def _top_button(height: float, is_full: bool) -> Surface:
    return ball((0, height, 0), (0.075, 0.04, 0.075), 12 if is_full else 8)


def _patch(turn: tuple[float, float], height: tuple[float, float], radius: float, thickness: float) -> Surface:
    """A label on the outside of a hat, between two angles and two heights."""
    around, high = np.meshgrid(np.linspace(*turn, 7), np.linspace(*height, 4))
    return sheet(vector(np.stack([radius * np.sin(around), high, radius * 1.03 * np.cos(around)], -1)), thickness, closed=False)


def _cap(is_full: bool) -> Pieces:
    return [
        ("hat", joined([_cap_crown(is_full), _visor(is_full)])),
        ("hat_trim", joined([_top_button(1.0, is_full), ball((0, 0.34, 1.012), (0.105, 0.105, 0.03), 20 if is_full else 12)])),
    ]


def _strap(is_full: bool) -> Pieces:
    """The opening of a cap with the strap across it, on the forehead."""
    columns = 15 if is_full else 9
    turn = np.radians(np.linspace(-24, 24, columns))
    arch = 0.215 * np.sqrt(np.clip(1 - (turn / np.radians(25)) ** 2, 0, 1)) + 0.01
    opening = np.stack(
        [
            np.stack([0.985 * np.sin(turn), arch * share - 0.02, 1.03 * (0.982 + 0.02 * share) * np.cos(turn)], -1)
            for share in np.linspace(0, 1, 4)
        ]
    )
    band = np.stack(
        [np.stack([0.995 * np.sin(turn), 0 * turn + height, 1.03 * 1.0 * np.cos(turn)], -1) for height in (-0.035, 0.0, 0.035)]
    )
    return [
        ("hat_inside", sheet(vector(opening), 0.012, closed=False)),
        ("hat_trim", sheet(vector(band), 0.03, closed=False)),
    ]


def _cap_backwards(is_full: bool) -> Pieces:
    crown = _turned_back(_cap_crown(is_full))
    return [
        ("hat", joined([crown, _turned_back(_visor(is_full))])),
        ("hat_trim", _top_button(1.0, is_full)),
        *_strap(is_full),
    ]


def _bucket(is_full: bool) -> Pieces:
    columns, rows = (44, 11) if is_full else (26, 6)
    crown = [
        *_LINING,
        (0.92, -0.01),
        (0.955, 0.03),
        (0.945, 0.25),
        (0.905, 0.60),
        (0.86, 0.74),
        (0.74, 0.80),
        (0.45, 0.825),
        (0, 0.83),
    ]
    brim = [(0.935, 0.06), (1.03, -0.005), (1.15, -0.075), (1.28, -0.13)]

    def wave(turn: Float, share: Float) -> Float:
        return vector(share * (0.07 * np.clip(np.cos(turn), 0, 1) ** 2 + 0.014 * np.sin(3 * turn + 0.8)))

    band = [(0.962, 0.06), (0.956, 0.20)]
    return [
        (
            "hat",
            joined(
                [
                    shell(rings(section(crown, rows), columns)),
                    sheet(rings(section(brim, 6 if is_full else 4), columns, rise=wave), 0.05, closed=True),
                ]
            ),
        ),
        ("hat_trim", sheet(rings(section(band, 3), columns), 0.025, closed=True)),
    ]


def _beret(is_full: bool) -> Pieces:
    columns, rows = (48, 13) if is_full else (28, 8)
    body = [(0.93, 0.03), (1.0, 0.10), (1.10, 0.24), (1.10, 0.42), (0.98, 0.60), (0.72, 0.745), (0.40, 0.835), (0.0, 0.87)]
    band = [*_LINING, (0.90, -0.045), (0.945, -0.035), (0.955, 0.02), (0.94, 0.075), (0.90, 0.09)]

    def lean(turn: Float, share: Float) -> Float:
        bulge = np.sin(np.pi * np.clip(share / 0.85, 0, 1))
        folds = 0.016 * np.sin(6 * turn) * np.sin(np.pi * np.clip(share / 0.45, 0, 1))
        return vector((0.13 * np.cos(turn - 2.0) - 0.01) * bulge + folds)

    def sag(turn: Float, share: Float) -> Float:
        return vector(-0.11 * np.cos(turn - 2.0) * np.sin(np.pi * np.clip(share / 0.9, 0, 1)))

    stalk = ball((0.0, 0.90, 0.0), (0.022, 0.07, 0.022), 8)
    return [
        ("hat", joined([shell(rings(section(body, rows), columns, out=lean, rise=sag)), stalk])),
        ("hat", shell(rings(section(band, 8 if is_full else 6), columns))),
    ]


def _bow(is_full: bool) -> Surface:
    """Two loops and a knot at the side of a ribbon."""
    steps = 13 if is_full else 8
    turn = np.linspace(0, 2 * np.pi, steps)
    loops = []
    for side in (-1, 1):
        along = side * (0.03 + 0.11 * (1 - np.cos(turn)))
        high = 0.135 + 0.055 * np.sin(turn) * (0.5 - 0.5 * np.cos(turn)) + 0.02
        center = np.radians(52) + along / 0.98
        rows = [
            np.stack([(0.985 + out) * np.sin(center), high + lift, 1.03 * (0.985 + out) * np.cos(center)], -1)
            for out, lift in ((0.01, 0.0), (0.07, 0.0))
        ]
        loops.append(sheet(vector(np.stack(rows)), 0.022, closed=False))
    knot = ball((1.02 * np.sin(np.radians(52)), 0.15, 1.05 * np.cos(np.radians(52))), (0.045, 0.05, 0.045), 10)
    return joined([*loops, knot])


def _sun_hat(is_full: bool) -> Pieces:
    columns, rows = (48, 11) if is_full else (28, 6)
    crown = [
        *_LINING,
        (0.92, -0.005),
        (0.945, 0.03),
        (0.95, 0.25),
        (0.92, 0.50),
        (0.80, 0.74),
        (0.55, 0.88),
        (0.28, 0.935),
        (0, 0.95),
    ]
    brim = [(0.93, 0.045), (1.08, 0.01), (1.26, -0.035), (1.46, -0.10)]

    def flop(turn: Float, share: Float) -> Float:
        front = np.clip(np.cos(turn), 0, 1) ** 2
        return vector(share**1.5 * (0.03 * np.cos(3 * turn + 0.5) + -0.05 * front))

    def shorter(turn: Float, share: Float) -> Float:
        return vector(-0.24 * share * np.clip(np.cos(turn), 0, 1) ** 2)

    band = [(0.964, 0.045), (0.968, 0.13), (0.966, 0.225)]
    return [
        (
            "hat",
            joined(
                [
                    shell(rings(section(crown, rows), columns)),
                    sheet(rings(section(brim, 6 if is_full else 4), columns, rise=flop, out=shorter), 0.04, closed=True),
                ]
            ),
        ),
        ("hat_trim", joined([sheet(rings(section(band, 4), columns), 0.03, closed=True), _bow(is_full)])),
    ]


def _top_hat(is_full: bool) -> Pieces:
    columns, rows = (44, 14) if is_full else (26, 8)
    crown = [*_LINING, (0.90, -0.005), (0.935, 0.03), (0.915, 0.25), (0.885, 0.60), (0.905, 0.95), (0.955, 1.16), (0.955, 1.20)]
    crown += [(0.91, 1.222), (0.70, 1.225), (0.35, 1.23), (0, 1.23)]
    brim = [(0.92, 0.035), (1.03, 0.015), (1.16, 0.015), (1.27, 0.05)]

    def curl(turn: Float, share: Float) -> Float:
        return vector(share**1.6 * (0.10 * np.sin(turn) ** 2 - 0.06 * np.cos(turn) ** 2))

    band = [(0.945, 0.045), (0.935, 0.15), (0.925, 0.27)]
    return [
        (
            "hat",
            joined(
                [
                    shell(rings(section(crown, rows), columns)),
                    sheet(rings(section(brim, 6 if is_full else 4), columns, rise=curl), 0.05, closed=True),
                ]
            ),
        ),
        ("hat_trim", sheet(rings(section(band, 4), columns), 0.03, closed=True)),
    ]


def hat_meshes(make: Callable[[bool], Pieces]) -> list[Mesh]:
    """A hat's meshes in both levels of detail, one for each material."""
    volume = torso.scene_with(_crown)
    meshes = []
    for level, is_full in (("", True), (".light", False)):
        pieces = make(is_full)
        for material in dict.fromkeys(material for material, _ in pieces):
            surface = joined([piece for key, piece in pieces if key == material])
            paint = shaded(surface, volume)
            meshes.append(mesh_of(material + level, material, "hat", surface, paint=paint, follows=warps.HEAD_WARPS))
    return meshes


def _option(option_id: str, name: str, make: Callable[[bool], Pieces]) -> ModelledOption:
    return ModelledOption(option_id, name, {}, lambda: hat_meshes(make))


HAT_OPTIONS: tuple[ModelledOption, ...] = (
    ModelledOption("none", "None", {}),
    _option("beanie", "Beanie", _beanie),
    _option("cap", "Cap", _cap),
    _option("cap_backwards", "Cap, backwards", _cap_backwards),
    _option("bucket", "Bucket hat", _bucket),
    _option("beret", "Beret", _beret),
    _option("sun_hat", "Sun hat", _sun_hat),
    _option("top_hat", "Top hat", _top_hat),
)
"""Every hat in its stable order; ids are appended, never changed."""
